"""Label files that find no picture because another file describes it already.

They are told apart from those whose picture is missing, which the person may still add.
"""

from collections.abc import Container

from components.data.matching import PictureIndex
from components.data.names import folded, stem_of, tidy_reference, without_roles
from components.data.problems import warn
from components.data.records import Problem


def is_second(name: str, source: str, index: PictureIndex, taken: Container[int]) -> bool:
    """Whether all pictures that a label file may be about are described by others.

    Args:
        name: What the file calls its picture.
        source: The file; its pictures lie in its folder, or in one above.
        index: The pictures.
        taken: Numbers of those that are described.
    """
    near = without_roles(source.rpartition("/")[0])
    named = [
        number
        for number in index.by_stem.get(folded(stem_of(tidy_reference(name))))
        if near[: len(index.folder(number))] == index.folder(number)
    ]
    return bool(named) and all(number in taken for number in named)


def label_twice(file: str) -> Problem:
    """The word about such a file."""
    return warn(
        "label_twice", file, f"{file} is a second label file for a picture that has one already.",
        "Its labels are left out.",
    )  # fmt: skip
