"""The foot of Home: licence, and what it means for a model that somebody trains."""

import streamlit as st

from components.ui.words import size
from components.workspace import Workspace, free_bytes

_LICENCE = """
**Tailor is free software under the AGPL-3.0**: use it, change it, pass it on; who offers it to
others, also over a network, gives them the source as well. It stands on Ultralytics YOLO, which is
under the same licence.

**Your own models.** The base models that Ultralytics publishes are AGPL-3.0 too, and Ultralytics
holds that a model fine-tuned from them is as well. For study, research and open projects there is
nothing to do. To build such a model into a product whose source stays closed, ask Ultralytics for
an Enterprise licence first. **Your pictures and labels stay yours.**
"""


def about(workspace: Workspace) -> None:
    """Say where things are kept, that nothing is sent out, and under which licence all this is."""
    with st.expander("About Tailor: licence, and where your work is kept", icon=":material/info:"):
        st.markdown(_LICENCE)
        st.markdown(
            "**Where your work is kept.** In one folder, which you can copy, back up or delete. "
            f"{size(free_bytes(workspace.root))} are free on its disk. Tailor sends nothing out; "
            "it goes to the network only to fetch a base model, when you ask for one, and never "
            "while “Stay offline” is on."
        )
        st.code(str(workspace.root), language=None)
