"""Numbers as label files hold them: short, and exact enough to come back the same."""

from components.data.records import Corners


def short(value: float, digits: int) -> str:
    """The number without needless noughts.

    >>> short(0.25, 9), short(3.0, 3), short(-0.0, 3)
    ('0.25', '3', '0')
    """
    text = f"{value:.{digits}f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def centred(box: Corners, width: float, height: float) -> tuple[float, float, float, float]:
    """A box in pixels as centre x, centre y, width, height, as fractions of the picture."""
    left, top, right, bottom = box
    return (
        (left + right) / 2 / width, (top + bottom) / 2 / height,
        (right - left) / width, (bottom - top) / height,
    )  # fmt: skip
