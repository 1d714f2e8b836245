import numpy as np
import pytest
from PIL import Image

from components.data import checking, demo, health, smear, split, versions
from components.data.rows import PictureFilter
from components.data.store import find, list_datasets
from components.findings import Severity
from components.workspace import Workspace


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    workspace = Workspace(tmp_path_factory.mktemp("demo"))
    workspace.datasets.mkdir()
    demo.open_demo(workspace)
    return workspace


@pytest.fixture
def cells(workspace):
    return find(workspace, demo.SLUG)


def test_the_demo_is_a_whole_dataset(workspace, cells):
    told = cells.summary()
    assert (told.pictures, told.unlabelled, told.empty, told.classes) == (91, 1, 2, 4)
    assert told.unsplit == 0
    assert told.boxes > 900
    for row in cells.rows():
        with Image.open(cells.picture_file(row.id)) as picture:
            assert picture.size == (row.width, row.height)
        with Image.open(cells.thumbnail_file(row.id)) as thumbnail:
            assert max(thumbnail.size) <= 256
    assert [path.name for path in workspace.datasets.iterdir()] == [demo.SLUG]


def test_every_class_can_be_learned_and_judged(cells):
    parts = split.counts(cells)
    for kind in cells.classes():
        if kind.name == "parasite":
            assert 0 < kind.boxes < health.FEW_BOXES
            continue
        assert kind.boxes >= 60
        assert all(parts[part].class_boxes[kind.id] >= 4 for part in split.PARTS)
    assert split.ensure_usable(cells) == []
    assert versions.materialise(cells.folder, versions.freeze(cells)).is_file()


def test_the_checks_find_the_faults_that_were_put_in_and_nothing_grave(workspace, cells):
    checking.check_now(cells)
    told = [*health.findings(cells), *checking.state(workspace, cells).findings]
    titles = [finding.title for finding in told]
    assert not [finding for finding in told if finding.severity is Severity.STOP]
    for fault in (
        "1 picture has no labels",
        "1 picture is nearly the same as another",
        "1 box of “platelet” is 4 times as large as the others",
        "1 class has fewer than 10 boxes: parasite",
    ):
        assert any(fault in title for title in titles), (fault, titles)
    assert not any("group" in title for title in titles), titles


def test_it_is_drawn_once(workspace, cells):
    before = cells.picture_file(1).stat().st_mtime_ns
    assert demo.open_demo(workspace) == demo.SLUG
    assert cells.picture_file(1).stat().st_mtime_ns == before
    assert len(list_datasets(workspace)) == 1


def drawn(slide, field):
    dice = np.random.default_rng([1, slide, field])
    cells = smear.throw(smear.SLIDES[slide], dice)
    return cells, smear.draw(cells, smear.SLIDES[slide], dice)


def test_the_same_seed_draws_the_same_picture():
    assert np.array_equal(drawn(0, 0)[1], drawn(0, 0)[1])
    assert not np.array_equal(drawn(0, 0)[1], drawn(0, 1)[1])


def test_a_box_fits_its_cell_to_the_pixel():
    sharp = smear.Slide((1.0, 1.0, 1.0), 1.0, 1.0, 1.0, 0.0, 0.0)
    dice = np.random.default_rng(0)
    cell = smear.Cell("red cell", 100.3, 120.7, 20.0, ((2, 0.1, 0.4), (3, 0.02, 1.0)))
    with_cell = smear.draw([cell], sharp, np.random.default_rng(5)).astype(int)
    without = smear.draw([], sharp, dice).astype(int)
    green = with_cell[..., 1] < without[..., 1].min() - 20
    down, across = np.nonzero(green)
    found = (across.min(), down.min(), across.max() + 1, down.max() + 1)
    np.testing.assert_allclose(found, cell.box(), atol=1.0)


@pytest.mark.parametrize("slide", range(len(smear.SLIDES)))
def test_boxes_lie_inside_the_picture_and_dirt_has_none(slide):
    cells, _ = drawn(slide, 2)
    found = smear.boxes(cells)
    assert len(found) == sum(cell.kind != "dirt" for cell in cells)
    for _, (left, top, right, bottom) in found:
        assert 0 <= left < right <= smear.SIDE_PX
        assert 0 <= top < bottom <= smear.SIDE_PX


def test_the_gallery_can_be_filtered_by_class(cells):
    assert 0 < cells.count(PictureFilter(class_id=1)) < 91
