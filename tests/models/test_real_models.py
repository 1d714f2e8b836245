"""With torch and real weights: what is read from them, and what they see."""

import json
import shutil
import subprocess
import sys
import tempfile
import zipfile

import pytest
from PIL import Image

from components.errors import WorkerError
from components.jobs.events import State
from components.jobs.job import job_of, log_tail, progress_of
from components.jobs.process import APP_ROOT
from components.jobs.warm import WarmWorker
from components.models import seed_example
from components.models.fetching import fetch_state, start_fetch
from components.models.weights import note_of
from tests.models.file_server import Served, serving
from tests.models.hostile import archive, programs
from tests.planning.trained import draw_set
from tests.shared_data import weights

pytestmark = pytest.mark.slow
PREDICT = "components.models.prediction:predict"


@pytest.fixture(scope="module")
def warm(tmp_path_factory):
    folder = tmp_path_factory.mktemp("warm")
    worker = WarmWorker(folder / "warm.log")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TAILOR_WORKSPACE", str(folder / "workspace"))
        yield worker
        worker.close()


@pytest.fixture(scope="module")
def untrained(tmp_path_factory):
    """A checkpoint as Ultralytics writes it, of a model that has learned nothing."""
    folder = tmp_path_factory.mktemp("untrained")
    program = (
        "import sys, pathlib; from components.ultralytics_quiet import quiet; "
        "quiet(pathlib.Path(sys.argv[1])); from ultralytics import YOLO; "
        "YOLO('yolo26n.yaml').save(sys.argv[1] + '/yolo26n-empty.pt')"
    )
    subprocess.run(
        [sys.executable, "-c", program, str(folder)],
        cwd=APP_ROOT, check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    return folder / "yolo26n-empty.pt"


def run(folder):
    """What the supervisor does with a job that was submitted."""
    job = job_of(folder)
    with (folder / "log.txt").open("ab") as log:
        subprocess.run([sys.executable, "-m", job.module, str(folder)], cwd=APP_ROOT, stdout=log,
                       stderr=log, timeout=300, check=False)  # fmt: skip
    return progress_of(folder)


def test_what_is_in_a_file_is_read_in_the_warm_process(warm, untrained):
    facts = warm.call("components.models.weights:look", path=str(untrained))
    assert (facts["task"], facts["layers"], facts["scale"]) == ("detect", 24, "n")
    assert facts["parameters"] == 2_572_280
    assert len(facts["classes"]) == 80


def test_a_hostile_file_does_not_reach_torch(warm, tmp_path):
    path = archive(tmp_path / "x.pt", programs()["os.system"])
    with pytest.raises(WorkerError, match="not opened"):
        warm.call("components.models.weights:look", path=str(path))
    with pytest.raises(WorkerError, match="not opened"):
        warm.call(PREDICT, weights=str(path), picture=str(path))


def test_values_without_a_model_are_told(warm, tmp_path):
    from tests.models.test_weights_safety import HARMLESS

    with pytest.raises(WorkerError, match="holds no model"):
        warm.call("components.models.weights:look",
                  path=str(archive(tmp_path / "x.pt", HARMLESS)))  # fmt: skip


def test_a_model_that_would_run_text_of_its_description_is_stopped(warm, tmp_path):
    """`activation:` in a model's description is evaluated by plain Ultralytics."""
    hostile = tmp_path / "yolo26n.yaml"
    harm = tmp_path / "harm"
    text = f"nc: 1\nactivation: __import__('pathlib').Path({str(harm)!r}).touch()\n"
    text += "backbone: [[-1, 1, Conv, [8, 3, 2]]]\nhead: [[[0], 1, Detect, [nc]]]\n"
    hostile.write_text(text, encoding="utf-8")
    with pytest.raises(WorkerError):
        warm.call("components.planning.network:read_network", base=str(hostile))
    assert not harm.exists()


def test_a_turned_photograph_gets_boxes_in_its_upright_pixels(warm, untrained, tmp_path):
    picture = tmp_path / "turned.jpg"
    exif = Image.Exif()
    exif[274] = 6
    Image.new("RGB", (120, 60), "white").save(picture, exif=exif)
    before = sorted(tmp_path.iterdir())
    seen = warm.call(PREDICT, weights=str(untrained), picture=str(picture), confidence=0.0,
                     image_size_px=64, out_folder=str(tmp_path / "out"))  # fmt: skip
    assert (seen["width"], seen["height"]) == (60, 120)
    with Image.open(tmp_path / "out" / "picture.jpg") as shown:
        assert shown.size == (60, 120)
    assert sorted(tmp_path.iterdir()) == [tmp_path / "out", *before]
    for each in seen["boxes"]:
        left, top, right, bottom = each["box"]
        assert 0 <= left <= right <= 60
        assert 0 <= top <= bottom <= 120


def test_a_model_stays_loaded_until_its_file_changes(warm, untrained, tmp_path):
    copy = shutil.copy(untrained, tmp_path / "copy.pt")
    Image.new("L", (40, 40)).save(tmp_path / "grey.png")
    given = {"weights": str(copy), "picture": str(tmp_path / "grey.png"), "image_size_px": 64}
    assert warm.call(PREDICT, **given)["boxes"] == []
    archive(tmp_path / "copy.pt", programs()["eval"])
    with pytest.raises(WorkerError, match="not opened"):
        warm.call(PREDICT, **given)


def test_what_may_be_named_are_classes_of_layers_and_models():
    program = (
        "import importlib, json, pathlib, sys; "
        "from components.ultralytics_quiet import quiet; quiet(pathlib.Path(sys.argv[1])); "
        "import torch; "
        "from components.models.pickle_scan import _known_classes; "
        "odd = [f'{m}.{n}' for m, names in _known_classes().items() for n in names "
        "for found in [getattr(importlib.import_module(m), n)] "
        "if not isinstance(found, type) or found.__module__ != m "
        "or m.startswith(('torch.nn', 'ultralytics.nn')) and not issubclass(found, torch.nn.Module)"
        "]; print(json.dumps(odd))"
    )
    with tempfile.TemporaryDirectory() as folder:
        told = subprocess.run([sys.executable, "-c", program, folder], cwd=APP_ROOT, check=True,
                              capture_output=True, text=True, timeout=300).stdout  # fmt: skip
    assert json.loads(told.splitlines()[-1]) == []


def test_what_is_no_picture_is_told(warm, untrained, tmp_path):
    (tmp_path / "x.jpg").write_bytes(b"hello")
    with pytest.raises(WorkerError, match=r"x\.jpg"):
        warm.call(PREDICT, weights=str(untrained), picture=str(tmp_path / "x.jpg"))


def test_trained_weights_find_things(warm, tmp_path):
    model = weights("yolo26n-reconstructed.pt")
    facts = warm.call("components.models.weights:look", path=str(model))
    assert "person" in facts["classes"]
    Image.new("RGB", (64, 64), "grey").save(tmp_path / "grey.png")
    seen = warm.call(PREDICT, weights=str(model), picture=str(tmp_path / "grey.png"))
    assert seen["boxes"] == []


def test_weights_are_fetched_by_a_job_and_noted(workspace, untrained):
    with serving(Served(untrained.read_bytes(), breaks_after=[50_000])) as served:
        folder = start_fetch(workspace, "yolo26s.pt", served.address)
        progress = run(folder)
    assert progress.state is State.FINISHED, log_tail(folder)
    assert fetch_state(workspace, "yolo26s.pt").done > 0
    assert note_of(workspace, "yolo26s.pt")["came_from"] == served.address
    assert not list(folder.glob("*.pt*"))


def test_a_file_with_another_hash_is_not_kept(workspace, untrained):
    with serving(Served(untrained.read_bytes())) as served:
        folder = start_fetch(workspace, "yolo26n.pt", served.address)
        assert run(folder).state is State.FAILED
    what, fix = fetch_state(workspace, "yolo26n.pt").trouble
    assert "SHA-256" in what
    assert fix
    assert list(workspace.models.iterdir()) == []


def test_the_address_is_ultralytics_own(tmp_path):
    program = "from components.models.fetching import official_address as a; print(a('yolo26n.pt'))"
    told = subprocess.run([sys.executable, "-c", program], cwd=APP_ROOT, check=True, timeout=120,
                          capture_output=True, text=True).stdout.strip()  # fmt: skip
    assert told.startswith("https://")
    assert told.endswith("/yolo26n.pt")
    assert "/v" in told


def test_the_seeds_example_becomes_a_data_set_with_its_numbers(workspace, untrained, tmp_path):
    draw_set(tmp_path / "coco8")
    (tmp_path / "coco8" / "data.yaml").unlink()
    packed = tmp_path / "coco8.zip"
    with zipfile.ZipFile(packed, "w") as archive_:
        for path in sorted((tmp_path / "coco8").rglob("*")):
            archive_.write(path, path.relative_to(tmp_path))
    shutil.copy(untrained, workspace.models / "yolo26n.pt")
    with serving(Served(packed.read_bytes())) as served:
        folder = seed_example.start_example(workspace, pictures_address=served.address)
        progress = run(folder)
    assert progress.state is State.FINISHED, log_tail(folder)
    view = seed_example.example_state(workspace)
    draft = json.loads((workspace.datasets / view.dataset / "draft.json").read_text("utf-8"))
    assert (draft["values"]["epochs"], draft["values"]["image_size_px"]) == (100, 640)
    from components.data.store import open_dataset

    dataset = open_dataset(workspace.datasets / view.dataset)
    assert dataset.summary().pictures == 12
    assert "person" in [each.name for each in dataset.classes()]


def test_the_five_lines_are_python_with_the_same_numbers():
    compile(seed_example.FIVE_LINES, "five", "exec")
    assert "epochs=100" in seed_example.FIVE_LINES
    assert f"imgsz={seed_example.IMAGE_SIZE_PX}" in seed_example.FIVE_LINES
