"""The parts (train, val, test) in which a set was exported; kept as they are.

Told, the surest first, by lists of pictures (train.txt, ImageSets/Main), by the paths in a
data.yaml, by the description itself (instances_val2017.json), by folder names.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from components.data.formats.class_names import NameList, name_lists
from components.data.formats.texts import read_text
from components.data.listing import of_ending
from components.data.matching import PictureIndex, Reference
from components.data.names import (
    ROLES,
    folded,
    joined,
    split_of_word,
    tidy_reference,
)
from components.data.numbered import SplitOf
from components.data.problems import count, note, warn
from components.data.records import Problem, Split
from components.data.scan import Finds
from components.data.unpack import Entry
from components.errors import LabelError

_WORDS = ("train", "val", "test")
_TRAINVAL = "trainval"
_WORD_OF = {"train": "train", "val": "val", "valid": "val", "validation": "val", "test": "test"}


def exported_splits(
    finds: Finds, index: PictureIndex, by_description: Mapping[int, Split], told: list[Problem]
) -> SplitOf:
    """Picture number to the part it was exported in; pictures without one are absent."""
    splits = SplitOf()
    for number in range(len(index.pictures)):
        if (split := index.split(number)) is not None:
            splits[number] = split
    splits.update(by_description)
    lists = name_lists(list(of_ending(finds.texts, ".yaml", ".yml")), [])
    known = _known_folders(index) if lists else set()
    for one in lists:
        splits.update(_by_yaml(one, index, known))
    splits.update(_by_lists(finds.texts, index, told))
    if splits and "train" not in splits.values():
        told.append(warn(
            "split_without_train", "", "The files say of no picture that it is for training.",
            "What they say of validation and test is left out; split the set here.",
        ))  # fmt: skip
        return SplitOf()
    return splits


def _known_folders(index: PictureIndex) -> set[str]:
    """All folders above pictures, folded."""
    own = {folded(picture.name).rpartition("/")[0] for picture in index.pictures}
    split = [folder.split("/") for folder in own if folder]
    return {"/".join(parts[:n]) for parts in split for n in range(1, len(parts) + 1)}


def _by_yaml(one: NameList, index: PictureIndex, known: set[str]) -> Mapping[int, Split]:
    """What the train, val and test paths of a data.yaml say, where they lead to pictures."""
    folders: dict[str, Split] = {}
    for word, path, top in _paths(one):
        for folder in _folders(path, top, one.folder, known):
            if folder in folders:  # the same pictures for two parts say nothing
                return {}
            folders[folder] = _split(word)
    found = SplitOf()
    for folder in sorted(folders, key=len):  # a folder inside another speaks last
        for number, picture in enumerate(index.pictures):
            if folded(picture.name).startswith(f"{folder}/"):
                found[number] = folders[folder]
    return found


def _paths(one: NameList) -> list[tuple[str, str, str]]:
    """Part, path and top folder, for each path that a data.yaml gives."""
    settings = {key.lower(): value for key, value in one.settings}
    top = settings.pop("path", "")
    found: list[tuple[str, str, str]] = []
    for key, value in settings.items():
        word = split_of_word(key) if key not in ("names", "nc") else None
        if word is not None:
            for path in value if isinstance(value, list) else [value]:
                if isinstance(path, str):
                    found.append((word, path, top if isinstance(top, str) else ""))
    return found


def _split(word: str) -> Split:
    return "train" if word == "train" else "val" if word == "val" else "test"


def _folders(path: str, top: str, near: str, known: set[str]) -> list[str]:
    """Folders of pictures that a path of a data.yaml means; paths lie, so by their end."""
    tidy = tidy_reference(path)
    for whole in (joined(near, f"{tidy_reference(top)}/{tidy}"), joined(near, tidy)):
        if folded(whole) in known:
            return [folded(whole)]
    parts = [part for part in folded(joined("", tidy)).split("/") if part]
    for start in range(len(parts)):
        end = parts[start:]
        if all(part in ROLES for part in end):
            return []
        found = [k for k in known if k == "/".join(end) or k.endswith("/" + "/".join(end))]
        if found:
            return found
    return []


def _by_lists(texts: Sequence[Entry], index: PictureIndex, told: list[Problem]) -> SplitOf:
    """What lists of pictures say; a picture in several lists belongs to the first part."""
    lists: dict[str, list[Entry]] = defaultdict(list)
    spare: dict[str, list[Entry]] = defaultdict(list)
    for entry in of_ending(texts, ".txt"):
        word = _list_word(entry)
        if word:
            (spare if _is_of_outlines(entry) else lists)[word].append(entry)
    lists = lists or spare
    if lists.get("train") or lists.get("val"):
        lists.pop(_TRAINVAL, None)
    found = SplitOf()
    for word in (*_WORDS, _TRAINVAL):
        for entry in lists.get(word, ()):
            split = _split("train" if word == _TRAINVAL else word)
            again = 0
            for number in _listed(entry, index):
                again += found.get(number, split) != split
                found.setdefault(number, split)
            if again:
                told.append(note(
                    "listed_twice", entry.name,
                    f"{count(again, 'picture')} in {entry.name} "
                    f"{'is' if again == 1 else 'are'} in another list as well.",
                    "They stay in the part that was named first: train, then val, then test.",
                ))  # fmt: skip
    return found


def _list_word(entry: Entry) -> str:
    """Which part a text file lists, by its name; empty when it is no list."""
    name = folded(entry.name)
    folder, _, last = name.rpartition("/")
    if not last.endswith(".txt") or entry.size > 500_000_000:
        return ""
    if "imagesets" in folder and not folder.endswith(("imagesets", "main", "segmentation")):
        return ""  # Layout, Action: other questions about the same pictures
    stem = last.removesuffix(".txt")
    if stem == _TRAINVAL:
        return _TRAINVAL
    if "imagesets" in folder and split_of_word(stem) != _WORD_OF.get(stem):
        return ""  # cat_train.txt says which pictures of a part have cats
    return split_of_word(stem) or ""


def _is_of_outlines(entry: Entry) -> bool:
    """Whether it is one of VOC's lists of masks, which count where there are no lists of boxes."""
    return folded(entry.name).rpartition("/")[0].endswith("imagesets/segmentation")


def _listed(entry: Entry, index: PictureIndex) -> list[int]:
    """Pictures that a list names; empty when it is something else, such as labels."""
    try:
        lines = [line.strip() for line in read_text(entry.path, entry.name).splitlines()]
    except LabelError:
        return []
    lines = [line for line in lines if line]
    near = entry.name.rpartition("/")[0]
    found = index.match(_Lines(lines, near))
    if len(found.picture_of) * 2 < len(set(lines)):
        return []
    return list(found.picture_of.values())


class _Lines(Sequence[Reference]):
    """What each line calls its picture: made when asked, for there may be a line for each."""

    def __init__(self, lines: list[str], near: str) -> None:
        self._lines, self._near = lines, near

    def __len__(self) -> int:
        return len(self._lines)

    def __getitem__(self, number: Any) -> Any:
        return Reference(_readings(self._lines[number]), self._near)


def _readings(line: str) -> tuple[str, ...]:
    """A line is a name, which may hold blanks; or a name and a number behind it."""
    first = line.split()[0]
    return (line,) if first == line else (line, first)
