"""Archives that are broken, locked, hostile or merely odd."""

import random
import stat
import struct
import zipfile

import pytest

from components.data.scan import search
from components.data.unpack import Limits, unpack
from components.errors import DatasetError
from tests.data.drawn_sets import picture, picture_bytes, text, zipped

PICTURE = picture_bytes()


def opened(archive, tmp_path, **limits):
    return unpack(archive, archive.name, tmp_path / "room", limits=Limits(**limits))


def codes(found):
    return {problem.code for problem in found.problems}


def names(found):
    return sorted(entry.name for entry in found.entries)


def test_members_lie_under_numbers_and_keep_their_names_beside(tmp_path):
    archive = zipped(tmp_path / "a.zip", {"images/one.JPG": PICTURE, "labels/one.txt": "0 1 1 1 1"})
    found = opened(archive, tmp_path)
    assert names(found) == ["images/one.JPG", "labels/one.txt"]
    assert {entry.path.parent for entry in found.entries} == {tmp_path / "room"}
    assert all(entry.path.stem.isdigit() for entry in found.entries)


@pytest.mark.parametrize(
    "name", ["../out.jpg", "a/../../out.jpg", "/etc/out.jpg", "C:\\out.jpg", "..\\..\\out.jpg"]
)
def test_names_that_lead_out_are_left_out_and_the_rest_goes_on(name, tmp_path):
    archive = zipped(tmp_path / "a.zip", {name: PICTURE, "good.jpg": PICTURE})
    found = opened(archive, tmp_path)
    assert (names(found), codes(found)) == (["good.jpg"], {"archive_path"})
    assert not list(tmp_path.rglob("out*"))


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFBLK])
def test_links_and_devices_are_left_out(kind, tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        link = zipfile.ZipInfo("link.jpg")
        link.external_attr = (kind | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("good.jpg", PICTURE)
    found = opened(path, tmp_path)
    assert (names(found), codes(found)) == (["good.jpg"], {"archive_link"})


def test_a_member_that_swells_is_left_out(tmp_path):
    archive = zipped(
        tmp_path / "a.zip", {"bomb.txt": b"0" * 2_000_000, "good.jpg": random.randbytes(9_000)}
    )
    found = opened(archive, tmp_path, harmless_bytes=1_000_000, ratio=300)
    assert (names(found), codes(found)) == (["good.jpg"], {"archive_bomb"})


def test_an_archive_that_swells_as_a_whole_is_not_opened(tmp_path):
    members = {f"{n}.txt": b"0" * 500_000 for n in range(20)}
    found = opened(zipped(tmp_path / "a.zip", members), tmp_path, harmless_bytes=1_000_000)
    assert (names(found), codes(found)) == ([], {"archive_bomb"})
    assert not (tmp_path / "room").exists()


def test_an_archive_of_too_many_files_is_not_opened(tmp_path):
    archive = zipped(tmp_path / "a.zip", {f"{n}.txt": "" for n in range(30)})
    found = opened(archive, tmp_path, files=20)
    assert codes(found) == {"archive_bomb"}
    assert "30 files" in found.problems[0].what


def test_a_member_cannot_give_more_than_it_says(tmp_path):
    path = zipped(tmp_path / "a.zip", {"a.txt": b"0" * 100_000})
    data = bytearray(path.read_bytes())
    for mark, place in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):  # the sizes lie: 10 bytes
        at = data.index(mark) + place
        data[at : at + 4] = struct.pack("<I", 10)
    path.write_bytes(data)
    found = opened(path, tmp_path)
    assert codes(found) == {"archive_member"}
    assert not list((tmp_path / "room").iterdir())


def test_locked_members_are_told_once(tmp_path):
    path = zipped(tmp_path / "a.zip", {"a.jpg": PICTURE, "b.jpg": PICTURE})
    data = bytearray(path.read_bytes())
    at = -1
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        while (at := data.find(mark, at + 1)) != -1:
            data[at + place] |= 1
    path.write_bytes(data)
    found = opened(path, tmp_path)
    (problem,) = found.problems
    assert problem.code == "archive_locked"
    assert problem.what == "2 files in a.zip are locked with a password."


def test_a_damaged_member_costs_only_itself(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("bad.jpg", PICTURE)
        archive.writestr("good.jpg", PICTURE)
    data = bytearray(path.read_bytes())
    at = data.index(b"\xff\xd8")
    data[at + 50 : at + 60] = b"x" * 10
    path.write_bytes(data)
    found = opened(path, tmp_path)
    assert (names(found), codes(found)) == (["good.jpg"], {"archive_member"})


@pytest.mark.parametrize(
    ("content", "word"),
    [(b"", "0 bytes"), (b"PK\x03\x04 cut off", "not a whole zip"), (b"Rar!\x1a\x07", "RAR"),
     (b"7z\xbc\xaf\x27\x1c", "7-Zip"), (b"<html>", "not a whole zip")],
)  # fmt: skip
def test_what_is_no_whole_zip_is_told(content, word, tmp_path):
    path = tmp_path / "a.zip"
    path.write_bytes(content)
    (problem,) = opened(path, tmp_path).problems
    assert word in problem.what


def test_a_cut_off_zip_is_told(tmp_path):
    path = zipped(tmp_path / "a.zip", {"a.jpg": PICTURE})
    path.write_bytes(path.read_bytes()[:-40])
    assert codes(opened(path, tmp_path)) == {"archive_broken"}


def test_traces_of_systems_and_tools_are_passed_over(tmp_path):
    junk = ["__MACOSX/._a.jpg", ".DS_Store", "x/Thumbs.db", "labels/train.cache", "desktop.ini",
            "a.jpg:Zone.Identifier", ".git/config.txt"]  # fmt: skip
    members = dict.fromkeys([*junk, "a.jpg"], PICTURE)
    found = opened(zipped(tmp_path / "a.zip", members), tmp_path)
    assert (names(found), found.problems, found.left) == (["a.jpg"], [], [])


def test_a_name_in_the_archive_twice_is_told(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.jpg", PICTURE)
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("a.jpg", PICTURE + b"x")
    found = opened(path, tmp_path)
    assert (len(found.entries), codes(found)) == (1, {"archive_twice"})


def test_utf8_names_of_tools_that_do_not_say_so_are_read(tmp_path):
    path = zipped(tmp_path / "a.zip", {"äö.jpg": PICTURE})
    data = bytearray(path.read_bytes())
    for mark, place in ((b"PK\x03\x04", 7), (b"PK\x01\x02", 9)):
        data[data.index(mark) + place] &= ~0x08
    path.write_bytes(data)
    assert names(opened(path, tmp_path)) == ["äö.jpg"]


def test_very_long_reserved_and_backslashed_names_come_out(tmp_path):
    wanted = ["x" * 240 + ".jpg", "con.jpg", "aux/nul.png"]
    path = zipped(tmp_path / "a.zip", dict.fromkeys([*wanted, "win\\dows.jpg"], PICTURE))
    assert names(opened(path, tmp_path)) == sorted([*wanted, "win/dows.jpg"])


class TestSearch:
    def test_an_archive_in_an_archive_is_opened_once(self, tmp_path):
        deepest = zipped(tmp_path / "deepest.zip", {"c.jpg": PICTURE})
        inner = zipped(tmp_path / "inner.zip",
                       {"b.jpg": PICTURE, "deepest.zip": deepest.read_bytes()})  # fmt: skip
        outer = zipped(tmp_path / "outer.zip", {"a.jpg": PICTURE, "in.zip": inner.read_bytes()})
        found = search([outer], tmp_path / "room")
        assert [entry.name for entry in found.pictures] == ["a.jpg", "in/b.jpg"]
        assert {problem.code for problem in found.problems} == {"archive_nested"}

    def test_several_zips_are_branches_of_one_tree(self, tmp_path):
        one = zipped(tmp_path / "one.zip", {"a.jpg": PICTURE})
        two = zipped(tmp_path / "two.zip", {"a.jpg": PICTURE})
        loose = picture(tmp_path / "loose.jpg")
        found = search([one, two, loose], tmp_path / "room")
        assert [e.name for e in found.pictures] == ["loose.jpg", "one/a.jpg", "two/a.jpg"]

    def test_two_zips_of_one_name_stay_two(self, tmp_path):
        (tmp_path / "x").mkdir()
        one = zipped(tmp_path / "a.zip", {"a.jpg": PICTURE})
        two = zipped(tmp_path / "x" / "a.zip", {"a.jpg": PICTURE})
        found = search([one, two], tmp_path / "room")
        assert [e.name for e in found.pictures] == ["a-2/a.jpg", "a/a.jpg"]

    def test_a_folder_is_read_where_it_lies(self, tmp_path):
        picture(tmp_path / "set" / "sub" / "A.JPG")
        text(tmp_path / "set" / "labels.txt", "cat")
        (tmp_path / "set" / "bare").write_bytes(PICTURE)
        before = sorted(tmp_path.rglob("*"))
        found = search([tmp_path / "set"], tmp_path / "room")
        assert [entry.name for entry in found.pictures] == ["bare", "sub/A.JPG"]
        assert [entry.name for entry in found.texts] == ["labels.txt"]
        assert sorted(tmp_path.rglob("*")) == before

    def test_links_that_run_in_circles_end(self, tmp_path):
        picture(tmp_path / "set" / "a.jpg")
        (tmp_path / "set" / "again").symlink_to(tmp_path / "set", target_is_directory=True)
        (tmp_path / "set" / "gone.jpg").symlink_to(tmp_path / "nowhere")
        found = search([tmp_path / "set"], tmp_path / "room")
        assert [entry.name for entry in found.pictures] == ["a.jpg"]
        assert {problem.code for problem in found.problems} == {"file_gone"}

    def test_what_is_not_there_is_told(self, tmp_path):
        with pytest.raises(DatasetError, match="no file or folder"):
            search([tmp_path / "nowhere"], tmp_path / "room")

    def test_other_archives_are_named(self, tmp_path):
        (tmp_path / "a.rar").write_bytes(b"Rar!\x1a\x07\x00")
        found = search([tmp_path / "a.rar", picture(tmp_path / "b.jpg")], tmp_path / "room")
        assert "RAR" in found.problems[0].what
        assert len(found.pictures) == 1
