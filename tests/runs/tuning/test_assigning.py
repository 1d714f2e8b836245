"""Assigning by pairs against Ultralytics' tables: the same targets, to the last digit."""

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]
SIDE, CLASSES, PICTURES = 160, 3, 4


@pytest.fixture
def assigners(workspace):
    from components.ultralytics_quiet import quiet_here

    quiet_here()
    from ultralytics.utils.tal import TaskAlignedAssigner

    from components.runs.tuning.assigning import Candidates, sparse_assigner

    def both(topk, topk2):
        made = [
            kind(topk=topk, topk2=topk2, num_classes=CLASSES, alpha=0.5, stride=[8, 16, 32])
            for kind in (TaskAlignedAssigner, sparse_assigner(TaskAlignedAssigner))
        ]
        made[1].candidates = Candidates()
        return made

    return both


def drawn(seed, boxes, largest):
    """Boxes and predictions near them, as a model that has learned something would make."""
    import torch

    dice = torch.Generator().manual_seed(seed)

    def rand(*shape):
        return torch.rand(*shape, generator=dice)

    cells = torch.cat(
        [
            torch.stack(torch.meshgrid(*[torch.arange(SIDE // s) * s + s / 2] * 2, indexing="ij"))
            .flip(0).flatten(1).T
            for s in (8, 16, 32)
        ]
    )  # fmt: skip
    sides = 4 + rand(PICTURES, boxes, 2) * largest
    corners = rand(PICTURES, boxes, 2) * (SIDE - sides).clamp(min=1)
    gt = torch.cat([corners, corners + sides], -1)
    there = torch.ones(PICTURES, boxes, 1)
    there[1, boxes // 2 :] = 0  # pictures have different numbers of boxes, one has none
    there[2] = 0
    gt = gt * there
    nearest = torch.cdist(cells.expand(PICTURES, -1, -1), (gt[..., :2] + gt[..., 2:]) / 2).argmin(2)
    seen = torch.take_along_dim(gt, nearest[..., None], 1) + 6 * rand(PICTURES, len(cells), 4)
    labels = (rand(PICTURES, boxes, 1) * CLASSES).floor()
    scores = rand(PICTURES, len(cells), CLASSES)
    return scores, seen, cells, labels, gt, there


@pytest.mark.parametrize(("topk", "topk2"), [(10, None), (7, 1)])
@pytest.mark.parametrize(("boxes", "largest"), [(1, 40), (12, 150), (90, 12), (40, 159)])
def test_the_targets_are_the_same(assigners, topk, topk2, boxes, largest):
    import torch

    plain, sparse = assigners(topk, topk2)
    for seed in range(4):
        given = drawn(seed, boxes, largest)
        wanted = plain(*(each.clone() for each in given))
        found = sparse(*(each.clone() for each in given))
        weighs = wanted[2].sum(-1) > 0  # the rest has no weight in the loss
        assert weighs.any()
        assert torch.equal(wanted[2], found[2])
        assert torch.equal(weighs, found[2].sum(-1) > 0)
        for index in (0, 1, 4):
            assert torch.equal(wanted[index][weighs], found[index][weighs]), index
        assert torch.equal(found[3], weighs)


def test_pictures_without_any_box_have_no_target(assigners):
    import torch

    _, sparse = assigners(10, None)
    scores, seen, cells, labels, gt, there = drawn(0, 3, 40)
    found = sparse(scores, seen, cells, labels, gt * 0, there * 0)
    assert not found[3].any()
    assert torch.equal(found[2], torch.zeros_like(found[2]))
