"""Who may ask our own routes for what.

The server listens on this computer only, but any web site open in the same browser can send
requests to it. Three fences: the Host header must be one of ours (against DNS rebinding), a
request must not come from another site, and whoever writes must send a header that a foreign
site's form or picture tag cannot send.
"""

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from components.web.settings import LOCAL_HOSTS

PREFIX = "/tailor/"
WRITE_HEADER = "X-Tailor"
_READS = {"GET", "HEAD"}
_OUR_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
}


class Fence:
    """Turns away what comes from elsewhere, and labels every answer of our own routes."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or not scope["path"].startswith(PREFIX):
            await self._app(scope, receive, send)
            return

        async def labelled(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _OUR_HEADERS.items():
                    headers[name] = value
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        refusal = _refusal(scope["method"], Headers(scope=scope))
        app = PlainTextResponse(refusal, status_code=403) if refusal else self._app
        await app(scope, receive, labelled)


def _refusal(method: str, headers: Headers) -> str:
    """Why the request is turned away; empty when it is not. Browsers without `Sec-Fetch-Site`
    (and scripts) are judged by `Origin` and the header alone.
    """
    if headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
        return "This address answers only to Tailor's own pages."
    origin = headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != headers.get("host"):
        return "This address answers only to Tailor's own pages."
    if method not in _READS and headers.get(WRITE_HEADER) != "1":
        return f"Writing needs the header {WRITE_HEADER}: 1."
    return ""


def allowed_hosts() -> list[str]:
    """Host names that are ours: this computer's, and those in Streamlit's settings."""
    import streamlit as st

    given = st.get_option("server.allowedHosts") or []
    return [*LOCAL_HOSTS, *(host for host in given if host not in LOCAL_HOSTS)]


class KnownHosts:
    """Starlette's Host check, with the hosts read when the first request comes.

    The settings are not yet loaded when the server is put together.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._check: TrustedHostMiddleware | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or refuse it when its Host is not ours."""
        if self._check is None:
            self._check = TrustedHostMiddleware(self._app, allowed_hosts(), www_redirect=False)
        await self._check(scope, receive, send)


def middleware() -> list[Middleware]:
    """The fences, outermost first."""
    return [Middleware(KnownHosts), Middleware(Fence)]
