"""The rules of the house, kept by a machine: who may import whom, and what may stand where."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
# One way: a room may import only itself and the rooms to its left.
STREET = [
    "errors", "findings", "tasks", "workspace", "ultralytics_quiet", "jobs", "data", "augment",
    "planning", "runs", "models", "charts", "web", "ui",
]  # fmt: skip
HEAVY = {"torch", "torchvision", "ultralytics", "albumentations", "cv2", "pandas"}
BANNED_NAMES = {"util", "utils", "helper", "helpers", "common", "manager", "base", "misc"}
# The letter in brackets keeps this file from holding what it looks for.
BANNED_TEXTS = {
    "an unfinished mark": r"\b(TOD[O]|FIXM[E]|XX[X])\b|raise NotImplemented[E]rror",
    "a registry's host": r"pypi\.[o]rg|python[h]osted|npm[j]s\.|deb\.[d]ebian|download\.[p]ytorch",
    "a path of one machine": r"/wor[k]/(main|shared)|/roo[t]/|/tmp/[t]ailor",
}
TEXT_FILES = {".py", ".md", ".toml", ".txt", ".yml", ".yaml", ".js", ".css", ".json", ".sh", ""}
NOT_OURS = {
    ".git", ".venv", "__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis",
    ".tailor", "node_modules",
}  # fmt: skip

COMPONENTS = sorted((ROOT / "components").rglob("*.py"))
PAGES = sorted((ROOT / "pages").rglob("*.py"))


def ours(suffixes=TEXT_FILES):
    for folder, folders, files in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in NOT_OURS]
        for name in files:
            path = Path(folder) / name
            if path.suffix in suffixes and not path.name.startswith("LICENSE"):
                yield path


def told(path):
    return str(path.relative_to(ROOT))


def tree(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(node):
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
    return []


def imports(path):
    return {name for node in ast.walk(tree(path)) for name in imported(node)}


def imports_at_once(path):
    """What is imported when the module is, so not what stands in functions or only for types."""
    waiting, found = list(tree(path).body), set()
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            waiting += node.orelse
            continue
        found.update(imported(node))
        waiting += ast.iter_child_nodes(node)
    return found


def room(path):
    return path.relative_to(ROOT / "components").parts[0].removesuffix(".py")


def packages(names):
    return {name.split(".")[0] for name in names}


def test_every_room_stands_on_the_street():
    assert {room(path) for path in COMPONENTS} - {"__init__"} <= set(STREET)


@pytest.mark.parametrize("path", COMPONENTS, ids=told)
def test_the_street_is_one_way(path):
    if path.parent.name == "components" and path.name == "__init__.py":
        return
    for module in imports(path):
        parts = module.split(".")
        if parts[0] == "components" and len(parts) > 1:
            assert STREET.index(parts[1]) <= STREET.index(room(path)), f"imports {module}"


@pytest.mark.parametrize("path", COMPONENTS, ids=told)
def test_nobody_imports_a_page_or_the_front_door(path):
    assert not packages(imports(path)) & {"pages", "app", "start", "tests"}


@pytest.mark.parametrize("path", COMPONENTS, ids=told)
def test_only_web_and_ui_know_streamlit(path):
    if "streamlit" in packages(imports(path)):
        assert room(path) in ("web", "ui")


@pytest.mark.parametrize("path", [*COMPONENTS, *PAGES, ROOT / "app.py"], ids=told)
def test_heavy_packages_are_imported_inside_functions_only(path):
    assert not packages(imports_at_once(path)) & HEAVY


@pytest.mark.parametrize("path", [*PAGES, ROOT / "app.py"], ids=told)
def test_pages_know_no_heavy_package_at_all(path):
    assert not packages(imports(path)) & HEAVY


@pytest.mark.parametrize("path", PAGES, ids=told)
def test_a_page_is_a_paragraph(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 60
    assert not [node for node in ast.walk(tree(path)) if isinstance(node, ast.Try)]


@pytest.mark.parametrize("path", PAGES, ids=told)
def test_a_page_writes_nothing_into_the_session_state(path):
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Subscript | ast.Attribute) and isinstance(
            node.ctx, ast.Store | ast.Del
        ):
            assert "session_state" not in ast.unparse(node)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            assert not (
                node.func.attr in ("update", "setdefault", "pop", "clear")
                and "session_state" in ast.unparse(node.func.value)
            )


@pytest.mark.parametrize("path", COMPONENTS, ids=told)
def test_no_module_is_too_big_to_see_across(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300


@pytest.mark.parametrize(
    "path", [path for path in COMPONENTS if path.name == "__init__.py"], ids=told
)
def test_a_rooms_door_is_a_sentence_and_nothing_else(path):
    assert ast.get_docstring(tree(path)), "says nothing"
    assert len(tree(path).body) == 1


def test_file_names_say_what_is_in_them():
    for path in ours({".py", ".js", ".css"}):
        words = set(path.stem.split("_")) - {"base"}  # a base model is a thing of this house
        assert not {path.stem, *words} & BANNED_NAMES, told(path)


def test_the_top_level_holds_only_what_belongs_there():
    seen = {path.name for path in ROOT.iterdir() if not path.name.startswith((".", "__"))}
    allowed = {"app.py", "start.py", "pyproject.toml", "README.md"}
    allowed |= {"pages", "components", "tests", "assets"}
    assert seen - allowed - {"uv.lock", "tailor.egg-info", "build"} == set()


@pytest.mark.parametrize("what", BANNED_TEXTS)
def test_no_file_holds(what):
    pattern = re.compile(BANNED_TEXTS[what])
    for path in ours():
        found = pattern.search(path.read_text(encoding="utf-8", errors="replace"))
        assert found is None, f"{told(path)} holds {what}: {found.group()!r}"


def test_what_the_server_needs_loads_no_heavy_package():
    needed = {
        told(path).removesuffix(".py").replace(os.sep, ".").removesuffix(".__init__")
        for path in COMPONENTS
        if room(path) in ("web", "ui", "charts")
    }
    for path in [*PAGES, ROOT / "app.py"]:
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ImportFrom) and packages([node.module or ""]) == {"components"}:
                needed.add(node.module)
    code = (
        "import importlib, sys\n"
        f"for name in {sorted(needed)!r}: importlib.import_module(name)\n"
        f"loaded = {sorted(HEAVY)!r}\n"
        "sys.exit(', '.join(name for name in loaded if name in sys.modules) or 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
