"""Lists and tables that lie on the disk say the same as those in the memory.

The readers' own tests run here once more with the limits lowered, so that every list is long.
"""

import random
from pathlib import Path

import pytest

from components.data import listing, name_table, spool
from components.data.formats import page_book
from components.data.formats.description import RawLabel
from components.data.formats.page import Page
from components.data.formats.page_book import PageBook
from components.data.listing import Listing, entries, of_ending
from components.data.name_table import NameTable
from components.data.numbered import Fingerprints, Numbering, NumberMap, NumberSet, SplitOf
from components.data.recognise import read_all
from components.data.spool import Grouped, Spool
from components.data.unpack import Entry
from tests.data.drawn_sets import picture_bytes
from tests.data.test_coco import *  # noqa: F403 - the same tests, once more
from tests.data.test_label_studio import *  # noqa: F403
from tests.data.test_labelme import *  # noqa: F403
from tests.data.test_lists_and_records import *  # noqa: F403
from tests.data.test_matching import *  # noqa: F403
from tests.data.test_tables import *  # noqa: F403
from tests.data.test_unpack import *  # noqa: F403
from tests.data.test_voc import *  # noqa: F403
from tests.data.test_yolo import *  # noqa: F403


@pytest.fixture(autouse=True, scope="module")
def all_lists_are_long():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(listing, "AT_HAND", 0)
        patch.setattr(listing, "_BLOCK", 2)
        patch.setattr(listing, "_RUN", 4)
        patch.setattr(listing, "_OPEN_BLOCKS", 2)
        patch.setattr(name_table, "_AT_HAND", 0)
        patch.setattr(spool, "AT_HAND", 1)
        patch.setattr(spool, "OPEN_WEIGHT", 3)
        patch.setattr(page_book, "MOST_OPEN", 2)
        yield


def entry(name):
    return Entry(Path("/there") / name, name, len(name))


@pytest.mark.parametrize("number", [0, 1, 2, 3, 4, 5, 9, 30])
def test_a_list_gives_back_what_went_in(number):
    names = [f"{n:02d}.{'txt' if n % 3 else 'json'}" for n in range(number)]
    made, plain = entries(map(entry, names)), list(map(entry, names))
    assert list(made) == plain
    assert len(made) == number
    assert [made[n] for n in range(number)] == plain
    assert [made[-n] for n in range(1, number + 1)] == plain[::-1]
    assert made[1:7:2] == plain[1:7:2]
    assert list(of_ending(made, ".json")) == list(of_ending(plain, ".json"))
    assert [each.place for each in made] == [each.place for each in plain]
    with pytest.raises(IndexError):
        made[number]


def test_a_list_grows_while_somebody_goes_through_it():
    made = Listing(["a", "b", "c"])
    met = []
    for text in made:
        met.append(text)
        if len(met) <= 6:
            made.append(text * 2)
    assert met == ["a", "b", "c", "aa", "bb", "cc", "aaaa", "bbbb", "cccc"]
    assert list(made) == met


def test_a_list_is_sorted_and_what_is_alike_stays_in_its_order():
    pairs = [(random.Random(n).randrange(9), n) for n in range(50)]
    made = Listing(pairs).in_order(lambda pair: pair[0])
    assert list(made) == sorted(pairs, key=lambda pair: pair[0])


def test_a_table_of_many_names_finds_all_of_a_name_and_no_other():
    rows = [(f"name {n % 30}", n) for n in range(100)]
    made, few = NameTable(rows, 100), NameTable([], 0)
    for name, number in rows:
        few.add(name, number)
    for table in (made, few):
        table.add("name 7", 100)
        table.add("late", 101)
    for name in [*(f"name {n}" for n in range(31)), "late", "never"]:
        assert made.get(name) == few.get(name)
        assert (name in made) == (name in few)
    assert made.get("name 7") == [7, 37, 67, 97, 100]


def test_a_name_twice_for_one_picture_is_told_once():
    assert NameTable([("a", 0), ("a", 0), ("a", 1)], 3).get("a") == [0, 1]


def test_numbers_are_kept_as_a_set_and_a_dictionary_keep_them():
    chance = random.Random(1)
    made, plain = NumberSet(), set()
    table, usual = NumberMap(), {}
    for _ in range(500):
        number, value = chance.randrange(60), chance.randrange(1000)
        made.add(number)
        plain.add(number)
        table[number] = value
        usual[number] = value
        gone = chance.randrange(80)
        made.discard(gone)
        plain.discard(gone)
        assert table.pop(gone, None) == usual.pop(gone, None)
        assert len(made) == len(plain)
        assert len(table) == len(usual)
    assert list(made) == sorted(plain)
    assert made & {1, 2, 3} == plain & {1, 2, 3}
    assert frozenset({1, 99}) - made == frozenset({1, 99}) - plain
    assert table == usual
    assert list(table) == sorted(usual)


def test_parts_are_kept_by_the_number_of_the_picture():
    made = SplitOf()
    made.update({5: "val", 2: "train", 9: "test"})
    del made[9]
    assert dict(made) == {2: "train", 5: "val"}
    assert len(made) == 2
    assert 3 not in made
    assert "val" in made.values()


def test_fingerprints_tell_thousands_of_texts_apart():
    made = Fingerprints()
    for n in range(5000):
        made.add(f"met {n}")
        made.add(f"met {n}")
    assert len(made) == 5000
    assert all(f"met {n}" in made for n in range(5000))
    assert not any(f"new {n}" in made for n in range(5000))


def test_texts_are_numbered_as_they_are_met():
    made = Numbering()
    order = [random.Random(n).randrange(3000) for n in range(9000)]
    usual: dict[str, int] = {}
    for n in order:
        assert made.number(f"key {n}") == usual.setdefault(f"key {n}", len(usual))
    assert len(made) == len(usual)
    assert all(made.number(text) == number for text, number in usual.items())


def test_values_are_found_by_what_they_belong_to_in_whatever_order_they_came():
    made, usual = Grouped(), {}
    chance = random.Random(3)
    for n in range(400):
        number, values = chance.randrange(40), [(n, f"value {n}"), None][: chance.randrange(1, 3)]
        made.extend(number, values, len(values))
        usual.setdefault(number, []).extend(values)
    assert [made[number] for number in range(50)] == [usual.get(n, []) for n in range(50)]


def test_a_spool_gives_back_what_went_in_while_it_grows():
    made = Spool()
    for n in range(20):
        assert made.add((n, b"x" * n)) == n
        assert made[n // 2] == (n // 2, b"x" * (n // 2))
    assert len(made) == 20


def test_two_folders_with_files_of_one_name_come_in_as_two_branches(tmp_path):
    for folder in ("one/set", "two/set"):
        (tmp_path / folder).mkdir(parents=True)
        for n in range(5):
            (tmp_path / folder / f"{n}.jpg").write_bytes(picture_bytes())
    read = read_all([tmp_path / "one/set", tmp_path / "two/set"], tmp_path / "room")
    assert [picture.name for picture in read.pictures] == [
        f"{branch}/{n}.jpg" for branch in ("set-2", "set") for n in range(5)
    ]


def test_a_file_given_twice_is_told_and_taken_once(tmp_path):
    (tmp_path / "a.jpg").write_bytes(picture_bytes())
    read = read_all([tmp_path / "a.jpg", tmp_path / "a.jpg"], tmp_path / "room")
    assert [picture.name for picture in read.pictures] == ["a.jpg"]
    assert [problem.code for problem in read.problems].count("name_twice") == 1


def test_pages_that_were_put_away_are_as_they_were_left():
    book = PageBook()
    for n in range(12):
        book.add(Page((f"{n}.jpg",)))
        book[n // 2].add(RawLabel(f"class {n}", (n, 1.0, 2.0, 3.0)))
    for page in book:
        page.unit = "fraction"
    found = [(page.names[0], page.unit, page.classes) for page in book]
    assert found == [
        (f"{n}.jpg", "fraction", [f"class {2 * n}", f"class {2 * n + 1}"] if n < 6 else [])
        for n in range(12)
    ]
