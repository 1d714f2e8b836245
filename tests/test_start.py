"""The launcher, run as a person runs it: in a folder of its own, with stand-ins for Python and uv
that write down what they are asked to do. Nothing is installed here.
"""

import ast
import hashlib
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import tomllib
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import start

ROOT = Path(__file__).resolve().parents[1]
needs_scripts = pytest.mark.skipif(os.name == "nt", reason="the stand-ins are shell scripts")
# Says what it was asked, in which folder, with which settings; fails where it is told to.
RECORDER = """#!/bin/sh
case "$*" in *sys.version_info\\[*) echo {version}; exit 0;; esac
echo "NAME: $*" | tee -a "{record}"
echo "in $(pwd) port=$STREAMLIT_SERVER_PORT opens=$TAILOR_OPENS workspace=$TAILOR_WORKSPACE \
as=$TAILOR_STARTED_AS"
case "$*" in *"$FAILS_AT"*) exit 3;; esac
"""


class Copy:
    """A copy of the launcher with its pins in a folder that is not easy on careless programs."""

    def __init__(self, root: Path) -> None:
        self.folder = root / "Größer und schöner"
        self.record = root / "record.txt"
        shutil.copytree(ROOT / ".pins", self.folder / ".pins")
        shutil.copy(ROOT / "start.py", self.folder)
        self.path = root / "bin"
        self.path.mkdir()

    def stand_in(self, path: Path, name: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        version = " ".join(str(part) for part in sys.version_info[:2])
        script = RECORDER.replace("NAME", name).format(version=version, record=self.record)
        path.write_text(script, encoding="utf-8")
        path.chmod(0o755)

    def installed(self) -> "Copy":
        """As after a first start."""
        self.stand_in(self.folder / ".venv" / "bin" / "python", "python")
        stamp = {
            kind: hashlib.sha256((self.folder / ".pins" / f"{kind}.txt").read_bytes()).hexdigest()
            for kind in ("run", "test")
        }
        stamp["python"] = list(sys.version_info[:2])
        (self.folder / ".venv" / "tailor.json").write_text(json.dumps(stamp), encoding="utf-8")
        return self

    def start(self, *arguments: str, before: str = "", cwd: Path | None = None, **environment: str):
        """Run it; `before` is Python code that stands in for another computer."""
        file = str(self.folder / "start.py")
        code = (
            f"import os, runpy, shutil, sys\nsys.argv[0] = {file!r}\n{before}\n"
            f"runpy.run_path({file!r}, run_name='__main__')"
        )
        settings = {"PATH": f"{self.path}:/usr/bin:/bin", "FAILS_AT": "nothing", **environment}
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("PIP_", "UV_", "TAILOR_", "STREAMLIT_"))
        }
        return subprocess.run(
            [sys.executable, "-c", code, *arguments],
            cwd=cwd or self.folder, env={**inherited, **settings}, check=False,
            capture_output=True, text=True, encoding="utf-8", timeout=120,
        )  # fmt: skip


@pytest.fixture
def copy(tmp_path):
    return Copy(tmp_path)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_an_old_python_can_read_it():
    ast.parse((ROOT / "start.py").read_text(encoding="utf-8"), feature_version=(3, 6))


def test_only_the_standard_library_is_used():
    tree = ast.parse((ROOT / "start.py").read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            assert {name.name.split(".")[0] for name in node.names} <= sys.stdlib_module_names
        if isinstance(node, ast.ImportFrom):
            assert node.module.split(".")[0] in sys.stdlib_module_names


@pytest.mark.parametrize(
    ("before", "sentence"),
    [
        ("sys.version_info = (3, 8, 10)", "needs Python 3.11 or newer, and this is Python 3.8"),
        ("shutil.disk_usage = lambda path: shutil._ntuple_diskusage(0, 0, int(1.5e9))", "1.5 GB"),
        ("os.access = lambda path, mode: False", "may not write into its own folder"),
        ("sys.platform = 'darwin'; import platform; platform.machine = lambda: 'x86_64'", "Intel"),
    ],
    ids=["old Python", "no disk", "no permission", "Intel Mac"],
)
def test_it_says_in_a_sentence_what_is_missing(copy, before, sentence):
    done = copy.start("--no-browser", before=before)
    assert done.returncode == 1
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert not (copy.folder / ".venv").exists()


@needs_scripts
def test_debian_without_its_venv_package_is_told_which_one(copy):
    script = copy.path / "python-of-debian"
    script.write_text("#!/bin/sh\necho 'ensurepip is not available'; exit 1\n", encoding="utf-8")
    script.chmod(0o755)
    done = copy.start(before=f"sys.executable = {str(script)!r}")
    assert done.returncode == 1
    assert f"sudo apt install python3.{sys.version_info.minor}-venv" in done.stderr


@needs_scripts
@pytest.mark.slow
def test_a_first_start_without_network_says_so(copy):
    nowhere = {"PIP_CONFIG_FILE": os.devnull, "PIP_INDEX_URL": "http://127.0.0.1:9/simple"}
    done = copy.start("--no-browser", **nowhere, PIP_RETRIES="0", PIP_NO_CACHE_DIR="1")
    assert done.returncode == 1
    assert "the first start needs the internet" in done.stderr
    assert not (copy.folder / ".venv" / "tailor.json").exists()


@needs_scripts
def test_a_second_start_only_opens_the_app(copy, tmp_path):
    port = free_port()
    done = copy.installed().start("--no-browser", "--port", str(port), cwd=tmp_path)
    assert done.returncode == 0
    assert copy.record.read_text(encoding="utf-8") == "python: app.py\n"
    assert f"in {copy.folder} port={port} opens= " in done.stdout


@needs_scripts
def test_the_browser_is_left_alone_only_when_asked(copy):
    copy.installed()
    assert "opens=1" in copy.start().stdout
    assert "opens= " in copy.start(TAILOR_NO_BROWSER="1").stdout


@needs_scripts
def test_a_relative_workspace_lies_where_the_person_stands(copy, tmp_path):
    done = copy.installed().start("--no-browser", cwd=tmp_path, TAILOR_WORKSPACE="my work")
    assert f"workspace={tmp_path / 'my work'} " in done.stdout


@needs_scripts
def test_new_pins_are_installed_by_the_uv_of_the_computer(copy):
    copy.installed().stand_in(copy.path / "uv", "uv")
    (copy.folder / ".pins" / "run.txt").write_text("numpy==2.4.6\n", encoding="utf-8")
    done = copy.start("--no-browser")
    assert "Bringing the installation up to date." in done.stdout
    record = copy.record.read_text(encoding="utf-8")
    assert "uv: pip install --python" in record
    assert f"--no-deps -r {copy.folder}/.pins/run.txt" in record
    copy.record.unlink()
    copy.start("--no-browser")
    assert copy.record.read_text(encoding="utf-8") == "python: app.py\n"


@needs_scripts
def test_a_failed_installation_is_tried_again_next_time(copy):
    copy.installed().stand_in(copy.path / "uv", "uv")
    (copy.folder / ".pins" / "run.txt").write_text("numpy==2.4.6\n", encoding="utf-8")
    for _ in range(2):
        done = copy.start("--no-browser", FAILS_AT="pip install")
        assert done.returncode == 1
        assert "The packages could not be installed" in done.stderr


@needs_scripts
def test_the_gui_twin_of_opencv_is_taken_out(copy):
    copy.installed().stand_in(copy.path / "uv", "uv")
    (copy.folder / ".venv/lib/python3.11/site-packages/opencv_python-5.dist-info").mkdir(
        parents=True
    )
    (copy.folder / ".pins" / "run.txt").write_text("numpy==2.4.6\n", encoding="utf-8")
    copy.start("--no-browser")
    assert "uv: pip uninstall" in copy.record.read_text(encoding="utf-8")


class Hello(BaseHTTPRequestHandler):
    def do_GET(self):
        body = json.dumps({"app": "tailor", "started_as": self.server.mark}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


@pytest.fixture
def listener():
    """Somebody who answers on a port like a Tailor with the mark `listener.mark`."""
    server = HTTPServer(("127.0.0.1", 0), Hello)
    server.mark = ""
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


@needs_scripts
def test_the_same_tailor_is_not_started_twice(copy, listener):
    copy.installed()
    told = copy.start("--no-browser").stdout
    listener.mark = told.rsplit("as=", 1)[1].strip()
    done = copy.start("--no-browser", "--port", str(listener.server_port))
    assert done.returncode == 0
    assert f"already open at http://localhost:{listener.server_port}/" in done.stdout
    other = copy.start(
        "--no-browser", "--port", str(listener.server_port), TAILOR_WORKSPACE="/another"
    )
    assert other.returncode == 1
    assert "is taken by another program" in other.stderr


def test_a_taken_port_is_passed_over(listener, monkeypatch):
    monkeypatch.setattr(start, "FIRST_PORT", listener.server_port)
    port, runs_already = start.choose_port(None, "another mark")
    assert port > listener.server_port
    assert not runs_already


def test_a_number_that_is_no_port_is_refused():
    with pytest.raises(start.Missing, match="70000 is no port"):
        start.choose_port(70000, "")


@needs_scripts
def test_the_tests_run_style_types_and_all_and_tell_the_first_failure(copy):
    copy.installed().stand_in(copy.path / "uv", "uv")
    done = copy.start("test", "-k", "some", FAILS_AT="mypy")
    assert done.returncode == 3
    asked = [
        line.removeprefix("python: ")
        for line in copy.record.read_text(encoding="utf-8").splitlines()
        if line.startswith("python: -m")
    ]
    assert asked == [
        "-m ruff check .", "-m ruff format --check .", "-m mypy --strict components",
        "-m tests.e2e.browsers", "-m pytest -k some",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("error: Failed to fetch: `torch`\n  dns error: failed to lookup", "needs the internet"),
        ("Retrying after connection broken by 'NewConnectionError'", "needs the internet"),
        ("OSError: [Errno 28] No space left on device", "the disk is full"),
        ("failed to create file: Permission denied (os error 13)", "may not be written"),
        ("ImportError: DLL load failed while importing _C", "Visual C++ Redistributable"),
        ("error: no wheels with a matching Python ABI tag", "no wheels with a matching"),
    ],
)
def test_an_installers_words_become_a_sentence(line, sentence):
    with pytest.raises(start.Missing, match=r"^It did not work") as caught:
        start.demand((1, line.splitlines()), "It did not work")
    assert sentence in str(caught.value)


def pins(kind):
    lines = (ROOT / ".pins" / f"{kind}.txt").read_text(encoding="utf-8").splitlines()
    return [Requirement(line) for line in lines if not line.startswith("#")]


@pytest.mark.parametrize("kind", ["run", "test", "uv"])
def test_pins_are_exact_and_name_no_host(kind):
    text = (ROOT / ".pins" / f"{kind}.txt").read_text(encoding="utf-8")
    assert "://" not in text
    for pin in pins(kind):
        assert [specifier.operator for specifier in pin.specifier] == ["=="], str(pin)


@pytest.mark.parametrize(("kind", "extras"), [("run", []), ("test", ["test"])])
def test_pins_hold_what_the_project_asks_for(kind, extras):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = list(project["dependencies"])
    for extra in extras:
        wanted += project["optional-dependencies"][extra]
    pinned = {}
    for pin in pins(kind):
        version = next(iter(pin.specifier)).version
        pinned.setdefault(canonicalize_name(pin.name), []).append(version)
    for requirement in map(Requirement, wanted):
        versions = pinned[canonicalize_name(requirement.name)]
        assert all(requirement.specifier.contains(version) for version in versions), requirement


def test_the_tests_pins_hold_the_apps():
    assert {str(pin) for pin in pins("run")} <= {str(pin) for pin in pins("test")}


def test_only_the_opencv_without_windows_is_pinned():
    assert "opencv-python" not in {pin.name for pin in pins("test")}
