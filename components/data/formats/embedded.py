"""Pictures that lie inside label files, put into files of their own."""

from components.data.matching import PictureIndex
from components.data.names import stem_of
from components.data.scan import Finds
from components.data.unpack import Entry
from components.workspace import demand_space

_ENDINGS = {b"\xff\xd8\xff": ".jpg", b"\x89PNG": ".png", b"BM": ".bmp", b"GIF8": ".gif",
            b"RIFF": ".webp", b"II*\x00": ".tif", b"MM\x00*": ".tif"}  # fmt: skip


def unfold(data: bytes, name: str, finds: Finds, index: PictureIndex) -> int | None:
    """Write a picture's bytes to a file; returns its number, None when they are no picture.

    Args:
        data: As the label file has them.
        name: What to call it: its own name, or that of the label file.
        finds: Its room takes the file.
        index: Gets the picture.

    Raises:
        DiskFull: There is no room for it.
    """
    ending = next((e for head, e in _ENDINGS.items() if data.startswith(head)), "")
    if not ending or finds.room is None:
        return None
    folder = finds.room / "embedded"
    demand_space(finds.room, len(data), "the pictures inside the label files")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{len(index.pictures):08d}{ending}"
    path.write_bytes(data)
    return index.add(Entry(path, _free_name(name, ending, index), len(data)))


def _free_name(name: str, ending: str, index: PictureIndex) -> str:
    folder, stem = name.rpartition("/")[0], stem_of(name)
    prefix = f"{folder}/{stem}" if folder else stem
    made, number = prefix + ending, 1
    while index.holds(made):
        number += 1
        made = f"{prefix}-{number}{ending}"
    return made
