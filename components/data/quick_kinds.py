"""Kinds of pictures that the quick checks speak of: the words on screen, and which they are.

A condition is SQL over the table `pictures`. Those of the background check stand in the table
`found` instead.
"""

import re

FEW_BOXES = 10  # rule of thumb; below it a class is learned by heart at best
FINEST_GRID_PX = 8  # YOLO26's finest grid has one cell per 8 px

TRAINED = "state IN ('labelled', 'empty')"

UNLABELLED = "not labelled yet"
WITHOUT_PART = "in no part"
TWINS = "the same in two parts"
COPIES = "copies of others"
RARE = "of a rare class"
MISSING = {"train": "of a class missing from train", "val": "of a class missing from val"}

_OF_CLASSES = "id IN (SELECT picture_id FROM labels WHERE class_id IN (SELECT id FROM classes {}))"

# The index on the bytes' sum alone tells who has a twin; only these are looked up.
_THERE_TWICE = (
    "sha256 IN (SELECT sha256 FROM pictures WHERE sha256 != '' GROUP BY sha256 HAVING count(*) > 1)"
)

CONDITIONS: dict[str, str] = {
    UNLABELLED: "state = 'unlabelled'",
    WITHOUT_PART: f"{TRAINED} AND split IS NULL",
    TWINS: f"{_THERE_TWICE} AND +{TRAINED} AND +split IS NOT NULL "  # with + no index is used
    f"AND sha256 IN (SELECT sha256 FROM pictures "
    f"WHERE {_THERE_TWICE} AND +split IS NOT NULL AND +{TRAINED} "
    "GROUP BY sha256 HAVING count(DISTINCT split) > 1)",
    COPIES: f"{_THERE_TWICE} AND state != 'ignored' AND EXISTS (SELECT 1 FROM pictures AS first "
    "WHERE first.sha256 = pictures.sha256 AND first.id < pictures.id "
    "AND first.state != 'ignored')",
    RARE: "state = 'labelled' AND "
    + _OF_CLASSES.format(f"WHERE boxes > 0 AND boxes < {FEW_BOXES}"),
    **{
        words: "state = 'labelled' AND " + _OF_CLASSES.format(
            "WHERE boxes > 0 AND id NOT IN "
            f"(SELECT class_id FROM class_tallies WHERE split = '{part}')"
        )
        for part, words in MISSING.items()
    },
}  # fmt: skip

_TINY = re.compile(r"with boxes below \d+ px at (\d{1,5}) px")


def tiny_at(size_px: int) -> str:
    """The words for pictures with a box that training at this size makes too small."""
    return f"with boxes below {FINEST_GRID_PX} px at {size_px} px"


def condition(kind: str) -> str | None:
    """Which pictures are of the kind; None for one that no quick check knows."""
    if tiny := _TINY.fullmatch(kind):
        return (
            "state = 'labelled' AND id IN (SELECT picture_id FROM labels JOIN pictures AS p "
            "ON p.id = picture_id WHERE min(box_right - box_left, box_bottom - box_top) * "
            f"{int(tiny[1])} < {FINEST_GRID_PX} * max(p.width, p.height))"
        )
    return CONDITIONS.get(kind)


# Pictures that are there more than once, the copies not labelled alike: how many pictures.
LABELLED_APART = (
    "SELECT count(*) FROM (SELECT sha256 FROM (SELECT sha256, count(*) AS labels, "
    "sum(class_id) AS classes, sum(round(box_left) + 3 * round(box_top) + 7 * round(box_right) + "
    "11 * round(box_bottom)) AS places FROM labels JOIN pictures ON pictures.id = picture_id "
    f"WHERE {_THERE_TWICE} AND state = 'labelled' GROUP BY picture_id) GROUP BY sha256 "
    "HAVING min(labels) < max(labels) OR min(classes) < max(classes) OR min(places) < max(places))"
)
