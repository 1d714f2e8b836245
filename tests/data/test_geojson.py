"""GeoJSON: outlines in pixels as QuPath writes them, and maps, which are told."""

import pytest

from tests.data.drawn_sets import codes, picture, read, text, write_json

SQUARE = [[10, 20], [40, 20], [40, 60], [10, 60], [10, 20]]
HOLE = [[20, 30], [30, 30], [30, 50], [20, 50], [20, 30]]


def feature(rings, kind="Polygon", **properties):
    return {"type": "Feature", "id": "PathAnnotationObject", "properties": properties,
            "geometry": {"type": kind, "coordinates": rings}}  # fmt: skip


def collection(*features):
    return {"type": "FeatureCollection", "features": list(features)}


TUMOR = {"objectType": "annotation", "classification": {"name": "Tumor", "color": [200, 0, 0]}}


def a_set(tmp_path, content, name="slide 1.geojson"):
    picture(tmp_path / "set/slide 1.tif")
    write_json(tmp_path / "set" / name, content)
    return read(tmp_path / "set", room=tmp_path)


def labels(reading):
    return [(label.class_name, label.shape, label.box) for p in reading.pictures
            for label in p.labels]  # fmt: skip


@pytest.mark.parametrize("content", [collection(feature([SQUARE], **TUMOR)),
                                     [feature([SQUARE], **TUMOR)]])  # fmt: skip
@pytest.mark.parametrize("name", ["slide 1.geojson", "slide 1.json", "slide 1_annotations.geojson"])
def test_outlines_of_qupath_are_read_for_the_picture_they_are_called_like(content, name, tmp_path):
    reading = a_set(tmp_path, content, name)
    assert (reading.format, reading.classes) == ("GeoJSON", ("Tumor",))
    assert labels(reading) == [("Tumor", "polygon", (10, 20, 40, 60))]


def test_holes_and_parts_make_one_thing(tmp_path):
    other = [[[x + 45, y] for x, y in SQUARE]]
    reading = a_set(tmp_path, collection(
        feature([SQUARE, HOLE], label="nest"),
        feature([[SQUARE], other], "MultiPolygon", label="pair"),
    ))  # fmt: skip
    assert labels(reading) == [
        ("nest", "polygon", (10, 20, 40, 60)), ("pair", "polygon", (10, 20, 85, 60)),
    ]  # fmt: skip


def test_points_and_things_without_a_class_are_told(tmp_path):
    reading = a_set(tmp_path, collection(
        feature([SQUARE]), feature([5, 5], "Point", **TUMOR), feature([[[1, 2]]], **TUMOR)
    ))  # fmt: skip
    assert labels(reading) == [("(none)", "polygon", (10, 20, 40, 60))]
    assert {"class_nameless", "no_object", "row_unreadable"} <= codes(reading)


@pytest.mark.parametrize(
    "move", [lambda x, y: (8.5 + x / 1e5, 47.3 + y / 1e5), lambda x, y: (5e5 + x, 5e6 + y)]
)
def test_a_map_is_told_and_not_read(move, tmp_path):
    reading = a_set(tmp_path, collection(feature([[list(move(x, y)) for x, y in SQUARE]])))
    assert not labels(reading)
    (told,) = [p for p in reading.problems if p.code == "map_coordinates"]
    assert "slide 1.geojson is a map" in told.what
    assert "format_not_read" not in codes(reading)


@pytest.mark.parametrize("far", [1e308, -1e200, 1e12])
def test_an_outline_that_leads_beyond_all_pictures_is_told(far, tmp_path):
    reading = a_set(
        tmp_path, collection(feature([SQUARE], **TUMOR), feature([[[far, 1], [1, far], [5, 5]]]))
    )
    assert labels(reading) == [("Tumor", "polygon", (10, 20, 40, 60))]
    assert "row_unreadable" in codes(reading)


def test_a_file_that_only_ends_like_it_is_told(tmp_path):
    picture(tmp_path / "set/a.jpg")
    text(tmp_path / "set/a.geojson", '{"rows": 3}')
    assert "format_not_read" in codes(read(tmp_path / "set", room=tmp_path))


def test_outlines_of_a_picture_that_is_not_there_are_told(tmp_path):
    picture(tmp_path / "set/other.tif")
    write_json(tmp_path / "set/slide.geojson", collection(feature([SQUARE], **TUMOR)))
    assert "label_without_picture" in codes(read(tmp_path / "set", room=tmp_path))
