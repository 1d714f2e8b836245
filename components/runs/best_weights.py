"""The best weights, and the best before them until these are known to be whole.

`best.json` notes the SHA-256, the epoch and the fitness of both. Where `best.pt` turns out to be
damaged, the best before takes its place and the trainer is told what it has to be better than.
"""

import shutil
from pathlib import Path
from typing import Any

from components.runs import checkpoints


def publish(best: Path, epoch: int, fitness: float | None) -> None:
    """Put what was written beside in the place of the best weights; those before are kept.

    Args:
        best: `best.pt`.
        epoch: After which they were learned, from 1.
        fitness: How good they are, by the trainer's own measure.
    """
    new = checkpoints.beside(best)
    facts = {"sha256": checkpoints.sha256(new), "bytes": new.stat().st_size, "epoch": epoch,
             "fitness": fitness}  # fmt: skip
    checkpoints.note(best, facts)
    checkpoints.publish(best, keep_previous=True)


def publish_smaller(best: Path) -> None:
    """The same weights without what only training needs, written beside."""
    known = facts_of(best) or {}
    publish(best, int(known.get("epoch", 0)), known.get("fitness"))


def keep_copy(best: Path) -> None:
    """A true copy as the best before, for a trainer that is about to write into `best.pt`."""
    old = checkpoints.previous(best)
    shutil.copyfile(best, checkpoints.beside(old))
    checkpoints.publish(old)


def note_again(best: Path) -> None:
    """Note what stands in `best.pt` now, after a trainer wrote into it; see it onto the disk."""
    known = (checkpoints.notes(best) or [{}])[0]
    checkpoints.sync(best)
    facts = {"sha256": checkpoints.sha256(best), "bytes": best.stat().st_size}
    checkpoints.note(best, {"epoch": 0, "fitness": None, **known, **facts})


def is_whole(best: Path) -> bool:
    """Whether the best weights are there and undamaged."""
    noted = checkpoints.notes(best)
    if noted:
        return checkpoints.note_of(best, noted) is not None
    return checkpoints.is_sound(best)


def facts_of(best: Path) -> dict[str, Any] | None:
    """What was noted of the weights that stand there now; None when nothing fits."""
    return checkpoints.note_of(best, checkpoints.notes(best))


def mend(best: Path) -> str:
    """Let the best before stand in for best weights that are damaged or gone.

    Returns:
        What was done, a sentence for the story; empty when nothing was wrong.
    """
    if is_whole(best):
        return ""
    old = checkpoints.previous(best)
    known = checkpoints.note_of(old, checkpoints.notes(best))
    if known is None:
        best.unlink(missing_ok=True)
        return "The best weights were damaged; the best from here on are kept."
    shutil.copyfile(old, checkpoints.beside(best))
    checkpoints.publish(best)
    return (
        f"The best weights were damaged; those of epoch {known['epoch']}, the best before, "
        "take their place."
    )
