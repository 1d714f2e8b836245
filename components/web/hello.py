"""How the server says that it is there.

To `start.py`, which asks whoever holds a port whether it is this very Tailor; and to the person,
by a line in the terminal and the first page in the browser.
"""

import os
import sys
import threading

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route


async def hello(_: Request) -> JSONResponse:
    """That this is Tailor, and the mark with which it was started (empty without `start.py`)."""
    return JSONResponse({"app": "tailor", "started_as": os.environ.get("TAILOR_STARTED_AS", "")})


def welcome() -> None:
    """Say where Tailor is and open the browser there, when `start.py` started us.

    The port is bound before the server's lifespan begins, so a browser that comes a moment early
    waits for its answer and gets it.
    """
    opens = os.environ.pop("TAILOR_OPENS", None)  # not for the workers that we start
    if opens is None:
        return
    address = f"http://localhost:{os.environ.get('STREAMLIT_SERVER_PORT', '8501')}/"
    print(f"Tailor is open at {address}  Ctrl-C closes it; trainings go on.", file=sys.stderr)
    if opens:
        threading.Thread(target=_open, args=(address,), daemon=True).start()


def _open(address: str) -> None:
    import webbrowser

    webbrowser.open(address)


ROUTES = [Route("/tailor/hello", hello)]
