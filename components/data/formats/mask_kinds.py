"""Masks of which a set has several for each picture, for different uses: one kind is enough."""

from collections.abc import Sequence

from components.data.formats.mask_classes import MaskClasses
from components.data.names import folded, stem_of
from components.data.unpack import Entry

# Endings of one tool's masks, the one that is read first.
_KINDS = ("_labelids", "_labeltrainids", "_instanceids", "_color")

_NOTHING = ("unlabeled", "ego vehicle", "rectification border", "out of roi", "static", "dynamic",
            "ground")  # fmt: skip
_NAMES = (
    "road", "sidewalk", "parking", "rail track", "building", "wall", "fence", "guard rail",
    "bridge", "tunnel", "pole", "polegroup", "traffic light", "traffic sign", "vegetation",
    "terrain", "sky", "person", "rider", "car", "truck", "bus", "caravan", "trailer", "train",
    "motorcycle", "bicycle",
)  # fmt: skip
# Source: the list of labels that Cityscapes publishes; no export holds it as a file.
CITYSCAPES = MaskClasses(
    "The list of Cityscapes",
    {
        **dict.fromkeys(range(len(_NOTHING)), "background"),
        **{number + len(_NOTHING): name for number, name in enumerate(_NAMES)},
    },
)


def is_cityscapes(masks: Sequence[Entry]) -> bool:
    """Whether masks hold the class numbers of Cityscapes."""
    return bool(masks) and all(_stem(entry).endswith("_labelids") for entry in masks)


def one_kind(masks: Sequence[Entry], *, by_colour: bool) -> Sequence[Entry]:
    """The masks without those that say the same once more in another way.

    Args:
        masks: All that were found.
        by_colour: Whether a class file names colours and nothing else.
    """
    for kind in _KINDS[-1:] if by_colour else _KINDS[:-1]:
        chosen = {_stem(e)[: -len(kind)] for e in masks if _stem(e).endswith(kind)}
        if chosen:
            others = [other for other in _KINDS if other != kind]
            return [
                e
                for e in masks
                if not any(
                    _stem(e).endswith(other) and _stem(e)[: -len(other)] in chosen
                    for other in others
                )
            ]
    return masks


def _stem(entry: Entry) -> str:
    return folded(stem_of(entry.name))
