"""Start Tailor: `python3 start.py`.

The first start makes `.venv` beside this file and installs what is pinned in `.pins`; every later
start only opens the app. `python3 start.py test` installs what the tests need and runs them all.

Only the standard library is used, and no syntax younger than Python 3.6, so that an old Python
gets as far as the sentence that tells it that it is too old.
"""

import argparse
import hashlib
import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

WINDOWS = os.name == "nt"
ROOT = Path(os.path.abspath(__file__)).parent  # noqa: PTH100 - keeps a drive's or a link's name
VENV = ROOT / ".venv"
PROGRAMS = VENV / ("Scripts" if WINDOWS else "bin")
PYTHON = PROGRAMS / ("python.exe" if WINDOWS else "python")
STAMP = VENV / "tailor.json"
PINS = ROOT / ".pins"
OLDEST = (3, 11)
FIRST_PORT, PORTS = 8501, 100
# What an installation took on disk, rounded up: with the CUDA libraries on Linux and Windows.
NEEDED_GB = 3 if sys.platform == "darwin" else 8
CHECK = "import streamlit, cv2, torch, torchvision; torchvision.ops.nms"
# What the packages told of a broken connection when the network was taken away from them.
NETWORK_WORDS = (
    "dns error", "name resolution", "getaddrinfo", "network is unreachable", "timed out",
    "error sending request", "connection refused", "newconnectionerror", "connection error",
    "client error (connect)", "failed to fetch", "tunnel", "(from versions: none)",
)  # fmt: skip


class Missing(Exception):
    """What Tailor lacks on this computer, in a sentence that a person can act on."""


def main(arguments: list) -> int:
    """Do what the command line asks for; the exit code."""
    try:
        if sys.version_info < OLDEST:
            raise Missing(
                "Tailor needs Python 3.11 or newer, and this is Python {}.{}: install a newer one "
                "and start again with it.".format(*sys.version_info)
            )
        return run_tests(arguments[1:]) if arguments[:1] == ["test"] else start(arguments)
    except Missing as missing:
        print(f"\n{missing}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nEnded. Start again at any time: what was fetched is kept.", file=sys.stderr)
        return 130


# --- opening the app ------------------------------------------------------------------------------


def start(arguments: list) -> int:
    """Install if need be, then become the server, or point the browser at the one that runs."""
    given = parse(arguments)
    install("run")
    environment = own_environment()
    opens = not given.no_browser and os.environ.get("TAILOR_NO_BROWSER", "") in ("", "0")
    port, runs_already = choose_port(given.port, environment["TAILOR_STARTED_AS"])
    if not runs_already:
        environment.update(STREAMLIT_SERVER_PORT=str(port), TAILOR_OPENS="1" if opens else "")
        return become([str(PYTHON), "app.py"], environment)
    print(f"Tailor is already open at http://localhost:{port}/")
    if opens:
        import webbrowser

        webbrowser.open(f"http://localhost:{port}/")
    return 0


def parse(arguments: list) -> argparse.Namespace:
    """The command line, checked."""
    parser = argparse.ArgumentParser(
        prog="start.py",
        description="Opens Tailor in the browser. The first start installs what it needs.",
        epilog="`start.py test`, with any of pytest's arguments behind it, runs the tests.",
    )
    parser.add_argument("--port", type=int, help=f"where to listen; else free, from {FIRST_PORT}")
    parser.add_argument("--no-browser", action="store_true", help="do not open the browser")
    return parser.parse_args(arguments)


def own_environment() -> dict:
    """The environment of the server and of everything that it starts."""
    environment = dict(os.environ)
    # Another installation's packages; and without bytecode every start takes seconds longer.
    for foreign in ("PYTHONPATH", "PYTHONHOME", "PYTHONDONTWRITEBYTECODE"):
        environment.pop(foreign, None)
    workspace = environment.get("TAILOR_WORKSPACE", "")
    if workspace:  # relative to where the person stands, and we are about to leave
        workspace = environment["TAILOR_WORKSPACE"] = str(Path(workspace).expanduser().absolute())
    told = f"{ROOT}\n{workspace}".encode("utf-8", "surrogateescape")
    environment["TAILOR_STARTED_AS"] = hashlib.sha256(told).hexdigest()
    return environment


def become(command: list, environment: dict) -> int:
    """Turn into the command where the system can do that, else run it to its end."""
    sys.stdout.flush()
    os.chdir(str(ROOT))
    if not WINDOWS:
        os.execve(command[0], command, environment)
    process = subprocess.Popen(command, env=environment)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:  # the server got it too and ends by itself
            continue


def choose_port(wanted: int, started_as: str) -> tuple:
    """A port, and whether this very Tailor listens there already.

    Raises:
        Missing: None is free.
    """
    for port in [wanted] if wanted else range(FIRST_PORT, FIRST_PORT + PORTS):
        if not 0 < port < 65536:
            raise Missing(f"{port} is no port: choose a number from 1024 to 65535.")
        if is_free(port):
            return port, False
        if is_tailor(port, started_as):
            return port, True
    if wanted:
        raise Missing(f"Port {wanted} is taken by another program: choose another one.")
    raise Missing(
        f"Ports {FIRST_PORT} to {FIRST_PORT + PORTS - 1} are taken: give one with --port."
    )


def is_free(port: int) -> bool:
    """Whether nobody on this computer listens on the port, under any of its local names."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        exclusive = socket.SO_EXCLUSIVEADDRUSE if WINDOWS else socket.SO_REUSEADDR
        probe.setsockopt(socket.SOL_SOCKET, exclusive, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    # On Windows the bind was exclusive, and a refused connection takes two seconds there.
    return WINDOWS or not any(answers(host, port) for host in ("127.0.0.1", "::1"))


def answers(host: str, port: int) -> bool:
    """Whether somebody takes a connection."""
    try:
        socket.create_connection((host, port), timeout=0.5).close()
    except OSError:
        return False
    return True


def is_tailor(port: int, started_as: str) -> bool:
    """Whether the program on that port is Tailor from this folder, on the same workspace."""
    from http.client import HTTPConnection, HTTPException

    connection = HTTPConnection("localhost", port, timeout=2)
    try:
        connection.request("GET", "/tailor/hello")
        facts = json.loads(connection.getresponse().read(10000).decode("utf-8"))
        return facts["app"] == "tailor" and facts["started_as"] == started_as
    except (OSError, ValueError, LookupError, TypeError, HTTPException):
        return False
    finally:
        connection.close()


# --- installing -----------------------------------------------------------------------------------


def install(kind: str) -> None:
    """Bring `.venv` to what `.pins/<kind>.txt` says; most starts find nothing to do."""
    pins = PINS / f"{kind}.txt"
    if is_installed(kind, pins):
        return
    if STAMP.exists():
        say("Bringing the installation up to date.")
    else:
        demand_room()
        say(f"Installing into {VENV} (up to {NEEDED_GB} GB). This happens once.")
    if not python_works():
        make_venv()
    install_pins(pins)
    say("Checking the installation.")
    demand(run([str(PYTHON), "-c", CHECK], quiet=True), "The installed packages do not work")
    write_stamp(kind)
    say("Installed.")


def is_installed(kind: str, pins: Path) -> bool:
    """Whether the stamp says so. Cheap, as every start asks."""
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
        same_python = os.path.realpath(str(PYTHON)) == os.path.realpath(sys.executable)
        if same_python and stamp["python"] != list(sys.version_info[:2]):
            return False  # the system's Python was replaced under the venv
        return PYTHON.exists() and stamp[kind] == fingerprint(pins)
    except (OSError, ValueError, LookupError, TypeError):
        return False


def write_stamp(kind: str) -> None:
    """Note what is installed now. The tests' pins hold the app's."""
    kinds = ("run", "test") if kind == "test" else ("run",)
    stamp = {name: fingerprint(PINS / f"{name}.txt") for name in kinds}
    asks = "import sys; print(*sys.version_info[:2])"
    stamp["python"] = [
        int(part) for part in subprocess.check_output([str(PYTHON), "-c", asks]).split()
    ]
    beside = STAMP.with_suffix(".part")
    beside.write_text(json.dumps(stamp), encoding="utf-8")
    beside.replace(STAMP)


def fingerprint(path: Path) -> str:
    """What stands in a file, as one word."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def demand_room() -> None:
    """Look before the first installation whether this computer can hold Tailor at all."""
    import platform

    if sys.platform == "darwin" and platform.machine() == "x86_64":
        raise Missing("PyTorch is no longer made for Macs with an Intel processor: use a Mac with "
                      "Apple silicon, Linux or Windows.")  # fmt: skip
    if not os.access(str(VENV if VENV.is_dir() else ROOT), os.W_OK):
        raise Missing(f"Tailor may not write into its own folder {ROOT}: move it to a place that "
                      "belongs to you, such as your home folder.")  # fmt: skip
    free = shutil.disk_usage(str(ROOT)).free / 1e9
    if free < NEEDED_GB:
        raise Missing(f"Tailor needs about {NEEDED_GB} GB and the disk of {ROOT} has {free:.1f} GB "
                      "left: free some space or move Tailor's folder.")  # fmt: skip


def python_works() -> bool:
    """Whether the venv has a Python that runs and is new enough."""
    asks = f"import sys; sys.exit(sys.version_info < {OLDEST})"
    try:
        return subprocess.call([str(PYTHON), "-c", asks], stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False


def make_venv() -> None:
    """Make `.venv` anew, with uv when it is there, else with Python's own means."""
    say("Making a Python environment for Tailor alone.")
    shutil.rmtree(str(VENV), ignore_errors=True)
    uv = shutil.which("uv")
    if uv and run([uv, "venv", "--quiet", "--python", sys.executable, str(VENV)])[0] == 0:
        return
    code, lines = run([sys.executable, "-m", "venv", str(VENV)], quiet=True)
    if code == 0:
        return
    shutil.rmtree(str(VENV), ignore_errors=True)
    if any("ensurepip" in line or "No module named venv" in line for line in lines):
        package = "python{}.{}-venv".format(*sys.version_info)
        raise Missing(f"This Python cannot make environments: install {package} (on Debian and "
                      f"Ubuntu: sudo apt install {package}) and start again.")  # fmt: skip
    demand((code, lines), "The Python environment could not be made")


def install_pins(pins: Path) -> None:
    """Install exactly the pinned packages, and nothing that they would bring along."""
    uv, what = find_uv(), "The packages could not be installed"
    here = ["--python", str(PYTHON)]
    if uv is None:
        say("uv is not to be had for this computer; pip does the same, more slowly.")
        command = [str(PYTHON), "-m", "pip", "install", "--no-deps", "--no-input"]
        demand(run([*command, "-r", str(pins)]), what)
        return
    twins = ["opencv-python", "opencv-python-headless"]
    packages = [*VENV.glob("lib/*/site-packages"), VENV / "Lib" / "site-packages"]
    if any(any(folder.glob("opencv_python-*")) for folder in packages):
        # Both unpack into one folder: take both out, so that the one we want is whole.
        run([uv, "pip", "uninstall", *here, *twins])
    command = [uv, "pip", "install", *here, "--no-deps", "-r", str(pins)]
    if not STAMP.exists():  # half a minute once, and every first import later is quick
        command.append("--compile-bytecode")
    if sys.platform in ("win32", "darwin"):
        # The plain index has no CUDA build there; PyTorch's own has one for the driver found.
        if run([*command, "--torch-backend=auto"])[0] == 0:
            return
        say("PyTorch's own index was of no use; taking the plain build.")
    demand(run(command), what)


def find_uv() -> str:
    """The uv of this computer, else the venv's, put there by pip; None when there is no way."""
    found = shutil.which("uv") or shutil.which("uv", path=str(PROGRAMS))
    if found:
        return found
    pip = [str(PYTHON), "-m", "pip"]
    if run([*pip, "--version"], quiet=True)[0] != 0:
        demand(run([str(PYTHON), "-m", "ensurepip"], quiet=True), "pip could not be installed")
    say("Fetching the installer uv.")
    run([*pip, "install", "--no-input", "-r", str(PINS / "uv.txt")], quiet=True)
    return shutil.which("uv", path=str(PROGRAMS))


# --- telling --------------------------------------------------------------------------------------


def say(text: str) -> None:
    """A line of progress."""
    print(text, flush=True)


def run(command: list, quiet: bool = False) -> tuple:
    """Run a command and show its lines as they come.

    Returns:
        Its exit code, and the lines that it printed.
    """
    environment = own_environment()
    environment.update(PYTHONUTF8="1", NO_COLOR="1", PIP_DISABLE_PIP_VERSION_CHECK="1")
    process = subprocess.Popen(
        command, cwd=str(ROOT), env=environment,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        encoding="utf-8", errors="replace",
    )  # fmt: skip
    lines = []
    for line in process.stdout:
        lines.append(line.rstrip())
        if not quiet and not line.startswith((" + ", " - ", " ~ ")):  # uv's list of all packages
            say(f"  {line.rstrip()}")
    return process.wait(), lines


def demand(outcome: tuple, what: str) -> None:
    """Go on when the command succeeded, else say in one sentence what is missing."""
    code, lines = outcome
    text = "\n".join(lines).lower()
    if code == 0:
        return
    if any(word in text for word in ("no space left", "os error 28", "os error 112")):
        raise Missing(f"{what}, because the disk is full: free about {NEEDED_GB} GB.")
    if "permission denied" in text or "access is denied" in text:
        raise Missing(f"{what}, because {ROOT} may not be written: move Tailor's folder.")
    if "dll load failed" in text or "error loading" in text:
        raise Missing(f"{what}, because the Microsoft Visual C++ Redistributable is missing: "
                      "install it and start again.")  # fmt: skip
    if any(word in text for word in NETWORK_WORDS):
        raise Missing(f"{what}, because the package index cannot be reached: the first start needs "
                      "the internet, so connect this computer and start again.")  # fmt: skip
    raise Missing("\n  ".join([f"{what}. The installer's last words:", *lines[-12:]]))


# --- tests ----------------------------------------------------------------------------------------


def run_tests(arguments: list) -> int:
    """Style, types and all tests; the exit code of the first that fails."""
    if is_installed("test", PINS / "test.txt"):
        install_pins(PINS / "test.txt")  # other tools may have taken packages out: a second's look
    install("test")
    os.chdir(str(ROOT))
    failed, worst = [], 0
    for title, command in (
        ("Style", ["ruff", "check", "."]),
        ("Layout", ["ruff", "format", "--check", "."]),
        ("Types", ["mypy", "--strict", "components"]),
        ("Browser", ["tests.e2e.browsers"]),
        ("Tests", ["pytest", *arguments]),
    ):
        say(f"\n{title}: {' '.join(command)}")
        code = subprocess.call([str(PYTHON), "-m", *command], env=own_environment())
        if code:
            failed.append(title)
            worst = worst or code
    if failed:
        print(f"\nNot passed: {', '.join(failed)}.", file=sys.stderr)
    return worst


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
