"""From a reading to a data set: pictures, converted copies, thumbnails, rows.

Everything is built beside, in a folder that no list shows, and becomes the data set by one
renaming. What goes wrong with one picture costs that picture only.
"""

import hashlib
import os
import re
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any

from components.data import reading_file
from components.data.conversion import convert, digest_of, keep_original, trainer_suffix
from components.data.import_job import UNPACKED, Order, workspace_of
from components.data.in_place import stamp_of
from components.data.listing import Listing
from components.data.names import folded
from components.data.numbered import Fingerprints
from components.data.pictures import make_thumbnail, probe
from components.data.problems import note, warn
from components.data.reading_file import Change
from components.data.records import Label, PictureState, Problem, SourcePicture
from components.data.report import summarise
from components.data.rows import NewPicture
from components.data.unpack import PICTURE_SUFFIXES, suffix_of
from components.errors import PictureError
from components.jobs.worker import Needle
from components.workspace import demand_space

_AT_ONCE = 64  # pictures given to the threads before the user may stop again
_LONGEST_PART = 80  # bytes of one folder or file name
_LONGEST_PATH = 150  # characters; Windows gives 260 to the whole path
_FORBIDDEN = re.compile(r'[<>:"|?*\\\x00-\x1f\x7f]')
_DEVICES = {"con", "prn", "aux", "nul"} | {f"{d}{n}" for d in ("com", "lpt") for n in range(1, 10)}
THUMBNAIL_BYTES = 20_000  # of a picture, for the question whether the disk has room


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


@dataclass(slots=True)
class Storing:
    """Puts pictures into a data set's folder.

    Attributes:
        folder: The folder that is being built.
        change: What acceptance does to the classes.
        owned: Files below this folder are ours alone and may be linked instead of copied.
        heed: Called often; may raise to leave.
        problems: What went wrong on the way.
        emptied: Pictures whose labels were all left out.
        names: Gives every picture its place.
        in_place: Whether pictures that are not `owned` stay where they are, in the user's folder.
    """

    folder: Path
    change: Change
    owned: tuple[Path, ...]
    heed: Callable[[int], None]
    problems: list[Problem] = field(default_factory=list)
    emptied: int = 0
    names: SafeNames = field(default_factory=SafeNames)
    in_place: bool = False

    def stored(self, pictures: Iterator[SourcePicture]) -> Iterator[NewPicture]:
        """Every picture as the data set keeps it, in the same order."""
        done = 0
        # Pillow lets go of the interpreter while it decodes, so threads use all cores.
        with ThreadPoolExecutor(max(1, min(4, os.cpu_count() or 1))) as pool:
            while batch := list(islice(pictures, _AT_ONCE)):
                placed = [(picture, self.names.path(picture.name)) for picture in batch]
                for made in pool.map(self._store, *zip(*placed, strict=True)):
                    done += 1
                    if isinstance(made, NewPicture):
                        yield made
                    else:
                        self.problems.append(made)
                self.heed(done)
        if self.emptied:
            self.problems.append(note(
                "emptied", "", f"{self.emptied:,} pictures held only classes that you left out.",
                "They count as looked at, with nothing to be found on them.",
            ))  # fmt: skip

    def _store(self, picture: SourcePicture, place: str) -> NewPicture | Problem:
        thumbnail = self.folder / "thumbnails" / f"{place}.jpg"
        kept: list[Path] = [thumbnail]  # files of ours alone: they go when something is wrong
        is_ours = _is_below(picture.path, self.owned)
        stamp = ""
        try:
            facts = probe(picture.path, picture.name)
            suffix = suffix_of(picture.name)
            if self.in_place and not is_ours:
                original, stamp = picture.path, stamp_of(picture.path)
                digest = digest_of(original)
            else:
                home = "originals" if facts.needs_conversion else "images"
                original = self.folder / home / f"{place}{suffix}"
                kept.append(original)
                digest = keep_original(picture.path, original, may_link=is_ours)
            file = original
            if facts.needs_conversion:
                file = self.folder / "images" / f"{place}{trainer_suffix(facts, suffix)}"
                kept.append(file)
                convert(original, file, facts)
            make_thumbnail(file, thumbnail)
        except PictureError as error:
            for path in kept:
                path.unlink(missing_ok=True)
            return warn("picture_unreadable", picture.name, _about(error, picture),
                        "It is left out, with its labels.")  # fmt: skip
        return replace(
            self._row(picture, file, original, thumbnail, digest, facts.why), stamp=stamp
        )

    def _row(
        self, picture: SourcePicture, file: Path, original: Path, thumbnail: Path, digest: str,
        why: str,
    ) -> NewPicture:  # fmt: skip
        labels = tuple(
            label if new == label.class_name else label._replace(class_name=new)
            for label in picture.labels
            if (new := self.change.of(label.class_name)) is not None
        )
        state = picture.state
        if state is PictureState.LABELLED and not labels:
            state = PictureState.EMPTY
            self.emptied += 1
        return NewPicture(
            file=self._relative(file), original=self._relative(original), name=picture.name,
            width=picture.width, height=picture.height, state=state, split=picture.split,
            labels=labels, thumbnail=self._relative(thumbnail), sha256=digest,
            note=f"Converted for the trainer: {why}." if why else "",
        )  # fmt: skip

    def _relative(self, path: Path) -> str:
        is_inside = path.is_relative_to(self.folder)
        return (path.relative_to(self.folder) if is_inside else path).as_posix()


def _about(error: PictureError, picture: SourcePicture) -> str:
    """The sentence with the name the user knows, not the one in the store."""
    last = picture.name.rsplit("/", 1)[-1]
    return error.what if last in error.what else f"{picture.name} cannot be decoded to its end."


def _is_below(path: Path, roots: tuple[Path, ...]) -> bool:
    text = str(path)  # asked of every picture; `parents` costs a hundred times more
    return any(text.startswith(f"{root}{os.sep}") for root in roots)


def bytes_needed(
    pictures: Iterator[SourcePicture], owned: tuple[Path, ...], *, in_place: bool = False
) -> int:
    """Room that the data set takes on top of what lies there already."""
    needed = 0
    for picture in pictures:
        needed += THUMBNAIL_BYTES
        if not in_place and not _is_below(picture.path, owned):
            needed += picture.path.stat().st_size if picture.path.exists() else 0
    return needed


def storing_of(
    folder: Path, order: Order, into: Path, names: SafeNames, words: tuple[str, str],
    heed: Callable[[], None],
) -> Storing:  # fmt: skip
    """What puts the pictures of an accepted reading into a data set's folder.

    Args:
        folder: The import's.
        order: What was accepted.
        into: The data set's folder.
        names: Gives every picture its place.
        words: What is done, for the progress line; and what needs room on the disk.
        heed: Called often; may raise to leave.

    Raises:
        DiskFull: There is not enough room.
    """
    workspace, needle = workspace_of(folder), Needle(folder)
    owned = (
        folder.resolve() / UNPACKED,
        *(() if order.is_kept else (workspace.uploads.resolve(),)),
    )
    needle.show("Checking the disk")
    in_place = order.is_kept and order.in_place
    needed = bytes_needed(reading_file.pictures(folder), owned, in_place=in_place)
    demand_space(workspace.datasets, needed, words[1])
    total = summarise(folder).pictures

    def between_pictures(done: int) -> None:
        heed()
        needle.show(words[0], done, total)

    change = Change(order.classes)
    return Storing(into, change, owned, between_pictures, names=names, in_place=in_place)


def new_pictures() -> Listing[NewPicture]:
    """A list of pictures that wait to be written, on the disk when they are many."""
    return Listing((), _packed, _unpacked)


def _packed(picture: NewPicture) -> tuple[Any, ...]:
    return (
        picture.file, picture.original, picture.name, picture.width, picture.height,
        str(picture.state), picture.split, tuple(map(tuple, picture.labels)), picture.thumbnail,
        picture.sha256, picture.note, picture.stamp,
    )  # fmt: skip


def _unpacked(packed: tuple[Any, ...]) -> NewPicture:
    file, original, name, width, height, state, split, labels, *rest = packed
    return NewPicture(
        file, original, name, width, height, PictureState(state), split,
        tuple(map(Label._make, labels)), *rest,
    )  # fmt: skip


def discard(folder: Path) -> None:
    """Delete what was built so far."""
    shutil.rmtree(folder, ignore_errors=True)
