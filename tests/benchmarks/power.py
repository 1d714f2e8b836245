"""What a loss of power takes: writes and renamings that were never seen onto the disk.

Strict, as the system promises no more: a file's unsynced tail may be gone, and of the renamings,
links and removals in a folder since that folder was last synced, each name may stand as it did
after any of them, whatever the other names do. `unsynced/sitecustomize.py` keeps the journal.
"""

import contextlib
import json
import os
import random
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SHIM = Path(__file__).parent / "unsynced"


def environment(journals: Path, root: Path) -> dict[str, str]:
    """What processes are started with so that they keep the journal."""
    journals.mkdir(parents=True, exist_ok=True)
    path = os.pathsep.join([str(SHIM), *filter(None, [os.environ.get("PYTHONPATH")])])
    return {"PYTHONPATH": path, "TAILOR_UNSYNCED": str(journals),
            "TAILOR_UNSYNCED_ROOT": str(root.resolve())}  # fmt: skip


@dataclass
class Unsynced:
    """What is not safe at the moment the power goes."""

    names: dict[str, list[str | None]] = field(default_factory=dict)  # states before, oldest first
    tails: dict[str, int] = field(default_factory=dict)  # bytes that are safe

    def take(self, entry: dict[str, Any]) -> None:
        """One more line of the journal."""
        path = entry["path"]
        if entry["what"] == "opened":
            if entry["new"]:
                self.names.setdefault(path, []).append(None)
            self.tails[path] = min(self.tails.get(path, entry["size"]), entry["size"])
        elif entry["what"] == "synced":
            self._sync(path)
        else:
            self.names.setdefault(path, []).append(entry["before"])
            self._move(entry.get("source"), path)

    def _sync(self, path: str) -> None:
        self.tails.pop(path, None)
        for name in [name for name in self.names if str(Path(name).parent) == path]:
            del self.names[name]

    def _move(self, source: str | None, path: str) -> None:
        if source is None:
            return
        self.tails.pop(path, None)
        if source in self.tails:
            self.tails[path] = self.tails.pop(source)


def cut(journals: Path, dice: random.Random) -> int:
    """Take what the power takes; everybody who wrote is dead.

    Returns:
        How many names and tails were taken.
    """
    lines = [line for file in journals.glob("*.jsonl") for line in file.read_text().splitlines()]
    entries = []
    for line in lines:
        with contextlib.suppress(ValueError):
            entries.append(json.loads(line))
    unsynced = Unsynced()
    for entry in sorted(entries, key=lambda each: each["at"]):
        unsynced.take(entry)
    taken = sum(_cut_tail(Path(path), safe, dice) for path, safe in unsynced.tails.items())
    taken += sum(_turn_back(Path(name), before, dice) for name, before in unsynced.names.items())
    shutil.rmtree(journals)
    journals.mkdir()
    return taken


def _cut_tail(path: Path, safe: int, dice: random.Random) -> bool:
    if not path.is_file() or path.stat().st_size <= safe:
        return False
    os.truncate(path, dice.randint(safe, path.stat().st_size))
    return True


def _turn_back(path: Path, before: list[str | None], dice: random.Random) -> bool:
    stands = dice.randint(0, len(before))
    if stands == len(before):
        return False
    old = before[stands]
    if old is not None and not Path(old).exists():  # synced in this very moment
        return False
    path.unlink(missing_ok=True)
    if old is not None:
        shutil.copyfile(old, path)
    return True
