"""What file names tell: the part of an export a file belongs to, and a key to compare names by."""

import posixpath
import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from urllib.parse import unquote

from components.data.records import Split

_SPLITS: dict[str, Split] = {
    "train": "train", "training": "train", "trainval": "train",
    "val": "val", "valid": "val", "validation": "val", "validate": "val", "dev": "val",
    "test": "test", "testing": "test",
}  # fmt: skip
_SPLIT_AT_END = re.compile(
    r"(?:^|[^a-z])(training|trainval|train|validation|validate|valid|val|testing|test)[-_]?(\d{4})?$"
)
_SPLIT_AT_START = re.compile(
    r"^(training|trainval|train|validation|valid|val|testing|test)(\d{4})?(?:[^a-z]|annot|$)"
)
# Folders that say what a file is, not which one: labels/a/1.txt belongs to images/a/1.jpg.
ROLES = frozenset(
    {
        "images", "image", "imgs", "img", "pictures", "photos", "jpegimages", "jpgimages", "jpg",
        "png", "labels", "label", "labels_txt", "txt", "annotations", "annotation", "anns", "ann",
        "annos", "xml", "xmls", "voc", "yolo", "coco", "data", "obj_train_data", "bbox", "boxes",
        "labeltxt",
    }
)  # fmt: skip
_UNTIDY = re.compile(r"//|^/|/$|^$|(?:^|/)\.\.?(?:/|$)")  # a path that is not its own normal form
_UNUSUAL = re.compile(r'["\\:\x00]|^[\s/]|\s$')  # in a reference
_SCHEME = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*://+")
_DRIVE = re.compile(r"^[A-Za-z]:")
_HASH_PREFIX = re.compile(r"^[0-9a-f]{8}(?:-|__)(?=.)")


def folded(name: str) -> str:
    """A name as it is compared: one Unicode form, no case (macOS and Windows change both)."""
    if name.isascii():
        small = name.lower()
        return name if small == name else small  # mostly it is: one text for both
    return unicodedata.normalize("NFC", name).casefold()


def split_of_word(word: str) -> Split | None:
    """The part of an export that one folder or file name stands for, or None.

    >>> split_of_word("val2017"), split_of_word("instances_train"), split_of_word("trains")
    ('val', 'train', None)
    """
    word = word.casefold()
    if word in _SPLITS:
        return _SPLITS[word]
    found = _SPLIT_AT_END.search(word) or _SPLIT_AT_START.search(word)
    return _SPLITS[found.group(1)] if found else None


def split_of_stem(name: str) -> Split | None:
    """The part that a file's own name stands for, as in oidv6-train-annotations.csv."""
    stem = stem_of(name).lower()
    words = re.split(r"[-_. ]", stem)
    return split_of_word(stem) or next((_SPLITS[w] for w in words if w in _SPLITS), None)


@lru_cache(maxsize=65_536)
def split_of_folder(folder: str) -> Split | None:
    """The part a folder stands for; exact words before ("train2017"), deeper ones before."""
    parts = [part for part in folder.casefold().split("/") if part]
    for part in reversed(parts):
        if part in _SPLITS:
            return _SPLITS[part]
    return next((s for part in reversed(parts) if (s := split_of_word(part))), None)


def without_roles(folder: str) -> tuple[str, ...]:
    """The folded parts of a folder that say *which* file, without those that say what it is."""
    return _without_roles(folded(folder))


@lru_cache(maxsize=65_536)
def _without_roles(folder: str) -> tuple[str, ...]:
    return tuple(part for part in folder.split("/") if part not in ROLES and part not in ("", "."))


def key_of(name: str) -> str:
    """What a picture in images/ and its label file in labels/ have in common."""
    return "/".join((*without_roles(name.rpartition("/")[0]), folded(stem_of(name))))


def alphabetical(names: Iterable[str]) -> list[str]:
    """Names in the order of a dictionary; those that differ in case alone in one order as well."""
    return sorted(names, key=lambda name: (name.casefold(), name))


def stem_of(name: str) -> str:
    """The last part of a name without its ending ("a/b.v1.jpg" gives "b.v1")."""
    last = name.rsplit("/", 1)[-1]
    return last.rsplit(".", 1)[0] if "." in last[1:] else last


def tidy_reference(text: str) -> str:
    """A file reference from a label file as a relative path: no scheme, drive or backslashes.

    >>> tidy_reference("C:/data/a.jpg"), tidy_reference("file:///x/a%20b.jpg")
    ('data/a.jpg', 'x/a%20b.jpg')
    """
    if not _UNUSUAL.search(text):
        return text
    text = text.strip().strip('"').replace("\\", "/")
    text = _SCHEME.sub("", text)
    text = _DRIVE.sub("", text)
    return text.lstrip("/").replace("\x00", "")


def forms_of(reference: str) -> Sequence[str]:
    """The ways a reference may be meant: as it stands, and with its %-codes resolved."""
    if "%" not in reference and "?" not in reference:
        return (reference,)
    forms = [reference]
    if "%" in reference:
        forms.append(unquote(reference).replace("\\", "/"))  # "%5C" is a backslash
    if "?" in reference:
        forms.append(reference.split("?", 1)[0])
    return forms


def joined(folder: str, reference: str) -> str:
    """`reference` seen from `folder`, with `..` resolved; it never leads above the top."""
    if not (_UNTIDY.search(reference) or (folder and _is_untidy(folder))):
        return f"{folder}/{reference}" if folder else reference
    path = posixpath.normpath(posixpath.join("/", folder, reference))
    return path.lstrip("/")


@lru_cache(maxsize=1024)
def _is_untidy(folder: str) -> bool:
    return _UNTIDY.search(folder) is not None


def without_hash(stem: str) -> str:
    """A stem without the 8 hexadecimal digits that Label Studio puts in front."""
    return _HASH_PREFIX.sub("", stem)


def common_start(a: Sequence[str], b: Sequence[str]) -> int:
    """How many parts two paths share from the top on."""
    count = 0
    for left, right in zip(a, b, strict=False):
        if left != right:
            break
        count += 1
    return count


def common_end(a: Sequence[str], b: Sequence[str]) -> int:
    """How many parts two paths share, counted from their ends."""
    return common_start(a[::-1], b[::-1])
