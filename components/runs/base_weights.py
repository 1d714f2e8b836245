"""The base model's file, opened only if it is the very file that was checked.

Weights are pickles, and a pickle can run anything. Whoever admits a file into the workspace's
models checks it and writes its SHA-256 into a note beside it; a file without a note, or one that
was changed since, is not opened. (The check itself lives in the models room, to our right.)
"""

import json
from pathlib import Path

from components.errors import WeightsError
from components.planning.freezing import file_hash, known
from components.planning.shipped import facts, shipped
from components.workspace import Workspace

ARCHITECTURES = (".yaml", ".yml")
_DROP = "Drop the file into the base models on the Plan page, where it is checked."


def checked_base(workspace: Workspace, base: str) -> str:
    """What the trainer is given: the path of checked weights, or the name of an architecture.

    Raises:
        WeightsError: The file is not there, has no note, or is not the file of the note; or the
            architecture is none of Ultralytics' own (its file may hold program text).
    """
    if base.endswith(ARCHITECTURES):
        return _architecture(base)
    if (own := shipped(base)) is not None:
        return _undamaged(own)
    path = workspace.models / Path(base).name
    if not path.is_file():
        raise WeightsError(
            f"The base model {base} is not on this computer.",
            "Fetch it on the Plan page, or drop its file there, or choose another base model.",
        )
    noted = _noted(path)
    if noted is None:
        raise WeightsError(
            f"The weights {path.name} were put into the workspace without being checked.", _DROP
        )
    if noted != file_hash(path):
        raise WeightsError(f"The weights {path.name} changed after they were checked.", _DROP)
    return str(path)


def _undamaged(path: Path) -> str:
    if file_hash(path) != facts().get("sha256"):
        raise WeightsError(
            f"Tailor's starter weights ({path.name}) are damaged.",
            "Install Tailor again, or choose another base model.",
        )
    return str(path)


def _architecture(base: str) -> str:
    if known(base) is None or Path(base).name != base:
        raise WeightsError(
            f"There is no architecture {base}.", "Choose a base model from the list."
        )
    return base


def _noted(path: Path) -> str | None:
    try:
        facts = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        return str(facts["sha256"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
