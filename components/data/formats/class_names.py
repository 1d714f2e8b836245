"""Class names of YOLO sets: which number means what, said in one of many places."""

import json
import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from components.data.formats.texts import read_text, read_yaml
from components.data.keypoints import KeypointScheme, scheme
from components.data.listing import of_ending
from components.data.names import folded
from components.data.plain_boxes import tidy_class
from components.data.problems import count, note, warn
from components.data.records import Problem
from components.data.unpack import Entry
from components.errors import LabelError

MOST_CLASSES = 100_000
_LIST_FILE = re.compile(
    r"(?:.*\.names|.*\.labels|_?(?:pre(?:defined)?_?)?class(?:es)?(?:[_-]?names?|[_-]?list)?\.txt"
    r"|(?:obj[_-]?|label[_-]?)?names?\.txt|label[_-]?list\.txt|labels?\.txt|synsets?\.txt)"
)
_JSON_LISTS = ("classes.json", "class_names.json", "names.json", "labels.json")
# What programs that sort pictures write beside them: label_map.json, idx_to_class.json.
_JSON_MAP = re.compile(r".*(?:class|label|cat|name|idx|index|id).*(?:map|names?|to|2|indices|index)"
                       r".*\.json")  # fmt: skip
_LIST_WORDS = ("class", "name", "label", "synset")  # of which a list's name has one
_ENDINGS = (".yaml", ".yml", ".json", ".names", ".labels", ".txt")
_NUMBERED = re.compile(r"^(\d+)\s*[:=,\t ]\s*(.+)$")


@dataclass(frozen=True, slots=True)
class NameList:
    """Class names found in one file.

    Attributes:
        file: The file, as the user knows it.
        folder: Its folder.
        names: Number to name; numbers may have holes.
        rank: Trust among files of one folder, 0 most.
        keypoints: Points per thing and values per point, (0, 0) when not said.
        points: Names of the points and which swap, as a data.yaml says.
        settings: All of a data.yaml; empty for other files.
        is_label_studio: Whether Label Studio wrote it.
    """

    file: str
    folder: str
    names: dict[int, str]
    rank: int
    keypoints: tuple[int, int] = (0, 0)
    points: KeypointScheme | None = None
    settings: tuple[tuple[str, Any], ...] = ()
    is_label_studio: bool = False


def is_list_file(name: str) -> bool:
    """Whether a text file is, by its name, a list of class names."""
    return _LIST_FILE.fullmatch(folded(name.rsplit("/", 1)[-1])) is not None


def name_lists(texts: Sequence[Entry], problems: list[Problem]) -> list[NameList]:
    """Every list of class names among the files."""
    found: list[NameList] = []
    for entry in of_ending(texts, *_ENDINGS):
        last = folded(entry.name.rsplit("/", 1)[-1])
        if last.endswith(".txt") and not any(word in last for word in _LIST_WORDS):
            continue  # one of the labels, most likely
        try:
            made = _list_of(entry, last, texts)
        except LabelError as error:
            problems.append(warn("names_unreadable", entry.name, error.what,
                                 "Class names are looked for elsewhere."))  # fmt: skip
            continue
        if made is not None:
            found.append(made)
    return found


def _list_of(entry: Entry, last: str, texts: Sequence[Entry]) -> NameList | None:
    if last.endswith((".yaml", ".yml")):
        return _from_yaml(entry, texts)
    if last == "notes.json":
        return _from_notes(entry)
    if last in _JSON_LISTS or _JSON_MAP.fullmatch(last):
        return _from_json(entry, is_sure=last in _JSON_LISTS)
    return _from_lines(entry) if is_list_file(entry.name) else None


def named_twice(file: str, names: Iterable[str]) -> list[Problem]:
    """What is told of a file that gives two classes one name."""
    counted = Counter(tidy_class(name) for name in names)
    return [note(
        "class_named_twice", file,
        f"{file} calls {count(number, 'class', 'classes')} {name!r}.", "They come in as one.",
    ) for name, number in counted.items() if number > 1 and name]  # fmt: skip


def about_lists(used: Iterable[NameList], lists: Sequence[NameList]) -> Iterator[Problem]:
    """What is told of the lists that are used: names given twice, others that say otherwise."""
    for one in used:
        yield from named_twice(one.file, one.names.values())
        said = _tidy(one)
        for other in lists:
            if other.folder == one.folder and other is not one and _tidy(other) != said:
                yield warn(
                    "class_lists_differ", other.file,
                    f"{one.file} and {other.file} do not give the classes the same numbers.",
                    f"{one.file} is used; take it away if the other one is right.",
                )  # fmt: skip


def _tidy(one: NameList) -> dict[int, str]:
    return {number: tidy_class(name) for number, name in one.names.items()}


def nearest(lists: list[NameList], folder: str) -> NameList | None:
    """The list that is meant for the labels in `folder`: the closest one above, else beside."""
    parts = folded(folder).split("/") if folder else []

    def closeness(one: NameList) -> tuple[bool, int, int, int]:
        own = folded(one.folder).split("/") if one.folder else []
        common = 0
        for a, b in zip(parts, own, strict=False):
            if a != b:
                break
            common += 1
        return common == len(own), common, -one.rank, len(one.names)

    return max(lists, key=closeness, default=None)


def _folder(entry: Entry) -> str:
    return entry.name.rpartition("/")[0]


def _from_yaml(entry: Entry, texts: Sequence[Entry]) -> NameList | None:
    facts = read_yaml(entry.path, entry.name)
    names = _numbered(facts.get("names"))
    given = facts.get("names")
    if isinstance(given, str) and (meant := _last_called(given, texts)) is not None:
        other = _from_lines(meant)
        names = other.names if other else {}
    if not names and isinstance(nc := facts.get("nc"), str) and nc.isdigit():
        names = {number: f"class {number}" for number in range(min(int(nc), MOST_CLASSES))}
    if not names:
        return None
    shape = _keypoints(facts.get("kpt_shape"))
    return NameList(
        entry.name, _folder(entry), names, 0, shape,
        scheme(shape[0], _point_names(facts.get("kpt_names")), facts.get("flip_idx"),
               facts.get("skeleton")), tuple(facts.items()),
    )  # fmt: skip


def _last_called(path: str, texts: Sequence[Entry]) -> Entry | None:
    """The last file of the name that a path ends with."""
    name = folded(path.rsplit("/", 1)[-1])
    same = (entry for entry in texts if folded(entry.name.rsplit("/", 1)[-1]) == name)
    return next(iter(deque(same, maxlen=1)), None)


def _point_names(given: Any) -> Any:
    """`kpt_names`: a list, or a list for each class, of which the first is taken."""
    if isinstance(given, dict):
        given = next(iter(given.values()), None)
    return given


def _numbered(given: Any) -> dict[int, str]:
    """`names` of a data.yaml, a list or a mapping, as number to name."""
    if isinstance(given, list):
        return {n: _text(name) for n, name in enumerate(given[:MOST_CLASSES])}
    if not isinstance(given, dict):
        return {}
    if all(_is_number(key) for key in given):
        return {int(key): _text(name) for key, name in given.items()}
    if all(_is_number(value) for value in given.values()):  # written the other way round
        return {int(number): _text(name) for name, number in given.items()}
    return {n: _text(name) for n, name in enumerate(given.values())}


def _is_number(value: Any) -> bool:
    return isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)[:200]


def _keypoints(given: Any) -> tuple[int, int]:
    if isinstance(given, list) and len(given) == 2 and all(_is_number(n) for n in given):
        points, values = int(given[0]), int(given[1])
        if 0 < points < 1000 and values in (2, 3):
            return points, values
    return 0, 0


def _from_notes(entry: Entry) -> NameList | None:
    """`notes.json`, which Label Studio puts beside its YOLO export."""
    try:
        facts = json.loads(read_text(entry.path, entry.name, most=5_000_000))
        names = {int(row["id"]): str(row["name"]) for row in facts["categories"]}
        maker = str(facts.get("info", {}).get("contributor", ""))
    except (ArithmeticError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None
    if not names:
        return None
    return NameList(
        entry.name, _folder(entry), names, 1, is_label_studio="label studio" in maker.lower()
    )


def _from_json(entry: Entry, *, is_sure: bool) -> NameList | None:
    """A bare list of names, or names with their numbers; other JSON is no list.

    Args:
        entry: The file.
        is_sure: Whether its name says that it is one; else it has to give each name a number.
    """
    if entry.size > 2_000_000:
        return None
    try:
        facts = json.loads(read_text(entry.path, entry.name))
    except (ValueError, RecursionError):
        return None
    rows = facts.values() if isinstance(facts, dict) else facts if isinstance(facts, list) else ()
    if not rows or not all(isinstance(row, str | int) for row in rows):
        return None
    if not is_sure and not (isinstance(facts, dict) and _numbers_names(facts)):
        return None
    if isinstance(facts, dict):
        names = _numbered({key: str(value) for key, value in facts.items()})
    else:
        names = _numbered([str(row) for row in rows])
    return NameList(entry.name, _folder(entry), names, 2)


def _numbers_names(facts: dict[str, Any]) -> bool:
    """Whether a mapping is of numbers and names; counts of things look nearly so."""
    values = [str(value) for value in facts.values()]
    if all(map(_is_number, facts)):
        return not all(map(_is_number, values))
    counted = sorted(int(value) for value in values if _is_number(value))
    return counted in (list(range(len(values))), list(range(1, len(values) + 1)))


def _from_lines(entry: Entry) -> NameList | None:
    if entry.size > 2_000_000:
        return None
    lines = [line.strip() for line in read_text(entry.path, entry.name).splitlines()]
    lines = [line for line in lines if line][:MOST_CLASSES]
    if len(lines) == 1 and "," in lines[0]:  # all names in one line
        lines = [name.strip() for name in lines[0].split(",") if name.strip()]
    if not lines or _looks_like_labels(lines):
        return None
    pairs = [_NUMBERED.match(line) for line in lines]
    if all(pair and int(pair[1]) in (n, n + 1) for n, pair in enumerate(pairs)):
        return NameList(entry.name, _folder(entry), {
            int(pair[1]): pair[2].strip() for pair in pairs if pair
        }, 3)  # fmt: skip
    return NameList(entry.name, _folder(entry), dict(enumerate(lines)), 2)


def _looks_like_labels(lines: list[str]) -> bool:
    """Whether the lines are label rows or paths: `labels.txt` can be all of these."""
    first = lines[0].split()
    if len(first) >= 5 and all(part.replace(".", "", 1).lstrip("-").isdigit() for part in first):
        return True
    return "/" in lines[0] and "." in lines[0].rsplit("/", 1)[-1]
