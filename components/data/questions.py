"""What files leave open and only a person can say: asked in the report, the guess chosen before.

Answers travel in `import_job.Order.prefer`, a line each: "VGG Image Annotator (VIA): kind" says
what a format's question is answered with, a line without ": " which format to take.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

AGAIN = " / several files"  # behind a format's name: a topic of its own beside the format's
_MARK = ": "


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to ask.

    Attributes:
        topic: The format that asks, as its description is called.
        words: What is asked.
        answers: What can be answered, the names of the user's own among them.
        chosen: Number of the answer that was read by.
        why: Why it is asked, for the help text.
        told: Beside each answer what it would give, in numbers; () for nothing.
    """

    topic: str
    words: str
    answers: tuple[str, ...]
    chosen: int
    why: str
    told: tuple[str, ...] = ()

    @property
    def form(self) -> str:
        """The format that asks."""
        return self.topic.removesuffix(AGAIN)

    def shown(self, answer: str) -> str:
        """An answer with its numbers."""
        told = dict(zip(self.answers, self.told, strict=False)).get(answer, "")
        return f"{answer} ({told})" if told else answer

    def said(self, answer: str) -> str:
        """An answer as the order has it."""
        return f"{self.topic}{_MARK}{' '.join(answer.split())}"

    def to_dict(self) -> dict[str, Any]:
        """As JSON can hold it."""
        return asdict(self)

    @classmethod
    def of(cls, facts: dict[str, Any]) -> "Question":
        """The question that `to_dict` wrote."""
        told = tuple(facts.get("told", ()))
        return cls(**{**facts, "answers": tuple(facts["answers"]), "told": told})


def chosen_format(said: str) -> str:
    """The format that the person wants taken; "" when nothing was said."""
    return next((line for line in said.splitlines() if line and _MARK not in line), "")


def answer_to(said: str, topic: str, answers: Iterable[str]) -> str:
    """Which of the answers was given to a format's question; "" for none of them."""
    given = {line.partition(_MARK)[2] for line in said.splitlines()
             if line.partition(_MARK)[0] == topic}  # fmt: skip
    return next((answer for answer in answers if " ".join(answer.split()) in given), "")


def said_to(said: str, topic: str) -> str:
    """What was answered to a question whose answers are not known yet; "" for nothing."""
    lines = (line.partition(_MARK) for line in said.splitlines())
    return next((answer for asked, _, answer in lines if asked == topic), "")


def with_answer(said: str, answer: str) -> str:
    """What was said before with one answer more, which takes the place of another to the same."""
    topic = answer.partition(_MARK)[0] if _MARK in answer else ""
    kept = [line for line in said.splitlines()
            if (line.partition(_MARK)[0] if _MARK in line else "") != topic]  # fmt: skip
    return "\n".join([*kept, answer])
