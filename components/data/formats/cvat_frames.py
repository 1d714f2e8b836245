"""Frames of CVAT for video: pages by number, and which picture each of them is.

Of a film CVAT names the pictures by the frame's number. Of a row of photographs it keeps their own
names and still writes numbers alone: then they are counted in the order of names, as CVAT does.
"""

from collections.abc import Iterable

from components.data.formats.page import Page
from components.data.formats.page_remarks import row_lost
from components.data.matching import PictureIndex
from components.data.names import split_of_word, without_roles
from components.data.problems import warn
from components.data.records import Problem


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


def in_order(file: str, numbers: Iterable[int], size: int, index: PictureIndex) -> list[str]:
    """The pictures of a task in the order of its frames; nothing when it is a film or not whole.

    Args:
        file: The XML.
        numbers: Frames with something on them.
        size: How many frames the task has, as the XML says.
        index: The pictures.
    """
    if any(_name(number) in index.by_stem or number >= size for number in numbers):
        return []
    near = without_roles(file.rpartition("/")[0])
    found = [entry.name for number, entry in enumerate(index.pictures)
             if index.folder(number)[: len(near)] == near]  # fmt: skip
    return found if len(found) == size else []


def about_order(file: str, first: str) -> Problem:
    """How frames without names were given their pictures."""
    return warn(
        "frames_in_order", file, f"{file} gives the pictures by number and not by name.",
        f"They are counted in the order of their names, from {first}; look at some pictures to "
        "see that the labels fit.",
    )  # fmt: skip


def _name(number: int) -> str:
    return f"frame_{number:06d}"
