"""JSON that begins like a known format and goes on as it likes: answered in words, always."""

import contextlib
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from components.data.recognise import read_all
from components.errors import AppError
from tests.data.drawn_sets import picture_bytes

PICTURE = picture_bytes()

numbers = st.sampled_from([0, -1, 3, 40.5, 1e308, -1e308, 10**400, True, "7", "x", "", None])
names = st.sampled_from(["a.jpg", "cat", "../a.jpg", "", "\x00", 5, None])
leaf = numbers | names
KEYS = [
    "shapes", "points", "label", "shape_type", "imagePath", "imageData", "imageWidth", "flags",
    "mask", "group_id", "filename", "regions", "shape_attributes", "region_attributes", "name",
    "x", "y", "width", "height", "all_points_x", "all_points_y", "cx", "cy", "r", "rx", "ry",
    "objects", "classTitle", "geometryType", "size", "exterior", "interior", "bitmap", "data",
    "origin", "nodes", "loc", "image", "annotations", "coordinates", "items", "categories",
    "labels", "id", "type", "label_id", "bbox", "rle", "counts", "path", "asset", "assets", "tags",
    "boundingBox", "left", "top", "file", "split", "class_names", "boxes", "segments", "pose",
    "obb", "kpt_shape", "_via_img_metadata", "classification", "geometry",
]  # fmt: skip
anything = st.recursive(
    leaf,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.sampled_from(KEYS), inner,
                                                                max_size=6),
    max_leaves=25,
)  # fmt: skip
KINDS = ["polygon", "rect", "rectangle", "circle", "ellipse", "bitmap", "graph", "mask", "bbox",
         "polyline", "rotated_bbox", "point", "line", "POLYGON"]  # fmt: skip
thing = st.dictionaries(st.sampled_from(KEYS), anything, max_size=8).flatmap(
    lambda given: st.sampled_from(KINDS).map(
        lambda kind: {"shape_type": kind, "geometryType": kind, "type": kind, "name": kind,
                      "label": "cat", "classTitle": "cat", "label_id": 0, **given}
    )
)  # fmt: skip
things = st.lists(thing | anything, max_size=4)


def labelme(some):
    return {"shapes": [{"label": "cat", "points": []}, *some], "imagePath": "a.jpg"}


def via(some):
    regions = [{"shape_attributes": one, "region_attributes": one} for one in some]
    return {"a": {"filename": "a.jpg", "regions": regions}}


def supervisely(some):
    return {"size": {"width": 1, "height": 1}, "objects": [{"classTitle": "cat"}, *some]}


def createml(some):
    return [{"image": "a.jpg", "annotations": [{"coordinates": one} for one in some]}]


def datumaro(some):
    labels = {"label": {"labels": [{"name": "cat"}]}}
    item = {"id": "a", "annotations": some, "image": {"path": "a.jpg"}}
    return {"dm_format_version": "1.0", "categories": labels, "items": [item]}


def vott(some):
    return {"asset": {"name": "a.jpg", "path": "a.jpg"}, "regions": some}


def geojson(some):
    shapes = [{"type": kind, "coordinates": one} for one in some
              for kind in ("Polygon", "MultiPolygon")]  # fmt: skip
    features = [{"type": "Feature", "properties": one, "geometry": shape}
                for one, shape in zip([*some, *some], shapes, strict=True)]  # fmt: skip
    square = [[[1, 1], [50, 1], [50, 50], [1, 50]]]
    first = {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": square}}
    return {"type": "FeatureCollection", "features": [first, *features]}


FORMS = [labelme, via, supervisely, createml, datumaro, vott, geojson]
common = settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def read(folder, files):
    (folder / "set").mkdir()
    (folder / "set" / "a.jpg").write_bytes(PICTURE)
    for name, content in files.items():
        (folder / "set" / name).write_text(content, encoding="utf-8")
    return read_all([folder / "set"], folder / "room")


@pytest.mark.parametrize("form", FORMS)
def test_any_labels_are_read_or_told(form, tmp_path_factory):
    @common
    @given(things)
    def holds(some):
        folder = tmp_path_factory.mktemp("any")
        reading = read(folder, {"a.jpg.json": json.dumps(form(some))})
        for label in (label for one in reading.pictures for label in one.labels):
            left, top, right, bottom = label.box
            assert 0 <= left < right <= 100
            assert 0 <= top < bottom <= 80

    holds()


@common
@given(st.lists(st.dictionaries(st.sampled_from(KEYS), anything, max_size=6) | anything))
def test_any_lines_are_read_or_told(tmp_path_factory, some):
    head = {"type": "dataset", "class_names": {"0": "cat"}}
    rows = [head, *({"type": "image", "file": "a.jpg", "annotations": one} for one in some)]
    content = "\n".join(json.dumps(row) for row in rows)
    with contextlib.suppress(AppError):
        read(tmp_path_factory.mktemp("any"), {"a.ndjson": content})


DEEP = 100_000


@pytest.mark.parametrize(
    "content",
    ['{"shapes": ' + "[" * DEEP, '{"a": {"filename": "a.jpg", "regions": ' + '{"0":' * DEEP,
     '[{"image": "a.jpg", "annotations": ' + "[" * DEEP + "]" * DEEP + "}]",
     '{"objects": [{"classTitle": "cat", "points": ' + "[" * DEEP],
)  # fmt: skip
def test_json_of_absurd_depth_is_told(content, tmp_path):
    reading = read(tmp_path, {"a.json": content})
    assert {problem.code for problem in reading.problems} & {"json_broken", "row_unreadable"}
