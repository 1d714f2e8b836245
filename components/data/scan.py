"""Finding what the user gave: zips, loose files, folders, all seen as one tree of names."""

import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from operator import attrgetter
from pathlib import Path

from components.data.archive_kinds import SUFFIXES, TARS, archive_kind, without_ending
from components.data.listing import Listing, entries
from components.data.problems import stop, warn
from components.data.questions import Question
from components.data.records import Problem
from components.data.tarballs import may_hold, unpack_tar
from components.data.unpack import (
    LABEL_SUFFIXES,
    PICTURE_SUFFIXES,
    Entry,
    Limits,
    is_junk,
    nothing_to_heed,
    suffix_of,
    unpack,
)
from components.errors import DatasetError

MOST_FILES = 2_000_000  # somebody typed "/" as the folder's path


Entries = list[Entry] | Listing[Entry]


@dataclass(slots=True)
class Finds:
    """Everything that was found.

    Attributes:
        pictures: Files that look like pictures by their name, in order of their names.
        texts: Files that may describe pictures, in order of their names.
        left: Names of other files: no reader opens them, but they tell what a set is.
        masks: Pictures that are masks of others; `masks_aside.set_masks_aside` moves them here.
        problems: What could not be opened.
        room: Where readers may put pictures that they find inside label files.
        kinds: What JSON files turned out to be, by name, so that each is looked at once.
        prefer: What the person said where files leave it open, as `questions` has it.
        questions: What readers want to ask; of those that read nothing, nobody asks it.
    """

    pictures: Entries = field(default_factory=entries)
    texts: Entries = field(default_factory=entries)
    left: list[str] | Listing[str] = field(default_factory=Listing)
    masks: Entries = field(default_factory=entries)
    problems: list[Problem] = field(default_factory=list)
    room: Path | None = None
    kinds: dict[str, str] = field(default_factory=dict)
    prefer: str = ""
    questions: list[Question] = field(default_factory=list)


class Search:
    """Collects what the sources hold; archives are unpacked into `room`."""

    def __init__(
        self,
        room: Path,
        *,
        limits: Limits | None = None,
        heed: Callable[[], None] = nothing_to_heed,
    ) -> None:
        self._room = room
        self._limits = limits
        self._heed = heed
        self._archives = 0
        self._opened: set[str] = set()
        self.finds = Finds(room=room)

    def add(self, source: Path, *, prefix: str = "") -> None:
        """Look into one file or folder.

        Raises:
            DatasetError: It is not there, or holds too many files.
            DiskFull: An archive does not fit on the disk.
        """
        if source.is_dir():
            for entry in self._walk(source, prefix):
                self._take(entry, depth=1)
        elif source.is_file():
            self._take(Entry(source, prefix + source.name, source.stat().st_size), depth=0)
        else:
            raise DatasetError(
                f"There is no file or folder {source}.",
                "Check the path, or choose the files again.",
            )

    def done(self) -> Finds:
        """What was found, in order of names."""
        self.finds.pictures = self._each_once(self.finds.pictures)
        self.finds.texts = self._each_once(self.finds.texts)
        return self.finds

    def _each_once(self, found: Entries) -> Listing[Entry]:
        """In order of names; of two of a name, the first that was found."""
        kept, last = entries(), ""
        listed = found if isinstance(found, Listing) else entries(found)
        for entry in listed.in_order(attrgetter("name")):
            name = entry.name
            if name == last:
                self._told_twice(entry)
            else:
                kept.append(entry)
                last = name
        return kept

    def _told_twice(self, entry: Entry) -> None:
        self.finds.problems.append(warn(
            "name_twice", entry.name, f"{entry.name} was given twice.", "The first is used."
        ))  # fmt: skip

    def _take(self, entry: Entry, depth: int) -> None:
        self._heed()
        suffix = suffix_of(entry.name)
        if suffix in PICTURE_SUFFIXES or (suffix == "" and looks_like_picture(entry.path)):
            self.finds.pictures.append(entry)
        elif suffix in LABEL_SUFFIXES:
            self.finds.texts.append(entry)
        elif suffix == "" and _looks_like_xml(entry.path):  # Stanford's dogs are described so
            self.finds.texts.append(Entry(entry.path, f"{entry.name}.xml", entry.size))
        elif suffix in SUFFIXES:
            self._open(entry, depth)
        else:
            self.finds.left.append(entry.name)

    def _open(self, entry: Entry, depth: int) -> None:
        """Unpack an archive: a given one (depth 0), or one inside it or in a folder (1)."""
        if entry.name in self._opened:
            self._told_twice(entry)
            return
        self._opened.add(entry.name)
        kind = archive_kind(entry.path) or (suffix_of(entry.name) == ".tar" and TARS[0]) or None
        if kind is not None and kind not in TARS:
            self.finds.problems.append(stop(
                "archive_kind", entry.name,
                f"{entry.name} is a {kind} archive; Tailor opens zip and tar archives.",
                "It is left out; unpack it and add the folder, or zip it.",
            ))  # fmt: skip
            return
        if not (suffix_of(entry.name) == ".zip" if kind is None else may_hold(entry.name)):
            self.finds.left.append(entry.name)
            return
        if depth > 1:
            self.finds.problems.append(warn(
                "archive_nested", entry.name, f"{entry.name} is an archive inside two others.",
                "It is not opened; unpack it and add it by itself.",
            ))  # fmt: skip
            return
        self._archives += 1
        prefix = entry.name.rpartition("/")[0] if depth == 0 else without_ending(entry.name)
        out = (unpack if kind is None else unpack_tar)(
            entry.path, entry.name, self._room / f"{self._archives:03d}",
            prefix=f"{prefix}/" if prefix else "", limits=self._limits, heed=self._heed,
        )  # fmt: skip
        self.finds.problems += out.problems
        self.finds.left.extend(out.left)
        for member in out.entries:
            self._take(member, depth + 1)

    def _walk(self, top: Path, prefix: str) -> Iterator[Entry]:
        """Files under a folder. A linked folder is entered once, so loops end."""
        waiting = [(os.path.abspath(top), prefix)]  # noqa: PTH100 - a text for each file, not a Path
        links: list[tuple[str, str]] = []
        seen: set[str] = set()
        count = 0
        while waiting or links:
            folder, name = waiting.pop() if waiting else links.pop()
            real = os.path.realpath(folder)
            if real in seen:
                continue
            seen.add(real)
            below: list[os.DirEntry[str]] = []
            for item in self._listed(folder, name):
                count += 1
                if count > MOST_FILES:
                    raise DatasetError(
                        f"{top} holds more than {MOST_FILES:,} files.",
                        "Give the path of the folder that holds the data set.",
                    )
                if item.is_dir() or suffix_of(item.name) in SUFFIXES:
                    below.append(item)
                else:
                    yield from self._entry(item, name)
            below.sort(key=lambda item: item.name)  # what two hold is taken from the first
            for item in below:
                if item.is_dir():
                    target = links if item.is_symlink() else waiting
                    target.append((item.path, f"{name}{item.name}/"))
                else:
                    yield from self._entry(item, name)

    def _listed(self, folder: str, name: str) -> Iterator[os.DirEntry[str]]:
        """What lies in a folder, in the disk's own order: to sort it is to hold it."""
        self._heed()
        try:
            with os.scandir(folder) as items:
                yield from (item for item in items if not is_junk(item.name))
        except OSError as error:
            self.finds.problems.append(warn(
                "folder_closed", name or Path(folder).name,
                f"The folder {name or Path(folder).name} cannot be opened ({error.strerror}).",
                "It is left out.",
            ))  # fmt: skip

    def _entry(self, item: os.DirEntry[str], folder: str) -> Iterator[Entry]:
        """A file, unless it is none."""
        name = f"{folder}{item.name}"
        try:
            facts = item.stat()
        except OSError as error:
            self.finds.problems.append(warn(
                "file_gone", name, f"{name} cannot be opened ({error.strerror}).",
                "It is left out.",
            ))  # fmt: skip
            return
        if not stat.S_ISREG(facts.st_mode):  # would block whoever opens it
            self.finds.problems.append(warn(
                "file_special", name, f"{name} is a pipe or a device, not a file.",
                "It is left out.",
            ))  # fmt: skip
            return
        try:
            name.encode("utf-8")
        except UnicodeEncodeError:  # bytes of another encoding in the folder's listing
            name = name.encode("utf-8", "surrogateescape").decode("latin-1")
        yield Entry(item.path, name, facts.st_size)


def _looks_like_xml(path: Path) -> bool:
    """Whether a file without an ending begins like an XML that describes a picture."""
    try:
        with path.open("rb") as file:
            head = file.read(64)
    except OSError:
        return False
    return head.lstrip().startswith((b"<annotation", b"<?xml"))


def looks_like_picture(path: Path) -> bool:
    """Whether a file without an ending begins like a picture."""
    try:
        with path.open("rb") as file:
            head = file.read(16)
    except OSError:
        return False
    return (
        head.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n", b"GIF8", b"BM", b"II*\x00", b"MM\x00*"))
        or (head[:4] == b"RIFF" and head[8:12] == b"WEBP")
        or head[4:8] == b"ftyp"
    )


def search(
    sources: list[Path],
    room: Path,
    *,
    limits: Limits | None = None,
    heed: Callable[[], None] = nothing_to_heed,
) -> Finds:
    """Look into all sources as one tree; with several, each zip or folder is a branch of it.

    Args:
        sources: Zips, loose files and folders.
        room: Where archives are unpacked.
        limits: How much an archive may hold.
        heed: Called often; may raise to leave.

    Raises:
        DatasetError: A source is not there or holds too many files.
        DiskFull: An archive does not fit on the disk.
    """
    looking = Search(room, limits=limits, heed=heed)
    trees = [s for s in sources if s.is_dir() or suffix_of(s.name) in SUFFIXES]
    branches: set[str] = set()
    for source in sources:
        branch = ""
        if source in trees and len(trees) > 1:
            branch = _free(
                source.name if source.is_dir() else without_ending(source.name), branches
            )
        looking.add(source, prefix=branch)
    return looking.done()


def _free(name: str, taken: set[str]) -> str:
    """The name as a branch that no other source has, with its slash."""
    number = 1
    while (branch := f"{name}/" if number == 1 else f"{name}-{number}/") in taken:
        number += 1
    taken.add(branch)
    return branch
