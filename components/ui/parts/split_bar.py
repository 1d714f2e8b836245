"""One bar with two handles: how the pictures are shared out to training, validation and test."""

from components.ui.parts.source import nothing, part

Shares = tuple[float, float, float]


def split_bar(pictures: int, shares: Shares, *, key: str) -> Shares | None:
    """Let the user move the borders between train, val and test.

    Args:
        pictures: How many pictures are shared out.
        shares: Train, val and test as they are now; they sum to 1.
        key: The part's name on the page.

    Returns:
        The shares the user has set, in hundredths, as long as they differ from `shares`; None
        when they do not.
    """
    edges = _edges(shares)
    result = part("split_bar")(
        key=key,
        data={"edges": edges, "total": pictures},
        default={"edges": edges},
        on_edges_change=nothing,
    )
    chosen = result.get("edges")
    if not chosen or list(chosen) == edges:
        return None
    first, second = (int(edge) for edge in chosen)
    return first / 100, (second - first) / 100, (100 - second) / 100


def _edges(shares: Shares) -> list[int]:
    return [round(100 * shares[0]), round(100 * (shares[0] + shares[1]))]
