"""Files to take away, and the script that draws the live charts."""

from collections.abc import Callable
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from components.web import lookup
from components.web.answers import FOREVER, answer, not_there

# What can be had of a run: word in the address, file in the run's folder, name on the user's disk.
FILES: dict[str, tuple[str, Callable[[str], str]]] = {
    "best": ("train/weights/best.pt", lambda run: f"{run}-best.pt"),
    "last": ("train/weights/last.pt", lambda run: f"{run}-last.pt"),
    "plan": ("plan.json", lambda run: f"{run}-plan.json"),
    "evaluation": ("evaluation.json", lambda run: f"{run}-evaluation.json"),
    "events": ("events.jsonl", lambda run: f"{run}-events.jsonl"),
    "log": ("log.txt", lambda run: f"{run}-log.txt"),
}


def download(request: Request) -> Response:
    """One of the run's files, sent from the disk in pieces."""
    wanted = FILES.get(request.path_params["what"])
    if wanted is None:
        raise not_there("file")
    folder = lookup.run(request)
    path = lookup.existing(folder / wanted[0], "file")
    # The server's own reading of the type would let a browser show it instead of keeping it.
    return FileResponse(
        path, filename=wanted[1](folder.name), media_type="application/octet-stream"
    )


def export(request: Request) -> Response:
    """A data set that was packed to be taken away."""
    from components.data.exporting import export_state

    view = lookup.found(lambda: export_state(lookup.export(request)), "export")
    if view.file is None:
        raise not_there("export")
    return FileResponse(view.file, filename=view.file.name, media_type="application/zip")


def export_state(request: Request) -> Response:
    """How far an export is."""
    from components.data.exporting import export_state

    view = lookup.found(lambda: export_state(lookup.export(request)), "export")
    return answer({"phase": str(view.state), "needle": view.needle})


def plotly(_: Request) -> Response:
    """The drawing library that the Python package brings along; the address holds its version."""
    import importlib.util

    spec = importlib.util.find_spec("plotly")
    if spec is None or spec.origin is None:
        raise not_there("script")
    path = Path(spec.origin).parent / "package_data" / "plotly.min.js"
    return FileResponse(
        lookup.existing(path, "script"), media_type="text/javascript", headers=FOREVER
    )


ROUTES = [
    Route("/tailor/download/{run}/{what}", download),
    Route("/tailor/export/{export}", export),
    Route("/tailor/export/{export}/state", export_state),
    Route("/tailor/plotly.js", plotly),
]
