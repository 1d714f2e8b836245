"""Crops: a new data set with one picture for each label, to sort pictures with."""

from typing import Any

import streamlit as st

from components.data.crops import loses
from components.errors import DatasetError
from components.jobs.warm import shared
from components.ui.data_facts import Stand, summary_of
from components.ui.folding_menu import fold
from components.ui.page import landing
from components.ui.words import count, plain
from components.workspace import Workspace

MOST = 5_000  # things that are cut out while the person waits: about half a minute
PATIENCE_S = 300.0


def crops_button(at: Stand, menu: str) -> None:
    """Offer to cut the labels out, where there are any that are drawn on the pictures.

    Args:
        at: The data set.
        menu: Key of the folding menu that the button stands in.
    """
    if at.dataset.task == "classify" or not 0 < summary_of(at).boxes <= MOST:
        return
    if st.button("Cut the things out …", key="data.crops", icon=":material/content_cut:",
                 on_click=fold, args=(menu,),
                 help="Makes a new data set with one picture for each thing, to train a model "
                 "that sorts pictures (classification)."):  # fmt: skip
        _ask(at)


@st.dialog("Cut the things out into a new data set?", icon=":material/content_cut:")
def _ask(at: Stand) -> None:
    with landing():
        try:
            lost = loses(at.dataset)
        except DatasetError as error:
            st.info(f"{plain(error.what)} {plain(error.fix)}")
            return
        st.markdown(f"{lost} This data set stays as it is.")
        if not st.button("Make the crops", key="data.crops.yes", type="primary"):
            return
        with st.spinner("Cutting …", show_time=True):
            made: dict[str, Any] = shared().call(
                "components.data.crops:made_in_background",
                timeout_s=PATIENCE_S, root=str(Workspace.current().root), slug=at.dataset.slug,
            )  # fmt: skip
        for why, number in made["left_out"].items():
            st.caption(f"{count(number, 'label')} left out: {plain(why)}.")
        st.switch_page("pages/make/data.py", query_params={"dataset": made["slug"], "view": "look"})
