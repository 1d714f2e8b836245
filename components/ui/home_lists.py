"""What is there already: data sets as cards with a picture, and runs with where they stand."""

import html
from typing import Literal

import streamlit as st

from components.data.store import DatasetCard, find
from components.jobs.events import State
from components.runs.live import snapshot
from components.runs.store import Run, RunStore
from components.ui.home_next import DATA, RESULTS, TRAIN, for_dataset
from components.ui.page import landing
from components.ui.words import RUN_STATE_WORDS, ago, count, plain
from components.workspace import Workspace

DATASETS_SHOWN = 6  # the newest; the picker on the Data page has them all
RUNS_SHOWN = 6
_LOOK_EVERY_S = 2.0
_COLOURS: dict[State, Literal["blue", "gray", "green", "red", "orange"]] = {
    State.RUNNING: "blue", State.WAITING: "gray", State.FINISHED: "green", State.STOPPED: "green",
    State.FAILED: "red", State.INTERRUPTED: "orange", State.PAUSED: "orange",
}  # fmt: skip
_COVER = (
    "width:100%;aspect-ratio:16/9;object-fit:cover;border-radius:8px;display:block;"
    "background:color-mix(in srgb,currentColor 8%,transparent)"
)
_EVERYTHING_KNOWN = 1_000_000_000  # no run has so many epochs: asks for the sentence alone


def dataset_cards(workspace: Workspace, cards: list[DatasetCard]) -> None:
    """The newest data sets, three in a row, each with its next step."""
    st.subheader("Your data sets", anchor=False)
    for first in range(0, min(len(cards), DATASETS_SHOWN), 3):
        columns = st.columns(3, gap="medium")
        for column, card in zip(columns, cards[first : min(first + 3, DATASETS_SHOWN)],
                                strict=False):  # fmt: skip
            with column, st.container(border=True, height="stretch"):
                _dataset(workspace, card)
    if len(cards) > DATASETS_SHOWN:
        st.page_link(DATA, label=f"All {count(len(cards), 'data set')}", icon=":material/list:",
                     query_params={"view": "look"})  # fmt: skip


def _dataset(workspace: Workspace, card: DatasetCard) -> None:
    st.html(_cover(card))
    st.markdown(f"**{plain(card.name, 60)}**")
    if card.trouble:
        st.caption(f":orange[{plain(card.trouble)}]")
        return
    st.caption(
        f"{count(card.pictures, 'picture')} · {count(card.boxes, 'label')} · "
        f"{count(card.classes, 'class', 'classes')}"
    )
    with st.container(horizontal=True, gap="medium"):
        st.page_link(DATA, label="Look", icon=":material/photo_library:",
                     query_params={"dataset": card.slug, "view": "look"})  # fmt: skip
        step = for_dataset(card.slug, card.name, find(workspace, card.slug).summary())
        st.page_link(step.page, label=step.label, icon=":material/arrow_forward:",
                     query_params=step.choices)  # fmt: skip


def _cover(card: DatasetCard) -> str:
    if card.cover_picture_id is None:
        return f'<div style="{_COVER}"></div>'
    stamp = int(card.made_at * 1000)  # thumbnails are cached for ever; a new set has a new address
    address = f"/tailor/thumbnail/{card.slug}/{card.cover_picture_id}?v={stamp}"
    return f'<img src="{html.escape(address)}" alt="" loading="lazy" style="{_COVER}">'


def run_list(workspace: Workspace, runs: list[Run]) -> None:
    """The newest runs; drawn anew every two seconds while one of them goes on."""
    st.subheader("Your runs", anchor=False)
    is_live = any(not run.state.is_over for run in runs[:RUNS_SHOWN])
    st.fragment(_runs, run_every=_LOOK_EVERY_S if is_live else None)(workspace, is_live=is_live)


def _runs(workspace: Workspace, *, is_live: bool) -> None:
    runs = RunStore(workspace).all()[:RUNS_SHOWN]
    for run in runs:
        with landing(), st.container(border=True, horizontal=True, vertical_alignment="center"):
            _run(run)
    if is_live and all(run.state.is_over for run in runs):
        st.rerun()  # once more as a whole: the clock stops, the next step is another


def _run(run: Run) -> None:
    sentence = snapshot(run.folder, _EVERYTHING_KNOWN)["sentence"]
    at = run.progress.ended_at or run.progress.started_at or run.progress.queued_at
    when = f" · {ago(at)}" if at else ""
    with st.container():
        st.markdown(f"**{plain(run.title, 60)}**")
        st.caption(f"{plain(sentence)}{when}")
    st.badge(RUN_STATE_WORDS[run.state].split(",")[0], color=_COLOURS[run.state])
    has_model = run.state in (State.FINISHED, State.STOPPED) and run.best_weights.exists()
    st.page_link(
        RESULTS if has_model else TRAIN, label=_label(run, has_model),
        icon=":material/insights:" if has_model else ":material/monitoring:",
        query_params={"run": run.slug},
    )  # fmt: skip


def _label(run: Run, has_model: bool) -> str:
    if has_model:
        return "Results"
    return "See why" if run.state.is_over else "Watch"
