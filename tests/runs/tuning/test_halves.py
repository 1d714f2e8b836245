"""A batch in two halves: the sum of both is stepped with, and nothing of it stays behind."""

import json
import threading

import pytest

from components.runs.tuning.precision import Choice
from tests.benchmarks.main_job import untrained

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]


@pytest.fixture
def torch(workspace):
    from components.ultralytics_quiet import quiet_here

    quiet_here()
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # as in the halves; a model that learned nothing is full of ties
    yield torch
    torch.set_num_threads(threads)


def model_of(torch, task="detect"):
    from ultralytics import YOLO
    from ultralytics.cfg import get_cfg

    torch.manual_seed(0)
    model = YOLO(untrained(task), task=task).model.train()
    model.args = get_cfg(overrides={"task": task, "epochs": 10})
    return model


def batch_of(torch, pictures=8, per_picture=2):
    draw = torch.Generator().manual_seed(1)
    labels = pictures * per_picture
    middle = 0.3 + 0.4 * torch.rand(labels, 2, generator=draw)
    return {
        "img": torch.rand(pictures, 3, 64, 64, generator=draw),
        "im_file": [f"{i}.png" for i in range(pictures)],
        "cls": torch.randint(0, 80, (labels, 1), generator=draw).float(),
        "bboxes": torch.cat([middle, torch.full((labels, 2), 0.4)], 1),
        "batch_idx": torch.arange(pictures).repeat_interleave(per_picture).float(),
    }


def gradients(torch, model):
    return [None if p.grad is None else p.grad.clone() for p in model.parameters()]


def labels_of(torch, task, batch):
    """The batch with what else the task's labels hold."""
    things, side = len(batch["cls"]), batch["img"].shape[-1] // 4
    if task == "segment":
        masks = torch.zeros(len(batch["img"]), side, side)
        masks[:, 4:10, 4:10] = 1
        masks[:, 8:14, 8:14] = 2
        return {**batch, "masks": masks, "sem_masks": (masks > 0).long()}
    if task == "pose":
        points = torch.rand(things, 17, 3, generator=torch.Generator().manual_seed(2))
        return {**batch, "keypoints": points.clamp(max=0.9)}
    if task == "obb":
        turns = torch.full((things, 1), 0.3)
        return {**batch, "bboxes": torch.cat([batch["bboxes"], turns], 1)}
    return batch


@pytest.mark.parametrize("task", ["detect", "segment", "pose", "obb"])
def test_both_halves_are_stepped_with(torch, task):
    from components.runs.tuning.halves import Halves, part

    model, batch = model_of(torch, task), labels_of(torch, task, batch_of(torch))
    for each in model.modules():  # statistics of half a batch would make the sums differ
        if isinstance(each, torch.nn.BatchNorm2d):
            each.eval()
    one_by_one = []
    for start in (0, 4):
        loss, items = model(part(batch, start, start + 4, painted=True))
        loss.sum().backward()
        one_by_one.append((loss.detach(), items))
    wanted = gradients(torch, model)
    model.zero_grad()

    halves = Halves(model, Choice())
    loss, items = model(batch)
    loss.sum().backward()
    halves.join()
    halves.join()  # asked twice, it adds once
    found = gradients(torch, model)
    assert [each is None for each in found] == [each is None for each in wanted]
    mine, right = (
        torch.cat([g.flatten() for g in all_ if g is not None]) for all_ in (found, wanted)
    )
    assert (mine - right).norm() < 1e-3 * right.norm()
    assert torch.allclose(loss.detach(), one_by_one[0][0] + one_by_one[1][0], rtol=1e-5)
    for name, value in items.items():
        mean = (one_by_one[0][1][name] + one_by_one[1][1][name]) / 2
        assert torch.allclose(value, mean, rtol=1e-5)
    halves.close()


def test_what_batch_normalisation_saw_is_averaged_and_nothing_stays_behind(torch):
    from components.runs.tuning.halves import Halves

    model, batch = model_of(torch), batch_of(torch)
    plain = type(model).forward
    seen = model.model[0].bn.running_mean.clone()
    halves = Halves(model, Choice())
    loss, _ = model(batch)
    loss.sum().backward()
    halves.join()
    after = model.model[0].bn.running_mean
    whole = torch.nn.functional.conv2d(
        batch["img"], model.model[0].conv.weight, stride=2, padding=1
    )
    rate = model.model[0].bn.momentum
    # The mean over a whole batch is the mean of the means over its halves.
    right = (1 - rate) * seen + rate * whole.mean((0, 2, 3))
    assert torch.allclose(after, right, atol=1e-5)
    halves.close()
    assert "forward" not in model.__dict__
    assert model.forward.__func__ is plain
    assert not [t for t in threading.enumerate() if t.name.startswith("second-half")]


def test_a_small_batch_and_a_picture_pass_through(torch):
    from components.runs.tuning.halves import Halves

    model = model_of(torch)
    halves = Halves(model, Choice())
    loss, _ = model(batch_of(torch, pictures=7))
    loss.sum().backward()
    assert not [t for t in threading.enumerate() if t.name.startswith("second-half")]
    model.eval()
    with torch.no_grad():
        assert model(torch.rand(8, 3, 64, 64)) is not None
    halves.close()


@pytest.mark.parametrize("failing", ["first", "second"])
def test_trouble_in_a_half_is_told_and_nothing_of_it_learned(torch, failing):
    from components.runs.tuning.halves import Halves

    model, batch = model_of(torch), batch_of(torch)
    halves = Halves(model, Choice())
    loss, _ = model(batch)
    loss.sum().backward()
    halves.join()
    model.zero_grad()
    broken = model if failing == "first" else halves._twin

    def out_of_memory(*_):
        raise RuntimeError("out of memory")

    hook = broken.model[3].register_forward_pre_hook(out_of_memory)
    with pytest.raises(RuntimeError, match="out of memory"):
        model(batch)
    hook.remove()
    halves.join()
    assert all(p.grad is None for p in model.parameters())
    assert all(p.grad is None for p in halves._twin.parameters())
    halves.close()


def test_criterion_and_frozen_layers_are_followed(torch):
    from components.runs.tuning.halves import Halves

    model, batch = model_of(torch), batch_of(torch)
    for weight in model.model[0].parameters():
        weight.requires_grad = False
    model.model[0].bn.eval()
    frozen = model.model[0].bn.running_mean.clone()
    halves = Halves(model, Choice())
    for _ in range(2):
        loss, _ = model(batch)
        loss.sum().backward()
        halves.join()
        model.criterion.update()
    assert torch.equal(model.model[0].bn.running_mean, frozen)
    assert model.model[0].conv.weight.grad is None
    first, _ = model(batch)
    assert halves._twin.criterion.o2m == model.criterion.o2m < 0.8
    first.sum().backward()
    halves.close()


@pytest.mark.parametrize("painted", [True, False])
def test_masks_go_with_their_pictures(torch, painted):
    from components.runs.tuning.halves import part

    batch = batch_of(torch, pictures=8, per_picture=1)
    # One thing too few on one picture, one too many on another: as many things as pictures.
    batch["batch_idx"] = torch.tensor([0, 0, 2, 3, 4, 5, 6, 7.0])
    batch["masks"] = torch.arange(8).view(8, 1, 1).expand(8, 4, 4)
    second = part(batch, 4, 8, painted=painted)
    assert second["masks"][:, 0, 0].tolist() == [4, 5, 6, 7]
    assert second["batch_idx"].tolist() == [0, 1, 2, 3]
    assert second["im_file"] == ["4.png", "5.png", "6.png", "7.png"]
    first = part(batch, 0, 2, painted=painted)
    assert first["masks"][:, 0, 0].tolist() == [0, 1]
    assert len(first["cls"]) == 2 == len(first["bboxes"])


def test_a_choice_without_halves_is_of_an_older_run():
    old = json.loads(json.dumps(Choice(threads=2).to_dict()))
    del old["halves"]
    assert not Choice.from_dict(old).halves


@pytest.mark.parametrize("task", ["detect", "segment", "pose", "obb"])
@pytest.mark.parametrize("pictures", [1, 5])
def test_validation_in_halves_answers_the_same(torch, task, pictures):
    from components.runs.tuning.checking import in_halves

    model = model_of(torch, task).eval()
    shown = torch.rand(pictures, 3, 64, 64)
    with torch.inference_mode():
        whole = model(shown)
        with in_halves(model, Choice(halves=True)):
            cut = model(shown)
        assert "forward" not in model.__dict__
    compare(torch, whole, cut)


def compare(torch, whole, cut):
    assert type(whole) is type(cut)
    if isinstance(whole, dict):
        assert whole.keys() == cut.keys()
        for name in whole:
            compare(torch, whole[name], cut[name])
    elif isinstance(whole, list | tuple):
        for one, other in zip(whole, cut, strict=True):
            compare(torch, one, other)
    elif torch.is_tensor(whole):
        assert torch.allclose(whole, cut, rtol=1e-3, atol=1e-4)
