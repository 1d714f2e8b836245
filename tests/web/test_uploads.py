"""Files arrive whole or not at all, and what has arrived is never sent again."""

import os
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.errors import DatasetError
from components.web import safe_names, uploads
from components.web.safe_names import safe_name
from components.web.uploads import SLICE_BYTES, Announced
from tests.web.conftest import WRITE


def announce(client, *files):
    listing = [{"name": name, "size": size, "modified": 7} for name, size in files]
    answer = client.post("/tailor/upload", json={"files": listing}, headers=WRITE)
    assert answer.status_code == 201, answer.text
    return answer.json()


def put(client, batch, number, offset, data):
    return client.put(
        f"/tailor/upload/{batch}/{number}", content=data,
        headers={**WRITE, "X-Offset": str(offset)},
    )  # fmt: skip


def finish(client, batch):
    return client.post(f"/tailor/upload/{batch}", headers=WRITE)


def send(client, **files):
    """All files in one go; the batch's id."""
    batch = announce(client, *((name, len(data)) for name, data in files.items()))["batch"]
    for number, data in enumerate(files.values()):
        assert put(client, batch, number, 0, data).status_code == 204
    assert finish(client, batch).status_code == 200
    return batch


def test_a_file_arrives_in_slices(client, workspace):
    data = os.urandom(SLICE_BYTES + 1000)
    batch = announce(client, ("cells.zip", len(data)))["batch"]
    first = put(client, batch, 0, 0, data[:SLICE_BYTES])
    assert first.headers["X-Offset"] == str(SLICE_BYTES)
    assert put(client, batch, 0, SLICE_BYTES, data[SLICE_BYTES:]).status_code == 204
    done = finish(client, batch)
    assert done.json() == {"batch": batch, "files": 1, "bytes": len(data)}
    [path] = uploads.sources(workspace, batch)
    assert path.name == "cells.zip"
    assert path.read_bytes() == data


def test_choosing_the_same_files_again_goes_on_where_it_stopped(client):
    begun = announce(client, ("a.zip", 10), ("b.zip", 4))
    put(client, begun["batch"], 0, 0, b"12345")
    again = announce(client, ("a.zip", 10), ("b.zip", 4))
    assert again["batch"] == begun["batch"]
    assert again["offsets"] == [5, 0]
    assert client.head(f"/tailor/upload/{begun['batch']}/0").headers["X-Offset"] == "5"


def test_a_changed_file_begins_anew(client):
    assert announce(client, ("a.zip", 10))["batch"] != announce(client, ("a.zip", 11))["batch"]


def test_a_complete_batch_is_not_touched_by_sending_the_same_once_more(client, workspace):
    first = send(client, **{"a.txt": b"one"})
    second = send(client, **{"a.txt": b"one"})
    assert first != second
    assert uploads.sources(workspace, first)[0].read_bytes() == b"one"


def test_a_slice_that_came_twice_is_answered_with_the_offset(client):
    batch = announce(client, ("a.zip", 10))["batch"]
    put(client, batch, 0, 0, b"12345")
    twice = put(client, batch, 0, 0, b"12345")
    assert (twice.status_code, twice.headers["X-Offset"]) == (409, "5")
    ahead = put(client, batch, 0, 8, b"90")
    assert (ahead.status_code, ahead.headers["X-Offset"]) == (409, "5")


def test_the_last_slice_sent_twice_does_no_harm(client, workspace):
    batch = announce(client, ("a.txt", 3))["batch"]
    put(client, batch, 0, 0, b"abc")
    assert put(client, batch, 0, 0, b"abc").headers["X-Offset"] == "3"
    finish(client, batch)
    assert uploads.sources(workspace, batch)[0].read_bytes() == b"abc"


def test_more_than_was_announced_is_refused(client):
    batch = announce(client, ("a.txt", 3))["batch"]
    answer = put(client, batch, 0, 0, b"abcd")
    assert answer.status_code == 422
    assert "longer" in answer.json()["what"]


def test_a_slice_larger_than_a_slice_is_refused(client):
    batch = announce(client, ("a.zip", 3 * SLICE_BYTES))["batch"]
    assert put(client, batch, 0, 0, bytes(SLICE_BYTES + 1)).status_code == 413


def test_finishing_too_early_names_the_file(client):
    batch = announce(client, ("a.txt", 3), ("b.txt", 2))["batch"]
    put(client, batch, 0, 0, b"abc")
    answer = finish(client, batch)
    assert answer.status_code == 422
    assert "'b.txt'" in answer.json()["what"]


def test_an_unfinished_batch_has_no_sources(client, workspace):
    batch = announce(client, ("a.txt", 3))["batch"]
    with pytest.raises(DatasetError):
        uploads.sources(workspace, batch)


def test_cancel_leaves_nothing_behind(client, workspace):
    batch = announce(client, ("a.txt", 3))["batch"]
    put(client, batch, 0, 0, b"ab")
    assert client.delete(f"/tailor/upload/{batch}", headers=WRITE).status_code == 204
    assert list(workspace.uploads.iterdir()) == []
    assert put(client, batch, 0, 2, b"c").status_code == 404


def test_an_empty_file_is_whole_at_once(client, workspace):
    batch = announce(client, ("labels/a.txt", 0))["batch"]
    assert finish(client, batch).status_code == 200
    assert (uploads.sources(workspace, batch)[0] / "a.txt").read_bytes() == b""


def test_folders_are_rebuilt_and_hostile_names_stay_inside(client, workspace):
    names = ["set/images/a.jpg", "set/labels/a.txt", "../../evil.txt", "C:\\x\\y.txt", "/etc/z"]
    batch = announce(client, *((name, 1) for name in names))["batch"]
    for number in range(len(names)):
        put(client, batch, number, 0, b"x")
    assert finish(client, batch).status_code == 200
    root = workspace.uploads / batch / "files"
    found = sorted(str(path.relative_to(root).as_posix()) for path in root.rglob("*.*"))
    assert found == ["C_/x/y.txt", "evil.txt", "set/images/a.jpg", "set/labels/a.txt"]
    tops = [path.name for path in uploads.sources(workspace, batch)]
    assert tops == ["set", "evil.txt", "C_", "etc"]
    assert not (workspace.root / "evil.txt").exists()


def test_names_that_differ_only_in_case_do_not_overwrite_each_other(client, workspace):
    batch = send(client, **{"A.jpg": b"1", "a.jpg": b"2", "a.JPG": b"3"})
    contents = [path.read_bytes() for path in uploads.sources(workspace, batch)]
    assert contents == [b"1", b"2", b"3"]


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{}", b'{"files": 3}', b'{"files": [{"name": "a"}]}', b"\xff",
     b'{"files": [{"name": "a", "size": "x", "modified": 0}]}'],
)  # fmt: skip
def test_a_listing_that_makes_no_sense_is_refused(client, body):
    assert client.post("/tailor/upload", content=body, headers=WRITE).status_code == 400


def test_nothing_and_too_much_are_refused_in_words(client):
    for files in ([], [{"name": "a", "size": 2 << 40, "modified": 0}]):
        answer = client.post("/tailor/upload", json={"files": files}, headers=WRITE)
        assert answer.status_code == 422
        assert answer.json()["fix"].startswith("Choose")


def test_a_full_disk_is_told_before_anything_is_sent(client, workspace, monkeypatch):
    monkeypatch.setattr("components.workspace.free_bytes", lambda path: 0)
    listing = {"files": [{"name": "a.zip", "size": 5, "modified": 0}]}
    answer = client.post("/tailor/upload", json=listing, headers=WRITE)
    assert answer.status_code == 507
    assert "too full" in answer.json()["what"]
    assert list(workspace.uploads.iterdir()) == []


def test_the_offset_must_be_a_number(client):
    batch = announce(client, ("a.txt", 3))["batch"]
    answer = client.put(
        f"/tailor/upload/{batch}/0", content=b"a", headers={**WRITE, "X-Offset": "x"}
    )
    assert answer.status_code == 400
    assert put(client, batch, 5, 0, b"a").status_code == 404


def test_old_uploads_are_swept_but_not_those_an_import_rests_on(client, workspace):
    old, wanted, new = (send(client, **{f"{n}.txt": b"x"}) for n in ("old", "wanted", "new"))
    (workspace.imports / "1").mkdir()
    (workspace.imports / "1" / "source.json").write_text(f'["{wanted}/files/x"]', encoding="utf-8")
    past = time.time() - 30 * 86_400
    for batch in (old, wanted):
        for path in [*(workspace.uploads / batch).glob("*"), workspace.uploads / batch]:
            os.utime(path, (past, past))
    assert uploads.sweep(workspace) == 1
    left = {path.name for path in workspace.uploads.iterdir()}
    assert left == {wanted, new}


def test_a_torn_listing_is_no_batch(client, workspace):
    batch = announce(client, ("a.txt", 3))["batch"]
    (workspace.uploads / batch / "listing.json").write_text('{"files": [', encoding="utf-8")
    assert uploads.find(workspace, batch) is None


@given(st.text(max_size=300))
def test_any_name_becomes_a_path_that_stays_inside(name):
    safe = safe_name(name)
    pieces = safe.split("/")
    assert safe
    assert not safe.startswith("/")
    for piece in pieces:
        assert piece not in ("", ".", "..")
        assert len(piece) <= safe_names.NAME_LENGTH + 1
        assert not set(piece) & set('<>:"|?*\\\x00\n')
        assert piece == piece.rstrip(". ")
    assert safe_name(safe) == safe


@given(st.lists(st.text(max_size=12), max_size=30))
def test_no_two_files_get_the_same_place(names):
    stored = safe_names.stored_names(names)
    assert len({name.casefold() for name in stored}) == len(names)


def test_a_batch_survives_its_own_listing(workspace):
    batch = uploads.begin(workspace, [Announced("ä/ö.jpg", 2, 3)])
    assert uploads.find(workspace, batch.id).files == batch.files
