import json
import os
import sys

import pytest

from components.ultralytics_quiet import quiet


@pytest.fixture
def environment(monkeypatch):
    """As in a worker that has just begun: ultralytics is not imported yet."""
    monkeypatch.delitem(sys.modules, "ultralytics.utils", raising=False)
    before = dict(os.environ)
    yield os.environ
    os.environ.clear()
    os.environ.update(before)


def test_nothing_is_sent_looked_up_or_installed(tmp_path, environment):
    quiet(tmp_path / "config")
    settings = json.loads((tmp_path / "config/Ultralytics/settings.json").read_text("utf-8"))
    for speaker in ("sync", "wandb", "mlflow", "comet", "clearml", "dvc", "raytune"):
        assert settings[speaker] is False
    assert environment["YOLO_OFFLINE"] == "1"
    assert environment["YOLO_AUTOINSTALL"] == "False"
    assert environment["ULTRALYTICS_SAFE_LOAD"] == "1"
    assert environment["YOLO_CONFIG_DIR"] == str(tmp_path / "config")


def test_it_can_be_said_again_and_mends_what_was_changed(tmp_path, environment):
    quiet(tmp_path)
    path = tmp_path / "Ultralytics" / "settings.json"
    changed = {**json.loads(path.read_text("utf-8")), "sync": True, "hub": 1}
    path.write_text(json.dumps(changed), encoding="utf-8")
    quiet(tmp_path)
    assert json.loads(path.read_text("utf-8")) == {**changed, "sync": False}


@pytest.mark.parametrize("text", ["", "[]", "{", "3"])
def test_a_damaged_settings_file_is_written_anew(tmp_path, environment, text):
    path = tmp_path / "Ultralytics" / "settings.json"
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    quiet(tmp_path)
    assert json.loads(path.read_text("utf-8"))["sync"] is False
