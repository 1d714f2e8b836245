"""CVAT's XML for images and for video: every shape it knows, and what may be wrong with it."""

import pytest

from components.data.recognise import recognise
from components.data.records import PictureState
from components.data.scan import search
from tests.data.drawn_sets import boxes_of, codes, picture, read, text
from tests.shared_data import shared

BOX = ("cat", 30.0, 20.0, 70.0, 60.0)


def a_set(tmp_path, shapes, meta="", pictures=("images/a.jpg",), size=(100, 80)):
    for number, name in enumerate(pictures):
        picture(tmp_path / "set" / name, size, seed=number)
    xml = f'<annotations><version>1.1</version><meta>{meta}</meta><image id="0" name="a.jpg" ' \
          f'width="{size[0]}" height="{size[1]}">{shapes}</image></annotations>'  # fmt: skip
    text(tmp_path / "set" / "annotations.xml", xml)
    return read(tmp_path / "set", room=tmp_path)


def only(reading):
    (label,) = reading.pictures[0].labels
    return label


def test_boxes_come_in(tmp_path):
    reading = a_set(tmp_path, '<box label="cat" xtl="30" ytl="20" xbr="70" ybr="60"/>')
    assert (reading.format, boxes_of(reading)) == ("CVAT", {"images/a.jpg": [BOX]})


@pytest.mark.parametrize(
    ("shape", "kind", "box"),
    [
        ('<box label="cat" xtl="40" ytl="30" xbr="60" ybr="40" rotation="90"/>', "rotated",
         (45, 25, 55, 45)),
        ('<polygon label="cat" points="10,10;30,10;20,40"/>', "polygon", (10, 10, 30, 40)),
        ('<polyline label="cat" points="10,10;30,10;20,40"/>', "keypoints", (10, 10, 30, 40)),
        ('<points label="cat" points="10,10;30,50"/>', "keypoints", (10, 10, 30, 50)),
        ('<ellipse label="cat" cx="50" cy="40" rx="20" ry="10"/>', "polygon", (30, 30, 70, 50)),
        ('<cuboid label="cat" xtl1="10" ytl1="10" xbr2="50" ybr2="40"/>', "box", (10, 10, 50, 40)),
        ('<mask label="cat" rle="1, 3, 2, 3, 11" left="20" top="30" width="5" height="4"/>',
         "polygon", (21, 30, 24, 32)),
        ('<skeleton label="cat"><points label="nose" occluded="1" points="10,20"/>'
         '<points label="tail" points="30,40"/><points label="ear" outside="1" points="0,0"/>'
         "</skeleton>", "keypoints", (10, 20, 30, 40)),
    ],
)  # fmt: skip
def test_every_shape_keeps_its_points_and_has_a_tight_box(shape, kind, box, tmp_path):
    label = only(a_set(tmp_path, shape))
    assert label.shape == kind
    assert label.box == pytest.approx(box, abs=0.01)
    assert label.points or kind == "box"


def test_points_of_a_skeleton_stand_in_the_projects_order(tmp_path):
    meta = "<labels><label><name>cat</name></label>" + "".join(
        f"<label><name>{name}</name><parent>cat</parent></label>" for name in ("ear", "nose")
    ) + "</labels>"  # fmt: skip
    shape = '<skeleton label="cat"><points label="nose" points="10,20"/>' \
            '<points label="ear" occluded="1" points="30,40"/></skeleton>'  # fmt: skip
    reading = a_set(tmp_path, shape, meta)
    assert only(reading).points == ((30, 40, 1), (10, 20, 2))
    assert reading.classes == ("cat",)


def test_tags_alone_name_whole_pictures_and_say_that_they_cannot_be_trained(tmp_path):
    reading = a_set(tmp_path, '<tag label="sunny"/>')
    assert (only(reading).shape, only(reading).box) == ("whole", (0, 0, 100, 80))
    assert reading.task == "classify"
    assert "whole_pictures" in codes(reading)


def test_tags_beside_boxes_are_left_out_with_a_word(tmp_path):
    shapes = '<tag label="sunny"/><box label="cat" xtl="30" ytl="20" xbr="70" ybr="60"/>'
    reading = a_set(tmp_path, shapes)
    assert boxes_of(reading) == {"images/a.jpg": [BOX]}
    assert "tags_left_out" in codes(reading)


@pytest.mark.parametrize(
    "shape",
    ['<box label="cat" xtl="x" ytl="20" xbr="70" ybr="60"/>', '<box label="cat"/>',
     '<box xtl="1" ytl="20" xbr="70" ybr="60"/>', '<polygon label="cat" points=""/>',
     '<polygon label="cat" points="1;2;3"/>', '<points label="cat" points="5,5"/>',
     '<mask label="cat" rle="5, 99" left="0" top="0" width="5" height="5"/>',
     '<mask label="cat" rle="1,2" left="0" top="0" width="1e9" height="1e9"/>',
     '<mask label="cat" rle="x" left="0" top="0" width="5" height="5"/>',
     '<skeleton label="cat"/>', '<cuboid label="cat"/>',
     '<ellipse label="cat" cx="nan" cy="1" rx="1" ry="1"/>'],
)  # fmt: skip
def test_a_broken_shape_costs_only_itself(shape, tmp_path):
    good = '<box label="cat" xtl="30" ytl="20" xbr="70" ybr="60"/>'
    reading = a_set(tmp_path, shape + good)
    assert boxes_of(reading) == {"images/a.jpg": [BOX]}
    assert codes(reading) & {"row_unreadable", "box_not_a_number"}


def test_an_image_without_shapes_was_looked_at(tmp_path):
    xml = '<annotations><image name="a.jpg"/><image name="b.jpg"><box label="c" xtl="1" ytl="1" ' \
          'xbr="9" ybr="9"/></image></annotations>'  # fmt: skip
    for name in "abc":
        picture(tmp_path / "set" / f"{name}.jpg")
    text(tmp_path / "set" / "a.xml", xml)
    states = {p.name: p.state for p in read(tmp_path / "set", room=tmp_path).pictures}
    assert states == {"a.jpg": PictureState.EMPTY, "b.jpg": PictureState.LABELLED,
                      "c.jpg": PictureState.UNLABELLED}  # fmt: skip


def test_a_file_that_breaks_off_is_read_as_far_as_it_goes(tmp_path):
    picture(tmp_path / "set" / "a.jpg")
    xml = '<annotations><image name="a.jpg"><box label="cat" xtl="30" ytl="20" xbr="70" ybr="60"/>'
    text(tmp_path / "set" / "a.xml", xml + '</image><image name="b.jpg"><box lab')
    reading = read(tmp_path / "set", room=tmp_path)
    assert boxes_of(reading) == {"a.jpg": [BOX]}
    assert "xml_broken" in codes(reading)


@pytest.mark.parametrize(
    "xml",
    ['<!DOCTYPE a [<!ENTITY x "y"><!ENTITY z "&x;&x;">]><annotations>&z;</annotations>',
     "<annotations>" + "<image>" * 5000, "<annotations>" + "<a/>" * 50_000 + "</annotations>",
     '<!DOCTYPE a SYSTEM "file:///etc/passwd"><annotations/>'],
)  # fmt: skip
def test_bombs_are_answered_in_words_or_passed_over(xml, tmp_path):
    picture(tmp_path / "set" / "a.jpg")
    text(tmp_path / "set" / "a.xml", xml)
    reading = read(tmp_path / "set", room=tmp_path)
    assert reading.pictures[0].state is PictureState.UNLABELLED


@pytest.mark.parametrize("name", ["datumaro_cvat", "globox_cvat"])
def test_exports_of_others_have_the_boxes_of_the_voc_files(name, tmp_path):
    folder = shared("same_set_many_formats") / "export"
    truth = read(folder / "voc_labelimg", room=tmp_path / "a")
    found = read(folder / name, room=tmp_path / "b")
    assert (found.format, found.classes) == ("CVAT", ("raccoon",))
    expected = {key.rsplit("/", 1)[-1]: boxes for key, boxes in boxes_of(truth).items()}
    assert {key.rsplit("/", 1)[-1]: boxes for key, boxes in boxes_of(found).items()} == expected


def test_a_project_keeps_its_parts_apart(tmp_path):
    folder = shared("tiny_fixtures") / "export" / "datumaro" / "cvat_dataset" / "for_images"
    reading = read(folder / "export_project", room=tmp_path)
    assert {p.name: p.split for p in reading.pictures} == {
        f"images/{part}/img{n}.jpg": split
        for part, split in (("Test", "test"), ("Train", "train"), ("Validation", "val"))
        for n in (0, 1)
    }
    assert sum(len(p.labels) for p in reading.pictures) == 12 - 0


def test_tracks_of_a_video_lie_on_their_frames(tmp_path):
    folder = shared("tiny_fixtures") / "export" / "datumaro" / "cvat_dataset" / "for_video"
    reading = read(folder, room=tmp_path)
    assert {p.name[-6:-4]: len(p.labels) for p in reading.pictures} == {"10": 2, "13": 1, "16": 0}


def a_film(subset, task, left):
    return (
        f'<track id="0" label="cat" task_id="{task}" subset="{subset}"><box frame="0" outside="0" '
        f'xtl="{left}" ytl="20" xbr="70" ybr="60"></box></track>'
    )


def test_films_of_a_project_keep_to_their_subsets(tmp_path):
    for number, subset in enumerate(("Train", "Val")):
        picture(tmp_path / f"set/images/{subset}/frame_000000.PNG", seed=number)
    tracks = a_film("Train", 1, 10) + a_film("Val", 2, 30)
    text(tmp_path / "set/annotations.xml", f"<annotations>{tracks}</annotations>")
    reading = read(tmp_path / "set", room=tmp_path)
    assert {one.split: [label.box[0] for label in one.labels] for one in reading.pictures} == {
        "train": [10.0], "val": [30.0]
    }  # fmt: skip


def test_films_whose_frames_cvat_has_written_over_each_other_are_told(tmp_path):
    picture(tmp_path / "set/images/default/frame_000000.PNG")
    tracks = a_film("default", 1, 10) + a_film("default", 2, 30)
    text(tmp_path / "set/annotations.xml", f"<annotations>{tracks}</annotations>")
    reading = read(tmp_path / "set", room=tmp_path)
    assert [one.state for one in reading.pictures] == [PictureState.UNLABELLED]
    assert "row_unreadable" in codes(reading)


@pytest.mark.parametrize(("size", "left"), [(3, 30.0), (4, None)])
def test_frames_of_a_row_of_photographs_are_counted_and_told(size, left, tmp_path):
    for number, name in enumerate(("b", "c", "d")):
        picture(tmp_path / f"set/images/{name}.jpg", seed=number)
    track = a_film("", "", 30).replace('frame="0"', 'frame="1"')
    meta = f"<meta><task><size>{size}</size></task></meta>"
    text(tmp_path / "set/annotations.xml", f"<annotations>{meta}{track}</annotations>")
    reading = read(tmp_path / "set", room=tmp_path)
    boxes = [label.box[0] for label in reading.pictures[1].labels]
    assert boxes == ([] if left is None else [left])
    assert ("label_without_picture" if left is None else "frames_in_order") in codes(reading)


def an_image(name, left):
    return (
        f'<image id="0" name="{name}" width="100" height="80"><box label="cat" xtl="{left}" '
        'ytl="20" xbr="70" ybr="60"/></image>'
    )


def a_frame(number, left):
    return a_film("", "", left).replace('frame="0"', f'frame="{number}"')


def lefts(tmp_path, pictures, *described, size=None, said=""):
    """Where the box of each picture begins; what is told and asked."""
    for number, name in enumerate(pictures):
        picture(tmp_path / "set" / name, seed=number)
    meta = f"<meta><task><size>{size}</size></task></meta>" if size else ""
    text(tmp_path / "set/annotations.xml", f"<annotations>{meta}{''.join(described)}</annotations>")
    finds = search([tmp_path / "set"], tmp_path / "room")
    finds.prefer = said
    found = recognise(finds)
    read_ones = [one for one, _ in found.pictures() if one]
    places = {one.name: [label.box[0] for label in one.labels] for one in read_ones}
    return places, {problem.code for problem in found.problems}, found.questions


@pytest.mark.parametrize("describe", [a_frame, lambda n, left: an_image(f"frame_{n:06d}", left)])
@pytest.mark.parametrize("name", ["{}.jpg", "images/frame_{}.PNG", "film-{:04d}.jpg"])
def test_frames_are_found_by_number_where_pictures_have_other_names(describe, name, tmp_path):
    twelve, next_one, other = name.format(12), name.format(13), name.format(40)
    places, told, asked = lefts(
        tmp_path, (twelve, next_one, other), describe(12, 10), describe(13, 20)
    )
    assert places == {twelve: [10], next_one: [20], other: []}
    assert ("frames_by_number" in told, asked) == (True, [])


def test_a_picture_called_by_a_number_is_found_among_frames(tmp_path):
    pictures = ("frame_000012.PNG", "frame_000013.PNG")
    places, told, _ = lefts(tmp_path, pictures, an_image("12.jpg", 10), an_image("13.jpg", 20))
    assert (list(places.values()), "frames_by_number" in told) == ([[10], [20]], True)


def test_frames_that_another_program_has_counted_from_one_are_told_by_their_length(tmp_path):
    pictures = [f"film_{n:03d}.jpg" for n in range(1, 6)]
    places, *_ = lefts(tmp_path, pictures, a_frame(1, 10), a_frame(2, 20), size=5)
    assert list(places.values()) == [[], [10], [20], [], []]


@pytest.mark.parametrize(
    "pictures",
    [("5.jpg", "6.jpg", "7.jpg"), ("a/5.jpg", "b/5.jpg", "a/6.jpg", "b/6.jpg"), ("x.jpg", "y.jpg")],
)
def test_frames_that_could_be_several_pictures_are_told_and_not_guessed(pictures, tmp_path):
    places, told, _ = lefts(tmp_path, pictures, a_frame(5, 10), a_frame(6, 20))
    assert not any(places.values())
    assert "label_without_picture" in told


@pytest.mark.parametrize(
    ("said", "owner"), [("", "10.jpg"), ("CVAT: by number (1, 10, 2)", "10.jpg"),
                        ("CVAT: by number (1, 2, 10)", "2.jpg")],
)  # fmt: skip
def test_whether_frames_follow_names_or_numbers_is_asked(said, owner, tmp_path):
    pictures = [f"{n}.jpg" for n in range(1, 11)]
    places, told, asked = lefts(tmp_path, pictures, a_frame(1, 10), size=10, said=said)
    assert [name for name, left in places.items() if left] == [owner]
    assert told & {"frames_in_order", "frames_by_number"}
    assert [one.topic for one in asked] == ["CVAT"]


def test_folders_that_cvat_puts_before_a_name_are_no_obstacle(tmp_path):
    described = an_image("up/s1/a.jpg", 10), an_image("up/s2/a.jpg", 20)
    assert lefts(tmp_path, ("s1/a.jpg", "s2/a.jpg"), *described)[0] == {
        "s1/a.jpg": [10], "s2/a.jpg": [20]
    }  # fmt: skip
