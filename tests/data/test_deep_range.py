"""Pictures of 16 bits: which values become black and white, chosen anew without losing anything."""

import numpy as np
import pytest
from PIL import Image

from components.data import deep_range, history, versions
from components.data.deep_range import Range
from components.data.importing import import_now
from components.data.store import find
from components.errors import AppError
from components.jobs.events import State
from components.jobs.job import progress_of

SPANS = {"dim.png": (100, 1100), "bright.png": (2000, 40_000)}


@pytest.fixture
def dataset(workspace, tmp_path):
    source = tmp_path / "xrays"
    for part in ("images", "labels"):
        (source / part).mkdir(parents=True)
    for number, (name, (low, high)) in enumerate(SPANS.items()):
        ramp = np.linspace(low, high, 64 * 64).reshape(64, 64).astype(np.uint16)
        Image.fromarray(ramp).save(source / "images" / name)
        (source / "labels" / name.replace("png", "txt")).write_text(f"{number} 0.5 0.5 0.4 0.4")
    plain = Image.fromarray(np.full((64, 64, 3), 90, np.uint8))
    plain.save(source / "images" / "plain.png")
    (source / "labels" / "plain.txt").write_text("0 0.5 0.5 0.2 0.2")
    (source / "data.yaml").write_text("names: [a, b]")
    made = find(workspace, import_now(workspace, [source], "xrays"))
    made.set_split(dict.fromkeys(made.ids(), "train"), made.split_origin())
    return made


def greys(dataset):
    """Name to the darkest and the brightest grey level that the trainer reads."""
    found = {}
    for row in dataset.rows():
        with Image.open(dataset.picture_file(row.id)) as image:
            found[row.name.rpartition("/")[2]] = image.convert("L").getextrema()
    return found


@pytest.mark.parametrize(
    ("wanted", "dim", "bright"),
    [
        (Range("each"), (0, 255), (0, 255)),
        (Range("set"), (0, 6), (12, 255)),
        (Range("fixed", 100, 1100), (0, 255), (255, 255)),
        (Range("fixed", 0, 65_535), (0, 4), (8, 156)),
    ],
)
def test_a_range_is_what_becomes_black_and_white(dataset, wanted, dim, bright):
    originals = [dataset.original_file(number).read_bytes() for number in dataset.ids()]
    assert deep_range.choose_now(dataset, wanted) == 2
    assert greys(dataset) == {"dim.png": dim, "bright.png": bright, "plain.png": (90, 90)}
    assert [dataset.original_file(number).read_bytes() for number in dataset.ids()] == originals
    assert deep_range.chosen(dataset) == wanted
    deep = [row.note for row in dataset.rows() if not row.name.endswith("plain.png")]
    assert all("(black) to" in note for note in deep)


def test_another_range_is_another_version_and_the_old_one_stays_whole(dataset):
    first, before = versions.freeze(dataset), greys(dataset)
    deep_range.choose_now(dataset, Range("each"))
    second = versions.freeze(dataset)
    assert second != first
    data_yaml = versions.materialise(dataset.folder, first)
    [dim] = data_yaml.parent.glob("images/train/*dim.png")
    with Image.open(dim) as image:
        assert image.convert("L").getextrema() == before["dim.png"]
    found = history.changes(dataset, first, second)
    assert (found.added, found.removed) == ((), ())
    history.restore(dataset, first)
    assert greys(dataset) == before
    assert versions.freeze(dataset) == first


def test_the_cameras_range_can_be_chosen_again(dataset):
    before = greys(dataset)
    for wanted in (Range("each"), Range("set"), Range("camera")):
        deep_range.choose_now(dataset, wanted)
    assert greys(dataset) == before


def test_thumbnails_are_renewed(dataset):
    number = next(row.id for row in dataset.rows() if row.name.endswith("dim.png"))
    before = dataset.thumbnail_file(number).read_bytes()
    deep_range.choose_now(dataset, Range("each"))
    assert dataset.thumbnail_file(number).read_bytes() != before


def test_the_wrong_way_round_is_told(workspace, dataset):
    with pytest.raises(AppError, match="wrong way round"):
        deep_range.start(workspace, dataset, Range("fixed", 9, 3))


def test_an_original_that_is_gone_is_told_and_nothing_is_changed(dataset):
    before = dataset.revision()
    number = next(row.id for row in dataset.rows() if row.name.endswith("dim.png"))
    dataset.original_file(number).unlink()
    with pytest.raises(AppError, match=r"dim\.png is gone"):
        deep_range.choose_now(dataset, Range("each"))
    assert dataset.revision() == before


def test_the_job_does_it_and_leaves_its_last_word(workspace, dataset):
    job = deep_range.start(workspace, dataset, Range("each"))
    assert deep_range.state(workspace, dataset).state is State.WAITING
    deep_range.main(job)
    assert progress_of(job).state is State.FINISHED
    view = deep_range.state(workspace, dataset)
    assert (view.pictures, view.chosen, view.needle["total"]) == (2, Range("each"), 2)
