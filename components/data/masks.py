"""Telling masks by their names and folders, and the picture that each belongs to."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache

from components.data.names import folded, stem_of
from components.data.numbered import Fingerprints, NumberSet
from components.data.scan import Finds
from components.data.unpack import Entry

_FOLDERS = {
    "masks", "mask", "segmentationclass", "segmentationobject", "segmentationclassaug",
    "annotations_mask", "panoptic", "gt_masks", "labels_mask", "trimaps", "groundtruth",
    "ground_truth", "masks_machine", "masks_human", "gt", "annotated_masks", "label_masks",
    "segmentationclasspng", "segmentationobjectpng", "segmentationclassvisualization",
    "segmentationobjectvisualization", "segmentation", "segmentations", "segmentation_masks",
    "binary_masks", "labels_png", "stuffthingmaps",
}  # fmt: skip
# Folders that hold masks in some sets and text files in others: only PNG of few colours count.
_MAYBE_FOLDERS = {"labels", "label", "annotations", "annotation", "anns"}
# train_labels beside train, as CamVid and Carvana have it.
_OF_PART = re.compile(r"(?:train(?:ing)?|val(?:id(?:ation)?)?|test(?:ing)?)[_-]?"
                      r"(?:masks?|labels?|annot(?:ations?)?|gt|seg)|(?:masks?|labels?)[_-]?"
                      r"(?:train(?:ing)?|val(?:id(?:ation)?)?|test(?:ing)?)"
                      r"|\w{2,}annot")  # fmt: skip
_ENDINGS = (
    "_mask", "-mask", ".mask", "_cp_masks", "_masks", "_segmentation", "_seg", "_label_mask", "_gt",
    "_scribble", "_labelids", "_gtfine_labelids", "_gtfine_instanceids", "_gtfine_color",
    "_gtcoarse_labelids", "_gtcoarse_instanceids", "_gtcoarse_color", "_labeltrainids",
)  # fmt: skip
_SAYS_MASK = re.compile(r"mask|seg|_gt|^gt_|scribble|labelids|instanceids|_color|trainids|task-")
# Say so only in a folder of masks, or where the picture shows it (`paired_masks`).
ENDINGS_THERE = (
    "_l", "_label", "_labels", "-label", "-labels", "_lbl", "_annotation", "-annotation", "_anno",
    "-gt", "_groundtruth", "_ground_truth", "-groundtruth", "-seg", "-segmentation", "_bw",
    "_trimap",
)  # fmt: skip
_PICTURES = {"images", "image", "imgs", "img", "jpegimages", "pictures", "photos"}
_STARTS_ALWAYS = ("mask_", "gt_", "mask-")
STARTS_THERE = ("label_", "label-", "seg_", "segmentation_")  # as `ENDINGS_THERE`
# What stands in a picture's name where its mask's says "mask".
_PICTURE_STARTS = ("image_", "img_", "sat_", "image-", "img-")
_PICTURE_ENDS = ("_sat", "_image", "_img", "_rgb", "-image", "-img")
# What Label Studio writes as PNG for each stroke of its brush; it names no picture.
_BRUSH = re.compile(r"task-\d+-annotation-\d+-by-.*-\d+")


def named_masks(finds: Finds) -> NumberSet:
    """Which of the pictures are masks of others by their names or folders."""
    maybe = NumberSet(n for n, entry in enumerate(finds.pictures) if may_be_mask(entry))
    return _masks_among(finds, maybe) if maybe else maybe


def _masks_among(finds: Finds, maybe: NumberSet) -> NumberSet:
    """Those of the pictures that may be masks of which the picture is there."""
    stems = Fingerprints()
    for number, entry in enumerate(finds.pictures):
        if number not in maybe:
            stems.add(folded(stem_of(entry.name)))
    alone = _alone_in_their_folders(finds, maybe)

    def is_mask(name: str) -> bool:
        return (
            any(stem in stems for stem in bare_stems(name)) or _is_brush(name)
            or _case_of(name) in alone or any(stem in stems for stem, _ in tails(name))
            or _is_exploded(name)
        )  # fmt: skip

    def is_numbered(name: str) -> bool:
        return any(stem in stems for stem, _ in tails(name, numbered=True))

    def those(are_so: Callable[[str], bool]) -> NumberSet:
        return NumberSet(
            n for n, entry in enumerate(finds.pictures) if n in maybe and are_so(entry.name)
        )

    return those(is_mask) or those(is_numbered)  # one mask for each thing: masks/a_0.png


def _alone_in_their_folders(finds: Finds, maybe: NumberSet) -> set[str]:
    """Folders with one picture in `images` and its masks in `masks`, under names of their own."""
    pictures: Counter[str] = Counter()
    for number, entry in enumerate(finds.pictures):
        if number not in maybe and (case := _case_of(entry.name)):
            pictures[case] += 1
    return {case for case, number in pictures.items() if number == 1}


def _case_of(name: str) -> str:
    """The folder above `images` and `masks`; "" when a picture does not lie so."""
    parts = folded(name).split("/")
    is_case = len(parts) > 2 and (parts[-2] in _PICTURES or parts[-2] in _FOLDERS)
    return "/".join(parts[:-2]) if is_case else ""


def case_pictures(pictures: Iterable[Entry]) -> dict[str, str]:
    """Folder of a case to the name of its only picture."""
    found: dict[str, list[str]] = defaultdict(list)
    for entry in pictures:
        if case := _case_of(entry.name):
            found[case].append(entry.name)
    return {case: names[0] for case, names in found.items() if len(names) == 1}


def picture_of_case(name: str, cases: Mapping[str, str]) -> str:
    """The only picture of the case that a mask lies in; "" when there is none."""
    return cases.get(_case_of(name), "")


def is_mask_folder(part: str) -> bool:
    """Whether a folder of this name holds masks."""
    name = folded(part)
    return (
        name in _FOLDERS or name in _MAYBE_FOLDERS or name.startswith(("panoptic_", "stuff_"))
        or _OF_PART.fullmatch(name) is not None
    )  # fmt: skip


def _is_brush(name: str) -> bool:
    return _BRUSH.fullmatch(folded(stem_of(name))) is not None


def _is_exploded(name: str) -> bool:
    """Whether it is what LabelMe makes of a file: a_json/label.png beside a_json/img.png."""
    folder, _, last = folded(name).rpartition("/")
    return folder.endswith("_json") and last in ("label.png", "label_viz.png")


def exploded_picture(name: str) -> str:
    """The picture beside such a mask; "" of other masks."""
    is_mask = _is_exploded(name) and folded(name).endswith("/label.png")
    return f"{name.rpartition('/')[0]}/img.png" if is_mask else ""


def may_be_mask(entry: Entry) -> bool:
    """Whether its name or folder says that it is a mask."""
    folder, _, last = folded(entry.name).rpartition("/")
    if said := _said_of_masks(folder):
        return said == "masks" or last.endswith((".png", ".bmp", ".tif", ".tiff", ".gif"))
    if _is_exploded(entry.name):
        return True
    if not _SAYS_MASK.search(last):  # as nearly all
        return False
    stem = stem_of(last)
    return (
        stem.endswith(_ENDINGS) or "_mask_" in stem
        or stem.startswith(_STARTS_ALWAYS) or (stem.startswith("task-") and _is_brush(entry.name))
    )  # fmt: skip


@lru_cache(maxsize=1024)
def _said_of_masks(folder: str) -> str:
    """What a folder's name says of what is in it: "masks", "maybe" or nothing."""
    parts = folder.split("/")
    below = next((n for n in range(len(parts), 0, -1) if parts[n - 1] in _PICTURES), 0)
    parts = parts[below:]  # segmentation/images/a.jpg is a picture
    if any(part in _FOLDERS or part.startswith(("panoptic_", "stuff_")) for part in parts):
        return "masks"
    maybe = (part in _MAYBE_FOLDERS or _OF_PART.fullmatch(part) for part in parts[-2:])
    return "maybe" if any(maybe) else ""


def tails(name: str, *, numbered: bool = False) -> list[tuple[str, str]]:
    """What a picture's stem and the word behind it may be, in a folder of masks, longest first.

    A folder of its own below it may be called like the picture as well; then there is no word.

    Args:
        name: The mask.
        numbered: Whether a number may stand behind the stem, too. It is as often a part of it.

    >>> tails("masks/a_1_cat.png")
    [('a_1', 'cat')]
    """
    folder = folded(name).rpartition("/")[0]
    if _said_of_masks(folder) != "masks":
        return []
    stem = stem_of(name)
    before = r"[-_. ](?=\d+$)" if numbered else r"[-_. ](?=[^\W\d_])"
    cuts = [found.start() for found in re.finditer(before, stem)]
    made = [(folded(stem[:cut]), stem[cut + 1 :]) for cut in reversed(cuts) if cut]
    own = folder.rpartition("/")[2]
    return made if is_mask_folder(own) else [*made, (own, "")]


def bare_stems(name: str) -> set[str]:
    """Stems that the masked picture may have."""
    stem = folded(stem_of(name))
    bare = {stem, stem.partition("_mask_")[0]}
    bare |= {stem.removesuffix(ending) for ending in (*_ENDINGS, *ENDINGS_THERE)}
    bare |= {stem.removeprefix(start) for start in (*_STARTS_ALWAYS, *STARTS_THERE)}
    renamed = bare - {stem}  # image_1.jpg and mask_1.png, 1_sat.jpg and 1_mask.png
    bare |= {f"{start}{one}" for one in renamed for start in _PICTURE_STARTS}
    bare |= {f"{one}{end}" for one in renamed for end in _PICTURE_ENDS}
    if "_gtfine_" in stem or "_gtcoarse_" in stem:  # Cityscapes
        bare |= {f"{one}_leftimg8bit" for one in tuple(bare)}
    return bare
