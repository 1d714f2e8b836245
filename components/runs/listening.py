"""How something of ours hears what Ultralytics' trainer does."""

from collections.abc import Iterable
from typing import Any


def callbacks_of(listener: object, names: Iterable[str]) -> dict[str, list[Any]]:
    """Ultralytics' own callbacks, with the listener's methods of these names behind them."""
    from ultralytics.utils import callbacks

    own: Any = callbacks
    given: dict[str, list[Any]] = own.get_default_callbacks()
    for name in names:
        given[name].append(getattr(listener, name))
    return given
