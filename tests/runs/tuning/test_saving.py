"""What is written beside the next epoch is what would have been written before it."""

import pytest

from tests.runs.tuning.test_starting import drawn_yaml

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]


@pytest.fixture(scope="module")
def trainer(tmp_path_factory):
    """A tuned trainer that has learned from one epoch, kept from checking what it learned."""
    folder = tmp_path_factory.mktemp("saving")
    from components.ultralytics_quiet import quiet

    quiet(folder)
    from ultralytics.models.yolo.detect import DetectionTrainer

    from components.runs.tuning.tuned import tuned

    told = {"data": str(drawn_yaml(folder / "set")), "project": str(folder), "epochs": 1,
            "model": "yolo26n.yaml", "device": "cpu", "imgsz": 32, "batch": 4, "plots": False,
            "amp": False, "exist_ok": True, "optimizer": "AdamW"}  # fmt: skip
    trainer = tuned(DetectionTrainer)(overrides=told)
    trainer.final_eval = lambda: None
    trainer.train()
    trainer.write_out()
    return trainer


def content(file):
    import torch

    return torch.load(file, map_location="cpu", weights_only=False)


def same(torch, one, other):
    if isinstance(one, dict):
        assert one.keys() == other.keys()
        return all(same(torch, one[name], other[name]) for name in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, [torch] * len(one), one, other))
    return torch.equal(one, other) if torch.is_tensor(one) else one == other


def test_the_file_is_the_same_though_training_went_on_meanwhile(trainer):
    import torch

    trainer.saves_aside = False
    trainer.save_model()
    wanted = content(trainer.last)
    assert trainer.best.read_bytes() == trainer.last.read_bytes()
    for file in (trainer.last, trainer.best):
        file.unlink()
    for _ in range(2):  # the second time the copy is there already
        trainer.saves_aside = True
        trainer.save_model()
        assert not trainer.last.exists()
        before = {name: value.clone() for name, value in trainer.ema.ema.state_dict().items()}
        updates, trainer.ema.updates = trainer.ema.updates, 0
        metrics, trainer.metrics = trainer.metrics, {}
        with torch.no_grad():
            for value in trainer.ema.ema.state_dict().values():
                value.mul_(2)
            for state in trainer.optimizer.state.values():
                state["exp_avg"].mul_(2)
        trainer.write_out()
        trainer.ema.ema.load_state_dict(before)
        trainer.ema.updates, trainer.metrics = updates, metrics
        with torch.no_grad():
            for state in trainer.optimizer.state.values():
                state["exp_avg"].div_(2)
        found = content(trainer.last)
        assert same(torch, found.pop("ema").state_dict(), wanted["ema"].state_dict())
        for name in ("optimizer", "train_metrics", "train_results", "updates", "epoch", "stopper"):
            assert same(torch, found[name], wanted[name]), name
        assert found.keys() | {"ema"} == wanted.keys()
        assert trainer.best.exists()
        trainer.last.unlink()
    trainer.write_out()  # nothing is left to be written
    assert not trainer.last.exists()


def test_numbers_that_are_none_are_left_to_ultralytics(trainer):
    import torch

    trainer.saves_aside = True
    weight = next(trainer.ema.ema.parameters())
    kept = weight.clone()
    with torch.no_grad():
        weight.fill_(float("nan"))
    trainer.save_model()
    assert trainer.last.exists()
    assert torch.isfinite(next(content(trainer.last)["ema"].parameters())).all()
    with torch.no_grad():
        weight.copy_(kept)
