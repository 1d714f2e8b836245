"""What comes in place of weights: each is told in a sentence, and nothing of it stays."""

import pytest

from components.errors import WeightsError
from components.models import fetching
from components.models.fetching import fetch, start_fetch
from components.models.weights import WeightsFacts, admit, demand_safe
from components.tasks import TASKS
from tests.models.file_server import Served, serving
from tests.models.hostile import archive, named, programs
from tests.models.test_weights_safety import HARMLESS

LOGIN = b"\n<!DOCTYPE html><html><title>Log in to the network</title></html>"
NOT_WEIGHTS = {
    "a login page": (LOGIN, "yolo26s.pt", "a web page in place of yolo26s.pt"),
    "a login page, known hash": (LOGIN, "yolo26n.pt", "a web page in place of yolo26n.pt"),
    "another file": (b"PK\x03\x04" + bytes(500), "yolo26n.pt", "SHA-256"),
    "rubbish": (b"rubbish" * 99, "yolo26s.pt", "not an archive"),
    "nothing": (b"", "yolo26s.pt", "not an archive"),
}


@pytest.mark.parametrize("name", NOT_WEIGHTS)
def test_what_is_no_weights_file_is_told_and_not_kept(workspace, name):
    content, base, sentence = NOT_WEIGHTS[name]
    with serving(Served(content)) as served:
        folder = start_fetch(workspace, base, served.address)
        with pytest.raises(WeightsError, match=sentence) as refused:
            fetch(folder)
    assert refused.value.fix.endswith(".")
    assert "starter" in refused.value.fix
    assert not list(folder.glob("*.pt*"))
    assert list(workspace.models.iterdir()) == []


def test_what_would_run_something_is_not_kept(workspace, tmp_path):
    content = archive(tmp_path / "x.pt", programs()["os.system"]).read_bytes()
    with serving(Served(content)) as served:
        folder = start_fetch(workspace, "yolo26s.pt", served.address)
        with pytest.raises(WeightsError, match="not opened") as refused:
            fetch(folder)
    assert "starter" in refused.value.fix
    assert not list(folder.glob("*.pt*"))
    assert list(workspace.models.iterdir()) == []


def test_a_network_that_breaks_off_leaves_no_weights_and_offers_the_starter(workspace, monkeypatch):
    monkeypatch.setattr(fetching.download, "__kwdefaults__", {"pause_s": 0.001})
    with serving(Served(bytes(100_000), breaks_after=[10] * 9)) as served:
        folder = start_fetch(workspace, "yolo26s.pt", served.address)
        with pytest.raises(WeightsError, match="broke off") as refused:
            fetch(folder)
    assert "starter" in refused.value.fix
    assert [path.suffix for path in folder.glob("yolo*")] != [".pt"]
    assert list(workspace.models.iterdir()) == []


def test_layers_of_a_newer_version_are_told_as_such(tmp_path):
    newer = named("ultralytics.nn.modules.block", "C9k7")
    with pytest.raises(WeightsError, match="newer version") as refused:
        demand_safe(archive(tmp_path / "yolo99n.pt", newer))
    assert "C9k7" in refused.value.what
    assert "starter" in refused.value.fix


def damaged(path):
    whole = archive(path, HARMLESS).read_bytes()
    path.write_bytes(whole[: len(whole) // 2])


DROPPED_IN = {
    "cut off": damaged,
    "empty": lambda path: path.touch(),
    "text": lambda path: path.write_text("no model", encoding="utf-8"),
    "a program": lambda path: archive(path, programs()["os.system"]),
    "a damaged description": lambda path: archive(path, HARMLESS[:-2]),
    "missing": lambda path: None,
}


@pytest.mark.parametrize("kind", DROPPED_IN)
def test_whatever_is_wrong_with_a_file_the_starter_is_offered(workspace, tmp_path, kind):
    DROPPED_IN[kind](tmp_path / "mine.pt")
    with pytest.raises(WeightsError) as refused:
        admit(workspace, tmp_path / "mine.pt", "dropped in", "detect")
    assert "mine.pt" in refused.value.what
    assert "starter" in refused.value.fix
    assert list(workspace.models.iterdir()) == []


@pytest.mark.parametrize("of", [task for task in TASKS if task != "detect"])
def test_a_model_of_another_task_is_named_and_not_kept(workspace, tmp_path, monkeypatch, of):
    facts = WeightsFacts(of, ("cell",), 24, 2_500_000, "n", "yolo26")
    monkeypatch.setattr("components.models.weights.check_weights", lambda _: facts)
    with pytest.raises(WeightsError, match=r"mine\.pt is a model to") as refused:
        admit(workspace, archive(tmp_path / "mine.pt", HARMLESS), "dropped in", "detect")
    assert "find things (detection)" in refused.value.what
    assert "starter" in refused.value.fix
    assert list(workspace.models.iterdir()) == []
