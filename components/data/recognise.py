"""From files to understood pictures: which description holds, and what it says of each picture.

Pictures come one at a time, so that a set of any size needs little memory.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from components.data.afar import settle_far
from components.data.clean import clean
from components.data.exported_splits import exported_splits
from components.data.formats.class_folders import NAME as FOLDER_NAME
from components.data.formats.description import Description, RawPicture
from components.data.formats.mask_background import TOPIC as MASK_PICTURES
from components.data.formats.registry import FOLDERS, FORMATS, MASKS
from components.data.formats.strangers import BESIDE, strangers
from components.data.joining import choices_of, joined, with_places
from components.data.keypoints import KeypointScheme, scheme
from components.data.masks_aside import set_masks_aside
from components.data.matching import PictureIndex
from components.data.pictures import PictureFacts, probe
from components.data.plain_boxes import tidy_class
from components.data.problems import count, note, warn
from components.data.questions import Question, chosen_format
from components.data.records import (
    Label,
    PictureState,
    Problem,
    Reading,
    SourcePicture,
    Split,
)
from components.data.remarks import (
    about_picture,
    about_strangers,
    alike_classes,
    no_picture,
    numbered_from_one,
    only_numbers,
    points_differ,
    whole_pictures,
    why_plain,
)
from components.data.scan import Finds, search
from components.data.submissions import set_submissions_aside
from components.data.unpack import nothing_to_heed
from components.errors import PictureError

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
        choices: Formats of which any may be taken for pictures that several describe.
        filled: How many pictures each format has labels for.
    """

    finds: Finds
    format: str
    why: str
    classes: dict[str, None]
    problems: list[Problem]
    description: Description | None
    splits: Mapping[int, Split]
    task: str = "detect"
    shapes: Counter[str] = field(default_factory=Counter)
    silent: int = 0
    first_silent: str = ""
    points: Counter[int] = field(default_factory=Counter)
    used: set[str] = field(default_factory=set)
    unknown: int = 0
    choices: tuple[str, ...] = ()
    filled: dict[str, int] = field(default_factory=dict)

    @property
    def questions(self) -> list[Question]:
        """What the formats that are read want to ask."""
        asking = FOLDER_NAME if self.description is None else self.format
        own = self.description.questions if self.description else []
        return [*own, *(one for one in self.finds.questions if one.form in asking)]

    @property
    def total(self) -> int:
        """Number of picture files."""
        return len(self.finds.pictures)

    @property
    def keypoints(self) -> KeypointScheme | None:
        """The points of each thing; without a file that names them, as many as most have."""
        said = self.description.keypoints if self.description else None
        usual = self.points.most_common(1)
        if said is not None and (not usual or len(said.names) >= usual[0][0]):
            return said if usual else None
        return scheme(usual[0][0]) if usual else None

    def pictures(self) -> Iterator[tuple[SourcePicture | None, list[Problem]]]:
        """Every picture in order of names with its problems; None for one that is unreadable."""
        for number, entry in enumerate(self.finds.pictures):
            told: list[Problem] = []
            path = entry.path
            try:
                facts = probe(path, entry.name)
            except PictureError as error:
                told.append(warn("picture_unreadable", entry.name, error.what,
                                 "It is left out, with its labels."))  # fmt: skip
                yield None, told
                continue
            state, labels = self._labels(number, facts, entry.name, told)
            if facts.is_small:
                state = PictureState.IGNORED
            told += about_picture(facts, entry.name)
            yield SourcePicture(
                path, entry.name, facts.width, facts.height, state,
                self.splits.get(number), tuple(labels),
            ), told  # fmt: skip

    def _labels(
        self, number: int, facts: PictureFacts, name: str, told: list[Problem]
    ) -> tuple[PictureState, Sequence[Label]]:
        if self.description is None or number not in self.description.described:
            return PictureState.UNLABELLED, []
        raw = self.description.read(number, told)
        # The sentence names the label file; the row belongs to the picture, to be found by it.
        if told:
            told[:] = [replace(problem, file=name) for problem in told]
            self.unknown += sum(problem.code == "unknown_class" for problem in told)
        labels = clean(raw, facts, name, told)
        for label in labels:
            if label.class_name not in self.used:
                self.classes.setdefault(label.class_name)
                self.used.add(label.class_name)
            if label.shape != "box":
                self.shapes[label.shape] += 1
                if label.shape == "keypoints":
                    self.points[len(label.points)] += 1
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
        self.silent += 1
        self.first_silent = self.first_silent or name
        return PictureState.EMPTY

    def closing_problems(self) -> list[Problem]:
        """What can be said once all pictures were read."""
        problems = [*alike_classes(list(self.classes)), *points_differ(self.points)]
        if not any(problem.code == "no_class_names" for problem in self.problems):
            problems += only_numbers(list(self.classes))
        if self.format == "YOLO":
            problems += numbered_from_one(list(self.classes), self.used, self.unknown)
        drawn = sum(number for shape, number in self.shapes.items() if shape in _SHAPES)
        if drawn:
            kinds = ", ".join(
                count(number, *_SHAPES[shape]) for shape, number in self.shapes.most_common()
                if shape in _SHAPES
            )  # fmt: skip
            problems.append(note(
                "shapes_as_boxes", "", f"{count(drawn, 'label')} "
                f"{'is' if drawn == 1 else 'are'} more than a box: {kinds}.",
                "They are kept as drawn. A model that finds things with boxes learns the box "
                "around each; other kinds of model learn from what was drawn.",
            ))  # fmt: skip
        if self.silent:
            problems.append(note(
                "empty_pictures", self.first_silent,
                f"{count(self.silent, 'picture')} "
                f"{'is' if self.silent == 1 else 'are'} described without any box.",
                "They count as looked at, with nothing to be found on them.",
            ))  # fmt: skip
        return problems


_SHAPES = {
    "polygon": ("outline (polygon)", "outlines (polygons)"),
    "rotated": ("with four corners (turned box)", "with four corners (turned boxes)"),
    "keypoints": ("with points (keypoints)", "with points (keypoints)"),
}  # fmt: skip


def recognise(finds: Finds, prefer: str = "") -> Recognised:
    """Understand what was found.

    Args:
        finds: The files.
        prefer: Names the format to take where several describe the same pictures; answers to
            questions, which it may hold as well, are in `finds.prefer`.

    Raises:
        DatasetError: There is no picture.
    """
    set_masks_aside(finds)
    set_submissions_aside(finds)
    prefer = chosen_format(prefer)
    problems = list(finds.problems)
    index = PictureIndex(finds.pictures, finds.prefer)
    found = [
        made for find in FORMATS.values() if (made := find(finds, index, problems)) is not None
    ]
    if not finds.pictures:
        raise no_picture(finds, found, problems)
    settle_far(found, finds.pictures)
    if any(one.filled for one in found) and (masks := MASKS(finds, index, problems)) is not None:
        found.append(masks)
    found.sort(key=lambda one: (
        one.format != prefer, one.format == MASK_PICTURES, -one.filled, -len(one.described)
    ))  # fmt: skip
    best = with_places(found, prefer) if found and found[0].described else None
    foreign = strangers(finds)
    if best is None or not best.filled:
        best = _last_resort(finds, index, found, foreign, problems) or best
    choices: tuple[str, ...] = ()
    if best is not None:
        problems += best.problems
        first, others = best, [one for one in found if one is not best]
        best = joined(best, others, finds.pictures, problems, is_asked=best.format == prefer)
        choices = choices_of(first, others, best)
    else:
        problems += [problem for one in found for problem in one.problems]
    foreign = strangers(finds)
    if best is not None or not found:
        problems += about_strangers(finds, foreign, best)
    splits = exported_splits(finds, index, best.splits if best else {}, problems)
    if best is None:
        return Recognised(
            finds, PLAIN, why_plain(finds, foreign, found), {}, problems, None, splits
        )
    classes = dict.fromkeys(name for raw in best.classes if (name := tidy_class(raw)))
    if best.task == "classify":
        problems.append(whole_pictures(tuple(classes)))
    return Recognised(
        finds, best.format, best.why, classes, problems, best, splits, task=best.task,
        choices=choices, filled={one.format: one.filled for one in found},
    )  # fmt: skip


def _last_resort(
    finds: Finds,
    index: PictureIndex,
    found: list[Description],
    foreign: list[tuple[str, str]],
    problems: list[Problem],
) -> Description | None:
    """What masks or folders say, where no label file says anything; it joins `found`."""
    made = MASKS(finds, index, problems)
    if made is None and not found and all(kind in BESIDE for kind, _ in foreign):
        made = FOLDERS(finds, index, problems)
    if made is not None:
        found.append(made)
    return made


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
        tuple(found.problems + found.closing_problems()), found.keypoints,
    )  # fmt: skip
