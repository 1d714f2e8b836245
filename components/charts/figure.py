"""A Plotly figure as the browser gets it: plain dictionaries.

plotly's own `Figure` checks every word of it, which took 30-40 ms a figure, more than the rest of
the Plan page together; figures that are drawn anew at each click are written down instead.
"""

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """What Plotly.js draws.

    Attributes:
        data: The traces, as Plotly's reference names their fields.
        layout: The rest; colours that depend on the theme are left to the page.
    """

    data: list[dict[str, Any]]
    layout: dict[str, Any]

    @property
    def height_px(self) -> int:
        """How high it is drawn."""
        return int(self.layout["height"])

    def as_json(self) -> str:
        """The figure as JSON; numbers that are not finite become gaps."""
        facts = {"data": self.data, "layout": self.layout}
        try:
            return json.dumps(facts, allow_nan=False, separators=(",", ":"))
        except ValueError:
            return json.dumps(_finite(facts), separators=(",", ":"))


def as_text(name: str, most: int = 28) -> str:
    """A class name that fits an axis and that Plotly does not read as markup."""
    short = name if len(name) <= most else name[: most - 1] + "…"
    return short.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _finite(facts: Any) -> Any:
    match facts:
        case dict():
            return {key: _finite(value) for key, value in facts.items()}
        case list() | tuple():
            return [_finite(value) for value in facts]
        case float() if facts - facts != 0:  # infinite, or not a number
            return None
    return facts
