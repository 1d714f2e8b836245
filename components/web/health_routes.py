"""How far the work in the background on a data set is: the health check, mapping deep pictures."""

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


def depth(request: Request) -> Response:
    """The same of mapping pictures of more than 8 bits anew."""
    from components.data.deep_range import state

    view = state(Workspace.current(), lookup.dataset(request))
    trouble = {"what": view.trouble[0], "fix": view.trouble[1]} if view.trouble else None
    phase = str(view.state) if view.state else "none"
    return answer({"phase": phase, "needle": view.needle, "trouble": trouble})


ROUTES = [
    Route("/tailor/health/{dataset}", health),
    Route("/tailor/depth/{dataset}", depth),
]
