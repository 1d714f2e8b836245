"""Three ways in: the demo, the user's own pictures, the seed's example."""

import streamlit as st

from components.ui.home_next import DATA
from components.ui.home_seed import seed_card
from components.ui.page import go_there
from components.ui.tour import begin_tour, take_up
from components.ui.tour_words import WORDS
from components.workspace import Workspace


def ways(workspace: Workspace, *, demo_first: bool) -> None:
    """Draw the three cards.

    Args:
        workspace: Where what they make is kept.
        demo_first: Whether the demo is the page's main button, as for a newcomer.
    """
    demo, own, seed = st.columns(3, gap="medium")
    with demo, st.container(border=True, height="stretch"):
        _demo(workspace, demo_first)
    with own, st.container(border=True, height="stretch"):
        _own()
    with seed, st.container(border=True, height="stretch"):
        seed_card(workspace)


def _demo(workspace: Workspace, is_primary: bool) -> None:
    st.markdown("#### :material/biotech: The demo")
    with st.container(height="stretch"):  # so that the buttons of all three stand in one line
        st.markdown(
            "A small set of labelled pictures that Tailor draws by itself: cells under a "
            "microscope. A short tour leads you from there to a model that finds them, with no "
            "network at all."
        )
        st.caption("Or see another kind of answer:")
        with st.container(horizontal=True, gap="xsmall"):
            for task, words in WORDS.items():
                if words.choice and st.button(
                    words.choice, key=f"home.demo.{task}", type="tertiary", icon=words.icon,
                    help=words.choice_help,
                ):  # fmt: skip
                    begin_tour(workspace, task)
    take_up(workspace)
    if st.button("Open the demo", key="home.demo", width="stretch",
                 type="primary" if is_primary else "secondary"):  # fmt: skip
        begin_tour(workspace)


def _own() -> None:
    st.markdown("#### :material/add_photo_alternate: Your pictures")
    with st.container(height="stretch"):
        st.markdown(
            "A zip file, loose files or a folder, with labels in YOLO, COCO or Pascal VOC. Tailor "
            "tells you what it finds before it keeps anything."
        )
    st.button("New from my pictures", key="home.own", width="stretch", on_click=go_there,
              args=(DATA, {"view": "bring-in"}))  # fmt: skip
