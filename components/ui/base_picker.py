"""Where the model starts: trained weights to fine-tune, or an architecture that knows nothing."""

from datetime import date

import streamlit as st

from components.errors import AppError
from components.jobs.events import State
from components.models import fetching
from components.models.bases import Availability, BaseChoice, available, choices, in_order
from components.models.weights import admit
from components.planning import drafts
from components.ui.page import deed, trouble
from components.ui.parts.upload_box import upload_box
from components.ui.plan_draft import Drafting
from components.ui.words import about, plain, size
from components.web.background import supervisor
from components.web.uploads import cancel, find, sources

FINE_TUNE, SCRATCH = "Fine-tune a trained model", "Train from scratch"
STATES = {
    Availability.HERE: "on this computer",
    Availability.SHIPPED: "came with Tailor",
    Availability.GIVEN: "on this computer",
    Availability.FETCHABLE: "to be fetched",
    Availability.SCRATCH: "nothing to fetch",
    Availability.MISSING: "missing",
}
WORDS = {
    FINE_TUNE: "The model already knows how to see; it only learns your things. "
    "Works from some dozens of pictures.",
    SCRATCH: "The model begins with random numbers. It needs thousands of pictures and much "
    "more time; with few pictures it stays poor.",
}


def base_picker(now: Drafting) -> Drafting:
    """Choose the base model; a missing one can be fetched or dropped in.

    Returns:
        The draft with the choice kept.
    """
    every = choices(now.workspace, now.dataset.task)
    is_scratch = now.base.endswith((".yaml", ".yml"))
    left, right = st.columns(2, gap="large")
    with left:
        way = st.segmented_control(
            "Where the model starts", (FINE_TUNE, SCRATCH), required=True, wrap=True,
            key=now.shows("way", SCRATCH if is_scratch else FINE_TUNE),
        )  # fmt: skip
        st.caption(WORDS[way or FINE_TUNE])
    offered = [c for c in every if (c.availability is Availability.SCRATCH) == (way == SCRATCH)]
    with right:
        chosen = _choose(now, offered)
    kept = now if chosen.key == now.base else _changed(now, chosen.key)
    # Always there, also empty: without it all below would move up one place when the base model
    # changes, and the browser would build those fields anew under the hands of who types there.
    with st.container():
        if chosen.availability in (Availability.FETCHABLE, Availability.MISSING):
            _get(
                kept, chosen, f"**{chosen.label} is not on this computer yet.** There are two ways:"
            )
        elif chosen.availability is Availability.SHIPPED:
            _better(kept, offered)
    return kept


def _better(now: Drafting, offered: list[BaseChoice]) -> None:
    """With the starter chosen: the way to official weights, and to take them once they are here."""
    official = next((c for c in offered if c.base is not None and not c.base.is_starter), None)
    if official is None:
        return
    if official.availability is Availability.HERE:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{official.label} is on this computer**: the better start.")
            st.button(
                "Start from it", key="base.better", on_click=deed,
                args=(drafts.change, now.dataset.folder, {"base": official.key}),
            )  # fmt: skip
        return
    _get(now, official, f"**{official.label} has seen photographs and is the better start**, "
         "where it can be had:")  # fmt: skip


def _choose(now: Drafting, offered: list[BaseChoice]) -> BaseChoice:
    keys = [choice.key for choice in offered]
    if now.base not in keys and available(now.workspace, now.base) is Availability.MISSING:
        st.info(f"“{plain(now.base, 60)}” is not here any more; here is another.")
    words = {c.key: f"{c.label} · {STATES[c.availability]}" for c in offered}
    shown = now.base if now.base in keys else keys[0]
    key = st.selectbox(
        "Base model", keys, format_func=lambda key: words[key],
        key=now.shows(f"base.{len(offered)}.{keys[0]}", shown),
        help="Larger models see more and take longer. Start with the smallest.",
    )  # fmt: skip
    chosen = next(choice for choice in offered if choice.key == key)
    st.caption(chosen.help)
    return chosen


def _changed(now: Drafting, key: str) -> Drafting:
    """Another base: layers that do not exist there cannot stay frozen."""
    kept = now.keep(base=key)
    layers = kept.layers
    deepest = len(layers) - 1 if layers else 0
    if layers and int(kept.draft.values["frozen_layers"]) > deepest:
        return kept.keep(frozen_layers=deepest)
    return kept


def _get(now: Drafting, chosen: BaseChoice, words: str) -> None:
    """The weights are not here: fetch them, or take a file from the person."""
    with st.container(border=True):
        st.markdown(words)
        left, right = st.columns(2, gap="large")
        with left:
            _fetch(now, chosen)
        with right:
            sent = upload_box(
                "Or drop a weights file (.pt) here", key="weights", accept=".pt", many=False,
                folder=False, keep=True, hint="It is checked before it is opened.",
            )  # fmt: skip
            if sent is not None:
                _admit(now, sent["batch"], sent["name"])


def _fetch(now: Drafting, chosen: BaseChoice) -> None:
    state = fetching.fetch_state(now.workspace, chosen.key).state
    if state in (State.WAITING, State.RUNNING):
        st.fragment(_progress, run_every=1.0)(now, chosen)
        return
    about_bytes = chosen.base.about_bytes if chosen.base else 0
    if st.button(
        f"Fetch it from Ultralytics (about {size(about_bytes)})", icon=":material/download:",
        key="fetch", help="The only time Tailor uses the network, and only when you press this.",
    ):  # fmt: skip
        fetching.start_fetch(now.workspace, chosen.key)
        supervisor().wake()
        st.rerun()
    view = fetching.fetch_state(now.workspace, chosen.key)
    if view.trouble:
        trouble(*view.trouble)
        _starter_instead(now, "fetch")


def _progress(now: Drafting, chosen: BaseChoice) -> None:
    view = fetching.fetch_state(now.workspace, chosen.key)
    if view.state not in (State.WAITING, State.RUNNING):
        st.rerun()
    left = f", {about(view.left_s)} left at this speed" if view.left_s else ""
    st.progress(
        view.done / view.total if view.total else 0.0,
        f"Fetching: {size(view.done)} of {size(view.total)}{left}" if view.total else "Fetching …",
    )
    if st.button("Cancel", key="fetch.cancel"):
        fetching.cancel_fetch(now.workspace, chosen.key)


def _admit(now: Drafting, batch: str, name: str) -> None:
    """Check the file, keep it, and start from it; a refusal stays on the screen.

    A new click may cut this run of the page short; the next one finds the upload still there and
    does it again. Only when all is done the upload goes.
    """
    refusal = f"weights.refused.{batch}"
    upload = find(now.workspace, batch)
    if upload is not None:
        [path, *_] = sources(now.workspace, batch)
        with st.spinner(f"Checking {name} before it is opened …", show_time=True):
            try:
                came_from = f"{name}, dropped in on {date.today()}"
                key = admit(now.workspace, path, came_from, now.dataset.task)
                drafts.change(now.dataset.folder, {"base": key})
            except AppError as error:
                st.session_state[refusal] = (error.what, error.fix)
            cancel(upload)
        st.rerun()
    if refusal in st.session_state:
        trouble(*st.session_state[refusal])
        _starter_instead(now, "drop")


def _starter_instead(now: Drafting, place: str) -> None:
    """Where the wanted weights cannot be had: those that came with Tailor, one click away."""
    starter = next((c for c in in_order(now.workspace, now.dataset.task) if c.is_starter), None)
    if starter is None or now.base == starter.key:
        return
    st.button(
        "Start from Tailor's starter weights", key=f"base.starter.{place}", on_click=deed,
        args=(drafts.change, now.dataset.folder, {"base": starter.key, "frozen_layers": 0}),
    )  # fmt: skip
