"""Thirty single defects, each in three formats: told in a sentence, and the rest goes on."""

import pytest

from tests.data.drawn_sets import codes, read
from tests.shared_data import SHARED, shared

FORMATS = {"yolo": "YOLO", "coco": "COCO JSON", "voc": "Pascal VOC"}
GOOD = (60.0, 60.0, 160.0, 140.0)
FOLDER = SHARED / "data" / "dirty_cases" / "export"
CASES = sorted(path.name for path in FOLDER.glob("*")) or ["00_good"]


def last(name):
    return name.rsplit("/", 1)[-1]


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("case", CASES)
def test_a_defect_costs_only_what_it_concerns(case, form, tmp_path):
    reading = read(shared("dirty_cases") / "export" / case / form, room=tmp_path)
    assert reading.format == FORMATS[form]
    names = [last(p.name) for p in reading.pictures]
    good = [p for p in reading.pictures if last(p.name) == "good.jpg"]
    if case != "05_dup_names_subdirs":
        (box,) = good[0].labels
        assert box.class_name == "cat"
        assert box.box == pytest.approx(GOOD, abs=0.01)
    for picture in reading.pictures:
        for label in picture.labels:
            left, top, right, bottom = label.box
            assert 0 <= left < right <= picture.width
            assert 0 <= top < bottom <= picture.height
    assert len(names) == len({p.name for p in reading.pictures})


def one(case, form, tmp_path):
    """What the defective picture of a case became, and the codes of what was said."""
    reading = read(shared("dirty_cases") / "export" / case / form, room=tmp_path)
    others = [p for p in reading.pictures if last(p.name) != "good.jpg"]
    return others, codes(reading) - {"described_twice"}


@pytest.mark.parametrize("form", FORMATS)
class TestEachDefect:
    @pytest.mark.parametrize("case", ["10_truncated_jpeg", "11_zero_byte", "12_html_as_jpg"])
    def test_unreadable_pictures_are_left_out(self, case, form, tmp_path):
        assert one(case, form, tmp_path) == ([], {"picture_unreadable"})

    @pytest.mark.parametrize("case", ["13_png16", "14_cmyk_jpg", "15_animated_gif"])
    def test_what_the_trainer_cannot_read_is_converted(self, case, form, tmp_path):
        (picture,), said = one(case, form, tmp_path)
        assert said == {"picture_converted"}
        assert len(picture.labels) == 1

    @pytest.mark.parametrize("case", ["19_tif_multipage"])
    def test_of_several_pictures_in_a_file_the_first_is_used_and_the_others_missed(
        self, case, form, tmp_path
    ):
        (picture,), said = one(case, form, tmp_path)
        assert said == {"picture_converted", "picture_pages"}
        assert len(picture.labels) == 1

    def test_a_label_without_picture_is_told(self, form, tmp_path):
        assert one("01_missing_image", form, tmp_path) == ([], {"label_without_picture"})

    def test_a_box_without_size_goes_and_its_neighbour_stays(self, form, tmp_path):
        (picture,), said = one("02_zero_size_box", form, tmp_path)
        assert said == {"box_without_size"}
        assert len(picture.labels) == 1

    def test_boxes_that_stick_out_are_cut_to_the_picture(self, form, tmp_path):
        (picture,), said = one("03_box_outside", form, tmp_path)
        assert said == {"box_sticks_out"}
        boxes = sorted(label.box for label in picture.labels)
        assert boxes[0] == pytest.approx((0, 60, 60, 140), abs=0.01)
        assert boxes[1] == pytest.approx((300, 200, 320, 240), abs=0.01)

    def test_equal_names_in_two_folders_stay_two_pictures(self, form, tmp_path):
        pictures, _ = one("05_dup_names_subdirs", form, tmp_path)
        found = {p.name.rsplit("/", 2)[-2]: p.labels[0].class_name for p in pictures}
        assert found == {"a": "cat", "b": "dog"}

    def test_a_turned_photograph_has_its_upright_size_and_boxes(self, form, tmp_path):
        (picture,), said = one("06_exif_rotated", form, tmp_path)
        assert (picture.width, picture.height, said) == (240, 320, set())
        assert picture.labels[0].box == pytest.approx((100, 60, 180, 160), abs=0.01)

    @pytest.mark.parametrize(
        "case",
        ["07_unicode_space", "08_upper_ext", "09_jpeg_ext", "16_webp", "17_avif", "18_tiff",
         "20_bmp", "21_rgba_png", "22_two_dots", "23_float_class_or_spaces", "26_crlf_bom",
         "28_missing_size_voc"],
    )  # fmt: skip
    def test_harmless_oddities_are_read_without_a_word(self, case, form, tmp_path):
        (picture,), said = one(case, form, tmp_path)
        assert said == set()
        assert len(picture.labels) == 1

    def test_a_wrong_size_in_the_labels_is_scaled_away(self, form, tmp_path):
        (picture,), _ = one("29_wrong_size_in_label", form, tmp_path)
        assert picture.labels[0].box == pytest.approx(GOOD, abs=0.01)


def test_a_class_without_a_name_leaves_the_picture_unlabelled_not_empty(tmp_path):
    for form in ("yolo", "coco"):
        (picture,), said = one("04_unknown_class", form, tmp_path / form)
        assert (picture.state, said) == ("unlabelled", {"unknown_class", "no_label_left"})


def test_a_confidence_column_is_no_polygon(tmp_path):
    (picture,), said = one("24_yolo_6col_conf", "yolo", tmp_path)
    assert said == {"confidence_column"}
    assert picture.labels[0].shape == "box"


def test_boxes_and_outlines_may_stand_in_one_file(tmp_path):
    (picture,), said = one("25_yolo_mixed_polygon", "yolo", tmp_path)
    assert said == {"shapes_as_boxes", "eight_numbers"}
    assert [label.shape for label in picture.labels] == ["box", "polygon"]


def test_a_picture_that_nobody_described_is_unlabelled(tmp_path):
    for form in ("yolo", "voc"):
        (picture,), _ = one("27_no_label_file", form, tmp_path / form)
        assert picture.state == "unlabelled"
