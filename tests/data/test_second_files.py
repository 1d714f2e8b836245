"""Two label files of one format for one picture: one counts, or both, as the person says."""

import json

import pytest

from components.data.recognise import recognise
from components.data.scan import search
from tests.data.drawn_sets import coco, picture, text, voc_xml, write_json

CAT = ("cat", 10.0, 20.0, 40.0, 60.0)
DOG = ("dog", 50.0, 20.0, 90.0, 60.0)
NAMES = "abc"


def outcome(folder, room, said=""):
    """Labels by picture, the question, and the codes of what was told."""
    finds = search([folder], room / "room")
    finds.prefer = said
    found = recognise(finds, said)
    labels = {
        one.name.rpartition("/")[2]: sorted((b.class_name, *(round(v) for v in b.box))
                                            for b in one.labels)
        for one, _ in found.pictures() if one
    }  # fmt: skip
    told = {problem.code for problem in found.problems}
    return labels, found.questions, told


def pictures(folder):
    for n, name in enumerate(NAMES):
        picture(folder / "images" / f"{name}.jpg", seed=n)


def yolo(folder):
    """Labels of three pictures, and older ones of two of them with another class."""
    pictures(folder)
    text(folder / "data.yaml", "names: [cat, dog]\n")
    for name in NAMES:
        text(folder / "labels" / f"{name}.txt", "0 0.25 0.5 0.3 0.5\n")
    for name in "ab":
        text(folder / "old" / f"{name}.txt", "1 0.25 0.5 0.3 0.5\n1 0.7 0.5 0.4 0.5\n")
    return "labels", "old"


def voc(folder):
    pictures(folder)
    for name in NAMES:
        text(folder / "Annotations" / f"{name}.xml", voc_xml(f"{name}.jpg", [CAT]))
    for name in "ab":
        old = [("dog", *CAT[1:]), DOG]
        text(folder / "old" / f"{name}.xml", voc_xml(f"{name}.jpg", old))
    return "Annotations", "old"


def labelme(folder):
    pictures(folder)
    for where, names, boxes in (("json", NAMES, [CAT]), ("old", "ab", [("dog", *CAT[1:]), DOG])):
        for name in names:
            shapes = [
                {"label": label, "shape_type": "rectangle", "points": [[x, y], [right, bottom]]}
                for label, x, y, right, bottom in boxes
            ]
            write_json(folder / where / f"{name}.json", {
                "version": "5", "flags": {}, "shapes": shapes, "imagePath": f"{name}.jpg",
                "imageData": None, "imageHeight": 80, "imageWidth": 100,
            })  # fmt: skip
    return "json", "old"


def of_coco(folder):
    pictures(folder)
    boxes = {f"{name}.jpg": [CAT, ("cat", 1, 1, 9, 9)] for name in NAMES}
    write_json(folder / "labels.json", coco(boxes, ["cat"]))
    old = {f"{name}.jpg": [("dog", *CAT[1:]), ("dog", *CAT[1:]), ("cat", 60, 1, 90, 9)]
           for name in "a"}  # fmt: skip
    write_json(folder / "old.json", coco(old, ["cat", "dog"]))
    return "labels.json", "old.json"


@pytest.mark.parametrize("make", [yolo, voc, labelme, of_coco])
def test_the_first_counts_until_the_person_says_which(make, tmp_path):
    first, second = make(tmp_path / "set")
    labels, [question], told = outcome(tmp_path / "set", tmp_path)
    assert {cls for cls, *_ in labels["a.jpg"]} == {"cat"}
    assert told & {"label_twice", "described_twice"}
    assert question.answers == (first, second, "all of them together")
    assert question.chosen == 0
    assert ("1 picture has" if make is of_coco else "2 pictures have") in question.words

    labels, [question], _ = outcome(tmp_path / "set", tmp_path / "2", question.said(second))
    assert "dog" in {cls for cls, *_ in labels["a.jpg"]}
    assert question.answers[question.chosen] == second
    assert {cls for cls, *_ in labels["c.jpg"]} == {"cat"}, "only one file speaks of it"
    again = question.said(first)
    assert outcome(tmp_path / "set", tmp_path / "3", again)[0]["a.jpg"][0][0] == "cat"


@pytest.mark.parametrize("make", [yolo, voc, labelme, of_coco])
def test_all_of_them_can_be_put_together(make, tmp_path):
    make(tmp_path / "set")
    _, [question], _ = outcome(tmp_path / "set", tmp_path)
    answer = question.said("all of them together")
    labels, [question], told = outcome(tmp_path / "set", tmp_path / "2", answer)
    assert {cls for cls, *_ in labels["a.jpg"]} == {"cat", "dog"}
    assert question.answers[question.chosen] == "all of them together"
    assert "labels_joined" in told
    assert not told & {"label_twice", "described_twice"}


def test_each_answer_has_its_numbers(tmp_path):
    yolo(tmp_path / "set")
    _, [question], _ = outcome(tmp_path / "set", tmp_path)
    assert question.told == ("2 pictures, 2 labels", "2 pictures, 4 labels", "6 labels or fewer")


def test_what_both_files_have_is_taken_once(tmp_path):
    yolo(tmp_path / "set")
    text(tmp_path / "set" / "old" / "a.txt", "0 0.25 0.5 0.3 0.502\n1 0.7 0.5 0.4 0.5\n")
    _, [question], _ = outcome(tmp_path / "set", tmp_path)
    answer = question.said("all of them together")
    labels, _, _ = outcome(tmp_path / "set", tmp_path / "2", answer)
    assert [cls for cls, *_ in labels["a.jpg"]] == ["cat", "dog"]


def test_files_of_one_tool_with_other_classes_are_put_together_and_asked_about(tmp_path):
    pictures(tmp_path / "set")
    for cls, box in (("cat", CAT), ("dog", DOG)):
        boxes = {f"{name}.jpg": [box] for name in NAMES}
        write_json(tmp_path / "set" / f"{cls}s.json", coco(boxes, [cls]))
    labels, [question], told = outcome(tmp_path / "set", tmp_path)
    assert [cls for cls, *_ in labels["a.jpg"]] == ["cat", "dog"]
    assert told == {"labels_joined"}
    assert question.answers[question.chosen] == "all of them together"
    only = question.said("dogs.json")
    labels, _, _ = outcome(tmp_path / "set", tmp_path / "2", only)
    assert [cls for cls, *_ in labels["a.jpg"]] == ["dog"]


def test_what_lies_behind_things_is_not_put_together_with_them(tmp_path):
    pictures(tmp_path / "set")
    for file, cls, box in (("instances_all", "cat", CAT), ("stuff_all", "grass", DOG)):
        boxes = {f"{name}.jpg": [(cls, *box[1:])] for name in NAMES}
        write_json(tmp_path / "set" / f"{file}.json", coco(boxes, [cls]))
    labels, [question], _ = outcome(tmp_path / "set", tmp_path)
    assert [cls for cls, *_ in labels["a.jpg"]] == ["cat"]
    assert question.chosen == 0


def test_versions_that_only_call_things_otherwise_are_not_put_together(tmp_path):
    pictures(tmp_path / "set")
    for cls in ("cat", "kitten"):
        boxes = {f"{name}.jpg": [(cls, *CAT[1:])] for name in NAMES}
        write_json(tmp_path / "set" / f"{cls}s.json", coco(boxes, [cls]))
    labels, [question], _ = outcome(tmp_path / "set", tmp_path)
    assert len(labels["a.jpg"]) == 1
    assert question.chosen == 0


def test_files_side_by_side_in_one_folder_are_told_but_leave_nothing_to_choose(tmp_path):
    pictures(tmp_path / "set")
    for file in ("a.xml", "copy of a.xml"):
        text(tmp_path / "set" / "xml" / file, voc_xml("a.jpg", [CAT]))
    labels, questions, told = outcome(tmp_path / "set", tmp_path)
    assert (len(labels["a.jpg"]), questions, told) == (1, [], {"label_twice"})


def test_an_answer_outlives_what_is_kept_between_two_readings():
    from components.data.questions import AGAIN, Question, answer_to, with_answer

    one = Question(f"YOLO{AGAIN}", "Which?", ("old  labels", "new"), 0, "Why.", ("1", "2"))
    said = with_answer(with_answer("YOLO: outline", one.said("old  labels")), one.said("new"))
    assert answer_to(said, one.topic, one.answers) == "new"
    assert "YOLO: outline" in said.splitlines()
    assert Question.of(json.loads(json.dumps(one.to_dict()))) == one


def in_parts(folder, old):
    text(folder / "data.yaml", "names: [cat, dog]\n")
    for part in ("train", "valid"):
        for n, name in enumerate(NAMES):
            picture(folder / part / "images" / f"{part}-{name}.jpg", seed=n + 10 * len(part))
            text(folder / part / "labels" / f"{part}-{name}.txt", "0 0.25 0.5 0.3 0.5\n")
            text(folder / part / old / f"{part}-{name}.txt", "1 0.25 0.5 0.3 0.5\n")


def test_what_counts_is_asked_once_for_all_parts_of_a_set(tmp_path):
    in_parts(tmp_path / "set", "labels_old")
    _, [question], _ = outcome(tmp_path / "set", tmp_path)
    assert question.answers == ("…/labels", "…/labels_old", "all of them together")
    assert question.told[:2] == ("6 pictures, 6 labels", "6 pictures, 6 labels")
    said = question.said("…/labels_old")
    labels, [question], _ = outcome(tmp_path / "set", tmp_path / "2", said)
    assert {cls for found in labels.values() for cls, *_ in found} == {"dog"}
    assert question.chosen == 0
    assert question.answers[0] == "…/labels_old"


def test_lists_for_parts_are_asked_about_by_their_common_name(tmp_path):
    for part, names in (("train", "ab"), ("val", "c")):
        for n, name in enumerate(names):
            picture(tmp_path / "set" / "images" / f"{name}.jpg", seed=n + 10 * len(part))
        for cls, box in (("cat", CAT), ("dog", DOG)):
            boxes = {f"{name}.jpg": [box] for name in names}
            write_json(tmp_path / "set" / f"{cls}s_{part}.json", coco(boxes, [cls]))
    _, [question], _ = outcome(tmp_path / "set", tmp_path)
    assert set(question.answers) == {"cats_….json", "dogs_….json", "all of them together"}
    only = question.said("dogs_….json")
    labels, _, _ = outcome(tmp_path / "set", tmp_path / "2", only)
    assert {cls for found in labels.values() for cls, *_ in found} == {"dog"}


def test_two_parts_that_describe_one_picture_keep_their_own_names(tmp_path):
    pictures(tmp_path / "set")
    for part, names in (("train", "abc"), ("val", "a")):
        boxes = {f"{name}.jpg": [CAT] for name in names}
        write_json(tmp_path / "set" / f"{part}.json", coco(boxes, ["cat"]))
    _, [question], _ = outcome(tmp_path / "set", tmp_path)
    assert question.answers[:2] == ("train.json", "val.json")
    said = question.said("val.json")
    _, [question], _ = outcome(tmp_path / "set", tmp_path / "2", said)
    assert question.answers[question.chosen] == "val.json"
