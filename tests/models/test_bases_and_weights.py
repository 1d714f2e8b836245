import json
import shutil

import pytest

from components.errors import WeightsError
from components.models.bases import Availability, available, bases, choices, for_task, row_of
from components.models.weights import (
    demand_safe,
    given,
    keep,
    note_of,
    remove,
    resolve,
)
from components.planning.freezing import known
from components.tasks import TASKS
from tests.models.hostile import archive, programs
from tests.models.test_weights_safety import HARMLESS

FACTS = {"task": "detect", "classes": ["cell"], "layers": 24, "parameters": 8, "scale": "n",
         "family": "yolo26"}  # fmt: skip


def test_every_task_has_yolo26_in_five_sizes():
    for task in TASKS.values():
        rows = [
            base for base in for_task(task.key) if base.family == "YOLO26" and not base.is_starter
        ]
        assert [base.scale for base in rows] == list("nsmlx")
        assert all(f"{task.weights_suffix}.pt" in base.key for base in rows)


def test_a_second_family_is_rows_alone():
    assert [base.key for base in for_task("detect") if base.family == "YOLO11"] == [
        "yolo11n.pt", "yolo11s.pt",
    ]  # fmt: skip


def test_the_numbers_agree_with_the_layers():
    for base in bases().values():
        assert base.parameters == sum(layer.parameters for layer in known(base.key))
        assert base.about_bytes > base.parameters
        assert base.gflops > 0
        assert base.label
        assert base.help.endswith(".")


def test_the_size_is_estimated_well_where_it_is_not_known():
    nano = bases()["yolo26n.pt"]
    estimate = nano.parameters * 2 + 400_000
    assert estimate == pytest.approx(nano.size_bytes, rel=0.05)


def test_an_architecture_belongs_to_its_weights_row():
    assert row_of("yolo26s.yaml") is bases()["yolo26s.pt"]
    assert row_of("mine.pt") is None


def test_what_is_here_and_what_can_be_had(workspace):
    archive(workspace.models / "yolo26s.pt", HARMLESS)
    archive(workspace.models / "mine.pt", HARMLESS)
    assert available(workspace, "yolo26s.pt") is Availability.HERE
    assert available(workspace, "yolo26n.pt") is Availability.FETCHABLE
    assert available(workspace, "mine.pt") is Availability.GIVEN
    assert available(workspace, "yolo26n.yaml") is Availability.SCRATCH
    assert available(workspace, "gone.pt") is Availability.MISSING
    assert available(workspace, "odd.yaml") is Availability.MISSING


def test_own_files_come_first_and_only_for_their_task(workspace, tmp_path):
    name = keep(workspace, archive(tmp_path / "Mine.pt", HARMLESS), "dropped in", FACTS)
    assert choices(workspace, "detect")[0].key == name
    assert name not in [choice.key for choice in choices(workspace, "segment")]


def test_what_is_kept_has_a_note_of_where_it_came_from(workspace, tmp_path):
    name = keep(workspace, archive(tmp_path / "Meine Zellen.pt", HARMLESS), "dropped in", FACTS)
    note = note_of(workspace, name)
    assert name == "meine-zellen.pt"
    assert (note["came_from"], note["classes"], len(note["sha256"])) == ("dropped in", ["cell"], 64)
    assert given(workspace) == [name]


def test_the_same_file_is_kept_once(workspace, tmp_path):
    path = archive(tmp_path / "a.pt", HARMLESS)
    assert keep(workspace, path, "one", FACTS) == keep(workspace, path, "two", FACTS)
    other = archive(tmp_path / "sub.pt", HARMLESS, **{"data/0": b"1"})
    shutil.copy(other, tmp_path / "a.pt")
    assert keep(workspace, tmp_path / "a.pt", "three", FACTS) == "a-2.pt"


def test_a_file_that_only_calls_itself_official_does_not_take_its_place(workspace, tmp_path):
    name = keep(workspace, archive(tmp_path / "yolo26n.pt", HARMLESS), "dropped in", FACTS)
    assert name == "my-yolo26n.pt"
    assert available(workspace, "yolo26n.pt") is Availability.FETCHABLE


def test_a_base_becomes_a_checked_file_or_a_known_name(workspace, tmp_path):
    name = keep(workspace, archive(tmp_path / "a.pt", HARMLESS), "one", FACTS)
    assert resolve(workspace, name) == workspace.models / name
    assert resolve(workspace, "yolo26n.yaml") == "yolo26n.yaml"


@pytest.mark.parametrize(
    "base", ["yolo26n.pt", "gone.pt", "../../secret.pt", "odd.yaml", "/tmp/yolo26n.yaml", "x/a.pt"]
)
def test_what_is_not_there_is_refused_with_a_way_out(workspace, base):
    with pytest.raises(WeightsError) as refused:
        resolve(workspace, base)
    assert refused.value.fix.startswith(("Fetch", "Choose"))


def test_a_file_that_was_changed_behind_our_back_is_refused(workspace, tmp_path):
    name = keep(workspace, archive(tmp_path / "a.pt", HARMLESS), "one", FACTS)
    archive(workspace.models / name, HARMLESS, **{"data/0": b"1"})
    with pytest.raises(WeightsError, match="changed"):
        resolve(workspace, name)


def test_a_file_put_into_the_folder_by_hand_is_checked_as_well(workspace):
    archive(workspace.models / "mine.pt", programs()["os.system"])
    with pytest.raises(WeightsError, match="not opened"):
        resolve(workspace, "mine.pt")


def test_what_was_put_into_the_folder_by_hand_is_offered_once_it_is_checked(workspace):
    archive(workspace.models / "good.pt", HARMLESS)
    archive(workspace.models / "bad.pt", programs()["os.system"])
    offered = [choice.key for choice in choices(workspace, "detect")]
    assert "good.pt" in offered
    assert "bad.pt" not in offered
    assert note_of(workspace, "good.pt")["sha256"]
    assert note_of(workspace, "bad.pt") == {}


def test_weights_can_be_removed(workspace, tmp_path):
    name = keep(workspace, archive(tmp_path / "a.pt", HARMLESS), "one", FACTS)
    remove(workspace, name)
    assert list(workspace.models.iterdir()) == []


def test_a_damaged_note_is_as_good_as_none(workspace, tmp_path):
    name = keep(workspace, archive(tmp_path / "a.pt", HARMLESS), "one", FACTS)
    (workspace.models / "a.json").write_text(json.dumps([1]), encoding="utf-8")
    assert note_of(workspace, name) == {}
    demand_safe(resolve(workspace, name))
