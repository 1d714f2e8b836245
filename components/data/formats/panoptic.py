"""COCO panoptic: a picture of numbers beside each picture, and a JSON that says what they are."""

import contextlib
from functools import partial
from itertools import chain
from typing import Any

import numpy as np

from components.data.formats.description import Description
from components.data.formats.json_kinds import COCO, of_kind
from components.data.formats.json_stream import elements
from components.data.formats.outlines import label_of_mask
from components.data.formats.page import Page
from components.data.formats.page_remarks import row_lost
from components.data.formats.pages import describe
from components.data.formats.sheet import Sheet
from components.data.matching import PictureIndex
from components.data.names import folded, split_of_stem
from components.data.problems import count, warn
from components.data.records import Problem
from components.data.scan import Finds
from components.data.unpack import Entry
from components.errors import LabelError

NAME = "COCO panoptic"
_MOST_PIXELS = 200_000_000  # our own choice
_WORD = b'"segments_info"'
_BLOCK = 1 << 18
_Segments = list[tuple[int, str]]  # number in the mask, class


def find(finds: Finds, index: PictureIndex, told: list[Problem]) -> Description | None:
    """The panoptic sets among what was found, or None when there are none."""
    masks = _masks(finds)
    sheets: list[Sheet] = []
    classes: dict[str, None] = {}
    for entry in of_kind(finds, COCO):
        if not _speaks_of_segments(entry):
            continue
        try:
            sheet = _read(entry, masks, classes)
        except LabelError as error:
            told.append(warn("json_broken", entry.name, error.what, "It is left out."))
            continue
        if sheet.pages:
            sheets.append(sheet)
    if not sheets:
        return None
    why = (
        f"{count(len(sheets), 'JSON file')} such as {sheets[0].name} "
        f"{'says' if len(sheets) == 1 else 'say'} what the numbers in pictures of segments mean, "
        "as COCO panoptic does."
    )
    return describe(NAME, why, classes, sheets, index)


def _speaks_of_segments(entry: Entry) -> bool:
    """Whether the word stands in the file at all; a search is quicker than reading JSON."""
    before = b""
    with contextlib.suppress(OSError), entry.path.open("rb", buffering=0) as file:
        while block := file.read(_BLOCK):
            if _WORD in before + block:
                return True
            before = block[-len(_WORD) :]
    return False


def _masks(finds: Finds) -> dict[str, list[Entry]]:
    """Pictures that may be masks by the last part of their names; set aside ones come first."""
    found: dict[str, list[Entry]] = {}
    for entry in chain(finds.masks, finds.pictures):
        if entry.name.lower().endswith(".png"):
            found.setdefault(folded(entry.name.rpartition("/")[2]), []).append(entry)
    return found


def _read(entry: Entry, masks: dict[str, list[Entry]], classes: dict[str, None]) -> Sheet:
    images: dict[str, str] = {}
    names: dict[str, str] = {}
    rows: list[tuple[str, str, list[tuple[int, str]]]] = []
    for key, value in elements(entry.path, entry.name):
        if not isinstance(value, dict):
            continue
        if key == "images" and isinstance(value.get("file_name"), str):
            images[str(value.get("id"))] = value["file_name"]
        elif key == "categories":
            names[str(value.get("id"))] = str(value.get("name", value.get("id")))
        elif key == "annotations" and isinstance(value.get("segments_info"), list):
            segments = [(one["id"], str(one.get("category_id"))) for one in value["segments_info"]
                        if isinstance(one, dict) and type(one.get("id")) is int]  # fmt: skip
            rows.append((str(value.get("image_id")), str(value.get("file_name")), segments))
    sheet = Sheet(entry.name)
    sheet.is_one_file = True
    split = split_of_stem(entry.name)
    for image, mask_name, kinds in rows:
        made = [(number, names.get(kind, f"class {kind}")) for number, kind in kinds]
        reference = images.get(image, mask_name)
        listed = masks.get(folded(mask_name.replace("\\", "/").rpartition("/")[2]), [])
        mask = max(listed, key=lambda one: "panoptic" in folded(one.name), default=None)
        page = Page((reference,), split=split, things=len(made))
        sheet.add(page, entry.name, partial(_page, reference, mask_name, mask, made))
        classes.update(dict.fromkeys(name for _, name in made))
    return sheet


def _page(reference: str, mask_name: str, mask: Entry | None, segments: _Segments) -> Page:
    """The page of one picture, its mask read now.

    Raises:
        LabelError: The mask is not there or cannot be read.
    """
    if mask is None:
        raise LabelError(f"The picture of segments {mask_name} is not there.", "Add it.")
    numbers = _numbers(mask)
    page = Page((reference,), size=(float(numbers.shape[1]), float(numbers.shape[0])))
    for number, name in segments:
        label = label_of_mask(name, (numbers == number).astype(np.uint8))
        if label is None:
            page.lose(row_lost(mask.name, f"Segment {number} of {reference} is not painted on "
                               f"{mask.name}"))  # fmt: skip
        else:
            page.add(label)
    return page


def _numbers(mask: Entry) -> Any:
    """Red + 256 green + 65,536 blue of each pixel, shape (H, W)."""
    from PIL import Image

    try:
        with Image.open(mask.path) as image:
            if image.width * image.height > _MOST_PIXELS:
                raise LabelError(f"{mask.name} is larger than any mask.", "Export it again.")
            pixels = np.asarray(image.convert("RGB"), dtype=np.int64)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError,
            Image.DecompressionBombWarning) as error:  # fmt: skip
        raise LabelError(f"{mask.name} cannot be read.", "Export it again.") from error
    return pixels[..., 0] + 256 * pixels[..., 1] + 65_536 * pixels[..., 2]
