"""What speaks for and against the plan, and the button that starts it."""

from dataclasses import replace

import streamlit as st

from components.augment.catalogue import EFFECTS
from components.augment.recipe import Recipe
from components.augment.safety import QUESTIONS, open_questions
from components.data.rows import PictureFilter
from components.data.split import ensure_usable
from components.findings import Finding, Severity
from components.models.bases import Availability, available
from components.models.weights import learned_from
from components.planning.advice import advice
from components.planning.dry_run import expect
from components.planning.facts import Facts, facts_about
from components.planning.freezing import backbone_depth
from components.planning.obstacles import obstacles
from components.planning.plan import TrainingPlan
from components.runs.foretold import Foretold
from components.runs.foretold import keep as keep_forecast
from components.runs.training import start
from components.ui.finding_deeds import act, label
from components.ui.findings_list import findings_list
from components.ui.foreseen import trial_for
from components.ui.page import deed, nothing_yet
from components.ui.plan_draft import Drafting, first_needs
from components.ui.time_ahead import foretold, time_ahead
from components.ui.trial_panel import trial_panel
from components.ui.words import count, plain
from components.web.background import supervisor

NOT_HERE = (Availability.FETCHABLE, Availability.MISSING)


def start_panel(now: Drafting, plan: TrainingPlan) -> None:
    """Advice with one-click changes, then Start; it says what is missing when it cannot be."""
    # Advice names the settings it is about; the sentences say so already.
    told_time = foretold(now, plan)
    facts = _with_time(_facts(now, plan), now, plan, told_time)
    told = [replace(finding, where=()) for finding in advice(plan, facts)]
    told += obstacles(plan, now.machine, empty_classes=_empty_classes(now))
    needs = first_needs(now)
    is_here = available(now.workspace, plan.base) not in NOT_HERE
    # One place on the page, however much it holds: the name below is not built anew under the
    # hands of who types it when a trial ends.
    with st.container():
        if needs is None:
            findings = [*ensure_usable(now.dataset), *told, *_unanswered(now, plan)]
        else:  # one thing to do, said once
            nothing_yet(plain(needs.sentence), needs.page, needs.label, choices=needs.choices)
            findings = [finding for finding in told if finding.severity is not Severity.STOP]
        is_sound = needs is None
        is_sound &= findings_list(
            findings, key="advice", apply_label=_button_words,
            on_apply=lambda values: deed(act, now.dataset, values),
        )  # fmt: skip
        if is_sound and not findings:
            st.success("Nothing speaks against this plan.", icon=":material/check_circle:")
        time_ahead(now, plan, told_time)
        missing = _missing(is_sound, is_here)
        trial_panel(now, plan, missing)
    left, right = st.columns([2, 1], vertical_alignment="bottom")
    name = left.text_input(
        "Name of this run", placeholder=f"{now.dataset.name}, {count(plan.epochs, 'round')}",
        key=now.key("name"), max_chars=80, help="So that you find it again. May stay empty.",
    )  # fmt: skip
    if right.button(
        "Start training", type="primary", icon=":material/play_arrow:", key="start",
        disabled=bool(missing), help=missing or None, width="stretch",
    ):  # fmt: skip
        title = name or f"{now.dataset.name}, {count(plan.epochs, 'round')}"
        run = start(now.workspace, replace(plan, name=title))
        if told_time is not None:
            keep_forecast(run.folder, told_time)
        supervisor().wake()
        st.switch_page("pages/make/train.py", query_params={"run": run.slug})
    if missing:
        st.caption(f":material/info: {missing}")


def _unanswered(now: Drafting, plan: TrainingPlan) -> list[Finding]:
    """Flips and large turns that the plan holds though nobody said that they do no harm."""
    effects: dict[str, str] = {}
    for effect, question in open_questions(Recipe.from_dict(plan.recipe)):
        effects.setdefault(question.key, effect)
    return [
        Finding(
            Severity.NOTE,
            f"{EFFECTS[effect].label} is on, and nobody has answered: "
            f"{QUESTIONS[question].question}",
            "Answer it on the Augment page; a wrong flip or turn teaches something false.",
            source="what the recipe does to your pictures",
            apply=(("open", "augment"),),
        )
        for question, effect in effects.items()
        if question not in now.draft.answers
    ]


def _missing(is_sound: bool, is_here: bool) -> str:
    told = []
    if not is_sound:
        told.append("First do what the box above says.")
    if not is_here:
        told.append("The base model is not on this computer yet: fetch it or drop it in above.")
    return " ".join(told)


def _button_words(finding: Finding) -> str:
    """Buttons that change the data set say what they do; all others change the plan."""
    return label(finding) if {"fix", "go", "open"} & set(dict(finding.apply)) else "Do this"


def _empty_classes(now: Drafting) -> tuple[str, ...]:
    return (
        _known_empty((now.dataset.slug, now.dataset.revision()), now) if now.summary.train else ()
    )


@st.cache_data(max_entries=20, show_spinner=False)
def _known_empty(key: tuple[str, int], _now: Drafting) -> tuple[str, ...]:  # noqa: ARG001
    """Classes of which no training picture shows an example."""
    data = _now.dataset
    return tuple(
        each.name for each in data.classes()
        if not data.count(PictureFilter(split="train", class_id=each.id))
    )  # fmt: skip


def _facts(now: Drafting, plan: TrainingPlan) -> Facts:
    device = now.machine.device(plan.device)
    key = (now.dataset.slug, now.dataset.revision(), device.kind, now.base)
    return _known_facts(key, now)


def _with_time(
    facts: Facts, now: Drafting, plan: TrainingPlan, told: Foretold | None
) -> Facts:  # fmt: skip
    """What is expected of the plan, and what a dry run says about keeping the backbone."""
    if told is not None:
        facts = replace(facts, expected_s=told.seconds, expected_from=told.source)
    trial, depth = trial_for(now, plan), backbone_depth(list(facts.layers))
    if trial is None or not {0, depth} <= set(trial.steps):
        return facts
    counts = {"train": now.summary.train, "val": now.summary.val}
    free, kept = (
        expect(plan.with_values({"frozen_layers": layers}), trial, **counts).epoch_s
        for layers in (0, depth)
    )
    return replace(facts, kept_backbone=kept / free)


@st.cache_data(max_entries=20, show_spinner=False)
def _known_facts(key: tuple[str, int, str, str], _now: Drafting) -> Facts:
    """Read once per change of the data set, not at each turn of a knob."""
    return facts_about(
        _now.dataset, device_kind=key[2], base_kind=_now.base_kind,
        layers=tuple(_now.layers or ()), learned=learned_from(_now.workspace, _now.base),
    )  # fmt: skip
