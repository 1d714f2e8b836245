"""The seed's example: five lines of Python, and the same in Tailor.

`python -m components.models.seed_example FOLDER` fetches Ultralytics' smallest data set (COCO8,
eight photographs) and the weights, and makes a data set with a draft that has the five lines'
numbers. Addresses and class names are Ultralytics' own, read from the installed library.
"""

import json
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from components.data.importing import import_now
from components.errors import WeightsError
from components.jobs.events import State, Told, write
from components.jobs.job import progress_of, submit
from components.jobs.worker import Needle, at_work, heed_stop, read_needle
from components.models.bases import Availability, available
from components.models.download import download
from components.models.fetching import ORDER_FILE, fetch
from components.models.offline import demand_online
from components.planning import drafts
from components.workspace import Workspace, write_atomic

MODULE = "components.models.seed_example"
BASE = "yolo26n.pt"
EPOCHS = 100
IMAGE_SIZE_PX = 640
NAME = "COCO8"
# The largest that Ultralytics' zip may become; the real one holds less than a megabyte.
MOST_BYTES = 50_000_000

FIVE_LINES = f"""\
from ultralytics import YOLO

model = YOLO("{BASE}")
model.train(data="coco8.yaml", epochs={EPOCHS}, imgsz={IMAGE_SIZE_PX})
model.val()
model("picture.jpg")[0].show()
"""


@dataclass(frozen=True, slots=True)
class ExampleView:
    """How the example stands.

    Attributes:
        state: None when it was never asked for.
        needle: `phase`, `done`, `total`, `left_s` of the worker.
        dataset: The data set's slug once it is there.
        trouble: What happened and what to do, when it failed.
    """

    state: State | None
    needle: dict[str, Any]
    dataset: str | None
    trouble: tuple[str, str] | None


def start_example(
    workspace: Workspace, *, pictures_address: str = "", weights_address: str = ""
) -> Path:
    """Ask for the example; a worker fetches it. "" as an address is Ultralytics' own.

    Returns:
        The job's folder.

    Raises:
        WeightsError: Tailor stays offline.
    """
    if not pictures_address:
        demand_online(workspace, "the example")
    folder = _folder(workspace)
    folder.mkdir(parents=True, exist_ok=True)
    if (folder / "example.json").exists() and not progress_of(folder).state.is_over:
        return folder
    order = {"pictures": pictures_address, "weights": weights_address}
    write_atomic(folder / "example.json", json.dumps(order))
    submit(folder, MODULE)
    return folder


def example_state(workspace: Workspace) -> ExampleView:
    """How the example stands."""
    folder = _folder(workspace)
    if not (folder / "example.json").exists():
        return ExampleView(None, {}, None, None)
    progress = progress_of(folder)
    trouble = progress.trouble
    slug = progress.told.get("dataset", {}).get("slug")
    is_there = slug and (workspace.datasets / slug).is_dir()
    return ExampleView(
        progress.state, read_needle(folder), slug if is_there else None,
        (trouble.what, trouble.fix) if trouble else None,
    )  # fmt: skip


def bring(folder: Path) -> str:
    """The worker's work: fetch, unpack, make the data set and its draft.

    Returns:
        The data set's slug.

    Raises:
        WeightsError: The network does not give it.
    """
    order = json.loads((folder / "example.json").read_text(encoding="utf-8"))
    workspace = Workspace(folder.parents[1])
    description = _description()
    needle = Needle(folder)

    def show(done: int, total: int) -> None:
        heed_stop(folder)
        needle.show("Fetching the pictures", done, total)

    archive = folder / "coco8.zip"
    download(order["pictures"] or description["download"], archive, show)
    pictures = _unpacked(archive, folder / "coco8", description)
    needle.show("Making the data set")
    slug: str = import_now(workspace, [pictures], NAME)
    write(folder, Told("dataset", {"slug": slug}))
    drafts.change(
        workspace.datasets / slug,
        {"base": BASE, "epochs": EPOCHS, "image_size_px": IMAGE_SIZE_PX, "batch": 4},
    )
    if available(workspace, BASE) is not Availability.HERE:
        write_atomic(folder / ORDER_FILE, json.dumps({"base": BASE, "address": order["weights"]}))
        fetch(folder)
    return slug


def _description() -> dict[str, Any]:
    """Ultralytics' own description of COCO8: class names, and where the pictures are."""
    from components.ultralytics_quiet import quiet_here

    quiet_here()
    from ultralytics.utils import ROOT

    text = (Path(ROOT) / "cfg" / "datasets" / "coco8.yaml").read_text(encoding="utf-8")
    description: dict[str, Any] = yaml.safe_load(text)
    return description


def _unpacked(archive: Path, folder: Path, description: dict[str, Any]) -> Path:
    """The pictures and labels with a data.yaml of our own beside them, without `download:`."""
    try:
        with zipfile.ZipFile(archive) as packed:
            if sum(entry.file_size for entry in packed.infolist()) > MOST_BYTES:
                raise WeightsError(
                    f"{archive.name} is far larger than the example.", "Try again later."
                )
            packed.extractall(folder)  # leaves out `..` and drive letters by itself
    except zipfile.BadZipFile as error:
        archive.unlink()
        raise WeightsError(f"{archive.name} came damaged.", "Try again.") from error
    roots = [path.parent for path in folder.rglob("images") if path.is_dir()]
    root = roots[0] if roots else folder
    ours = {key: description[key] for key in ("train", "val", "names")}
    write_atomic(root / "data.yaml", str(yaml.safe_dump(ours, sort_keys=False)))
    return root


def _folder(workspace: Workspace) -> Path:
    return workspace.cache / "seed-example"


def main() -> None:
    """Do the job of the folder named on the command line."""
    folder = Path(sys.argv[1])
    with at_work(folder):
        bring(folder)


if __name__ == "__main__":
    main()
