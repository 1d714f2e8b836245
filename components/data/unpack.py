"""Opening an archive without trusting it.

Nothing is written under a name the archive chose: members go into numbered files, and the name
the user knows travels beside. So a name can lead nowhere, be too long for the disk, or be one
that Windows keeps for a device. What is broken or hostile becomes a problem row; the rest goes on.
"""

import os
import re
import stat
import struct
import sys
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from components.data.archive_kinds import OPENED, archive_kind
from components.data.archive_members import extract, leads_out, true_name
from components.data.problems import count, stop, warn
from components.data.records import Problem
from components.workspace import demand_space

PICTURE_SUFFIXES = frozenset(
    {
        ".jpg", ".jpeg", ".jpe", ".jfif", ".mpo", ".png", ".webp", ".bmp", ".dib", ".tif",
        ".tiff", ".gif", ".heic", ".heif", ".avif", ".ppm", ".pgm", ".pbm", ".pnm",
    }
)  # fmt: skip
LABEL_SUFFIXES = frozenset(
    {
        ".txt", ".yaml", ".yml", ".json", ".xml", ".csv", ".tsv", ".ndjson", ".jsonl", ".names",
        ".data", ".labels", ".tfrecord", ".tfrecords", ".record", ".manifest", ".geojson",
    }
)  # fmt: skip
_PART_OF_MANY = re.compile(r"(?<=record|ecords)-\d{1,7}-of-\d{1,7}$")
_JUNK_NAMES = {"thumbs.db", "desktop.ini", "ehthumbs.db"}


class Entry:
    """One file that was found.

    A set has hundreds of thousands, so each holds its name once and shares the folder above.

    Attributes:
        name: As the user knows it: relative, with forward slashes.
        size: Bytes.
    """

    __slots__ = ("_above", "_below", "name", "size")

    def __init__(self, path: Path | str, name: str, size: int) -> None:
        place = os.fspath(path)
        cut = len(place) - len(name)
        self._below: str | None = None if cut > 0 and place.endswith(name) else place
        self._above = sys.intern(place[:cut]) if self._below is None else ""
        self.name = name
        self.size = size

    @classmethod
    def of(cls, packed: tuple[str, str | None, str, int]) -> "Entry":
        """The entry that was `packed`."""
        made = object.__new__(cls)
        made._above, made._below, made.name, made.size = packed
        return made

    @property
    def packed(self) -> tuple[str, str | None, str, int]:
        """Plain values, for `of`."""
        return self._above, self._below, self.name, self.size

    @property
    def path(self) -> Path:
        """Where it lies now, absolute."""
        return Path(self.place)

    @property
    def place(self) -> str:
        """The path as text, which is cheaper to have."""
        return self._above + (self.name if self._below is None else self._below)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Entry):
            return NotImplemented
        return (self.place, self.name, self.size) == (other.place, other.name, other.size)

    def __hash__(self) -> int:
        return hash((self.name, self.size))


@dataclass(frozen=True, slots=True)
class Limits:
    """How much an archive may hold. Our own choice; it has no source.

    Attributes:
        files: Members.
        ratio: Unpacked size over packed size; deflate cannot do more than 1,032.
        harmless_bytes: Below this size no ratio is suspicious (a black mask packs very well).
        total_bytes: Of everything unpacked.
    """

    files: int = 500_000
    ratio: float = 250.0
    harmless_bytes: int = 64_000_000
    total_bytes: int = 2_000_000_000_000


def nothing_to_heed() -> None:
    """For callers that cannot be asked to stop."""


@dataclass(slots=True)
class Unpacked:
    """What came out of an archive; `left` names members that no reader could use."""

    entries: list[Entry]
    left: list[str]
    problems: list[Problem]


def is_junk(name: str) -> bool:
    """Whether a file is a trace of an operating system or a tool, never of the user.

    `*.cache` are pickles of a trainer on another machine; they are not looked at.
    """
    if "/" in name:
        parts = [part for part in name.split("/") if part not in ("", ".")]
        if not parts or any(part == "__MACOSX" or part.startswith(".") for part in parts):
            return True
        name = parts[-1]
    elif not name or name[0] == "." or name == "__MACOSX":  # as most ask: of a name in a folder
        return True
    last = name.casefold()
    return last in _JUNK_NAMES or last.endswith((".cache", ".part")) or "zone.identifier" in last


def suffix_of(name: str) -> str:
    """The name's ending in small letters, with its dot; empty when there is none.

    Of one part of many, as TensorFlow writes them, without the part's number.

    >>> suffix_of("train.record-00003-of-00010")
    '.record'
    """
    if "-of-" in name:
        name = _PART_OF_MANY.sub("", name)
    start, dot = name.rfind("/") + 1, name.rfind(".")
    return name[dot:].lower() if start < dot < len(name) - 1 else ""


def unpack(
    archive: Path,
    shown: str,
    room: Path,
    *,
    prefix: str = "",
    limits: Limits | None = None,
    heed: Callable[[], None] = nothing_to_heed,
) -> Unpacked:
    """Unpack what readers can use into numbered files in `room`.

    Args:
        archive: The zip file.
        shown: What to call it in a sentence.
        room: An own folder; made here.
        prefix: Stands in front of every name, with its slash.
        limits: How much is bearable.
        heed: Called between members; may raise to leave.

    Raises:
        DiskFull: What it holds does not fit on the disk.
    """
    limits = limits or Limits()
    result = Unpacked([], [], [])
    try:
        with zipfile.ZipFile(archive) as zipped:
            members = [member for member in zipped.infolist() if not member.is_dir()]
            trouble = _too_much(members, archive.stat().st_size, shown, limits)
            if trouble is not None:
                result.problems.append(trouble)
                return result
            kept = (each.file_size for each in members if not _is_bomb(each, limits))
            demand_space(room, sum(kept), f"unpacking {shown}")
            room.mkdir(parents=True, exist_ok=True)
            _unpack_members(zipped, members, shown, room, prefix, limits, heed, result)
    except (
        zipfile.BadZipFile, zipfile.LargeZipFile, ValueError, EOFError, zlib.error,
        OSError, NotImplementedError, OverflowError, struct.error,
    ):  # fmt: skip
        result.problems.append(_unreadable(archive, shown))
    return result


def _too_much(
    members: list[zipfile.ZipInfo], packed: int, shown: str, limits: Limits
) -> Problem | None:
    # What grows beyond measure by itself is left out alone, and the rest comes in.
    total = sum(member.file_size for member in members if not _is_bomb(member, limits))
    if not members:
        what = f"{shown} holds no files."
        return stop("archive_empty", shown, what, "It is left out; zip the folder again.")
    if len(members) > limits.files:
        what = f"{shown} says it holds {len(members):,} files; {limits.files:,} are the limit."
    elif total > limits.total_bytes:
        what = f"{shown} says it unpacks to {total / 1e9:,.0f} GB."
    elif total > limits.harmless_bytes and total > packed * limits.ratio:
        what = f"{shown} would grow {total / max(packed, 1):,.0f} times when unpacked."
    else:
        return None
    return stop("archive_bomb", shown, what, "It is not opened, as it could fill the disk.")


def _unreadable(archive: Path, shown: str) -> Problem:
    size = archive.stat().st_size if archive.exists() else 0
    if size == 0:
        what = f"{shown} is empty: it has 0 bytes."
    elif (kind := archive_kind(archive)) is not None:
        what = f"{shown} is a {kind} archive under the name of a zip."
    else:
        what = f"{shown} is not a whole zip archive: it was cut off, or is another kind of file."
    return stop("archive_broken", shown, what,
                "It is left out; download it or zip the folder again, and add it.")  # fmt: skip


def _unpack_members(
    zipped: zipfile.ZipFile, members: list[zipfile.ZipInfo], shown: str, room: Path, prefix: str,
    limits: Limits, heed: Callable[[], None], result: Unpacked,
) -> None:  # fmt: skip
    seen: set[str] = set()
    locked = 0
    for number, member in enumerate(members):
        heed()
        name = true_name(member)
        if is_junk(name) and not leads_out(name):
            continue
        if member.flag_bits & 0x1:
            locked += 1
            continue
        trouble = _refusal(member, name, shown, seen, limits)
        if trouble is not None:
            result.problems.append(trouble)
            continue
        seen.add(name)
        suffix = suffix_of(name)
        if suffix not in PICTURE_SUFFIXES | LABEL_SUFFIXES | OPENED | {""}:
            result.left.append(prefix + name)
            continue
        target = room / f"{number:06d}{suffix}"
        trouble = extract(zipped, member, target, name)
        if trouble is None:
            result.entries.append(Entry(target, prefix + name, member.file_size))
        else:
            result.problems.append(trouble)
    if locked:
        result.problems.append(stop(
            "archive_locked", shown,
            f"{count(locked, 'file')} in {shown} {'is' if locked == 1 else 'are'} locked with a "
            "password.",
            "They are left out; zip them again without a password.",
        ))  # fmt: skip


def _is_bomb(member: zipfile.ZipInfo, limits: Limits) -> bool:
    return (
        member.file_size > limits.harmless_bytes
        and member.file_size > max(member.compress_size, 1) * limits.ratio
    )


def _refusal(
    member: zipfile.ZipInfo, name: str, shown: str, seen: set[str], limits: Limits
) -> Problem | None:
    """Why a member must not be unpacked, or None."""
    kind = stat.S_IFMT(member.external_attr >> 16)
    if leads_out(name):
        code, what = "archive_path", f"A file in {shown} has a name that leads out of it: {name}."
    elif kind not in (0, stat.S_IFREG):
        code, what = "archive_link", f"{name} in {shown} is a link or a device, not a file."
    elif _is_bomb(member, limits):
        code = "archive_bomb"
        what = f"{name} in {shown} would grow to {member.file_size / 1e9:,.1f} GB when unpacked."
    elif name in seen:
        code, what = "archive_twice", f"{shown} holds {name} twice."
    else:
        return None
    done = "The first one is used." if code == "archive_twice" else "It is left out."
    return warn(code, name, what, done)
