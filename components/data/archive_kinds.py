"""Archives other than zip, told by their first bytes."""

from pathlib import Path

TARS = ("tar", "gzip", "bzip2", "xz")  # kinds that `tarballs` opens
OPENED = frozenset({".zip", ".tar", ".gz", ".tgz", ".bz2", ".tbz", ".tbz2", ".xz", ".txz"})
SUFFIXES = OPENED | {".rar", ".7z", ".zst"}
_MAGIC = (
    (b"Rar!", "RAR"), (b"7z\xbc\xaf\x27\x1c", "7-Zip"), (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"), (b"\xfd7zXZ", "xz"), (b"\x28\xb5\x2f\xfd", "Zstandard"),
)  # fmt: skip


def archive_kind(path: Path) -> str | None:
    """Which other kind of archive a file is by its first bytes, or None."""
    try:
        with path.open("rb") as file:
            head = file.read(512)
    except OSError:
        return None
    if head[257:262] == b"ustar":
        return "tar"
    return next((kind for magic, kind in _MAGIC if head.startswith(magic)), None)


def without_ending(name: str) -> str:
    """An archive's name without what says that it is one.

    >>> without_ending("set.tar.gz"), without_ending("labels.json.gz")
    ('set', 'labels.json')
    """
    head, dot, tail = name.rpartition(".")
    bare = head if f"{dot}{tail}".lower() in SUFFIXES else name
    return bare.removesuffix(".tar") or name
