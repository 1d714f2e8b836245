"""Looking at a few files to know what the others are."""

from collections import Counter
from collections.abc import Callable, Iterable

from components.data.unpack import Entry

_LOOKED_AT = 5  # files of a folder; a folder holds one kind. Our own choice


def folders_of(entries: Iterable[Entry], is_ours: Callable[[Entry], bool]) -> set[str]:
    """Folders in which one of the first files is ours, without opening all others."""
    looked: Counter[str] = Counter()
    ours: set[str] = set()
    for entry in entries:
        folder = entry.name.rpartition("/")[0]
        if folder in ours or looked[folder] >= _LOOKED_AT or not entry.size:
            continue
        looked[folder] += 1
        if is_ours(entry):
            ours.add(folder)
    return ours
