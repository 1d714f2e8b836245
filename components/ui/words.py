"""Numbers, times and names in plain words, the same on every page."""

import re
import time
from collections.abc import Sequence

from components.data.records import PictureState
from components.jobs.events import State

SPLIT_WORDS = {
    "train": "Learn from (train)",
    "val": "Check with (val)",
    "test": "Test at the end (test)",
}
SPLIT_HELP = (
    "The model learns from the first part. The second part checks, after each round of learning, "
    "whether it really understood. The third is kept back and asked only at the very end."
)
PICTURE_STATE_WORDS = {
    PictureState.LABELLED: "labelled",
    PictureState.UNLABELLED: "not labelled yet",
    PictureState.EMPTY: "empty on purpose",
    PictureState.IGNORED: "put aside",
}
RUN_STATE_WORDS = {
    State.WAITING: "waiting in line",
    State.RUNNING: "learning now",
    State.PAUSED: "paused",
    State.FINISHED: "finished",
    State.STOPPED: "stopped, what it learned is kept",
    State.FAILED: "failed",
    State.INTERRUPTED: "broken off",
}
_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400


def plain(text: str, most: int = 0) -> str:
    r"""Text from a user's files, made safe for places where Streamlit reads Markdown.

    Args:
        text: A class, file or data set name; may hold anything.
        most: Longer text is cut in its middle to this many characters; 0 cuts nothing.

    >>> plain("<b>*cell*</b>")
    '\\<b\\>\\*cell\\*\\</b\\>'
    """
    return re.sub(r"([\\`*_{}\[\]<>()#+\-.!|~$:^=@&\"'])", r"\\\1", shorten(text, most))


def shorten(text: str, most: int = 0) -> str:
    """One line, cut in its middle to `most` characters, so that both ends can be told apart.

    >>> shorten("a-very-long-name.jpg", 11)
    'a-ver…e.jpg'
    """
    line = " ".join(text.split())
    if most < 3 or len(line) <= most:
        return line
    tail = (most - 1) // 2
    return f"{line[: most - 1 - tail]}…{line[-tail:]}"


def number(value: float) -> str:
    """A whole number with commas: 12,345."""
    return f"{round(value):,}"


def count(value: int, one: str, many: str = "") -> str:
    """A number with its noun.

    >>> count(1, "picture"), count(1200, "picture"), count(2, "box", "boxes")
    ('1 picture', '1,200 pictures', '2 boxes')
    """
    return f"{value:,} {one if value == 1 else many or one + 's'}"


def share(part: float, whole: float = 1.0) -> str:
    """How much of the whole, in per cent; never 0 % of something or 100 % of not quite all.

    >>> share(1, 3), share(0, 5), share(1, 1000), share(999, 1000)
    ('33 %', '0 %', '<1 %', '99 %')
    """
    if not whole or part <= 0:
        return "0 %"
    per_cent = 100 * part / whole
    if per_cent < 1:
        return "<1 %"
    return f"{min(round(per_cent), 99 if part < whole else 100)} %"


def size(bytes_: float) -> str:
    """Bytes as people say them, in decimal units.

    >>> size(0), size(2_345), size(5_300_000), size(26e9)
    ('0 bytes', '2 kB', '5.3 MB', '26 GB')
    """
    if bytes_ < 1_000:
        return f"{bytes_:.0f} bytes"
    value = bytes_ / 1_000
    for unit in ("kB", "MB", "GB"):
        if value < 999.5 or unit == "GB":
            break
        value /= 1_000
    return f"{value:.1f} {unit}" if value < 10 and unit != "kB" else f"{value:.0f} {unit}"


def duration(seconds: float) -> str:
    """How long, in at most two units.

    >>> duration(0.4), duration(42), duration(200), duration(7_300), duration(180_000)
    ('less than a second', '42 seconds', '3 min 20 s', '2 h 1 min', '2 days 2 h')
    """
    if seconds < 1:
        return "less than a second"
    whole = round(seconds)
    if whole < _MINUTE:
        return count(whole, "second")
    if whole < _HOUR:
        return f"{whole // _MINUTE} min {whole % _MINUTE} s"
    if whole < _DAY:
        return f"{whole // _HOUR} h {whole % _HOUR // _MINUTE} min"
    return f"{count(whole // _DAY, 'day')} {whole % _DAY // _HOUR} h"


def about(seconds: float) -> str:
    """An estimate: round numbers, and no more certainty than there is.

    >>> about(3), about(48), about(400), about(9_000)
    ('a few seconds', 'about 50 seconds', 'about 7 minutes', 'about 2.5 hours')
    >>> about(58), about(85), about(200)
    ('about a minute', 'about 1.5 minutes', 'about 3.5 minutes')
    """
    if seconds < 8:
        return "a few seconds"
    if seconds < 38:
        return f"about {round(seconds / 5) * 5} seconds"
    if seconds < 55:
        return f"about {round(seconds / 10) * 10} seconds"
    if seconds < 1.25 * _MINUTE:
        return "about a minute"
    if seconds < 5 * _MINUTE:
        return f"about {round(seconds / _MINUTE * 2) / 2:g} minutes"
    if seconds < 1.5 * _HOUR:
        return f"about {round(seconds / _MINUTE)} minutes"
    if seconds < 1.5 * _DAY:
        return f"about {round(seconds / _HOUR * 2) / 2:g} hours"
    return f"about {round(seconds / _DAY)} days"


def roughly(seconds: float) -> str:
    """`about` without the word, for a sentence that says it already.

    >>> roughly(400)
    '7 minutes'
    """
    return about(seconds).removeprefix("about ")


def ago(at: float, now: float | None = None) -> str:
    """How long ago a moment is, Unix seconds.

    >>> ago(0, 30), ago(0, 7_200), ago(0, 200_000)
    ('just now', '2 hours ago', '2 days ago')
    """
    past = max(0.0, (time.time() if now is None else now) - at)
    if past < _MINUTE:
        return "just now"
    for unit, name in ((_DAY, "day"), (_HOUR, "hour"), (_MINUTE, "minute")):
        if past >= unit:
            return f"{count(int(past // unit), name)} ago"
    return "just now"


def listed(names: Sequence[str], most: int = 5) -> str:
    """Names in a sentence, the rest as a number.

    >>> listed(["a", "b"]), listed(["a", "b", "c", "d"], 2)
    ('a and b', 'a, b and 2 more')
    """
    shown = list(names[:most])
    if len(names) > most:
        return f"{', '.join(shown)} and {len(names) - most:,} more"
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)
