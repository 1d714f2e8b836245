"""The web server: Streamlit's pages, our own routes, and what starts and ends with them.

`app.py` builds the server from `parts()`, because `streamlit run` looks for the words
`app = st.App(...)` in that file. `make_app` is the same for tests and scripts.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import BaseRoute

from components.errors import AppError
from components.web import background, guard, hello, uploads
from components.web.answers import said
from components.web.no_delay import NoDelay
from components.web.routes import ROUTES


def parts() -> dict[str, Any]:
    """What our server adds to Streamlit's: `st.App(script, **parts())`."""
    _no_automatic_menu()
    routes: list[BaseRoute] = list(ROUTES)
    middleware = [Middleware(NoDelay), *guard.middleware()]
    return {
        "routes": routes,
        "middleware": middleware,
        "lifespan": _lifespan,
        "exception_handlers": {AppError: said},
    }


def _no_automatic_menu() -> None:
    """Tell Streamlit that `pages/` is ours.

    Until some browser has run `st.navigation`, Streamlit takes the folder for its own automatic
    menu: who then came straight to `/data` was told "Page not found" (seen in 1.67). There is no
    public setting for it.
    """
    from streamlit.runtime.pages_manager import PagesManager

    PagesManager.uses_pages_directory = False


def make_app(script: Path) -> st.App:
    """The whole application around the script at an absolute path."""
    return st.App(script, **parts())


@asynccontextmanager
async def _lifespan(_: st.App) -> AsyncIterator[None]:
    """From the first request to the last: jobs are watched, old uploads are swept away."""
    from anyio import to_thread

    await to_thread.run_sync(uploads.sweep)
    background.supervisor()
    hello.welcome()
    try:
        yield
    finally:
        await to_thread.run_sync(background.close)
