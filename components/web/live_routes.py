"""What goes on: a run's numbers and pictures as they come, its log, an import's progress."""

import json
from functools import lru_cache

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from components.errors import AppError
from components.web import lookup
from components.web.answers import answer, number
from components.workspace import Workspace

MOST_EPOCHS = 1_000_000


def live(request: Request) -> Response:
    """The run's state and the epochs after `?since=`; `?story=` as the last answer said."""
    from components.runs.live import snapshot

    since = number(request, "since", 0, 0, MOST_EPOCHS)
    story = number(request, "story", -1, 0, MOST_EPOCHS)
    return answer(snapshot(lookup.run(request), since, None if story < 0 else story))


def eyes(request: Request) -> Response:
    """What the model saw on the fixed pictures after one epoch, and where the pictures are."""
    from components.runs.eyes import file_of
    from components.runs.store import plan_of

    folder = lookup.run(request)
    path = lookup.existing(file_of(folder, request.path_params["epoch"]), "epoch")
    seen = json.loads(path.read_text(encoding="utf-8"))
    dataset = plan_of(folder).dataset
    for picture in seen["pictures"]:
        picture["address"] = f"/tailor/picture/{dataset}/{picture['picture']}?size=640"
    return answer(seen)


def eyes_epochs(request: Request) -> Response:
    """The epochs that have such pictures, in order, and the names of the classes."""
    from components.runs.eyes import FOLDER
    from components.runs.store import plan_of

    folder = lookup.run(request)
    found = (folder / FOLDER).glob("epoch-*.json")
    epochs = sorted(int(path.stem.removeprefix("epoch-")) for path in found)
    plan = plan_of(folder)
    return answer({"epochs": epochs, "classes": _classes(plan.dataset, plan.version)})


@lru_cache(maxsize=64)
def _classes(dataset: str, version: str) -> list[str]:
    """The class names of a version; none when the data set is gone."""
    from components.data.versions import read

    try:
        head, _ = read(Workspace.current().datasets / dataset, version)
    except AppError:
        return []
    return list(head["class_names"].values())


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
