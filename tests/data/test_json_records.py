"""JSON that no known tool wrote: a record per picture is read by what its keys say."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.data.recognise import read_all
from components.errors import AppError
from tests.data.drawn_sets import boxes_of, codes, picture, picture_bytes, read, text, write_json
from tests.data.test_any_structure import KEYS, anything, common

CAT, DOG = ("cat", 10.0, 20.0, 40.0, 60.0), ("dog", 50.0, 20.0, 70.0, 40.0)
BOTH = {"a.jpg": [CAT, DOG], "b.jpg": [DOG]}


def x_y_w_h(box):
    return [box[1], box[2], box[3] - box[1], box[4] - box[2]]


def labelbox(name, boxes):
    rows = [{"name": b[0], "bounding_box": dict(zip(("left", "top", "width", "height"), x_y_w_h(b),
             strict=True))} for b in boxes]  # fmt: skip
    return {
        "data_row": {"id": "ck1", "external_id": name, "row_data": f"https://x.y/{name}?sig=1"},
        "media_attributes": {"width": 100, "height": 80},
        "projects": {"p": {"name": "My project", "labels": [{"annotations": {"objects": rows}}]}},
    }  # fmt: skip


def old_labelbox(name, boxes):
    row = labelbox(name, boxes)
    objects = row["projects"]["p"]["labels"][0]["annotations"]["objects"]
    for thing in objects:
        thing["title"], thing["bbox"] = thing.pop("name"), thing.pop("bounding_box")
    return {"ID": "c", "External ID": name, "Labeled Data": "u", "Label": {"objects": objects}}


def bdd(name, boxes):
    keys = ("x1", "y1", "x2", "y2")
    return {"name": name, "attributes": {"weather": "clear"}, "labels": [
        {"id": n, "category": b[0], "box2d": dict(zip(keys, b[1:], strict=True))}
        for n, b in enumerate(boxes)
    ]}  # fmt: skip


def detectron(name, boxes):
    return {"file_name": f"/home/me/{name}", "image_id": 7, "width": 100, "height": 80,
            "annotations": [{"bbox": list(b[1:]), "bbox_mode": 0, "category": b[0]}
                            for b in boxes]}  # fmt: skip


def hugging_face(name, boxes):
    return {"file_name": name, "width": 100, "height": 80, "objects": {
        "bbox": [x_y_w_h(b) for b in boxes], "categories": [b[0] for b in boxes]}}  # fmt: skip


def own_corners(name, boxes):
    return {"image": {"file": name, "w": 100, "h": 80},
            "things": [{"what": {"class": b[0]}, "label": b[0], "xyxy": list(b[1:])}
                       for b in boxes]}  # fmt: skip


def outlines(name, boxes):
    return {"filename": name, "objects": [
        {"label": b[0], "polygon": [[b[1], b[2]], [b[3], b[2]], [b[3], b[4]], [b[1], b[4]]]}
        for b in boxes]}  # fmt: skip


RECORDS = [labelbox, old_labelbox, bdd, detectron, hugging_face, own_corners, outlines]


@pytest.mark.parametrize("shape", ["list", "lines", "mapping", "a file each"])
@pytest.mark.parametrize("record", RECORDS)
def test_records_are_read_in_every_wrapping(record, shape, tmp_path):
    folder = tmp_path / "set"
    for number, name in enumerate(BOTH):
        picture(folder / name, seed=number)
    rows = [record(name, boxes) for name, boxes in BOTH.items()]
    match shape:
        case "list":
            write_json(folder / "labels.json", rows)
        case "lines":
            text(folder / "labels.jsonl", "\n".join(map(json.dumps, rows)))
        case "mapping":
            write_json(folder / "labels.json", {"version": 1, "frames": rows})
        case _:
            for name, row in zip(BOTH, rows, strict=True):
                write_json(folder / f"{name[:-4]}.json", row)
    reading = read(folder, room=tmp_path)
    assert (reading.format, boxes_of(reading)) == ("JSON records", BOTH)
    assert codes(reading) <= {"shapes_as_boxes"}


def test_names_by_number_are_looked_up(tmp_path):
    picture(tmp_path / "set/a.jpg")
    write_json(tmp_path / "set/labels.json", {
        "categories": [{"id": 3, "name": "cat"}],
        "frames": [{"filename": "a.jpg", "objects": [{"bbox": [10, 20, 30, 40], "class_id": 3}]}],
    })  # fmt: skip
    reading = read(tmp_path / "set", room=tmp_path)
    assert boxes_of(reading) == {"a.jpg": [CAT]}
    assert "box_order" in codes(reading)  # four numbers of one box may be either


def test_four_numbers_that_reach_out_of_the_picture_are_corners(tmp_path):
    picture(tmp_path / "set/a.jpg")
    write_json(tmp_path / "set/labels.json", [
        {"image": "a.jpg", "objects": [{"bbox": [50, 20, 70, 40], "name": "dog"}]}
    ])  # fmt: skip
    assert boxes_of(read(tmp_path / "set", room=tmp_path)) == {"a.jpg": [DOG]}


def test_a_record_without_things_is_empty_and_one_that_says_nothing_unlabelled(tmp_path):
    for name in ("a.jpg", "b.jpg", "c.jpg"):
        picture(tmp_path / "set" / name, seed=ord(name[0]))
    rows = [bdd("a.jpg", [CAT]), bdd("b.jpg", []), {"name": "c.jpg", "labels": None}]
    write_json(tmp_path / "set/labels.json", rows)
    states = [p.state for p in read(tmp_path / "set", room=tmp_path).pictures]
    assert states == ["labelled", "empty", "unlabelled"]


def test_classes_of_whole_pictures_sort_them(tmp_path):
    for n in range(4):
        picture(tmp_path / f"set/train/{n}.jpg", seed=n)
    rows = [{"file_name": f"{n}.jpg", "label": "cat" if n % 2 else "dog"} for n in range(4)]
    text(tmp_path / "set/train/metadata.jsonl", "\n".join(map(json.dumps, rows)))
    reading = read(tmp_path / "set", room=tmp_path)
    assert (reading.task, set(reading.classes)) == ("classify", {"cat", "dog"})


def test_captions_are_no_classes(tmp_path):
    for n in range(4):
        picture(tmp_path / f"set/{n}.jpg", seed=n)
    rows = [{"file_name": f"{n}.jpg", "label": f"picture number {n} of four"} for n in range(4)]
    text(tmp_path / "set/metadata.jsonl", "\n".join(map(json.dumps, rows)))
    assert read(tmp_path / "set", room=tmp_path).classes == ()


def test_cityscapes_comes_in_by_its_outlines_or_by_its_masks(tmp_path):
    from PIL import Image

    start = "aachen_000000_000019"
    folder = tmp_path / "set/gtFine/train/aachen"
    picture(tmp_path / f"set/leftImg8bit/train/aachen/{start}_leftImg8bit.png")
    folder.mkdir(parents=True)
    mask = Image.new("L", (100, 80), 4)
    mask.paste(26, (10, 20, 40, 60))
    for kind in ("labelIds", "instanceIds", "color"):
        mask.save(folder / f"{start}_gtFine_{kind}.png")
    by_masks = read(tmp_path / "set", room=tmp_path)
    corners = [[10, 20], [40, 20], [40, 60], [10, 60]]
    write_json(folder / f"{start}_gtFine_polygons.json", {
        "imgWidth": 100, "imgHeight": 80, "objects": [{"label": "car", "polygon": corners}]
    })  # fmt: skip
    by_outlines = read(tmp_path / "set", room=tmp_path / "again")
    assert (by_masks.format, by_outlines.format) == ("Mask pictures", "JSON records")
    for reading in (by_masks, by_outlines):
        (boxes,) = boxes_of(reading).values()
        assert boxes == [("car", *CAT[1:])]


@common
@given(st.lists(st.dictionaries(st.sampled_from([*KEYS, "bbox", "objects"]), anything, max_size=6)))
def test_any_records_are_read_or_told(tmp_path_factory, some):
    folder = tmp_path_factory.mktemp("any")
    (folder / "a.jpg").write_bytes(picture_bytes())
    rows = [{"file_name": "a.jpg", "objects": [{"bbox": one, **one}]} for one in some]
    (folder / "x.json").write_text(json.dumps([*rows, *some]), encoding="utf-8")
    with contextlib.suppress(AppError):
        for label in read_all([folder], folder / "room").pictures[0].labels:
            left, top, right, bottom = label.box
            assert 0 <= left < right <= 100
            assert 0 <= top < bottom <= 80


@pytest.mark.parametrize("is_new", [True, False])
def test_answers_of_labelbox_about_whole_pictures_sort_them(is_new, tmp_path):
    rows = []
    for number, name in enumerate(("cat", "dog", "cat", "dog")):
        picture(tmp_path / f"set/{number}.jpg", seed=number)
        if is_new:
            asked = [{"name": "what", "radio_answer": {"name": name, "value": name}}]
            labels = [{"annotations": {"objects": [], "classifications": asked}}]
            rows.append({"data_row": {"external_id": f"{number}.jpg"},
                         "projects": {"p": {"labels": labels}}})  # fmt: skip
        else:
            asked = [{"title": "what", "answer": {"title": name, "value": name}}]
            rows.append({"External ID": f"{number}.jpg",
                         "Label": {"objects": [], "classifications": asked}})  # fmt: skip
    text(tmp_path / "set/export.ndjson", "\n".join(map(json.dumps, rows)))
    reading = read(tmp_path / "set", room=tmp_path)
    assert (reading.task, set(reading.classes)) == ("classify", {"cat", "dog"})
    assert [p.labels[0].class_name for p in reading.pictures] == ["cat", "dog", "cat", "dog"]


@pytest.mark.parametrize("name", ["train-00000.parquet", "cars_annos.mat", "labels.npz"])
def test_stores_that_nobody_here_reads_are_told(name, tmp_path):
    picture(tmp_path / "set/a.jpg")
    (tmp_path / "set" / name).write_bytes(b"x")
    told = [p for p in read(tmp_path / "set", room=tmp_path).problems if p.file == name]
    assert [one.code for one in told] == ["format_not_read"]


def test_stores_beside_class_folders_do_not_matter(tmp_path):
    for number, place in enumerate(("cat/1", "cat/2", "dog/1", "dog/2")):
        picture(tmp_path / f"set/{place}.jpg", seed=number)
    (tmp_path / "set/features.npy").write_bytes(b"x")
    assert read(tmp_path / "set", room=tmp_path).format == "Class folders"


def test_columns_without_a_thing_mean_that_nothing_is_there(tmp_path):
    for number, name in enumerate("ab"):
        picture(tmp_path / f"set/{name}.jpg", seed=number)
    rows = [{"file_name": "a.jpg", "objects": {"bbox": [[1, 2, 30, 40]], "categories": ["cat"]}},
            {"file_name": "b.jpg", "objects": {"bbox": [], "categories": []}}]  # fmt: skip
    text(tmp_path / "set/metadata.jsonl", "\n".join(map(json.dumps, rows)))
    states = [one.state for one in read(tmp_path / "set", room=tmp_path).pictures]
    assert states == ["labelled", "empty"]


def test_open_lines_are_no_things_and_told(tmp_path):
    picture(tmp_path / "set/a.jpg")
    lane = {"vertices": [[0, 60], [50, 20], [90, 10]], "types": "LLL", "closed": False}
    parts = [{"vertices": [[x, 0], [x + 20, 0], [x + 20, 20]], "closed": True} for x in (0, 60)]
    write_json(tmp_path / "set/labels.json", [{"name": "a.jpg", "labels": [
        {"category": "car", "box2d": {"x1": 10, "y1": 20, "x2": 40, "y2": 60}},
        {"category": "lane", "poly2d": [lane]},
        {"category": "road", "poly2d": parts},
    ]}])  # fmt: skip
    reading = read(tmp_path / "set", room=tmp_path)
    assert [(one.class_name, one.box) for one in reading.pictures[0].labels] == [
        ("car", (10, 20, 40, 60)), ("road", (0, 0, 80, 20)),
    ]  # fmt: skip
    assert "no_object" in codes(reading)
