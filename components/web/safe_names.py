"""Names of files that come from a browser, as every system can hold them."""

import re
import unicodedata

NAME_LENGTH = 120  # per folder and file name; Windows allows 255 for the whole path
# Windows gives these names to devices, whatever stands behind a dot.
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def stored_names(names: list[str]) -> list[str]:
    """A safe relative path for each name, none twice, also where case does not count."""
    taken: set[str] = set()
    stored = []
    for name in names:
        wanted = safe_name(name)
        stem, dot, suffix = wanted.rpartition(".")
        if not dot or "/" in suffix:
            stem, suffix = wanted, ""
        candidate, count = wanted, 1
        while candidate.casefold() in taken:
            count += 1
            candidate = f"{stem} ({count}){dot and '.'}{suffix}" if suffix else f"{stem} ({count})"
        taken.add(candidate.casefold())
        stored.append(candidate)
    return stored


def safe_name(name: str) -> str:
    """A relative path that stays inside its folder and is allowed on every system.

    >>> safe_name("C:/data/../images/a<b>.jpg")
    'C_/data/images/a_b_.jpg'
    """
    parts = []
    for piece in re.split(r"[/\\]", unicodedata.normalize("NFC", name)):
        clean = re.sub(r'[\x00-\x1f\x7f<>:"|?*]', "_", piece).strip().rstrip(". ")
        if not clean or clean in (".", ".."):
            continue
        if len(clean) > NAME_LENGTH:
            stem, dot, suffix = clean.rpartition(".")
            keep = suffix if dot and len(suffix) <= 8 else ""
            clean = (stem if keep else clean)[: NAME_LENGTH - 9] + (f".{keep}" if keep else "")
        parts.append(f"_{clean}" if _DEVICES.fullmatch(clean) else clean)
    return "/".join(parts[-12:]) or "unnamed"
