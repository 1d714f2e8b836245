"""From a reading to a data set: pictures, converted copies, thumbnails, rows.

Everything is built beside, in a folder that no list shows, and becomes the data set by one
renaming. What goes wrong with one picture costs that picture only.
"""

import os
import shutil
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from components.data import reading_file
from components.data.conversion import convert, digest_of, keep_original, trainer_suffix
from components.data.import_job import UNPACKED, Order, workspace_of
from components.data.in_place import stamp_of
from components.data.pictures import make_thumbnail, probe
from components.data.plain_pictures import Deeds, keep_plain
from components.data.problems import note, warn
from components.data.reading_file import Change
from components.data.records import PictureState, Problem, SourcePicture
from components.data.report import summarise
from components.data.rows import NewPicture
from components.data.safe_names import SafeNames
from components.data.unpack import suffix_of
from components.errors import PictureError
from components.jobs.worker import Needle
from components.workspace import demand_space

_AT_ONCE = 4  # pictures given to a thread together: to hand one over takes as long as a small one
_AHEAD = 4  # times as many are waiting for each thread when the user wants to stop
_PICTURE_FOLDERS = ("images", "originals", "thumbnails")
THUMBNAIL_BYTES = 20_000  # of a picture, for the question whether the disk has room


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
        resumes: Whether a worker before this one may have put pictures into the folder.
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
    resumes: bool = False

    def stored(self, pictures: Iterator[SourcePicture]) -> Iterator[NewPicture]:
        """Every picture as the data set keeps it, in the same order."""
        with self.begun(pictures) as made:
            yield from made

    @contextmanager
    def begun(self, pictures: Iterator[SourcePicture]) -> Iterator[Iterator[NewPicture]]:
        """The same, with the first pictures at work from now on."""
        # Pillow lets go of the interpreter while it decodes, so threads use all cores.
        threads = max(1, min(4, os.cpu_count() or 1))
        at_work: deque[Future[list[tuple[NewPicture | Problem, Deeds]]]] = deque()

        def keep_busy() -> bool:
            while len(at_work) < _AHEAD * threads and (batch := list(islice(pictures, _AT_ONCE))):
                placed = [(picture, self.names.path(picture.name)) for picture in batch]
                at_work.append(pool.submit(self._store_some, placed))
            return bool(at_work)

        with ThreadPoolExecutor(threads) as pool:
            try:
                keep_busy()
                yield self._told(
                    made for _ in iter(keep_busy, False) for made in at_work.popleft().result()
                )
            finally:  # the user may have stopped it
                for one in at_work:
                    one.cancel()

    def _told(self, made: Iterator[tuple[NewPicture | Problem, Deeds]]) -> Iterator[NewPicture]:
        """Those that the data set takes; the others are told."""
        done = 0
        for done, (one, later) in enumerate(made, start=1):
            # New files in a folder are made one after the other whoever makes them, and threads
            # that wait for each other there were slower than one (ext4: 154 ms against 98).
            for deed in later:
                deed()
            if isinstance(one, NewPicture):
                yield one
            else:
                self.problems.append(one)
            if done % _AT_ONCE == 0:
                self.heed(done)
        self.heed(done)
        if self.emptied:
            self.problems.append(note(
                "emptied", "", f"{self.emptied:,} pictures held only classes that you left out.",
                "They count as looked at, with nothing to be found on them.",
            ))  # fmt: skip

    def _store_some(
        self, placed: list[tuple[SourcePicture, str]]
    ) -> list[tuple[NewPicture | Problem, Deeds]]:
        return [self._store(picture, place) for picture, place in placed]

    def _store(self, picture: SourcePicture, place: str) -> tuple[NewPicture | Problem, Deeds]:
        """What becomes of a picture, and what is left to write of it."""
        small = f"thumbnails/{place}.jpg"
        kept = [small]  # files of ours alone: they go when something is wrong
        later: Deeds = []
        try:
            made = self._store_plain(picture, place, small, kept, later)
            return made or self._store_any(picture, place, small, kept), later
        except PictureError as error:
            for path in kept:
                (self.folder / path).unlink(missing_ok=True)
            return warn("picture_unreadable", picture.name, _about(error, picture),
                        "It is left out, with its labels."), []  # fmt: skip

    def _store_plain(
        self, picture: SourcePicture, place: str, small: str, kept: list[str], later: Deeds
    ) -> NewPicture | None:
        """As nearly all pictures go; None for one that needs a closer look."""
        if self.resumes:
            return None
        is_ours = _is_below(picture.path, self.owned)
        if self.in_place and not is_ours:
            stamp = stamp_of(picture.path)
            digest = keep_plain(picture.path, None, self.folder / small, later=later)
            file = picture.path.as_posix()
        else:
            stamp, file = "", f"images/{place}{suffix_of(picture.name)}"
            kept.append(file)
            digest = keep_plain(
                picture.path, self.folder / file, self.folder / small, may_link=is_ours,
                later=later,
            )  # fmt: skip
        return self._row(picture, file, file, small, digest, stamp=stamp) if digest else None

    def _store_any(
        self, picture: SourcePicture, place: str, small: str, kept: list[str]
    ) -> NewPicture:
        """Every kind of picture, also one that is there already or that must be converted."""
        is_ours = _is_below(picture.path, self.owned)
        thumbnail, stamp = self.folder / small, ""
        facts = probe(picture.path, picture.name)
        suffix = suffix_of(picture.name)
        if self.in_place and not is_ours:
            original, stamp = picture.path.as_posix(), stamp_of(picture.path)
            digest = digest_of(picture.path)
        else:
            home = "originals" if facts.needs_conversion else "images"
            original = f"{home}/{place}{suffix}"
            kept.append(original)
            digest = self._kept_before(picture.path, self.folder / original, thumbnail)
            if digest and not facts.needs_conversion:
                return self._row(picture, original, original, small, digest)
            digest = digest or keep_original(picture.path, self.folder / original, may_link=is_ours)
        file = original
        if facts.needs_conversion:
            file = f"images/{place}{trainer_suffix(facts, suffix)}"
            kept.append(file)
            convert(self.folder / original, self.folder / file, facts)
        make_thumbnail(self.folder / file, thumbnail)
        return self._row(picture, file, original, small, digest, facts.why, stamp)

    def _kept_before(self, source: Path, original: Path, thumbnail: Path) -> str:
        """The fingerprint of a picture that lies there whole, its thumbnail too; else nothing.

        A computer that lost its power may keep a file's length without what was in it, so both
        are read.
        """
        if not self.resumes or not _is_whole_jpeg(thumbnail) or not original.is_file():
            return ""
        if original.stat().st_size != source.stat().st_size:
            return ""
        digest = digest_of(original)
        return digest if digest == digest_of(source) else ""

    def _row(
        self, picture: SourcePicture, file: str, original: str, small: str, digest: str,
        why: str = "", stamp: str = "",
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
            file=file, original=original, name=picture.name,
            width=picture.width, height=picture.height, state=state, split=picture.split,
            labels=labels, thumbnail=small, sha256=digest,
            note=f"Converted for the trainer: {why}." if why else "", stamp=stamp,
        )  # fmt: skip


def _about(error: PictureError, picture: SourcePicture) -> str:
    """The sentence with the name the user knows, not the one in the store."""
    last = picture.name.rsplit("/", 1)[-1]
    return error.what if last in error.what else f"{picture.name} cannot be decoded to its end."


def _is_below(path: Path, roots: tuple[Path, ...]) -> bool:
    text = str(path)  # asked of every picture; `parents` costs a hundred times more
    return any(text.startswith(f"{root}{os.sep}") for root in roots)


def bytes_needed(
    pictures: Iterator[Path], owned: tuple[Path, ...], *, in_place: bool = False
) -> int:
    """Room that the data set takes on top of what lies there already."""
    needed = 0
    for path in pictures:
        needed += THUMBNAIL_BYTES
        if not in_place and not _is_below(path, owned):
            with suppress(OSError):  # gone meanwhile: it needs none
                needed += path.stat().st_size
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
    needed = bytes_needed(reading_file.paths(folder), owned, in_place=in_place)
    demand_space(workspace.datasets, needed, words[1])
    total = summarise(folder).pictures

    def between_pictures(done: int) -> None:
        heed()
        needle.show(words[0], done, total)

    change = Change(order.classes)
    return Storing(into, change, owned, between_pictures, names=names, in_place=in_place)


def _is_whole_jpeg(file: Path) -> bool:
    try:
        with file.open("rb") as opened:
            opened.seek(-2, os.SEEK_END)
            return opened.read() == b"\xff\xd9"
    except OSError:  # not there, or shorter than that
        return False


def keep_pictures_only(folder: Path) -> None:
    """Delete what a killed worker built, but for the pictures and thumbnails it had placed."""
    for child in folder.iterdir() if folder.is_dir() else ():
        if child.name in _PICTURE_FOLDERS:
            continue
        shutil.rmtree(child) if child.is_dir() else child.unlink()


def discard(folder: Path) -> None:
    """Delete what was built so far."""
    shutil.rmtree(folder, ignore_errors=True)
