"""What the background check has to say of shapes: outlines, turned boxes, named points.

As in `seen`: a check is a function over the open file of the data set to findings. Each is silent
where the task does not learn from the shape.
"""

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from components.data import keypoint_order, keypoints, rings
from components.data.finding_rows import MIRROR_OFF, mend_by, told
from components.data.wording import listed, some
from components.findings import Finding, Severity

MOST_CROSSED = 600  # points of an outline; longer ones are traced by programs and do not cross
GAP = 6.0  # times the longest other side; then the last one was hardly drawn. Rule of thumb
FEWEST_SIDES = 8  # with fewer, one long side is nothing unusual
LEAST_AREA_PX = 1.0
SQUARE = 0.05  # share of a turned box's diagonal that a corner may be off; rule of thumb
OUTSIDE_PX = 0.5
BORDER_PX = 2.0  # what lies so near to it lies on the border, as hands and programs draw

CROSSED = "with outlines that cross"
UNFINISHED = "with unfinished outlines"
SLANTED = "with slanted turned boxes"

Points = list[list[float]]


def outlines_do_not_cross(db: sqlite3.Connection) -> list[Finding]:
    """No outline crosses itself."""
    names = _names(db, ("segment", "obb"), "polygon", lambda points, *_: crosses_itself(points))
    return told(
        names, Severity.WARN, "{} an outline that crosses itself", "picture has", "pictures have",
        "Take them apart where they cross and keep what they enclose, or put these pictures aside "
        "and draw them again.",
        "Where an outline overlaps itself, the trainer takes the thing as not there (even-odd "
        "rule).", "untangle_outlines", kind=CROSSED,
        also=(mend_by("put_shown_aside", kind=CROSSED),),
    )  # fmt: skip


def outlines_are_closed(db: sqlite3.Connection) -> list[Finding]:
    """No outline looks as if its drawer stopped half way."""
    names = _names(db, ("segment", "obb"), "polygon", is_open)
    return told(
        names, Severity.NOTE, "{} an outline that looks unfinished: its last point is far from its "
        "first", "picture has", "pictures have",
        "Look at them; draw the outline to its end if part of the thing is cut off by a straight "
        "line.", f"The last side is {GAP:g} times as long as any other; rule of thumb.",
        kind=UNFINISHED, also=(mend_by("put_shown_aside", kind=UNFINISHED),),
    )  # fmt: skip


def outlines_enclose_something(db: sqlite3.Connection) -> list[Finding]:
    """No outline is a mere line or point."""
    names = _names(db, ("segment", "obb"), "polygon", lambda points, *_: encloses_nothing(points))
    return told(
        names, Severity.WARN, "{} an outline that encloses nothing", "picture has",
        "pictures have", "Delete them: there is nothing to learn from a line. A picture that shows "
        "nothing else is then one that nobody has labelled.",
        "Fewer than three points, or less than one pixel of area.", "drop_flat_outlines",
        kind="with outlines of nothing",
    )  # fmt: skip


def turned_boxes_are_rectangles(db: sqlite3.Connection) -> list[Finding]:
    """Every turned box has four right angles."""
    names = _names(db, ("obb",), "rotated", lambda points, *_: not is_rectangle(points))
    return told(
        names, Severity.NOTE, "{} a turned box that is no rectangle", "picture has",
        "pictures have", "Make each the smallest turned rectangle around its four corners, which "
        "is what is learned anyway; put aside what is far off.",
        f"A corner is off by more than {SQUARE:.0%} of the diagonal.", "square_turned_boxes",
        kind=SLANTED, also=(mend_by("put_shown_aside", kind=SLANTED),),
    )  # fmt: skip


def points_lie_inside(db: sqlite3.Connection) -> list[Finding]:
    """No point that is said to be there lies outside its picture."""
    names = _names(db, ("pose",), "keypoints", leaves)
    return told(
        names, Severity.WARN, "{} a point outside of it", "picture has", "pictures have",
        "Mark them as not there; until then they count so as well.",
        "The trainer would leave out the whole picture for one such point.", "hide_points_outside",
        kind="with points outside",
    )  # fmt: skip


def sides_have_partners(db: sqlite3.Connection) -> list[Finding]:
    """Points with left or right in their name trade places with their other side."""
    (task,) = db.execute("SELECT task FROM dataset").fetchone()
    facts = keypoint_order.facts(db)
    if task != "pose" or "kpt_names" not in facts:
        return []
    names = facts["kpt_names"]
    by_name = keypoints.swaps_by_name(names)
    staying = [
        names[number] for number, other in enumerate(by_name)
        if other != number and facts["flip_idx"][number] == number
    ]  # fmt: skip
    if staying:
        return [
            Finding(
                Severity.WARN, f"{some(len(staying), 'point has', 'points have')} a side in the "
                f"name, but would keep it in the mirror: {listed(staying)}",
                "Let left and right trade places when a picture is mirrored.", tuple(staying),
                "flip_idx leaves them where they are.", mend_by("pair_points"),
            )
        ]  # fmt: skip
    alone = [
        name for number, name in enumerate(names)
        if by_name[number] == number and keypoints.has_side(name)
    ]  # fmt: skip
    if not alone:
        return []
    return [
        Finding(
            Severity.NOTE, f"{some(len(alone), 'point has', 'points have')} a side in the name but "
            f"no other side: {listed(alone)}",
            "Set “Mirror left to right” to 0 under Augment, or rename the points where the labels "
            "were drawn.", tuple(alone),
            "A mirrored left hand is a right hand; the model would learn it as a left one.",
            MIRROR_OFF,
        )
    ]  # fmt: skip


def crosses_itself(points: Sequence[Sequence[float]]) -> bool:
    """Whether two sides of a closed line cross; sides that only touch do not count.

    >>> crosses_itself([(0, 0), (4, 4), (4, 0), (0, 4)])
    True
    """
    if not 4 <= len(points) <= MOST_CROSSED:
        return False
    start = np.array([point[:2] for point in points], dtype=np.float64)
    end = np.roll(start, -1, axis=0)
    parted = _sides(start, end, start) * _sides(start, end, end) < 0  # [i, j]: j straddles line i
    return bool((parted & parted.T).any())


def _sides(
    start: NDArray[np.float64], end: NDArray[np.float64], points: NDArray[np.float64]
) -> NDArray[np.float64]:
    """(N, M): on which side of each line each point lies, 0 for on it; rounding is on it."""
    along = (end - start)[:, None]
    away = points[None] - start[:, None]
    cross = along[..., 0] * away[..., 1] - along[..., 1] * away[..., 0]
    within = 1e-6 * np.hypot(along[..., 0], along[..., 1]) * max(1.0, float(np.abs(points).max()))
    return np.where(np.abs(cross) <= within, 0.0, np.sign(cross))


def is_open(points: Sequence[Sequence[float]], width: int, height: int) -> bool:
    """Whether the side that closes the line is far longer than those that were drawn.

    A side along the border of the picture is no sign of it: there the picture ends, not the thing.
    """
    ring = np.array([point[:2] for point in points], dtype=np.float64)
    if len(ring) < FEWEST_SIDES:
        return False
    for both, most in ((ring[[0, -1], 0], width), (ring[[0, -1], 1], height)):
        if (both <= BORDER_PX).all() or (both >= most - BORDER_PX).all():
            return False
    lengths = np.hypot(*(np.roll(ring, -1, axis=0) - ring).T)
    return bool(lengths[-1] > GAP * lengths[:-1].max() > 0)


def is_rectangle(points: Sequence[Sequence[float]]) -> bool:
    """Whether four corners, in their order, are those of a rectangle, as near as hands draw."""
    if len(points) != 4:
        return False
    a, b, c, d = np.array([point[:2] for point in points], dtype=np.float64)
    first, second = np.hypot(*(c - a)), np.hypot(*(d - b))
    allowed = SQUARE * max(first, second)
    return bool(np.hypot(*(a + c - b - d)) / 2 <= allowed and abs(first - second) <= 2 * allowed)


def encloses_nothing(points: Sequence[Sequence[float]]) -> bool:
    """Whether a closed line is a mere line or point."""
    ring = [(point[0], point[1]) for point in points]
    if len(ring) >= 3 and abs(rings.area(ring)) >= LEAST_AREA_PX:
        return False
    return not crosses_itself(points)  # whose parts may take each other's area away


def leaves(points: Points, width: int, height: int) -> bool:
    """Whether a point that is said to be there lies outside of a picture of this size, pixels."""
    return any(
        not (-OUTSIDE_PX <= x <= width + OUTSIDE_PX and -OUTSIDE_PX <= y <= height + OUTSIDE_PX)
        for x, y, *seen in points
        if not seen or seen[0] > 0
    )


def _names(
    db: sqlite3.Connection, tasks: Sequence[str], shape: str,
    is_odd: Callable[[Points, int, int], bool],
) -> list[str]:  # fmt: skip
    """Pictures with a label of this shape that is odd; none when another task is trained."""
    (task,) = db.execute("SELECT task FROM dataset").fetchone()
    if task not in tasks:
        return []
    found = (name for name, points, width, height in _labels(db, shape)
             if is_odd(points, width, height))  # fmt: skip
    return list(dict.fromkeys(found))


def _labels(db: sqlite3.Connection, shape: str) -> Iterator[tuple[str, Points, int, int]]:
    query = (
        "SELECT name, points, width, height FROM labels JOIN pictures ON pictures.id = picture_id "
        "WHERE shape = ? AND state = 'labelled' ORDER BY pictures.id"
    )
    for name, points, width, height in db.execute(query, (shape,)):
        yield name, json.loads(points or "[]"), width, height


SHAPE_CHECKS = (
    outlines_do_not_cross,
    outlines_are_closed,
    outlines_enclose_something,
    turned_boxes_are_rectangles,
    points_lie_inside,
    sides_have_partners,
)
