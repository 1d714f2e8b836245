"""COCO JSON that sorts pictures: annotations with a category and nothing that says where.

Source: the sets of iNaturalist and COCO Camera Traps.
"""

from collections.abc import Sequence

from components.data.formats.coco_file import CocoFile, CocoImage, annotations
from components.data.formats.description import RawLabel, RawPicture
from components.data.formats.page_remarks import several_classes
from components.data.records import Problem

_WHOLE = (0.0, 0.0, 1.0, 1.0)


def sorts_pictures(coco: CocoFile) -> bool:
    """Whether annotations name classes of whole pictures; those of captions have no category."""
    return not coco.boxes and not coco.is_nameless and bool(coco.used & coco.categories.keys())


def read_whole(coco: CocoFile, images: Sequence[CocoImage]) -> RawPicture:
    """The classes of a picture."""
    raw = RawPicture(coco.name, "fraction", images[0].size)
    raw.is_certain = False
    raw.labels = [RawLabel(name, _WHOLE, "whole") for name in _names(coco, images)]
    return raw


def about_several(files: Sequence[CocoFile]) -> list[Problem]:
    """What is told of each file in which pictures have several classes."""
    problems = []
    for coco in files:
        several = [image for image in coco.images
                   if image[0] < len(coco.counts) and coco.counts[image[0]] > 1]  # fmt: skip
        number = sum(len(_names(coco, [CocoImage(*image)])) > 1 for image in several)
        problems += several_classes(number, coco.name)
    return problems


def _names(coco: CocoFile, images: Sequence[CocoImage]) -> list[str]:
    """The classes that some images have, each once."""
    names = dict.fromkeys(
        coco.categories.get(packed[0], "")
        for image in images for piece in coco.packed[image.key] for packed in annotations(piece)
    )  # fmt: skip
    return [name for name in names if name]
