"""Which picture a label file or a reference means.

Exports get moved, unpacked elsewhere and renamed by browsers, so a path is a hint and a name is
evidence. References are tried from the strict to the loose, each picture is given away once, and
what could mean two pictures is given to neither.
"""

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property, partial
from typing import NamedTuple
from urllib.parse import unquote

from components.data.listing import Listing
from components.data.matches import Matches, Places
from components.data.name_table import NameTable
from components.data.names import (
    common_end,
    common_start,
    folded,
    forms_of,
    joined,
    key_of,
    split_of_folder,
    stem_of,
    tidy_reference,
    without_hash,
    without_roles,
)
from components.data.numbered import NumberSet
from components.data.records import Split
from components.data.unpack import Entry

_SEVERAL = -1  # pictures that one reference may mean


class Reference(NamedTuple):
    """What a description calls a picture.

    Attributes:
        names: File names or paths, the most trusted first.
        near: Folder of the describing file; may be empty.
        split: The part that the description is for, if it says so.
        is_own_path: Whether the first name is the describing file's own path (YOLO): then its
            folder is the truth and not a hint.
    """

    names: tuple[str, ...]
    near: str
    split: Split | None = None
    is_own_path: bool = False


class PictureIndex:
    """Pictures by the ways in which they are asked for.

    Each way is a table with a row per picture, made when somebody first asks that way: labels
    mostly lie where they belong, and then the looser ways are never needed.
    `said` is what the person has answered to questions, also to which labels a picture gets.
    """

    def __init__(self, pictures: list[Entry] | Listing[Entry], said: str = "") -> None:
        self.pictures, self.said = pictures, said
        self._home = array("I")  # of each picture, the number of its folder
        self._homes: dict[str, int] = {}
        self._folders: list[tuple[str, ...]] = []
        self._splits: list[Split | None] = []
        homes = self._homes
        for picture in pictures:
            name = picture.name
            home = homes.get(name[: max(name.rfind("/"), 0)])
            if home is None:
                self._place(name)
            else:
                self._home.append(home)
        self.known = set(self._folders)

    def _place(self, name: str) -> None:
        folder = name.rpartition("/")[0]
        if folder not in self._homes:
            self._homes[folder] = len(self._folders)
            self._folders.append(without_roles(folder))
            self._splits.append(split_of_folder(folder))
        self._home.append(self._homes[folder])

    def folder(self, number: int) -> tuple[str, ...]:
        """The parts of a picture's folder that say which one it is."""
        return self._folders[self._home[number]]

    def split(self, number: int) -> Split | None:
        """The part of the set that a picture's folder stands for."""
        return self._splits[self._home[number]]

    def forget_part(self, number: int) -> None:
        """The folder of a picture is called like a part and is none."""
        self._splits[self._home[number]] = None

    @cached_property
    def exact(self) -> NameTable:
        """Whole names."""
        return self._table("exact")

    @cached_property
    def by_key(self) -> NameTable:
        """`key_of` of each."""
        return self._table("by_key")

    @cached_property
    def by_name(self) -> NameTable:
        """Names without folders."""
        return self._table("by_name")

    @cached_property
    def by_stem(self) -> NameTable:
        """Names without folders and endings."""
        return self._table("by_stem")

    @cached_property
    def by_bare_stem(self) -> NameTable:
        """Stems without the digits that Label Studio puts in front."""
        return self._table("by_bare_stem")

    @cached_property
    def endings(self) -> set[tuple[str, ...]]:
        """The folders that are there, from any folder in their path on."""
        return {key[start:] for key in self.known for start in range(len(key))}

    def _table(self, name: str) -> NameTable:
        return NameTable(self._rows(name), len(self.pictures))

    def _rows(self, name: str) -> Iterator[tuple[str, int]]:
        way = _WAYS[name]
        for number, picture in enumerate(self.pictures):
            yield way(picture.name), number
            if "%" not in picture.name or name == "exact":
                continue
            if (plain := unquote(picture.name)) != picture.name:
                yield way(plain), number  # a browser has saved "a b.jpg" as "a%20b.jpg"

    def holds(self, name: str) -> bool:
        """Whether a picture of this very name is there, whatever its case."""
        return folded(name) in self.exact

    def knows(self, name: str) -> bool:
        """Whether a picture of this name, or nearly so, may be there; never too strict."""
        for form in forms_of(tidy_reference(name)):
            last = folded(form.rsplit("/", 1)[-1])
            stem = stem_of(last)
            if last in self.by_name or stem in self.by_stem or last in self.by_stem:
                return True
            if stem in self.by_name or stem in self.by_bare_stem:
                return True
            if without_hash(stem) in self.by_stem:
                return True
        return False

    def add(self, picture: Entry) -> int:
        """The number of a picture that was found inside a label file; it goes to the end."""
        self.pictures.append(picture)
        self._place(picture.name)
        self.known.add(self.folder(len(self.pictures) - 1))
        number = len(self.pictures) - 1
        made = self.__dict__  # the tables that somebody has asked for
        for table, way in _WAYS.items():
            if table in made:
                made[table].add(way(picture.name), number)
        if "endings" in made:
            key = self.folder(number)
            self.endings.update(key[start:] for start in range(len(key)))
        return number

    def match(self, references: Sequence[Reference], first: Sequence[int] = ()) -> Matches:
        """Give references their pictures, numbers in `first` before others; the surest first."""
        found, places, before = Matches(), Places(self._homes), set(first)
        every, taken = range(len(references)), NumberSet()
        rest = [number for number in every if number not in before] if before else every
        for numbers in (first, rest):
            self._serve(numbers, references, taken, found, places)
        for number in places.far(lambda near, one: self._shared(near, found.picture_of[one])):
            if not self._is_said(references[number], found.picture_of[number]):
                found.far.add(found.picture_of[number])
        return found

    def _serve(
        self, open_ones: Sequence[int], references: Sequence[Reference], taken: NumberSet,
        found: Matches, places: Places,
    ) -> None:  # fmt: skip
        for step in (self._exactly, self._by_key, self._loosely):
            rest = array("I")
            for number in open_ones:
                reference = references[number]
                picture = step(reference, taken)
                if picture is None:
                    rest.append(number)
                elif picture == _SEVERAL:
                    found.ambiguous.append(number)
                else:
                    found.picture_of[number] = picture
                    taken.add(picture)
                    places.add(reference.near, self._home[picture], number)
            open_ones = rest
        found.missing.extend(open_ones)

    def _is_said(self, reference: Reference, picture: int) -> bool:
        """Whether a reference names a folder that its picture lies in."""
        said = (without_roles(tidy_reference(name).rpartition("/")[0]) for name in reference.names)
        folder = self.folder(picture)
        return not reference.is_own_path and any(common_end(one, folder) > 0 for one in said)

    def find(self, name: str, near: str) -> int | None:
        """The one picture that a line of a list means; a picture may be asked for again."""
        return self.match([Reference((name,), near)]).picture_of.get(0)

    def _exactly(self, reference: Reference, taken: NumberSet) -> int | None:
        for name in reference.names:
            for form in forms_of(tidy_reference(name)):
                # A bare name means one nearby rather than one at the top; `_by_key` sees both.
                for folder in (reference.near, "") if "/" in form else (reference.near,):
                    found = self.exact.get(folded(joined(folder, form)))
                    if found and found[0] not in taken:
                        return found[0]
        return None

    def _by_key(self, reference: Reference, taken: NumberSet) -> int | None:
        for name in reference.names:
            for form in forms_of(tidy_reference(name)):
                for folder in ("",) if reference.is_own_path else (reference.near, ""):
                    alike = self.by_key.get(key_of(joined(folder, form)))
                    free = [picture for picture in alike if picture not in taken]
                    if len(free) > 1:  # of coco/images and voc/images, the one beside voc/labels
                        return max(free, key=partial(self._likeness, reference.near, form))
                    if free:
                        return free[0]
        return None

    def _loosely(self, reference: Reference, taken: NumberSet) -> int | None:
        for name in reference.names:
            tidy = tidy_reference(name)
            for candidates, is_same in self._same_name(tidy):
                fitting = self._fitting(candidates, tidy, reference, is_same)
                free = [picture for picture in fitting if picture not in taken]
                if free:
                    return free[0] if len(free) == 1 else _SEVERAL
        return None

    def _same_name(self, tidy: str) -> Iterable[tuple[list[int], bool]]:
        """Pictures called alike, and whether the name is the same or only nearly so."""
        for form in forms_of(tidy):
            last = form.rsplit("/", 1)[-1]
            stem = folded(stem_of(last))
            yield self.by_name.get(folded(last)), True
            yield self.by_stem.get(stem), True
            yield self.by_stem.get(folded(last)), True  # no ending, but dots
            yield self.by_name.get(stem), True  # "a.jpg.txt" for "a.jpg"
            yield self.by_bare_stem.get(stem), False
            if without_hash(stem) != stem:
                yield self.by_stem.get(without_hash(stem)), False

    def _fitting(
        self, candidates: list[int], tidy: str, reference: Reference, is_same: bool
    ) -> list[int]:
        """Those candidates whose folder agrees best with what the reference says."""
        if not candidates:
            return []
        said = without_roles(joined("", tidy).rpartition("/")[0])
        if is_same and reference.is_own_path and said in self.known:
            return [c for c in candidates if self.folder(c) == said]  # not those of elsewhere
        best_possible = next((n for n in range(len(said), 0, -1) if said[-n:] in self.endings), 0)
        kept = [
            c
            for c in candidates
            if common_end(said, self.folder(c)) >= best_possible
            and not (reference.split and self.split(c) not in (None, reference.split))
        ]
        near = without_roles(reference.near)
        scores = [
            (common_end(said, self.folder(c)), common_start(near, self.folder(c)),
             self._shared(reference.near, c), len({*said, *near}.intersection(self.folder(c))))
            for c in kept
        ]  # fmt: skip
        return [c for c, score in zip(kept, scores, strict=True) if score == max(scores)]

    def _likeness(self, near: str, form: str, number: int) -> tuple[int, bool]:
        """How near a picture is, and whether its ending is the one that was said."""
        last = folded(self.pictures[number].name.rpartition("/")[2])
        return self._shared(near, number), last == folded(form.rpartition("/")[2])

    def _shared(self, folder: str, number: int) -> int:
        """How many parts a folder and that of a picture have in common, from the top."""
        own = self.pictures[number].name.rpartition("/")[0]
        return common_start(*(folded(one).split("/") for one in (folder, own))) if own else 0


_WAYS: dict[str, Callable[[str], str]] = {
    "exact": folded,
    "by_key": key_of,
    "by_name": lambda name: folded(name.rpartition("/")[2]),
    "by_stem": lambda name: folded(stem_of(name)),
    "by_bare_stem": lambda name: without_hash(folded(stem_of(name))),
}
