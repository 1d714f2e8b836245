import json
import subprocess
import sys

import pytest

from components.errors import WeightsError
from components.jobs.process import APP_ROOT
from components.planning.freezing import (
    BaseKind,
    as_rows,
    backbone_depth,
    base_kind,
    deepest,
    in_words,
    known,
    learning_share,
    natural_depths,
    stages,
    structure,
)


def test_yolo26_has_eleven_layers_of_backbone_and_24_in_all():
    layers = known("yolo26n.pt")
    assert len(layers) == 24
    assert backbone_depth(layers) == 11
    assert deepest(layers) == 23
    assert layers[10].type == "C2PSA"
    assert layers[23].stage == "head"


def test_other_tasks_have_other_depths():
    layers = known("yolo26n-cls.pt")
    assert len(layers) == 11
    assert backbone_depth(layers) == 10
    assert [depth for depth, _ in natural_depths(layers)] == [0, 10]


def test_stages_cover_every_layer_once_in_order():
    for base in ("yolo26n.pt", "yolo26x-seg.yaml", "yolo26s-cls.pt", "yolo11s.pt"):
        layers = known(base)
        found = stages(layers)
        covered = [i for stage in found for i in range(stage.first, stage.last + 1)]
        assert covered == list(range(len(layers)))
        assert sum(s.parameters for s in found) == sum(layer.parameters for layer in layers)


def test_the_share_that_learns_falls_from_all_to_the_head():
    layers = known("yolo26n.pt")
    shares = [learning_share(layers, depth) for depth in range(25)]
    assert shares[0] == 1.0
    assert shares == sorted(shares, reverse=True)
    assert shares[24] == 0.0


def test_a_freeze_depth_is_told_in_words():
    layers = known("yolo26n.pt")
    assert in_words(layers, 0).startswith("Everything relearns. 100 % of the model's numbers")
    assert "backbone" in in_words(layers, 11)
    assert "neck" not in in_words(layers, 11)
    assert "part of" in in_words(layers, 12)


def test_what_a_base_has_seen_is_judged_by_its_name():
    assert base_kind("yolo26n.pt") is BaseKind.PHOTOGRAPHS
    assert base_kind("yolo26n.yaml") is BaseKind.SCRATCH
    assert base_kind("my-cells.pt") is BaseKind.GIVEN
    assert base_kind("yolo26n-starter.pt") is BaseKind.DRAWN


def test_layers_are_plain_values_for_charts():
    assert as_rows(known("yolo26n.pt"))[0].keys() == {"index", "type", "stage", "parameters"}


def test_unknown_weights_without_a_file_are_refused(workspace):
    with pytest.raises(WeightsError):
        structure(workspace, "my-cells.pt")


def test_what_was_seen_once_is_kept_by_the_files_hash(workspace):
    layers = [{"index": 0, "type": "Conv", "stage": "backbone", "parameters": 8}]
    weights = workspace.models / "my.pt"
    weights.write_bytes(b"weights")
    import hashlib

    note = workspace.cache / "networks" / f"{hashlib.sha256(b'weights').hexdigest()[:32]}.json"
    note.parent.mkdir()
    note.write_text(json.dumps({"layers": layers}), encoding="utf-8")
    assert as_rows(structure(workspace, "my.pt", weights)) == layers


@pytest.mark.slow
@pytest.mark.parametrize("name", ["yolo26n", "yolo26s-seg", "yolo26n-cls", "yolo11n"])
def test_the_kept_layers_are_those_of_the_real_models(workspace, name):
    program = (
        "import json, sys; from components.planning.network import read_network; "
        "print('\\n' + json.dumps(read_network(sys.argv[1])))"
    )
    told = subprocess.run(
        [sys.executable, "-c", program, f"{name}.yaml"],
        cwd=APP_ROOT, check=True, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    real = json.loads(told.stdout.strip().splitlines()[-1])
    assert real["layers"] == as_rows(known(f"{name}.pt"))
