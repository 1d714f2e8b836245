"""Pictures that stay in a folder of the user's: are they still there, and still the same?

Tailor keeps the path of such a picture and its stamp (size and time of the last change), and makes
only thumbnails and converted copies of its own. Nothing here writes to the user's folder.
"""

import time
from dataclasses import dataclass
from pathlib import Path

from components.data import schema
from components.data.finding_rows import mend_by
from components.data.store import Dataset
from components.data.wording import listed, some
from components.errors import DatasetError
from components.findings import Changes, Finding, Severity

EDIT_FOLDER: Changes = (("edit", "folder"),)  # opens the question where the folder is now
ASIDE = mend_by("put_lost_aside")
GONE = "not where they were left"
CHANGED = "changed since they came in"

FRESH_S = 30.0  # a page asks at every click, and 100,000 files take a third of a second
MOST_NAMES = 50  # in a finding


@dataclass(frozen=True, slots=True)
class Lost:
    """Pictures, by their numbers and names, that are not as they were left."""

    gone: tuple[tuple[int, str], ...] = ()
    changed: tuple[tuple[int, str], ...] = ()


def stamp_of(path: Path) -> str:
    """A text that changes when the file does: its bytes and its time of change, nanoseconds."""
    facts = path.stat()
    return f"{facts.st_size}:{facts.st_mtime_ns}"


def look(dataset: Dataset) -> Lost:
    """Ask the disk about every picture that was left where it is and is not put aside."""
    gone, changed = [], []
    with schema.reading(dataset.folder) as db:
        for number, name, original, stamp in db.execute(
            "SELECT id, name, original, stamp FROM pictures WHERE stamp != '' "
            "AND state != 'ignored' ORDER BY id"
        ):
            try:
                if stamp_of(dataset.folder / original) != stamp:
                    changed.append((number, name))
            except OSError:
                gone.append((number, name))
    return Lost(tuple(gone), tuple(changed))


def pictures_are_where_they_were(dataset: Dataset) -> list[Finding]:
    """What was left in the user's folder is still there, and the same."""
    lost = _lately(dataset)
    found = []
    for pictures, one, many, fix, offers, kind in (
        (lost.gone, "picture is not where it was left", "pictures are not where they were left",
         "Plug the disk in, put the files back, say where the folder is now, or put these pictures "
         "aside.", (EDIT_FOLDER, ASIDE), GONE),
        (lost.changed, "picture was changed since it came in", "pictures were changed since they "
         "came in", "Put the files back as they were, take them as they are now if the labels "
         "still fit, or put these pictures aside.", (mend_by("take_as_they_are"), ASIDE), CHANGED),
    ):  # fmt: skip
        if pictures:
            first, *others = offers
            found.append(Finding(
                Severity.STOP, some(len(pictures), one, many), fix,
                tuple(name for _, name in pictures[:MOST_NAMES]), "By definition.",
                first, tuple(others), kind,
            ))  # fmt: skip
    return found


def demand_as_left(dataset: Dataset) -> None:
    """Check, before anything is trained, that no picture is missing or another one now.

    Raises:
        DatasetError: One is.
    """
    lost = look(dataset)
    for pictures, what in ((lost.gone, "gone from the folder"), (lost.changed, "changed in it")):
        if pictures:
            names = listed([name for _, name in pictures[:3]])
            raise DatasetError(
                f"{some(len(pictures), 'picture')} of {dataset.name} was left in a folder of "
                f"yours and {what}: {names}."
                if len(pictures) == 1
                else f"{some(len(pictures), 'picture')} of {dataset.name} were left in a folder "
                f"of yours and {what}, such as {names}.",
                "Put the files back as they were, or press “Put them aside” in the health check "
                "of the Data page.",
            )


def _lately(dataset: Dataset) -> Lost:
    """What `look` said, at most half a minute ago."""
    revision, now = dataset.revision(), time.monotonic()
    known = _looked.get(dataset.folder)
    if known is None or known[0] != revision or now - known[1] > FRESH_S:
        known = _looked[dataset.folder] = (revision, now, look(dataset))
    return known[2]


def forget(dataset: Dataset) -> None:
    """Let the next question be put to the disk again."""
    _looked.pop(dataset.folder, None)


_looked: dict[Path, tuple[int, float, Lost]] = {}
