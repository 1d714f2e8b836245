"""Which pixel value or colour of a mask means which class: said in a small file beside the masks.

Roboflow's `_classes.csv`, CVAT's and VOC's `labelmap.txt`, `class_dict.csv`, lists of names,
lists of colours, Supervisely's and Datumaro's JSON: one reader for all of them.
"""

import json
import re
from dataclasses import dataclass, field
from typing import Any

from components.data.formats.texts import read_text
from components.data.names import folded
from components.data.scan import Finds
from components.data.unpack import PICTURE_SUFFIXES, Entry, suffix_of
from components.errors import LabelError

_FILE = re.compile(
    r"_?class(?:es)?(?:[_-]?(?:dict|names|list|map|colou?rs?).*)?\.(?:csv|txt|json)|label_?(?:map|names)\.txt"
    r"|labels?(?:_?colou?rs?)?\.(?:csv|txt)|colou?r_?map\.(?:csv|txt)|dataset_meta\.json"
    r"|obj_class_to_(?:machine|human)_color\.json|codes\.txt"
)
_HEX = re.compile(r"#([0-9a-fA-F]{6})\b")
_APART = re.compile(r"[,;:\t]+")
_BACKGROUND = {"background", "_background_", "__background__", "bg"}
# Nothing that a model is to learn, wherever a file has it; said so in the report.
_VOID = {"unlabeled", "unlabelled", "void", "ignore", "_ignore_", "__ignore__"}
_AT_ZERO = {"unknown", "none", "null"}  # what black is called, and a class like others elsewhere
_TITLES = ("title", "name", "label", "class")
_THREE = re.compile(r"^(\d+)\s+(\d+)\s+(\d+)[\t,;: ]+(?=\S)")  # a colour before its name
_MOST_BYTES = 2_000_000
_MOST_LINES = 70_000
Colour = tuple[int, int, int]


@dataclass(slots=True)
class MaskClasses:
    """What one file says.

    Attributes:
        file: The file, as the user knows it.
        values: Pixel value to name.
        colours: Red, green, blue to name.
        is_list: Whether values are no more than the lines' numbers, counted from 0.
    """

    file: str
    values: dict[int, str] = field(default_factory=dict)
    colours: dict[Colour, str] = field(default_factory=dict)
    is_list: bool = False

    def names(self) -> list[str]:
        """Classes in the order of the file, without a background."""
        return list(dict.fromkeys(
            name for number, name in self._numbered() if not is_nothing(name, number)
        ))  # fmt: skip

    def left_out(self) -> list[str]:
        """Names beside the background that stand for nothing as well, and may have been meant."""
        return list(dict.fromkeys(
            name for number, name in self._numbered()
            if folded(name.strip()) in (_VOID if number else _AT_ZERO)
        ))  # fmt: skip

    def _numbered(self) -> list[tuple[int, str]]:
        """Names with their value, or their colour as one number."""
        colours = [(number_of_colour(colour), name) for colour, name in self.colours.items()]
        return [*self.values.items(), *colours]

    def counted_from_one(self) -> "MaskClasses":
        """The same, for masks in which 0 is nothing and the list names the rest."""
        return MaskClasses(self.file, {n + 1: name for n, name in self.values.items()})


def number_of_colour(colour: Colour) -> int:
    """A colour as one number."""
    return colour[0] << 16 | colour[1] << 8 | colour[2]


def is_nothing(name: str, number: int) -> bool:
    """Whether a class stands for what is nothing, at this value or colour."""
    known = folded(name.strip())
    return known in _BACKGROUND or known in _VOID or (number == 0 and known in _AT_ZERO)


def is_class_file(name: str) -> bool:
    """Whether a file is, by its name, one that says what the values of masks mean."""
    return _FILE.fullmatch(folded(name.rsplit("/", 1)[-1])) is not None


def mask_classes(finds: Finds) -> list[MaskClasses]:
    """Every such file among what was found."""
    found = []
    for entry in finds.texts:
        if is_class_file(entry.name) and entry.size <= _MOST_BYTES:
            made = _read(entry)
            if made is not None and (made.values or made.colours):
                found.append(made)
    return found


def _read(entry: Entry) -> MaskClasses | None:
    try:
        text = read_text(entry.path, entry.name, most=_MOST_BYTES)
        if entry.name.lower().endswith(".json"):
            return _of_json(entry.name, json.loads(text))
    except (LabelError, ValueError, RecursionError):
        return None
    made = _of_lines(entry.name, text.splitlines()[:_MOST_LINES])
    names = [*made.values.values(), *made.colours.values()]
    # DAGM's Labels.txt tells which pictures have a defect.
    return None if any(suffix_of(name) in PICTURE_SUFFIXES for name in names) else made


def _of_lines(file: str, lines: list[str]) -> MaskClasses:
    made = MaskClasses(file)
    plain: list[str] = []
    for line in lines:
        name, numbers = _parts(line)
        if not name:
            continue
        if len(numbers) >= 3 and all(0 <= n <= 255 for n in numbers[-3:]):
            made.colours[numbers[-3], numbers[-2], numbers[-1]] = name
        if len(numbers) in (1, 4):
            made.values[numbers[0]] = name
        if not numbers:
            plain.append(name)
    if plain[:1] == ["__ignore__"]:  # LabelMe's lists count from -1
        del plain[0]
    if not made.values and not made.colours:
        made.values, made.is_list = dict(enumerate(plain)), True
    return made


def _parts(line: str) -> tuple[str, list[int]]:
    """Name and numbers of a line, whatever parts them and in whatever order."""
    line = line.strip()
    if not line or (line.startswith("#") and not _HEX.match(line)):
        return "", []
    line = _HEX.sub(lambda found: ",".join(map(str, bytes.fromhex(found[1]))), line)
    line = _THREE.sub(r"\1,\2,\3,", line)
    cells = [cell.strip() for cell in _APART.split(line) if cell.strip()]
    numbers = [int(cell) for cell in cells if cell.isascii() and cell.isdigit() and len(cell) < 7]
    names = [cell for cell in cells if not (cell.isascii() and cell.isdigit())]
    if not names and len(cells) == 2:  # a class that is called by a number
        return cells[1], numbers[:1]
    return (names[0] if names else ""), numbers


def _of_json(file: str, facts: Any) -> MaskClasses | None:
    if not isinstance(facts, dict):
        return None
    made = MaskClasses(file)
    names = facts.get("label_map", facts)
    if isinstance(names, dict):
        for key, value in list(names.items())[:_MOST_LINES]:
            _of_pair(made, str(key), value)
    _of_rows(made, facts)
    colours = facts.get("segmentation_colors")
    if isinstance(colours, list):
        for name, colour in zip(made.values.values(), colours, strict=False):
            if (triple := _colour(colour)) is not None:
                made.colours[triple] = name
    return made


def _of_rows(made: MaskClasses, facts: dict[str, Any]) -> None:
    """A list of classes with a mapping for each, as Supervisely and others have it."""
    given = facts.get("classes", facts.get("labels"))
    for row in given[:_MOST_LINES] if isinstance(given, list) else []:
        if not isinstance(row, dict):
            continue
        title = next((row[key] for key in _TITLES if isinstance(row.get(key), str)), "")
        colour = _colour(row.get("color", row.get("colour")))
        if title and colour is not None:
            made.colours[colour] = title


def _of_pair(made: MaskClasses, key: str, value: Any) -> None:
    colour = _colour(value)
    if colour is not None:
        made.colours[colour] = key
    elif key.isascii() and key.isdigit() and len(key) < 7 and isinstance(value, str):
        made.values[int(key)] = value
    elif isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1_000_000:
        made.values[value] = key


def _colour(value: Any) -> Colour | None:
    if isinstance(value, str) and (found := _HEX.fullmatch(value.strip())):
        red, green, blue = bytes.fromhex(found[1])
        return red, green, blue
    if not isinstance(value, list) or len(value) < 3:
        return None
    if not all(type(n) is int and 0 <= n <= 255 for n in value[:3]):
        return None
    return value[0], value[1], value[2]
