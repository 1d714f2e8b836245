"""What the fixes do to a data set. Each looks for what is to be mended afresh.

`fixes` is the table of the buttons.
"""

import json
import sqlite3
from collections import Counter, defaultdict
from dataclasses import replace

from components.data import (
    found,
    groups,
    in_place,
    keypoints,
    manifest,
    nearness,
    relocating,
    schema,
    split,
)
from components.data.alike_names import alike_name
from components.data.looks import BLANK_CONTRAST
from components.data.nearness import NEAR
from components.data.records import PictureState, Split
from components.data.relabel import order_classes
from components.data.rows import SplitOrigin
from components.data.seen import ODD_SIZE
from components.data.seen_labels import DOUBLED
from components.data.store import Dataset, PictureFilter
from components.data.writing import recount, set_keypoints
from components.errors import DatasetError
from components.findings import Finding
from components.tasks import TASKS


def put_unreadable_aside(dataset: Dataset, _: Finding) -> None:
    """Put aside what cannot be opened."""
    _put_aside(dataset, "SELECT picture_id FROM looks WHERE trouble != ''")


def put_lost_aside(dataset: Dataset, _: Finding) -> None:
    """Put aside what stayed in the user's own folder and is gone or changed."""
    lost = in_place.look(dataset)
    with schema.changing(dataset.folder) as db:
        _ignore(db, [number for number, _ in (*lost.gone, *lost.changed)])


def take_as_they_are(dataset: Dataset, _: Finding) -> None:
    """Believe the files in the user's own folder as they are now."""
    relocating.take_as_they_are(dataset)


def put_shown_aside(dataset: Dataset, finding: Finding) -> None:
    """Put aside the pictures that the finding is about."""
    kind = str(dict(finding.apply).get("kind", ""))
    ids = found.pictures_of(dataset, replace(finding, kind=kind))
    with schema.changing(dataset.folder) as db:
        _ignore(db, ids)


def take_labelled_back(dataset: Dataset, _: Finding) -> None:
    """Let pictures that are put aside count again, if they have labels."""
    with schema.changing(dataset.folder) as db:
        db.execute("UPDATE pictures SET state = 'labelled' WHERE state = 'ignored' AND boxes > 0")
        recount(db)


def put_blank_aside(dataset: Dataset, _: Finding) -> None:
    """Put aside what shows nothing."""
    _put_aside(
        dataset,
        f"SELECT picture_id FROM looks WHERE trouble = '' AND contrast < {BLANK_CONTRAST}",
    )


def put_copies_aside(dataset: Dataset, _: Finding) -> None:
    """Keep of equal pictures one, a labelled one if there is any."""
    query = (
        "SELECT sha256, id FROM pictures WHERE sha256 != '' AND state != 'ignored' "
        "ORDER BY boxes > 0 DESC, state = 'empty' DESC, id"
    )
    with schema.changing(dataset.folder) as db:
        kept: set[str] = set()
        copies = []
        for sha256, picture_id in db.execute(query).fetchall():
            if sha256 in kept:
                copies.append(picture_id)
            kept.add(sha256)
        _ignore(db, copies)


def put_alike_aside(dataset: Dataset, _: Finding) -> None:
    """Of pictures that are nearly the same keep one: labelled first, then the largest."""
    with schema.changing(dataset.folder) as db:
        good = {
            row[0]: (row[1] > 0, row[2], -row[0])
            for row in db.execute(
                "SELECT id, boxes, width * height FROM pictures WHERE state != 'ignored'"
            )
        }
        aside: set[int] = set()
        pairs = [pair for pair in db.execute(f"SELECT first_id, second_id FROM alike WHERE {NEAR}")
                 if pair[0] in good and pair[1] in good]  # fmt: skip
        near: dict[int, set[int]] = defaultdict(set)
        for one, other in pairs:
            near[one].add(other)
            near[other].add(one)
        for best in sorted(near, key=good.__getitem__, reverse=True):
            if best not in aside:
                aside |= near[best]
        _ignore(db, sorted(aside))


def gather_groups(dataset: Dataset, _: Finding) -> None:
    """Move every group that lies in several parts into the one where most of it lies."""
    group_of = groups.grouping(dataset).group_of
    members: dict[int, list[tuple[int, Split]]] = defaultdict(list)
    for row in dataset.rows():
        if row.split and row.id in group_of:
            members[group_of[row.id]].append((row.id, row.split))
    moved: dict[int, Split | None] = {}
    for group in members.values():
        counts = Counter(part for _, part in group)
        if len(counts) > 1:  # between equals train, where no picture flatters the score
            best = max(split.PARTS, key=lambda part: (counts[part], -split.PARTS.index(part)))
            moved |= {picture_id: best for picture_id, part in group if part != best}
    if moved:
        dataset.set_split(moved, SplitOrigin("hand"))


def cut_boxes(dataset: Dataset, _: Finding) -> None:
    """Cut boxes at the edge of their picture; delete those of which nothing is left."""
    with schema.changing(dataset.folder) as db:
        within = "(SELECT {} FROM pictures WHERE pictures.id = picture_id)"
        width, height = within.format("width"), within.format("height")
        db.execute(
            "UPDATE labels SET box_left = max(box_left, 0), box_top = max(box_top, 0), "
            f"box_right = min(box_right, {width}), box_bottom = min(box_bottom, {height}) "
            f"WHERE box_left < 0 OR box_top < 0 OR box_right > {width} OR box_bottom > {height}"
        )
        db.execute("DELETE FROM labels WHERE box_right - box_left < 1 OR box_bottom - box_top < 1")
        count_labels(db)


def drop_doubled_boxes(dataset: Dataset, _: Finding) -> None:
    """Delete all but the first of equal boxes."""
    with schema.changing(dataset.folder) as db:
        again = DOUBLED.replace("HAVING count(*) > 1", "")
        db.execute(f"DELETE FROM labels WHERE id NOT IN (SELECT min(id) FROM labels {again})")
        count_labels(db)


def merge_classes(dataset: Dataset, finding: Finding) -> None:
    """Make one class of those whose names are nearly the same as the finding's."""
    told = str(dict(finding.apply).get("class", ""))
    same = [each.name for each in dataset.classes() if alike_name(each.name) == alike_name(told)]
    if len(same) > 1:
        dataset.rename_classes(dict.fromkeys(same, told.strip()))


def mark_empty(dataset: Dataset, _: Finding) -> None:
    """Say of every picture without labels that nothing is to be found on it."""
    dataset.set_state(
        dataset.ids(PictureFilter(state=PictureState.UNLABELLED)), PictureState.EMPTY
    )  # fmt: skip


def give_parts(dataset: Dataset, _: Finding) -> None:
    """Deal the pictures that have no part."""
    split.give_unsplit_a_split(dataset)


def deal_again(dataset: Dataset, _: Finding) -> None:
    """Deal all pictures afresh, with the shares there are."""
    before = dataset.split_origin()
    split.redeal(dataset, split.sensible(before.shares), (before.seed or 0) + 1)


def put_odd_sizes_aside(dataset: Dataset, _: Finding) -> None:
    """Put aside what is tiny or a long strip."""
    _put_aside(dataset, f"SELECT id FROM pictures WHERE {ODD_SIZE}")


def drop_unused_classes(dataset: Dataset, _: Finding) -> None:
    """Strike the names of classes that no label has."""
    used = [each.name for each in dataset.classes() if each.boxes]
    with schema.changing(dataset.folder) as db:
        order_classes(db, used)  # which keeps those that a picture put aside still shows
        recount(db)


def deal_with_more_val(dataset: Dataset, _: Finding) -> None:
    """Deal all pictures afresh, with the usual share for val or a larger one."""
    before = dataset.split_origin()
    train, val, test = before.shares or split.USUAL_SHARES
    more = min(0.4, max(split.USUAL_SHARES[1], 1.5 * val))
    rest = max(train + test, 1e-9)
    shares = ((1 - more) * train / rest, more, (1 - more) * test / rest)
    split.redeal(dataset, shares, (before.seed or 0) + 1)


def train_as(dataset: Dataset, finding: Finding) -> None:
    """Make it a data set for another task. No label is changed."""
    task = str(dict(finding.apply).get("task", ""))
    if task not in TASKS:
        raise DatasetError(f"There is no task {task!r}.", f"Choose one of {', '.join(TASKS)}.")
    with schema.changing(dataset.folder) as db:
        db.execute("UPDATE dataset SET task = ?, revision = revision + 1", (task,))


def pair_points(dataset: Dataset, _: Finding) -> None:
    """Points of a left and a right side trade places in the mirror, as their names say."""
    scheme = dataset.keypoints()
    if scheme is None:
        return
    pairs = keypoints.swaps_by_name(scheme.names)
    with schema.changing(dataset.folder) as db:
        set_keypoints(db, replace(scheme, flip=pairs))


def put_unfit_aside(dataset: Dataset, _: Finding) -> None:
    """Put aside what the task cannot learn from."""
    with schema.changing(dataset.folder) as db:
        _ignore(db, [number for numbers in manifest.unfit(db).values() for number in numbers])


def be_stricter(dataset: Dataset, _: Finding) -> None:
    """Take only closer pictures for nearly the same, until they can be divided."""
    with schema.reading(dataset.folder) as db:
        wanted = nearness.dividing_difference(db)
    nearness.set_most_difference(dataset, wanted or 0.0)


def _put_aside(dataset: Dataset, query: str) -> None:
    with schema.changing(dataset.folder) as db:
        _ignore(db, [row[0] for row in db.execute(query)])


def _ignore(db: sqlite3.Connection, ids: list[int]) -> None:
    among = "id IN (SELECT value FROM json_each(?))"
    db.execute(f"UPDATE pictures SET state = 'ignored' WHERE {among}", (json.dumps(ids),))
    recount(db)


def count_labels(db: sqlite3.Connection) -> None:
    """Labels per picture afresh. One that lost its last label has to be looked at by somebody."""
    db.execute(
        "UPDATE pictures SET boxes = "
        "(SELECT count(*) FROM labels WHERE picture_id = pictures.id)"
    )  # fmt: skip
    db.execute("UPDATE pictures SET state = 'unlabelled' WHERE state = 'labelled' AND boxes = 0")
    recount(db)
