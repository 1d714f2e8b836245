"""The zip that is taken away, filled file by file; pictures are not packed a second time."""

import shutil
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from components.errors import DatasetError

_SLICE = 1 << 20


class Parcel:
    """A zip in the making. One file at a time is open in it.

    Args:
        archive: Where it is written.
        heed: Called between files; may raise to leave.
    """

    def __init__(self, archive: zipfile.ZipFile, heed: Callable[[], None]) -> None:
        self._zip = archive
        self._heed = heed
        self._now = time.localtime()[:6]

    def picture(self, name: str, file: Path) -> None:
        """Put a picture's bytes in, untouched.

        Raises:
            DatasetError: The file is gone.
        """
        self._heed()
        about = zipfile.ZipInfo(name, self._now)
        about.file_size = file.stat().st_size if file.exists() else 0  # above 4 GB it must know
        try:
            with file.open("rb") as source, self._zip.open(about, "w") as target:
                shutil.copyfileobj(source, target, _SLICE)
        except FileNotFoundError as error:
            raise DatasetError(
                f"The picture {file.name} is gone from the data set's folder.",
                "Put the file back, or bring the pictures in again.",
            ) from error

    def text(self, name: str, content: str) -> None:
        """Put a small text in."""
        with self.stream(name) as write:
            write(content)

    @contextmanager
    def stream(self, name: str) -> Iterator[Callable[[str], object]]:
        """A text that is written piece by piece."""
        about = zipfile.ZipInfo(name, self._now)
        about.compress_type = zipfile.ZIP_DEFLATED
        with self._zip.open(about, "w", force_zip64=True) as target:
            yield lambda content: target.write(content.encode("utf-8"))
