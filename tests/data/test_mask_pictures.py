"""Mask pictures in the layouts that tools and challenges use."""

import numpy as np
import pytest
from PIL import Image, ImageFilter

from components.data.recognise import recognise
from components.data.records import PictureState
from components.data.scan import search
from tests.data.drawn_sets import codes, picture, read, text, voc_xml
from tests.shared_data import shared

A, B = (10, 10, 40, 30), (60, 40, 90, 70)  # left, top, right, bottom


def painted(*areas, size=(100, 80), kind=np.uint8):
    values = np.zeros((size[1], size[0]), kind)
    for (left, top, right, bottom), value in areas:
        values[top:bottom, left:right] = value
    return values


def saved(path, values, **how):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(values).save(path, **how)


def found(tmp_path):
    reading = read(tmp_path / "set", room=tmp_path)
    return reading, {
        p.name: sorted((label.class_name, *label.box) for label in p.labels)
        for p in reading.pictures
    }


@pytest.mark.parametrize(
    ("image", "mask"),
    [("a.jpg", "a_mask.png"), ("images/a.jpg", "masks/a.png"), ("images/a.jpg", "masks/a_mask.png"),
     ("train/images/a.jpg", "train/masks/a.png"), ("images/train/a.jpg", "masks/train/a.png"),
     ("JPEGImages/a.jpg", "SegmentationClass/a.png"), ("img/a.jpg", "groundtruth/mask_a.png"),
     ("images/a.png", "labels/a.png"), ("segmentation/images/a.jpg", "segmentation/masks/a.png")],
)  # fmt: skip
def test_a_mask_is_found_beside_or_in_a_parallel_folder(image, mask, tmp_path):
    picture(tmp_path / "set" / image)
    saved(tmp_path / "set" / mask, painted((A, 255)))
    reading, boxes = found(tmp_path)
    assert (reading.format, boxes) == ("Mask pictures", {image: [("object", *A)]})
    assert {"masks", "blobs_as_things", "no_class_names"} <= codes(reading)


def test_each_blob_is_a_thing_with_its_outline(tmp_path):
    picture(tmp_path / "set" / "a.jpg")
    saved(tmp_path / "set" / "a_mask.png", painted((A, 1), (B, 1)))
    reading, boxes = found(tmp_path)
    assert boxes == {"a.jpg": [("object", *A), ("object", *B)]}
    assert {label.shape for label in reading.pictures[0].labels} == {"polygon"}


@pytest.mark.parametrize(
    ("name", "content"),
    [("_classes.csv", "Pixel Value, Class\n0, background\n1, cat\n7, dog"),
     ("classes.txt", "background\ncat\nx\nx2\nx3\nx4\nx5\ndog"),
     ("label_map.txt", "1: cat\n7: dog"), ("classes.json", '{"cat": 1, "dog": 7}')],
)  # fmt: skip
def test_values_are_named_by_a_class_file_with_holes(name, content, tmp_path):
    picture(tmp_path / "set" / "a.jpg")
    saved(tmp_path / "set" / "a_mask.png", painted((A, 1), (B, 7)))
    text(tmp_path / "set" / name, content)
    assert found(tmp_path)[1] == {"a.jpg": [("cat", *A), ("dog", *B)]}


@pytest.mark.parametrize(
    ("name", "content"),
    [("labelmap.txt", "# label:color_rgb:parts\nbackground:0,0,0::\ncat:128,0,0::\ndog:0,128,0::"),
     ("class_dict.csv", "name,r,g,b\ncat,128,0,0\ndog,0,128,0"),
     ("label_colors.txt", "128 0 0 cat\n0 128 0 dog"),
     ("obj_class_to_machine_color.json", '{"cat": [128, 0, 0], "dog": [0, 128, 0]}')],
)  # fmt: skip
@pytest.mark.parametrize("how", ["RGB", "P", "JPEG"])
def test_colours_are_named_by_a_class_file(name, content, how, tmp_path):
    picture(tmp_path / "set" / "images" / "a.png")
    values = np.zeros((80, 100, 3), np.uint8)
    values[A[1] : A[3], A[0] : A[2]] = (128, 0, 0)
    values[B[1] : B[3], B[0] : B[2]] = (0, 128, 0)
    image = Image.fromarray(values)
    (tmp_path / "set" / "masks").mkdir(parents=True)
    if how == "JPEG":
        image.save(tmp_path / "set" / "masks" / "a.jpg", quality=95, subsampling=0)
    else:
        image.convert(how, palette=Image.Palette.ADAPTIVE).save(tmp_path / "set/masks/a.png")
    text(tmp_path / "set" / name, content)
    boxes = found(tmp_path)[1]["images/a.png"]
    assert [box[0] for box in boxes] == ["cat", "dog"]
    assert boxes[0][1:] == pytest.approx(A, abs=1)


def test_a_noisy_jpeg_mask_is_cut_at_half_its_brightness(tmp_path):
    picture(tmp_path / "set" / "images" / "a.jpg")
    saved(tmp_path / "set" / "masks" / "a.jpg", painted((A, 255)), quality=40)
    (box,) = found(tmp_path)[1]["images/a.jpg"]
    assert box[1:] == pytest.approx(A, abs=1)


def test_numbered_things_are_told_from_classes(tmp_path):
    rows = [((x, 10, x + 8, 40), n + 1) for n, x in enumerate(range(0, 80, 8))]
    for name, number in (("a", 10), ("b", 6)):
        picture(tmp_path / "set" / "images" / f"{name}.png")
        saved(tmp_path / "set" / "masks" / f"{name}.png", painted(*rows[:number], kind=np.uint16))
    reading, boxes = found(tmp_path)
    assert [len(boxes[f"images/{name}.png"]) for name in "ab"] == [10, 6]
    assert reading.classes == ("object",)
    assert "blobs_as_things" not in codes(reading)


def test_things_of_voc_take_their_class_from_the_other_mask(tmp_path):
    whole = (10, 10, 50, 40)
    picture(tmp_path / "set" / "JPEGImages" / "a.jpg")
    saved(tmp_path / "set" / "SegmentationClass" / "a.png", painted((whole, 2)))
    saved(tmp_path / "set" / "SegmentationObject" / "a.png",
          painted(((10, 10, 30, 40), 1), ((30, 10, 50, 40), 2)))  # fmt: skip
    text(tmp_path / "set" / "labels.txt", "background\ncat\ndog")
    assert found(tmp_path)[1] == {
        "JPEGImages/a.jpg": [("dog", 10, 10, 30, 40), ("dog", 30, 10, 50, 40)]
    }
    assert "blobs_as_things" not in codes(found(tmp_path)[0])


def test_a_smaller_mask_is_scaled_to_its_picture(tmp_path):
    picture(tmp_path / "set" / "a.jpg", (200, 160))
    saved(tmp_path / "set" / "a_mask.png", painted((A, 255)))
    assert found(tmp_path)[1] == {"a.jpg": [("object", 20, 20, 80, 60)]}


def test_a_black_mask_means_nothing_there_and_no_mask_means_unlabelled(tmp_path):
    for name in "abc":
        picture(tmp_path / "set" / f"{name}.jpg")
    saved(tmp_path / "set" / "a_mask.png", painted())
    saved(tmp_path / "set" / "b_mask.png", painted((A, 1)))
    states = {p.name: p.state for p in found(tmp_path)[0].pictures}
    assert states == {"a.jpg": PictureState.EMPTY, "b.jpg": PictureState.LABELLED,
                      "c.jpg": PictureState.UNLABELLED}  # fmt: skip


def test_the_rim_of_voc_is_no_class(tmp_path):
    picture(tmp_path / "set" / "a.jpg")
    saved(tmp_path / "set" / "a_mask.png", painted(((8, 8, 42, 32), 255), (A, 1), (B, 2)))
    assert found(tmp_path)[1] == {"a.jpg": [("class 1", *A), ("class 2", *B)]}


def test_label_files_count_more_than_masks(tmp_path):
    picture(tmp_path / "set" / "images" / "a.jpg")
    saved(tmp_path / "set" / "masks" / "a.png", painted((A, 1)))
    text(tmp_path / "set" / "labels" / "a.txt", "0 0.5 0.5 0.2 0.2")
    assert found(tmp_path)[0].format == "YOLO"


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n" + b"x" * 50, b"GIF89a"])
def test_a_mask_that_cannot_be_decoded_is_told(content, tmp_path):
    for name in "ab":
        picture(tmp_path / "set" / f"{name}.jpg")
    (tmp_path / "set" / "a_mask.png").write_bytes(content)
    saved(tmp_path / "set" / "b_mask.png", painted((A, 1)))
    reading, boxes = found(tmp_path)
    assert boxes == {"a.jpg": [], "b.jpg": [("object", *A)]}
    assert reading.pictures[0].state is PictureState.UNLABELLED
    assert "mask_unreadable" in codes(reading)


def test_a_photograph_is_no_mask(tmp_path):
    picture(tmp_path / "set" / "a.jpg")
    noise = np.random.default_rng(0).integers(0, 255, (80, 100, 3), np.uint8)
    saved(tmp_path / "set" / "a_mask.png", noise)
    assert "masks_are_photographs" in codes(found(tmp_path)[0])
    for name in ("b", "c"):
        picture(tmp_path / "set" / f"{name}.jpg", seed=ord(name))
        saved(tmp_path / "set" / f"{name}_mask.png", painted((A, 1)))
    assert "mask_unreadable" in codes(found(tmp_path)[0])


def test_the_scenes_have_each_class_where_their_masks_have_it(tmp_path):
    reading = read(shared("scenes_roboflow_masks") / "export", room=tmp_path)
    pairs = {(p.name, label.class_name) for p in reading.pictures for label in p.labels}
    assert (len(reading.pictures), len(pairs)) == (9, 48)
    assert len({name for _, name in pairs}) == 16


def on_white(*areas, ink=(0, 0, 0)):
    """A mask painted on white; grey where the ink is."""
    values = np.full((80, 100, 3), 255, np.uint8)
    for left, top, right, bottom in areas:
        values[top:bottom, left:right] = ink
    return values


@pytest.mark.parametrize("colours", [False, True])
def test_things_painted_on_white_are_the_things_and_it_is_told_and_asked(colours, tmp_path):
    inks = ((200, 30, 30), (30, 30, 200)) if colours else ((0, 0, 0), (0, 0, 0))
    masks = {"a": on_white(A, ink=inks[0]), "b": on_white(B, ink=inks[1]), "c": on_white()}
    for name, values in masks.items():
        picture(tmp_path / f"set/images/{name}.jpg")
        saved(tmp_path / f"set/masks/{name}.png", values)
    reading, boxes = found(tmp_path)
    places = {name: [box[1:] for box in each] for name, each in boxes.items()}
    assert places == {"images/a.jpg": [A], "images/b.jpg": [B], "images/c.jpg": []}
    assert {box[0] for each in boxes.values() for box in each} == (
        {"class #c81e1e", "class #1e1ec8"} if colours else {"object"}
    )
    assert "mask_background" in codes(reading)
    finds = search([tmp_path / "set"], tmp_path / "other")
    (question,) = recognise(finds).questions
    finds = search([tmp_path / "set"], tmp_path / "third")
    finds.prefer = question.said(question.answers[1])
    again = recognise(finds)
    first = next(iter(again.pictures()))[0]
    assert max(label.box[2] - label.box[0] for label in first.labels) == 100


def test_classes_that_fill_the_whole_picture_have_no_background(tmp_path):
    for name in "abc":
        picture(tmp_path / f"set/images/{name}.jpg")
        values = painted(((0, 0, 100, 40), 1), ((0, 40, 100, 80), 2), (A, 3))
        saved(tmp_path / f"set/masks/{name}.png", values)
    reading, boxes = found(tmp_path)
    assert {box[0] for box in boxes["images/a.jpg"]} == {"class 1", "class 2", "class 3"}
    assert "mask_background" not in codes(reading)


def test_of_cityscapes_masks_the_coloured_ones_count_where_only_colours_are_named(tmp_path):
    picture(tmp_path / "set/imgs/a_leftImg8bit.png")
    saved(tmp_path / "set/gtFine/a_gtFine_labelIds.png", painted((A, 1)))
    colours = np.zeros((80, 100, 3), np.uint8)
    colours[A[1] : A[3], A[0] : A[2]] = (250, 50, 83)
    saved(tmp_path / "set/gtFine/a_gtFine_color.png", colours)
    text(tmp_path / "set/label_colors.txt", "0 0 0 background\n250 50 83 cat\n")
    assert found(tmp_path)[1] == {"imgs/a_leftImg8bit.png": [("cat", *A)]}


@pytest.mark.parametrize(("chosen", "shape"), [("", "box"), ("Mask pictures", "polygon")])
def test_masks_beside_boxes_are_told_and_can_be_chosen(chosen, shape, tmp_path):
    picture(tmp_path / "set/JPEGImages/a.jpg")
    saved(tmp_path / "set/SegmentationClass/a.png", painted((A, 1)))
    text(tmp_path / "set/Annotations/a.xml", voc_xml("a.jpg", [("cat", *A)]))
    known = recognise(search([tmp_path / "set"], tmp_path / "room"), chosen)
    labels = [label for one, _ in known.pictures() if one for label in one.labels]
    assert [label.shape for label in labels] == [shape]
    assert set(known.choices) == {"Pascal VOC", "Mask pictures"}
    assert "described_twice" in {problem.code for problem in known.problems}


@pytest.mark.parametrize(
    ("mask", "box"), [("upright", (10, 10, 40, 30)), ("raw", (50, 10, 70, 40))]
)
def test_masks_of_a_turned_picture_lie_right_whichever_way_they_were_painted(mask, box, tmp_path):
    exif = Image.Exif()
    exif[274] = 6  # 100 by 80 as stored, 80 by 100 upright
    picture(tmp_path / "set/images/a.jpg", exif=exif)
    size = (80, 100) if mask == "upright" else (100, 80)
    saved(tmp_path / "set/masks/a.png", painted((A, 255), size=size))
    reading, boxes = found(tmp_path)
    assert boxes == {"images/a.jpg": [("object", *box)]}
    assert ("labels_unturned" in codes(reading)) == (mask == "raw")


def test_a_word_behind_the_pictures_name_is_the_class_of_a_mask(tmp_path):
    picture(tmp_path / "set/images/a_1.jpg")
    saved(tmp_path / "set/masks/a_1_cat.png", painted((A, 255)))
    saved(tmp_path / "set/masks/a_1_dog_2.png", painted((B, 255)))
    _, boxes = found(tmp_path)
    assert boxes == {"images/a_1.jpg": [("cat", *A), ("dog", *B)]}


def test_the_same_word_behind_every_name_is_no_class(tmp_path):
    for name in ("a", "b"):
        picture(tmp_path / f"set/images/{name}.jpg", seed=ord(name))
        saved(tmp_path / f"set/masks/{name}_lab.png", painted((A, 255)))
    _, boxes = found(tmp_path)
    assert boxes == {f"images/{name}.jpg": [("object", *A)] for name in ("a", "b")}


@pytest.mark.parametrize(
    ("image", "masks"),
    [("images/a.jpg", ("masks/a/0.png", "masks/a/1.png")),
     ("images/a_7.jpg", ("masks/a_7_0.png", "masks/a_7_1.png")),
     ("x/1_sat.jpg", ("x/1_mask.png",)), ("images/image_01.jpg", ("masks/mask_01.png",)),
     ("sat_1.png", ("gt_1.png",)), ("a_json/img.png", ("a_json/label.png",))],
)  # fmt: skip
def test_masks_are_found_under_what_tutorials_and_contests_call_them(image, masks, tmp_path):
    picture(tmp_path / "set" / image)
    areas = (A, B)[: len(masks)]
    for mask, area in zip(masks, areas, strict=True):
        saved(tmp_path / "set" / mask, painted((area, 255)))
    reading, boxes = found(tmp_path)
    assert boxes == {image: [("object", *area) for area in areas]}
    assert reading.format == "Mask pictures"


def test_a_number_behind_a_name_is_no_tail_where_other_masks_have_their_picture(tmp_path):
    for name in ("a_1", "a_2"):
        picture(tmp_path / f"set/images/{name}.jpg", seed=ord(name[-1]))
    saved(tmp_path / "set/masks/a_1.png", painted((A, 255)))
    saved(tmp_path / "set/masks/a_1_2.png", painted((B, 255)))  # of a picture that is not there
    _, boxes = found(tmp_path)
    assert boxes["images/a_1.jpg"] == [("object", *A)]


def test_files_that_labelme_has_taken_apart_are_named_each_by_its_own_list(tmp_path):
    for number, name in enumerate(("cat", "dog")):
        folder = tmp_path / f"set/{name}_json"
        picture(folder / "img.png", seed=number)
        picture(folder / "label_viz.png", seed=number + 5)
        saved(folder / "label.png", painted((A, 1)))
        text(folder / "label_names.txt", f"_background_\n{name}\n")
    reading, boxes = found(tmp_path)
    assert boxes == {f"{name}_json/img.png": [(name, *A)] for name in ("cat", "dog")}
    assert reading.task == "detect"


@pytest.mark.parametrize(
    ("name", "content"),
    [("classes.json", '{"classes": [{"title": "cat", "color": "#E21D00"}]}'),
     ("class_dict.csv", "name,hex\ncat,#e21d00\n"), ("classes.csv", "#E21D00,cat\n")],
)  # fmt: skip
def test_colours_may_be_written_as_on_web_pages(name, content, tmp_path):
    picture(tmp_path / "set/images/a.jpg")
    values = np.zeros((80, 100, 3), np.uint8)
    values[10:30, 10:40] = (0xE2, 0x1D, 0)
    saved(tmp_path / "set/masks/a.png", values)
    text(tmp_path / "set" / name, content)
    assert found(tmp_path)[1] == {"images/a.jpg": [("cat", *A)]}


def test_a_list_of_labelme_counts_from_what_is_ignored(tmp_path):
    picture(tmp_path / "set/JPEGImages/a.jpg")
    saved(tmp_path / "set/SegmentationClassPNG/a.png", painted((A, 1), (B, 2)))
    text(tmp_path / "set/labels.txt", "__ignore__\n_background_\ncat\ndog\n")
    assert found(tmp_path)[1] == {"JPEGImages/a.jpg": [("cat", *A), ("dog", *B)]}


def test_masks_with_blurred_edges_are_cut_at_half_and_it_is_told(tmp_path):
    picture(tmp_path / "set/images/a.jpg")
    blurred = Image.fromarray(painted((A, 255))).filter(ImageFilter.GaussianBlur(1.5))
    saved(tmp_path / "set/masks/a.png", np.asarray(blurred))
    reading, boxes = found(tmp_path)
    ((label,),) = boxes.values()
    assert label[0] == "object"
    assert label[1:] == pytest.approx(A, abs=1)
    assert "masks_soft" in codes(reading)


def test_many_classes_in_areas_of_their_own_are_not_taken_for_blur(tmp_path):
    picture(tmp_path / "set/images/a.jpg")
    areas = [((5 + 9 * n, 10, 13 + 9 * n, 70), 20 * (n + 1)) for n in range(10)]
    saved(tmp_path / "set/masks/a.png", painted(*areas))
    reading, _ = found(tmp_path)
    assert (len(reading.classes), "masks_soft" in codes(reading)) == (10, False)


@pytest.mark.parametrize(
    ("names", "is_sorted"),
    [(("mask/1.jpg", "mask/2.jpg", "no_mask/1.jpg", "no_mask/2.jpg"), True),
     (("image_1.jpg", "image_2.jpg", "mask_1.jpg", "mask_2.jpg"), False)],
)  # fmt: skip
def test_photographs_of_people_with_masks_are_no_masks(names, is_sorted, tmp_path):
    for number, name in enumerate(names):
        picture(tmp_path / "set" / name, seed=number)
    reading, _ = found(tmp_path)
    assert len(reading.pictures) == len(names)
    assert reading.task == ("classify" if is_sorted else "detect")
    assert "masks_are_photographs" in codes(reading)


@pytest.mark.parametrize("name", ["unknown", "Unknown", "none", "null"])
@pytest.mark.parametrize(
    "content", ["0: background\n1: cat\n7: {}", "background\ncat\nx\nx2\nx3\nx4\nx5\n{}"]
)
def test_a_class_called_unknown_is_a_class_where_it_is_painted(content, name, tmp_path):
    picture(tmp_path / "set/a.jpg")
    saved(tmp_path / "set/a_mask.png", painted((A, 1), (B, 7)))
    text(tmp_path / "set/label_map.txt", content.format(name))
    reading, boxes = found(tmp_path)
    assert boxes == {"a.jpg": [*sorted([("cat", *A), (name, *B)])]}
    assert "masks_nothing" not in codes(reading)


@pytest.mark.parametrize("names", ["cat\ndog\nunknown", "unknown\ncat\ndog\nbird"])
def test_a_list_with_an_unknown_class_is_counted_as_any_other(names, tmp_path):
    picture(tmp_path / "set/a.jpg")
    third = (60, 5, 90, 20)
    saved(tmp_path / "set/a_mask.png", painted((A, 1), (B, 2), (third, 3)))
    text(tmp_path / "set/classes.txt", names)
    expected = ("cat", "dog", "unknown") if names.startswith("cat") else ("cat", "dog", "bird")
    reading, boxes = found(tmp_path)
    assert boxes["a.jpg"] == sorted(zip(expected, *zip(A, B, third, strict=True), strict=True))
    assert reading.classes == expected


def test_black_that_is_called_unknown_is_nothing_and_told(tmp_path):
    picture(tmp_path / "set/images/a.png")
    values = np.zeros((80, 100, 3), np.uint8)
    values[A[1] : A[3], A[0] : A[2]] = (0, 255, 255)
    saved(tmp_path / "set/masks/a.png", values)
    text(tmp_path / "set/class_dict.csv", "name,r,g,b\nurban,0,255,255\nunknown,0,0,0\n")
    reading, boxes = found(tmp_path)
    assert (boxes, reading.classes) == ({"images/a.png": [("urban", *A)]}, ("urban",))
    assert "masks_nothing" in codes(reading)


@pytest.mark.parametrize(
    ("name", "is_told"),
    [("background", False), ("__background__", False), ("_background_", False),
     ("unlabeled", True), ("void", True), ("ignore", True), ("__ignore__", True)],
)  # fmt: skip
@pytest.mark.parametrize("value", [0, 7])
def test_what_stands_for_nothing_is_no_class_and_told_where_it_is_painted(
    value, name, is_told, tmp_path
):
    picture(tmp_path / "set/a.jpg")
    saved(tmp_path / "set/a_mask.png", painted((A, 1), (B, value)))
    text(tmp_path / "set/label_map.txt", f"1: cat\n{value}: {name}")
    reading, boxes = found(tmp_path)
    assert (boxes, reading.classes) == ({"a.jpg": [("cat", *A)]}, ("cat",))
    assert ("masks_nothing" in codes(reading)) == (is_told and value > 0)


@pytest.mark.parametrize(
    ("images", "masks"), [("{}", "{}_masks"), ("{}", "{}annot"), ("images/{}", "masks/{}")]
)
def test_masks_of_one_part_are_not_torn_between_pictures_of_both(images, masks, tmp_path):
    for part, area in (("train", A), ("test", B)):
        picture(tmp_path / "set" / images.format(part) / "1.png", seed=len(part))
        saved(tmp_path / "set" / masks.format(part) / "1.png", painted((area, 255)))
    reading, boxes = found(tmp_path)
    assert boxes == {
        f"{images.format('test')}/1.png": [("object", *B)],
        f"{images.format('train')}/1.png": [("object", *A)],
    }
    assert "label_ambiguous" not in codes(reading)


def test_defects_of_several_products_stay_at_their_own_pictures(tmp_path):
    for product in ("bottle", "cable"):
        for part in ("train/good", "test/good", "test/crack"):
            picture(tmp_path / f"set/all/{product}/{part}/000.png", seed=len(product + part))
        saved(tmp_path / f"set/all/{product}/ground_truth/crack/000_mask.png", painted((A, 255)))
    reading, boxes = found(tmp_path)
    assert "no_class_names" not in codes(reading)
    assert {name: all_of for name, all_of in boxes.items() if all_of} == {
        f"all/{product}/test/crack/000.png": [("crack", *A)] for product in ("bottle", "cable")
    }


def test_masks_that_could_be_of_several_pictures_are_told_as_such(tmp_path):
    for folder in "xy":
        picture(tmp_path / f"set/{folder}/a.png", seed=ord(folder))
    saved(tmp_path / "set/masks/a.png", painted((A, 255)))
    reading, _ = found(tmp_path)
    assert "label_ambiguous" in codes(reading)


def test_folders_of_masks_of_one_colour_are_asked_about_and_may_be_classes(tmp_path):
    for kind in ("benign", "malignant"):
        for number in range(3):
            picture(tmp_path / f"set/{kind}/{kind}{number}.png", seed=len(kind) + number)
            saved(tmp_path / f"set/{kind}/{kind}{number}_mask.png", painted((A, 255)))
    finds = recognise(search([tmp_path / "set"], tmp_path / "room"))
    (asked,) = finds.questions
    assert asked.words == "Does the folder (benign, malignant) say what is painted?"
    assert {label.class_name for p, _ in finds.pictures() for label in p.labels} == {"object"}
    said = search([tmp_path / "set"], tmp_path / "again")
    said.prefer = asked.said(asked.answers[1])
    again = recognise(said)
    assert {(p.name[:2], label.class_name) for p, _ in again.pictures() for label in p.labels} == {
        ("be", "benign"), ("ma", "malignant"),
    }  # fmt: skip


def test_masks_in_one_folder_are_not_asked_about(tmp_path):
    for number in range(3):
        picture(tmp_path / f"set/images/{number}.png", seed=number)
        saved(tmp_path / f"set/masks/{number}.png", painted((A, 255)))
    assert not recognise(search([tmp_path / "set"], tmp_path / "room")).questions
