"""Fetching official weights, as a job: `python -m components.models.fetching FOLDER`.

The job's folder is `cache/fetch-<name>` and holds `fetch.json`: what, and from where. The
address is Ultralytics' own, read from the installed library, so that it changes with it.
"""

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from components.errors import WeightsError
from components.jobs.events import State
from components.jobs.job import ask, progress_of, submit
from components.jobs.worker import Needle, at_work, heed_stop, read_needle
from components.models.bases import Base, bases
from components.models.download import download
from components.models.offline import demand_online
from components.models.weights import keep, look
from components.planning.freezing import file_hash
from components.workspace import Workspace, write_atomic

ORDER_FILE = "fetch.json"
MODULE = "components.models.fetching"


@dataclass(frozen=True, slots=True)
class FetchView:
    """How a fetching stands.

    Attributes:
        base: What is fetched.
        state: None when it was never asked for.
        done: Bytes here.
        total: Bytes in all; 0 when not known.
        left_s: Seconds left, or None.
        trouble: What happened and what to do, when it failed.
    """

    base: str
    state: State | None
    done: int = 0
    total: int = 0
    left_s: float | None = None
    trouble: tuple[str, str] | None = None


def start_fetch(workspace: Workspace, base: str, address: str = "") -> Path:
    """Ask for weights of the catalogue; the supervisor's worker fetches them.

    Args:
        workspace: Where to.
        base: Catalogue key.
        address: From where; "" is Ultralytics' own place.

    Returns:
        The job's folder.

    Raises:
        WeightsError: The catalogue has no such model, or Tailor stays offline.
    """
    if base not in bases():
        raise WeightsError(
            f"The catalogue has no weights {base}.", "Choose a base model from the list."
        )
    if not address:
        demand_online(workspace, base)
    folder = _folder(workspace, base)
    folder.mkdir(parents=True, exist_ok=True)
    state = progress_of(folder).state
    if (folder / ORDER_FILE).exists() and not state.is_over:
        return folder
    write_atomic(folder / ORDER_FILE, json.dumps({"base": base, "address": address}))
    submit(folder, MODULE)
    return folder


def fetch_state(workspace: Workspace, base: str) -> FetchView:
    """How the fetching of a model stands."""
    folder = _folder(workspace, base)
    if not (folder / ORDER_FILE).exists():
        return FetchView(base, None)
    progress, needle = progress_of(folder), read_needle(folder)
    trouble = progress.trouble
    return FetchView(
        base, progress.state, int(needle.get("done", 0)), int(needle.get("total", 0)),
        needle.get("left_s"), (trouble.what, trouble.fix) if trouble else None,
    )  # fmt: skip


def cancel_fetch(workspace: Workspace, base: str) -> None:
    """Ask the worker to stop; what has come is kept for the next time."""
    ask(_folder(workspace, base), "stop")


def official_address(name: str) -> str:
    """Where Ultralytics keeps an official file. Imports ultralytics: for workers."""
    from components.ultralytics_quiet import quiet_here

    quiet_here()
    import inspect

    from ultralytics.utils import ASSETS_URL
    from ultralytics.utils.downloads import attempt_download_asset

    release = inspect.signature(attempt_download_asset).parameters["release"].default
    return f"{ASSETS_URL.rpartition('/')[0]}/{release}/{name}"


def fetch(folder: Path) -> str:
    """The worker's work: bring the file here, check it, keep it.

    Returns:
        Its name in plans.

    Raises:
        WeightsError: It could not be fetched, or is not what it should be.
    """
    order: dict[str, Any] = json.loads((folder / ORDER_FILE).read_text(encoding="utf-8"))
    base = bases()[order["base"]]
    address = order["address"] or official_address(base.key)
    needle, target = Needle(folder), folder / base.key

    def show(done: int, total: int) -> None:
        heed_stop(folder)
        needle.show("Fetching", done, total or base.about_bytes)

    download(address, target, show)
    size = target.stat().st_size
    needle.show("Checking", size, size)
    try:
        _demand_official(target, base)
        return keep(Workspace(folder.parents[1]), target, address, look(str(target)))
    finally:
        target.unlink()


def _demand_official(path: Path, base: Base) -> None:
    """What came must be what was asked for: networks that want a login answer with a page.

    Raises:
        WeightsError: It is a web page or another file.
    """
    with path.open("rb") as file:
        start = file.read(512).lstrip().lower()
    if start.startswith((b"<!doctype", b"<html", b"<?xml", b"<head")):
        raise WeightsError(
            f"The network answered with a web page in place of {base.key}, as networks do that "
            "want a login first.",
            "Log in with your browser and try again, drop the file in from another computer, or "
            "start from Tailor's starter weights.",
        )
    if base.sha256 and file_hash(path) != base.sha256:
        raise WeightsError(
            f"{base.key} came, but it is not the official file (its SHA-256 differs).",
            "Try again later, drop the file in from a source you trust, or start from Tailor's "
            "starter weights.",
        )


def _folder(workspace: Workspace, base: str) -> Path:
    return workspace.cache / f"fetch-{Path(base).stem}"


def main() -> None:
    """Do the job of the folder named on the command line."""
    folder = Path(sys.argv[1])
    with at_work(folder):
        fetch(folder)


if __name__ == "__main__":
    main()
