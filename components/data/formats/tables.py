"""CSV and TSV files: delimiter, encoding and header found by looking, rows told one by one.

Cells are texts and stay texts: a formula in one is never worked out.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from components.data.formats.texts import head_of
from components.data.listing import of_ending
from components.data.scan import Finds
from components.data.unpack import Entry
from components.errors import LabelError

SUFFIXES = (".csv", ".tsv")
MOST_ROWS = 5_000_000  # 5 million boxes; more is not trained on one computer
MOST_LINE = 16_000_000  # characters of a line; a VIA outline may take some thousands
_HEAD_BYTES = 1 << 16
_FEW_TEXTS = 20  # files; our own choice
_NAMED = re.compile(
    rb"""[^\s;,]\.(?:jpe?g|png|bmp|tiff?|ppm|webp)["']?\s*[;,\t]"""
    rb"""|^["']?(?:file|image)_?(?:name|path|id)?["']?[;,\t]"""
    rb"""|[^\s;,]\.(?:jpe?g|png|bmp|tiff?|ppm|webp)["']?(?: +-?[\d.]+){4}(?:\s|$)""", re.IGNORECASE,
)  # fmt: skip
_DELIMITERS = ",;\t|"
_LEAST_WITH_BLANKS = 5  # columns: a picture's name and four numbers
_NUMBER = re.compile(r"^\s*[-+]?(\d+([.,]\d*)?|[.,]\d+)([eE][-+]?\d+)?\s*$")


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it was found.

    Attributes:
        entry: The file.
        delimiter: Between the cells.
        encoding: As Python names it.
        keys: The header's names in small letters and digits only; empty when there is none.
        sample: Up to 200 rows after the header.
        header: The header as it is written; empty when there is none.
        lead: Lines before the header or the first row: Excel's "sep=;", remarks after "#".
    """

    entry: Entry
    delimiter: str
    encoding: str
    keys: tuple[str, ...]
    sample: tuple[tuple[str, ...], ...]
    header: tuple[str, ...] = ()
    lead: int = 0

    def rows(self) -> Iterator[list[str]]:
        """The rows after the header, blank ones passed over.

        Raises:
            LabelError: The file cannot be read to its end; what came before was told.
        """
        csv.field_size_limit(MOST_LINE)
        try:
            with self.entry.path.open(encoding=self.encoding, errors="replace", newline="") as file:
                lines = iter(lambda: file.readline(MOST_LINE), "")
                for _ in range(self.lead):
                    next(lines, "")
                rows = csv.reader(lines, delimiter=self.delimiter, skipinitialspace=True)
                if self.keys:
                    next(rows, None)
                for number, row in enumerate(rows):
                    if number >= MOST_ROWS:
                        raise LabelError(
                            f"{self.entry.name} has more than {MOST_ROWS:,} rows.", "Split it."
                        )
                    if any(cell.strip() for cell in row):
                        yield row
        except (csv.Error, OSError) as error:
            raise LabelError(
                f"{self.entry.name} cannot be read to its end ({error}).", "Export it again."
            ) from error


def tables(finds: Finds) -> list[Table]:
    """The tables among what was found; those that cannot be opened are passed over."""
    entries = [*of_ending(finds.texts, *SUFFIXES), *_under_another_name(finds)]
    return [made for entry in entries if (made := _table(entry)) is not None]


def _under_another_name(finds: Finds) -> list[Entry]:
    """Tables in files that end in .txt: few, and a picture's name stands in their first row."""
    texts = list(islice(of_ending(finds.texts, ".txt"), _FEW_TEXTS + 1))
    if len(texts) > _FEW_TEXTS:
        return []  # labels of single pictures
    return [entry for entry in texts if _NAMED.search(_first_row(entry))]


def _first_row(entry: Entry) -> bytes:
    return head_of(entry.path, _HEAD_BYTES).partition(b"\n")[0]


@lru_cache(maxsize=64)
def _table(entry: Entry) -> Table | None:
    try:
        with entry.path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except OSError:
        return None
    encoding = _encoding(head)
    text = head.decode(encoding, "ignore")
    if len(head) == _HEAD_BYTES:
        text = text[: text.rfind("\n") + 1] or text
    lead, text = _without_lead(text)
    best = max((_rows(text, mark) for mark in _DELIMITERS), key=_agreement)
    delimiter = next(mark for mark in _DELIMITERS if _rows(text, mark) == best)
    if not _agreement(best)[0]:
        best, delimiter = _rows(text, " "), " "
        if not _agreement(best)[1] or max(map(len, best)) < _LEAST_WITH_BLANKS:
            return None
    keys = tuple(_key(cell) for cell in best[0])
    if any(map(is_number, best[0])) or not _is_header(keys):
        keys = ()
    rows = tuple(map(tuple, best[1 if keys else 0 : 200]))
    return Table(entry, delimiter, encoding, keys, rows, tuple(best[0]) if keys else (), lead)


def _without_lead(text: str) -> tuple[int, str]:
    """The text without what stands before its table, and how many lines that is."""
    lines = text.splitlines(keepends=True)
    lead = 0
    for line in lines[:50]:
        start = line.strip().lower()
        is_remark = start.startswith("#") and not any(mark in start for mark in _DELIMITERS)
        if start and not start.startswith("sep=") and not is_remark:
            break
        lead += 1
    return lead, "".join(lines[lead:])


def _encoding(head: bytes) -> str:
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    try:
        head[:-4].decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def _rows(text: str, delimiter: str) -> list[list[str]]:
    csv.field_size_limit(MOST_LINE)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)
    rows: list[list[str]] = []
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                rows.append(row)
            if len(rows) >= 200:
                break
    except csv.Error:
        return rows
    return rows


def _agreement(rows: list[list[str]]) -> tuple[bool, bool, float]:
    """How well rows agree in their width: two columns at least, nearly all rows, many columns."""
    if not rows:
        return False, False, 0.0
    ((width, number),) = Counter(len(row) for row in rows).most_common(1)
    share = number / len(rows)
    return width > 1, share >= 0.9, width * share


def is_number(cell: str) -> bool:
    """Whether a cell holds a number, with a dot or a comma."""
    return bool(_NUMBER.match(cell)) or cell.strip().lower() in ("nan", "inf", "-inf")


def _key(cell: str) -> str:
    """A header's name to compare by ("#Filename" and "file_name" become "filename")."""
    key = "".join(c for c in cell.lower() if c.isalnum())
    return _TRANSLATED.get(key, key)


def _is_header(keys: tuple[str, ...]) -> bool:
    """Whether a row without numbers names columns: a picture and anything about it."""
    return len(keys) >= 2 and any(key in WORDS for key in keys)


# What spreadsheets in other languages call their columns: German, French, Spanish.
_TRANSLATED = {
    "dateiname": "filename", "datei": "file", "bild": "image", "bildname": "imagename",
    "klasse": "class", "breite": "width", "höhe": "height", "hoehe": "height", "links": "left",
    "oben": "top", "rechts": "right", "unten": "bottom", "kategorie": "category", "art": "species",
    "fichier": "file", "nomdufichier": "filename", "classe": "class", "largeur": "width",
    "hauteur": "height", "archivo": "file", "imagen": "image", "clase": "class", "ancho": "width",
    "alto": "height", "etiqueta": "label", "étiquette": "label", "espèce": "species",
}  # fmt: skip
# Column names that no cell of a box's row bears.
WORDS = frozenset(
    {
        "filename", "file", "image", "imagename", "imageid", "imagepath", "path", "filepath", "img",
        "imgname", "imgpath", "imgid", "xmin", "x1", "left", "xmax", "x", "bbox", "width",
        "encodedpixels", "imagelabel", "imageidclassid", "rle",
        "id", "breed", "species", "photo", "picture", "annotations", "objects",
        "class", "label", "labelname", "classname", "category", "name", "regionshapeattributes",
    }
)  # fmt: skip
