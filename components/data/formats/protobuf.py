"""Reading a `tf.train.Example`, the one protocol buffer that label files use.

Features { name -> bytes, floats or whole numbers }, in the wire format of protocol buffers: a tag
with a field's number and kind, then its content. Nothing in it is believed.
"""

import struct
from collections.abc import Collection, Iterator

Values = dict[str, list[bytes | float | int]]

_MOST_VALUES = 1_000_000  # of one feature: more boxes than a picture can show
_VARINT, _EIGHT, _CHUNK, _FOUR = 0, 1, 2, 5


class _Broken(Exception):
    """The bytes are no such message."""


def example(data: bytes, without: Collection[str] = ()) -> Values | None:
    """An Example's features by name, or None when the bytes are none.

    Args:
        data: The message.
        without: Names of features that are passed over, such as the picture itself.
    """
    made: Values = {}
    view = memoryview(data)
    try:
        for _, features in _chunks(view, 1):
            for _, entry in _chunks(features, 1):
                parts = dict(_chunks(entry))
                name = bytes(parts.get(1, b"")[:500]).decode("utf-8", "replace")
                if name not in without and 2 in parts:
                    made[name] = list(_feature(parts[2]))
    except (_Broken, struct.error):
        return None
    return made if made or not data else None


def _fields(view: memoryview) -> Iterator[tuple[int, int, memoryview | int]]:
    """Number, kind and content of each field."""
    at = 0
    while at < len(view):
        tag, at = _varint(view, at)
        number, kind = tag >> 3, tag & 7
        if kind == _VARINT:
            value, at = _varint(view, at)
            yield number, kind, value
            continue
        size = {_EIGHT: 8, _FOUR: 4}.get(kind, -1)
        if kind == _CHUNK:
            size, at = _varint(view, at)
        if size < 0 or at + size > len(view):
            raise _Broken
        yield number, kind, view[at : at + size]
        at += size


def _chunks(view: memoryview, wanted: int = 0) -> Iterator[tuple[int, memoryview]]:
    for number, kind, value in _fields(view):
        if kind == _CHUNK and isinstance(value, memoryview) and wanted in (0, number):
            yield number, value


def _varint(view: memoryview, at: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        if at >= len(view):
            break
        byte = view[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
    raise _Broken


def _feature(view: memoryview) -> Iterator[bytes | float | int]:
    """Values of a feature: a list of bytes (1), of floats (2) or of whole numbers (3)."""
    for kind, values in _chunks(view):
        for count, value in enumerate(_values(kind, values)):
            if count >= _MOST_VALUES:
                raise _Broken
            yield value


def _values(kind: int, view: memoryview) -> Iterator[bytes | float | int]:
    for _, how, value in _fields(view):
        if isinstance(value, int):
            yield _signed(value)
        elif kind == 1:
            yield bytes(value)
        elif kind == 2:
            if len(value) % 4 or how not in (_CHUNK, _FOUR):
                raise _Broken
            yield from struct.unpack(f"<{len(value) // 4}f", value)
        else:
            at = 0
            while at < len(value):
                number, at = _varint(value, at)
                yield _signed(number)


def _signed(value: int) -> int:
    return value - (1 << 64) if value >= 1 << 63 else value
