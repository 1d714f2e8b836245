"""Short ways to write down what was not as it should be."""

from components.data.records import Problem
from components.findings import Severity


def warn(code: str, file: str, what: str, done: str) -> Problem:
    """Something is lost or changed; training still works."""
    return Problem(code, Severity.WARN, file, what, done)


def note(code: str, file: str, what: str, done: str) -> Problem:
    """Good to know; nothing is lost."""
    return Problem(code, Severity.NOTE, file, what, done)


def stop(code: str, file: str, what: str, done: str) -> Problem:
    """A whole archive or description could not be used."""
    return Problem(code, Severity.STOP, file, what, done)


def count(number: int, one: str, many: str = "") -> str:
    """The number with its word: "1 picture", "1,200 pictures"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
