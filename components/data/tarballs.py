"""Opening tar archives, plain or packed (.tar.gz, .tar.bz2, .tar.xz), without trusting them.

They are read from front to back, as they cannot be looked over beforehand: what is too much is
found out while reading, and then nothing of the archive is kept. The rules are those of zips.
"""

import bz2
import gzip
import lzma
import shutil
import sys
import tarfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, cast

from components.data.archive_kinds import OPENED, archive_kind, without_ending
from components.data.archive_members import SLICE, leads_out
from components.data.problems import stop, warn
from components.data.records import Problem
from components.data.unpack import (
    LABEL_SUFFIXES,
    PICTURE_SUFFIXES,
    Entry,
    Limits,
    Unpacked,
    is_junk,
    nothing_to_heed,
    suffix_of,
)
from components.errors import DiskFull
from components.workspace import demand_space

_HEADERS = 2_000_000  # bytes that may stand between two members: long names, notes on files
_DISK_EVERY = 256_000_000  # bytes after which the room on the disk is asked anew
_BROKEN = (tarfile.TarError, EOFError, OSError, zlib.error, lzma.LZMAError, ValueError,
           OverflowError, RecursionError, IndexError)  # fmt: skip


class _TooMuch(Exception):
    """What the archive holds goes beyond a limit; the text says how, for people."""


class _Source:
    """The unpacked bytes, never more at once than has been granted.

    `demand_bearable` is told how many came out so far and raises when that is too much.
    """

    def __init__(self, file: BinaryIO, demand_bearable: Callable[[int], None]) -> None:
        self._file = file
        self._demand_bearable = demand_bearable
        self.granted = 0
        self.given = 0

    def read(self, size: int) -> bytes:
        """What comes next, at most `size` bytes.

        Raises:
            tarfile.ReadError: More is asked for than was granted.
        """
        data = self._file.read(min(size, SLICE))
        self.given += len(data)
        self._demand_bearable(self.given)
        if self.given > self.granted:
            raise tarfile.ReadError("a header larger than any needs to be")
        return data


@dataclass(slots=True)
class _Work:
    """One archive being unpacked."""

    path: Path
    shown: str
    room: Path
    prefix: str
    limits: Limits
    result: Unpacked = field(default_factory=lambda: Unpacked([], [], []))
    seen: set[str] = field(default_factory=set)
    number: int = 0
    written: int = 0

    def demand_bearable(self, given: int) -> None:
        """Check what has come out so far.

        Raises:
            _TooMuch: It is more than such an archive may hold.
        """
        packed = max(self.path.stat().st_size, 1)
        if self.number > self.limits.files:
            raise _TooMuch(f"holds more than {self.limits.files:,} files")
        if given > self.limits.total_bytes:
            raise _TooMuch(f"unpacks to more than {self.limits.total_bytes / 1e9:,.0f} GB")
        if given > self.limits.harmless_bytes and given > packed * self.limits.ratio:
            raise _TooMuch(f"would grow more than {self.limits.ratio:,.0f} times when unpacked")


def unpack_tar(
    archive: Path,
    shown: str,
    room: Path,
    *,
    prefix: str = "",
    limits: Limits | None = None,
    heed: Callable[[], None] = nothing_to_heed,
) -> Unpacked:
    """Unpack what readers can use into numbered files in `room`; a single packed file too.

    Args:
        archive: The file; packed with gzip, bzip2 or xz, or not at all.
        shown: What to call it in a sentence.
        room: An own folder; made here.
        prefix: Stands in front of every name, with its slash.
        limits: How much is bearable.
        heed: Called between members; may raise to leave.

    Raises:
        DiskFull: What it holds does not fit on the disk.
    """
    work = _Work(archive, shown, room, prefix, limits or Limits())
    room.mkdir(parents=True, exist_ok=True)
    try:
        with _opened(archive) as file:
            source = _Source(file, work.demand_bearable)
            if not _members(work, source, heed):
                _single(work)
    except _TooMuch as error:
        shutil.rmtree(room, ignore_errors=True)
        work.result = Unpacked([], [], [stop(
            "archive_bomb", shown, f"{shown} {error}.",
            "It is not opened, as it could fill the disk.",
        )])  # fmt: skip
    except _BROKEN as error:
        if isinstance(error, OSError) and error.errno == 28:
            raise DiskFull(
                f"The disk is too full for unpacking {shown}.", "Free some room and try again."
            ) from error
        work.result.problems.append(_cut_off(work, error))
    return work.result


def may_hold(name: str) -> bool:
    """Whether an archive of this name may be of use: "scan.nii.gz" is a single file of no use."""
    inner = suffix_of(without_ending(name))
    is_tar = name.lower().endswith((".tar", *(f".tar.{end}" for end in ("gz", "bz2", "xz"))))
    return is_tar or suffix_of(name) not in (".gz", ".bz2", ".xz") or inner in (
        PICTURE_SUFFIXES | LABEL_SUFFIXES | {""}
    )  # fmt: skip


def _opened(archive: Path) -> BinaryIO:
    """The archive's bytes, unpacked as they are read."""
    match archive_kind(archive):
        case "gzip":
            return cast(BinaryIO, gzip.open(archive, "rb"))
        case "bzip2":
            return cast(BinaryIO, bz2.open(archive, "rb"))
        case "xz":
            return cast(BinaryIO, lzma.open(archive, "rb"))
    return archive.open("rb")


def _cut_off(work: _Work, error: Exception) -> Problem:
    if work.result.entries:
        return stop(
            "archive_broken", work.shown,
            f"{work.shown} is not whole ({error or type(error).__name__}).",
            "What stands before the fault comes in; pack the folder again to have the rest.",
        )  # fmt: skip
    return stop(
        "archive_broken", work.shown,
        f"{work.shown} is not a whole archive ({error or type(error).__name__}).",
        "It is left out; zip the folder again and add it.",
    )  # fmt: skip


def _members(work: _Work, source: _Source, heed: Callable[[], None]) -> bool:
    """Unpack every member; False when it is no tar archive at all."""
    source.granted = _HEADERS
    try:
        tar = tarfile.open(fileobj=cast(BinaryIO, source), mode="r|")  # noqa: SIM115 - closes nothing
    except (tarfile.ReadError, tarfile.HeaderError):
        return False
    for member in _each(tar):
        heed()
        source.granted = source.given + member.size + _HEADERS
        work.number += 1
        work.demand_bearable(source.given)
        if not member.isdir():
            _take(work, tar, member)
    if not work.number:
        work.result.problems.append(stop(
            "archive_empty", work.shown, f"{work.shown} holds no files.",
            "It is left out; zip the folder again.",
        ))  # fmt: skip
    return True


def _each(tar: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    """Members one after the other; the list that tarfile keeps of them is emptied on the way."""
    while (member := tar.next()) is not None:
        yield member
        vars(tar)["members"] = []  # else a hundred thousand are held


def _take(work: _Work, tar: tarfile.TarFile, member: tarfile.TarInfo) -> None:
    """Unpack one member, or say why not."""
    name = member.name.replace("\\", "/").removeprefix("./")
    if is_junk(name) and not leads_out(name):
        return
    trouble = _refusal(work, member, name)
    if trouble is not None:
        work.result.problems.append(trouble)
        return
    work.seen.add(name)
    suffix = suffix_of(name)
    if suffix not in PICTURE_SUFFIXES | LABEL_SUFFIXES | OPENED | {""}:
        work.result.left.append(work.prefix + name)
        return
    target = work.room / f"{work.number:06d}{suffix}"
    data = tar.extractfile(member)
    if data is not None:
        _write(work, cast(BinaryIO, data), target)
        work.result.entries.append(Entry(target, work.prefix + name, member.size))


def _refusal(work: _Work, member: tarfile.TarInfo, name: str) -> Problem | None:
    """Why a member must not be unpacked, or None."""
    if leads_out(name):
        code, what = "archive_path", (
            f"A file in {work.shown} has a name that leads out of it: {name}."
        )  # fmt: skip
    elif not member.isreg() or member.issparse():
        code, what = "archive_link", f"{name} in {work.shown} is a link or a device, not a file."
    elif name in work.seen:
        code, what = "archive_twice", f"{work.shown} holds {name} twice."
    else:
        return None
    done = "The first one is used." if code == "archive_twice" else "It is left out."
    return warn(code, name, what, done)


def _write(work: _Work, data: BinaryIO, target: Path) -> None:
    with target.open("wb") as file:
        while block := data.read(SLICE):
            before = work.written
            work.written += len(block)
            if before // _DISK_EVERY != work.written // _DISK_EVERY or not before:
                demand_space(work.room, _DISK_EVERY, f"unpacking {work.shown}")
            file.write(block)


def _single(work: _Work) -> None:
    """One packed file that is no archive: labels.json.gz."""
    name = work.shown.rpartition(".")[0]
    if suffix_of(name) not in PICTURE_SUFFIXES | LABEL_SUFFIXES:
        raise tarfile.ReadError("there is no list of files in it")
    target = work.room / f"000000{suffix_of(name)}"
    with _opened(work.path) as file:
        source = _Source(file, work.demand_bearable)
        source.granted = sys.maxsize
        _write(work, cast(BinaryIO, source), target)
    last = name.rpartition("/")[2]
    work.result.entries.append(Entry(target, work.prefix + last, work.written))
