"""Exports as tools and competitions really write them, each of which once came in wrong."""

import json

import numpy as np
import pytest
from PIL import Image

from tests.data.drawn_sets import (
    boxes_of,
    coco,
    codes,
    picture,
    picture_bytes,
    read,
    text,
    voc_xml,
    write_json,
)

CAT, DOG = ("cat", 10.0, 20.0, 40.0, 60.0), ("dog", 30.0, 30.0, 70.0, 50.0)
WHOLE = (0.0, 0.0, 100.0, 80.0)
SORTED = {"a": [("cat", *WHOLE)], "b": [("dog", *WHOLE)]}
BOTH = {"a": [CAT], "b": [DOG]}


def pictures(folder, *names, below=""):
    for number, name in enumerate(names):
        picture(folder / below / name, seed=number)


def painted(path, box, value=255, mode="L"):
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.zeros((80, 100, 3) if mode == "RGB" else (80, 100), np.uint8)
    left, top, right, bottom = map(int, box)
    pixels[top:bottom, left:right] = value
    Image.fromarray(pixels).save(path)


def lines(path, *rows):
    return text(path, "".join(f"{json.dumps(row)}\n" for row in rows))


def ndjson_for_sorting(d):
    pictures(d, "a.jpg", "b.jpg", below="train")
    lines(
        d / "set.ndjson",
        {"type": "dataset", "task": "classify", "class_names": {"0": "cat", "1": "dog"}},
        *(
            {
                "type": "image",
                "file": f"{name}.jpg",
                "width": 100,
                "height": 80,
                "split": "train",
                "annotations": {"classification": [number]},
            }
            for name, number in (("a", 0), ("b", 1))
        ),
    )


def googles_table(d):
    pictures(d, "a.jpg", "b.jpg", below="images")
    text(
        d / "rows.csv",
        "TRAIN,gs://bucket/images/a.jpg,cat,0.1,0.25,,,0.4,0.75,,\n"
        "VALIDATION,gs://b/images/b.jpg,dog,0.3,0.375,0.7,0.375,0.7,0.625,0.3,0.625\n",
    )


def googles_table_for_sorting(d):
    pictures(d, "a.jpg", "b.jpg")
    text(d / "rows.csv", "TRAIN,gs://bucket/a.jpg,cat\nVALIDATION,gs://bucket/b.jpg,dog\n")


def amazons_manifest(d):
    pictures(d, "a.jpg", "b.jpg")
    lines(d / "output.manifest", *(
        {"source-ref": f"s3://bucket/{name}.jpg", "boxes": {
            "image_size": [{"width": 100, "height": 80, "depth": 3}],
            "annotations": [{"class_id": number, "left": box[1], "top": box[2],
                             "width": box[3] - box[1], "height": box[4] - box[2]}]},
         "boxes-metadata": {"class-map": {"0": "cat", "1": "dog"}, "human-annotated": "yes"}}
        for number, (name, box) in enumerate((("a", CAT), ("b", DOG)))
    ))  # fmt: skip


def hastys_json(d):
    pictures(d, "a.jpg", "b.jpg")
    write_json(d / "hasty.json", {"export_format_version": "1.1", "label_classes": [], "images": [
        {"image_name": f"{name}.jpg", "width": 100, "height": 80, "labels": [
            {"class_name": box[0], "bbox": list(box[1:]), "polygon": None, "mask": None}]}
        for name, box in (("a", CAT), ("b", DOG))]})  # fmt: skip


def createml_in_its_first_words(d):
    pictures(d, "a.jpg", "b.jpg")
    write_json(d / "annotations.json", [
        {"imagefilename": f"{name}.jpg", "annotation": [
            {"label": one, "coordinates": {"x": (left + right) / 2, "y": (top + bottom) / 2,
                                           "width": right - left, "height": bottom - top}}]}
        for name, (one, left, top, right, bottom) in (("a", CAT), ("b", DOG))])  # fmt: skip


def masks_of_a_class_in_a_folder_each(d):
    for name, box in (("a", CAT), ("b", DOG)):
        pictures(d, f"{name}.jpg", below="images")
        for one in ("cat", "dog"):
            painted(d / f"masks/{one}/{name}.png", box[1:], 255 if one == box[0] else 0)


def masks_beside_a_part(d):
    for name, box, colour in (("a", CAT, (255, 0, 0)), ("b", DOG, (0, 0, 255))):
        pictures(d, f"{name}.jpg", below="train")
        painted(d / f"train_labels/{name}_L.png", box[1:], colour, "RGB")
    text(d / "class_dict.csv", "name,r,g,b\nvoid,0,0,0\ncat,255,0,0\ndog,0,0,255\n")


def roboflows_list(d):
    for part, name, box, number in (("train", "a", CAT, 0), ("valid", "b", DOG, 1)):
        pictures(d, f"{name}.jpg", below=part)
        place = ",".join(f"{side:.0f}" for side in box[1:])
        text(d / part / "_annotations.txt", f"{name}.jpg {place},{number}\n")
        text(d / part / "_classes.txt", "cat\ndog\n")


def camvid_of_cvat(d):
    pictures(d, "a.jpg", "b.jpg", below="default")
    for name, box, colour in (("a", CAT, (1, 2, 3)), ("b", DOG, (4, 5, 6))):
        painted(d / f"defaultannot/{name}.png", box[1:], colour, "RGB")
    text(
        d / "default.txt",
        "/default/a.jpg /defaultannot/a.png\n/default/b.jpg /defaultannot/b.png\n",
    )
    text(d / "label_colors.txt", "0 0 0 background\n1 2 3 cat\n4 5 6 dog\n")


def masks_of_labelmes_script(d):
    for name, box, number in (("a", CAT, 1), ("b", DOG, 2)):
        for below in ("JPEGImages", "SegmentationClassVisualization"):
            pictures(d, f"{name}.jpg", below=below)
        painted(d / f"SegmentationClassPNG/{name}.png", box[1:], number)
        painted(d / f"SegmentationObjectPNG/{name}.png", box[1:], 1)
    text(d / "class_names.txt", "_background_\ncat\ndog\n")


def open_images_of_fiftyone(d):
    pictures(d, "a.jpg", "b.jpg", below="data")
    text(
        d / "labels/detections.csv",
        "ImageID,Source,LabelName,Confidence,XMin,XMax,YMin,YMax\n"
        "a,x,/m/1,1,0.1,0.4,0.25,0.75\nb,x,/m/2,1,0.3,0.7,0.375,0.625\n",
    )
    text(d / "metadata/classes.csv", "/m/1,cat\n/m/2,dog\n")


def lisas_table(d):
    pictures(d, "a.png", "b.png")
    corners = [f"{side} corner {axis}" for side in ("Upper left", "Lower right") for axis in "XY"]
    text(
        d / "boxes.csv",
        f"Filename;Annotation tag;{';'.join(corners)};Origin file\n"
        "day/a.png;cat;10;20;40;60;x.mp4\nday/b.png;dog;30;30;70;50;x.mp4\n",
    )


def a_table_that_ends_in_txt(d):
    for name in "ab":
        picture(d / f"{name}.ppm")
    text(d / "gt.txt", "a.ppm;10;20;40;60;cat\nb.ppm;30;30;70;50;dog\n")


def via_with_a_number_for_each(d):
    pictures(d, "a.jpg", "b.jpg")
    write_json(d / "via.json", {
        f"{name}.jpg1": {"filename": f"{name}.jpg", "size": 1, "file_attributes": {}, "regions": [
            {"shape_attributes": {"name": "rect", "x": left, "y": top, "width": right - left,
                                  "height": bottom - top},
             "region_attributes": {"id": str(number), "animal": one}}]}
        for number, (name, (one, left, top, right, bottom)) in enumerate((("a", CAT), ("b", DOG)))
    })  # fmt: skip


def xml_without_an_ending(d):
    for name, box in (("a", CAT), ("b", DOG)):
        pictures(d, f"{name}.jpg", below="Images")
        text(d / f"Annotation/{name}", voc_xml(name, [box]))


def tracks_of_cvat(d):
    pictures(d, "frame_000000.png", "frame_000001.png", below="img1")
    text(d / "gt/gt.txt", "1,1,10,20,30,40,1,1,1.0\n2,2,30,30,40,20,1,2,1.0\n")
    text(d / "gt/labels.txt", "cat\ndog\n")


@pytest.mark.parametrize(
    ("draw", "expected"),
    [
        (roboflows_list, BOTH), (camvid_of_cvat, BOTH), (masks_of_labelmes_script, BOTH),
        (open_images_of_fiftyone, BOTH), (lisas_table, BOTH), (a_table_that_ends_in_txt, BOTH),
        (via_with_a_number_for_each, BOTH), (xml_without_an_ending, BOTH),
        (tracks_of_cvat, {"frame_000000": [CAT], "frame_000001": [DOG]}),
        (ndjson_for_sorting, SORTED), (googles_table, BOTH), (googles_table_for_sorting, SORTED),
        (amazons_manifest, BOTH), (hastys_json, BOTH), (createml_in_its_first_words, BOTH),
        (masks_of_a_class_in_a_folder_each, BOTH), (masks_beside_a_part, BOTH),
    ],
    ids=lambda one: getattr(one, "__name__", ""),
)  # fmt: skip
def test_a_dialect_comes_in_whole(draw, expected, tmp_path):
    draw(tmp_path / "set")
    reading = read(tmp_path / "set", room=tmp_path)
    found = {name.rpartition("/")[2].split(".")[0]: boxes for name, boxes in
             boxes_of(reading).items()}  # fmt: skip
    assert found == expected
    assert reading.task == ("classify" if expected is SORTED else "detect")


@pytest.mark.parametrize("draw", [googles_table, googles_table_for_sorting])
def test_the_parts_of_a_table_without_header_are_kept(draw, tmp_path):
    draw(tmp_path / "set")
    reading = read(tmp_path / "set", room=tmp_path)
    assert [one.split for one in reading.pictures] == ["train", "val"]


def test_masks_under_names_of_their_own_belong_to_the_one_picture_of_their_case(tmp_path):
    for name, box in (("a", CAT), ("b", DOG)):
        pictures(tmp_path / f"set/{name}", f"{name}.png", below="images")
        painted(tmp_path / f"set/{name}/masks/{name}0ff.png", box[1:])
        painted(tmp_path / f"set/{name}/masks/{name}1ff.png", (80, 70, 90, 78))
    reading = read(tmp_path / "set", room=tmp_path)
    assert [len(one.labels) for one in reading.pictures] == [2, 2]


def test_run_lengths_in_a_table_are_no_classes_of_whole_pictures(tmp_path):
    pictures(tmp_path / "set", "a.jpg", "b.jpg")
    text(tmp_path / "set/train.csv", "ImageId,ClassId,EncodedPixels\na.jpg,cat,81 20 161 20 241 20"
         "\nb.jpg,dog,81 20 161 20 241 20\n")  # fmt: skip
    reading = read(tmp_path / "set", room=tmp_path)
    assert reading.task != "classify"
    assert any(one.labels for one in reading.pictures) or "format_not_read" in codes(reading)


def test_a_kind_of_label_that_nobody_knows_is_told_and_never_taken_for_an_empty_picture(tmp_path):
    pictures(tmp_path / "set", "a.jpg", below="train")
    lines(tmp_path / "set/s.ndjson", {"type": "dataset", "class_names": {"0": "cat"}},
          {"type": "image", "file": "a.jpg", "split": "train",
           "annotations": {"cubes": [[0, 1, 2, 3]]}})  # fmt: skip
    reading = read(tmp_path / "set", room=tmp_path)
    assert [str(one.state) for one in reading.pictures] == ["unlabelled"]
    assert "row_unreadable" in codes(reading)


def test_lists_of_masks_give_the_parts_where_there_are_no_others(tmp_path):
    for name, box in (("a", CAT), ("b", DOG)):
        pictures(tmp_path / "set", f"{name}.jpg", below="JPEGImages")
        painted(tmp_path / f"set/SegmentationClass/{name}.png", box[1:], 1)
    text(tmp_path / "set/ImageSets/Segmentation/train.txt", "a\n")
    text(tmp_path / "set/ImageSets/Main/cat_trainval.txt", "a  1\nb -1\n")
    text(tmp_path / "set/ImageSets/Segmentation/val.txt", "b\n")
    reading = read(tmp_path / "set", room=tmp_path)
    assert [one.split for one in reading.pictures] == ["train", "val"]
    assert reading.task == "detect"  # what VOC lists of classes is not what is drawn


def varint(value):
    out = b""
    while True:
        value, low = value >> 7, value & 127
        if not value:
            return out + bytes([low])
        out += bytes([low | 128])


def field(number, data):
    return varint(number << 3 | 2) + varint(len(data)) + data


def feature(name, values):
    """One entry of an Example's map, for bytes or floats."""
    if isinstance(values[0], bytes):
        inner = field(1, b"".join(field(1, each) for each in values))
    else:
        inner = field(2, field(1, np.array(values, "<f4").tobytes()))
    return field(1, field(1, name.encode()) + field(2, inner))


def record(name, box, seed):
    sides = {"xmin": box[1] / 100, "ymin": box[2] / 80, "xmax": box[3] / 100, "ymax": box[4] / 80}
    facts = feature("image/filename", [name.encode()])
    facts += feature("image/encoded", [picture_bytes((100, 80 + 0 * seed))])
    facts += feature("image/object/class/text", [box[0].encode()])
    for side, value in sides.items():
        facts += feature(f"image/object/bbox/{side}", [value])
    data = field(1, facts)
    return len(data).to_bytes(8, "little") + b"\0\0\0\0" + data + b"\0\0\0\0"


@pytest.mark.parametrize(
    "shard", ["train.record-{:05d}-of-00002", "train-{:05d}-of-00002.tfrecord"]
)
def test_the_shards_of_a_record_file_are_one_set(shard, tmp_path):
    (tmp_path / "set").mkdir()
    for number, (name, box) in enumerate((("a.jpg", CAT), ("b.jpg", DOG))):
        (tmp_path / "set" / shard.format(number)).write_bytes(record(name, box, number))
    reading = read(tmp_path / "set", room=tmp_path)
    assert boxes_of(reading) == {"a.jpg": [CAT], "b.jpg": [DOG]}
    assert {one.split for one in reading.pictures} == {"train"}


def test_tags_of_supervisely_give_the_parts(tmp_path):
    write_json(
        tmp_path / "set/meta.json",
        {
            "classes": [{"title": "cat", "shape": "rectangle"}],
            "tags": [{"name": "train"}, {"name": "val"}],
        },
    )
    for name, part in (("a", "train"), ("b", "val")):
        pictures(tmp_path / "set", f"{name}.png", below="ds/img")
        corners = [[10, 20], [40, 60]]
        write_json(tmp_path / f"set/ds/ann/{name}.png.json", {
            "size": {"height": 80, "width": 100}, "tags": [{"name": part, "value": None}],
            "objects": [{"classTitle": "cat", "geometryType": "rectangle",
                         "points": {"exterior": corners, "interior": []}}]})  # fmt: skip
    reading = read(tmp_path / "set", room=tmp_path)
    assert [one.split for one in reading.pictures] == ["train", "val"]


def test_a_workbook_of_excel_is_told_with_the_next_click(tmp_path):
    pictures(tmp_path / "set", "a.jpg")
    (tmp_path / "set/labels.xlsx").write_bytes(b"PK")
    (told,) = [one for one in read(tmp_path / "set", room=tmp_path).problems
               if one.code == "format_not_read"]  # fmt: skip
    assert "labels.xlsx is a workbook of Excel" in told.what
    assert "CSV UTF-8" in told.done


def test_a_picture_with_a_tag_but_no_shape_counts_as_unlabelled_among_drawn_ones(tmp_path):
    pictures(tmp_path / "set", "a.jpg", "b.jpg", "c.jpg")
    shapes = {"a": '<box label="cat" xtl="10" ytl="20" xbr="40" ybr="60"/>',
              "b": '<tag label="dog" source="manual"/>', "c": ""}  # fmt: skip
    images = "".join(f'<image id="{n}" name="{name}.jpg" width="100" height="80">{shape}</image>'
                     for n, (name, shape) in enumerate(shapes.items()))  # fmt: skip
    text(tmp_path / "set/annotations.xml", f"<annotations>{images}</annotations>")
    reading = read(tmp_path / "set", room=tmp_path)
    assert [str(one.state) for one in reading.pictures] == ["labelled", "unlabelled", "empty"]


def test_of_two_files_of_coco_that_say_as_much_the_one_with_points_counts(tmp_path):
    pictures(tmp_path / "set", "a.jpg", "b.jpg", below="images")
    facts = coco({"a.jpg": [CAT], "b.jpg": [("cat", *DOG[1:])]}, ["cat"])
    write_json(tmp_path / "set/annotations/instances.json", facts)
    for row in facts["annotations"]:
        row.update(keypoints=[15, 25, 2, 35, 45, 1], num_keypoints=2)
    facts["categories"][0].update(keypoints=["nose", "tail"], skeleton=[[1, 2]])
    write_json(tmp_path / "set/annotations/person_keypoints.json", facts)
    reading = read(tmp_path / "set", room=tmp_path)
    assert {label.shape for one in reading.pictures for label in one.labels} == {"keypoints"}
    assert "described_twice" in codes(reading)


def test_a_cell_may_hold_all_boxes_of_a_picture_or_a_word_for_none(tmp_path):
    rows = ["image_name,BoxesString,domain"]
    for number in range(6):
        pictures(tmp_path / "set", f"{number}.png")
        rows.append(f"{number}.png,10 20 40 60;30 30 {70 + number} 50,usask_1")
    for name, cell in (("none", "no_box"), ("broken", "many")):
        pictures(tmp_path / "set", f"{name}.png")
        rows.append(f"{name}.png,{cell},usask_1")
    text(tmp_path / "set/train.csv", "\n".join(rows) + "\n")
    reading = read(tmp_path / "set", room=tmp_path)
    found = {one.name: one for one in reading.pictures}
    assert [label.box for label in found["5.png"].labels] == [CAT[1:], (30.0, 30.0, 75.0, 50.0)]
    assert found["none.png"].state == "empty"
    assert found["broken.png"].state == "unlabelled"
    assert "row_unreadable" in codes(reading)


def test_createml_for_sorting_names_whole_pictures(tmp_path):
    pictures(tmp_path / "set", "a.jpg", "b.jpg")
    rows = [{"imagefilename": f"{name}.jpg", "annotation": one}
            for name, one in (("a", "cat"), ("b", "dog"))]  # fmt: skip
    write_json(tmp_path / "set/a.json", rows)
    reading = read(tmp_path / "set", room=tmp_path)
    assert boxes_of(reading) == {"a.jpg": [("cat", *WHOLE)], "b.jpg": [("dog", *WHOLE)]}
    assert reading.task == "classify"


def test_pictures_to_be_guessed_beside_class_folders_stay_unlabelled(tmp_path):
    for one in ("cat", "dog"):
        pictures(tmp_path / "set", *(f"{one}{n}.jpg" for n in range(3)), below=f"train/{one}")
    pictures(tmp_path / "set", "x.jpg", "y.jpg", below="test")
    reading = read(tmp_path / "set", room=tmp_path)
    assert reading.task == "classify"
    states = {one.name: str(one.state) for one in reading.pictures}
    assert [states[f"test/{name}.jpg"] for name in "xy"] == ["unlabelled"] * 2
    assert list(states.values()).count("labelled") == 6
