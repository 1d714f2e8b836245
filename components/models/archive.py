"""A weights file as an archive: that it is exactly what torch writes, before anything is read.

torch and Python read zip files with different programs, so a file that can be read in two ways
is refused: double names, something before or behind the archive, packed entries.
"""

import re
import struct
import zipfile
from pathlib import Path

from components.errors import WeightsError

MOST_BYTES = 4_000_000_000  # ten times the largest YOLO
MOST_ENTRIES = 20_000
_ENTRY = re.compile(
    r"data\.pkl|data/\d+|version|byteorder|\.format_version|\.storage_alignment|"
    r"\.data/serialization_id"
)
_END = struct.Struct("<4s4H2LH")  # the end record of a zip file, comment not counted
_ZIP64_MARK = 0xFFFFFFFF


def read_program(path: Path) -> bytes:
    """The pickle inside of a weights file.

    Raises:
        WeightsError: It is missing, damaged, too large, or not exactly a torch archive.
    """
    try:
        with path.open("rb") as file:
            start = file.read(4)
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise WeightsError(
                f"{path.name} has {size / 1e9:.1f} GB; YOLO weights have well below 1 GB.",
                "Choose a YOLO weights file, or start from Tailor's starter weights.",
            )
        if start != b"PK\x03\x04":
            raise _not_torch(path, "it is not an archive as PyTorch has written them since 2020")
        with zipfile.ZipFile(path) as archive:
            _demand_torch_layout(path, archive)
            return archive.read(_program_entry(path, archive))
    except (zipfile.BadZipFile, EOFError, struct.error, NotImplementedError) as error:
        raise WeightsError(
            f"{path.name} is cut off or damaged.",
            "Download or copy it again, or start from Tailor's starter weights.",
        ) from error
    except OSError as error:
        raise WeightsError(
            f"{path.name} cannot be read ({error.strerror or error}).",
            "Choose another file, or start from Tailor's starter weights.",
        ) from error


def _demand_torch_layout(path: Path, archive: zipfile.ZipFile) -> None:
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    tops = {name.partition("/")[0] for name in names}
    if not entries or len(entries) > MOST_ENTRIES or len(tops) != 1 or len(set(names)) < len(names):
        raise _not_torch(path, "its entries are not those of a PyTorch file")
    for entry in entries:
        if not _ENTRY.fullmatch(entry.filename.partition("/")[2]):
            raise _not_torch(path, f"it holds '{entry.filename[:80]}'")
        if entry.compress_type != zipfile.ZIP_STORED or entry.compress_size != entry.file_size:
            raise _not_torch(path, f"'{entry.filename[:80]}' is packed")
    if min(entry.header_offset for entry in entries) != 0 or not _ends_where_it_says(path, archive):
        raise _not_torch(path, "there is something before or behind the archive")


def _ends_where_it_says(path: Path, archive: zipfile.ZipFile) -> bool:
    """Whether the directory that Python found is the last thing in the file."""
    with path.open("rb") as file:
        file.seek(-_END.size, 2)
        mark, _, _, _, _, length, offset, comment = _END.unpack(file.read(_END.size))
    if mark != b"PK\x05\x06" or comment:
        return False
    return bool(offset in (archive.start_dir, _ZIP64_MARK) and length > 0)


def _program_entry(path: Path, archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    found = [e for e in archive.infolist() if e.filename.partition("/")[2] == "data.pkl"]
    if len(found) != 1:
        raise _not_torch(path, "it has no single description (data.pkl)")
    return found[0]


def _not_torch(path: Path, why: str) -> WeightsError:
    return WeightsError(
        f"{path.name} was not opened: {why}.",
        "Choose a .pt file that Ultralytics or Tailor has written, or start from Tailor's starter "
        "weights.",
    )
