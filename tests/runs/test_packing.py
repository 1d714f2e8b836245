import pytest

from components.runs.packing import packed, unpacked


def test_a_state_comes_back_as_it_was():
    torch = pytest.importorskip("torch")
    state = {
        "model": {"a": torch.arange(6.0).reshape(2, 3), "steps": torch.tensor(7)},
        "optimizer": {
            "state": {0: {"m": torch.ones(2, dtype=torch.float64)}},
            "groups": [{"lr": 1e-3}],
        },
        "empty": torch.zeros(0, 4),
        "plain": ("x", None, True, [1, 2.5]),
    }  # fmt: skip
    back = unpacked(packed(state))
    assert torch.equal(back["model"]["a"], state["model"]["a"])
    assert back["model"]["steps"].shape == ()
    assert back["optimizer"]["state"][0]["m"].dtype == torch.float64
    assert back["empty"].shape == (0, 4)
    assert back["plain"] == state["plain"]
    assert back["optimizer"]["groups"] == [{"lr": 1e-3}]


def test_there_is_one_tensor_per_number_type():
    torch = pytest.importorskip("torch")
    state = [torch.ones(3), torch.ones(2, 2), torch.tensor(1)]
    assert {kind: flat.numel() for kind, flat in packed(state)["tensors"].items()} == {
        "torch.float32": 7,
        "torch.int64": 1,
    }
