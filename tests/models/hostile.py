"""Weights files that are not: pickles that would do harm, in archives as torch writes them."""

import io
import os
import pickle
import zipfile
from pathlib import Path
from typing import Any


class Calls:
    """Pickles as a call of a function."""

    def __init__(self, function: Any, *arguments: Any, state: Any = None) -> None:
        self.parts = (function, arguments) if state is None else (function, arguments, state)

    def __reduce__(self) -> tuple:
        return self.parts


def archive(path: Path, program: bytes, **more: bytes) -> Path:
    """A file laid out as torch does it."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as packed:
        packed.writestr("model/data.pkl", program)
        packed.writestr("model/version", "3\n")
        for name, content in more.items():
            packed.writestr(f"model/{name}", content)
    return path


def named(module: str, name: str, *arguments: str) -> bytes:
    """Protocol 2 text that calls `module.name(*arguments)`, without importing it here."""
    pushed = b"".join(
        b"X" + len(each.encode()).to_bytes(4, "little") + each.encode() for each in arguments
    )
    return b"\x80\x02c" + f"{module}\n{name}\n".encode() + b"(" + pushed + b"tR."


def programs() -> dict[str, bytes]:
    """Name of the trick to the pickle."""
    told = {
        "os.system": pickle.dumps(Calls(os.system, "true"), protocol=2),
        "os.system, protocol 4": pickle.dumps(Calls(os.system, "true"), protocol=4),
        "os.system, protocol 5": pickle.dumps([Calls(os.system, "true")], protocol=5),
        "eval": named("builtins", "eval", "1"),
        "eval, Python 2": named("__builtin__", "eval", "1"),
        "exec": named("builtins", "exec", "1"),
        "import": named("importlib", "import_module", "os"),
        "torch.hub": named("torch.hub", "load", "a/b", "c"),
        "torch.load": named("torch", "load", "x.pt"),
        "torch.ops": named("torch._ops", "ops", "x"),
        "subprocess": named("subprocess", "Popen", "true"),
        "partial": named("functools", "partial", "x"),
        "operator": named("operator", "attrgetter", "x"),
        "attribute of a module": named("builtins", "getattr", "__class__", "forward.x"),
        "download by ultralytics": named("ultralytics.utils.downloads", "safe_download", "u"),
        "program by ultralytics": named("ultralytics.utils.checks", "check_requirements", "x"),
        "helper in a module of layers": named("ultralytics.nn.modules.block", "fuse_conv_and_bn"),
        "module in a module of layers": named("ultralytics.nn.modules.block", "F"),
        "model as a function": named("ultralytics.nn.tasks", "DetectionModel", "x.yaml"),
        "loader": named("ultralytics.nn.tasks", "torch_safe_load", "x.pt"),
        "dotted name": b"\x80\x04\x8c\x10torch.nn.modules\x8c\x0bconv.Conv2d\x93.",
        "computed name": b"\x80\x04\x8c\x02os]\x93.",
        "instance the old way": b"(S'true'\nios\nsystem\n.",
        "object the old way": b"(cos\nsystem\nS'true'\no.",
        "extension": b"\x80\x02\x82\x01.",
        "name kept in memory": b"\x80\x04\x8c\x02os\x94\x8c\x06system\x94h\x00h\x01\x93.",
        "change of a class": b"\x80\x02cultralytics.nn.modules.conv\nConv\nN}X\x01\x00\x00\x00a"
        b"K\x01s\x86b.",
        "call without a name": b"\x80\x02K\x01)R.",
        "number from outside": b"\x80\x05\x97.",
    }
    nested = io.BytesIO()
    pickle.Pickler(nested, protocol=2).dump({"a": [1, (2, Calls(os.system, "true"))]})
    return {**told, "deep inside": nested.getvalue()}
