"""COCO JSON: pictures, categories and annotations in one file, or in one per part of the set."""

from dataclasses import dataclass, field

from components.data.formats.coco_corners import mend_corners
from components.data.formats.coco_file import CocoFile, CocoImage, CocoThing, read_file
from components.data.formats.coco_labels import label_of
from components.data.formats.description import Description, RawPicture
from components.data.formats.json_kinds import COCO, kind_of
from components.data.keypoints import best
from components.data.listing import of_ending
from components.data.matching import PictureIndex, Reference
from components.data.names import split_of_folder
from components.data.problems import count, note, warn
from components.data.records import Problem, Split
from components.data.scan import Finds
from components.errors import LabelError

NAME = "COCO JSON"


@dataclass(slots=True)
class _Set:
    """Which file and which image a picture is described by."""

    image_of: dict[int, tuple[CocoFile, list[CocoImage]]] = field(default_factory=dict)
    splits: dict[int, Split] = field(default_factory=dict)
    used: list[CocoFile] = field(default_factory=list)


def find(finds: Finds, index: PictureIndex, told: list[Problem]) -> Description | None:
    """The COCO files among what was found, or None when there are none."""
    problems: list[Problem] = []
    files = _files(finds, told)
    boxed = [coco for coco in files if coco.boxes()]  # not captions, not bare lists of pictures
    if not boxed:
        return None
    problems += [problem for coco in boxed for problem in mend_corners(coco)]
    whole = _Set()
    # The file with most boxes speaks first: instances before captions, stuff and keypoints.
    for coco in sorted(boxed, key=lambda one: -one.boxes()):
        _claim(whole, coco, index, problems)
    filled = sum(
        any(image.key in coco.things for image in images)
        for coco, images in whole.image_of.values()
    )
    problems += _broken(whole.used)
    return Description(
        NAME, _why(whole, boxed), _classes(whole.used), filled, frozenset(whole.image_of),
        lambda picture, told: _read(whole, picture, told), whole.splits, problems,
        keypoints=best(one for coco in whole.used for one in coco.points),
    )  # fmt: skip


def _files(finds: Finds, problems: list[Problem]) -> list[CocoFile]:
    files = []
    for entry in of_ending(finds.texts, ".json"):
        if kind_of(entry, finds.kinds) not in ("", COCO):  # another's: no need to open it again
            continue
        try:
            coco = read_file(entry)
        except LabelError as error:
            problems.append(warn("json_broken", entry.name, error.what, "It is left out."))
            continue
        if coco is not None:
            files.append(coco)
    return files


def _claim(whole: _Set, coco: CocoFile, index: PictureIndex, problems: list[Problem]) -> None:
    """Give the file those pictures that no file before it described."""
    split = coco.split or split_of_folder(coco.folder)
    images: dict[str, list[CocoImage]] = {}
    for image in coco.images:  # some files list a picture once per annotator
        images.setdefault(image.reference, []).append(image)
    listed = list(images.values())
    matches = index.match([Reference((one[0].reference,), coco.folder, split) for one in listed])
    twice = [p for p in matches.picture_of.values() if p in whole.image_of]
    for number, picture in matches.picture_of.items():
        if picture not in whole.image_of:
            whole.image_of[picture] = (coco, listed[number])
            if coco.split is not None:
                whole.splits[picture] = coco.split
    if twice:
        first = whole.image_of[twice[0]][0].name
        problems.append(warn(
            "described_twice", coco.name,
            f"{coco.name} describes {count(len(twice), 'picture')} that {first} describes too.",
            f"Only {first}, which has more boxes, is used for them.",
        ))  # fmt: skip
    if len(twice) < len(matches.picture_of) or (not twice and coco.boxes()):
        whole.used.append(coco)
        problems += _missing(coco, listed, matches.missing, matches.ambiguous)


def _missing(
    coco: CocoFile, listed: list[list[CocoImage]], missing: list[int], ambiguous: list[int]
) -> list[Problem]:
    problems = [
        warn(
            "label_without_picture", listed[number][0].reference,
            f"{coco.name} describes {listed[number][0].reference}, which is not there.",
            "Its labels are left out.",
        )
        for number in missing
    ]  # fmt: skip
    return problems + [
        warn(
            "label_ambiguous", listed[number][0].reference,
            f"{listed[number][0].reference} in {coco.name} could mean several pictures.",
            "Its labels are left out.",
        )
        for number in ambiguous
    ]  # fmt: skip


def _broken(files: list[CocoFile]) -> list[Problem]:
    problems = []
    for coco in files:
        if coco.is_nameless:
            problems.append(warn(
                "no_class_names", coco.name, f"{coco.name} does not say what its classes are "
                "called.", 'They are called "class 1" and so on; you can rename them here.',
            ))  # fmt: skip
        if coco.broken:
            problems.append(warn(
                "row_unreadable", coco.name,
                f"{count(coco.broken, 'entry', 'entries')} in {coco.name} "
                f"{'has' if coco.broken == 1 else 'have'} no name or number to go by.",
                "They are left out.",
            ))  # fmt: skip
        known = {image.key for image in coco.images}
        lost = sum(len(things) for key, things in coco.things.items() if key not in known)
        if lost:
            problems.append(warn(
                "label_without_picture", coco.name,
                f"{count(lost, 'label')} in {coco.name} "
                f"{'belongs' if lost == 1 else 'belong'} to no picture that it lists.",
                "They are left out.",
            ))  # fmt: skip
    return problems


def _why(whole: _Set, files: list[CocoFile]) -> str:
    used = whole.used or files
    boxes = sum(coco.boxes() for coco in used)
    return (
        f"{count(len(used), 'JSON file')} such as {used[0].name} "
        f"{'lists' if len(used) == 1 else 'list'} images, categories and "
        f"{count(boxes, 'annotation')} as COCO does."
    )


def _classes(files: list[CocoFile]) -> tuple[str, ...]:
    """Category names by id, without the unused head of the tree that Roboflow writes as id 0."""
    names: dict[str, None] = {}
    for coco in files:
        used = {thing.category for things in coco.things.values() for thing in things}
        for key, name in coco.categories.items():
            if not (_is_head(coco, key) and key not in used):
                names.setdefault(name)
    return tuple(names)


def _is_head(coco: CocoFile, key: str) -> bool:
    name = coco.categories[key]
    first = next(iter(coco.categories), None)
    return key == first and name in coco.supers and len(coco.categories) > 1


def _read(whole: _Set, picture: int, told: list[Problem]) -> RawPicture:
    coco, images = whole.image_of[picture]
    raw = RawPicture(coco.name, "pixels", images[0].size)
    raw.is_certain = bool(coco.things)
    crowds = 0
    for thing in (thing for image in images for thing in coco.things.get(image.key, ())):
        if thing.is_crowd and not coco.is_all_crowd:
            crowds += 1
        else:
            _add(raw, thing, coco, images[0].reference, told)
    if crowds:
        raw.lost += 0 if raw.labels else 1
        told.append(note(
            "crowd", images[0].reference,
            f"{images[0].reference} has {count(crowds, 'area')} marked as a crowd, not single "
            "things.", "They are left out, as the trainer does.",
        ))  # fmt: skip
    return raw


def _add(
    raw: RawPicture, thing: CocoThing, coco: CocoFile, reference: str, told: list[Problem]
) -> None:
    """One annotation as a label, or what is wrong with it."""
    code, what = "row_unreadable", f"A label of {reference} in {coco.name} says nowhere where it is"
    if thing.category not in coco.categories:
        code = "unknown_class"
        what = (
            f"A label of {reference} has the category {thing.category}, which {coco.name} does "
            "not name"
        )
    elif thing.box == () and not (thing.polygons or thing.mask):
        what = f"A box of {reference} in {coco.name} is not four numbers"
    else:
        try:
            label = label_of(thing, coco.categories[thing.category])
        except LabelError as error:
            label, what = None, f"A mask of {reference} cannot be read. {error.what.rstrip('.')}"
        if label is not None:
            raw.labels.append(label)
            return
    raw.lost += 1
    told.append(warn(code, reference, f"{what}.", "It is left out."))
