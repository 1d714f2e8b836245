"""One member of an archive: its true name, and getting it out."""

import zipfile
import zlib
from pathlib import Path, PurePosixPath

from components.data.problems import warn
from components.data.records import Problem

SLICE = 1 << 20


def true_name(member: zipfile.ZipInfo) -> str:
    """The member's name with forward slashes.

    Many tools write UTF-8 without saying so; Python then reads it as the DOS code page 437.
    """
    name = member.filename
    if not member.flag_bits & 0x800:
        try:
            name = name.encode("cp437").decode("utf-8")
        except (UnicodeEncodeError, UnicodeDecodeError):
            name = member.filename
    return name.replace("\\", "/").removeprefix("./")


def leads_out(name: str) -> bool:
    """Whether a member's name would put it outside the folder it is unpacked into."""
    return name.startswith("/") or name[1:2] == ":" or ".." in PurePosixPath(name).parts


def extract(
    zipped: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path, name: str
) -> Problem | None:
    """Write a member to `target`; what was wrong with it, or None.

    Raises:
        OSError: The disk is full.
    """
    try:
        with zipped.open(member) as source, target.open("wb") as file:
            while block := source.read(SLICE):
                file.write(block)
    except (
        zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError,
        OSError,
    ) as error:  # fmt: skip
        target.unlink(missing_ok=True)
        if isinstance(error, OSError) and error.errno == 28:
            raise
        return warn("archive_member", name, f"{name} cannot be unpacked ({error}).",
                    "It is left out.")  # fmt: skip
    return None
