"""A preview reads all of a small data set and, of a large one, enough to look at."""

import pytest

from components.data import glimpse, versions
from components.data.records import PictureState
from tests.data.dataset_of import dataset_of, picture


@pytest.fixture
def few(monkeypatch):
    monkeypatch.setattr(glimpse, "MOST", 4)


def of(tmp_path, pictures):
    dataset = dataset_of(tmp_path / "set", pictures)
    for number in dataset.ids():
        file = dataset.folder / "images" / dataset.picture(number).name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(file.name.encode())
    return dataset


def train(number, **facts):
    return [picture(f"{n:03d}.jpg", ["cat"], split="train", **facts) for n in range(number)]


def looked_at(dataset):
    return glimpse.glimpse(str(dataset.folder))


def test_of_a_small_set_it_is_the_version_that_training_would_use(tmp_path):
    dataset = of(tmp_path, train(5))
    seen = looked_at(dataset)
    assert seen["version"] == versions.freeze(dataset)
    assert seen["pictures"] == 5
    assert not (dataset.folder / "glimpses").exists()


@pytest.mark.usefixtures("few")
def test_of_a_large_set_some_training_pictures_are_laid_out_elsewhere(tmp_path):
    dataset = of(tmp_path, [*train(11), picture("val.jpg", ["cat"], split="val")])
    seen = looked_at(dataset)
    images = tmp_path / "set/glimpses/versions" / seen["version"] / "images"
    names = sorted(path.name for path in (images / "train").iterdir())
    assert names == ["000001-000.jpg", "000004-003.jpg", "000007-006.jpg", "000010-009.jpg"]
    assert (images / "train" / names[1]).read_bytes() == b"003.jpg"
    assert (images / "val").is_dir()
    assert seen["pictures"] == 4
    assert not (dataset.folder / "versions").exists()


@pytest.mark.usefixtures("few")
def test_a_labelled_picture_is_among_many_empty_ones(tmp_path):
    empty = [picture(f"{n:03d}.jpg", split="train", state=PictureState.EMPTY) for n in range(30)]
    dataset = of(tmp_path, [*empty, picture("cat.jpg", ["cat"], split="train")])
    assert looked_at(dataset)["pictures"] == 4


@pytest.mark.usefixtures("few")
def test_it_follows_the_set_and_old_ones_go(tmp_path):
    dataset = of(tmp_path, train(9))
    seen = [looked_at(dataset)["version"]]
    for number in (1, 4, 7):
        dataset.set_state([number], PictureState.IGNORED)
        seen.append(looked_at(dataset)["version"])
    assert len(set(seen)) == 4
    there = {path.stem for path in (tmp_path / "set/glimpses/versions").glob("*.ndjson")}
    assert there == set(seen[-2:])
    assert looked_at(dataset)["version"] == seen[-1]
