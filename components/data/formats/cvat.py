"""CVAT for images and for video: one XML for all pictures, shapes in pixels.

Tags say something about whole pictures. They are labels only where nothing else is drawn; beside
boxes they are left aside, for a box as large as the picture would teach the wrong thing.
"""

from components.data.formats.cvat_file import CvatFile, read_file
from components.data.formats.cvat_frames import TOPIC
from components.data.formats.description import Description, RawLabel
from components.data.formats.pages import describe
from components.data.formats.texts import first_tag
from components.data.keypoints import best, scheme
from components.data.listing import of_ending
from components.data.matching import PictureIndex
from components.data.problems import count, warn
from components.data.records import Problem
from components.data.scan import Finds
from components.errors import LabelError

NAME = TOPIC
_WHOLE = (0.0, 0.0, 1.0, 1.0)


def find(finds: Finds, index: PictureIndex, told: list[Problem]) -> Description | None:
    """The CVAT files among what was found, or None when there are none."""
    files = _files(finds, index, told)
    if not files:
        return None
    has_shapes = any(file.things() for file in files)
    problems = [problem for file in files for problem in file.told]
    finds.questions += dict.fromkeys(one for file in files for one in file.asked)
    problems += _about_tags(files) if has_shapes else []
    for file in files:
        if has_shapes:
            _doubt_tagged(file)
        else:
            _use_tags(file)
    sheets = [file.sheet for file in files]
    made = describe(NAME, _why(files), _classes(files), sheets, index, problems)
    made.keypoints = best(
        scheme(0, points, skeleton=file.lines_of.get(name), first=1)
        for file in files for name, points in file.points_of.items()
    )  # fmt: skip
    made.task = "classify" if any(file.tags for file in files) and not has_shapes else "detect"
    return made


def _files(finds: Finds, index: PictureIndex, told: list[Problem]) -> list[CvatFile]:
    files = []
    for entry in of_ending(finds.texts, ".xml"):
        try:
            if first_tag(entry.place, entry.name) != "annotations":
                continue
            file = read_file(entry, index, finds.prefer)
        except LabelError as error:
            told.append(warn("xml_broken", entry.name, error.what, "It is left out."))
            continue
        if file.trouble:
            told.append(warn("xml_broken", entry.name, file.trouble,
                             "What stands before that is read."))  # fmt: skip
        if file.sheet.pages:
            files.append(file)
    return files


def _about_tags(files: list[CvatFile]) -> list[Problem]:
    tagged = sum(len(file.tags) for file in files)
    if not tagged:
        return []
    return [warn(
        "tags_left_out", next(file.sheet.name for file in files if file.tags),
        f"{count(tagged, 'picture')} {'has' if tagged == 1 else 'have'} tags beside the shapes "
        "that are drawn.", "The shapes are used; tags for whole pictures are left out.",
    )]  # fmt: skip


def _doubt_tagged(file: CvatFile) -> None:
    """A picture that has a tag but no shape is not one on which nothing is to be found."""
    for number in file.tags:
        page = file.sheet.pages[number]
        page.is_certain = page.is_certain and page.things > 0


def _use_tags(file: CvatFile) -> None:
    """Tags become labels of whole pictures; a picture without one was not looked at."""
    for number, page in enumerate(file.sheet.pages):
        page.unit, page.is_certain = "fraction", False
        for name in dict.fromkeys(file.tags.get(number, ())):
            page.add(RawLabel(name, _WHOLE, "whole"))


def _why(files: list[CvatFile]) -> str:
    shapes = sum(file.things() for file in files)
    tags = sum(map(len, (names for file in files for names in file.tags.values())))
    what = count(shapes, "shape") if tags == 0 or shapes > tags else count(tags, "tag")
    return (
        f"{count(len(files), 'XML file')} such as {files[0].sheet.name} "
        f"{'lists' if len(files) == 1 else 'list'} images with {what} as CVAT does."
    )


def _classes(files: list[CvatFile]) -> list[str]:
    """Names in the project's order, without a background that nothing was drawn of."""
    used = {name for file in files for page in file.sheet.pages for name in page.classes}
    names = [name for file in files for name in file.classes]
    return [name for name in names if name in used or name.casefold() != "background"]
