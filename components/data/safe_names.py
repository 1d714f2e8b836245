"""Names of pictures inside the store: the user's own where every system can hold them."""

import hashlib
import re

from components.data.listing import Listing
from components.data.names import folded
from components.data.numbered import Fingerprints
from components.data.unpack import PICTURE_SUFFIXES, suffix_of

_LONGEST_PART = 80  # bytes of one folder or file name
_LONGEST_PATH = 150  # characters; Windows gives 260 to the whole path
_FORBIDDEN = re.compile(r'[<>:"|?*\\\x00-\x1f\x7f]')
_DEVICES = {"con", "prn", "aux", "nul"} | {f"{d}{n}" for d in ("com", "lpt") for n in range(1, 10)}


class SafeNames:
    """Paths inside the store: the user's own where every system can hold them, else near to it."""

    def __init__(self, *, remembers: bool = False) -> None:
        """Begin; `remembers` keeps a list of what was `given`, to take it back."""
        self._taken = Fingerprints()  # two alike would only make one name longer
        self._remembers = remembers
        self.given = Listing[str]()

    def take(self, file: str) -> None:
        """Say that the path of a file, below its home, is somebody's already."""
        self._taken.add(folded(file[: len(file) - len(suffix_of(file))]))

    def path(self, name: str) -> str:
        """A free relative path for a picture of this name, without its ending, with `/`."""
        ending = suffix_of(name)
        parts = name[: len(name) - len(ending)].split("/")
        safe = "/".join(_safe_part(part) for part in parts if part not in ("", ".", ".."))
        if len(safe) > _LONGEST_PATH:
            safe = f"long/{_short_hash(name)}-{safe.rsplit('/', 1)[-1][-40:]}"
        candidate, number = safe or "picture", 1
        while folded(candidate) in self._taken:  # some disks do not tell a from A
            number += 1
            candidate = f"{safe}-{number}"
        self._taken.add(folded(candidate))
        if self._remembers:
            self.given.append(candidate)
        return candidate


def _safe_part(part: str) -> str:
    safe = _FORBIDDEN.sub("_", part).rstrip(". ") or "_"
    if suffix_of(safe) in PICTURE_SUFFIXES:  # a folder named a.jpg, and a picture of that name
        safe += "_"
    if safe.split(".")[0].casefold() in _DEVICES:
        safe = f"_{safe}"
    if len(safe.encode("utf-8")) > _LONGEST_PART:
        start = safe.encode("utf-8")[: _LONGEST_PART - 9].decode("utf-8", "ignore")
        safe = f"{start}-{_short_hash(part)}"
    return safe


def _short_hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
