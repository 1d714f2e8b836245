"""An import whose worker is killed goes on with the pictures it had, and nothing torn stays."""

import os
import signal
import sys
import time

import pytest

from components.data import import_phases, store, storing
from components.data.import_job import building_folder, read_order
from components.data.import_phases import read
from components.data.importing import accept, cancel, import_now, import_state, start_reading
from components.jobs.job import process_of
from components.jobs.supervisor import Supervisor
from components.workspace import Workspace
from tests.data.drawn_sets import picture, text

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kills by POSIX signals")
PATIENCE_S = 120.0


@pytest.fixture
def workspace(tmp_path):
    made = Workspace(tmp_path / "ws")
    for folder in (made.datasets, made.imports, made.uploads, made.runs, made.cache):
        folder.mkdir(parents=True)
    return made


@pytest.fixture
def supervisor(workspace):
    watching = Supervisor([workspace.imports], workspace.root / ".lock", grace_s=5)
    watching.start()
    yield watching
    watching.close()
    for child in watching._children.values():
        child.wait(20)


def a_set(folder, number, first=0):
    text(folder / "data.yaml", "names: [cat]\n")
    for n in range(first, first + number):
        picture(folder / "images" / f"{n}.jpg", seed=n, size=(320, 240))
        text(folder / "labels" / f"{n}.txt", "0 0.5 0.5 0.4 0.5\n")
    return folder


def killed(folder, is_far_enough):
    """Kill the worker once it has got somewhere; its number, or None when it was faster."""
    ends = time.monotonic() + PATIENCE_S
    while time.monotonic() < ends:
        process = process_of(folder)
        if process is not None and is_far_enough():
            os.kill(process[0], signal.SIGKILL)
            return process[0]
        if import_state(folder).phase in ("ready", "done"):
            return None
        time.sleep(0.005)
    raise AssertionError("The worker never began.")


def until(folder, phase):
    ends = time.monotonic() + PATIENCE_S
    while time.monotonic() < ends:
        view = import_state(folder)
        if view.phase == phase:
            return view
        assert view.phase in ("reading", "writing"), view.trouble
        time.sleep(0.05)
    raise AssertionError(f"It is still {view.phase}.")


def files_below(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_killed_in_both_phases_it_ends_as_if_nothing_had_happened(workspace, supervisor, tmp_path):
    source = a_set(tmp_path / "mine", 80)
    folder = start_reading(workspace, [source], "mine", kept=True)
    killed(folder, lambda: (folder / "reading.sqlite.part").exists())
    until(folder, "ready")
    accept(folder, name="mine", classes={})
    building = workspace.datasets / f".building-{folder.name}"
    killed(folder, lambda: (building / "thumbnails").exists())
    slug = until(folder, "done").dataset
    assert [path.name for path in workspace.datasets.iterdir()] == [slug]
    assert store.find(workspace, slug).summary().labelled == 80
    other = Workspace(tmp_path / "other")
    for each in (other.datasets, other.imports, other.uploads):
        each.mkdir(parents=True)
    whole = other.datasets / import_now(other, [source], "mine")
    assert files_below(workspace.datasets / slug) == files_below(whole)


def test_killed_while_adding_it_adds_everything_once(workspace, supervisor, tmp_path):
    slug = import_now(workspace, [a_set(tmp_path / "first", 5)], "mine")
    more = a_set(tmp_path / "more", 60, first=3)
    folder = start_reading(workspace, [more], "more", kept=True)
    until(folder, "ready")
    accept(folder, name="mine", classes={}, into=slug)
    dataset = store.find(workspace, slug)
    killed(folder, lambda: len(list(dataset.folder.glob("thumbnails/images/*"))) > 5)
    until(folder, "done")
    assert dataset.summary().pictures == 63
    kept = {dataset.picture_file(row.id).relative_to(dataset.folder).as_posix()
            for row in dataset.rows()}  # fmt: skip
    assert {name for name in files_below(dataset.folder) if name.startswith("images/")} == kept


def test_killed_and_then_cancelled_it_leaves_nothing(workspace, supervisor, tmp_path):
    folder = start_reading(workspace, [a_set(tmp_path / "mine", 80)], "mine", kept=True)
    until(folder, "ready")
    accept(folder, name="mine", classes={})
    killed(folder, lambda: (workspace.datasets / f".building-{folder.name}").exists())
    if import_state(folder).phase == "done":  # faster than the look at it
        return
    cancel(folder)
    assert not list(workspace.imports.iterdir())
    assert not list(workspace.datasets.iterdir())


def test_pictures_that_were_placed_before_are_not_placed_again(workspace, tmp_path):
    source = a_set(tmp_path / "mine", 6)
    folder = start_reading(workspace, [source], "mine", kept=True)
    read(folder, lambda: None)
    accept(folder, name="mine", classes={})
    order = read_order(folder)
    building = building_folder(folder)
    placed = []

    def dies(done=None):
        placed[:] = sorted(building.glob("images/images/*"))
        raise SystemExit

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(import_phases, "discard", lambda _: None)  # as after a kill
        patch.setattr(storing, "_AT_ONCE", 4)
        with pytest.raises(SystemExit):
            import_phases.store(folder, order, dies)
    whole, torn, lost, foreign = placed[:4]  # more may be on their way
    kept = whole.stat().st_ino
    torn.write_bytes(torn.read_bytes()[:-50])
    lost.write_bytes(bytes(lost.stat().st_size))
    thumbnail = building / "thumbnails" / "images" / foreign.name
    thumbnail.write_bytes(thumbnail.read_bytes()[:-50])
    slug = import_phases.store(folder, order)
    made = workspace.datasets / slug
    assert (made / "images" / "images" / whole.name).stat().st_ino == kept
    for file in sorted((source / "images").iterdir()):
        assert (made / "images" / "images" / file.name).read_bytes() == file.read_bytes()
        assert (made / "thumbnails" / "images" / file.name).read_bytes()[-2:] == b"\xff\xd9"
    assert store.find(workspace, slug).summary().labelled == 6
