"""How far the health check of a data set is."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from components.web import lookup
from components.web.answers import answer
from components.workspace import Workspace


def health(request: Request) -> Response:
    """The phase and the needle, as a progress bar asks for them."""
    from components.data.checking import state

    view = state(Workspace.current(), lookup.dataset(request))
    trouble = {"what": view.trouble[0], "fix": view.trouble[1]} if view.trouble else None
    return answer({"phase": view.phase, "needle": view.needle, "trouble": trouble})


ROUTES = [Route("/tailor/health/{dataset}", health)]
