"""Tar archives: the same rules as for zips, found out while reading."""

import gzip
import io
import tarfile

import pytest

from components.data.scan import search
from components.data.tarballs import unpack_tar
from components.data.unpack import Limits
from tests.data.drawn_sets import boxes_of, codes, picture_bytes, read, zipped

PICTURE = picture_bytes()
MODES = {"tar": "w", "tar.gz": "w:gz", "tgz": "w:gz", "tar.bz2": "w:bz2", "tar.xz": "w:xz"}


def packed(path, members, mode="w:gz"):
    with tarfile.open(path, mode) as tar:
        for name, content in members.items():
            if isinstance(content, tarfile.TarInfo):
                tar.addfile(content)
                continue
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return path


def opened(archive, tmp_path, **limits):
    return unpack_tar(archive, archive.name, tmp_path / "room", limits=Limits(**limits))


def names(found):
    return sorted(entry.name for entry in found.entries)


def told(found):
    return {problem.code for problem in found.problems}


@pytest.mark.parametrize("ending", MODES)
def test_a_set_in_a_tar_archive_comes_in(ending, tmp_path):
    members = {"set/images/a.jpg": PICTURE, "set/labels/a.txt": b"0 0.5 0.5 0.2 0.5\n",
               "set/data.yaml": b"names: [cat]\n", "set/labels/._a.txt": b"x"}  # fmt: skip
    archive = packed(tmp_path / f"export.{ending}", members, MODES[ending])
    reading = read(archive, room=tmp_path)
    assert boxes_of(reading) == {"set/images/a.jpg": [("cat", 40.0, 20.0, 60.0, 60.0)]}
    assert not codes(reading) & {"archive_broken", "archive_kind"}


def link(name, kind):
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, "/etc/passwd"
    return info


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE])
def test_links_and_devices_are_left_out(kind, tmp_path):
    found = opened(
        packed(tmp_path / "a.tgz", {"a": link("l.jpg", kind), "good.jpg": PICTURE}), tmp_path
    )
    assert (names(found), told(found)) == (["good.jpg"], {"archive_link"})


@pytest.mark.parametrize("name", ["../out.jpg", "/etc/out.jpg", "a/../../out.jpg", "C:\\out.jpg"])
def test_names_that_lead_out_are_left_out(name, tmp_path):
    found = opened(packed(tmp_path / "a.tgz", {name: PICTURE, "good.jpg": PICTURE}), tmp_path)
    assert (names(found), told(found)) == (["good.jpg"], {"archive_path"})
    assert not list(tmp_path.rglob("out*"))


@pytest.mark.parametrize("name", ["bomb.txt", "bomb.bin", "._bomb"])
def test_what_swells_leaves_nothing_behind(name, tmp_path):
    archive = packed(tmp_path / "a.tgz", {"a.jpg": PICTURE, name: b"0" * 3_000_000})
    found = opened(archive, tmp_path, harmless_bytes=1_000_000)
    assert (names(found), told(found)) == ([], {"archive_bomb"})
    assert not (tmp_path / "room").exists()


def test_too_many_files_are_not_opened(tmp_path):
    found = opened(packed(tmp_path / "a.tgz", {f"{n}.txt": b"" for n in range(30)}), tmp_path,
                   files=20)  # fmt: skip
    assert (names(found), told(found)) == ([], {"archive_bomb"})


def test_a_note_on_a_file_as_large_as_memory_is_not_read(tmp_path):
    note = tarfile.TarInfo("note")
    note.type, note.size = tarfile.XHDTYPE, 40_000_000
    with gzip.open(tmp_path / "a.tar.gz", "wb") as file:
        file.write(note.tobuf())
        file.write(b"0" * 40_000_000)
    found = opened(tmp_path / "a.tar.gz", tmp_path)
    assert (names(found), told(found)) == ([], {"archive_broken"})


def test_what_stands_before_a_fault_comes_in(tmp_path):
    whole = packed(tmp_path / "a.tar", {"a.jpg": PICTURE, "b.jpg": PICTURE * 20}, "w").read_bytes()
    (tmp_path / "a.tar").write_bytes(whole[: len(PICTURE) + 4_000])
    found = opened(tmp_path / "a.tar", tmp_path)
    assert (names(found), told(found)) == (["a.jpg"], {"archive_broken"})


def test_a_single_packed_file_is_opened_and_another_is_told(tmp_path):
    (tmp_path / "labels.json.gz").write_bytes(gzip.compress(b"{}"))
    (tmp_path / "thing.gz").write_bytes(gzip.compress(b"hello"))
    (tmp_path / "head.nii.gz").write_bytes(gzip.compress(b"hello"))
    found = search(sorted(tmp_path.glob("*.gz")), tmp_path / "room")
    assert [entry.name.rpartition("/")[2] for entry in found.texts] == ["labels.json"]
    assert [problem.code for problem in found.problems] == ["archive_broken"]
    assert [name.rpartition("/")[2] for name in found.left] == ["head.nii.gz"]


def test_a_tar_in_a_zip_is_opened(tmp_path):
    inner = packed(tmp_path / "in.tar.gz", {"b.jpg": PICTURE})
    outer = zipped(tmp_path / "o.zip", {"a.jpg": PICTURE, "in.tar.gz": inner.read_bytes()})
    found = search([outer], tmp_path / "room")
    assert [entry.name for entry in found.pictures] == ["a.jpg", "in/b.jpg"]
