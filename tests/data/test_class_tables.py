"""Tables that sort whole pictures, and tables of boxes as spreadsheets leave them."""

import pytest

from components.data.records import PictureState
from tests.data.drawn_sets import boxes_of, codes, picture, read, text

CAT, DOG = ("cat", 10.0, 20.0, 40.0, 60.0), ("dog", 50.0, 20.0, 70.0, 40.0)


def a_set(tmp_path, content, names="abcd", place="labels.csv", encoding="utf-8"):
    for number, name in enumerate(names):
        picture(tmp_path / f"set/{name}.jpg", seed=number)
    text(tmp_path / "set" / place, content, encoding)
    return read(tmp_path / "set", room=tmp_path)


def sorted_as(reading):
    return {p.name[0]: [label.class_name for label in p.labels] for p in reading.pictures}


@pytest.mark.parametrize(
    "content",
    [
        "file,label\na.jpg,cat\nb.jpg,dog\nc.jpg,cat\nd.jpg,dog\n",
        "id,breed\na,cat\nb,dog\nc,cat\nd,dog\n",
        "a.jpg;cat\nb.jpg;dog\nc.jpg;cat\nd.jpg;dog\n",
        "image_path\tage\tspecies\nC:\\x\\a.jpg\t1.5\tcat\nC:\\x\\b.jpg\t2.5\tdog\n"
        "C:\\x\\c.jpg\t1.5\tcat\nC:\\x\\d.jpg\t3.5\tdog\n",
        "filename, cat, dog\na.jpg, 1, 0\nb.jpg, 0, 1\nc.jpg, 1, 0\nd.jpg, 0, 1\n",
    ],
)
def test_a_class_for_each_picture_sorts_them(content, tmp_path):
    reading = a_set(tmp_path, content)
    assert (reading.task, reading.format) == ("classify", "CSV table of classes")
    assert sorted_as(reading) == {"a": ["cat"], "b": ["dog"], "c": ["cat"], "d": ["dog"]}


def test_several_classes_of_a_picture_are_kept_and_told(tmp_path):
    reading = a_set(tmp_path, "filename,cat,dog,_set\na.jpg,1,1,x\nb.jpg,0,1,x\nc.jpg,0,0,x\n")
    assert sorted_as(reading) == {"a": ["cat", "dog"], "b": ["dog"], "c": [], "d": []}
    assert "several_classes" in codes(reading)
    assert {p.state for p in reading.pictures} == {PictureState.LABELLED, PictureState.UNLABELLED}


def test_captions_and_measurements_are_no_classes(tmp_path):
    captions = "file,label\n" + "".join(f"{n}.jpg,a picture of {n}\n" for n in "abcd")
    assert a_set(tmp_path / "one", captions).classes == ()
    measures = "file,label\n" + "".join(f"{n}.jpg,0.{7 * i}\n" for i, n in enumerate("abcd"))
    assert a_set(tmp_path / "two", measures).classes == ()


HEAD = "filename;class;xmin;ymin;xmax;ymax\n"
ROWS = "a.jpg;cat;10;20;40;60\nb.jpg;dog;50;20;70;40\n"


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("sep=;\n" + HEAD + ROWS, "utf-8"),
        ("# labels of spring\n\n" + HEAD + ROWS, "utf-8-sig"),
        (HEAD + ROWS, "utf-16"),
        ("Dateiname;Klasse;Links;Oben;Breite;Höhe\na.jpg;cat;10;20;30;40\nb.jpg;dog;50;20;20;20\n",
         "cp1252"),
        ((HEAD + ROWS).replace("10;", "10,0;").replace("a.jpg", "A.JPG"), "utf-8"),
        ("image_id,annotations\na,\"[{'x': 10, 'y': 20, 'width': 30, 'height': 40, 'label': 'cat'}]"
         "\"\nb,\"[{'x': 50, 'y': 20, 'width': 20, 'height': 20, 'label': 'dog'}]\"\n", "utf-8"),
        ('image,box,class\n./a.jpg,"10 20 40 60",cat\n' * 9 + 'b.jpg,"50 20 70 40",dog\n', "utf-8"),
    ],
)  # fmt: skip
def test_tables_of_spreadsheets_are_read_as_they_are(content, encoding, tmp_path):
    reading = a_set(tmp_path, content, "ab", encoding=encoding)
    assert boxes_of(reading) == {"a.jpg": [CAT], "b.jpg": [DOG]}


def test_widths_under_the_names_of_corners_are_found_out(tmp_path):
    rows = [(10, 20, 30, 40), (50, 20, 20, 20), (60, 50, 20, 20), (5, 5, 30, 30)]
    content = "filename,class,xmin,ymin,xmax,ymax\n" + "".join(
        f"{name}.jpg,cat,{','.join(map(str, row))}\n"
        for name, row in zip("abcd", rows, strict=True)
    )
    reading = a_set(tmp_path, content)
    assert codes(reading) == {"box_order"}
    found = {name: box[0][1:] for name, box in boxes_of(reading).items()}
    assert found["a.jpg"] == (10, 20, 40, 60)
    assert found["b.jpg"] == (50, 20, 70, 40)


@pytest.mark.parametrize("mark", [";", "|", " "])
def test_several_classes_in_a_cell_are_parted_where_each_stands_alone_too(mark, tmp_path):
    cells = ("scab", "rust", f"scab{mark}rust", "scab", "rust")
    for number in range(len(cells)):
        picture(tmp_path / f"set/{number}.jpg", seed=number)
    rows = "".join(f"{number}.jpg,{cell}\n" for number, cell in enumerate(cells))
    text(tmp_path / "set/train.csv", f"image,labels\n{rows}")
    reading = read(tmp_path / "set", room=tmp_path)
    assert set(reading.classes) == {"scab", "rust"}
    assert len(reading.pictures[2].labels) == 2
    assert "several_classes" in codes(reading)


def test_a_class_of_two_words_stays_one(tmp_path):
    cells = ("traffic light", "light pole", "traffic light", "light")
    for number in range(len(cells)):
        picture(tmp_path / f"set/{number}.jpg", seed=number)
    rows = "".join(f"{number}.jpg,{cell}\n" for number, cell in enumerate(cells))
    text(tmp_path / "set/train.csv", f"image,label\n{rows}")
    assert "traffic light" in read(tmp_path / "set", room=tmp_path).classes


@pytest.mark.parametrize(
    "name", ["sample_submission.csv", "SampleSubmission.csv", "submission.csv"]
)
def test_a_table_to_be_handed_in_holds_no_labels(name, tmp_path):
    for number in range(4):
        picture(tmp_path / f"set/images/{number}.jpg", seed=number)
    text(tmp_path / "set/train.csv", "image_id,label\n0.jpg,cat\n1.jpg,dog\n")
    text(tmp_path / "set" / name, "image_id,label\n2.jpg,cat\n3.jpg,cat\n")
    reading = read(tmp_path / "set", room=tmp_path)
    assert [len(one.labels) for one in reading.pictures] == [1, 1, 0, 0]
    assert [one.file for one in reading.problems if one.code == "submission"] == [name]


NUMBERED = "image_id,label\na.jpg,0\nb.jpg,3\nc.jpg,0\nd.jpg,3\n"


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("label_num_to_disease_map.json", '{"0": "cat", "3": "dog"}'),
        ("class_to_idx.json", '{"cat": 0, "x": 1, "y": 2, "dog": 3}'),
        ("classes.txt", "cat\nx\ny\ndog\n"),
    ],
)
def test_numbers_of_classes_are_named_by_the_list_beside_the_table(file, content, tmp_path):
    text(tmp_path / "set" / file, content)
    assert sorted_as(a_set(tmp_path, NUMBERED)) == {
        "a": ["cat"], "b": ["dog"], "c": ["cat"], "d": ["dog"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("label_counts_to_check.json", '{"cat": 3, "dog": 120}'),
        ("classes.txt", "cat\ndog\n"),  # has no name for 3
    ],
)
def test_lists_that_do_not_fit_the_numbers_name_nothing(file, content, tmp_path):
    text(tmp_path / "set" / file, content)
    reading = a_set(tmp_path, NUMBERED)
    assert reading.classes == ("class 0", "class 3")
    assert "no_class_names" in codes(reading)


def test_a_name_in_the_row_goes_before_the_number_beside_it(tmp_path):
    reading = a_set(
        tmp_path,
        "Filename,Label,Species\na.jpg,0,cat\nb.jpg,8,dog\nc.jpg,0,cat\nd.jpg,8,dog\n",
    )
    assert sorted_as(reading) == {"a": ["cat"], "b": ["dog"], "c": ["cat"], "d": ["dog"]}
    text(tmp_path / "set/part.csv", "Filename,Label\na.jpg,0\nb.jpg,8\nc.jpg,0\n")
    assert read(tmp_path / "set", room=tmp_path / "again").classes == ("cat", "dog")
    grades = "file,label,species\na.jpg,0,cat\nb.jpg,1,cat\nc.jpg,0,dog\nd.jpg,1,dog\n"
    assert a_set(tmp_path / "other", grades).classes == ("class 0", "class 1")  # another question


def test_class_numbers_of_boxes_are_named_by_the_list_beside_the_table(tmp_path):
    text(tmp_path / "set/label_map.json", '{"0": "cat", "1": "dog"}')
    rows = "filename,xmin,ymin,xmax,ymax,class_id\na.jpg,10,20,40,60,0\nb.jpg,50,20,70,40,1\n"
    assert boxes_of(a_set(tmp_path, rows, "ab")) == {"a.jpg": [CAT], "b.jpg": [DOG]}


def test_a_small_table_is_what_a_large_one_with_its_header_is(tmp_path):
    text(tmp_path / "set/val.csv", "Filename,Label\ne.jpg,cat\nf.jpg,dog\ng.jpg,owl\nh.jpg,ape\n")
    rows = "Filename,Label\na.jpg,cat\nb.jpg,dog\nc.jpg,cat\nd.jpg,dog\n"
    reading = a_set(tmp_path, rows, "abcdefgh", "train.csv")
    assert {name: made for name, made in sorted_as(reading).items() if name in "efgh"} == {
        "e": ["cat"], "f": ["dog"], "g": ["owl"], "h": ["ape"],
    }  # fmt: skip
    assert [p.split for p in reading.pictures] == ["train"] * 4 + ["val"] * 4
