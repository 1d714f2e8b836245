"""YOLO: a text file per picture, a line per thing, fractions of the picture.

All layouts are one here: a label file belongs to the picture of the same name in the folder that
is the same but for words like `images` and `labels`. Class names may stand in many places; see
`class_names`. Paths inside a data.yaml are hints, and its `download` is never looked at.
"""

from array import array
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any

from components.data.formats import yolo_rows
from components.data.formats.class_names import (
    NameList,
    about_lists,
    is_list_file,
    name_lists,
    nearest,
)
from components.data.formats.description import Description, RawPicture
from components.data.formats.sampling import folders_of
from components.data.formats.text_rows import is_read_otherwise
from components.data.formats.yolo_angles import turn
from components.data.formats.yolo_hints import about_columns, about_namesakes, task_of
from components.data.formats.yolo_reading import read_labels
from components.data.formats.yolo_rows import Layout
from components.data.formats.yolo_sample import Sample, is_yolo, look, spread
from components.data.keypoints import best, scheme
from components.data.matches import Matches
from components.data.matching import PictureIndex, Reference
from components.data.names import folded, stem_of
from components.data.numbered import NumberSet
from components.data.pictures import size_of
from components.data.problems import count, warn
from components.data.records import Problem
from components.data.scan import Entries, Finds
from components.data.second_labels import (
    Seconds,
    folder_of,
    label_twice,
    merged,
    seconds,
    winners,
)
from components.data.unpack import Entry

NAME = "YOLO"


@dataclass(slots=True)
class _Set:
    """All that is needed to read one picture's labels."""

    files: "_Files"
    file_of: MutableMapping[int, int]
    lists: list[NameList]
    pictures: Sequence[Entry]
    also: Mapping[int, list[int]]
    layouts: dict[str, Layout] = field(default_factory=dict)  # by `kind`
    kinds: dict[str, str] = field(default_factory=dict)
    nearest_of: dict[str, NameList | None] = field(default_factory=dict)
    called: dict[str, dict[str, str]] = field(default_factory=dict)

    def names_for(self, folder: str) -> NameList | None:
        if folder not in self.nearest_of:
            self.nearest_of[folder] = nearest(self.lists, folder)
        return self.nearest_of[folder]

    def kind(self, names: NameList | None) -> str:
        """What lists have in common that say the same, as those of the parts of one set do."""
        if names is None:
            return ""
        if names.file not in self.kinds:
            self.kinds[names.file] = "\n".join(map(str.strip, names.names.values()))
        return self.kinds[names.file]

    def read_files(self) -> Iterator[int]:
        """Numbers of all files that are read."""
        yield from self.file_of.values()
        for more in self.also.values():
            yield from more

    def called_in(self, names: NameList | None) -> dict[str, str]:
        """Class numbers as they are mostly written, to their names; filled as they turn up."""
        return self.called.setdefault(names.file if names else "", {})


def find(
    finds: Finds,
    index: PictureIndex,
    told: list[Problem],  # noqa: ARG001 - one shape for all
) -> Description | None:
    """The YOLO labels among the files, or None when there are none."""
    files = _Files(finds.texts)
    if strange := _of_others(files):
        files = _Files(finds.texts, strange)
    several = Seconds(NAME, index.said)
    matches = index.match(_OwnPaths(files), several.first_of(entry.name for entry in files))
    file_of = winners(matches.picture_of)
    sample = look([files[number] for number in spread(list(file_of.values()))])
    problems: list[Problem] = []
    lists = name_lists(finds.texts, problems)
    if not file_of or not is_yolo(sample, lists):
        return _without_pictures(files, matches, lists) if not index.pictures else None
    problems += _orphans(files, matches, index, several)
    whole = _Set(files, file_of, lists, index.pictures, several.also)
    used, filled = _lists_used(whole)
    problems += _guess(whole, sample, finds.prefer)
    problems += about_namesakes(file_of, index)
    problems += about_lists(used.values(), lists)
    points = max(layout.points for layout in whole.layouts.values())
    example = files[file_of[next(iter(file_of))]].name
    return Description(
        NAME, _why(len(file_of), example, lists), _classes(used), filled, NumberSet(file_of),
        lambda picture, told: _read(whole, picture, told), problems=problems,
        keypoints=best(one.points for one in lists) or scheme(points), questions=several.asked(),
        far=matches.far,
    )  # fmt: skip


class _Files(Sequence[Entry]):
    """The files that may hold labels, those before that say so in their path; else by name."""

    def __init__(self, texts: Entries, without: AbstractSet[str] = frozenset()) -> None:
        self._texts = texts
        said, unsaid = array("I"), array("I")
        for number, entry in enumerate(texts):
            if _may_be_labels(entry) and entry.name.rpartition("/")[0] not in without:
                (said if "label" in entry.name.casefold() else unsaid).append(number)
        self._order = said + unsaid

    def __len__(self) -> int:
        return len(self._order)

    def __getitem__(self, number: Any) -> Any:
        return self._texts[self._order[number]]


class _OwnPaths(Sequence[Reference]):
    """What each file calls its picture: made when asked, for there are as many as pictures."""

    def __init__(self, files: _Files) -> None:
        self._files = files

    def __len__(self) -> int:
        return len(self._files)

    def __getitem__(self, number: Any) -> Any:
        name = self._files[number].name
        return Reference((name,), name.rpartition("/")[0], is_own_path=True)


def _may_be_labels(entry: Entry) -> bool:
    if not entry.name.lower().endswith(".txt"):
        return False
    last = folded(stem_of(entry.name))
    return not (is_list_file(entry.name) and last != "labels") and "imagesets/" not in folded(
        entry.name
    )


def _of_others(files: _Files) -> set[str]:
    """Folders whose files are another format's, such as DOTA's beside a set of YOLO."""
    mine = folders_of(files, lambda entry: look([entry]).yolo > 0)
    rest = (entry for entry in files if entry.name.rpartition("/")[0] not in mine)
    return folders_of(rest, is_read_otherwise)


def _without_pictures(files: _Files, matches: Matches, lists: list[NameList]) -> Description | None:
    """Labels but not one picture: nothing to read, but it can be named."""
    missing = matches.missing
    sample = look([files[number] for number in spread(missing)])
    if not sample.yolo or sample.yolo < sample.other:
        return None
    what = f"There are {count(len(missing), 'YOLO label file')} but none of their pictures."
    first = files[missing[0]].name
    problem = warn("labels_only", first, what, "Nothing can be read from them alone.")
    names = lists[0].names.values() if lists else ()
    return Description(NAME, what, tuple(names), 0, frozenset(), _nothing, problems=[problem])


def _nothing(picture: int, told: list[Problem]) -> RawPicture:  # noqa: ARG001
    return RawPicture("", "fraction")


def _orphans(
    files: _Files, matches: Matches, index: PictureIndex, several: Seconds
) -> list[Problem]:
    """Label files that belong to no picture, or to one that has another already."""
    problems = []
    first_of = winners(matches.picture_of)
    for number in (*matches.missing, *matches.ambiguous):
        entry = files[number]
        if not look([entry]).yolo:
            continue  # a README, a list of pictures
        if number in matches.ambiguous:
            problems.append(warn("label_ambiguous", entry.name, f"{entry.name} could belong to "
                                 "several pictures.", "Its labels are left out."))  # fmt: skip
        elif described := seconds(entry.name, entry.name, index, first_of):
            first = files[first_of[described[0]]]
            several.meet(described[0], (folder_of(first.name), _rows(first)),
                         (folder_of(entry.name), _rows(entry)))  # fmt: skip
            if several.are_all and len(described) == 1:
                several.add(described[0], number)
            else:
                problems.append(label_twice(entry.name))
        else:
            problems.append(warn("label_without_picture", entry.name, f"There is no picture for "
                                 f"{entry.name}.", "Its labels are left out."))  # fmt: skip
    return problems + several.told()


def _rows(entry: Entry) -> int:
    try:
        with entry.path.open("rb") as file:
            return sum(not line.isspace() for line in file)
    except OSError:
        return 0


def _why(number: int, example: str, lists: list[NameList]) -> str:
    what = (
        f"{count(number, 'text file')} such as {example} "
        f"{'holds' if number == 1 else 'hold'} numbers in YOLO's order and "
        f"{'is' if number == 1 else 'are'} named like pictures"
    )
    return f"{what}; {lists[0].file} names the classes." if lists else f"{what}."


def _lists_used(whole: _Set) -> tuple[dict[str, NameList], int]:
    """The lists that some file means, by their own file; and how many files are not empty."""
    used: dict[str, NameList] = {}
    filled = 0
    for number in whole.read_files():
        entry = whole.files[number]
        filled += entry.size > 0
        one = whole.names_for(entry.name.rpartition("/")[0])
        if one is not None:
            used.setdefault(one.file, one)
    return used, filled


def _guess(whole: _Set, sample: Sample, said: str) -> list[Problem]:
    """Tell what long rows hold, for each set of class names by itself."""
    files_of: dict[str, array[int]] = {}
    for number in whole.read_files():
        names = whole.names_for(whole.files[number].name.rpartition("/")[0])
        files_of.setdefault(whole.kind(names), array("I")).append(number)
    problems: list[Problem] = []
    for kind, numbers in files_of.items():
        lists = [one for one in whole.lists if whole.kind(one) == kind]
        if len(files_of) > 1:
            sample = look(whole.files[number] for number in spread(numbers))
        task = task_of(whole.files[numbers[0]].name, lists, said)
        whole.layouts[kind] = layout = yolo_rows.guess_layout(sample.rows, task)
        told = about_columns(sample.widths, sample.rows, lists, layout)
        problems += [one for one in told if one not in problems]
    return problems


def _classes(used: dict[str, NameList]) -> tuple[str, ...]:
    """All names of the lists that are used, in the order of their numbers."""
    names: dict[str, None] = {}
    for one in used.values():
        for number in sorted(one.names):
            names.setdefault(one.names[number])
    return tuple(names)


def _read(whole: _Set, picture: int, told: list[Problem]) -> RawPicture:
    files = [whole.file_of[picture], *whole.also.get(picture, ())]
    return merged([_read_file(whole, picture, whole.files[file], told) for file in files])


def _read_file(whole: _Set, picture: int, entry: Entry, told: list[Problem]) -> RawPicture:
    names = whole.names_for(entry.name.rpartition("/")[0])
    layout = whole.layouts[whole.kind(names)]
    raw = read_labels(entry, names, layout, whole.called_in(names), told)
    if layout.angle:
        shown = whole.pictures[picture]
        turn(raw, size_of(shown.path, shown.name), layout.angle)
    return raw
