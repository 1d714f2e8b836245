import random
from collections import Counter, defaultdict
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from components.data import checking, groups, schema, split
from components.errors import DatasetError
from tests.data.dataset_of import dataset_of, picture

SHARES = (0.7, 0.2, 0.1)


def films(folder, count=12, frames=10, seed=1):
    """Films of ten frames; two classes that every film shows."""
    dice, kinds = random.Random(seed), [["cat"], ["dog"], ["cat", "dog"]]
    rows = [
        picture(f"film{chr(97 + film)}_{n:04d}.jpg", dice.choice(kinds))
        for film in range(count)
        for n in range(frames)
    ]  # fmt: skip
    return dataset_of(folder, rows)


@pytest.mark.parametrize(
    ("rule", "one", "other", "alone"),
    [
        ("films", "walk_0001.jpg", "train/walk_0002.jpg", "run_0001.jpg"),
        ("films", "walk-frame12.png", "walk-frame13.png", "sit-frame12.png"),
        ("films", "a/walk001.jpg", "a/walk002.jpg", "b/walk001.jpg"),
        ("tiles", "slide7_0_512.png", "slide7_512_0.png", "slide8_0_512.png"),
        ("tiles", "leaf x3 y4.png", "leaf x4 y4.png", "stem x3 y4.png"),
        ("specimens", "A12_left.jpg", "A12_right.jpg", "A13_left.jpg"),
        ("folders", "train/images/day1/x.jpg", "val/day1/y.jpg", "day2/x.jpg"),
    ],
)
def test_names_tell_what_belongs_together(rule, one, other, alone):
    key = groups.RULES[rule].key
    assert key(one) == key(other) is not None
    assert key(alone) != key(one)


@pytest.mark.parametrize("name", ["0001.jpg", "17.png", "2024-05-01.jpg"])
def test_a_mere_number_is_no_film(name):
    assert groups.RULES["films"].key(name) is None


def test_films_are_found_by_themselves(tmp_path):
    found = groups.grouping(films(tmp_path / "d"))
    assert (found.chosen, found.rule) == ("", "films")
    assert found.sizes() == [10] * 12


@pytest.mark.parametrize(
    "names",
    [
        [f"IMG_{n:04d}.jpg" for n in range(40)],
        [f"{kind}_{n}.jpg" for kind in ("cat", "dog") for n in range(20)],
        [f"{n}.jpg" for n in range(40)],
    ],
)
def test_a_rule_that_leaves_nothing_to_deal_is_not_suggested(tmp_path, names):
    assert groups.grouping(
        dataset_of(tmp_path / "d", [picture(n, ["cat"]) for n in names])
    ).rule == ("none")


def test_kinds_of_fruit_are_not_films(tmp_path):
    kinds = ["apple", "pear", "plum", "fig", "kiwi", "lime"]
    rows = [picture(f"{kind}_{n}.jpg", [kind]) for kind in kinds for n in range(6)]
    assert groups.grouping(dataset_of(tmp_path / "d", rows, kinds)).rule == "none"


def test_copies_that_roboflow_made_stay_together_whatever_the_rule(tmp_path):
    rows = [picture(f"cat{n}_jpg.rf.{sign * 32}.jpg", ["cat"]) for n in range(6) for sign in "ab"]
    dataset = dataset_of(tmp_path / "d", rows)
    groups.choose(dataset, "none")
    assert groups.grouping(dataset).sizes() == [2] * 6


def test_pictures_of_one_burst_stay_together(tmp_path):
    folder = tmp_path / "d"
    dataset = dataset_of(folder, [picture(f"{n}.jpg", ["cat"]) for n in range(12)])
    (folder / "images").mkdir()
    (folder / "thumbnails").mkdir()
    for n in range(12):
        exif = Image.Exif()
        exif[0x0132] = f"2024:05:01 10:{n // 2:02d}:{n % 2 * 3:02d}"
        image = Image.new("RGB", (64, 64), (20 * n, 0, 0))
        image.save(folder / "images" / f"{n}.jpg", exif=exif)
        image.save(folder / "thumbnails" / f"{n}.jpg.webp")
    checking.check_now(dataset)
    found = groups.grouping(dataset)
    assert found.rule == "times"
    assert found.sizes() == [2] * 6


def test_the_users_own_list_is_followed(tmp_path):
    dataset = dataset_of(tmp_path / "d", [picture(f"box/{n}.jpg", ["cat"]) for n in range(8)])
    assert groups.give(dataset, {f"{n}.jpg": f"cat {n % 2}" for n in range(7)}) == 7
    found = groups.grouping(dataset)
    assert found.rule == "given"
    assert found.sizes() == [4, 3]


def test_a_list_of_strangers_is_refused(tmp_path):
    dataset = dataset_of(tmp_path / "d", [picture("a.jpg", ["cat"])])
    with pytest.raises(DatasetError, match=r"zebra\.jpg"):
        groups.give(dataset, {"zebra.jpg": "x"})


def test_a_camera_that_never_moves_can_still_be_split(tmp_path):
    dataset = dataset_of(tmp_path / "d", [picture(f"{n}.jpg", ["cat"]) for n in range(20)])
    with schema.changing(dataset.folder) as db:
        db.executemany("INSERT INTO alike VALUES (?, ?, 1)", [(n, n + 1) for n in range(1, 20)])
    assert groups.grouping(dataset).loosened
    split.redeal(dataset, SHARES)
    assert dataset.summary().val


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 7), st.integers(0, 5)), min_size=1, max_size=40),
    st.lists(st.tuples(st.integers(1, 40), st.integers(1, 40)), max_size=6),
    st.integers(0, 9),
)
def test_no_group_ever_straddles(tmp_path_factory, told, near, seed):
    folder = Path(tmp_path_factory.mktemp("groups")) / "d"
    rows = [
        picture(f"{n}.jpg", ["cat"], sha256=f"content {sha}-{group}")
        for n, (group, sha) in enumerate(told)
    ]
    dataset = dataset_of(folder, rows)
    groups.give(dataset, {f"{n}.jpg": f"group {group}" for n, (group, _) in enumerate(told)})
    pairs = {tuple(sorted(pair)) for pair in near if max(pair) <= len(told) and len(set(pair)) == 2}
    with schema.changing(folder) as db:
        db.executemany("INSERT INTO alike VALUES (?, ?, 1)", pairs)
    parts = split.propose(dataset, SHARES, seed)
    lies = defaultdict(set)
    for n, (group, _) in enumerate(told, start=1):
        lies[group].add(parts[n])
    assert all(len(found) == 1 for found in lies.values())
    if not groups.grouping(dataset).loosened:
        assert all(parts[one] == parts[other] for one, other in pairs)


@pytest.mark.parametrize("seed", range(4))
def test_groups_are_balanced_as_well_as_their_sizes_allow(tmp_path, seed):
    dice = random.Random(seed)
    chances = {"common": 0.7, "seldom": 0.2}
    rows = [
        picture(
            f"film{film:02d}x_{n:03d}.jpg", [k for k, c in chances.items() if dice.random() < c]
        )
        for film in range(40)
        for n in range(dice.randrange(3, 20))
    ]
    dataset = dataset_of(tmp_path / "d", rows, chances)
    assert groups.grouping(dataset).rule == "films"
    split.redeal(dataset, SHARES, seed)
    parts, total = split.counts(dataset), len(rows)
    for part, share in zip(split.PARTS, SHARES, strict=True):
        assert abs(parts[part].pictures - share * total) <= 0.04 * total
        for kind in dataset.classes():
            wanted = share * kind.pictures
            assert abs(parts[part].class_pictures[kind.id] - wanted) <= 0.06 * kind.pictures


def test_new_pictures_follow_their_group_and_move_nobody(tmp_path):
    dataset = films(tmp_path / "d")
    split.redeal(dataset, SHARES, 3)
    before = {row.id: row.split for row in dataset.rows()}
    late = dataset.add_pictures(
        [picture(f"film{letter}_0099.jpg", ["cat"]) for letter in "abcdefghijkl"]
        + [picture("filmz_0001.jpg", ["cat"])]
    )
    assert split.give_unsplit_a_split(dataset) == 13
    now = {row.id: row.split for row in dataset.rows()}
    assert {i: now[i] for i in before} == before
    for n, picture_id in enumerate(late[:-1]):
        assert now[picture_id] == before[10 * n + 1]


def test_it_is_told_what_a_split_by_chance_would_leak(tmp_path):
    dataset = films(tmp_path / "d")
    leaked = groups.leaked_by_random(dataset, SHARES, 0)
    assert 30 <= leaked <= 36  # of 36 pictures outside train nearly all have company in it
    groups.choose(dataset, "none")
    assert groups.leaked_by_random(dataset, SHARES, 0) == 0


def test_a_rule_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(DatasetError, match="moon"):
        groups.choose(films(tmp_path / "d", 2), "moon")


def test_sizes_are_those_of_groups_not_of_single_pictures(tmp_path):
    dataset = dataset_of(tmp_path / "d", [picture(f"{n}.jpg") for n in range(3)])
    assert groups.grouping(dataset).sizes() == []
    assert Counter(groups.grouping(dataset).group_of.values()).total() == 3
