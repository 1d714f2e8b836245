"""The demos that Tailor draws: whole data sets, with labels that fit and a few honest faults."""

import numpy as np
import pytest
from PIL import Image

from components.data import checking, demo, health, smear, split, versions
from components.data.demo_subjects import DEMOS
from components.data.drawing import conveyor, leaves, tank
from components.data.drawing.canvas import Place
from components.data.keypoint_order import usual_count
from components.data.pictures import THUMBNAIL_SIDE
from components.data.quick_kinds import FEW_BOXES
from components.data.records import PictureState
from components.data.rings import area
from components.data.rows import PictureFilter
from components.data.schema import reading
from components.data.store import list_datasets
from components.findings import Severity
from components.tasks import TASKS
from components.workspace import Workspace
from tests.drawn_demos import drawn_demo, put

MOST_BYTES = 6_000_000


@pytest.fixture(scope="module", params=DEMOS)
def demo_and_set(request, tmp_path_factory):
    """Each task's demo, and its data set in a workspace of its own."""
    workspace = Workspace(tmp_path_factory.mktemp("demo"))
    workspace.datasets.mkdir()
    return DEMOS[request.param], put(workspace, request.param)


@pytest.fixture
def cells(tmp_path):
    workspace = Workspace(tmp_path)
    workspace.datasets.mkdir()
    return put(workspace)


def labels_of(dataset, row):
    return dataset.labels([row.id]).get(row.id, [])


def test_there_is_one_for_every_task():
    assert DEMOS.keys() == TASKS.keys()
    assert len({each.slug for each in DEMOS.values()}) == len(DEMOS)
    assert all(demo.demo_of(each.slug) is each for each in DEMOS.values())
    assert demo.demo_of("mugs") is None


def test_a_demo_is_a_whole_dataset(demo_and_set):
    subject, dataset = demo_and_set
    told = dataset.summary()
    bare = 2 if subject.task in ("detect", "segment") else 0
    assert (told.pictures, told.unlabelled, told.empty, told.unsplit) == (121, 1, bare, 0)
    assert dataset.task == subject.task
    assert tuple(kind.name for kind in dataset.classes()) == subject.classes
    for row in dataset.rows()[::9]:
        with Image.open(dataset.picture_file(row.id)) as picture:
            assert picture.size == (row.width, row.height)
        with Image.open(dataset.thumbnail_file(row.id)) as thumbnail:
            assert max(thumbnail.size) < 2 * THUMBNAIL_SIDE
    files = (path for path in dataset.folder.rglob("*") if path.is_file())
    assert sum(path.stat().st_size for path in files) < MOST_BYTES


def test_its_labels_are_of_the_tasks_shape_and_lie_on_the_picture(demo_and_set):
    subject, dataset = demo_and_set
    for row in dataset.rows():
        for label in labels_of(dataset, row):
            assert label.shape == TASKS[subject.task].label_shape
            left, top, right, bottom = label.box
            assert 0 <= left < right <= row.width
            assert 0 <= top < bottom <= row.height
            for x, y, *seen in label.points:
                assert 0 <= x <= row.width
                assert 0 <= y <= row.height
                assert seen in ([], [1], [2])


def test_every_class_can_be_learned_and_judged_but_for_the_rare_one(demo_and_set):
    subject, dataset = demo_and_set
    parts, (*usual, rare) = split.counts(dataset), dataset.classes()
    assert 0 < rare.boxes < FEW_BOXES
    assert all(parts[part].class_boxes[rare.id] for part in split.PARTS)
    for kind in usual:
        assert kind.boxes >= (15 if subject.task == "classify" else 60)
        assert all(parts[part].class_boxes[kind.id] >= 3 for part in split.PARTS)
    assert split.ensure_usable(dataset) == []
    assert versions.materialise(dataset.folder, versions.freeze(dataset))


def test_the_checks_find_the_faults_that_were_put_in_and_nothing_grave(demo_and_set):
    subject, dataset = demo_and_set
    checking.check_now(dataset)
    told = [
        *health.findings(dataset),
        *checking.state(Workspace(dataset.folder.parents[1]), dataset).findings,
    ]
    titles = [finding.title for finding in told]
    assert not [finding for finding in told if finding.severity is Severity.STOP], titles
    of_all = ("1 picture has no labels", "1 picture is nearly the same as another",
              f"{subject.classes[-1]} (")  # fmt: skip
    of_cells = ("box of “platelet” is", "times as large as the others")
    for fault in (*of_all, *(of_cells if "platelet" in subject.classes else ())):
        assert any(fault in title for title in titles), (fault, titles)
    if subject.task == "classify":
        assert not any("box" in title for title in titles), titles
    elif subject.task != "detect":
        many = TASKS[subject.task].label_words.many
        assert any(f" {many}, {subject.classes[-1]} only" in title for title in titles), titles
    for alarm in ("group", "brightness", "unfinished", "cross"):
        assert not any(alarm in title for title in titles), titles


def test_one_thing_has_the_name_of_another_class(demo_and_set):
    subject, dataset = demo_and_set
    _, labels = subject.draw(*subject.mistaken, np.random.default_rng(
        [demo.SEED, *subject.mistaken]))  # fmt: skip
    names = [kind.name for kind in dataset.classes()]
    [row] = [row for row in dataset.rows() if row.name == f"{subject.stem(*subject.mistaken)}.jpg"]
    kept = [names[label.class_id] for label in labels_of(dataset, row)]
    wrong = [pair for pair in zip((each.class_name for each in labels), kept, strict=True)
             if pair[0] != pair[1]]  # fmt: skip
    assert wrong == [subject.wrong]


def test_the_points_of_the_fish_come_with_their_names(tmp_path):
    workspace = Workspace(tmp_path)
    workspace.datasets.mkdir()
    fish = put(workspace, "pose")
    assert fish.keypoints() == tank.SCHEME
    with reading(fish.folder) as db:
        assert usual_count(db) == len(tank.SCHEME.names) == 5
    seen = [point[2] for row in fish.rows() for label in labels_of(fish, row)
            for point in label.points]  # fmt: skip
    assert 3 < seen.count(1) < seen.count(2) / 10  # some are hidden


def test_it_is_drawn_once(tmp_path):
    workspace = Workspace(tmp_path)
    workspace.datasets.mkdir()
    cells = put(workspace)
    before = cells.picture_file(1).stat().st_mtime_ns
    assert demo.open_demo(workspace) == demo.SLUG
    assert cells.picture_file(1).stat().st_mtime_ns == before
    assert [each.slug for each in list_datasets(workspace)] == [demo.SLUG]
    assert [path.name for path in drawn_demo("detect").parent.iterdir()] == [demo.SLUG]


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
    assert 0 < cells.count(PictureFilter(class_id=1)) < 121


def lit(pixels, ground):
    """Left, top, right, bottom of what differs from the ground."""
    down, across = np.nonzero(np.abs(pixels.astype(int) - ground.astype(int)).max(2) > 40)
    return np.array([across.min(), down.min(), across.max() + 1, down.max() + 1], float)


def test_an_outline_follows_its_cell():
    whole = smear.Cell("white cell", 160.0, 150.0, 33.0, ((2, 0.06, 0.4), (3, 0.02, 1.0)))
    ring = whole.outline()
    reach = whole.reach(np.linspace(0, 2 * np.pi, 720))
    assert abs(area(ring)) == pytest.approx(np.pi * (reach**2).mean(), rel=0.01)
    cut = smear.Cell("white cell", 310.0, 150.0, 33.0, ((2, 0.06, 0.4),)).outline()
    assert max(x for x, _ in cut) == smear.SIDE_PX
    assert abs(area(cut)) < 0.8 * abs(area(ring))


@pytest.mark.parametrize("kind", conveyor.CLASSES)
def test_a_turned_box_fits_its_part(kind):
    ground = np.full((320, 320, 3), 0.0, np.float32)
    for turn in (0.0, np.pi / 2):  # lying straight, its box is the one that can be measured
        place, picture = Place(160.5, 150.25, turn, 44.0), ground.copy()
        conveyor._lay(picture, kind, place, conveyor.SHIFTS[0], np.random.default_rng(3))
        label = conveyor._label(kind, place)
        np.testing.assert_allclose(lit(picture * 255, ground), label.box, atol=2.0)
        (ax, ay), (bx, by), (cx, cy), _ = label.points
        assert (bx - ax) * (cy - by) - (by - ay) * (cx - bx) > 0  # clockwise on the screen


def test_a_fish_is_mirrored_with_its_points_and_what_covers_one_is_told():
    top = np.zeros((320, 320), np.int16)
    right = tank._label("trout", Place(160, 160, 0.0, 50.0), top, 1)
    left = tank._label("trout", Place(160, 160, 0.0, 50.0, True), top, 1)
    assert right.points[0][0] > 200 > 120 > left.points[0][0]  # the snouts
    assert [point[2] for point in right.points] == [2] * 5
    x, y, _ = right.points[4]
    top[int(y) - 3 : int(y) + 4, int(x) - 3 : int(x) + 4] = 2
    hidden = tank._label("trout", Place(160, 160, 0.0, 50.0), top, 1)
    assert [point[2] for point in hidden.points] == [2, 2, 2, 2, 1]


def test_colour_alone_does_not_tell_which_leaf_it_is():
    """Else the demo would be trivial."""
    strange = 0
    for number in range(40):
        pixels, (label,) = leaves.draw(0, np.random.default_rng([5, number]))
        middle = np.median(pixels[98:158, 98:158].reshape(-1, 3), 0)
        hues = {kind: np.array(colour) for kind, colour in leaves._COLOURS.items()}
        middle = middle / middle.sum()
        nearest = min(hues, key=lambda kind: np.abs(hues[kind] / hues[kind].sum() - middle).sum())
        strange += nearest != label.class_name
    assert 3 < strange < 25


@pytest.mark.parametrize("subject", [conveyor, tank, leaves])
def test_the_same_seed_draws_the_same_subject(subject):
    once, labels = subject.draw(1, np.random.default_rng(4))
    again, same = subject.draw(1, np.random.default_rng(4))
    other, _ = subject.draw(1, np.random.default_rng(5))
    assert np.array_equal(once, again)
    assert labels == same
    assert not np.array_equal(once, other)


def test_a_picture_that_nobody_labelled_keeps_no_label(demo_and_set):
    subject, dataset = demo_and_set
    [row] = [row for row in dataset.rows() if row.state is PictureState.UNLABELLED]
    assert row.name == f"{subject.stem(*subject.unlabelled)}.jpg"
    assert labels_of(dataset, row) == []
