"""Forecast and truth of a run, side by side."""

import streamlit as st

from components.runs.foretold import of_run, truth_of_run
from components.runs.store import Run
from components.ui.words import duration, plain, size
from components.workspace import Workspace


def foretold_line(run: Run) -> None:
    """One line: what was expected at the start and what it took; nothing where nothing was said."""
    truth = truth_of_run(Workspace.current(), run.slug)
    expected = truth or of_run(run.folder)
    if expected is None:
        return
    words = f"**Forecast.** {duration(expected.seconds)} at the start"
    if truth is None or not truth.is_over:
        st.markdown(f"{words}. :small[Judged by {plain(expected.source)}.]")
        return
    if truth.share < 1:
        words += f", {duration(truth.for_what_was_trained_s)} for the rounds that were trained"
    longer = "too long" if truth.off > 0 else "too short"
    off = f"{abs(truth.off):.0%} {longer}" if abs(truth.off) >= 0.01 else "right"
    memory = ""
    if truth.memory_bytes and truth.peak_bytes:
        memory = f" Memory: {size(truth.memory_bytes)} expected, {size(truth.peak_bytes)} used."
    st.markdown(
        f"{words}; it took **{duration(truth.took_s)}**, so the forecast was {off}.{memory} "
        f":small[Judged by {plain(truth.source)}.]"
    )
