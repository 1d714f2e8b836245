"""Numbers in sentences."""


def some(count: int, one: str, many: str = "") -> str:
    """A number with its noun.

    >>> some(1, "picture"), some(2000, "picture"), some(3, "class", "classes")
    ('1 picture', '2,000 pictures', '3 classes')
    """
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def listed(names: list[str], most: int = 5) -> str:
    """Names in a row, the first few of many.

    >>> listed(["a", "b", "c"], most=2)
    'a, b and 1 more'
    """
    if len(names) <= most:
        return ", ".join(names)
    return f"{', '.join(names[:most])} and {len(names) - most:,} more"
