"""What of a base model's numbers a run takes over: read from the real weight transfer.

Ultralytics copies every tensor whose name and shape fit, and in the head the rows of classes whose
names are the same. `read_transfer` does exactly that, on a model as the trainer would build it, in
the warm process; the answer is kept by the file's hash and the class names.
"""

import hashlib
import json
import logging
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from components.planning.freezing import file_hash
from components.workspace import Workspace, write_atomic

FOLDER = "transfers"


@dataclass(frozen=True, slots=True)
class Transfer:
    """What a base model gives to a model with the person's classes.

    Attributes:
        given: Tensors that are taken over.
        total: Tensors of the new model.
        keeps: Classes of the person's that the base model knows by name.
        fresh: Classes that begin with nothing.
    """

    given: int
    total: int
    keeps: tuple[str, ...]
    fresh: tuple[str, ...]


def transfer(workspace: Workspace, path: Path, classes: Sequence[str]) -> Transfer:
    """What weights give; a few seconds the first time, then it is remembered.

    Args:
        workspace: Whose cache keeps it.
        path: The weights' file, already checked.
        classes: The person's, in order.

    Raises:
        WorkerError: The warm process did not answer, or could not open the file.
    """
    key = hashlib.sha256(f"{file_hash(path)} {list(classes)!r}".encode()).hexdigest()[:32]
    note = workspace.cache / FOLDER / f"{key}.json"
    if not note.exists():
        from components.jobs.warm import shared

        facts = shared().call(
            "components.planning.transfer:read_transfer", base=str(path), classes=list(classes)
        )
        note.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(note, json.dumps(facts))
    facts = json.loads(note.read_text(encoding="utf-8"))
    return Transfer(**{**facts, "keeps": tuple(facts["keeps"]), "fresh": tuple(facts["fresh"])})


def read_transfer(base: str, classes: list[str]) -> dict[str, Any]:
    """Build the model for these classes and load the weights into it, as the trainer does.

    Runs in the warm process, JSON in and out.

    Args:
        base: Path of a checked .pt file.
        classes: The person's, in order.
    """
    from components.ultralytics_quiet import quiet_here

    quiet_here()
    from ultralytics.nn import tasks

    open_checkpoint: Any = tasks.load_checkpoint
    source: Any = open_checkpoint(base)[0]
    names = dict(enumerate(classes))
    shape = {"data_kpt_shape": source.kpt_shape} if source.task == "pose" else {}
    made: Any = type(source)(dict(source.yaml), nc=len(classes), verbose=False, **shape)
    made.names = names
    heard = _Listener()
    try:
        made.load(source)
    finally:
        heard.close()
    # Ultralytics compares without regard to case and blanks at the ends. Sorting models have no
    # rows by name, only a last layer that fits or does not.
    known = {_plain(name) for name in source.names.values()} if source.task != "classify" else set()
    if source.task == "classify" and list(source.names.values()) == classes:
        known = {_plain(name) for name in classes}
    keeps = tuple(name for name in classes if _plain(name) in known)
    fresh = tuple(name for name in classes if name not in keeps)
    return asdict(Transfer(heard.given, len(made.model.state_dict()), keeps, fresh))


def _plain(name: object) -> str:
    return str(name).strip().lower()


class _Listener(logging.Handler):
    """Hears how many tensors went over; Ultralytics only writes it into its log."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.given = 0
        self._logger = logging.getLogger("ultralytics")
        self._logger.addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        said = re.search(r"Transferred (\d+)/\d+", record.getMessage())
        if said:
            self.given = int(said[1])

    def close(self) -> None:
        self._logger.removeHandler(self)
        super().close()
