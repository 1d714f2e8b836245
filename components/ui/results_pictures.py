"""Validation pictures, each twice: as it was labelled, and as the model sees it."""

from typing import Any

import streamlit as st

from components.runs.store import Run
from components.ui.parts.picture_view import picture_view
from components.ui.run_points import points_of
from components.ui.words import plain

SAMPLES_A_PAGE = 4
CROWD = 25  # boxes; with more, names would cover the picture, so only colours speak
LEAST_SURE = 0.05  # a guess below it says nothing


def pictures(run: Run, facts: dict[str, Any]) -> None:
    """Labels on the left, what the model says on the right."""
    samples = facts["samples"]
    if not samples:
        st.info("There are no validation pictures to show.")
        return
    sorts = run.plan.task == "classify"
    confidence = LEAST_SURE if sorts else _confidence(facts)
    if sorts:
        samples = sorted(samples, key=is_right)  # what went wrong teaches most
        wrong = sum(not is_right(sample) for sample in samples)
        st.caption(f"{wrong} of these {len(samples)} pictures are taken for something else; they "
                   "come first.")  # fmt: skip
    pages = -(-len(samples) // SAMPLES_A_PAGE)
    first = (st.pagination(pages, key="samples") - 1) * SAMPLES_A_PAGE if pages > 1 else 0
    names = [row["class"] for row in facts["per_class"]]
    for sample in samples[first : first + SAMPLES_A_PAGE]:
        _pair(run, sample, names, confidence)


def is_right(sample: dict[str, Any]) -> bool:
    """Whether the first guess at a picture as a whole is its class."""
    guesses = sample["predicted"]
    return bool(guesses) and guesses[0][0] == sample["truth"][0][0]


def _confidence(facts: dict[str, Any]) -> float:
    return st.slider(
        "How sure must the model be? (confidence)", 0.05, 0.95,
        min(0.95, max(0.05, facts.get("best_confidence") or 0.25)), 0.05, key="confidence",
        help="It begins where this model balances misses and false alarms best.",
    )  # fmt: skip


def _pair(run: Run, sample: dict[str, Any], names: list[str], confidence: float) -> None:
    address = f"/tailor/picture/{run.plan.dataset}/{sample['picture']}?size=900"
    scheme = points_of(run)
    is_crowded = max(len(sample["truth"]), len(sample["predicted"])) > CROWD
    common: dict[str, Any] = {
        "width": sample["width"], "height": sample["height"], "classes": names,
        "names": not is_crowded, "skeleton": scheme.skeleton if scheme else (),
        "points": scheme.names if scheme else (),
    }  # fmt: skip
    forms = sample.get("predicted_shapes") or [None] * len(sample["predicted"])
    sure = [
        (box, form)
        for box, form in zip(sample["predicted"], forms, strict=True)
        if box[1] >= confidence
    ]
    left, right = st.columns(2)
    with left:
        st.markdown("**As labelled**")
        picture_view(
            address, boxes=sample["truth"], shapes=sample.get("truth_shapes", ()),
            key=f"t{sample['picture']}", **common,
        )  # fmt: skip
    with right:
        st.markdown(f"**What the model says**{_judged(run, sample, names)}")
        picture_view(
            address, boxes=[box for box, _ in sure], shapes=[form for _, form in sure],
            key=f"p{sample['picture']}", **common,
        )  # fmt: skip


def _judged(run: Run, sample: dict[str, Any], names: list[str]) -> str:
    """Behind the heading: whether a picture as a whole was recognised."""
    if run.plan.task != "classify":
        return ""
    if is_right(sample):
        return " · :green[right]"
    return f" · :orange[it is {plain(names[sample['truth'][0][0]], 40)}]"
