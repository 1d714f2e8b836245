"""Pictures of more than 8 bits: which of their values become black and white, and choosing anew.

```
cache/depth-<slug>/      order.json     what to do: told by the app
                         events.jsonl   as every job has
datasets/<slug>/depth.json              what was chosen last
```

The original stays untouched. A choice writes new files for the trainer beside the old ones, which
versions of before still need, under names of their own; so the next version is another one.

The app's side asks and starts; the worker's side is `python -m components.data.deep_range FOLDER`.
"""

import hashlib
import json
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Literal

from components.data import schema
from components.data.depth import DEEP, Span, eight_bit, gone, span_of
from components.data.pictures import make_thumbnail
from components.data.store import Dataset, find
from components.errors import DatasetError
from components.jobs.events import State
from components.jobs.job import LIGHT_LANE, progress_of, submit
from components.jobs.worker import Needle, at_work, heed_stop, read_needle
from components.workspace import Workspace, write_atomic

MODULE = "components.data.deep_range"
ORDER_FILE = "order.json"
CHOICE_FILE = "depth.json"

Kind = Literal["camera", "each", "set", "fixed"]


@dataclass(frozen=True, slots=True)
class Range:
    """Which values become black and white.

    Attributes:
        kind: "camera": from 0 to the most that so many bits hold; "each": the darkest and the
            brightest value of each picture; "set": those of all pictures; "fixed": `low`, `high`.
        low: Becomes black; for "fixed".
        high: Becomes white; for "fixed".
    """

    kind: Kind = "camera"
    low: float = 0.0
    high: float = 65535.0

    def check(self) -> None:
        """Hold it against what makes sense.

        Raises:
            DatasetError: The brightest value is not above the darkest.
        """
        if self.kind == "fixed" and not self.low < self.high:
            raise DatasetError(
                f"Black is to be at {self.low:g} and white at {self.high:g}, the wrong way round.",
                "Give a value for white that is larger than the one for black.",
            )


@dataclass(frozen=True, slots=True)
class RangeView:
    """Where a data set stands.

    Attributes:
        pictures: How many have more than 8 bits.
        chosen: What was chosen last.
        state: Of the newest job; None when there was none.
        needle: `phase` (words), `done`, `total`, `left_s`.
        trouble: What happened and what to do, when it failed.
    """

    pictures: int
    chosen: Range
    state: State | None
    needle: dict[str, Any]
    trouble: tuple[str, str] | None


_IS_DEEP = f"note LIKE '%{DEEP}%'"


def how_many(dataset: Dataset) -> int:
    """Pictures of more than 8 bits a channel."""
    with schema.reading(dataset.folder) as db:
        found: int = db.execute(f"SELECT count(*) FROM pictures WHERE {_IS_DEEP}").fetchone()[0]
        return found


def chosen(dataset: Dataset) -> Range:
    """What was chosen last; the camera's range when nothing was."""
    try:
        return Range(**json.loads((dataset.folder / CHOICE_FILE).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return Range()


def folder_of(workspace: Workspace, slug: str) -> Path:
    """Where the job of this data set leaves its word."""
    return workspace.cache / f"depth-{slug}"


def state(workspace: Workspace, dataset: Dataset) -> RangeView:
    """Where it stands. Cheap enough to ask every second."""
    folder = folder_of(workspace, dataset.slug)
    if not (folder / ORDER_FILE).is_file():
        return RangeView(how_many(dataset), chosen(dataset), None, {}, None)
    progress = progress_of(folder)
    trouble = (progress.trouble.what, progress.trouble.fix) if progress.trouble else None
    return RangeView(
        how_many(dataset), chosen(dataset), progress.state, read_needle(folder), trouble
    )


def start(workspace: Workspace, dataset: Dataset, wanted: Range) -> Path:
    """Put the writing of the files in line; returns the job's folder.

    Raises:
        DatasetError: The range makes no sense.
    """
    wanted.check()
    folder = folder_of(workspace, dataset.slug)
    folder.mkdir(parents=True, exist_ok=True)
    order = {"dataset": dataset.slug, "range": asdict(wanted)}
    write_atomic(folder / ORDER_FILE, json.dumps(order))
    submit(folder, MODULE, LIGHT_LANE)
    return folder


def choose_now(
    dataset: Dataset, wanted: Range, show: Callable[[str, int, int], None] = lambda *_: None
) -> int:
    """Write the files in this process; returns how many pictures were written anew.

    Raises:
        DatasetError: The range makes no sense.
        PictureError: An original cannot be read any more; nothing is changed then.
    """
    wanted.check()
    with schema.reading(dataset.folder) as db:
        rows = db.execute(
            f"SELECT id, file, original, thumbnail FROM pictures WHERE {_IS_DEEP} ORDER BY id"
        ).fetchall()
    whole: Span | None = (wanted.low, wanted.high) if wanted.kind == "fixed" else None
    if wanted.kind == "set":
        whole = _of_all(dataset, [row[2] for row in rows], show)
    made = []
    for number, (picture_id, file, original, _) in enumerate(rows):
        show("Writing the pictures anew", number, len(rows))
        source = dataset.folder / original
        span = span_of(source) if wanted.kind == "each" else whole
        target = _name(file, wanted, whole)
        made.append((target, _note(_write(source, dataset.folder / target, span)), picture_id))
    with schema.changing(dataset.folder) as db:
        db.executemany("UPDATE pictures SET file = ?, note = ? WHERE id = ?", made)
        db.execute("UPDATE dataset SET revision = revision + 1")
    write_atomic(dataset.folder / CHOICE_FILE, json.dumps(asdict(wanted)))
    for row, (target, *_) in zip(rows, made, strict=True):
        make_thumbnail(dataset.folder / target, dataset.folder / row[3])
    return len(made)


def _of_all(
    dataset: Dataset, originals: list[str], show: Callable[[str, int, int], None]
) -> Span | None:
    spans = []
    for number, original in enumerate(originals):
        show("Looking for the darkest and the brightest value", number, len(originals))
        spans.append(span_of(dataset.folder / original))
    return (min(low for low, _ in spans), max(high for _, high in spans)) if spans else None


def _name(file: str, wanted: Range, whole: Span | None) -> str:
    """A name of its own for each choice, so that what versions point to is never written over."""
    path = PurePosixPath(file)
    plain = path.stem.partition(_MARK)[0]
    if wanted.kind == "camera":
        return str(path.with_name(f"{plain}{path.suffix}"))
    key = hashlib.sha256(json.dumps([wanted.kind, whole]).encode()).hexdigest()[:6]
    return str(path.with_name(f"{plain}{_MARK}{key}{path.suffix}"))


_MARK = ".range-"


def _write(source: Path, target: Path, span: Span | None) -> Span:
    from PIL import Image, ImageOps

    if not source.is_file():
        raise gone(source)
    with Image.open(source) as image:
        converted, used = eight_bit(source, image, span)
        upright = ImageOps.exif_transpose(converted)
    beside = target.with_name(f".{target.name}.part")
    kind = "JPEG" if target.suffix == ".jpg" else "PNG"
    upright.save(beside, kind, **({"quality": 95} if kind == "JPEG" else {"compress_level": 3}))
    beside.replace(target)
    return used


def _note(used: Span) -> str:
    return (
        f"Converted for the trainer: {DEEP}. Values from {used[0]:g} (black) to {used[1]:g} "
        "(white) are kept apart."
    )


def main(folder: Path) -> None:
    """The worker: does what the order says."""
    with at_work(folder):
        order = json.loads((folder / ORDER_FILE).read_text(encoding="utf-8"))
        needle = Needle(folder)

        def show(phase: str, done: int, total: int) -> None:
            heed_stop(folder)
            needle.show(phase, done, total)

        dataset = find(Workspace(folder.resolve().parent.parent), order["dataset"])
        choose_now(dataset, Range(**order["range"]), show)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
