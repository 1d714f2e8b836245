"""Telling whose JSON a file is, by what stands at its head; each file is looked at once."""

from collections.abc import Iterator
from typing import Any

from components.data.formats.json_stream import elements
from components.data.listing import of_ending
from components.data.scan import Finds
from components.data.unpack import Entry
from components.errors import LabelError

LABELME = "LabelMe"
VIA = "VGG Image Annotator (VIA)"
VIA3 = "VGG Image Annotator 3"
DATUMARO = "Datumaro"
SUPERVISELY = "Supervisely"
SUPERVISELY_META = "Supervisely meta"
VOTT = "VoTT"
CREATEML = "CreateML"
COCO = "COCO JSON without boxes (captions, areas or whole pictures)"
LABEL_STUDIO = "Label Studio"
LABELBOX = "Labelbox"
FIFTYONE = "FiftyOne labels"
FIFTYONE_SAMPLES = "FiftyOne samples"
DARWIN = "Darwin"
GEOJSON = "GeoJSON"
_MOST_PARTS = 40  # looked at before giving up; heads are short


def of_kind(finds: Finds, *kinds: str) -> Iterator[Entry]:
    """The JSON files of these kinds, in order of their names."""
    endings = (".json", ".geojson") if GEOJSON in kinds else (".json",)
    for entry in of_ending(finds.texts, *endings):
        if kind_of(entry, finds.kinds) in kinds:
            yield entry


def kind_of(entry: Entry, known: dict[str, str]) -> str:
    """What a JSON is; empty when nothing that is known here. `known` remembers by name."""
    if entry.name not in known:
        try:
            known[entry.name] = _look(entry)
        except LabelError:
            known[entry.name] = ""
    return known[entry.name]


def _look(entry: Entry) -> str:
    keys: set[str] = set()
    seen = 0
    for key, value in elements(entry.path, entry.name):
        if key == "":
            return _list(value)
        keys.add(key)
        kind = _mapping(keys, key, value)
        seen += not isinstance(value, str)  # a list of names may be long
        if kind or seen > _MOST_PARTS:
            return kind
    return _by_keys(keys)


def _mapping(keys: set[str], key: str, value: Any) -> str:
    facts: dict[str, Any] = value if isinstance(value, dict) else {}
    if key.startswith("_via_") or {"filename", "regions"} <= facts.keys():
        return VIA
    if key == "metadata" and {"config", "attribute", "file"} <= keys:
        return VIA3
    if key == "shapes" and value is None:
        return LABELME
    if key == "labels" and "classes" in keys and _are_by_picture(facts):
        return FIFTYONE
    if key == "annotations" and keys & {"item", "image"} and "name" in facts:
        return DARWIN if facts.keys() & _DARWIN else ""
    return next((kind for one, some, kind in _HEADS if key == one and some & facts.keys()), "")


def _are_by_picture(labels: dict[str, Any]) -> bool:
    """Whether values are labels: lists of boxes, single labels, or none."""
    first = next((each for each in labels.values() if each), None)
    if isinstance(first, list):
        first = first[0]
        return isinstance(first, dict) and "label" in first
    return isinstance(first, int) or (isinstance(first, dict) and "label" in first)


_DARWIN = {"bounding_box", "polygon", "complex_polygon", "ellipse", "slot_names", "tag"}
# A key, what of its value (or its list's first element) proves it, and whose it is.
_HEADS = (
    ("shapes", {"points", "label"}, LABELME), ("items", {"annotations"}, DATUMARO),
    ("objects", {"classTitle", "geometryType"}, SUPERVISELY),
    ("classes", {"title"}, SUPERVISELY_META), ("images", {"id"}, COCO),
    ("samples", {"filepath"}, FIFTYONE_SAMPLES), ("asset", {"name", "path"}, VOTT),
    ("regions", {"boundingBox"}, VOTT), ("features", {"geometry"}, GEOJSON),
)  # fmt: skip


def _by_keys(keys: set[str]) -> str:
    """What keys alone tell, for files without a single label."""
    if {"imagePath", "shapes"} <= keys or {"imagePath", "imageData"} <= keys:
        return LABELME
    if {"dm_format_version", "items"} <= keys or {"infos", "categories", "items"} <= keys:
        return DATUMARO
    if {"item", "annotations", "schema_ref"} <= keys or {"dataset", "image", "annotations"} == keys:
        return DARWIN
    if {"size", "objects"} <= keys:
        return SUPERVISELY
    if {"images", "annotations"} <= keys:
        return COCO
    if "assets" in keys:
        return VOTT
    return ""


def _list(first: Any) -> str:
    if not isinstance(first, dict):
        return ""
    keys = first.keys()
    if first.get("type") == "Feature" and "geometry" in keys:
        return GEOJSON
    if keys & {"annotations", "annotation"} and keys & {"image", "imagefilename"}:
        return CREATEML
    if {"filename", "regions"} <= keys:
        return VIA
    if keys & {"data", "annotator", "lead_time"}:
        return LABEL_STUDIO
    return LABELBOX if keys & {"External ID", "Labeled Data"} else ""
