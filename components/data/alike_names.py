"""Class names that people type in one way or another and that mean the same."""

from collections.abc import Iterable, Sequence

from components.data.names import folded


def alike_name(name: str) -> str:
    """A class name without what people type in one way or another.

    >>> alike_name("Traffic_Lights ") == alike_name("traffic light")
    True
    """
    plain = "".join(sign for sign in folded(name) if sign.isalnum())
    return (plain[:-1] if len(plain) > 3 and plain.endswith("s") else plain) or name


def same_class(names: Iterable[str], there: Sequence[str]) -> dict[str, str]:
    """Of the names that come, those that mean a class that is there, with its name.

    The very same name goes before one that is nearly the same.

    >>> same_class(["Cat", "dog", "bird"], ["cats", "dogs", "dog"])
    {'Cat': 'cats', 'dog': 'dog'}
    """
    exact = set(there)
    alike = {alike_name(name): name for name in reversed(there)}
    found = {name: name if name in exact else alike.get(alike_name(name)) for name in names}
    return {name: meant for name, meant in found.items() if meant is not None}
