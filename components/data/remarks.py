"""Sentences of the report about a set as a whole: what was seen, chosen, passed over."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from components.data.alike_names import alike_name
from components.data.formats import class_folders, json_records, spoken
from components.data.formats.description import Description
from components.data.formats.json_kinds import LABELBOX
from components.data.formats.registry import NAMES
from components.data.formats.strangers import (
    BESIDE,
    LINES,
    STORES,
    TABLE,
    unknown_files,
)
from components.data.missing import names_missing
from components.data.pictures import PictureFacts
from components.data.problems import count, note, stop, warn
from components.data.records import Problem
from components.data.scan import Finds
from components.errors import DatasetError

_MAY_BE_NOTES = (".json", ".csv")  # about the set as a whole
_LINES_READ = (json_records.NAME, spoken.NAME)


def _next_click(done: str) -> str:
    """What is left to do, of the sentence that says what Tailor does ("It is left out; ...")."""
    _, _, rest = done.partition("; ")
    return rest[:1].upper() + rest[1:] if rest else "Mend it and bring it in again."


class OnlyLabels(DatasetError):
    """Labels, and not one of their pictures.

    Attributes:
        unfound: Names of the pictures that they speak of, or of the label files.
    """

    def __init__(self, what: str, fix: str, unfound: Sequence[str] = ()) -> None:
        super().__init__(what, fix)
        self.unfound = list(unfound)


def no_picture(finds: Finds, found: list[Description], problems: list[Problem]) -> DatasetError:
    """There is no picture: say the most telling reason."""
    if found:
        what = (
            found[0].why
            if found[0].why.startswith("There are")
            else (f"{found[0].format} labels were found, but none of their pictures.")
        )
        told = [problem for one in found for problem in one.problems]
        names = names_missing(told) or [entry.name for entry in finds.texts]
        return OnlyLabels(what, "Say where the pictures lie, or add them to the labels.", names)
    for problem in sorted(problems, key=lambda one: one.severity != "stop"):
        return DatasetError(problem.what, _next_click(problem.done))
    number = len(finds.texts) + len(finds.left)
    if number:
        return DatasetError(
            f"There is no picture in it, only {count(number, 'other file')}.",
            "Add JPEG, PNG, WebP, BMP, TIFF, GIF, HEIC or AVIF pictures.",
        )
    return DatasetError("There is nothing in it.", "Choose a zip, pictures or a folder.")


def numbered_from_one(classes: list[str], used: set[str], unknown: int) -> list[Problem]:
    """Class numbers that seem to count from 1, where the format counts from 0."""
    if not unknown or len(classes) < 2 or classes[0] in used:
        return []
    return [warn(
        "numbered_from_one", "",
        f"No label has the first class, {classes[0]!r}, and {count(unknown, 'label')} "
        f"{'has' if unknown == 1 else 'have'} a number beyond the last: the numbers seem to count "
        "from 1, not from 0.",
        "They are read as they stand, so every class may be off by one; put one more name before "
        "the first in the list of names, and bring the set in again.",
    )]  # fmt: skip


def only_numbers(classes: list[str]) -> list[Problem]:
    """Classes that the files number and never name."""
    if classes and all(name.isdecimal() for name in classes):
        return [note(
            "classes_are_numbers", "", f"All classes are numbers, such as {classes[0]!r}.",
            "They are kept; rename them here if they stand for names.",
        )]  # fmt: skip
    bare = [name for name in classes if re.fullmatch(r"class \d+", name)]
    if not bare or len(bare) < len(classes):
        return []
    return [warn(
        "no_class_names", "", "No file says what the classes are called.",
        f'They are called "{bare[0]}" and so on by their numbers; you can rename them here.',
    )]  # fmt: skip


def points_differ(counts: Counter[int]) -> list[Problem]:
    """Things with unlike numbers of points, of which a model learns but one."""
    if len(counts) < 2:
        return []
    (usual, _), *others = counts.most_common()
    number = sum(n for _, n in others)
    return [warn(
        "points_differ", "",
        f"{count(number, 'label')} {'has' if number == 1 else 'have'} another number of points "
        f"(keypoints) than {usual}, which most have.",
        "A model learns one number for all: points too many are left out in training, missing "
        "ones count as not visible.",
    )]  # fmt: skip


def whole_pictures(classes: tuple[str, ...]) -> Problem:
    """Labels that say what a picture shows, not where."""
    shown = ", ".join(classes[:3]) + (" and others" if len(classes) > 3 else "")
    return warn(
        "whole_pictures", "",
        f"The labels name whole pictures ({shown}) and do not say where things are: the model "
        "will learn to sort pictures.",
        "They are taken as they are. To find things in pictures, bring in boxes or outlines.",
    )  # fmt: skip


def about_strangers(
    finds: Finds, foreign: list[tuple[str, str]], best: Description | None
) -> list[Problem]:
    """Formats that are seen but not read, and sets of another kind."""
    if best is None:
        if foreign and foreign[0][0] == TABLE:
            return [stop(
                "format_not_read", foreign[0][1],
                f"{foreign[0][1]} is a workbook of Excel, and Tailor reads tables as CSV.",
                "The pictures come in without labels. Open it in Excel or LibreOffice, choose "
                "“Save as”, “CSV UTF-8”, and bring the CSV in together with the pictures.",
            )]  # fmt: skip
        if foreign:
            kind, example = foreign[0]
            return [stop(
                "format_not_read", example,
                f"{example} looks like {kind}, which Tailor does not read yet; it reads {NAMES}.",
                "The pictures come in without labels. Export the labels in one of these formats "
                "to have them.",
            )]  # fmt: skip
        unknown = unknown_files(finds)
        if unknown:
            return [warn(
                "format_not_read", unknown[0],
                f"{count(len(unknown), 'file')} such as {unknown[0]} "
                f"{'holds' if len(unknown) == 1 else 'hold'} nothing that Tailor knows as labels; "
                f"it reads {NAMES}.", "The pictures come in without labels.",
            )]  # fmt: skip
        if any(one.topic == class_folders.NAME for one in finds.questions):
            return [warn(
                "sorted_in_folders", "",
                "The pictures lie in several folders, and nothing says whether these are classes.",
                "The pictures come in without labels; say so above if each folder is a class.",
            )]  # fmt: skip
        return []
    if best.format == class_folders.NAME:
        return _beside_folders(finds, foreign)
    return [
        warn(
            "described_twice", example,
            f"{example} looks like {kind}, a second description of these pictures.",
            f"Only {best.format} is used.",
        )
        for kind, example in foreign
        if kind not in BESIDE and not kind.startswith("COCO")
        and not (kind in (LABELBOX, LINES) and any(one in best.format for one in _LINES_READ))
    ]  # fmt: skip


def _beside_folders(finds: Finds, foreign: list[tuple[str, str]]) -> list[Problem]:
    """Files that may say more than the folders do: where things are, or other classes."""
    unknown = [name for name in unknown_files(finds) if not name.lower().endswith(_MAY_BE_NOTES)]
    unknown += [example for kind, example in foreign if kind in STORES]
    if not unknown:
        return []
    return [warn(
        "format_not_read", unknown[0],
        f"{count(len(unknown), 'file')} such as {unknown[0]} may "
        "hold labels, and Tailor cannot read them.",
        "Only the folders count, as classes of whole pictures; export the labels in another "
        "format if they say more.",
    )]  # fmt: skip


def why_plain(finds: Finds, foreign: list[tuple[str, str]], found: list[Description]) -> str:
    """Why pictures come in without labels."""
    if found:
        return f"{found[0].format} labels were found, but for none of these pictures."
    if foreign:
        return (
            f"No labels that Tailor reads were found; {foreign[0][1]} looks like {foreign[0][0]}."
        )
    return f"{count(len(finds.pictures), 'picture')} and no label file were found."


def about_picture(facts: PictureFacts, name: str) -> list[Problem]:
    """What the user should know of a picture that can be read."""
    if facts.is_small:
        return [warn(
            "picture_small", name,
            f"{name} has {facts.width} × {facts.height} pixels; the trainer needs 10 on each side.",
            "It is kept, but not trained on.",
        )]  # fmt: skip
    if facts.conversion in ("", "copy"):
        return []
    told = [note(
        "picture_converted", name, f"The trainer cannot use {name} as it is: {facts.why}.",
        "It gets a converted copy; the original is kept untouched.",
    )]  # fmt: skip
    if facts.frames > 1:
        told.append(warn(
            "picture_pages", name, f"{name} holds {facts.frames:,} pictures one behind the other.",
            "The first is used, the others are left out; save them as files of their own to use "
            "them as well.",
        ))  # fmt: skip
    return told


def alike_classes(classes: list[str]) -> Iterator[Problem]:
    """Class names that differ in little more than case, blanks, hyphens or a plural s."""
    first: dict[str, str] = {}
    for name in classes:
        other = first.setdefault(alike_name(name), name)
        if other != name:
            yield note(
                "classes_alike", "", f"The classes {other!r} and {name!r} have nearly one name.",
                "They stay two, unless you count one as the other.",
            )  # fmt: skip
