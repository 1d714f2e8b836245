"""Whom to believe where an XML's own name and its `<filename>` mean two pictures, both there.

Mostly pictures and labels were given new names together and `<filename>` still has the old one,
which now is another picture's. No file says so: it is asked.
"""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from components.data.matching import PictureIndex
from components.data.names import folded, key_of, stem_of, tidy_reference
from components.data.numbered import NumberSet
from components.data.problems import count, warn
from components.data.questions import Question, answer_to
from components.data.records import Problem
from components.data.scan import Finds

_ORDERS = ("the one that is named like the XML", "the one that stands in <filename>")


class Head(NamedTuple):
    """One XML: its name, the picture it says it is about, and how many things it has."""

    name: str
    filename: str
    things: int

    @property
    def said(self) -> str:
        """The picture it says it is about, without folders and ending."""
        return folded(stem_of(tidy_reference(self.filename)))

    @property
    def agrees(self) -> bool:
        """Whether its two names for the picture are one."""
        return self.said == folded(stem_of(self.name))


def settle(
    topic: str, heads: Sequence[Head], doubted: Sequence[int], index: PictureIndex, finds: Finds
) -> tuple[NumberSet, list[Problem]]:
    """Which files are to go by their own name alone, and what is told of it.

    Args:
        topic: The format that asks.
        heads: All files.
        doubted: Numbers of those whose two names differ.
        index: The pictures.
        finds: Is told what to ask; knows what was answered.
    """
    both = [number for number in doubted if _means_two(heads[number], index)]
    if not both:
        return NumberSet(), []
    claims = Counter(head.said for head in heads)
    both = [number for number in both if claims[heads[number].said] == 1]  # else it was copied
    if not both:
        return NumberSet(), []
    read = answer_to(finds.prefer, topic, _ORDERS) or _ORDERS[0]
    finds.questions.append(Question(
        topic, "Which picture is an XML about?", _ORDERS, _ORDERS.index(read),
        "Some files are named like one picture and speak of another, and both are there. Choose "
        "what fits, and look at some pictures afterwards.",
    ))  # fmt: skip
    own = NumberSet(both if read == _ORDERS[0] else ())
    first = heads[both[0]]
    return own, [warn(
        "names_differ", first.name,
        f"{count(len(both), 'XML file')} such as {first.name}, which speaks of {first.filename}, "
        f"{'is' if len(both) == 1 else 'are'} named like another picture.",
        f"The picture taken is {read}; say so above if that is wrong.",
    )]  # fmt: skip


def _means_two(head: Head, index: PictureIndex) -> bool:
    if not head.filename:
        return False
    return bool(index.by_key.get(key_of(head.name)) and index.by_stem.get(head.said))
