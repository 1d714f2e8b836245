"""Frames of CVAT: pages by number, and which picture each of them is.

Of a film CVAT names the pictures by the frame's number; people who take a film apart themselves
call them otherwise, and then the numbers in their names tell. Of a row of photographs CVAT keeps
their own names and may still write numbers alone: then they are counted in the order of names, as
CVAT does.
"""

import re
from collections.abc import Collection, Sequence

from components.data.formats.page import Page
from components.data.formats.page_remarks import row_lost
from components.data.matching import PictureIndex
from components.data.names import folded, split_of_word, stem_of, without_roles
from components.data.problems import warn
from components.data.questions import Question, answer_to
from components.data.records import Problem

TOPIC = "CVAT"
_BY_NAME, _BY_NUMBER = "by name (1, 10, 2)", "by number (1, 2, 10)"
_NUMBERED = re.compile(r"(frame)?[-_ ]?(\d{1,9})")
_LAST_NUMBER = re.compile(r"\d{1,9}$")


def framed(subset: str, number: int) -> Page:
    """The page of a frame: a project's lie in a folder for each subset."""
    name = _name(number)
    return Page((f"{subset}/{name}", name) if subset else (name,), split=split_of_word(subset))


def of_several(page: Page, others: list[Page]) -> Page:
    """A frame of several films in one subset, of which CVAT keeps but one picture."""
    things = sum(one.things + one.lost for one in (page, *others))
    lost = Page(page.names, size=page.size, split=page.split)
    lost.lose(row_lost(page.names[-1], f"{page.names[-1]} is a frame of {1 + len(others)} films, "
                       "whose pictures CVAT writes over each other"), things)  # fmt: skip
    return lost


def number_of_frame(name: str) -> tuple[int, bool] | None:
    """The number in a name like frame_000012 or 12.jpg, and whether CVAT has given it."""
    found = _NUMBERED.fullmatch(folded(stem_of(name)))
    return (int(found[2]), bool(found[1])) if found else None


def pictures_of(
    file: str, numbers: Collection[int], size: int, index: PictureIndex, said: str
) -> tuple[dict[int, str], list[Problem], list[Question]]:
    """The pictures of frames that are called otherwise; nothing where they are not.

    Args:
        file: The XML.
        numbers: Frames with something on them.
        size: How many frames the task has, as the XML says; 0 where it does not.
        index: The pictures.
        said: What the person has answered to questions.
    """
    if any(_name(number) in index.by_stem for number in numbers):
        return {}, [], []
    near = _near(file, index)
    ordered = dict(enumerate(near)) if len(near) == size and max(numbers) < size else {}
    numbered = by_number(numbers, size, near, is_counted=True)
    is_open = any(ordered.get(number, name) != name for number, name in numbered.items())
    is_by_number = answer_to(said, TOPIC, (_BY_NAME, _BY_NUMBER)) == _BY_NUMBER
    asked = [_question(is_by_number)] if is_open else []
    if ordered and not (is_open and is_by_number):
        return ordered, [about_order(file, ordered[0])], asked
    return numbered, [about_numbers(file, numbered)] if numbered else [], asked


def named_by_number(
    file: str, pages: Sequence[Page], size: int, index: PictureIndex
) -> tuple[list[Problem], dict[int, str]]:
    """Pages of which no name is known but for its number, with the pictures that they mean."""
    frames: dict[int, tuple[int, bool]] = {}
    for place, page in enumerate(pages):
        frame = number_of_frame(page.names[-1])
        if frame is None or any(map(index.knows, page.names)):
            return [], {}
        frames[place] = frame
    if len({number for number, _ in frames.values()}) != len(pages) or not frames:
        return [], {}
    is_counted = all(counted for _, counted in frames.values())
    numbers = [number for number, _ in frames.values()]
    found = by_number(numbers, size, _near(file, index), is_counted=is_counted)
    told = [about_numbers(file, found)] if found else []
    return told, {place: found[number] for place, (number, _) in frames.items() if found}


def by_number(
    numbers: Collection[int], size: int, near: Sequence[str], *, is_counted: bool
) -> dict[int, str]:
    """Frames to the pictures with their numbers; nothing where it is not clear which is which.

    Args:
        numbers: Frames with something on them.
        size: How many frames the task has; 0 where nothing says it.
        near: Names of the pictures that may be meant.
        is_counted: Whether CVAT has counted, from 0; other programs count from 1.
    """
    found: dict[int, str] = {}
    for name in near:
        if (number := _LAST_NUMBER.search(stem_of(name))) is None:
            continue
        if found.setdefault(int(number[0]), name) != name:
            return {}
    fits = [step for step in ((0, 1) if is_counted else (0,))
            if all(number + step in found for number in numbers)]  # fmt: skip
    if len(fits) > 1:
        is_from_one = 0 < size == len(found) == max(found) and 0 not in found
        fits = [0] if 0 in found else [1] if is_from_one else []
    return {number: found[number + fits[0]] for number in numbers} if fits else {}


def _near(file: str, index: PictureIndex) -> list[str]:
    """Pictures in the folder of a file and below, in the order of their names."""
    near = without_roles(file.rpartition("/")[0])
    return [entry.name for number, entry in enumerate(index.pictures)
            if index.folder(number)[: len(near)] == near]  # fmt: skip


def about_numbers(file: str, found: dict[int, str]) -> Problem:
    """How frames of other names were given their pictures."""
    first = min(found)
    return warn(
        "frames_by_number", file,
        f"{file} calls its pictures otherwise than they are called; they have numbers in common.",
        f"Frame {first} is taken as {found[first]}, and so on; look at some pictures to see that "
        "the labels fit.",
    )  # fmt: skip


def _question(is_by_number: bool) -> Question:
    return Question(
        TOPIC, "In which order are the pictures the frames of the film?", (_BY_NAME, _BY_NUMBER),
        int(is_by_number),
        "The file gives the pictures by number and not by name. CVAT counts photographs in the "
        "order of their names, where 10 comes before 2; frames of a film follow their numbers.",
    )  # fmt: skip


def about_order(file: str, first: str) -> Problem:
    """How frames without names were given their pictures."""
    return warn(
        "frames_in_order", file, f"{file} gives the pictures by number and not by name.",
        f"They are counted in the order of their names, from {first}; look at some pictures to "
        "see that the labels fit.",
    )  # fmt: skip


def _name(number: int) -> str:
    return f"frame_{number:06d}"
