"""What the four numbers of a box in a record are, where no key says it."""

from collections.abc import Sequence

from components.data.problems import warn
from components.data.questions import Question, answer_to
from components.data.records import Problem
from components.data.scan import Finds

TOPIC = "JSON records"
_ORDERS = ("left, top, right, bottom", "left, top, width, height")
_ENOUGH = 8  # boxes after which an order that fits all of them is no accident; our own choice
Four = tuple[float, float, float, float]
Placed = Sequence[tuple[Four, tuple[float, float] | None]]


def settled_order(named: Placed, name: str, finds: Finds) -> tuple[bool, list[Problem]]:
    """Whether four numbers are two corners, and what is to be said of it.

    Args:
        named: The numbers of each box, with its picture's width and height where known.
        name: The first file.
        finds: Is told what to ask; knows what was answered.
    """
    are_corners, is_sure = _are_corners(named)
    if is_sure:
        return are_corners, []
    if answer := answer_to(finds.prefer, TOPIC, _ORDERS):
        are_corners = answer == _ORDERS[0]
    read = _ORDERS[0 if are_corners else 1]
    finds.questions.append(Question(
        TOPIC, "What are the four numbers of each box?", _ORDERS, _ORDERS.index(read),
        f"{name} does not say it. Choose what fits, and look at some pictures afterwards.",
    ))  # fmt: skip
    return are_corners, [warn(
        "box_order", name, f"{name} does not say what the four numbers of a box are.",
        f"They are read as {read}; say so above if that is wrong.",
    )]  # fmt: skip


def _are_corners(named: Placed) -> tuple[bool, bool]:
    """Whether four numbers are two corners, and whether that is sure.

    A second corner lies right of and below the first, always; and read as corner and size, such
    boxes soon reach out of their picture.
    """
    if not named:
        return False, True
    if any(c <= a or d <= b for (a, b, c, d), _ in named):
        return False, True
    if any(size and (a + c > size[0] * 1.02 or b + d > size[1] * 1.02)
           for (a, b, c, d), size in named):  # fmt: skip
        return True, True
    if any(size is not None for _, size in named) and len(named) >= _ENOUGH:
        return False, True
    return len(named) >= _ENOUGH, False
