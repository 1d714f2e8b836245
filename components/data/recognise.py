"""From files to understood pictures: which description holds, and what it says of each picture.

Pictures come one at a time, so that a set of any size needs little memory.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from components.data.clean import clean, tidy_class
from components.data.exported_splits import exported_splits
from components.data.formats.description import Description, RawPicture
from components.data.formats.registry import FORMATS, NAMES
from components.data.formats.strangers import looks_sorted_into_folders, strangers
from components.data.matching import PictureIndex
from components.data.names import folded
from components.data.pictures import PictureFacts, probe
from components.data.problems import count, note, stop, warn
from components.data.records import (
    Label,
    PictureState,
    Problem,
    Reading,
    SourcePicture,
    Split,
)
from components.data.scan import Finds, search
from components.data.unpack import nothing_to_heed
from components.errors import DatasetError, PictureError

PLAIN = "Pictures without labels"


@dataclass(slots=True)
class Recognised:
    """A set that is understood, its pictures not read yet.

    Attributes:
        format: Name of the format.
        why: Why it was recognised.
        task: What it can be used for; only detection so far.
        classes: Names in the order of their numbers; `pictures` adds those that turn up.
        problems: What was met so far; `pictures` adds to it.
        total: Number of picture files.
    """

    finds: Finds
    format: str
    why: str
    classes: dict[str, None]
    problems: list[Problem]
    description: Description | None
    splits: dict[int, Split]
    task: str = "detect"
    shapes: Counter[str] = field(default_factory=Counter)
    silent: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        """Number of picture files."""
        return len(self.finds.pictures)

    def pictures(self) -> Iterator[tuple[SourcePicture | None, list[Problem]]]:
        """Every picture in order of names with its problems; None for one that is unreadable."""
        for number, entry in enumerate(self.finds.pictures):
            told: list[Problem] = []
            try:
                facts = probe(entry.path, entry.name)
            except PictureError as error:
                told.append(warn("picture_unreadable", entry.name, error.what,
                                 "It is left out, with its labels."))  # fmt: skip
                yield None, told
                continue
            state, labels = self._labels(number, facts, entry.name, told)
            if facts.is_small:
                state = PictureState.IGNORED
            told += _remarks(facts, entry.name)
            yield SourcePicture(
                entry.path, entry.name, facts.width, facts.height, state,
                self.splits.get(number), tuple(labels),
            ), told  # fmt: skip

    def _labels(
        self, number: int, facts: PictureFacts, name: str, told: list[Problem]
    ) -> tuple[PictureState, list[Label]]:
        if self.description is None or number not in self.description.described:
            return PictureState.UNLABELLED, []
        raw = self.description.read(number, told)
        # The sentence names the label file; the row belongs to the picture, to be found by it.
        told[:] = [replace(problem, file=name) for problem in told]
        labels = clean(raw, facts, name, told)
        for label in labels:
            self.classes.setdefault(label.class_name)
            self.shapes[label.shape] += 1
        if labels:
            return PictureState.LABELLED, labels
        return self._without_labels(raw, name, told), []

    def _without_labels(self, raw: RawPicture, name: str, told: list[Problem]) -> PictureState:
        if raw.labels or raw.lost:
            told.append(warn(
                "no_label_left", name, f"None of the labels of {name} can be used.",
                "It counts as unlabelled, not as empty.",
            ))  # fmt: skip
            return PictureState.UNLABELLED
        if not raw.is_certain:
            return PictureState.UNLABELLED
        self.silent.append(name)
        return PictureState.EMPTY

    def closing_problems(self) -> list[Problem]:
        """What can be said once all pictures were read."""
        problems = list(_alike(list(self.classes)))
        drawn = sum(number for shape, number in self.shapes.items() if shape != "box")
        if drawn:
            kinds = ", ".join(
                f"{number:,} {_SHAPES[shape]}" for shape, number in self.shapes.most_common()
                if shape != "box"
            )  # fmt: skip
            problems.append(note(
                "shapes_as_boxes", "", f"{count(drawn, 'label')} "
                f"{'is' if drawn == 1 else 'are'} more than a box: {kinds}.",
                "The box around each is used to find things; the drawn points are kept.",
            ))  # fmt: skip
        if self.silent:
            problems.append(note(
                "empty_pictures", self.silent[0],
                f"{count(len(self.silent), 'picture')} "
                f"{'is' if len(self.silent) == 1 else 'are'} described without any box.",
                "They count as looked at, with nothing to be found on them.",
            ))  # fmt: skip
        return problems


_SHAPES = {
    "polygon": "outlines (polygons)", "rotated": "with four corners (turned boxes)",
    "keypoints": "with points (keypoints)",
}  # fmt: skip


def recognise(finds: Finds) -> Recognised:
    """Understand what was found.

    Raises:
        DatasetError: There is no picture.
    """
    problems = list(finds.problems)
    index = PictureIndex(finds.pictures)
    found = [made for find in FORMATS.values() if (made := find(finds, index)) is not None]
    if not finds.pictures:
        raise _nothing(finds, found, problems)
    found.sort(key=lambda one: (-one.filled, -len(one.described)))
    best = found[0] if found and found[0].described else None
    for other in found:
        if other is not best and best is not None:
            problems += _passed_over(other, best)
        else:
            problems += other.problems
    foreign = strangers(finds)
    problems += _about_strangers(finds, foreign, best)
    splits = exported_splits(finds, index, best.splits if best else {}, problems)
    if best is None:
        return Recognised(finds, PLAIN, _why_plain(finds, foreign), {}, problems, None, splits)
    classes = dict.fromkeys(name for raw in best.classes if (name := tidy_class(raw)))
    return Recognised(finds, best.format, best.why, classes, problems, best, splits)


def _nothing(finds: Finds, found: list[Description], problems: list[Problem]) -> DatasetError:
    """There is no picture: say the most telling reason."""
    if found:
        what = (
            found[0].why
            if found[0].why.startswith("There are")
            else (f"{found[0].format} labels were found, but none of their pictures.")
        )
        return DatasetError(what, "Add the pictures together with their labels.")
    for problem in sorted(problems, key=lambda one: one.severity != "stop"):
        return DatasetError(problem.what, "Mend this and add it again: " + problem.done)
    number = len(finds.texts) + len(finds.left)
    if number:
        return DatasetError(
            f"There is no picture among the {count(number, 'file')}.",
            "Add JPEG, PNG, WebP, BMP, TIFF, GIF, HEIC or AVIF pictures.",
        )
    return DatasetError("There is nothing in it.", "Choose a zip, pictures or a folder.")


def _passed_over(other: Description, best: Description) -> list[Problem]:
    if not other.described:
        return []
    shared = len(other.described & best.described)
    example = f"{count(shared, 'picture')} that {best.format} describes too"
    what = (
        f"There are also {other.format} labels, for {example}."
        if shared
        else f"There are also {other.format} labels, for {count(len(other.described), 'picture')}."
    )
    return [warn(
        "described_twice", "", what,
        f"Only {best.format} is used, since it has labels for "
        f"{count(best.filled, 'picture')}; bring the other in by itself if you want it.",
    )]  # fmt: skip


def _about_strangers(
    finds: Finds, foreign: list[tuple[str, str]], best: Description | None
) -> list[Problem]:
    if best is None:
        if foreign:
            kind, example = foreign[0]
            return [stop(
                "format_not_read", example,
                f"{example} looks like {kind}, which Tailor does not read yet; it reads {NAMES}.",
                "The pictures come in without labels. Export the labels in one of these formats "
                "to have them.",
            )]  # fmt: skip
        classes = looks_sorted_into_folders(finds)
        if classes:
            shown = ", ".join(classes[:3])
            return [warn(
                "sorted_in_folders", "",
                f"The pictures are sorted into folders ({shown}), as for a model that sorts whole "
                "pictures; Tailor trains models that find things in pictures.",
                "The pictures come in without labels.",
            )]  # fmt: skip
        return []
    return [
        note(
            "described_twice", example,
            f"{example} looks like {kind}, a second description of these pictures.",
            f"Only {best.format} is used.",
        )
        for kind, example in foreign
        if kind != "a table"
    ]  # fmt: skip


def _why_plain(finds: Finds, foreign: list[tuple[str, str]]) -> str:
    if foreign:
        return (
            f"No labels that Tailor reads were found; {foreign[0][1]} looks like {foreign[0][0]}."
        )
    return f"{count(len(finds.pictures), 'picture')} and no label file were found."


def _remarks(facts: PictureFacts, name: str) -> list[Problem]:
    if facts.is_small:
        return [warn(
            "picture_small", name,
            f"{name} has {facts.width} × {facts.height} pixels; the trainer needs 10 on each side.",
            "It is kept, but not trained on.",
        )]  # fmt: skip
    if facts.conversion in ("", "copy"):
        return []
    return [note(
        "picture_converted", name, f"The trainer cannot use {name} as it is: {facts.why}.",
        "It gets a converted copy; the original is kept untouched.",
    )]  # fmt: skip


def _alike(classes: list[str]) -> Iterator[Problem]:
    """Class names that differ in little more than case, blanks or hyphens."""
    first: dict[str, str] = {}
    for name in classes:
        key = "".join(c for c in folded(name) if c.isalnum()) or folded(name)
        other = first.setdefault(key, name)
        if other != name:
            yield note(
                "classes_alike", "", f"The classes {other!r} and {name!r} have nearly one name.",
                "They stay two; give both the same name to merge them.",
            )  # fmt: skip


def read_all(
    sources: list[Path], room: Path, heed: Callable[[], None] = nothing_to_heed
) -> Reading:
    """Everything at once, for small sets, scripts and tests.

    Raises:
        AppError: There is nothing to read.
    """
    found = recognise(search(sources, room, heed=heed))
    pictures: list[SourcePicture] = []
    for picture, told in found.pictures():
        found.problems += told
        if picture is not None:
            pictures.append(picture)
    return Reading(
        found.format, found.why, found.task, tuple(found.classes), tuple(pictures),
        tuple(found.problems + found.closing_problems()),
    )  # fmt: skip
