"""What goes on: a run's numbers and pictures as they come, its log, an import's progress."""

import json

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from components.web import lookup
from components.web.answers import FOREVER, answer, not_there, number

MOST_EPOCHS = 1_000_000


def live(request: Request) -> Response:
    """The run's state and the epochs after `?since=`."""
    from components.runs.live import snapshot

    return answer(snapshot(lookup.run(request), number(request, "since", 0, 0, MOST_EPOCHS)))


def eyes(request: Request) -> Response:
    """What the model saw on the fixed pictures after one epoch."""
    folder, epoch = lookup.run(request) / "eyes", request.path_params["epoch"]
    for path in folder.glob("epoch-*.json"):
        if int(path.stem.removeprefix("epoch-")) == epoch:
            return answer(json.loads(path.read_text(encoding="utf-8")), headers=FOREVER)
    raise not_there("epoch")


def eyes_epochs(request: Request) -> Response:
    """The epochs that have such pictures, in order."""
    folder = lookup.run(request) / "eyes"
    found = sorted(int(path.stem.removeprefix("epoch-")) for path in folder.glob("epoch-*.json"))
    return answer({"epochs": found})


def log(request: Request) -> Response:
    """The end of what the worker printed, as plain text."""
    from components.jobs.job import log_tail

    return PlainTextResponse(log_tail(lookup.run(request)))


def reading(request: Request) -> Response:
    """How far an import is."""
    from components.data.importing import import_state

    view = import_state(lookup.reading(request))
    trouble = {"what": view.trouble[0], "fix": view.trouble[1]} if view.trouble else None
    return answer(
        {"phase": str(view.phase), "needle": view.needle, "trouble": trouble, "name": view.name}
    )


ROUTES = [
    Route("/tailor/live/{run}", live),
    Route("/tailor/eyes/{run}", eyes_epochs),
    Route("/tailor/eyes/{run}/{epoch:int}", eyes),
    Route("/tailor/log/{run}", log),
    Route("/tailor/import/{reading}", reading),
]
