"""Telling mask pictures from photographs, so that nobody trains on masks as if they were any."""

from components.data.names import folded, stem_of
from components.data.problems import count, note
from components.data.scan import Finds

_FOLDERS = {
    "masks", "mask", "segmentationclass", "segmentationobject", "segmentationclassaug",
    "annotations_mask", "panoptic", "gt_masks", "labels_mask", "trimaps",
}  # fmt: skip
_ENDINGS = ("_mask", "-mask", "_masks", "_segmentation", "_label_mask", "_gt", "_scribble")
_STARTS = ("mask_", "gt_")


def set_masks_aside(finds: Finds) -> None:
    """Move pictures that are masks of other pictures out of the way, with a word about it."""
    stems = {folded(stem_of(e.name)) for e in finds.pictures if not _may_be_mask(e.name)}
    masks = [e for e in finds.pictures if _may_be_mask(e.name) and _bare(e.name) & stems]
    if not masks:
        return
    among = {id(entry) for entry in masks}
    finds.pictures = [entry for entry in finds.pictures if id(entry) not in among]
    finds.masks = masks
    finds.problems.append(note(
        "masks", masks[0].name,
        f"{count(len(masks), 'picture')} such as {masks[0].name} "
        f"{'is a mask' if len(masks) == 1 else 'are masks'} of other pictures.",
        "They are not taken as pictures to train on.",
    ))  # fmt: skip


def _may_be_mask(name: str) -> bool:
    folder, _, _ = folded(name).rpartition("/")
    parts = folder.split("/")
    if any(part in _FOLDERS or part.startswith("panoptic_") for part in parts):
        return True
    stem = folded(stem_of(name))
    return stem.endswith(_ENDINGS) or "_mask_" in stem


def _bare(name: str) -> set[str]:
    """Stems that the masked picture may have."""
    stem = folded(stem_of(name))
    bare = {stem, stem.partition("_mask_")[0]}
    bare |= {stem.removesuffix(ending) for ending in _ENDINGS}
    bare |= {stem.removeprefix(start) for start in _STARTS}
    return bare
