"""Pictures that labels speak of and that were not among the files: asked for, then matched.

Labels and pictures often lie apart: annotations are downloaded from the tool, the pictures are on
a drive. The reading notes how many it missed; given more places to look, it reads everything anew.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from components.data import reading_file
from components.data.import_job import SUMMARY_FILE, read_order, view, write_order
from components.data.questions import Question, with_answer
from components.data.records import Problem
from components.errors import DatasetError
from components.jobs.job import LIGHT_LANE, submit
from components.workspace import write_atomic

FILE = "missing.json"
CODE = "label_without_picture"
_EXAMPLES = 5
_MODULE = "components.data.importing"


@dataclass(frozen=True, slots=True)
class Missing:
    """Pictures that labels speak of and that are not there: how many, and the first names."""

    number: int
    examples: tuple[str, ...]


def note_missing(folder: Path, names: Iterable[str]) -> None:
    """Keep what a reading missed; nothing is kept when it missed nothing."""
    every = list(names)
    (folder / FILE).unlink(missing_ok=True)
    if every:
        facts = {"number": len(every), "examples": every[:_EXAMPLES]}
        write_atomic(folder / FILE, json.dumps(facts))


def names_missing(problems: Iterable[Problem]) -> list[str]:
    """Names of the pictures that problems say are not there."""
    return [problem.file for problem in problems if problem.code == CODE]


def missing_of(folder: Path) -> Missing | None:
    """What the reading in an import's folder missed; None when it missed nothing."""
    try:
        facts = json.loads((folder / FILE).read_text(encoding="utf-8"))
        return Missing(int(facts["number"]), tuple(map(str, facts["examples"])))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def choices_of(folder: Path) -> tuple[str, ...]:
    """Formats of which any may be taken where several describe the same pictures.

    The one that was taken comes first; empty when there is nothing to choose.
    """
    if not (folder / reading_file.READING_FILE).is_file():
        return ()
    return tuple(reading_file.fact(folder, "choices") or ())


def filled_of(folder: Path) -> dict[str, int]:
    """How many pictures each format has labels for."""
    return dict(reading_file.fact(folder, "filled") or {})


def questions_of(folder: Path) -> list[Question]:
    """What the reading wants to ask; empty when it is sure."""
    if not (folder / reading_file.READING_FILE).is_file():
        return []
    return [Question.of(facts) for facts in reading_file.fact(folder, "questions") or ()]


def read_again(
    folder: Path, also: Iterable[Path] = (), *, kept: bool = True, prefer: str = ""
) -> None:
    """Read everything once more, with more places to look or another format to take.

    Args:
        folder: The import's folder; its reading is over, whether it failed or not.
        also: Folders, zips and files beside those that were given before.
        kept: Whether these are the user's own and stay; else they are uploads and go at the end.
        prefer: Format to take where several describe the same pictures, or an answer to a
            question; "" for the same as before.

    Raises:
        DatasetError: A place is not there, or the import is at work.
    """
    order = read_order(folder)
    if view(folder).phase in ("reading", "writing", "done"):
        raise DatasetError(f"“{order.name}” is at work just now.", "Wait until it is done.")
    more = [path.resolve() for path in also]
    gone = next((path for path in more if not path.exists()), None)
    if gone is not None:
        raise DatasetError(
            f"There is no file or folder {gone}.", "Check the path, or choose the files again."
        )
    sources = tuple(dict.fromkeys([*order.sources, *map(str, more)]))
    (folder / SUMMARY_FILE).unlink(missing_ok=True)
    write_order(folder, replace(
        order, phase="read", sources=sources, is_kept=order.is_kept and kept,
        prefer=with_answer(order.prefer, prefer) if prefer else order.prefer, classes={},
    ))  # fmt: skip
    submit(folder, _MODULE, LIGHT_LANE)
