"""What one COCO JSON says about pictures, not yet judged, kept in little memory.

Source: the COCO data format; deviations as Roboflow, Label Studio, CVAT and Datumaro write them.
"""

import re
from array import array
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from components.data.formats.description import RawLabel
from components.data.keypoints import KeypointScheme
from components.data.names import split_of_word
from components.data.numbered import Numbering, NumberSet
from components.data.records import Split
from components.data.spool import Grouped, Spool

Box = tuple[float, float, float, float]
# Category, box (None for none, () for one that cannot be read), polygons and keypoints as bytes
# of doubles, mask (counts, width, height), whether it is a crowd, its shape where our own export
# says it. Plain values, as they go on disk.
Packed = tuple[
    str, Box | tuple[()] | None, tuple[bytes, ...], bytes | None,
    tuple[str | bytes, float, float] | None, bool, str,
]  # fmt: skip
# Annotations of one image that are boxes and nothing else: their categories, and their boxes as
# bytes of doubles. Nearly all are so, and together they take a tenth of the time and the room.
Strip = tuple[tuple[str, ...], bytes]
_IMAGES_AT_HAND = 8_000  # 2 MB
_made: Callable[..., RawLabel] = tuple.__new__  # a named tuple in half the time


@dataclass(frozen=True, slots=True)
class Runs:
    """A mask as the lengths of its runs, compressed as text or not; sizes in pixels."""

    counts: "str | array[float]"
    width: float
    height: float


@dataclass(slots=True)
class CocoThing:
    """An entry of `annotations`; polygons and keypoints lie in arrays, 8 bytes a number."""

    category: str
    box: Box | tuple[()] | None
    polygons: tuple["array[float]", ...] = ()
    keypoints: "array[float] | None" = None
    mask: Runs | None = None
    is_crowd: bool = False
    shape: str = ""

    @classmethod
    def of(cls, packed: Packed) -> "CocoThing":
        """The thing that was packed."""
        category, box, polygons, keypoints, mask, is_crowd, shape = packed
        if not (polygons or keypoints or mask):
            return cls(category, box, (), None, None, is_crowd, shape)
        runs = None
        if mask is not None:
            counts = mask[0] if isinstance(mask[0], str) else array("d", mask[0])
            runs = Runs(counts, mask[1], mask[2])
        return cls(
            category, box, tuple(array("d", ring) for ring in polygons),
            None if keypoints is None else array("d", keypoints), runs, is_crowd,
            shape,
        )  # fmt: skip


class CocoImage(NamedTuple):
    """An entry of `images`: the number of its id, its name, width and height where it says them."""

    key: int
    reference: str
    size: tuple[float, float] | None


def annotations(piece: Packed | Strip) -> Iterator[Packed]:
    """The annotations of a strip one by one; of another piece, the one that it is."""
    if len(piece) != 2:
        yield piece
        return
    sides = iter(array("d", piece[1]))
    for category, *box in zip(piece[0], sides, sides, sides, sides, strict=False):
        yield category, (box[0], box[1], box[2], box[3]), (), None, None, False, ""


@dataclass(slots=True)
class CocoFile:
    """What one JSON holds. Images and things lie on the disk when they are many.

    Attributes:
        name: The file, as the user knows it.
        keys: The ids of images, numbered.
        images: In the order of the file.
        packed: Annotations by the number of their image's id, each `Packed` or many as a `Strip`.
        counts: How many annotations each of these ids has.
        categories: Category key to name, in the order of the ids.
        supers: Names that other categories give as their super-category.
        used: Categories of some annotation.
        total: All annotations.
        boxes: Annotations that say where something is.
        crowds: Those that are marked as crowds.
        broken: Rows that were no mappings or had no key.
        is_nameless: Whether no category says what its number means.
        points: What categories say of the points of their things.
        are_corners: Whether boxes are two corners, not a corner and a size.
        unlooked: Images, by the number of their id, of which it says that nobody labelled them.
    """

    name: str
    keys: Numbering = field(default_factory=Numbering)
    images: Spool = field(default_factory=lambda: Spool(_IMAGES_AT_HAND))
    packed: Grouped = field(default_factory=Grouped)
    counts: "array[int]" = field(default_factory=lambda: array("i"))
    categories: dict[str, str] = field(default_factory=dict)
    supers: set[str] = field(default_factory=set)
    used: set[str] = field(default_factory=set)
    total: int = 0
    boxes: int = 0
    crowds: int = 0
    broken: int = 0
    is_nameless: bool = False
    points: list[KeypointScheme] = field(default_factory=list)
    are_corners: bool = False
    unlooked: NumberSet = field(default_factory=NumberSet)

    @property
    def folder(self) -> str:
        """The JSON's folder."""
        return self.name.rpartition("/")[0]

    @property
    def split(self) -> Split | None:
        """The part that the JSON's own name stands for, as in instances_train2017.json."""
        stem = self.name.rpartition("/")[2].lower().removesuffix(".json")
        return split_of_word(re.sub(r"\.coco$|_annotations$|-annotations$", "", stem))

    @property
    def is_all_crowd(self) -> bool:
        """Whether nearly everything is marked as a crowd: then the tool marks masks so."""
        return self.crowds > 0.9 * self.total

    def used_names(self) -> set[str]:
        """Names of the categories that an annotation has.

        None of COCO's "stuff", which is what lies behind things: it is nobody's other classes.
        """
        if self.name.rpartition("/")[2].startswith("stuff_"):
            return set()
        return {name for key, name in self.categories.items() if key in self.used}

    def image(self, number: int) -> CocoImage:
        """An image by its place in the file."""
        return CocoImage(*self.images[number])

    def every_image(self) -> Iterator[CocoImage]:
        """The images in the order of the file."""
        return (self.image(number) for number in range(len(self.images)))

    def thing(self, packed: Packed) -> CocoThing:
        """An annotation, its box as a corner and a size."""
        thing = CocoThing.of(packed)
        if self.are_corners and thing.box:
            left, top, right, bottom = thing.box
            thing.box = (left, top, right - left, bottom - top)
        return thing

    def annotations(self, key: int) -> Iterator[Packed]:
        """Annotations of an image one by one, by the number of its id."""
        return (packed for piece in self.packed[key] for packed in annotations(piece))

    def labels(self, strip: Strip) -> list[RawLabel] | None:
        """Plain boxes as their labels, quickly; None when one must look closer."""
        if self.are_corners:
            return None
        names, sides = self.categories, iter(array("d", strip[1]))
        try:
            return [
                _made(RawLabel, (names[category], (x, y, x + width, y + height), "box", ()))
                for category, x, y, width, height in zip(strip[0], sides, sides, sides, sides)  # noqa: B905 - twice as quick
            ]
        except KeyError:  # of a category without a name
            return None

    def label(self, packed: Packed) -> RawLabel | None:
        """A plain box as its label, quickly, as nearly all are; None when one must look closer."""
        category, box, polygons, keypoints, mask, is_crowd, shape = packed
        name = self.categories.get(category)
        if not box or polygons or keypoints or mask or is_crowd or shape or name is None:
            return None
        left, top, right, bottom = box
        if not self.are_corners:
            right, bottom = left + right, top + bottom
        return RawLabel(name, (left, top, right, bottom))

    def has_things(self, key: int) -> bool:
        """Whether an image has any annotation, by the number of its id."""
        return key < len(self.counts) and self.counts[key] > 0


def classes_of(files: Iterable[CocoFile]) -> tuple[str, ...]:
    """Category names by id, without the unused head of the tree that Roboflow writes as id 0."""
    names: dict[str, None] = {}
    for coco in files:
        for key, name in coco.categories.items():
            if not (_is_head(coco, key) and key not in coco.used):
                names.setdefault(name)
    return tuple(names)


def _is_head(coco: CocoFile, key: str) -> bool:
    name = coco.categories[key]
    first = next(iter(coco.categories), None)
    return key == first and name in coco.supers and len(coco.categories) > 1
