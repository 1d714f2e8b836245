"""What the four numbers of a box in a table are, where its header does not say it.

Few rows can be read in two ways. Read as corner and size, what are two corners soon leads out of
the picture; where even that tells nothing, the person is asked.
"""

from collections.abc import Iterator
from dataclasses import replace

from components.data.formats.table_columns import Columns, Place, numbers_in, places_in
from components.data.formats.tables import Table
from components.data.matching import PictureIndex
from components.data.pictures import probe
from components.data.problems import warn
from components.data.questions import Question, answer_to
from components.data.records import Problem
from components.errors import PictureError

TOPIC = "CSV table"
KINDS: dict[Place, str] = {
    "corners": "left, top, right, bottom", "size": "left, top, width, height",
    "centre": "centre x, centre y, width, height", "four": "four corners",
}  # fmt: skip
_ANSWERS: dict[Place, str] = {
    kind: words for kind, words in KINDS.items() if kind != "four"
}  # of four numbers
_BEYOND = 1.02  # of the picture's side: what is rounded still lies in it


def settled(table: Table, columns: Columns, index: PictureIndex, said: str) -> Columns:
    """The columns with the order of the numbers, as far as it can be known.

    Args:
        table: The file.
        columns: Where things stand in it.
        index: The pictures, which are measured.
        said: What the person has answered.
    """
    if not columns.is_open:
        return columns
    answer = answer_to(said, TOPIC, _ANSWERS.values())
    if answer:
        kind = next(kind for kind, words in _ANSWERS.items() if words == answer)
        return replace(columns, kind=kind)
    if any(_leads_out(place, size) for place, size in _placed(table, columns, index)):
        return replace(columns, kind="corners", is_open=False)
    return columns


def question(table: Table, columns: Columns) -> Question:
    """What to ask of a table that leaves it open."""
    return Question(
        TOPIC, "What are the four numbers of each box?", tuple(_ANSWERS.values()),
        list(_ANSWERS).index(columns.kind),
        f"{table.entry.name} does not say it, and has too few boxes to tell. Choose what fits, and "
        "look at some pictures afterwards.",
    )  # fmt: skip


def about_order(table: Table, columns: Columns) -> Problem:
    """How they are read."""
    return warn(
        "box_order", table.entry.name,
        f"{table.entry.name} does not say what the four numbers of a box are.",
        f"They are read as {KINDS[columns.kind]}; say so above if that is wrong.",
    )  # fmt: skip


def _placed(
    table: Table, columns: Columns, index: PictureIndex
) -> Iterator[tuple[list[float], tuple[float, float]]]:
    """The boxes of the first rows, each with its picture's width and height."""
    near = table.entry.name.rpartition("/")[0]
    for row in table.sample:
        if len(row) < columns.width:
            continue
        number = index.find(row[columns.file].strip(), near)
        if number is None:
            continue
        picture = index.pictures[number]
        try:
            facts = probe(picture.path, picture.name)
        except PictureError:
            continue
        cells = [row[n] for n in columns.place]
        listed = places_in(cells[0]) if len(cells) == 1 else [" ".join(cells)]
        for each in listed:
            if len(place := numbers_in(each)) == 4:
                yield place, (facts.width, facts.height)


def _leads_out(place: list[float], size: tuple[float, float]) -> bool:
    """Whether a corner and a size lead out of a picture."""
    left, top, width, height = place
    is_share = max(place) <= 1.0
    across, down = (1.0, 1.0) if is_share else size
    return left + width > across * _BEYOND or top + height > down * _BEYOND
