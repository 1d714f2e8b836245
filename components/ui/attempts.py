"""What the dry run and the range test have in common on the Plan page: begin, watch, cancel."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from components.errors import AppError
from components.jobs.job import log_tail
from components.planning.plan import TrainingPlan
from components.runs import trying_out
from components.runs.store import PLAN_FILE
from components.ui.page import landing, trouble
from components.ui.plan_draft import Drafting
from components.ui.words import about
from components.web.background import supervisor
from components.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Attempt:
    """One kind of them.

    Attributes:
        name: Begins the keys of its widgets.
        prefix: Begins the names of its folders in the cache.
        start: Puts one in line and gives its folder.
        folder_of: Where that of a decided plan lies.
        waits: What is said before it begins.
        tells_left: Whether its needle knows how many seconds are left.
        unfolds: Whether its result is shown in an expander whose key is its name.
    """

    name: str
    prefix: str
    start: Callable[[Workspace, TrainingPlan], Path]
    folder_of: Callable[[Workspace, TrainingPlan], Path]
    waits: str
    tells_left: bool = False
    unfolds: bool = False


def begin(kind: Attempt, now: Drafting, plan: TrainingPlan, *, again: bool) -> None:
    """What its button does: put it in line; anew where its result is thrown away."""
    key = now.key(kind.name)
    try:
        if again:
            decided = trying_out.decided(now.workspace, plan)
            trying_out.forget(kind.folder_of(now.workspace, decided))
        st.session_state[key] = str(kind.start(now.workspace, plan))
        supervisor().wake()
    except AppError as error:
        st.session_state[key] = json.dumps([error.what, error.fix])


def going_on(kind: Attempt, now: Drafting) -> Path | None:
    """The data set's one that waits or runs, whoever started it."""
    for path in now.workspace.cache.glob(f"{kind.prefix}*/{PLAN_FILE}"):
        is_mine = trying_out.dataset_of(path.parent) == now.dataset.slug
        if is_mine and trying_out.trial_view(path.parent).is_going_on:
            return path.parent
    return None


def watch(kind: Attempt, folder: Path) -> None:
    """How far it is, and the way to end it; asked again every second."""
    st.fragment(_progress, run_every=1.0)(kind, folder)


def _progress(kind: Attempt, folder: Path) -> None:
    with landing():
        view = trying_out.trial_view(folder)
        if not view.is_going_on:
            if kind.unfolds:
                st.session_state[kind.name] = True  # there is something to see now
            st.rerun()
        phase = view.needle.get("phase", kind.waits)
        total = view.needle.get("total") or 0
        left_s = view.needle.get("left_s") if kind.tells_left else None
        words = f"{phase} …" + (f" {about(left_s)} left at this pace" if left_s else "")
        left, right = st.columns([4, 1], vertical_alignment="center")
        left.progress(min(view.needle["done"] / total, 1.0) if total else 0.0, words)
        right.button(
            "Cancel", key=f"{kind.name}.cancel", on_click=trying_out.cancel, args=(folder,)
        )


def say_failed(kind: Attempt, now: Drafting) -> None:
    """Why the one that was started here came to nothing."""
    kept = st.session_state.get(now.key(kind.name))
    if not kept:
        return
    if kept.startswith("["):
        trouble(*json.loads(kept))
        return
    view = trying_out.trial_view(Path(kept))
    if view.trouble:
        trouble(*view.trouble)
        with st.popover("Its log", icon=":material/terminal:"):
            st.code(log_tail(Path(kept), most=4_000), language=None)
