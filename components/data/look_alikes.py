"""The pairs of pictures that are the same or nearly so, for people to look at."""

from dataclasses import dataclass

from components.data import schema
from components.data.nearness import NEAR
from components.data.records import Split
from components.data.store import Dataset


@dataclass(frozen=True, slots=True)
class Pair:
    """Two pictures that look alike.

    Attributes:
        first_id: The one that came in first.
        second_id: The other.
        names: Of both.
        splits: The parts of both; None without one.
        difference: Grey levels of 255 in the place where they differ most; 0 for equals.
    """

    first_id: int
    second_id: int
    names: tuple[str, str]
    splits: tuple[Split | None, Split | None]
    difference: float

    @property
    def leaks(self) -> bool:
        """Whether they lie in two parts."""
        return None not in self.splits and self.splits[0] != self.splits[1]


_FROM = (
    "FROM alike JOIN pictures AS one ON one.id = first_id "
    "JOIN pictures AS other ON other.id = second_id "
    f"WHERE {NEAR} AND one.state != 'ignored' AND other.state != 'ignored'"
)


def pairs(dataset: Dataset, offset: int = 0, limit: int = 20) -> list[Pair]:
    """A page of the pairs: those that lie in two parts first, then the most alike."""
    query = (
        "SELECT first_id, second_id, one.name, other.name, one.split, other.split, difference "
        f"{_FROM} ORDER BY coalesce(one.split != other.split, 0) DESC, difference, first_id, "
        "second_id LIMIT ? OFFSET ?"
    )
    with schema.reading(dataset.folder) as db:
        return [
            Pair(first, second, (a, b), (here, there), difference)
            for first, second, a, b, here, there, difference in db.execute(query, (limit, offset))
        ]


def count(dataset: Dataset) -> tuple[int, int]:
    """How many pairs there are, and how many of them lie in two parts."""
    query = f"SELECT count(*), coalesce(sum(one.split != other.split), 0) {_FROM}"
    with schema.reading(dataset.folder) as db:
        found: tuple[int, int] = db.execute(query).fetchone()
        return found
