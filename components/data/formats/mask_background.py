"""Which value of masks is nothing, where no file says it: mostly 0, but some paint on white.

The background is what nearly all of a picture's border has. Values without a file are believed to
be classes otherwise, so the person is asked where it is not 0.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from components.data.formats.mask_pixels import MaskPixels
from components.data.problems import warn
from components.data.questions import Question, answer_to
from components.data.records import Problem

TOPIC = "Mask pictures"
_MOSTLY = 0.6  # share of a border, and of the masks, where 0 is nowhere to be seen
_NEARLY_ALL = (
    0.8  # the same where 0 is there as well, which is nothing nearly always; our own choice
)
_BLACK = "black (0)"
_GREY = 0x010101  # a grey value times this is the same as a colour


@dataclass(frozen=True, slots=True)
class Background:
    """The value that is nothing.

    Attributes:
        value: As in masks that are grey, or else a colour's number; 0 is the usual one.
        is_coloured: Which of the two.
        words: What it is called, for the question; "" where nothing is to be asked.
    """

    value: int = 0
    is_coloured: bool = False
    words: str = ""

    def taken_from(self, mask: MaskPixels) -> MaskPixels:
        """The mask with 0 where nothing is."""
        if mask.is_coloured == self.is_coloured:
            return mask.without(self.value)
        if self.is_coloured:  # a mask without a thing is all grey
            grey = self.value & 255
            return mask.without(grey if grey * _GREY == self.value else 0)
        return mask.without(self.value * _GREY)


def background_of(masks: Iterable[MaskPixels], said: str) -> Background:
    """What is nothing in a sample of masks.

    Args:
        masks: The sample.
        said: What the person has answered to questions.
    """
    seen = [(mask.is_coloured, mask.border(), mask.has_black()) for mask in masks if mask.is_mixed]
    is_coloured = any(coloured for coloured, _, _ in seen)
    least = _NEARLY_ALL if any(has_black for _, _, has_black in seen) else _MOSTLY
    votes: Counter[int] = Counter()
    for coloured, border, _ in seen:
        value, times = border.most_common(1)[0]
        if times >= least * border.total():
            votes[value * _GREY if is_coloured and not coloured else value] += 1
    value, number = votes.most_common(1)[0] if votes else (0, 0)
    if not value or number < least * len(seen):
        return Background()
    words = f"#{value:06x}" if is_coloured else str(value)
    words = f"white ({words})" if value in (255, 0xFFFFFF) else words
    is_black = answer_to(said, TOPIC, (words, _BLACK)) == _BLACK
    return Background(0 if is_black else value, is_coloured, words)


def question(found: Background) -> Question:
    """What to ask of masks that are not painted on black."""
    return Question(
        TOPIC, "Which value of the masks is the background?", (found.words, _BLACK),
        0 if found.value else 1,
        "No file says what the values of the masks mean. The border of nearly all of them has one "
        "value, as a background has; every other value is taken as a class.",
    )  # fmt: skip


def about_background(found: Background, file: str) -> Problem:
    """How such masks are read."""
    read = found.words if found.value else _BLACK
    return warn(
        "mask_background", file,
        f"No file says which value of the masks is the background, and {found.words} is at the "
        "border of nearly all of them.",
        f"They are read with {read} as the background; say so above if that is wrong.",
    )  # fmt: skip
