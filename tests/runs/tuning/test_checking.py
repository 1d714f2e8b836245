"""Validation between epochs: what is left out of the work changes no answer."""

import pytest

from components.runs.tuning.checking import START, in_halves, sifting_few
from components.runs.tuning.precision import Choice

MOST = 10


@pytest.fixture(scope="module")
def torch():
    return pytest.importorskip("torch")


def crowded(torch, number, spread, seed):
    """Boxes that overlap the more, the less they are spread; scores with ties."""
    dice = torch.Generator().manual_seed(seed)
    corner = torch.rand(number, 2, generator=dice) * spread
    scores = (torch.rand(number, generator=dice) * 50).round() / 50
    return torch.cat([corner, corner + 20], 1), scores


@pytest.mark.parametrize("number", [0, 1, START * MOST, 2 * START * MOST + 1, 2000])
@pytest.mark.parametrize("spread", [1, 30, 300, 5000])
def test_the_surest_that_are_kept_are_the_same(torch, number, spread):
    from torchvision.ops import nms as theirs

    boxes, scores = crowded(torch, number, spread, seed=number + spread)
    wanted = theirs(boxes, scores, 0.7)[:MOST]
    with sifting_few(MOST):
        import torchvision

        found = torchvision.ops.nms(boxes, scores, 0.7)
        assert torchvision.ops.nms is not theirs or number == 0
    assert torch.equal(found[:MOST], wanted)
    assert torchvision.ops.nms is theirs


@pytest.mark.parametrize("pictures", [1, 2, 5])
def test_halves_are_sifted_as_the_whole(torch, pictures):
    from ultralytics.utils import nms

    dice = torch.Generator().manual_seed(pictures)
    guesses = torch.rand(pictures, 4 + 2, 400, generator=dice)
    guesses[:, :4] *= 100
    with torch.inference_mode():
        whole = nms.non_max_suppression(guesses, 0.3, 0.7, max_det=20)
        with in_halves(torch.nn.Identity(), Choice(halves=True)):
            cut = nms.non_max_suppression(guesses, 0.3, 0.7, max_det=20)
    assert len(whole) == len(cut) == pictures
    assert all(torch.equal(one, other) for one, other in zip(whole, cut, strict=True))
