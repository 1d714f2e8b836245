"""Groups: pictures that must not be parted by the split, or the model is judged by what it learned.

Frames of one film, tiles of one slide, photographs of one specimen: a rule reads them from the
names, from the clock of the camera, or from a column that the user gives. Pictures that are the
same, nearly the same, or copies that Roboflow made of one picture join whatever the rule says.
"""

import random
import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import PurePosixPath

from components.data import schema
from components.data.balance import Shares
from components.data.nearness import NEAR, joined, largest_chain, most_in_chain
from components.data.store import Dataset
from components.errors import DatasetError

BURST_S = 10.0  # pictures of one camera so close together show the same thing; rule of thumb
LARGEST_SHARE = 1 / 3  # a rule whose largest group holds more leaves nothing to deal
FEWEST_GROUPS = 5  # fewer cannot be dealt into three parts with any balance
_ORIGIN = re.compile(r"_(?:jpe?g|png|bmp|webp|tiff?)\.rf\.[0-9a-zA-Z]{8,}$", re.IGNORECASE)
_PARTS_AND_KINDS = {"train", "training", "val", "valid", "validation", "test", "testing", "images"}
_TILE = re.compile(r"(.*[^\W_].*?)[ _\-.]+[a-z]{0,3}\d+[ _\-x]+[a-z]{0,3}\d+", re.IGNORECASE)
_FRAME = re.compile(r"(.*[^\W\d_].*?)[ _\-.]*(?:frame|img|f)?[ _\-.]*\d+", re.IGNORECASE)
_SPECIMEN = re.compile(r"([^\W_]*\d[^\W_]*)[ _\-.]+.+")


@dataclass(frozen=True, slots=True)
class Rule:
    """One way to tell which pictures belong together.

    Attributes:
        label: For a list of choices.
        help: What it takes for a group, in one sentence.
        key: A picture's group by its name; None when the name says nothing.
    """

    label: str
    help: str
    key: Callable[[str], str | None] = lambda _: None


def _by(pattern: re.Pattern[str]) -> Callable[[str], str | None]:
    def key(name: str) -> str | None:
        found = pattern.fullmatch(_stem(name))
        return f"{_folder(name)}/{found[1].casefold()}" if found else None

    return key


def _stem(name: str) -> str:
    return _ORIGIN.sub("", PurePosixPath(name).stem)


def _folder(name: str) -> str:
    """The folder without "train/images": the frames of a film may lie in several parts."""
    parts = PurePosixPath(name).parent.parts
    return "/".join(part for part in parts if part.casefold() not in _PARTS_AND_KINDS)


RULES: dict[str, Rule] = {
    "": Rule("Find the rule by itself", "Tailor looks which of the rules fits your file names."),
    "tiles": Rule("Tiles of one picture", "Names such as slide7_3_12: the same start, then two "
                  "numbers.", _by(_TILE)),
    "films": Rule("Frames of one film or series", "Names such as garden_0001: the same start, then "
                  "a number.", _by(_FRAME)),
    "specimens": Rule("Photographs of one specimen", "Names that begin with the same number, such "
                      "as A12_left and A12_right.", _by(_SPECIMEN)),
    "times": Rule("Taken in one burst", f"Less than {BURST_S:g} seconds apart by the camera's "
                  "clock."),
    "folders": Rule("One folder, one group", "Pictures that lay in the same folder.",
                    lambda name: _folder(name) or None),
    "given": Rule("From a list of mine", "A CSV file with the names of pictures and their groups."),
    "none": Rule("No groups", "Only pictures that are the same or nearly the same stay together."),
}  # fmt: skip
_SUGGESTED = ("tiles", "films", "specimens", "times")


@dataclass(frozen=True, slots=True)
class Grouping:
    """Which pictures stay together.

    Attributes:
        chosen: The rule that was chosen; "" when it is found by itself.
        rule: The rule in use.
        group_of: Picture id to a number that all of its group have.
        alike: How many pictures have a near-duplicate.
        loosened: Nearly everything looks alike, so near-duplicates may be parted.
        chained: How many pictures the longest chain of near-duplicates has.
    """

    chosen: str
    rule: str
    group_of: dict[int, int]
    alike: int
    loosened: bool
    chained: int = 0

    def sizes(self) -> list[int]:
        """How many pictures each group of two or more has, the largest first."""
        counts = Counter(self.group_of.values())
        return sorted((count for count in counts.values() if count > 1), reverse=True)


def grouping(dataset: Dataset) -> Grouping:
    """Which pictures of the data set stay together; those put aside are left out."""
    with schema.reading(dataset.folder) as db:
        return of(db)


def of(db: sqlite3.Connection) -> Grouping:
    """The same, over an open connection."""
    (chosen,) = db.execute("SELECT group_rule FROM dataset").fetchone()
    names = dict(db.execute("SELECT id, name FROM pictures WHERE state != 'ignored' ORDER BY id"))
    rule = chosen or suggest(db, names)
    copies = db.execute("SELECT id, sha256 FROM pictures WHERE sha256 != ''")
    surely = [keys_by(db, rule, names), dict(copies.fetchall()), _origins(names)]
    near = [pair for pair in db.execute(f"SELECT first_id, second_id FROM alike WHERE {NEAR}") if
            pair[0] in names and pair[1] in names]  # fmt: skip
    group_of = joined(names, surely, near)
    # A camera that never moves: everything looks alike, and one group cannot be dealt.
    longest = largest_chain(names, near)
    loosened = longest > most_in_chain(names)
    if loosened:
        group_of = joined(names, surely, [])
    alike = len({i for pair in near for i in pair})
    return Grouping(chosen, rule, group_of, alike, loosened, longest)


def choose(dataset: Dataset, rule: str) -> None:
    """Use another rule from now on. Nobody is moved before the pictures are dealt again.

    Raises:
        DatasetError: There is no such rule.
    """
    if rule not in RULES:
        raise DatasetError(f"There is no rule {rule!r}.", "Choose one of the list.")
    with schema.changing(dataset.folder) as db:
        db.execute("UPDATE dataset SET group_rule = ?, revision = revision + 1", (rule,))


def give(dataset: Dataset, groups: Mapping[str, str]) -> int:
    """Take the groups of the user's own list, and use them.

    Args:
        dataset: The data set.
        groups: A picture's name (or the last part of it) to its group.

    Returns:
        How many pictures got a group.

    Raises:
        DatasetError: No name of the list belongs to a picture.
    """
    with schema.changing(dataset.folder) as db:
        found = {
            picture_id: group
            for picture_id, name in db.execute("SELECT id, name FROM pictures")
            if (group := groups.get(name) or groups.get(PurePosixPath(name).name)
                or groups.get(PurePosixPath(name).stem))
        }  # fmt: skip
        if not found:
            first = next(iter(groups), "")
            raise DatasetError(
                f"None of the {len(groups):,} names of the list is a picture of {dataset.name}; "
                f"the first is {first!r}.",
                "Write the names in the first column as they stand on the Data page.",
            )
        rows = ((group, picture_id) for picture_id, group in found.items())
        db.executemany("UPDATE pictures SET group_name = ? WHERE id = ?", rows)
        db.execute("UPDATE dataset SET group_rule = 'given', revision = revision + 1")
    return len(found)


def suggest(db: sqlite3.Connection, names: Mapping[int, str]) -> str:
    """The rule that fits best, or "none".

    A rule fits when most pictures have company, no group is too large to be dealt, and every
    class is shown by several groups: "apple_1, apple_2, pear_1" are kinds of fruit, not films.
    """
    for rule in _SUGGESTED:
        keys = keys_by(db, rule, names)
        sizes = Counter(keys.values())
        company = sum(size for size in sizes.values() if size > 1)
        if (
            len(sizes) >= FEWEST_GROUPS
            and company * 2 >= len(names)
            and max(sizes.values()) <= len(names) * LARGEST_SHARE
            and _classes_are_spread(db, keys)
        ):
            return rule
    return "none"


def _classes_are_spread(db: sqlite3.Connection, keys: Mapping[int, str]) -> bool:
    shown: dict[int, set[str]] = defaultdict(set)
    for picture_id, class_id in db.execute("SELECT DISTINCT picture_id, class_id FROM labels"):
        shown[class_id].add(keys.get(picture_id, f"alone {picture_id}"))
    (often,) = db.execute("SELECT coalesce(max(pictures), 0) / 20 FROM classes").fetchone()
    seldom = {row[0] for row in db.execute("SELECT id FROM classes WHERE pictures <= ?", (often,))}
    return all(len(groups) >= 3 for kind, groups in shown.items() if kind not in seldom)


def keys_by(db: sqlite3.Connection, rule: str, names: Mapping[int, str]) -> dict[int, str]:
    """Picture id to its group by one rule; pictures of which it says nothing are left out."""
    if rule == "given":
        query = "SELECT id, group_name FROM pictures WHERE group_name != ''"
        return {i: key for i, key in db.execute(query) if i in names}
    if rule == "times":
        return _bursts(db, names)
    key_of = RULES[rule].key
    return {i: key for i, name in names.items() if (key := key_of(name)) is not None}


def _bursts(db: sqlite3.Connection, names: Mapping[int, str]) -> dict[int, str]:
    query = "SELECT taken_at, picture_id FROM looks WHERE taken_at IS NOT NULL ORDER BY 1, 2"
    taken = [(at, i) for at, i in db.execute(query) if i in names]
    found, burst = {taken[0][1]: "0"} if taken else {}, 0
    for (before, _), (at, picture_id) in pairwise(taken):
        burst += at - before > BURST_S
        found[picture_id] = str(burst)
    return found


def _origins(names: Mapping[int, str]) -> dict[int, str]:
    """Pictures that Roboflow made of one: their names part only behind `.rf.`."""
    return {i: _stem(name) for i, name in names.items() if ".rf." in name}


def leaked_by_random(dataset: Dataset, shares: Shares, seed: int = 0) -> int:
    """How many pictures of val and test would have company in train, were they dealt by chance."""
    return leaked_if_dealt(grouping(dataset), shares, seed)


def leaked_if_dealt(found: Grouping, shares: Shares, seed: int = 0) -> int:
    """The same, of a grouping that is known already."""
    ids = sorted(found.group_of)
    random.Random(seed).shuffle(ids)
    cut = round(shares[0] * len(ids))
    learned = {found.group_of[i] for i in ids[:cut]}
    return sum(found.group_of[i] in learned for i in ids[cut:])
