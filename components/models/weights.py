"""Weights in the workspace: how a file is let in, and how a plan's base becomes a file.

```
models/yolo26n.pt       the weights
models/yolo26n.json     sha256, where they came from, when, and what is in them
```
"""

import json
import shutil
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from components.errors import WeightsError
from components.models.archive import read_program
from components.models.bases import Base, bases, row_of
from components.models.pickle_scan import scan
from components.planning.freezing import file_hash
from components.planning.shipped import shipped
from components.tasks import TASKS
from components.workspace import Workspace, demand_space, slug, write_atomic

Learned = tuple[tuple[str, str], ...]  # data set and version of trainings
HOW_TO_GET_ONE = "Fetch it on the Plan page, or drop a weights file (.pt) in there."


@dataclass(frozen=True, slots=True)
class WeightsFacts:
    """What is in a weights file.

    Attributes:
        task: Key of `TASKS`.
        classes: Names of the classes it was trained for.
        layers: How many layers.
        parameters: Learnable numbers.
        scale: n, s, m, l or x; "" when it does not say.
        family: Its architecture's name, such as "yolo26"; "" when it does not say.
    """

    task: str
    classes: tuple[str, ...]
    layers: int
    parameters: int
    scale: str
    family: str


def demand_safe(path: Path) -> None:
    """Hold a file against the allow-list, without opening it. Takes a tenth of a second.

    Raises:
        WeightsError: It is damaged, no weights file, or would run something.
    """
    scan(read_program(path), path.name)


def check_weights(path: Path) -> WeightsFacts:
    """Hold a file against the allow-list, then read what is in it (in the warm process).

    Raises:
        WeightsError: It is damaged, not safe, or no model of Ultralytics.
        WorkerError: The warm process did not answer.
    """
    from components.jobs.warm import shared

    demand_safe(path)
    facts = shared().call("components.models.weights:look", path=str(path))
    return WeightsFacts(**{**facts, "classes": tuple(facts["classes"])})


def look(path: str) -> dict[str, Any]:
    """What is in a checked file; for workers and the warm process, JSON out.

    Raises:
        WeightsError: It is not safe, or no model of Ultralytics.
    """
    demand_safe(Path(path))
    from components.ultralytics_quiet import quiet_here

    quiet_here()
    from ultralytics.nn import tasks

    open_checkpoint: Any = tasks.load_checkpoint
    try:
        model, _ = open_checkpoint(path)
    except Exception as error:  # whatever a file of somebody else makes torch say
        raise WeightsError(
            f"{Path(path).name} holds no model that Ultralytics can open ({type(error).__name__}).",
            "Choose a .pt file that Ultralytics or Tailor has written, or start from Tailor's "
            "starter weights.",
        ) from error
    names = model.names if isinstance(model.names, dict) else dict(enumerate(model.names))
    description = model.yaml if isinstance(model.yaml, dict) else {}
    return {
        "task": str(model.task),
        "classes": [str(names[i]) for i in sorted(names)],
        "layers": len(model.model),
        "parameters": sum(p.numel() for p in model.parameters()),
        "scale": str(description.get("scale", "")),
        "family": Path(str(description.get("yaml_file", ""))).stem,
    }


def admit(
    workspace: Workspace, path: Path, came_from: str, task: str = "", *, name: str = "",
    learned: Learned = (),
) -> str:  # fmt: skip
    """Check a file and keep a copy of it as a base model.

    Args:
        workspace: Where to.
        path: The file, as it was given.
        came_from: For the person who wonders later ("dropped in on 3 May", an address).
        task: What it is to be used for, a key of `TASKS`; "" for anything.
        name: What it is to be called, with its suffix; "" keeps the file's own.
        learned: Data set and version of each training that it comes from, as far as known.

    Returns:
        Its name in plans.

    Raises:
        WeightsError: It is damaged, not safe, no model of Ultralytics, or of another task.
        DiskFull: There is no room for the copy.
    """
    facts = check_weights(path)
    if task and facts.task != task:
        raise WeightsError(
            f"{path.name} is a model to {_deed(facts.task)}, and this data set is to "
            f"{_deed(task)}.",
            f"Choose weights made to {_deed(task)}, or Tailor's starter weights.",
        )
    known = {"learned": [list(each) for each in learned]} if learned else {}
    return keep(workspace, path, came_from, {**asdict(facts), **known}, name=name)


def keep(
    workspace: Workspace, path: Path, came_from: str, facts: dict[str, Any], *, name: str = ""
) -> str:
    """Copy a file that was checked into the workspace, with a note beside it; see `admit`.

    Returns:
        Its name in plans: the catalogue's when it is that very file, else one of its own.
    """
    digest = file_hash(path)
    for here in given(workspace, official=True):
        if note_of(workspace, here).get("sha256") == digest:
            return here
    demand_space(workspace.models, path.stat().st_size, "the weights")
    target = workspace.models / _free_weights_name(workspace, Path(name or path.name), digest)
    beside = target.with_suffix(".part")
    shutil.copyfile(path, beside)
    beside.replace(target)
    note = {"sha256": digest, "came_from": came_from, "at": time.time(),
            "bytes": target.stat().st_size, **facts}  # fmt: skip
    write_atomic(target.with_suffix(".json"), json.dumps(note, indent=2, ensure_ascii=False))
    return target.name


def adopt(workspace: Workspace) -> None:
    """Check files that somebody put into the folder by hand, and note those that are safe.

    A file without a note is never trained from; one that is not safe stays without.
    """
    for name in given(workspace, official=True):
        path = workspace.models / name
        if path.with_suffix(".json").exists():
            continue
        with suppress(WeightsError):
            demand_safe(path)
            note = {"sha256": file_hash(path), "came_from": "put into the folder by hand",
                    "at": time.time(), "bytes": path.stat().st_size}  # fmt: skip
            write_atomic(path.with_suffix(".json"), json.dumps(note, indent=2))


def given(workspace: Workspace, *, official: bool = False) -> list[str]:
    """Weights that lie in the workspace; with `official`, those of the catalogue as well."""
    names = sorted(path.name for path in workspace.models.glob("*.pt"))
    return [name for name in names if official or name not in bases()]


def note_of(workspace: Workspace, name: str) -> dict[str, Any]:
    """What is noted of weights in the workspace; empty when nothing is."""
    path = (workspace.models / Path(name).name).with_suffix(".json")
    try:
        note = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return note if isinstance(note, dict) else {}


def learned_from(workspace: Workspace, base: str) -> Learned:
    """Data set and version of each training in this workspace that a base model comes from."""
    noted = note_of(workspace, base).get("learned", ())
    pairs = noted if isinstance(noted, list) else ()
    return tuple((str(pair[0]), str(pair[1])) for pair in pairs if len(pair) == 2)


def row_behind(workspace: Workspace, base: str) -> Base | None:
    """The catalogue's row of a base model; for the person's own file that of its architecture."""
    family = str(note_of(workspace, base).get("family", ""))
    return row_of(base) or row_of(f"{family}.pt")


def remove(workspace: Workspace, name: str) -> None:
    """Delete weights and their note."""
    path = workspace.models / Path(name).name
    path.unlink(missing_ok=True)
    path.with_suffix(".json").unlink(missing_ok=True)


def resolve(workspace: Workspace, base: str) -> Path | str:
    """What a trainer is to open for a plan's base.

    Returns:
        The checked file, or the name of an architecture that Ultralytics knows.

    Raises:
        WeightsError: The weights are not here, were changed since they came, or are not safe.
    """
    if base.endswith((".yaml", ".yml")):
        # Only known names: an architecture file of somebody else may hold program text.
        if row_of(base) is None or Path(base).name != base:
            raise WeightsError(
                f"There is no architecture {base}.", "Choose a base model from the list."
            )
        return base
    if (own := shipped(base)) is not None:
        demand_safe(own)
        return own
    path = workspace.models / Path(base).name
    if not path.is_file():
        raise WeightsError(f"The weights {base} are not in the workspace.", HOW_TO_GET_ONE)
    noted = note_of(workspace, base).get("sha256")
    if noted and noted != file_hash(path):
        raise WeightsError(
            f"The weights {base} were changed since they came into the workspace.",
            "Fetch them again on the Plan page, drop them in there, or start from Tailor's starter "
            "weights.",
        )
    demand_safe(path)
    return path


def _deed(task: str) -> str:
    """What a model of a task is there for: "find things (detection)"."""
    label = TASKS[task].label if task in TASKS else f"do something else ({task})"
    return label[:1].lower() + label[1:]


def _free_weights_name(workspace: Workspace, path: Path, digest: str) -> str:
    row = bases().get(path.name)
    if row is not None and not row.is_starter and row.sha256 in (None, digest):
        return path.name
    stem = slug(path.stem)
    # A file that only calls itself like an official one must not stand in its place.
    stem = f"my-{stem}" if f"{stem}.pt" in bases() else stem
    name, number = f"{stem}.pt", 1
    while (workspace.models / name).exists():
        number += 1
        name = f"{stem}-{number}.pt"
    return name
