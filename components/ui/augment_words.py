"""What a task means for the effects: which are not offered and why, and what a mirror exchanges."""

import streamlit as st

from components.augment.catalogue import EFFECTS
from components.data.keypoints import KeypointScheme
from components.data.store import Dataset
from components.ui.words import listed, plain

_SORTS = (
    "Models that sort pictures look at one picture at a time and learn from simpler changes: "
    "Ultralytics' trainer for them knows no"
)
_MOST = 30  # names in the sentence: all there are


def effect_words(dataset: Dataset) -> None:
    """Below the sliders: what the task leaves out, and what happens to named points."""
    st.caption(left_out(dataset.task))
    scheme = dataset.keypoints() if dataset.task == "pose" else None
    if scheme is not None:
        st.caption(plain(exchanged(scheme)))


def left_out(task: str) -> str:
    """Which effects are not offered for a task, and why."""
    names = [row.label.partition(" (")[0] for row in EFFECTS.values() if task not in row.tasks]
    quoted = listed([f"“{name}”" for name in names], _MOST)
    if task == "classify":
        return f"Not offered here: {quoted}. {_SORTS} others."
    return f"Not offered here: {quoted}. Ultralytics' trainer has it for sorting pictures only."


def exchanged(scheme: KeypointScheme) -> str:
    """What mirroring does to the points of a thing."""
    pairs = [
        f"{scheme.names[one]} and {scheme.names[other]}"
        for one, other in enumerate(scheme.flip)
        if one < other
    ]
    if not pairs:
        return (
            "No two points of your labels are a left and a right one, so in a mirrored picture "
            "every point keeps its name."
        )
    return f"In a mirrored picture these points exchange their names: {listed(pairs, _MOST)}."
