import random
from collections import Counter, defaultdict
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.data import split
from components.data.balance import Item, deal
from components.data.records import PictureState
from components.data.rows import PictureFilter, SplitOrigin
from components.errors import DatasetError
from components.tasks import TASKS
from tests.data.dataset_of import dataset_of, picture

TRAIN, VAL, TEST = range(3)
KINDS = 5

items_to_deal = st.lists(
    st.builds(
        Item,
        st.frozensets(st.integers(0, KINDS - 1), max_size=3).map(
            lambda kinds: tuple(sorted(kinds))
        ),
        st.integers(1, 3),
    ),
    min_size=1,
    max_size=40,
)
usual_shares = st.sampled_from([(0.7, 0.2, 0.1), (0.8, 0.2, 0.0), (0.5, 0.25, 0.25), (0.9, 0.1, 0)])


def who_shows(items, parts):
    shows = defaultdict(lambda: defaultdict(int))
    for item, part in zip(items, parts, strict=True):
        for kind in item.classes:
            shows[kind][part] += item.weight
    return shows


@given(items_to_deal, usual_shares, st.integers(0, 99))
def test_every_class_reaches_train(items, shares, seed):
    parts = deal(items, shares, seed, KINDS)
    assert all(found[TRAIN] for found in who_shows(items, parts).values())


@given(items_to_deal, usual_shares, st.integers(0, 99))
def test_a_class_misses_val_only_where_train_would_lose_one_for_it(items, shares, seed):
    parts = deal(items, shares, seed, KINDS)
    shows = who_shows(items, parts)
    for kind in (kind for kind, found in shows.items() if not found[VAL]):
        for item, part in zip(items, parts, strict=True):
            if kind in item.classes:
                assert part == TRAIN
                assert any(shows[other][TRAIN] == item.weight for other in item.classes)


@given(items_to_deal, usual_shares, st.integers(0, 99))
def test_a_part_without_a_share_gets_nothing(items, shares, seed):
    assert all(shares[part] > 0 for part in deal(items, shares, seed, KINDS))


@given(items_to_deal, st.integers(0, 99), st.data())
def test_nobody_who_has_a_part_is_moved(items, seed, data):
    fixed = [
        Item(item.classes, item.weight, data.draw(st.sampled_from([None, TRAIN, VAL, TEST])))
        for item in items
    ]
    parts = deal(fixed, (0.7, 0.2, 0.1), seed, KINDS)
    assert all(item.part in (None, part) for item, part in zip(fixed, parts, strict=True))


@given(items_to_deal, usual_shares, st.integers(0, 99))
def test_the_same_seed_gives_the_same_parts(items, shares, seed):
    assert deal(items, shares, seed, KINDS) == deal(items, shares, seed, KINDS)


@given(st.integers(1, 60), usual_shares)
def test_pictures_of_one_class_are_shared_out_to_the_picture(count, shares):
    found = Counter(deal([Item((0,))] * count, shares, 1, 1))
    for part, share in enumerate(shares):
        assert abs(found[part] - share * count) <= 1 + (count < 10)


def test_two_pictures_of_one_class_go_to_train_and_val():
    assert sorted(deal([Item((0,))] * 2, (0.7, 0.2, 0.1), 0, 1)) == [TRAIN, VAL]


def uneven(folder, count=600, seed=3):
    """Classes from very frequent to rare, several on a picture, as in real collections."""
    dice = random.Random(seed)
    chances = {"common": 0.8, "frequent": 0.35, "seldom": 0.1, "rare": 0.02}
    pictures = []
    for n in range(count):
        shown = [name for name, chance in chances.items() if dice.random() < chance]
        pictures.append(picture(f"{n}.jpg", shown))
    return dataset_of(folder, pictures, chances)


def test_every_class_gets_its_share_of_every_part(tmp_path):
    dataset = uneven(tmp_path / "uneven")
    split.redeal(dataset, (0.7, 0.2, 0.1), seed=5)
    parts = split.counts(dataset)
    for kind in dataset.classes():
        for part, share in zip(split.PARTS, (0.7, 0.2, 0.1), strict=True):
            wanted = share * kind.pictures
            assert abs(parts[part].class_pictures[kind.id] - wanted) <= max(1, 0.03 * wanted)
    told = dataset.summary()
    assert abs(told.train - 420) <= 6
    assert abs(told.val - 120) <= 6
    assert abs(told.test - 60) <= 6


def test_another_seed_gives_another_split_and_the_same_one_the_same(tmp_path):
    dataset = uneven(tmp_path / "uneven", 60)
    assert split.propose(dataset, seed=1) == split.propose(dataset, seed=1)
    assert split.propose(dataset, seed=1) != split.propose(dataset, seed=2)


def test_a_proposal_changes_nothing(tmp_path):
    dataset = uneven(tmp_path / "uneven", 20)
    before = dataset.revision()
    split.propose(dataset)
    assert dataset.revision() == before
    assert dataset.summary().unsplit == 20


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(0, 6), min_size=1, max_size=25), st.integers(0, 9))
def test_pictures_of_the_same_content_stay_together(tmp_path_factory, contents, seed):
    dataset = dataset_of(
        tmp_path_factory.mktemp("twins") / "d",
        [picture(f"{n}.jpg", ["cat"], sha256=str(sha)) for n, sha in enumerate(contents)],
    )
    assignment = split.propose(dataset, seed=seed)
    together = defaultdict(set)
    for picture_id, part in assignment.items():
        together[contents[picture_id - 1]].add(part)
    assert all(len(parts) == 1 for parts in together.values())


def test_ignored_pictures_are_not_dealt_and_unlabelled_ones_are(tmp_path):
    dataset = dataset_of(
        tmp_path / "d",
        [picture(f"{n}.jpg", ["cat"]) for n in range(10)]
        + [picture(f"new{n}.jpg", state=PictureState.UNLABELLED) for n in range(10)]
        + [picture("aside.jpg", ["dog"], state=PictureState.IGNORED)],
    )
    split.redeal(dataset)
    assert dataset.picture(21).split is None
    unlabelled = dataset.rows(PictureFilter(state=PictureState.UNLABELLED))
    assert Counter(row.split for row in unlabelled) == {"train": 7, "val": 2, "test": 1}
    assert split.counts(dataset)["train"].pictures == 7  # of the ten with labels


def test_new_pictures_are_dealt_without_moving_old_ones(tmp_path):
    dataset = uneven(tmp_path / "uneven", 50)
    split.redeal(dataset, (0.5, 0.3, 0.2), seed=7)
    before = {row.id: row.split for row in dataset.rows()}
    dataset.add_pictures(
        [picture(f"later{n}.jpg", ["common"]) for n in range(50)]
        + [picture("twin.jpg", ["common"], sha256="sha of 0.jpg")]
    )
    assert split.give_unsplit_a_split(dataset) == 51
    after = {row.id: row.split for row in dataset.rows()}
    assert {picture_id: after[picture_id] for picture_id in before} == before
    assert after[101] == after[1], "the twin of an old picture lies where that one lies"
    assert dataset.split_origin() == SplitOrigin("shares", (0.5, 0.3, 0.2), 7)
    assert abs(dataset.summary().train - 50) <= 2
    assert split.give_unsplit_a_split(dataset) == 0


def test_an_imported_split_is_kept_and_can_be_brought_back(tmp_path):
    pictures = [picture(f"{n}.jpg", ["cat"], split="val" if n < 8 else "train") for n in range(10)]
    dataset = dataset_of(tmp_path / "d", pictures)
    imported = [row.split for row in dataset.rows()]
    dataset.add_pictures([picture("later.jpg", ["dog"])])
    split.give_unsplit_a_split(dataset)
    assert dataset.split_origin() == SplitOrigin("import")
    assert [row.split for row in dataset.rows()][:10] == imported
    split.redeal(dataset)
    assert dataset.split_origin().source == "shares"
    assert dataset.summary().train == 8
    split.restore_import(dataset)
    assert dataset.split_origin() == SplitOrigin("import")
    assert [row.split for row in dataset.rows()][:10] == imported


def test_there_is_no_way_back_to_a_split_that_never_was(tmp_path):
    with pytest.raises(DatasetError, match="Animals"):
        split.restore_import(dataset_of(tmp_path / "d", [picture("a.jpg")]))


def test_a_split_by_hand_is_remembered_as_such(tmp_path):
    dataset = dataset_of(tmp_path / "d", [picture("a.jpg", ["cat"])])
    split.apply(dataset, {1: "test"})
    assert dataset.split_origin() == SplitOrigin("hand")
    assert dataset.picture(1).split == "test"


@pytest.mark.parametrize("shares", [(0.5, 0.5, 0.5), (1.2, -0.2, 0.0), (0, 0, 0), (0.7, 0.3)])
def test_shares_that_are_not_a_whole_are_told(tmp_path, shares):
    with pytest.raises(DatasetError, match="100 %"):
        split.propose(dataset_of(tmp_path / "d", [picture("a.jpg")]), shares)


@pytest.mark.parametrize(
    ("pictures", "says"),
    [
        ([], "No picture has a label"),
        ([picture("a.jpg"), picture("b.jpg")], "No picture has a label"),
        ([picture("a.jpg", state=PictureState.UNLABELLED)], "No picture has a label"),
        ([picture("a.jpg", ["cat"])], "at least two"),
        ([picture(f"{n}.jpg", ["cat"], split="train") for n in range(3)], "val part has no pict"),
        ([picture(f"{n}.jpg", ["cat"], split="val") for n in range(3)], "train part has no pict"),
        (
            [picture("a.jpg", ["cat"], split="train"), picture("b.jpg", split="val")],
            "val part has 1 picture but no labels",
        ),
    ],
)
def test_what_stands_in_the_way_of_training_is_told(tmp_path, pictures, says):
    dataset = dataset_of(tmp_path / "d", pictures)
    (finding,) = split.ensure_usable(dataset)
    assert says in finding.title
    assert finding.fix
    with pytest.raises(DatasetError, match=says):
        split.demand_usable(dataset)


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_a_handful_of_pictures_can_be_dealt(tmp_path, count):
    dataset = dataset_of(tmp_path / "d", [picture(f"{n}.jpg", ["cat"]) for n in range(count)])
    split.redeal(dataset)
    assert dataset.summary().unsplit == 0
    assert (split.ensure_usable(dataset) == []) == (count >= 2)
    if count >= 2:
        split.demand_usable(dataset)


def test_labels_for_a_task_that_cannot_be_trained_yet_stop_before_the_start(tmp_path, monkeypatch):
    from components.data.store import create

    coming = replace(TASKS["classify"], is_ready=False)
    monkeypatch.setitem(TASKS, "classify", coming)
    folders = create(tmp_path / "ants", name="Ants", task="classify", classes=["ant", "bee"])
    (finding,) = split.ensure_usable(folders)
    assert finding.severity == "stop"
    assert "sort pictures" in finding.title
    with pytest.raises(DatasetError, match="another kind of model"):
        split.demand_usable(folders)
