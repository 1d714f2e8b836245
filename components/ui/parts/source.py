"""Putting a part together from its files."""

from functools import cache
from pathlib import Path
from typing import Any, Protocol

import streamlit as st

_HERE = Path(__file__).parent


def _text(*names: str) -> str:
    return "\n".join((_HERE / name).read_text(encoding="utf-8") for name in names)


class Mount(Protocol):
    """Puts a part on the page and gives what it answered."""

    def __call__(self, *, key: str, data: dict[str, Any], **callbacks: Any) -> Any:
        """`callbacks` are Streamlit's `on_<trigger>_change`."""


@cache
def part(name: str, *more_scripts: str, isolated: bool = True) -> Mount:
    """The component whose script is `name.js` and whose looks are `name.css`.

    Args:
        name: File stem beside this module.
        more_scripts: Further script files that it uses.
        isolated: Whether it gets a shadow root of its own. Plotly puts its rules into the
            document's head, so a part that draws with it is not isolated.
    """
    renderer = st.components.v2.component(
        f"tailor_{name}",
        html='<div class="part"></div>',
        css=_text("kit.css", f"{name}.css"),
        js=_text("kit.js", *more_scripts, f"{name}.js"),
        isolate_styles=isolated,
    )

    def mount(*, key: str, data: dict[str, Any], **callbacks: Any) -> Any:
        # In a list, since Streamlit looks for data frames in a dict, and imports pandas to do so:
        # two seconds at somebody's first click.
        return renderer(key=key, data=[data], **callbacks)

    return mount


def nothing() -> None:
    """Declares a trigger; the part's answer is read from its result."""
