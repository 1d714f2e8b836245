"""Which cell of the grid learns which box (task-aligned assignment), without the empty pairs.

Reason: Ultralytics compares every labelled box with every cell of the grid in tables of boxes
times cells, a dozen of them for each of two heads; nearly all of it is zero, since only cells
inside a box can learn it. Here only those pairs are listed. Gain, processor time
of the loss per picture of 320 px: 29 to 5 ms on cells under the microscope (150 boxes in a collage;
a third of a step), 4.5 to 2.0 on blood cells (25 boxes), nothing on apples (4).
Check: test_assigning holds both to the same targets. One thing differs: where fewer cells than
wanted overlap a box at all, Ultralytics fills up with cells of zero quality, in no fixed order;
their weight in the loss is zero, and here they are left out.
"""

from functools import cache
from typing import Any

_HEADS = ("one2many", "one2one")
NARROW = 64  # cells in a box, up to which boxes are ranked together: wide rows cost padding


def assign_sparsely(model: Any) -> None:
    """Let a model's loss assign by pairs; a loss of another kind is left as it is.

    Args:
        model: An Ultralytics model with its training arguments attached.
    """
    if getattr(model, "criterion", None) is None:
        model.criterion = model.init_criterion()
    shared = Candidates()
    for loss in (model.criterion, *(getattr(model.criterion, name, None) for name in _HEADS)):
        assigner: Any = getattr(loss, "assigner", None)
        kind: Any = type(assigner)
        if _assigns_as_usual(kind):
            assigner.__class__ = sparse_assigner(kind)
            assigner.candidates = shared


@cache
def sparse_assigner(assigner_class: Any) -> Any:
    """One of Ultralytics' assigners behind `ByPairs`."""
    place = {"__module__": __name__}
    return type(f"Sparse{assigner_class.__name__}", (ByPairs, assigner_class), place)


def _assigns_as_usual(kind: Any) -> bool:
    """Whether it differs from Ultralytics' first assigner only in what a candidate is."""
    from ultralytics.utils.tal import TaskAlignedAssigner as Usual

    same = ("_forward", "get_pos_mask", "get_box_metrics", "select_topk_candidates",
            "select_highest_overlaps", "get_targets")  # fmt: skip
    return issubclass(kind, Usual) and all(getattr(kind, n) is getattr(Usual, n) for n in same)


class Candidates:
    """The pairs of the last batch: both heads learn from the same boxes."""

    _key: tuple[Any, ...] = ()
    _pairs: tuple[Any, Any, Any] | None = None

    def pairs(self, assigner: Any, anc_points: Any, gt_bboxes: Any, mask_gt: Any) -> Any:
        """Picture, box and cell (P,) of each pair, in this order."""
        import torch

        key = (anc_points, gt_bboxes, mask_gt)
        if self._pairs is None or not all(map(torch.equal, key, self._key)):
            inside = assigner.select_candidates_in_gts(anc_points, gt_bboxes, mask_gt)
            self._pairs = (inside & mask_gt.bool()).nonzero(as_tuple=True)
            self._key = key
        return self._pairs


class ByPairs:
    """Overrides `_forward` alone: what is a candidate, how good it is, stays Ultralytics'.

    Shapes: B pictures, N boxes at most in one, A cells, P pairs of a box and a cell inside it.
    """

    candidates: Candidates

    def _forward(
        self, pd_scores: Any, pd_bboxes: Any, anc_points: Any, gt_labels: Any, gt_bboxes: Any,
        mask_gt: Any, **extra: Any,
    ) -> tuple[Any, ...]:  # fmt: skip
        """Targets of each cell: labels, boxes (B, A, 4), scores (B, A, classes), yes/no, box."""
        import torch

        mine: Any = self
        cells, boxes = pd_bboxes.shape[1], gt_bboxes.shape[1]
        picture, box, cell = self.candidates.pairs(mine, anc_points, gt_bboxes, mask_gt)
        row, place = picture * boxes + box, picture * cells + cell
        sure = pd_scores[picture, cell, gt_labels[picture, box, 0].long()]
        overlap = mine.pair_overlaps((picture, box, cell), gt_bboxes, pd_bboxes, **extra)
        quality = sure.pow(mine.alpha) * overlap.pow(mine.beta)

        rows, places = len(gt_bboxes) * boxes, len(gt_bboxes) * cells
        chosen = _best_of_each(quality, row, rows, mine.topk)
        chosen = _one_box_each(chosen, overlap, place, places)
        if mine.topk2 != mine.topk:
            chosen &= _best_of_each(quality * chosen, row, rows, mine.topk2)
        kept = chosen.nonzero().squeeze(1)
        score = _scaled(quality[kept], overlap[kept], row[kept], rows, mine.eps)

        flags = torch.zeros(places, dtype=torch.bool, device=row.device)
        target = torch.zeros(places, dtype=torch.long, device=row.device)
        flags[place[kept]], target[place[kept]] = True, box[kept]
        target, flags = target.view(-1, cells), flags.view(-1, cells)
        first = torch.arange(len(target), device=row.device)[:, None] * boxes
        labels = gt_labels.long().flatten()[target + first].clamp_(0)
        scores = torch.zeros(places, mine.num_classes, dtype=score.dtype, device=row.device)
        scores[place[kept], labels.flatten()[place[kept]]] = score
        return (
            labels, gt_bboxes.view(-1, gt_bboxes.shape[-1])[target + first],
            scores.view(len(target), cells, -1), flags, target,
        )  # fmt: skip


def _best_of_each(quality: Any, row: Any, rows: int, most: int) -> Any:
    """(P,) whether a pair is among the `most` best of its row and better than nothing.

    Args:
        quality: (P,), at least 0.
        row: (P,), sorted.
        rows: How many there are.
        most: Pairs to keep of each row.
    """
    import torch

    chosen = quality > 0
    length = torch.bincount(row, minlength=rows)
    start = length.cumsum(0) - length
    mine = length[row]
    rank = torch.arange(len(row), device=row.device) - start[row]
    for low, high in ((most, NARROW), (max(most, NARROW), int(length.max()) if rows else 0)):
        group = ((mine > low) & (mine <= high)).nonzero().squeeze(1)
        if not len(group):
            continue
        names, slot = row[group].unique_consecutive(return_inverse=True)
        table = quality.new_full((len(names), int(length[names].max())), -1)
        table[slot, rank[group]] = quality[group]
        best = torch.zeros(table.shape, dtype=torch.bool, device=row.device)
        best.scatter_(1, table.topk(most, dim=1).indices, True)
        chosen[group] &= best[slot, rank[group]]
    return chosen


def _one_box_each(chosen: Any, overlap: Any, place: Any, places: int) -> Any:
    """(P,) the same, but a cell chosen by several boxes learns the one it overlaps most.

    As in Ultralytics that may be a box which did not choose it.
    """
    import torch

    votes = torch.zeros(places, dtype=torch.int32, device=place.device)
    votes.scatter_add_(0, place, chosen.int())
    several = (votes > 1)[place].nonzero().squeeze(1)
    if not len(several):
        return chosen
    where, lap = place[several], overlap[several]
    most = overlap.new_zeros(places).scatter_reduce_(0, where, lap, "amax")
    order = torch.arange(len(several), device=place.device)
    late = torch.full_like(order, len(several))
    order = torch.where(lap == most[where], order, late)
    first = order.new_full((places,), len(several)).scatter_reduce_(0, where, order, "amin")
    chosen = chosen.clone()
    chosen[several] = order == first[where]
    chosen[several] &= order < late
    return chosen


def _scaled(quality: Any, overlap: Any, row: Any, rows: int, least: float) -> Any:
    """What each chosen cell should score: its quality, scaled to the best overlap of its box."""
    best = quality.new_zeros(rows).scatter_reduce_(0, row, quality, "amax")
    lap = overlap.new_zeros(rows).scatter_reduce_(0, row, overlap, "amax")
    return quality * lap[row] / (best[row] + least)
