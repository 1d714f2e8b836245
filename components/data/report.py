"""The report on a reading: what the user sees before anything is written."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from components.data.reading_file import counted, fact
from components.findings import ORDER, Severity


@dataclass(frozen=True, slots=True)
class ClassCount:
    """A class with what there is of it; `name` is plain text of the user's."""

    name: str
    boxes: int
    pictures: int


@dataclass(frozen=True, slots=True)
class ProblemGroup:
    """Problems of one kind: how many, how serious, and the first one as an example."""

    code: str
    severity: Severity
    count: int
    what: str
    done: str


@dataclass(frozen=True, slots=True)
class ReportSummary:
    """What was understood, in numbers.

    Attributes:
        format: Name of the format.
        why: Why it was recognised, one sentence.
        task: A `tasks.TASKS` key.
        pictures: Pictures that can be read.
        labelled: With at least one label.
        unlabelled: Nobody has said anything about them.
        empty: Looked at, nothing to be found.
        ignored: Too small to train on.
        boxes: Labels altogether.
        splits: "train", "val", "test" and "none" to pictures.
        classes: In the order of their numbers.
        problem_count: All problems, remarks among them.
        problems: By kind, the most serious first.
    """

    format: str
    why: str
    task: str
    pictures: int
    labelled: int
    unlabelled: int
    empty: int
    ignored: int
    boxes: int
    splits: dict[str, int]
    classes: tuple[ClassCount, ...]
    problem_count: int
    problems: tuple[ProblemGroup, ...]

    @property
    def losses(self) -> tuple[ProblemGroup, ...]:
        """What was lost, changed or guessed."""
        return tuple(one for one in self.problems if one.severity is not Severity.NOTE)

    @property
    def remarks(self) -> tuple[ProblemGroup, ...]:
        """What is good to know; nothing is lost by it."""
        return tuple(one for one in self.problems if one.severity is Severity.NOTE)

    def to_dict(self) -> dict[str, Any]:
        """The report as JSON can hold it."""
        return asdict(self)


def summarise(folder: Path) -> ReportSummary:
    """The report on the reading in `folder`."""
    states = dict(counted(folder, "SELECT state, count(*) FROM pictures GROUP BY state"))
    splits = dict(
        counted(folder, "SELECT coalesce(split, 'none'), count(*) FROM pictures GROUP BY split")
    )
    groups = _groups(counted(
        folder,
        # With min(), SQLite takes the other columns from the very row that has the minimum.
        "SELECT code, severity, count(*), what, done, min(id) FROM problems "
        "GROUP BY code, severity",
    ))  # fmt: skip
    classes = _classes(folder)
    return ReportSummary(
        format=fact(folder, "format"),
        why=fact(folder, "why"),
        task=fact(folder, "task"),
        pictures=sum(states.values()),
        labelled=states.get("labelled", 0),
        unlabelled=states.get("unlabelled", 0),
        empty=states.get("empty", 0),
        ignored=states.get("ignored", 0),
        boxes=sum(one.boxes for one in classes),
        splits={word: splits.get(word, 0) for word in ("train", "val", "test", "none")},
        classes=classes,
        problem_count=sum(group.count for group in groups),
        problems=groups,
    )


def _classes(folder: Path) -> tuple[ClassCount, ...]:
    rows = counted(
        folder, "SELECT class, count(*), count(DISTINCT picture) FROM labels GROUP BY class"
    )
    found = {name: (boxes, pictures) for name, boxes, pictures in rows}
    return tuple(ClassCount(name, *found.get(name, (0, 0))) for name in fact(folder, "classes"))


def _groups(rows: Iterable[tuple[Any, ...]]) -> tuple[ProblemGroup, ...]:
    groups = [ProblemGroup(code, Severity(s), n, what, done) for code, s, n, what, done, _ in rows]
    return tuple(sorted(groups, key=lambda group: (ORDER[group.severity], -group.count)))


def from_dict(facts: dict[str, Any]) -> ReportSummary:
    """The report as `to_dict` wrote it."""
    classes = tuple(ClassCount(**row) for row in facts["classes"])
    problems = tuple(
        ProblemGroup(**{**row, "severity": Severity(row["severity"])}) for row in facts["problems"]
    )
    return ReportSummary(**{**facts, "classes": classes, "problems": problems})
