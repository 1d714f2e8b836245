"""What the README promises is there: pages, settings, files."""

import ast
import re
import sys
from pathlib import Path

import pytest

import start

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / ".github" / "CONTRIBUTING.md").read_text(encoding="utf-8")


def table(text, heading):
    """The first column of the table behind a heading, without its title."""
    section = text.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    cells = [line.split("|")[1].strip() for line in section.splitlines() if line.startswith("|")]
    return cells[2:]


def pages():
    tree = ast.parse((ROOT / "app.py").read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "PAGES":
            return ast.literal_eval(node.value)
    raise AssertionError("app.py tells no pages")


def test_every_page_of_the_menu_has_its_row_in_the_same_order():
    assert table(README, "What each page does") == [row[1] for row in pages()]


def test_every_page_of_the_menu_is_a_file():
    assert {ROOT / row[0] for row in pages()} == set((ROOT / "pages").rglob("*.py"))


@pytest.mark.parametrize("text", [README, CONTRIBUTING], ids=["README", "CONTRIBUTING"])
def test_links_lead_to_files_that_are_there(text):
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        assert target.startswith("https://") or (ROOT / target).exists(), target


def test_every_switch_of_the_launcher_is_told(capsys):
    with pytest.raises(SystemExit):
        start.parse(["--help"])
    switches = set(re.findall(r"--[a-z][a-z-]+", capsys.readouterr().out)) - {"--help"}
    assert switches == set(re.findall(r"start\.py (--[a-z-]+)", README))


def test_the_numbers_of_the_launcher_are_the_readmes():
    oldest = ".".join(str(part) for part in start.OLDEST)
    assert f"{oldest} or newer" in README
    if sys.platform != "darwin":
        assert f"about {start.NEEDED_GB} GB" in README


def test_modules_named_for_those_who_carry_on_are_there():
    for name in re.findall(r"`((?:components|tests|pages)/[\w/]+(?:\.py|/))`", CONTRIBUTING):
        assert (ROOT / name).exists(), name


def test_benchmarks_named_for_those_who_carry_on_are_there():
    named = set(re.findall(r"tests\.benchmarks\.(\w+)", CONTRIBUTING))
    there = {path.stem for path in (ROOT / "tests" / "benchmarks").glob("*.py")}
    assert named <= there
