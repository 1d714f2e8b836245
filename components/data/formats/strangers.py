"""Formats that Tailor knows by sight but does not read yet, so that it can say what it sees.

Without this, a set of LabelMe files would come in as pictures without labels, and nobody would
know why.
"""

import contextlib
import re
from collections import Counter
from collections.abc import Callable, Iterator

from components.data.formats.json_kinds import COCO, GEOJSON, LABELBOX
from components.data.formats.mask_classes import is_class_file
from components.data.formats.ndjson import is_ours
from components.data.formats.texts import read_text
from components.data.listing import of_ending
from components.data.names import folded, stem_of
from components.data.scan import Finds
from components.data.unpack import Entry, suffix_of
from components.errors import LabelError

# Kinds of JSON that no reader takes; a reader for one takes its name off here.
_UNREAD = {COCO, LABELBOX}
MASKS = "pictures of masks"
TABLE = "a workbook of Excel"
LINES = "JSON with a record per line"
CSV_TABLE = "a CSV table without boxes"
# Files that may hold labels, and as often hold something else.
_STORES = {
    ".parquet": "a Parquet table", ".arrow": "an Arrow table", ".mat": "a file of MATLAB",
    ".h5": "an HDF5 file", ".hdf5": "an HDF5 file", ".pkl": "a pickle of Python",
    ".npy": "an array of NumPy", ".npz": "arrays of NumPy", ".roi": "an outline of ImageJ",
    ".shp": "a map (shapefile)", ".gpkg": "a map (GeoPackage)", ".kml": "a map (KML)",
    ".odgt": "JSON with a record per line",
}  # fmt: skip
# What stands beside labels of any kind; it is the format only when nothing else is.
STORES = frozenset(_STORES.values())
BESIDE = frozenset({TABLE, CSV_TABLE, MASKS, *STORES})
_FEW_TEXTS = 20  # more are labels of single pictures; our own choice
_MOST_LOOKED_AT = 40  # files of each ending; a set is of one kind


def strangers(finds: Finds) -> list[tuple[str, str]]:
    """Formats seen, the most frequent first, each with an example file."""
    seen: Counter[str] = Counter()
    example: dict[str, str] = {}
    for kind, name in _met(finds):
        if kind:
            seen[kind] += 1
            example.setdefault(kind, name)
    kinds = sorted(seen, key=lambda kind: (kind in BESIDE, -seen[kind]))
    return [(kind, example[kind]) for kind in kinds]


def _met(finds: Finds) -> Iterator[tuple[str, str]]:
    """Kinds of files that nobody here reads, each with the file's name."""
    for suffix, look in _LOOKS.items():
        entries = list(of_ending(finds.texts, suffix))
        for entry in entries[:: max(1, len(entries) // _MOST_LOOKED_AT)]:
            with contextlib.suppress(LabelError):
                yield look(entry), entry.name
    yield from ((kind, name) for name, kind in finds.kinds.items() if kind in _UNREAD)
    yield from ((_by_name(folded(name)), name) for name in finds.left)
    yield from ((MASKS, mask.name) for mask in finds.masks)


def _by_name(name: str) -> str:
    if name.endswith((".xlsx", ".xls", ".xlsm", ".ods")):
        return TABLE
    return _STORES.get(suffix_of(name), "")


def _ndjson(entry: Entry) -> str:
    return "" if is_ours(entry) else LINES


def _csv(entry: Entry) -> str:
    if is_class_file(entry.name):  # says what the values of masks mean
        return ""
    head = read_text(entry.path, entry.name).splitlines()[:3]
    if not head or not any(mark in head[0] for mark in ",;\t"):
        return ""
    return CSV_TABLE


_LOOKS: dict[str, Callable[[Entry], str]] = {
    ".csv": _csv, ".tsv": _csv, ".ndjson": _ndjson, ".jsonl": _ndjson,
    ".manifest": _ndjson,
}  # fmt: skip


def unknown_files(finds: Finds) -> list[str]:
    """Names of files that may hold labels but say nothing that anybody here knows."""
    found = [entry.name for entry in of_ending(finds.texts, ".json", ".geojson", ".xml", ".csv")
             if finds.kinds.get(entry.name) != GEOJSON]  # fmt: skip
    lines = [entry.name for entry in of_ending(finds.texts, ".txt")]
    if lines:  # those named like a picture are no README
        pictures = {folded(stem_of(entry.name)) for entry in finds.pictures}
        found += [name for name in lines if folded(stem_of(name)) in pictures]
        found += [entry.name for entry in of_ending(finds.texts, ".txt")
                  if len(lines) <= _FEW_TEXTS and _speaks_of(entry, pictures)]  # fmt: skip
    return found


def _speaks_of(entry: Entry, pictures: set[str]) -> bool:
    """Whether the first line of a text holds a picture's name and more."""
    with contextlib.suppress(LabelError):
        words = re.split(r"[\s,;]+", read_text(entry.path, entry.name).strip().partition("\n")[0])
        return len(words) > 1 and any(folded(stem_of(word)) in pictures for word in words)
    return False
