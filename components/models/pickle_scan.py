"""The lock on the door: a weights file is a pickle, and a pickle is a program.

Nothing here runs any of it. The program is followed on a stack of symbols (what *would* lie
there), so that we know what it names, what it calls and with which name it asks for attributes,
however it is spelled. Named may only be what stands in `known_classes.json` and below; called may
only be the few functions that put tensors together. Whatever is not understood is refused.

This is the first of two locks: files are opened with `weights_only` as well (`ultralytics_quiet`).
"""

import json
import pickletools
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from components.errors import WeightsError

MOST_BYTES = 32_000_000  # the program of YOLO26x is half a megabyte
REFUSED_FIX = (
    "Choose a weights file from a source you trust, such as Ultralytics itself, or start from "
    "Tailor's starter weights."
)

# May be called with arguments; each only puts values together.
_CALLABLE = {
    "collections": {"OrderedDict"},
    "torch": {"Size", "device"},
    "ultralytics.utils": {"IterableSimpleNamespace"},
    "torch._utils": {"_rebuild_tensor", "_rebuild_tensor_v2", "_rebuild_parameter"},
    "__builtin__": {"set", "frozenset"},
    "builtins": {"set", "frozenset"},
    "torchvision.transforms.functional": {"InterpolationMode"},
    "_codecs": {"encode"},  # how protocol 2 writes bytes
    "numpy": {"dtype"},
    "numpy.core.multiarray": {"scalar"},
    "numpy._core.multiarray": {"scalar"},
    "pathlib": {"PosixPath", "WindowsPath"},
    "pathlib._local": {"PosixPath", "WindowsPath"},
}
# May be named, never called.
_NAMEABLE = {
    "torch": {
        *(f"{kind}Storage" for kind in ("Float", "Half", "Double", "BFloat16", "Long", "Int",
                                        "Short", "Char", "Byte", "Bool")),
        "float32", "float16", "float64", "bfloat16", "int64", "int32", "int16", "int8", "uint8",
        "bool", "strided",
    },
}  # fmt: skip
# Older checkpoints of Ultralytics name these by asking a class for an attribute.
_GETATTR = {("builtins", "getattr"), ("__builtin__", "getattr")}
_ATTRIBUTES = {"forward", "forward_fuse", "BILINEAR", "NEAREST", "BICUBIC"}
# What pickles are written with, but for the registry of extensions, buffers from outside and the
# two oldest ways of making objects. Protocol 5 is the newest; a later one is refused.
_INSTRUCTIONS = {op.name for op in pickletools.opcodes if op.proto <= 5} - {
    "EXT1", "EXT2", "EXT4", "NEXT_BUFFER", "READONLY_BUFFER", "INST", "OBJ", "PERSID",
}  # fmt: skip
_TEXT = {"UNICODE", "BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8", "BINSTRING",
         "SHORT_BINSTRING", "STRING"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Named:
    """Something the program asks for by module and name."""

    module: str
    name: str

    def __str__(self) -> str:
        return f"{self.module}.{self.name}"


@dataclass(frozen=True, slots=True)
class Items:
    """A tuple of symbols."""

    values: tuple[Any, ...]


class _Mark:
    """The place an instruction builds back to."""


_MARK = _Mark()
_UNKNOWN = None  # some value that is neither a name, a text nor a tuple


def scan(program: bytes, file: str) -> set[str]:
    """Follow a pickle without running it.

    Args:
        program: The pickle.
        file: The weights file's name, for the sentence.

    Returns:
        Everything it names, as "module.name".

    Raises:
        WeightsError: It names, calls or does something that weights have no use for.
    """
    if len(program) > MOST_BYTES:
        raise _refused(file, f"its description alone has {len(program) / 1e6:,.0f} MB")
    follower = _Follower(file)
    try:
        for instruction, argument, _ in pickletools.genops(program):
            follower.step(instruction, argument)
    except (ValueError, IndexError, UnicodeDecodeError, OverflowError) as error:
        raise WeightsError(
            f"{file} is damaged or is no weights file.",
            "Download or copy it again, or start from Tailor's starter weights.",
        ) from error
    return {str(named) for named in follower.named}


@dataclass(slots=True)
class _Follower:
    """A pickle machine that only ever handles symbols."""

    file: str
    stack: list[Any] = field(default_factory=list)
    memo: dict[int, Any] = field(default_factory=dict)
    named: set[Named] = field(default_factory=set)

    def step(self, instruction: pickletools.OpcodeInfo, argument: Any) -> None:
        """Follow one instruction."""
        name = instruction.name
        if name not in _INSTRUCTIONS:
            raise _refused(self.file, f"it uses the instruction {name}")
        if name in _TEXT:
            self.stack.append(str(argument))
        elif name == "GLOBAL":
            module, _, attribute = str(argument).partition(" ")
            self.stack.append(self._ask_for(module, attribute))
        elif name in ("PUT", "BINPUT", "LONG_BINPUT", "MEMOIZE"):
            place = len(self.memo) if argument is None else int(argument)
            self.memo[place] = self.stack[-1]
        elif name in ("GET", "BINGET", "LONG_BINGET"):
            if int(argument) not in self.memo:
                raise ValueError("an unknown memory")
            self.stack.append(self.memo[int(argument)])
        elif name == "DUP":
            self.stack.append(self.stack[-1])
        else:
            self._combine(instruction)

    def _combine(self, instruction: pickletools.OpcodeInfo) -> None:
        """Take what the instruction takes from the stack, put down what it makes."""
        taken = self._take(instruction)
        match instruction.name:
            case "MARK":
                made: Any = _MARK
            case "STACK_GLOBAL":
                made = self._ask_for(*taken)
            case "REDUCE" | "NEWOBJ" | "NEWOBJ_EX":
                made = self._call(instruction.name, taken)
            case "BUILD":
                # Setting attributes of a class or function itself would change it for everybody.
                if isinstance(taken[0], Named):
                    raise _refused(self.file, f"it changes {taken[0]}")
                made = taken[0]
            case "TUPLE" | "TUPLE1" | "TUPLE2" | "TUPLE3" | "EMPTY_TUPLE":
                made = Items(tuple(taken))
            case _:
                # lists, dictionaries and sets stay what they are while they are filled
                made = _UNKNOWN
        if instruction.stack_after:
            self.stack.append(made)

    def _take(self, instruction: pickletools.OpcodeInfo) -> list[Any]:
        before = instruction.stack_before
        above: list[Any] = []
        count = len(before)
        ends_at_mark = pickletools.markobject in before
        if ends_at_mark or (instruction.name == "POP" and self.stack[-1] is _MARK):
            while (value := self.stack.pop()) is not _MARK:
                above.insert(0, value)
            count = before.index(pickletools.markobject) if ends_at_mark else 0
        if count > len(self.stack):
            raise ValueError("an empty stack")
        below = [self.stack.pop() for _ in range(count)][::-1]
        if _MARK in below:
            raise ValueError("a mark where a value should be")
        return below + above

    def _ask_for(self, module: Any, name: Any) -> Named:
        if not isinstance(module, str) or not isinstance(name, str):
            raise _refused(self.file, "it puts together the names of programs while it is opened")
        wanted = Named(module, name)
        if not _may_be_named(wanted):
            if wanted.module.startswith("ultralytics.nn.") and wanted.name[:1].isupper():
                raise _too_new(self.file, wanted)
            raise _refused(self.file, f"it would use {wanted}")
        self.named.add(wanted)
        return wanted

    def _call(self, how: str, taken: list[Any]) -> Any:
        called = taken[0]
        if not isinstance(called, Named):
            raise _refused(self.file, "it calls something that has no name")
        if (called.module, called.name) in _GETATTR:
            self._may_ask_attribute(taken[1])
        elif how == "REDUCE" and called.name not in _CALLABLE.get(called.module, ()):
            raise _refused(self.file, f"it would call {called}")
        return _UNKNOWN

    def _may_ask_attribute(self, arguments: Any) -> None:
        values = arguments.values if isinstance(arguments, Items) else ()
        if len(values) != 2 or values[1] not in _ATTRIBUTES:
            raise _refused(self.file, "it would reach into a program part (getattr)")


def _may_be_named(wanted: Named) -> bool:
    return (
        wanted.name in _known_classes().get(wanted.module, ())
        or wanted.name in _CALLABLE.get(wanted.module, ())
        or wanted.name in _NAMEABLE.get(wanted.module, ())
        or (wanted.module, wanted.name) in _GETATTR
    )


def _too_new(file: str, wanted: Named) -> WeightsError:
    return WeightsError(
        f"{file} was not opened: it names {wanted}, a kind of layer that the Ultralytics installed "
        "here does not know. A newer version may have written the file.",
        "Choose weights of an older version, or Tailor's starter weights.",
    )


def _refused(file: str, why: str) -> WeightsError:
    return WeightsError(f"{file} was not opened: {why}, which weights have no use for.",
                        REFUSED_FIX)  # fmt: skip


@cache
def _known_classes() -> dict[str, set[str]]:
    """Classes of layers and models, by module; a test holds them to the installed libraries."""
    text = Path(__file__).with_name("known_classes.json").read_text(encoding="utf-8")
    return {module: set(names) for module, names in json.loads(text).items()}
