"""Pictures of more than 8 bits: how their values became grey levels, and choosing that anew."""

import streamlit as st

from components.data import deep_range
from components.data.deep_range import Kind, Range, RangeView
from components.jobs.events import State
from components.ui.data_facts import Stand
from components.ui.page import deed, trouble
from components.ui.parts.progress_watch import progress_watch
from components.ui.words import count
from components.workspace import Workspace

_KINDS: dict[Kind, tuple[str, str]] = {
    "camera": ("The whole range of the camera",
               "From 0 to the most that 8, 10, 12, 14 or 16 bits hold, whichever just fits. "
               "Pictures of one camera keep their brightness to each other; dim ones stay dim."),
    "each": ("Darkest to brightest of each picture",
             "Every picture uses all greys. Good where exposure differs; how bright a thing is "
             "says nothing any more."),
    "set": ("Darkest to brightest of all pictures",
            "One range for all: dim pictures become clearer, and brightness can be compared."),
    "fixed": ("From a value to a value",
              "One range that you give, for instance a window of an X-ray."),
}  # fmt: skip


def deep_pictures(at: Stand) -> None:
    """Nothing, unless there are such pictures."""
    view = deep_range.state(Workspace.current(), at.dataset)
    if not view.pictures:
        return
    with st.expander(
        f"{count(view.pictures, 'picture')} of more than 8 bits: what is black, what is white",
        icon=":material/exposure:", key="data.depth.box",
    ):  # fmt: skip
        st.markdown(
            "A model learns from 256 grey levels, so the values of these pictures were mapped to "
            f"them: **{_told(view.chosen)}**. Your files are untouched; a copy for the trainer "
            "lies beside them. Enlarge a picture to read which values it uses."
        )
        _choice(at, view)


def _told(chosen: Range) -> str:
    label = _KINDS[chosen.kind][0].lower()
    return f"{label}, {chosen.low:g} to {chosen.high:g}" if chosen.kind == "fixed" else label


def _choice(at: Stand, view: RangeView) -> None:
    key = f"data.depth.{at.dataset.slug}"
    kind: Kind = st.radio(
        "Map them anew", list(_KINDS), list(_KINDS).index(view.chosen.kind), key=f"{key}.kind",
        format_func=lambda each: _KINDS[each][0], captions=[row[1] for row in _KINDS.values()],
    )  # fmt: skip
    low, high = view.chosen.low, view.chosen.high
    if kind == "fixed":
        with st.container(horizontal=True):
            low = st.number_input("Black at", value=low, key=f"{key}.low", width=180)
            high = st.number_input("White at", value=high, key=f"{key}.high", width=180)
    if view.state is not None and not view.state.is_over:
        progress_watch(f"/tailor/depth/{at.dataset.slug}", str(view.state), key=f"{key}.watch",
                       waiting="Mapping the pictures waits for its turn …")  # fmt: skip
        return
    if view.state is State.FAILED and view.trouble:
        trouble(*view.trouble)
    wanted = Range(kind, low, high)
    same = (kind, low, high) == (view.chosen.kind, view.chosen.low, view.chosen.high)
    st.button("Map the pictures anew", key=f"{key}.go", disabled=same, on_click=deed,
              args=(deep_range.start, Workspace.current(), at.dataset, wanted))  # fmt: skip
