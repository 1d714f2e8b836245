"""Freezing: which layers a base model has, what they have learned, and how much still learns.

The layers of the catalogue's models stand in `networks.json`, read once from the models
themselves, so that the Plan page needs no torch. Any other weights are looked at in the warm
process, and what was seen is kept by the file's hash.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from components.errors import WeightsError
from components.planning.shipped import STARTERS
from components.workspace import Workspace, write_atomic

BACKBONE, NECK, HEAD = "backbone", "neck", "head"


class BaseKind(StrEnum):
    """What a base model has seen before."""

    PHOTOGRAPHS = "photographs"  # the official weights: millions of photographs
    DRAWN = "drawn"  # Tailor's starter: shapes drawn by formula, never a photograph
    GIVEN = "given"  # the user's own file; what it has seen is not known
    SCRATCH = "scratch"  # nothing


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer. `stage` is backbone, neck or head; `parameters` counts learnable numbers."""

    index: int
    type: str
    stage: str
    parameters: int


@dataclass(frozen=True, slots=True)
class Stage:
    """Neighbouring layers with one purpose.

    Attributes:
        key: Of the words below.
        label: Plain words first, the field's term after them.
        first: Index of its first layer.
        last: Index of its last layer.
        parameters: Learnable numbers in it.
        sees: What it has learned, as a sentence.
    """

    key: str
    label: str
    first: int
    last: int
    parameters: int
    sees: str


# What convolutional layers respond to, by depth: the reading of Zeiler and Fergus (2014); where
# one part ends and the next begins is our rule of thumb.
_WORDS = {
    "early": ("First look (early backbone)", "Edges, colours and simple textures."),
    "middle": ("Patterns (middle of the backbone)", "Patterns and small parts: an eye, a wheel."),
    "late": ("Meaning (end of the backbone)", "Larger parts and whole things in context."),
    "neck": ("Putting together (neck)", "Joins fine detail with the large view, for small and "
             "large things alike."),
    "head": ("Answer (head)", "Says where things are and what they are called; always fitted "
             "to your classes."),
    "sorter": ("Answer (head)", "Says what the picture shows; always fitted to your classes."),
}  # fmt: skip


def base_kind(base: str) -> BaseKind:
    """What the base model has seen, judged by its name alone."""
    if base.endswith((".yaml", ".yml")):
        return BaseKind.SCRATCH
    if Path(base).name in STARTERS:
        return BaseKind.DRAWN
    return BaseKind.PHOTOGRAPHS if Path(base).stem in _networks() else BaseKind.GIVEN


def known(base: str) -> list[Layer] | None:
    """The layers of a catalogue model or architecture, without torch; None for other weights."""
    rows = _networks().get(Path(base).stem) or _networks().get(STARTERS.get(base, ""))
    if rows is None:
        return None
    return [Layer(i, kind, stage, number) for i, (kind, stage, number) in enumerate(rows)]


def structure(workspace: Workspace, base: str, path: Path | str | None = None) -> list[Layer]:
    """The layers of any base model.

    Args:
        workspace: Whose cache keeps what was seen.
        base: Catalogue key, architecture, or a file name.
        path: The weights' file, already checked; needed when the catalogue has no such model.

    Raises:
        WeightsError: The model is not in the catalogue and no file was given.
        WorkerError: The warm process did not answer.
    """
    layers = known(base)
    if layers is not None:
        return layers
    if path is None:
        raise WeightsError(
            f"The layers of {base} are not known, and its file is not here.",
            "Choose another base model or add the file on the Plan page.",
        )
    note = _cache_file(workspace, path)
    if not note.exists():
        from components.jobs.warm import shared

        seen = shared().call("components.planning.network:read_network", base=str(path))
        note.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(note, json.dumps(seen))
    return [Layer(**layer) for layer in json.loads(note.read_text(encoding="utf-8"))["layers"]]


def as_rows(layers: list[Layer]) -> list[dict[str, Any]]:
    """The layers as plain values, for charts."""
    return [asdict(layer) for layer in layers]


def stages(layers: list[Layer]) -> list[Stage]:
    """The layers put together by purpose: the backbone in thirds, then neck and head."""
    depth = backbone_depth(layers)
    found: list[Stage] = []
    for layer in layers:
        key = layer.stage
        if key == BACKBONE:
            key = ("early", "middle", "late")[min(2, 3 * layer.index // max(depth, 1))]
        if found and found[-1].key == key:
            before = found.pop()
            first, parameters = before.first, before.parameters + layer.parameters
        else:
            first, parameters = layer.index, layer.parameters
        label, sees = _WORDS["sorter" if layer.type == "Classify" else key]
        found.append(Stage(key, label, first, layer.index, parameters, sees))
    return found


def backbone_depth(layers: list[Layer]) -> int:
    """How many layers the backbone has: the freeze depth that keeps all of it."""
    return sum(layer.stage == BACKBONE for layer in layers)


def deepest(layers: list[Layer]) -> int:
    """The largest freeze depth that still leaves something to learn: all but the head."""
    return len(layers) - 1


def learning_share(layers: list[Layer], frozen: int) -> float:
    """The share of the model's numbers that still learn, 0 to 1."""
    total = sum(layer.parameters for layer in layers)
    return sum(layer.parameters for layer in layers[frozen:]) / max(total, 1)


def in_words(layers: list[Layer], frozen: int) -> str:
    """What a freeze depth means, in a sentence or two."""
    if frozen == 0:
        return f"Everything relearns. {learning_in_words(layers, 0)}"
    kept = [stage for stage in stages(layers) if stage.first < frozen]
    whole = [stage.label for stage in kept if stage.last < frozen]
    part = [f"part of {stage.label}" for stage in kept if stage.last >= frozen]
    return f"Stays as it is: {', '.join(whole + part)}. {learning_in_words(layers, frozen)}"


def learning_in_words(layers: list[Layer], frozen: int) -> str:
    """How many of the model's numbers still learn, as a share and counted."""
    share = round(100 * learning_share(layers, frozen))
    learning, total = (sum(each.parameters for each in some) for some in (layers[frozen:], layers))
    return f"{share} % of the model's numbers learn ({learning:,} of {total:,} parameters)."


def natural_depths(layers: list[Layer]) -> list[tuple[int, str]]:
    """The freeze depths worth trying, each with its meaning."""
    depth = backbone_depth(layers)
    choices = [(0, "Everything relearns"), (depth, "Keep the whole backbone")]
    if deepest(layers) > depth:
        choices.append((deepest(layers), "Only the answer learns (head)"))
    return choices


def file_hash(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _cache_file(workspace: Workspace, path: Path | str) -> Path:
    if Path(path).is_file():
        key = file_hash(Path(path))[:32]
    else:
        key = hashlib.sha256(str(path).encode()).hexdigest()[:32]
    return workspace.cache / "networks" / f"{key}.json"


@cache
def _networks() -> dict[str, list[tuple[str, str, int]]]:
    text = Path(__file__).with_name("networks.json").read_text(encoding="utf-8")
    rows: dict[str, list[tuple[str, str, int]]] = json.loads(text)
    return rows
