"""Ultralytics, told to stay quiet: no statistics, no look-ups, no pip, no home folder.

Ultralytics reads all of this while it is imported, so every worker calls `quiet` first. Its own
defaults post anonymous statistics, look for a network, install packages by themselves and keep
their settings in the user's home (FACTS: read in `ultralytics/utils/__init__.py` of 8.4.190).
"""

import contextlib
import importlib.util
import json
import os
import sys
from pathlib import Path

from components.workspace import Workspace, write_atomic

_ENVIRONMENT = {
    "YOLO_OFFLINE": "1",  # no look-up of the network, of newer versions
    "YOLO_AUTOINSTALL": "False",  # never runs pip by itself
    # A model's own description may hold Python text (`activation:`), which plain loading evaluates;
    # with this, files are opened by an allow-list and models are built without evaluating text.
    "ULTRALYTICS_SAFE_LOAD": "1",
    "YOLO_VERBOSE": "True",  # the worker's log is where it speaks
    "NO_ALBUMENTATIONS_UPDATE": "1",  # albumentations asks the registry for newer versions
    "GOMP_SPINCOUNT": "3000",  # a thread that waits falls asleep soon: see `runs.tuning.threads`
    "MPLBACKEND": "Agg",  # plots need no screen
    "PYTORCH_ENABLE_MPS_FALLBACK": "1",  # a few operations are missing on Apple's graphics chips
}
# Every key of Ultralytics' settings schema that speaks to the outside or to other packages.
_SETTINGS = {
    "sync": False, "clearml": False, "comet": False, "dvc": False, "mlflow": False,
    "raytune": False, "tensorboard": False, "wandb": False, "vscode_msg": False,
    "openvino_msg": False, "api_key": "", "openai_api_key": "", "uuid": "",
}  # fmt: skip
_SCHEMA = "0.0.8"
# Looked for on the network whenever a data set is opened, for plots that Tailor does not draw.
_FONTS = ("Arial.ttf", "Arial.Unicode.ttf")


def quiet(config_folder: Path) -> None:
    """Set environment and settings; call it before the first import of ultralytics.

    Can be called again and again. When ultralytics is already there, its settings are changed
    in place, which still stops the statistics.

    Args:
        config_folder: Where Ultralytics keeps its settings; made if it is not there.
    """
    os.environ.update(_ENVIRONMENT)
    os.environ.pop("ULTRALYTICS_API_KEY", None)  # with it, every run is sent to their platform
    loaded = sys.modules.get("ultralytics.utils")
    if loaded is not None:
        for name, value in _SETTINGS.items():
            dict.__setitem__(loaded.SETTINGS, name, value)  # not written into anybody's home
        return
    os.environ["YOLO_CONFIG_DIR"] = str(config_folder)
    _write_settings(config_folder)
    _place_fonts(config_folder / "Ultralytics")


def quiet_here() -> None:
    """`quiet` with the folder inside the current workspace."""
    quiet(Workspace.current().cache / "ultralytics")


def _write_settings(config_folder: Path) -> None:
    """Settings as Ultralytics would write them, so that it neither warns nor migrates."""
    folder = config_folder / "Ultralytics"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "settings.json"
    wanted = {
        "settings_version": _SCHEMA,
        "datasets_dir": str(config_folder / "datasets"),
        "weights_dir": str(config_folder / "weights"),
        "runs_dir": str(config_folder / "runs"),
        **_SETTINGS,
    }
    kept: object = None
    with contextlib.suppress(OSError, ValueError):
        kept = json.loads(path.read_text(encoding="utf-8"))
    merged = {**kept, **wanted} if isinstance(kept, dict) else wanted
    if merged != kept:
        write_atomic(path, json.dumps(merged, indent=2))


def _place_fonts(folder: Path) -> None:
    """Matplotlib's own font under the names that Ultralytics would fetch."""
    missing = [folder / name for name in _FONTS if not (folder / name).exists()]
    found = importlib.util.find_spec("matplotlib") if missing else None
    for place in (found.submodule_search_locations if found else None) or ():
        font = Path(place) / "mpl-data" / "fonts" / "ttf" / "DejaVuSans.ttf"
        for path in missing if font.is_file() else ():
            write_atomic(path, font.read_bytes())
