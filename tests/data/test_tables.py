"""Tables of boxes: delimiter, header, order and unit are found by looking."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from components.data.formats.tables import tables
from components.data.recognise import recognise
from components.data.records import PictureState
from components.data.scan import Finds, search
from components.data.unpack import Entry
from tests.data.drawn_sets import boxes_of, codes, picture, read, text
from tests.shared_data import shared

BOX = ("cat", 30.0, 20.0, 70.0, 60.0)
OTHER = ("dog", 5.0, 6.0, 25.0, 76.0)
TWO = {"a.jpg": [BOX], "b.jpg": [OTHER]}


def a_set(tmp_path, content, name="labels.csv", encoding="utf-8"):
    for number, last in enumerate(("a.jpg", "b.jpg")):
        picture(tmp_path / "set" / last, seed=number)
    text(tmp_path / "set" / name, content, encoding)
    return read(tmp_path / "set", room=tmp_path)


def rows(order, head=True, delimiter=","):
    """Both boxes as a table with these columns."""
    made = [delimiter.join(order)] if head else []
    for file, (name, left, top, right, bottom) in zip("ab", (BOX, OTHER), strict=True):
        values = {
            "filename": f"{file}.jpg", "class": name, "width": 100, "height": 80, "xmin": left,
            "ymin": top, "xmax": right, "ymax": bottom, "x1": left, "y1": top, "x2": right,
            "y2": bottom, "x": left, "y": top, "w": right - left, "h": bottom - top,
            "x_center": (left + right) / 2, "y_center": (top + bottom) / 2,
            "ImageID": file, "LabelName": name, "XMin": left / 100, "XMax": right / 100,
            "YMin": top / 80, "YMax": bottom / 80, "label": name, "image_name": f"{file}.jpg",
            "bbox_x": left, "bbox_y": top, "bbox_width": right - left,
            "bbox_height": bottom - top, "image_width": 100, "image_height": 80, "id": 7,
            "path": f"C:\\x\\{file}.jpg", "bbox": f'"[{left:g}, {top:g}, {right - left:g}, '
            f'{bottom - top:g}]"',
        }  # fmt: skip
        made.append(delimiter.join(str(values[key]) for key in order))
    return "\n".join(made) + "\n"


ORDERS = [
    "filename,width,height,class,xmin,ymin,xmax,ymax", "filename,class,x,y,w,h",
    "id,path,xmin,xmax,ymin,ymax,label", "class,x_center,y_center,w,h,filename",
    "label,bbox_x,bbox_y,bbox_width,bbox_height,image_name,image_width,image_height",
    "filename,bbox,class", "x1,y1,x2,y2,class,filename",
]  # fmt: skip


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("delimiter", [",", "\t", "|"])
def test_columns_are_found_by_their_names(order, delimiter, tmp_path):
    reading = a_set(tmp_path, rows(order.split(","), delimiter=delimiter))
    assert (reading.format, boxes_of(reading)) == ("CSV table", TWO)
    assert codes(reading) == ({"box_order"} if "bbox" in order.split(",") else set())


HEADLESS = [
    "filename,x1,y1,x2,y2,class", "class,filename,x1,y1,x2,y2", "class,x,y,w,h,filename",
    "filename,width,height,class,xmin,ymin,xmax,ymax",
    "label,bbox_x,bbox_y,bbox_width,bbox_height,image_name,image_width,image_height",
    "filename,width,height,xmin,ymin,xmax,ymax,class", "filename,x1,y1,x2,y2,width,height,class",
]  # fmt: skip


@pytest.mark.parametrize("order", HEADLESS)
def test_columns_without_names_are_found_by_what_stands_in_them(order, tmp_path):
    reading = a_set(tmp_path, rows(order.split(","), head=False))
    assert (reading.format, boxes_of(reading)) == ("CSV table", TWO)
    assert not reading.problems


def test_fractions_are_told_from_pixels(tmp_path):
    content = "filename,class,xmin,ymin,xmax,ymax\na.jpg,cat,0.3,0.25,0.7,0.75\n"
    assert boxes_of(a_set(tmp_path, content))["a.jpg"] == [BOX]


@pytest.mark.parametrize(
    "content",
    ["filename;class;xmin;ymin;xmax;ymax\na.jpg;cat;30,0;20,0;70,0;60,0\n",
     "filename;width;height;class;xmin;ymin;xmax;ymax\na.jpg;100,0;80,0;cat;30,0;20;70,000;60\n",
     "filename\tclass\txmin\tymin\txmax\tymax\na.jpg\tcat\t30,0\t20,0\t70,0\t60,0\n",
     "a.jpg;30,0;20,0;70,0;60,0;cat\n", "filename;class;x;y;w;h\na.jpg;cat;30,0;20,0;40,0;40,0\n",
     "filename;class;xmin;ymin;xmax;ymax\na.jpg;cat;0,3;0,25;0,7;0,75\n",
     'filename,class,xmin,ymin,xmax,ymax\na.jpg,cat,"30,0","20,0","70,0","60,0"\n'],
)  # fmt: skip
def test_decimal_commas_are_read(content, tmp_path):
    reading = a_set(tmp_path, content)
    assert boxes_of(reading)["a.jpg"] == [BOX]
    assert "row_unreadable" not in codes(reading)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_encodings_and_line_ends_are_found(encoding, end, tmp_path):
    content = end.join(["filename,class,xmin,ymin,xmax,ymax", "a.jpg,Käfer,30,20,70,60", ""])
    assert boxes_of(a_set(tmp_path, content, "x.csv", encoding))["a.jpg"] == [("Käfer", *BOX[1:])]


def test_a_row_without_box_says_that_there_is_nothing(tmp_path):
    reading = a_set(tmp_path, "a.jpg,30,20,70,60,cat\nb.jpg,,,,,\n")
    assert [p.state for p in reading.pictures] == [PictureState.LABELLED, PictureState.EMPTY]


def test_a_picture_without_row_is_unlabelled(tmp_path):
    reading = a_set(tmp_path, "a.jpg,30,20,70,60,cat\n")
    assert reading.pictures[1].state is PictureState.UNLABELLED


def test_a_table_without_class_gets_one_to_be_renamed(tmp_path):
    reading = a_set(tmp_path, "filename,xmin,ymin,xmax,ymax\na.jpg,30,20,70,60\n")
    assert reading.classes == ("(none)",)
    assert "class_nameless" in codes(reading)


def test_class_numbers_stay_numbers(tmp_path):
    reading = a_set(tmp_path, "a.jpg,30,20,70,60,3.0\nb.jpg,5,6,25,76,4\n")
    assert reading.classes == ("3", "4")


@pytest.mark.parametrize("bad", ["a.jpg,cat,1,2,x,4", "a.jpg,cat,1,2", "a.jpg,cat,nan,1,2,3"])
def test_a_bad_row_costs_only_itself(bad, tmp_path):
    content = f"filename,class,xmin,ymin,xmax,ymax\n{bad}\na.jpg,cat,30,20,70,60\n"
    reading = a_set(tmp_path, content)
    assert boxes_of(reading)["a.jpg"] == [BOX]
    assert codes(reading) == {"row_unreadable"}


def test_a_formula_is_a_name_like_any_other(tmp_path):
    formula = '=HYPERLINK("http://x","y")'
    quoted = '"' + formula.replace('"', '""') + '"'
    reading = a_set(tmp_path, f"a.jpg,30,20,70,60,{quoted}\nb.jpg,5,6,25,76,@SUM(A1)\n")
    assert set(reading.classes) == {formula, "@SUM(A1)"}


def test_thousands_of_absent_pictures_are_told_in_few_words(tmp_path):
    absent = "".join(f"x{n}.jpg,1,2,3,4,cat\n" for n in range(3000))
    reading = a_set(tmp_path, "a.jpg,30,20,70,60,cat\n" + absent)
    assert boxes_of(reading)["a.jpg"] == [BOX]
    assert len(reading.problems) < 150
    assert any("3,000 rows" in problem.what for problem in reading.problems)


def test_a_part_of_a_table_gives_the_split(tmp_path):
    head = "filename,class,xmin,ymin,xmax,ymax\n"
    text(tmp_path / "set" / "train_labels.csv", head + "a.jpg,cat,30,20,70,60\n")
    reading = a_set(tmp_path, head + "b.jpg,dog,5,6,25,76\n", "test_labels.csv")
    assert boxes_of(reading) == TWO
    assert [p.split for p in reading.pictures] == ["train", "test"]


def test_open_images_codes_get_their_names(tmp_path):
    text(tmp_path / "set" / "class-descriptions-boxable.csv", "/m/01,cat\n/m/02,dog\n")
    order = ["ImageID", "LabelName", "XMin", "XMax", "YMin", "YMax"]
    content = rows(order).replace(",cat,", ",/m/01,").replace(",dog,", ",/m/02,")
    reading = a_set(tmp_path, content, "train-annotations-bbox.csv")
    assert (reading.format, boxes_of(reading)) == ("Open Images CSV", TWO)
    assert reading.classes == ("cat", "dog")


def test_tables_of_other_things_are_no_boxes(tmp_path):
    reading = a_set(tmp_path, "epoch,loss,x,y\n1,0.5,2,3\n", "results.csv")
    assert {p.state for p in reading.pictures} == {PictureState.UNLABELLED}


@settings(
    deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.text(alphabet='ab.jpg,;\t|"0123456789-\n\r\x00=', max_size=300)
    | st.binary(max_size=300).map(lambda data: data.decode("latin-1"))
)
def test_any_text_is_a_table_or_none(tmp_path_factory, content):
    path = text(tmp_path_factory.mktemp("any") / "a.csv", content)
    for table in tables(Finds(texts=[Entry(path, "a.csv", path.stat().st_size)])):
        assert all(len(row) >= 1 for row in table.rows())


def test_the_face_masks_come_in_whole(tmp_path):
    folder = shared("facemask_roboflow_csv")
    reading = read(folder / "export", room=tmp_path)
    facts = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    for part, split in (("train", "train"), ("valid", "val"), ("test", "test")):
        pictures = [p for p in reading.pictures if p.split == split]
        found = [label.class_name for p in pictures for label in p.labels]
        assert len(pictures) == facts[part]["images"]
        assert {name: found.count(name) for name in set(found)} == facts[part]["per_class"]
    assert not reading.problems


def test_the_raccoons_of_the_table_are_those_of_the_xml(tmp_path):
    folder = shared("raccoon_voc_csv_tfrecord") / "export"
    by_xml = read(folder / "images", folder / "annotations", room=tmp_path / "a")
    by_table = read(folder / "images", folder / "data", room=tmp_path / "b")
    assert by_table.format == "CSV table"
    assert sum(len(p.labels) for p in by_table.pictures) == 107

    def boxes(reading):
        return {p.name.rsplit("/", 1)[-1]: [b.box for b in p.labels] for p in reading.pictures}

    assert boxes(by_table) == boxes(by_xml)


def few(folder, rows):
    for name in ("a.jpg", "b.jpg"):
        picture(folder / name)
    text(folder / "boxes.csv", "image,bbox,class\n" + "\n".join(rows) + "\n")


def test_few_boxes_that_would_lead_out_of_their_pictures_are_corners(tmp_path):
    few(tmp_path / "set", ['a.jpg,"[10, 20, 40, 60]",cat', 'b.jpg,"[70, 30, 90, 50]",dog'])
    finds = search([tmp_path / "set"], tmp_path / "room")
    found = recognise(finds)
    assert not found.questions
    boxes = [[label.box for label in one.labels] for one, _ in found.pictures()]
    assert boxes == [[(10.0, 20.0, 40.0, 60.0)], [(70.0, 30.0, 90.0, 50.0)]]


def test_what_few_boxes_mean_is_asked_where_nothing_tells(tmp_path):
    few(tmp_path / "set", ['a.jpg,"[10, 20, 40, 50]",cat', 'b.jpg,"[5, 30, 20, 45]",dog'])
    for said, expected in (
        ("", (10.0, 20.0, 50.0, 70.0)),
        ("left, top, right, bottom", (10.0, 20.0, 40.0, 50.0)),
        ("centre x, centre y, width, height", (0.0, 0.0, 30.0, 45.0)),
    ):
        finds = search([tmp_path / "set"], tmp_path / "room")
        (question,) = recognise(finds).questions
        finds = search([tmp_path / "set"], tmp_path / "room")
        finds.prefer = question.said(said) if said else ""
        found = recognise(finds, finds.prefer)
        (first, _), _ = found.pictures()
        assert [label.box for label in first.labels] == [expected]
        asked = found.questions[0]
        assert asked.answers[asked.chosen] == (said or "left, top, width, height")


def test_a_cell_of_json_is_no_class_but_says_where_things_are(tmp_path):
    picture(tmp_path / "set/a.jpg")
    picture(tmp_path / "set/b.jpg", seed=1)
    place = '"[{""x"": 10, ""y"": 20, ""width"": 30, ""height"": 40, ""label"": ""cat""}]"'
    text(tmp_path / "set/train.csv", f'image_id,annotations\na,{place}\nb,"[]"\n')
    reading = read(tmp_path / "set", room=tmp_path)
    assert boxes_of(reading) == {"a.jpg": [("cat", 10.0, 20.0, 40.0, 60.0)], "b.jpg": []}
    assert [one.state for one in reading.pictures] == ["labelled", "empty"]


def test_a_column_of_outlines_is_read_before_the_column_of_classes(tmp_path):
    picture(tmp_path / "set/a.jpg")
    row = 'a.jpg,cat,"[[10, 20], [40, 20], [40, 60]]"'
    text(tmp_path / "set/train.csv", f"filename,class,polygon\n{row}\n")
    (label,) = read(tmp_path / "set", room=tmp_path).pictures[0].labels
    assert (label.class_name, label.shape, len(label.points)) == ("cat", "polygon", 3)


def test_boxes_are_found_though_nobody_knows_what_the_pictures_column_is_called(tmp_path):
    picture(tmp_path / "set/a.jpg")
    text(tmp_path / "set/x.csv", "Bestandsnaam;Soort;X1;Y1;X2;Y2;label\na.jpg;q;10;20;40;60;cat\n")
    reading = read(tmp_path / "set", room=tmp_path)
    assert boxes_of(reading) == {"a.jpg": [("cat", 10.0, 20.0, 40.0, 60.0)]}


def test_four_corners_make_a_turned_box(tmp_path):
    picture(tmp_path / "set/a.jpg")
    head = "filename,class,x1,y1,x2,y2,x3,y3,x4,y4"
    text(tmp_path / "set/x.csv", f"{head}\na.jpg,cat,20,20,30,30,20,40,10,30\n")
    (label,) = read(tmp_path / "set", room=tmp_path).pictures[0].labels
    assert (label.shape, label.box) == ("rotated", (10, 20, 30, 40))
    assert label.points == ((20, 20), (30, 30), (20, 40), (10, 30))


@pytest.mark.parametrize(("angle", "is_told"), [("30", True), ("0.0", False)])
def test_an_angle_that_is_not_used_is_told(angle, is_told, tmp_path):
    picture(tmp_path / "set/a.jpg")
    text(tmp_path / "set/x.csv", f"filename,class,cx,cy,w,h,angle\na.jpg,cat,20,30,20,20,{angle}\n")
    reading = read(tmp_path / "set", room=tmp_path)
    assert boxes_of(reading) == {"a.jpg": [("cat", 10.0, 20.0, 30.0, 40.0)]}
    assert ("angles_left_out" in codes(reading)) == is_told


@pytest.mark.parametrize("file", ["labels.txt", "labels.csv"])
@pytest.mark.parametrize(
    "row", ["{f} {x} {y} {X} {Y} {c}", "{c}  {f} {x} {y} {X} {Y}", '{f} {x} {y} {X} {Y} 0 "{c}"']
)
def test_rows_parted_by_blanks_are_read(file, row, tmp_path):
    rows = []
    for number in range(12):
        picture(tmp_path / f"set/{number}.jpg", seed=number)
        place = {"x": 10, "y": 20, "X": 40 + number, "Y": 60}
        rows.append(row.format(f=f"{number}.jpg", c="cat" if number % 2 else "dog", **place))
    text(tmp_path / "set" / file, "\n".join(rows))
    reading = read(tmp_path / "set", room=tmp_path)
    assert boxes_of(reading)["3.jpg"] == [("cat", 10.0, 20.0, 43.0, 60.0)]
    assert sum(len(p.labels) for p in reading.pictures) == 12
    assert "label_without_picture" not in codes(reading)


def test_a_list_that_nobody_reads_is_told(tmp_path):
    picture(tmp_path / "set/0034309.jpg")
    text(tmp_path / "set/sizes.txt", "0034309 wide and far\n")
    assert "format_not_read" in codes(read(tmp_path / "set", room=tmp_path))


def test_outlines_in_well_known_text_are_read(tmp_path):
    for name in "ab":
        picture(tmp_path / f"set/{name}.jpg", seed=ord(name))
    square = '"POLYGON ((10 20, 40 20, 40 60, 10 60, 10 20))"'
    text(
        tmp_path / "set/trees.csv", f"image,geometry,label\na.jpg,{square},cat\nb.jpg,{square},dog"
    )
    reading = read(tmp_path / "set", room=tmp_path)
    assert reading.task == "detect"
    assert [(one.class_name, one.shape, one.box) for p in reading.pictures for one in p.labels] == [
        ("cat", "polygon", (10, 20, 40, 60)), ("dog", "polygon", (10, 20, 40, 60)),
    ]  # fmt: skip


def test_a_few_boxes_stand_in_the_order_of_many_with_the_same_header(tmp_path):
    rows = {"train": [], "val": []}
    for number in range(24):
        picture(tmp_path / f"set/{number}.jpg", seed=number)
        part = "train" if number < 22 else "val"
        rows[part].append(f"{number}.jpg,10 20 {40 + number} 60")
    for part, lines in rows.items():
        text(tmp_path / f"set/{part}.csv", "\n".join(["image_name,BoxesString", *lines]))
    finds = search([tmp_path / "set"], tmp_path / "room")
    reading = recognise(finds)
    assert not reading.questions
    boxes = {p.name: p.labels[0].box for p, _ in reading.pictures()}
    assert boxes["23.jpg"] == (10, 20, 63, 60)
