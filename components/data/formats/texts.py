"""Reading text files that others wrote: sizes capped, encodings guessed, YAML without its traps."""

import codecs
import os
import re
from contextlib import suppress
from pathlib import Path
from typing import Any

import yaml

from components.errors import LabelError

MOST_TEXT_BYTES = 64_000_000
MOST_YAML_BYTES = 1_000_000
_HEAD_BYTES = 16_384
_BEFORE_TAG = re.compile(r"^\ufeff|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*>", re.DOTALL)
_PLAIN_START = re.compile(
    rb"""\s*(?:<\?xml version=["']1\.[01]["'](?: encoding=["']utf-8["'])?\s*\?>)?\s*"""
    rb"""<([A-Za-z_]+)[\s>]""",
    re.IGNORECASE,
)
_DECLARED = re.compile(
    rb"""\s*<\?xml[^>]{0,80}?encoding=["'](gb\w{1,6}|big5|shift_jis|euc-(?:jp|kr)|iso-8859-\d{1,2}"""
    rb"""|windows-125\d|koi8-[ru])["']""", re.IGNORECASE,
)  # fmt: skip
_LAST_OF_TWO_BYTES = "\u07ff"  # in UTF-8; two bytes are a sign in other encodings as well
_FIRST_TAG = re.compile(r"\s*<([A-Za-z_][\w.-]*)")
# "C:\\data\\images" in double quotes, in which YAML takes every backslash for a code.
_WINDOWS_PATH = re.compile(r'''"((?:[A-Za-z]:|\.{0,2})\\[^"\n]*)"''')
_TABS = re.compile(r"^\t+", re.MULTILINE)  # YAML forbids them, and editors write them
MOST_ALIASES = 20  # a data.yaml needs none; nested aliases are a way to fill the memory


def read_text(path: Path | str, name: str, *, most: int = MOST_TEXT_BYTES) -> str:
    """A text file's content, whatever its encoding, without byte order mark.

    Raises:
        LabelError: It is larger than `most` bytes or cannot be opened.
    """
    try:
        with open(path, "rb", buffering=0) as file:  # noqa: PTH123 - as text where it is many
            data = file.read(min(os.fstat(file.fileno()).st_size, most) + 1) or b""
    except OSError as error:
        raise LabelError(
            f"{name} cannot be opened ({error.strerror}).", "Check the file and add it again."
        ) from error
    if len(data) > most:
        raise LabelError(
            f"{name} is larger than {most / 1e6:,.0f} MB, too large for such a file.",
            "Check that it is the right file.",
        )
    return decoded(data)


def decoded(data: bytes) -> str:
    """Bytes as text: by their mark, else UTF-8, else what XML says, else Western European."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    said = _DECLARED.match(data)
    try:
        text = data.removeprefix(codecs.BOM_UTF8).decode()
        if said is None or (not text.isascii() and max(text) > _LAST_OF_TWO_BYTES):
            return text  # no other encoding makes Chinese of what is none
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    with suppress(LookupError, UnicodeDecodeError):
        return data.decode(said[1].decode()) if said else text
    return text


def head_of(path: Path, most: int) -> bytes:
    """The first bytes of a file; none of one that cannot be opened, which its reader tells."""
    try:
        with path.open("rb") as file:
            return file.read(most)
    except OSError:
        return b""


def first_tag(path: Path | str, name: str) -> str:
    """The root element's name of an XML file, told from its head; empty when there is none.

    Raises:
        LabelError: It cannot be opened.
    """
    try:
        with open(path, "rb", buffering=0) as file:  # noqa: PTH123 - there may be very many
            data = file.read(_HEAD_BYTES) or b""
    except OSError as error:
        raise LabelError(
            f"{name} cannot be opened ({error.strerror}).", "Check the file and add it again."
        ) from error
    if plain := _PLAIN_START.match(data):
        return plain.group(1).decode()
    found = _FIRST_TAG.match(_BEFORE_TAG.sub("", decoded(data)))
    return found.group(1) if found else ""


class _Words(yaml.SafeLoader):
    """Safe YAML in which every value stays the text it was written as.

    YAML turns the class names `no`, `on`, `1.0` and `2024-01-01` into other things. Aliases are
    counted, since a few nested ones unfold into more than any memory holds.
    """

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - PyYAML reads it from the class

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            self.aliases = getattr(self, "aliases", 0) + 1
            if self.aliases > MOST_ALIASES:
                raise yaml.YAMLError("more aliases than such a file needs")
        return super().compose_node(parent, index)


def _quoted_plainly(found: re.Match[str]) -> str:
    path = found[1].replace("\\\\", "\\").replace("'", "''")
    return f"'{path}'"


def read_yaml(path: Path, name: str) -> dict[str, Any]:
    """A YAML file's mapping; values are texts, lists and mappings.

    Raises:
        LabelError: It is too large, not YAML, or not a mapping.
    """
    text = _WINDOWS_PATH.sub(_quoted_plainly, read_text(path, name, most=MOST_YAML_BYTES))
    text = _TABS.sub(lambda found: "  " * len(found[0]), text)
    try:
        loader = _Words(text)
        try:
            facts = loader.get_single_data()
        finally:
            loader.dispose()
    except (yaml.YAMLError, RecursionError, ValueError, TypeError) as error:
        line = getattr(getattr(error, "problem_mark", None), "line", None)
        where = f" (line {line + 1})" if line is not None else ""
        raise LabelError(
            f"{name} is not written as YAML{where}.", "Export the data set again."
        ) from error
    if not isinstance(facts, dict):
        raise LabelError(f"{name} holds no settings.", "Export the data set again.")
    return {str(key): value for key, value in facts.items()}
