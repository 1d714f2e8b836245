"""The split: which pictures are learned from (train), judged by (val), and kept back (test).

It belongs to the data set and changes only when somebody asks: a split that came with the data is
kept, and new pictures are dealt without moving the old ones. Every picture that is not ignored has
a part; unlabelled ones are dealt as well, so that labelling them later moves nothing.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from components.data import balance, groups, obstacles, schema
from components.data.balance import Item, Shares
from components.data.records import PictureState, Split
from components.data.rows import WITHOUT_SPLIT, SplitOrigin
from components.data.store import Dataset
from components.errors import DatasetError
from components.findings import Finding
from components.tasks import TASKS

PARTS: tuple[Split, Split, Split] = ("train", "val", "test")
USUAL_SHARES: Shares = (0.7, 0.2, 0.1)  # rule of thumb


@dataclass(frozen=True, slots=True)
class PartCounts:
    """What training would get of one part: labelled pictures and those empty on purpose.

    Attributes:
        pictures: All of them.
        boxes: All of them.
        class_pictures: Class id to pictures that show the class.
        class_boxes: Class id to boxes.
    """

    pictures: int = 0
    boxes: int = 0
    class_pictures: dict[int, int] = field(default_factory=dict)
    class_boxes: dict[int, int] = field(default_factory=dict)


@dataclass(slots=True)
class _Twins:
    """Pictures that stay together: of the same content, or of one group."""

    ids: list[int] = field(default_factory=list)
    kinds: dict[int, int] = field(default_factory=dict)  # kind to how many of them show it
    unsplit: list[int] = field(default_factory=list)
    parts: set[int] = field(default_factory=set)

    def item(self, *, keep: bool = False) -> Item:
        """What the deal needs to know; with `keep` they stay in the part where one of them lies."""
        part = min(self.parts, default=None) if keep else None
        kinds = sorted(self.kinds)
        shown = tuple(self.kinds[kind] for kind in kinds)
        return Item(tuple(kinds), len(self.ids), part, shown)


def sensible(shares: Shares | None) -> Shares:
    """Shares to deal by: with nothing for train or val, dealing mends nothing."""
    return shares if shares and shares[0] and shares[1] else USUAL_SHARES


def propose(dataset: Dataset, shares: Shares = USUAL_SHARES, seed: int = 0) -> dict[int, Split]:
    """A fresh split of all pictures that are not ignored; nothing is changed yet.

    Balanced by class, groups never parted (`components.data.groups`). The same data set, shares
    and seed give the same split.

    Raises:
        DatasetError: A share is below 0 or they do not add up to 1.
    """
    _check(shares)
    classes, twins = _twins(dataset)
    parts = balance.deal([each.item() for each in twins], shares, seed, must_reach=classes)
    return {
        picture_id: PARTS[part]
        for each, part in zip(twins, parts, strict=True)
        for picture_id in each.ids
    }


def apply(
    dataset: Dataset,
    assignment: Mapping[int, Split],
    shares: Shares | None = None,
    seed: int | None = None,
) -> None:
    """Put pictures into parts; with shares and seed when `propose` dealt them, else by hand."""
    origin = SplitOrigin("hand") if shares is None else SplitOrigin("shares", shares, seed)
    dataset.set_split(assignment, origin)


def redeal(dataset: Dataset, shares: Shares = USUAL_SHARES, seed: int = 0) -> None:
    """Deal all pictures afresh, in place of the split there is.

    Raises:
        DatasetError: A share is below 0 or they do not add up to 1.
    """
    apply(dataset, propose(dataset, shares, seed), shares, seed)


def give_unsplit_a_split(
    dataset: Dataset, shares: Shares | None = None, seed: int | None = None
) -> int:
    """Deal the pictures that have no part; nobody who has one is moved.

    Args:
        dataset: The data set.
        shares: Of train, val and test; the ones used before, when not given.
        seed: Of the dice; the one used before, when not given.

    Returns:
        How many pictures were dealt.

    Raises:
        DatasetError: A share is below 0 or they do not add up to 1.
    """
    before = dataset.split_origin()
    shares = shares or before.shares or USUAL_SHARES
    seed = seed if seed is not None else before.seed or 0
    _check(shares)
    classes, twins = _twins(dataset)
    # Twins that an import put into several parts count as train, the earliest.
    parts = balance.deal([each.item(keep=True) for each in twins], shares, seed, classes)
    dealt = {
        picture_id: PARTS[part]
        for each, part in zip(twins, parts, strict=True)
        for picture_id in each.unsplit
    }
    if dealt:
        origin = before if before.source else SplitOrigin("shares", shares, seed)
        dataset.set_split(dealt, origin)
    return len(dealt)


def restore_import(dataset: Dataset) -> None:
    """Go back to the split that came with the data.

    Raises:
        DatasetError: None came with it.
    """
    with schema.reading(dataset.folder) as db:
        imported = dict(db.execute("SELECT id, imported_split FROM pictures"))
    if not any(imported.values()):
        raise DatasetError(
            f"The data set {dataset.name} came without a split.",
            "Choose the shares of train, val and test instead.",
        )
    dataset.set_split(imported, SplitOrigin("import"))


def has_import(dataset: Dataset) -> bool:
    """Whether a split came with the data, so that `restore_import` can go back to it."""
    with schema.reading(dataset.folder) as db:
        query = "SELECT EXISTS (SELECT 1 FROM pictures WHERE imported_split IS NOT NULL)"
        return bool(db.execute(query).fetchone()[0])


def counts(dataset: Dataset) -> dict[str, PartCounts]:
    """What training would get: "train", "val", "test", and "none" for pictures without a part."""
    found = {part: PartCounts() for part in (*PARTS, WITHOUT_SPLIT)}
    with schema.reading(dataset.folder) as db:
        for part, pictures, boxes in db.execute(
            "SELECT split, sum(pictures), sum(boxes) FROM tallies "
            "WHERE state IN ('labelled', 'empty') GROUP BY split"
        ):
            found[part or WITHOUT_SPLIT] = PartCounts(pictures, boxes)
        for part, class_id, pictures, boxes in db.execute("SELECT * FROM class_tallies"):
            found[part or WITHOUT_SPLIT].class_pictures[class_id] = pictures
            found[part or WITHOUT_SPLIT].class_boxes[class_id] = boxes
    return found


def ensure_usable(dataset: Dataset) -> list[Finding]:
    """What stands in the way of a training; empty when nothing does."""
    if not TASKS[dataset.task].is_ready:
        return [obstacles.task_not_ready(dataset.name, dataset.task)]
    parts = counts(dataset)
    if not any(part.boxes for part in parts.values()):
        return [_nothing_labelled(dataset)]
    if parts["train"].boxes and parts["val"].boxes:
        return []
    if sum(part.pictures for part in parts.values()) < 2:
        return [obstacles.only_one_picture()]
    return [
        obstacles.part_missing(part, parts[part].pictures)
        for part in PARTS[:2]
        if not parts[part].boxes
    ]


def _nothing_labelled(dataset: Dataset) -> Finding:
    with schema.reading(dataset.folder) as db:
        (aside,) = db.execute(
            "SELECT count(*) FROM pictures WHERE state = 'ignored' AND boxes > 0"
        ).fetchone()
    return obstacles.nothing_labelled(aside, dataset.summary().unlabelled)


def demand_usable(dataset: Dataset) -> None:
    """Check that the data set can be trained on.

    Raises:
        DatasetError: It cannot; the first of the findings of `ensure_usable`.
    """
    for finding in ensure_usable(dataset):
        raise DatasetError(f"{dataset.name}: {finding.title}.", finding.fix)


def _twins(dataset: Dataset) -> tuple[int, list[_Twins]]:
    """How many classes there are, and the pictures that are not ignored, groups together."""
    with schema.reading(dataset.folder) as db:
        (classes,) = db.execute("SELECT count(*) FROM classes").fetchone()
        pictures = db.execute(
            "SELECT id, state, split FROM pictures WHERE state != 'ignored' ORDER BY id"
        ).fetchall()
        group_of = groups.of(db).group_of
        shown: dict[int, set[int]] = defaultdict(set)
        for picture_id, class_id in db.execute("SELECT DISTINCT picture_id, class_id FROM labels"):
            shown[picture_id].add(class_id)
    # Pictures without labels are shared fairly too, as two more kinds behind the classes.
    without = {PictureState.EMPTY: {classes}, PictureState.UNLABELLED: {classes + 1}}
    together: dict[int, _Twins] = defaultdict(_Twins)
    for picture_id, state, split in pictures:
        each = together[group_of[picture_id]]
        each.ids.append(picture_id)
        for kind in without.get(PictureState(state), shown[picture_id]):
            each.kinds[kind] = each.kinds.get(kind, 0) + 1
        if split:
            each.parts.add(PARTS.index(split))
        else:
            each.unsplit.append(picture_id)
    return classes, list(together.values())


def _check(shares: Shares) -> None:
    if len(shares) != 3 or min(shares) < 0 or abs(sum(shares) - 1) > 1e-6:
        told = " / ".join(f"{100 * share:g} %" for share in shares)
        raise DatasetError(
            f"The shares of train, val and test are {told}, but together they must be 100 %.",
            "Set three shares from 0 to 100 % that add up to 100 %.",
        )
