"""Real data sets and stand-in weights that lie beside the repository on some machines.

They are not part of the project: a test that wants one is skipped where it is not there.
`TAILOR_SHARED` names another folder that holds `data/` and `weights/`.
"""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("TAILOR_SHARED") or ROOT.parent / "shared")


def shared(name: str) -> Path:
    """The folder of a real data set; the test is skipped when it is not on this machine."""
    return _here(SHARED / "data" / name)


def weights(name: str) -> Path:
    """A stand-in for official weights; the test is skipped when it is not on this machine."""
    return _here(SHARED / "weights" / name)


def _here(path: Path) -> Path:
    if not path.exists():
        pytest.skip(f"{path.name} is not in {path.parent}; TAILOR_SHARED names another place")
    return path
