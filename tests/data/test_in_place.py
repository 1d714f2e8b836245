"""Pictures that stay in the user's folder: not copied, not touched, and missed when they go."""

import hashlib
import os
from dataclasses import replace

import pytest

from components.data import in_place, store, versions
from components.data.fixes import mend
from components.data.importing import import_now
from components.data.storing import bytes_needed
from components.errors import DatasetError
from components.workspace import Workspace
from tests.data.drawn_sets import picture, text


@pytest.fixture
def workspace(tmp_path):
    made = Workspace(tmp_path / "ws")
    for folder in (made.datasets, made.imports, made.uploads):
        folder.mkdir(parents=True)
    return made


@pytest.fixture
def source(tmp_path):
    """Six pictures in YOLO's train and val, one of them such as the trainer cannot read."""
    folder = tmp_path / "mine"
    text(folder / "data.yaml", "names: [cat]\n")
    for n in range(6):
        part = "val" if n > 3 else "train"
        name = f"{n}.gif" if n == 1 else f"{n}.jpg"
        picture(folder / part / "images" / name, seed=n)
        text(folder / part / "labels" / f"{n}.txt", f"0 0.5 0.5 0.{n + 2} 0.5\n")
    return folder


@pytest.fixture
def dataset(workspace, source):
    return store.find(workspace, import_now(workspace, [source], "mine", in_place=True))


def fingerprint(folder):
    return {
        path.relative_to(folder): (hashlib.sha256(path.read_bytes()).digest(), path.stat().st_mtime)
        for path in folder.rglob("*") if path.is_file()
    }  # fmt: skip


def number_of(dataset, name):
    return next(row.id for row in dataset.rows() if row.name.endswith(name))


def test_originals_stay_and_only_what_cannot_be_read_is_converted(workspace, source):
    before = fingerprint(source)
    dataset = store.find(workspace, import_now(workspace, [source], "mine", in_place=True))
    plain, odd = number_of(dataset, "0.jpg"), number_of(dataset, "1.gif")
    assert dataset.picture_file(plain) == source / "train" / "images" / "0.jpg"
    assert dataset.original_file(odd) == source / "train" / "images" / "1.gif"
    assert dataset.picture_file(odd).is_relative_to(dataset.folder)
    kept = [path for path in (dataset.folder / "images").rglob("*") if path.is_file()]
    assert kept == [dataset.picture_file(odd)]
    assert all(dataset.thumbnail_file(row.id).parent.is_relative_to(dataset.folder)
               for row in dataset.rows())  # fmt: skip
    store.delete(dataset)
    assert fingerprint(source) == before


def test_copied_is_what_nobody_asks_for(workspace, source):
    dataset = store.find(workspace, import_now(workspace, [source], "mine"))
    assert dataset.picture_file(1).is_relative_to(dataset.folder)
    assert in_place.look(dataset) == in_place.Lost()


def test_a_version_links_to_the_original_place(dataset, source):
    version = versions.freeze(dataset)
    laid = versions.materialise(dataset.folder, version).parent
    linked = sorted(laid.rglob("images/train/*.jpg"))
    assert linked[0].read_bytes() == (source / "train/images/0.jpg").read_bytes()


def test_all_is_well_while_nothing_is_touched(dataset):
    in_place.demand_as_left(dataset)
    assert in_place.pictures_are_where_they_were(dataset) == []


@pytest.mark.parametrize("harm", ["gone", "changed"])
def test_a_lost_picture_is_found_and_stops_training_until_it_is_put_aside(harm, dataset, source):
    path = source / "train" / "images" / "2.jpg"
    if harm == "gone":
        path.unlink()
    else:
        picture(path, seed=77, size=(120, 90))
        os.utime(path, ns=(1, 1))
    (found,) = in_place.pictures_are_where_they_were(dataset)
    assert found.where == ("train/images/2.jpg",)
    with pytest.raises(DatasetError, match=r"2\.jpg") as told:
        in_place.demand_as_left(dataset)
    assert "Put them aside" in told.value.fix
    mend(dataset, replace(found, apply=in_place.ASIDE))
    in_place.demand_as_left(dataset)
    assert in_place.pictures_are_where_they_were(dataset) == []


def test_adding_that_fails_deletes_no_original(workspace, dataset, tmp_path, monkeypatch):
    more = tmp_path / "more"
    text(more / "data.yaml", "names: [cat]\n")
    picture(more / "images" / "9.jpg", seed=9)
    text(more / "labels" / "9.txt", "0 0.5 0.5 0.5 0.5\n")
    before = fingerprint(more)

    def full(*_):
        raise OSError(5, "the disk broke")

    with monkeypatch.context() as broken:
        broken.setattr("components.data.writing.add_pictures", full)
        with pytest.raises(OSError, match="broke"):
            import_now(workspace, [more], "more", into=dataset.slug, in_place=True)
    assert fingerprint(more) == before
    import_now(workspace, [more], "more", into=dataset.slug, in_place=True)
    assert dataset.picture_file(number_of(dataset, "9.jpg")) == more / "images" / "9.jpg"


def test_in_place_needs_room_for_thumbnails_only(workspace, source, dataset):
    from components.data.recognise import read_all

    paths = [picture.path for picture in read_all([source], workspace.cache).pictures]
    copied, left = (bytes_needed(iter(paths), (), in_place=way) for way in (False, True))
    assert copied - left == sum(path.stat().st_size for path in paths)
