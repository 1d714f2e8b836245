"""The widgets with which a person writes a plan: presets, freeze depth, rate, time, the rest."""

from typing import Any

import streamlit as st

from components.planning import drafts
from components.planning.expert import for_task
from components.planning.freezing import deepest, in_words, learning_in_words
from components.planning.knobs import KNOBS
from components.planning.plan import TrainingPlan
from components.planning.presets import PRESETS
from components.planning.rates import rate_word
from components.planning.schedule import batches_per_epoch, course, warmup_batches
from components.ui.expert_editor import expert_editor
from components.ui.freeze_cost import freeze_cost
from components.ui.knob_widgets import (
    device_widget,
    knob_widget,
    rate_widget,
    rates,
)
from components.ui.page import deed
from components.ui.parts.network_picture import network_picture
from components.ui.parts.rate_curve import rate_curve
from components.ui.plan_draft import Drafting
from components.ui.range_panel import range_panel

MAIN = ("epochs", "image_size_px", "batch")
WIDTHS = (3, 3, 3, 4)  # of their columns and the device's, whose names are long
MORE = ("patience", "warmup_epochs", "final_rate_share", "cosine", "close_mosaic", "seed",
        "optimizer", "trainer")  # fmt: skip


def presets(now: Drafting) -> None:
    """Four buttons that set the knobs below and nothing else."""
    columns = st.columns(len(PRESETS))
    for column, preset in zip(columns, PRESETS.values(), strict=True):
        with column.container(border=True, height="stretch"):
            is_chosen = now.draft.preset == preset.key
            st.button(
                preset.label, key=f"preset.{preset.key}", width="stretch",
                icon=":material/check:" if is_chosen else None, on_click=deed,
                args=(drafts.apply_preset, now.dataset.folder, preset.key, now.situation),
            )  # fmt: skip
            st.caption(preset.help)


def plan_editor(now: Drafting) -> tuple[Drafting, TrainingPlan]:
    """Draw the widgets and keep what they show.

    Returns:
        The draft with what they show, and the plan it makes.

    Raises:
        PlanError: The values do not make a plan.
    """
    left, right = st.columns(2, gap="large")
    values: dict[str, Any] = {}
    with left:
        values |= _freeze(now)
        cost = st.container()  # drawn last, like the curve: the knobs below shape them too
    with right:
        values["learning_rate"] = _rate(now)
        curve = st.container()
    columns = st.columns(WIDTHS)
    for column, name in zip(columns, MAIN, strict=False):
        with column:
            values[name] = _knob(now, name)
    with columns[-1]:
        values["device"] = _device(now)
    # What is folded away is not drawn: every widget costs each click on the page a millisecond.
    with st.expander("More settings", icon=":material/tune:", key="more", on_change="rerun") as box:
        sides = st.columns(2)
        shown = [name for name in MORE if box.open and KNOBS[name].concerns(now.dataset.task)]
        for i, name in enumerate(shown):
            with sides[i % 2]:
                values[name] = _knob(now, name)
    task = now.dataset.task
    with st.expander(
        f"Expert settings of Ultralytics ({len(for_task(task))})", icon=":material/science:",
        key="expert", on_change="rerun",
    ) as box:  # fmt: skip
        values["expert"] = (
            expert_editor(dict(now.draft.values["expert"]), task, now.shows)
            if box.open
            else now.draft.values["expert"]
        )
    kept = now.keep(**values)
    plan = drafts.plan_of(kept.draft, now.dataset.slug, now.dataset.task)
    if now.layers:
        with cost:
            freeze_cost(now, plan)
    with curve:
        _curve(plan, now.summary.train)
        range_panel(now, plan)
    return kept, plan


def _knob(now: Drafting, name: str) -> Any:
    return knob_widget(name, now.shows(name, now.draft.values[name]))


def _rate(now: Drafting) -> float:
    rate = float(now.draft.values["learning_rate"])
    # A rate between the slider's places gets one of its own, on a slider of its own.
    name = "learning_rate" if rate in rates() else f"learning_rate.{rate}"
    return rate_widget(rate, now.shows(name, rate))


def _device(now: Drafting) -> str:
    devices = list(now.machine.devices)
    chosen = str(now.draft.values["device"])
    # One that is gone stays chosen: what is said below about it offers another.
    return device_widget(devices, now.shows("device", chosen), chosen)


def _freeze(now: Drafting) -> dict[str, Any]:
    knob = KNOBS["frozen_layers"]
    layers = now.layers
    most = deepest(layers) if layers else int(knob.high)
    kept = min(int(now.draft.values[knob.name]), most)
    frozen = st.slider(
        knob.label,
        0,
        most,
        key=now.shows(f"{knob.name}.{most}", kept),
        help=knob.help,
        persist_state="session",
    )
    if int(now.draft.values[knob.name]) > most:
        st.warning(
            f"The plan freezes {now.draft.values[knob.name]} layers, and this model has "
            f"{most + 1}. Now {most} stay as they are: all but the head."
        )
    if layers:
        words = in_words(layers, frozen)
        network_picture(layers, frozen, f"The model's layers. {words}", key="network")
        st.caption(f"{learning_in_words(layers, frozen)} Grey stays, blue learns.")
    return {knob.name: frozen}


def _curve(plan: TrainingPlan, pictures: int) -> None:
    word = rate_word(plan, pictures)
    odd = word.startswith("Too")
    mark = ":material/warning: " if odd else ""
    why = " That is outside what is known to work; the advice below says why." if odd else ""
    st.caption(
        f"{mark}**{word}** for {plan.optimizer}.{why} This is how the steps grow and shrink:"
    )
    batches = batches_per_epoch(pictures, plan.batch)
    line = course(plan, batches)
    rate_curve(
        line, warmup_batches(plan, batches) / batches,
        f"Learning rate over {plan.epochs} epochs, at most {max(rate for _, rate in line):.2g}",
        key="rate",
    )  # fmt: skip
