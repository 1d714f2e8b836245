"""Whatever a check finds can be mended or looked at by a click, and the click can be taken back.

One small data set for every finding that the checks can make. Each button of the finding is
pressed on a copy of it.
"""

import json
import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from components.data import (
    checking,
    class_hands,
    found,
    health,
    in_place,
    relocating,
    schema,
    split,
    undo,
)
from components.data.fixes import FIXES, label_of, mend
from components.data.importing import import_now
from components.data.keypoints import KeypointScheme
from components.data.records import Label, PictureState
from components.data.rows import NewPicture, PictureFilter, SplitOrigin
from components.data.seen import SEEN_CHECKS
from components.data.store import create, find, open_dataset
from components.data.writing import set_keypoints
from components.errors import DatasetError
from components.planning import drafts
from components.ui.finding_deeds import label, with_a_look
from tests.data.drawn_sets import picture, text

SIDE = 120
BOX = (20.0, 20.0, 90.0, 90.0)
OTHER = (5.0, 5.0, 80.0, 60.0)
SQUARE = ((20.0, 20.0), (60.0, 20.0), (60.0, 60.0), (20.0, 60.0))
BOW = ((20.0, 20.0), (60.0, 60.0), (60.0, 20.0), (20.0, 60.0))
ARC = tuple((60 + 30 * np.cos(a / 20), 60 + 30 * np.sin(a / 20)) for a in range(50))
LINE = ((20.0, 20.0), (60.0, 60.0), (40.0, 40.0))
KITE = ((20.0, 20.0), (60.0, 10.0), (60.0, 40.0), (20.0, 60.0))
HOLED = ((10.0, 10.0), (30.0, 30.0), (30.0, 50.0), (50.0, 50.0), (50.0, 30.0), (30.0, 30.0),
         (10.0, 10.0), (90.0, 10.0), (90.0, 90.0), (10.0, 90.0))  # fmt: skip
POINTS, FAR = ((30.0, 30.0, 2.0), (40.0, 40.0, 1.0)), ((30.0, 30.0, 2.0), (240.0, 40.0, 2.0))


def scene(seed):
    coarse = np.random.default_rng(seed).integers(0, 255, (9, 9, 3), dtype=np.uint8)
    return Image.fromarray(coarse).resize((SIDE, SIDE), Image.Resampling.BICUBIC)


class Drawing:
    """A data set that grows picture by picture."""

    def __init__(self, folder, task="detect", classes=("cat", "dog")):
        self.folder, self.task, self.classes, self.pictures = folder, task, classes, []

    def add(self, *labels, image=None, part="train", state=None, sha256="", like=None):
        number = len(self.pictures)
        image = image or scene(number if like is None else like)
        file = self.folder / "images" / f"{number}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        image.save(file)
        said = state or (PictureState.LABELLED if labels else PictureState.UNLABELLED)
        path = f"images/{number}.png"
        self.pictures.append(NewPicture(
            path, path, f"{number}.png", *image.size, said, part,
            tuple(Label(*each) for each in labels), sha256=sha256 or f"sha {number}",
        ))  # fmt: skip
        return self

    def well(self, count=9, *labels):
        """Pictures with nothing amiss, in train and val."""
        for number in range(count):
            self.add(*(labels or (("cat", BOX), ("dog", OTHER))),
                     part=("train", "train", "val")[number % 3])  # fmt: skip
        return self

    def made(self, **keypoints):
        dataset = create(self.folder, name="A", task=self.task, classes=list(self.classes))
        dataset.add_pictures(self.pictures)
        if keypoints:
            with schema.changing(self.folder) as db:
                set_keypoints(db, KeypointScheme(**keypoints))
        return dataset


def shaped(folder, task, shape, good, bad):
    drawing = Drawing(folder, task, ("cat",))
    for points, part in ((good, "train"), (bad, "train"), (good, "val")):
        drawing.add(("cat", BOX, shape, points), part=part)
    return drawing


def plain(folder):
    return Drawing(folder).well()


def unreadable(folder):
    dataset = plain(folder).made()
    (folder / "images/0.png").write_bytes(b"not a picture")
    return dataset


def alike_in_a_row(folder):
    drawing = Drawing(folder)
    for number in range(6):
        drawing.add(("cat", BOX), ("dog", OTHER), part="val" if number > 3 else "train")
    dataset = drawing.made()
    checking.check_now(dataset)
    with schema.changing(folder) as db:
        db.executemany("INSERT INTO alike VALUES (?, ?, ?)",
                       [(n, n + 1, 2.0 if n % 2 else 9.0) for n in range(1, 6)])  # fmt: skip
    return dataset


def same_in_a_row(folder):
    dataset = alike_in_a_row(folder)
    with schema.changing(folder) as db:
        db.execute("UPDATE alike SET difference = 0")
    return dataset


def darker(folder):
    drawing = Drawing(folder)
    for n in range(48):
        image = scene(n).point(lambda value: value // 3) if n % 2 else scene(n)
        drawing.add(("cat", BOX), ("dog", OTHER), image=image, part="val" if n % 2 else "train")
    dataset = drawing.made()
    dataset.set_split({}, SplitOrigin("shares", (0.5, 0.5, 0.0), 0))
    return dataset


def small_box(folder):
    drawing = Drawing(folder)
    for number in range(30):
        side = 4.0 if number == 7 else 60.0
        drawing.add(("cat", (5.0, 5.0, 5 + side, 5 + side)), part="val" if number < 5 else "train")
    return drawing.made()


def in_val_only_once(folder, pictures):
    drawing = plain(folder)
    drawing.classes = ("cat", "dog", "owl")
    for _ in range(pictures):
        drawing.add(("owl", BOX), part="train")
    return drawing.made()


def put_all_aside(folder):
    dataset = plain(folder).made()
    dataset.set_state(dataset.ids(), PictureState.IGNORED)
    return dataset


def pose(folder, *points, **scheme):
    drawing = Drawing(folder, "pose", ("cat",))
    for number, each in enumerate(points):
        drawing.add(("cat", BOX, "keypoints", each), part="val" if number % 2 else "train")
    return drawing.made(**scheme)


def thin(folder):
    """Boxes that are under the grid at any size."""
    wide = scene(3).resize((9000, 40))
    return plain(folder).add(("cat", (0.0, 0.0, 6.0, 6.0)), image=wide).made()


# What the set is called, the check that speaks, and how the set is drawn.
SETS = {
    "nothing labelled": ("can_be_trained", lambda f: Drawing(f).add().add(part="val").made()),
    "all aside": ("can_be_trained", put_all_aside),
    "one picture": ("can_be_trained", lambda f: Drawing(f).add(("cat", BOX)).made()),
    "no val": ("can_be_trained", lambda f: Drawing(f).add(("cat", BOX)).add(("cat", BOX)).made()),
    "name only": ("classes_have_boxes",
                  lambda f: Drawing(f, classes=("cat", "dog", "owl")).well().made()),
    "few boxes": ("classes_have_enough_boxes", lambda f: plain(f).made()),
    "one class": ("more_than_one_class",
                  lambda f: Drawing(f, classes=("cat",)).well(12, ("cat", BOX)).made()),
    "one class to sort": ("more_than_one_class", lambda f: Drawing(f, "classify", ("cat",)).well(
        3, ("cat", (0.0, 0.0, 120.0, 120.0), "whole")).made()),
    "missing, can be dealt": ("classes_are_in_train_and_val", lambda f: in_val_only_once(f, 2)),
    "missing, on one picture": ("classes_are_in_train_and_val", lambda f: in_val_only_once(f, 1)),
    "little to judge": ("enough_to_judge_by", lambda f: plain(f).well(12).made()),
    "not labelled": ("pictures_are_labelled", lambda f: plain(f).add().made()),
    "in no part": ("pictures_have_a_part", lambda f: plain(f).add(("cat", BOX), part=None).made()),
    "twins": ("parts_share_no_picture",
              lambda f: plain(f).add(("cat", BOX), part="val", sha256="sha 0", like=0).made()),
    "copies": ("pictures_are_there_once",
               lambda f: plain(f).add(("cat", BOX), sha256="sha 0", like=0).made()),
    "tiny": ("boxes_are_large_enough", lambda f: plain(f).add(
        ("cat", (0.0, 0.0, 1.4, 1.4)), ("cat", (9.0, 9.0, 10.2, 10.2))).made()),
    "tiny at any size": ("boxes_are_large_enough", thin),
    "odd box": ("boxes_have_usual_sizes", small_box),
    "unreadable": ("pictures_can_be_read", unreadable),
    "straddling": ("groups_are_whole",
                   lambda f: plain(f).add(("cat", BOX), part="val", like=0).made()),
    "chain": ("groups_can_be_dealt", alike_in_a_row),
    "chain of the same": ("groups_can_be_dealt", same_in_a_row),
    "outside": ("boxes_lie_inside", lambda f: plain(f).add(
        ("cat", (-9.0, 5.0, 60.0, 70.0)), ("cat", (30.0, 30.0, 30.0, 80.0))).made()),
    "doubled": ("boxes_are_there_once",
                lambda f: plain(f).add(("cat", BOX), ("cat", BOX)).made()),
    "nearly named": ("class_names_differ", lambda f: Drawing(f, classes=("cat", "Cats ")).well(
        9, ("cat", BOX), ("Cats ", OTHER)).made()),
    "mixed shapes": ("labels_fit_the_task", lambda f: shaped(
        f, "segment", "polygon", SQUARE, SQUARE).add(("cat", BOX)).made()),
    "more than boxes": ("labels_fit_the_task", lambda f: shaped(
        f, "detect", "polygon", SQUARE, SQUARE).made()),
    "blank": ("pictures_show_something", lambda f: plain(f).add(
        ("cat", BOX), image=Image.new("RGB", (SIDE, SIDE), (90, 90, 90))).made()),
    "drift": ("parts_are_alike", darker),
    "alike": ("pictures_are_not_alike", lambda f: plain(f).add(("cat", BOX), like=0).made()),
    "uneven": ("classes_are_even", lambda f: Drawing(f).well(6).add(
        *(("cat", (n / 2, 5.0, n / 2 + 70, 80.0)) for n in range(150)), image=scene(77)).made()),
    "strip": ("pictures_have_usual_sizes", lambda f: plain(f).add(
        ("cat", (5.0, 2.0, 60.0, 18.0)), image=scene(60).resize((SIDE, 20))).made()),
    "holes": ("outlines_have_no_holes",
              lambda f: shaped(f, "segment", "polygon", SQUARE, HOLED).made()),
    "no mirror known": ("points_know_their_mirror", lambda f: pose(f, POINTS, POINTS)),
    "crossing": ("outlines_do_not_cross",
                 lambda f: shaped(f, "segment", "polygon", SQUARE, BOW).made()),
    "unfinished": ("outlines_are_closed",
                   lambda f: shaped(f, "segment", "polygon", SQUARE, ARC).made()),
    "flat": ("outlines_enclose_something",
             lambda f: shaped(f, "segment", "polygon", SQUARE, LINE).made()),
    "slanted": ("turned_boxes_are_rectangles",
                lambda f: shaped(f, "obb", "rotated", SQUARE, KITE).made()),
    "points outside": ("points_lie_inside", lambda f: pose(f, POINTS, POINTS, FAR)),
    "sides stay": ("sides_have_partners", lambda f: pose(
        f, POINTS, POINTS, names=("left eye", "right eye"), flip=(0, 1))),
    "side alone": ("sides_have_partners", lambda f: pose(
        f, POINTS, POINTS, names=("left eye", "tail"), flip=(0, 1))),
}  # fmt: skip

CHECKS = {check.__name__: check for check in (*health.CHECKS, *SEEN_CHECKS)}


def said(dataset, check):
    """What one check says of a data set, the pictures of findings written down as ever."""
    dataset = open_dataset(dataset.folder)
    if check in [each.__name__ for each in health.CHECKS]:
        return CHECKS[check](dataset)
    checking.check_now(dataset)
    with schema.reading(dataset.folder) as db:
        return CHECKS[check](db)


def state_of(dataset):
    dataset = open_dataset(dataset.folder)
    return dataset.task, dataset.rows(), dataset.labels(dataset.ids()), dataset.classes()


def test_every_check_has_a_set_that_makes_it_speak():
    in_place_alone = {"pictures_are_where_they_were"}  # below: it needs a folder of the user's
    assert {check for check, _ in SETS.values()} | in_place_alone == set(CHECKS)


@pytest.mark.parametrize("name", SETS)
def test_every_button_of_every_finding_does_something_right(name, tmp_path):
    check, draw = SETS[name]
    dataset = draw(tmp_path / "first")
    [finding] = said(dataset, check)
    offers = [each for each in (finding.apply, *finding.also) if each]
    assert offers, "nothing can be done about it"
    for number, offer in enumerate(offers):
        copy = shutil.copytree(dataset.folder, tmp_path / str(number))
        press(open_dataset(copy), check, finding, dict(offer))
    shown = with_a_look(finding)
    words = [label(finding_with(shown, dict(each))) for each in (shown.apply, *shown.also)]
    assert all(words)
    assert len(set(words)) == len(words)
    if finding.kind:
        ids = found.pictures(dataset, PictureFilter(found=finding.kind))
        names = {row.name for row in dataset.rows(ids)}
        classes = {each.name for each in dataset.classes()}
        assert names, "the gallery would be empty"
        assert set(finding.where) <= names | classes
        if set(finding.where) & names:
            assert names == set(finding.where)


def press(dataset, check, finding, changes):
    match changes:
        case {"fix": str(fix)}:
            before = state_of(dataset)
            mend(dataset, finding_with(finding, changes))
            after = said(dataset, check)
            assert not after or fix in ("deal_with_more_val", "deal_again"), after
            if fix == "deal_again" and check != "parts_are_alike":
                assert not after
            assert undo.last_step(dataset).label == label_of(finding_with(finding, changes))
            undo.undo(dataset)
            assert state_of(dataset) == before
            assert said(dataset, check) == [finding]
        case {"edit": "classes"} | {"go": "bring-in"}:
            assert len(dataset.classes()) > 0  # their dialogs and pages have tests of their own
        case {"matters": "left_right"}:
            draft = drafts.answer(dataset.folder, "left_right", True)
            assert draft.recipe["trainer"]["fliplr"] == 0
        case _:
            values = drafts.change(dataset.folder, changes).values
            for key, value in changes.items():
                place = values["expert"] if key.startswith("expert.") else values
                assert place[key.removeprefix("expert.")] == value


def finding_with(finding, changes):
    return type(finding)(
        finding.severity, finding.title, finding.fix, finding.where, finding.source,
        tuple(changes.items()), (), finding.kind,
    )  # fmt: skip


def test_the_crossing_outline_keeps_what_it_encloses(tmp_path):
    dataset = shaped(tmp_path / "d", "segment", "polygon", SQUARE, BOW).made()
    [finding] = said(dataset, "outlines_do_not_cross")
    mend(dataset, finding)
    (mended,) = dataset.labels([2])[2]
    assert set(mended.points) == set(BOW)
    assert mended.box == (20.0, 20.0, 60.0, 60.0)


def test_classes_can_be_renamed_merged_and_left_out_in_one_step(tmp_path):
    drawing = plain(tmp_path / "d").add(("owl", BOX))
    drawing.classes = ("cat", "dog", "owl")
    dataset = drawing.made()
    before = state_of(dataset)
    class_hands.change_classes(dataset, {"cat": "pet", "dog": "pet", "owl": None})
    assert [(each.name, each.boxes) for each in dataset.classes()] == [("pet", 18)]
    assert dataset.picture(10).state is PictureState.EMPTY
    undo.undo(dataset)
    assert state_of(dataset) == before
    with pytest.raises(DatasetError, match="No class would be left"):
        class_hands.change_classes(dataset, dict.fromkeys(("cat", "dog", "owl")))


@pytest.fixture
def left_there(workspace, tmp_path):
    """Four pictures that were left in the user's folder, one of them converted."""
    source = tmp_path / "disk" / "mine"
    text(source / "data.yaml", "names: [cat]\n")
    for n in range(4):
        picture(source / "images" / (f"{n}.gif" if n == 1 else f"{n}.jpg"), seed=n)
        text(source / "labels" / f"{n}.txt", "0 0.5 0.5 0.4 0.5\n")
    return find(workspace, import_now(workspace, [source], "mine", in_place=True)), source


def test_a_folder_that_moved_is_found_again_and_that_can_be_taken_back(left_there, tmp_path):
    dataset, source = left_there
    moved = source.rename(tmp_path / "elsewhere")
    in_place.forget(dataset)
    [finding] = in_place.pictures_are_where_they_were(dataset)
    assert ("edit", "folder") in finding.apply
    assert found.pictures(dataset, PictureFilter(found=finding.kind)) == [1, 2, 3, 4]
    assert relocating.lost_folder(dataset) == str(source / "images")
    with pytest.raises(DatasetError, match="None of the 4 missing pictures"):
        relocating.relocate(dataset, tmp_path / "disk")
    assert relocating.relocate(dataset, moved) == 4
    assert in_place.look(dataset) == in_place.Lost()
    assert dataset.original_file(2) == moved / "images" / "1.gif"
    in_place.demand_as_left(dataset)
    undo.undo(dataset)
    assert len(in_place.look(dataset).gone) == 4


def test_a_disk_that_is_back_is_seen_at_once_when_asked(left_there, tmp_path):
    dataset, source = left_there
    away = source.rename(tmp_path / "away")
    in_place.forget(dataset)
    assert in_place.pictures_are_where_they_were(dataset)
    away.rename(source)
    relocating.look_again(dataset)
    assert in_place.pictures_are_where_they_were(dataset) == []


def test_changed_pictures_are_taken_as_they_are_with_labels_that_grow_along(left_there):
    dataset, source = left_there
    before = dataset.labels([1, 3])
    picture(source / "images/0.jpg", seed=7, size=(200, 160))  # twice as large
    picture(source / "images/2.jpg", seed=8, size=(80, 100))  # on its side
    for name in ("0", "2"):
        os.utime(source / f"images/{name}.jpg", ns=(1, 1))
    in_place.forget(dataset)
    [finding] = in_place.pictures_are_where_they_were(dataset)
    mend(dataset, finding)
    row = dataset.picture(1)
    assert (row.width, row.height) == (200, 160)
    assert dataset.labels([1])[1][0].box == tuple(2 * value for value in before[1][0].box)
    assert dataset.picture(3).state is PictureState.IGNORED
    assert dataset.labels([3])[3] == before[3]
    in_place.demand_as_left(dataset)
    undo.undo(dataset)
    assert dataset.labels([1, 3]) == before


def test_every_fix_is_some_findings_button():
    folder = Path(health.__file__).parent
    told = [path.read_text() for path in folder.glob("*.py") if path.name != "fixes.py"]
    assert [name for name in FIXES if not any(f'"{name}"' in each for each in told)] == []


def test_dealing_again_gives_val_something_where_the_shares_gave_it_nothing(tmp_path):
    dataset = plain(tmp_path / "d").made()
    split.redeal(dataset, (1.0, 0.0, 0.0))
    [finding] = said(dataset, "can_be_trained")
    mend(dataset, finding)
    assert said(dataset, "can_be_trained") == []


def test_what_the_check_wrote_before_it_knew_more_buttons_is_still_read(workspace):
    dataset = plain(workspace.datasets / "d").made()
    checking.check_now(dataset)
    old = {"severity": "warn", "title": "T", "fix": "F.", "where": [], "source": "", "apply": []}
    with schema.changing(dataset.folder) as db:
        db.execute("UPDATE health SET findings = ?", (json.dumps([old]),))
    (finding,) = checking.state(workspace, dataset).findings
    assert (finding.also, finding.kind) == ((), "")
