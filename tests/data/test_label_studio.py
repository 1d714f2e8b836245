"""Label Studio's exports: which annotation counts, and what each kind of region means."""

import base64
import io
import json
import math
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from components.data.formats.label_studio_tasks import Tasks
from components.data.formats.page_remarks import NAMELESS
from components.data.formats.sheet import Sheet
from components.data.recognise import recognise
from components.data.records import PictureState
from components.data.scan import search
from tests.data.drawn_sets import boxes_of, codes, picture, read, text, write_json
from tests.shared_data import shared

HASHED = "/data/upload/1/0a1b2c3d-a.jpg"
BOX = ("cat", 30.0, 20.0, 70.0, 60.0)
RECTANGLE = {"x": 30, "y": 25, "width": 40, "height": 50, "rotation": 0,
             "rectanglelabels": ["cat"]}  # fmt: skip
LABELLED, EMPTY, UNLABELLED = PictureState.LABELLED, PictureState.EMPTY, PictureState.UNLABELLED


def region(value, kind="rectanglelabels", **more):
    return {"id": "r1", "type": kind, "value": value, "original_width": 100,
            "original_height": 80, **more}  # fmt: skip


def annotation(*result, **more):
    return {"id": 1, "result": list(result), "was_cancelled": False,
            "updated_at": "2024-01-01T00:00:00Z", **more}  # fmt: skip


def task(*annotations, image=HASHED, **more):
    return {"id": 1, "data": {"image": image}, "annotations": list(annotations), **more}


def a_set(tmp_path, content, pictures=("a.jpg",)):
    for number, name in enumerate(pictures):
        picture(tmp_path / "set" / "images" / name, seed=number)
    write_json(tmp_path / "set" / "export.json", content)
    return read(tmp_path / "set", room=tmp_path)


@pytest.mark.parametrize(
    "image",
    [HASHED, "a.jpg", "/data/local-files/?d=some%20where/a.jpg", "s3://bucket/x/a.jpg",
     "https://host/x/a.jpg?signature=1",
     "/tasks/1/resolve/?fileuri=czM6Ly9idWNrZXQveC9hLmpwZw==", "upload\\a.jpg"],
)  # fmt: skip
def test_the_picture_is_found_however_it_was_stored(image, tmp_path):
    reading = a_set(tmp_path, [task(annotation(region(RECTANGLE)), image=image)])
    assert (reading.format, boxes_of(reading)) == ("Label Studio", {"images/a.jpg": [BOX]})


def test_the_minimal_form_says_the_same(tmp_path):
    row = {"image": HASHED, "id": 1, "annotator": 1, "annotation_id": 1, "lead_time": 3,
           "label": [{**RECTANGLE, "original_width": 100, "original_height": 80}]}  # fmt: skip
    assert boxes_of(a_set(tmp_path, [row])) == {"images/a.jpg": [BOX]}


@pytest.mark.parametrize("mark", [",", "\t"])
def test_tables_say_the_same(mark, tmp_path):
    picture(tmp_path / "set" / "a.jpg")
    cell = '"' + json.dumps([RECTANGLE]).replace('"', '""') + '"'
    head, row = ("annotation_id", "annotator", "image", "label"), ("1", "1", HASHED, cell)
    text(tmp_path / "set" / "x.csv", f"{mark.join(head)}\n{mark.join(row)}\n")
    assert boxes_of(read(tmp_path / "set", room=tmp_path)) == {"a.jpg": [BOX]}


@pytest.mark.parametrize(
    ("annotations", "state"),
    [([], UNLABELLED), ([annotation()], EMPTY), ([annotation(was_cancelled=True)], UNLABELLED),
     ([annotation(region(RECTANGLE)), annotation(was_cancelled=True)], LABELLED)],
)  # fmt: skip
def test_never_labelled_is_not_empty(annotations, state, tmp_path):
    content = [task(*annotations), task(annotation(region(RECTANGLE)), image="b.jpg")]
    reading = a_set(tmp_path, content, ("a.jpg", "b.jpg"))
    assert reading.pictures[0].state is state


def test_the_newest_annotation_that_was_not_cancelled_counts(tmp_path):
    dog = {**RECTANGLE, "rectanglelabels": ["dog"]}
    content = [task(
        annotation(region(dog), updated_at="2024-03-01T00:00:00Z"),
        annotation(region(RECTANGLE), updated_at="2024-02-01T00:00:00Z"),
        annotation(region(RECTANGLE), updated_at="2024-04-01T00:00:00Z", was_cancelled=True),
    )]  # fmt: skip
    reading = a_set(tmp_path, content)
    assert reading.classes == ("dog",)
    assert "several_annotations" in codes(reading)


def test_predictions_are_not_labels(tmp_path):
    content = [{**task(), "predictions": [annotation(region(RECTANGLE))]}]
    reading = a_set(tmp_path, content)
    assert reading.pictures[0].state is UNLABELLED
    assert "predictions_only" in codes(reading)


@pytest.mark.parametrize(
    ("value", "shape", "box"),
    [
        ({**RECTANGLE, "rotation": 90}, "rotated", (-10, 20, 30, 60)),
        ({"points": [[10, 10], [50, 10], [30, 50]], "polygonlabels": ["cat"]}, "polygon",
         (10, 8, 50, 40)),
        ({"x": 50, "y": 50, "radiusX": 20, "radiusY": 10, "ellipselabels": ["cat"]}, "polygon",
         (30, 32, 70, 48)),
    ],
)  # fmt: skip
def test_shapes_keep_their_points(value, shape, box, tmp_path):
    reading = a_set(tmp_path, [task(annotation(region(value)))])
    (label,) = reading.pictures[0].labels
    assert label.shape == shape
    left, top, right, bottom = box
    assert label.box == pytest.approx((max(left, 0), top, right, bottom), abs=0.01)
    assert label.points


def test_keypoints_join_the_thing_they_belong_to_in_one_order(tmp_path):
    def point(name, x, y):
        value = {"x": x, "y": y, "width": 1, "keypointlabels": [name]}
        return region(value, "keypointlabels", id=name, parentID="r1")

    first = annotation(region(RECTANGLE), point("nose", 40, 50), point("tail", 60, 50))
    second = annotation(point("tail", 60, 50), region(RECTANGLE))
    content = [task(first), task(second, image="b.jpg")]
    reading = a_set(tmp_path, content, ("a.jpg", "b.jpg"))
    points = [p.labels[0].points for p in reading.pictures]
    assert points == [((40, 40, 2), (60, 40, 2)), ((0, 0, 0), (60, 40, 2))]
    assert {p.labels[0].class_name for p in reading.pictures} == {"cat"}


def test_choices_alone_name_whole_pictures(tmp_path):
    chosen = {"type": "choices", "value": {"choices": ["sunny"]}, "from_name": "c"}
    reading = a_set(tmp_path, [task(annotation(chosen))])
    assert (reading.task, reading.pictures[0].labels[0].shape) == ("classify", "whole")


def test_a_class_beside_its_region_is_found(tmp_path):
    plain = {key: RECTANGLE[key] for key in ("x", "y", "width", "height")}
    named = region({**plain, "labels": ["cat"]}, "labels")
    reading = a_set(tmp_path, [task(annotation(region(plain, "rectangle"), named))])
    assert boxes_of(reading) == {"images/a.jpg": [BOX]}


@pytest.mark.parametrize(
    "value",
    [{}, {"x": "a", "y": 1, "width": 1, "height": 1}, {"points": [[1, 2]]}, {"rle": [1, 2, 3]},
     {"rle": [999, -1]}, {"rle": "x"}, {"points": "x"}, {"x": 1, "y": 2},
     {"x": 5, "y": 5, "radiusX": 1e308}, {"x": float("inf"), "y": 0, "width": 1, "height": 1}],
)  # fmt: skip
def test_a_broken_region_costs_only_itself(value, tmp_path):
    broken = region({**value, "rectanglelabels": ["dog"]}, id="r0")
    reading = a_set(tmp_path, [task(annotation(broken, region(RECTANGLE)))])
    assert boxes_of(reading) == {"images/a.jpg": [BOX]}


leaves = st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8)
words = st.sampled_from(
    ["imageDataURL", "vertices", "taxonomy", "item_index", "data", "image", "annotations",
     "result", "value", "x", "y", "width", "height", "points", "rle", "rectanglelabels", "id",
     "annotator", "label", "choices", "type", "parentID", "radiusX", "a.jpg", "original_width",
     "updated_at"]
)  # fmt: skip
anything = st.recursive(
    leaves | words,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=6),
    max_leaves=30,
)


@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(anything, max_size=4))
def test_any_rows_are_read_without_a_stumble(rows):
    tasks = Tasks(Sheet("x.json"))
    for row in rows:
        tasks.take({"data": {"image": "a.jpg"}, "annotations": [row], "label": row})
        tasks.take({"image": "b.jpg", "annotator": 1, "annotation_id": 1, "label": [row]})
        tasks.take(row)
    tasks.finish()


def sums(reading):
    return Counter(label.class_name for p in reading.pictures for label in p.labels)


@pytest.mark.parametrize("name", ["JSON.json", "JSON_MIN.json"])
def test_brush_strokes_become_outlines_of_the_fruit(name, tmp_path):
    folder = shared("lemons_labelstudio_brush") / "export"
    reading = read(folder / name, folder / "images", room=tmp_path)
    assert sums(reading) == {"kiwi": 20, "lemon": 6}
    assert all(label.shape == "polygon" for p in reading.pictures for label in p.labels)


def test_a_whole_export_folder_is_one_set_without_the_strokes_as_pictures(tmp_path):
    reading = read(shared("lemons_labelstudio_brush") / "export", room=tmp_path)
    assert (reading.format, len(reading.pictures)) == ("Label Studio", 6)
    assert sums(reading) == {"kiwi": 20, "lemon": 6}


def test_strokes_agree_with_the_masks_that_label_studio_drew_from_them(tmp_path):
    folder = shared("lemons_labelstudio_brush") / "export"
    ours = read(folder / "JSON.json", folder / "images", room=tmp_path / "a")
    coco = read(folder / "BRUSH_TO_COCO.zip", folder / "images", room=tmp_path / "b")
    theirs = boxes_of(coco)
    for name, boxes in boxes_of(ours).items():
        match = theirs["images/" + name.rsplit("/", 1)[-1]] if name not in theirs else theirs[name]
        for a, b in zip(boxes, match, strict=True):
            assert a[1:] == pytest.approx(b[1:], abs=2.01)


def test_the_raccoons_have_their_true_states(tmp_path):
    reading = read(shared("raccoon_labelstudio_rect") / "export", room=tmp_path)
    assert reading.format == "Label Studio"
    states = Counter(p.state for p in reading.pictures)
    assert states == {LABELLED: 65, EMPTY: 1, UNLABELLED: 3}  # the skipped one has no picture
    assert sums(reading) == {"raccoon": 70}


@pytest.mark.parametrize(("keys", "is_known"), [(("one", "two"), True), (("left", "right"), False)])
def test_pictures_side_by_side_keep_their_own_boxes_or_say_that_nobody_knows(
    keys, is_known, tmp_path
):
    other = {**RECTANGLE, "x": 10}
    row = {**task(annotation(region(RECTANGLE, id="r1", to_name="one"),
                             region(other, id="r2", to_name="two"))),
           "data": {keys[0]: HASHED, keys[1]: HASHED.replace("a.jpg", "b.jpg")}}  # fmt: skip
    reading = a_set(tmp_path, [row], pictures=("a.jpg", "b.jpg"))
    if is_known:
        assert boxes_of(reading)["images/a.jpg"] == [BOX]
        assert boxes_of(reading)["images/b.jpg"][0][1] == 10
    else:
        assert any("one of several pictures" in problem.what for problem in reading.problems)
        assert not any(boxes_of(reading).values())


def painted(box):
    """A mask as Label Studio's bitmask has it: black on clear."""
    image = Image.new("RGBA", (100, 80))
    image.paste((0, 0, 0, 255), box)
    memory = io.BytesIO()
    image.save(memory, "PNG")
    return f"data:image/png;base64,{base64.b64encode(memory.getvalue()).decode()}"


@pytest.mark.parametrize(
    "value",
    [
        {"imageDataURL": painted((50, 20, 80, 60)), "bitmasklabels": ["cat"]},
        {"vertices": [{"x": x, "y": y} for x, y in ((50, 25), (80, 25), (80, 75), (50, 75))],
         "closed": True, "vectorlabels": ["cat"]},
    ],
    ids=("bitmask", "vector"),
)  # fmt: skip
def test_the_newer_tools_draw_outlines_too(value, tmp_path):
    reading = a_set(tmp_path, [task(annotation(region(value)))])
    (label,) = reading.pictures[0].labels
    assert (label.class_name, label.shape) == ("cat", "polygon")
    assert label.box == pytest.approx((50, 20, 80, 60), abs=1)


@pytest.mark.parametrize(
    "value",
    [{"sequence": [{"frame": 1, "x": 1}], "labels": ["cat"]}, {"new": [1], "labels": ["cat"]},
     {"vertices": [{"x": 1, "y": 1}] * 3, "closed": False, "vectorlabels": ["cat"]}],
)  # fmt: skip
def test_what_is_drawn_in_an_unknown_way_never_makes_an_empty_picture(value, tmp_path):
    reading = a_set(tmp_path, [task(annotation(region(value)))])
    assert reading.pictures[0].state is UNLABELLED
    assert "row_unreadable" in codes(reading)


def test_of_annotations_the_one_marked_as_truth_counts(tmp_path):
    dog = {**RECTANGLE, "rectanglelabels": ["dog"]}
    reading = a_set(tmp_path, [task(
        annotation(region(RECTANGLE), ground_truth=True),
        annotation(region(dog), updated_at="2024-03-01T00:00:00Z"),
    )])  # fmt: skip
    assert reading.classes == ("cat",)


def test_regions_take_their_class_from_a_choice_or_get_one_to_be_renamed(tmp_path):
    plain = {key: RECTANGLE[key] for key in ("x", "y", "width", "height")}
    chosen = region({**plain, "choices": ["cat"]}, "choices", id="r1")
    other = region({**plain, "x": 10}, "rectangle", id="r2")
    reading = a_set(tmp_path, [task(annotation(region(plain, "rectangle"), chosen, other))])
    assert [box[0] for box in boxes_of(reading)["images/a.jpg"]] == [NAMELESS, "cat"]
    assert "class_nameless" in codes(reading)


def test_a_region_with_several_classes_is_told(tmp_path):
    both = {**RECTANGLE, "rectanglelabels": ["cat", "wet"]}
    reading = a_set(tmp_path, [task(annotation(region(both)))])
    assert boxes_of(reading) == {"images/a.jpg": [BOX]}
    assert "several_classes" in codes(reading)


def test_a_task_of_many_pictures_gives_each_its_own_regions(tmp_path):
    second = region({**RECTANGLE, "x": 10}, id="r2", item_index=1)
    row = {**task(annotation(region(RECTANGLE, item_index=0), second)),
           "data": {"pages": ["/data/upload/1/a.jpg", "s3://x/b.jpg", "c.jpg"]}}  # fmt: skip
    one = {**task(annotation(region(RECTANGLE))), "data": {"image": "d.jpg", "like": ["c.jpg"]}}
    both = a_set(tmp_path / "other", [one], pictures=("c.jpg", "d.jpg"))
    assert boxes_of(both) == {"images/c.jpg": [], "images/d.jpg": [BOX]}
    reading = a_set(tmp_path, [row], pictures=("a.jpg", "b.jpg", "c.jpg"))
    assert [[box[1] for box in boxes] for boxes in boxes_of(reading).values()] == [[30], [10], []]
    assert reading.pictures[2].state is EMPTY


def test_the_end_of_a_path_through_a_taxonomy_is_the_class(tmp_path):
    path = {"type": "taxonomy", "value": {"taxonomy": [["animal", "cat"]]}, "from_name": "t"}
    content = [task(annotation(path)), task(annotation(), image="b.jpg")]
    reading = a_set(tmp_path, content, ("a.jpg", "b.jpg"))
    assert (reading.task, reading.classes) == ("classify", ("cat",))
    assert [p.state for p in reading.pictures] == [LABELLED, UNLABELLED]


def test_captions_do_not_make_a_picture_empty(tmp_path):
    caption = {"type": "textarea", "value": {"text": ["a cat sits"]}, "from_name": "t"}
    reading = a_set(tmp_path, [task(annotation(caption))])
    assert reading.pictures[0].state is UNLABELLED
    assert "words_left_out" in codes(reading)


@pytest.mark.parametrize("kind", ["json", "csv"])
def test_a_choice_of_the_minimal_form_may_be_called_anything(kind, tmp_path):
    rows = [
        {
            "image": f"{name}.jpg",
            "id": n,
            "quality": said,
            "annotator": 1,
            "annotation_id": n,
            "created_at": "2024",
            "updated_at": "2024",
            "lead_time": 3,
        }
        for n, (name, said) in enumerate(zip("abc", ("good", "bad", "good"), strict=True))
    ]
    pictures = ("a.jpg", "b.jpg", "c.jpg")
    if kind == "json":
        reading = a_set(tmp_path, rows, pictures)
    else:
        lines = [",".join(map(str, row.values())) for row in ({k: k for k in rows[0]}, *rows)]
        text(tmp_path / "set" / "x.csv", "\n".join(lines))
        for number, name in enumerate(pictures):
            picture(tmp_path / "set" / name, seed=number)
        reading = read(tmp_path / "set", room=tmp_path)
    assert [p.labels[0].class_name for p in reading.pictures] == ["good", "bad", "good"]
    assert (reading.task, "class_chosen" in codes(reading)) == ("classify", True)


def test_which_choice_is_the_class_is_asked_and_the_answer_counts(tmp_path):
    def chosen(control, name):
        return {"type": "choices", "value": {"choices": [name]}, "from_name": control}

    picture(tmp_path / "set" / "a.jpg")
    both = annotation(chosen("weather", "sunny"), chosen("animal", "cat"))
    write_json(tmp_path / "set" / "export.json", [task(both)])
    for answer, expected in (("", "sunny"), ("animal", "cat")):
        finds = search([tmp_path / "set"], tmp_path / "room")
        finds.prefer = f"Label Studio: {answer}" if answer else ""
        found = recognise(finds)
        assert found.questions[0].answers == ("weather", "animal")
        assert list(found.classes) == [expected]


def round_corner(x, y, pull_x, pull_y):
    """A point of a circle, with handles as a drawing program puts them."""
    return {"x": x, "y": y, "isBezier": True,
            "controlPoint1": {"x": x - pull_x, "y": y - pull_y},
            "controlPoint2": {"x": x + pull_x, "y": y + pull_y}}  # fmt: skip


def area_of(points):
    pairs = zip(points, [*points[1:], points[0]], strict=True)
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in pairs)) / 2


def the_outline(tmp_path, vertices):
    """What a closed vector becomes on a picture of 400 by 200 pixels; vertices are in percent."""
    value = {"vertices": vertices, "closed": True, "vectorlabels": ["cat"]}
    picture(tmp_path / "set/images/a.jpg", size=(400, 200))
    drawn = {**region(value, "vectorlabels"), "original_width": 400, "original_height": 200}
    write_json(tmp_path / "set/export.json", [task(annotation(drawn))])
    (label,) = read(tmp_path / "set", room=tmp_path).pictures[0].labels
    assert label.shape == "polygon"
    return label


ACROSS, DOWN = 15 / 2 * 0.5523, 30 * 0.5523  # how long handles are that draw a circle
CIRCLE = [round_corner(50, 20, ACROSS, 0), round_corner(57.5, 50, 0, DOWN),
          round_corner(50, 80, -ACROSS, 0), round_corner(42.5, 50, 0, -DOWN)]  # fmt: skip


def test_curves_of_a_vector_are_read_as_curves(tmp_path):
    label = the_outline(tmp_path, CIRCLE)  # 30 pixels across and 60 pixels down from its middle
    assert area_of(label.points) == pytest.approx(math.pi * 30 * 60, rel=0.001)
    assert label.box == pytest.approx((170, 40, 230, 160), abs=0.01)


def test_a_vector_of_which_one_end_has_a_handle_bends_as_on_the_screen(tmp_path):
    square = [{"x": x, "y": y, "isBezier": False} for x, y in ((25, 25), (75, 25), (75, 75))]
    lifted = {"x": 25, "y": 75, "isBezier": True, "controlPoint1": {"x": 25, "y": 75}}
    label = the_outline(tmp_path, [*square, lifted])
    assert area_of(label.points) == pytest.approx(200 * 100, rel=0.001)
    lifted["controlPoint1"] = {"x": 25, "y": 95}  # below the lower edge
    label = the_outline(tmp_path / "other", [*square, lifted])
    # P(t) from (75, 75) by (60, 75) and (25, 95) to (25, 75), in percent
    assert label.box[3] == pytest.approx(2 * (75 + 20 * 4 / 9), abs=0.02)


def test_points_of_a_vector_come_in_the_order_in_which_they_name_each_other(tmp_path):
    named = [{**point, "id": str(n), "prevPointId": str(n - 1) if n else None}
             for n, point in enumerate(CIRCLE)]  # fmt: skip
    label = the_outline(tmp_path, [named[0], named[2], named[1], named[3]])
    assert area_of(label.points) == pytest.approx(math.pi * 30 * 60, rel=0.001)
