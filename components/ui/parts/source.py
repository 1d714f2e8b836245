"""Putting a part together from its files."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from streamlit.components.v2.types import ComponentRenderer

_HERE = Path(__file__).parent


def _text(*names: str) -> str:
    return "\n".join((_HERE / name).read_text(encoding="utf-8") for name in names)


@cache
def part(name: str, *more_scripts: str, isolated: bool = True) -> "ComponentRenderer":
    """The component whose script is `name.js` and whose looks are `name.css`.

    Args:
        name: File stem beside this module.
        more_scripts: Further script files that it uses.
        isolated: Whether it gets a shadow root of its own. Plotly puts its rules into the
            document's head, so a part that draws with it is not isolated.
    """
    return st.components.v2.component(
        f"tailor_{name}",
        html='<div class="part"></div>',
        css=_text("kit.css", f"{name}.css"),
        js=_text("kit.js", *more_scripts, f"{name}.js"),
        isolate_styles=isolated,
    )


def nothing() -> None:
    """Declares a trigger; the part's answer is read from its result."""
