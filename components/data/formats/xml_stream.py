"""Reading a large XML file element by element; entities, depth and endless tags are refused."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import IO, Any

from components.data.unpack import Entry
from components.errors import LabelError

MOST_DEPTH = 40
MOST_TAG = 4_000_000  # bytes of one element's own text; expat slows down with its square
_FORGET_AFTER = 1000  # children of the root; each costs memory even when emptied


@contextmanager
def told_in_words(entry: Entry) -> Iterator[None]:
    """Turn what an XML parser and the disk raise into a sentence about the file.

    Raises:
        LabelError: Whatever went wrong inside.
    """
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import ParseError

    try:
        yield
    except DefusedXmlException as error:
        raise LabelError(
            f"{entry.name} defines entities, which a label file has no need of.",
            "Export the labels again.",
        ) from error
    except (ParseError, ValueError, LookupError, RecursionError) as error:
        raise LabelError(
            f"{entry.name} is not whole: it is not written as XML to its end.",
            "Export the labels again.",
        ) from error
    except OSError as error:
        raise LabelError(
            f"{entry.name} cannot be opened ({error.strerror}).", "Check it."
        ) from error


def events(entry: Entry) -> Generator[tuple[str, Any, int]]:
    """Starts and ends of elements with their depth; the root's is 1.

    What was passed is forgotten: elements of the two upper levels are emptied once they were
    told, but for `meta`.

    Raises:
        LabelError: It cannot be opened, is not whole or has what no label file needs.
    """
    with told_in_words(entry), entry.path.open("rb") as source:
        yield from _walk(_Watched(source, entry.name), entry.name)


class _Watched:
    """A file that refuses to go on inside a tag without an end."""

    def __init__(self, source: IO[bytes], name: str) -> None:
        self._source = source
        self._name = name
        self._since = 0

    def read(self, size: int) -> bytes:
        """The next bytes.

        Raises:
            LabelError: There was no tag's end for too long.
        """
        block = self._source.read(size)
        last = block.rfind(b">")
        self._since = len(block) - last - 1 if last >= 0 else self._since + len(block)
        if self._since > MOST_TAG:
            raise LabelError(
                f"{self._name} has a label of more than {MOST_TAG / 1e6:.0f} MB.",
                "Simplify the outline and export it again.",
            )
        return block


def _walk(source: "_Watched", name: str) -> Iterator[tuple[str, Any, int]]:
    from defusedxml.ElementTree import iterparse

    depth, passed, root = 0, 0, None
    for event, element in iterparse(source, events=("start", "end")):
        depth += event == "start"
        root = element if root is None else root
        if depth > MOST_DEPTH:
            raise LabelError(f"{name} is nested too deeply.", "Export it again.")
        yield event, element, depth
        depth -= event == "end"
        if event == "end" and depth <= 2 and element.tag != "meta":
            element.clear()
            passed += 1
            if depth == 1 and passed > _FORGET_AFTER:
                root.clear()
                passed = 0
