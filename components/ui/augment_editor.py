"""The widgets with which a person writes a recipe, and the pictures it makes beside them."""

from dataclasses import replace
from math import log10

import streamlit as st

from components.augment.catalogue import effects_for
from components.augment.effect import Effect
from components.augment.recipe import RECIPES, ExtraEffect, Recipe
from components.augment.safety import harmless
from components.data.glimpse import MOST
from components.planning import drafts
from components.ui.augment_words import effect_words
from components.ui.page import deed, nothing_yet
from components.ui.parts.preview_grid import preview_grid, preview_url
from components.ui.plan_draft import Drafting, first_needs
from components.ui.safety_questions import safety_questions
from components.ui.words import plain

MIXING = ("mosaic", "mixup", "cutmix")
GROUPS = ("Mix pictures", "Move and turn", "Colour and light", "Camera and weather")
ROW = (1, 4)  # the effect's picture and its controls
UNITS = {  # shown in per cent
    "of pictures": "share of pictures",
    "of the picture": "of the picture",
    "of the size": "of the size",
    "up to": "up to",
}
FORBIDDEN = "Off: you said that it matters. Change your answer below to use it."


def demand_ready(now: Drafting) -> None:
    """Without pictures to learn from there is nothing to see: say what to do, and end the page."""
    needs = first_needs(now)
    if needs is not None:
        nothing_yet(plain(needs.sentence), needs.page, needs.label, choices=needs.choices)
        st.stop()


def ready_recipes(now: Drafting) -> None:
    """Four ready recipes; a press sets every slider below."""
    columns = st.columns(len(RECIPES))
    for column, (key, ready) in zip(columns, RECIPES.items(), strict=True):
        with column.container(border=True, height="stretch"):
            recipe = now.draft.heeding(ready.recipe)  # a press takes no answer back
            is_chosen = Recipe.from_dict(now.draft.recipe) == recipe
            st.button(
                ready.label, key=f"recipe.{key}", width="stretch",
                icon=":material/check:" if is_chosen else None, on_click=deed,
                args=(drafts.change_recipe, now.dataset.folder, recipe.to_dict()),
            )  # fmt: skip
            st.caption(ready.help)


def augment_editor(now: Drafting) -> Recipe:
    """Sliders on the left, what they do to the person's own pictures on the right.

    Returns:
        The recipe as it stands, already kept in the draft.
    """
    controls, pictures = st.columns([1, 1], gap="large")
    with controls:
        recipe = _sliders(now)
        if recipe.to_dict() != now.draft.recipe:
            drafts.save(now.dataset.folder, replace(now.draft, recipe=recipe.to_dict()))
        safety_questions(now, recipe)
    with pictures:
        _preview(now, recipe)  # a fragment: throwing the dice changes nothing else on the page
    return recipe


def _sliders(now: Drafting) -> Recipe:
    """One row per effect the task can take; the other effects are not offered."""
    recipe = Recipe.from_dict(now.draft.recipe)
    extra = {each.key: each for each in recipe.extra}
    trainer = dict(recipe.trainer)
    chosen: list[ExtraEffect] = []
    offered = effects_for(now.dataset.task)
    groups = [group for group in GROUPS if any(_group(effect) == group for effect in offered)]
    if st.session_state.get("effects") not in groups:  # a data set for another task had it
        st.session_state.pop("effects", None)
    group = st.segmented_control(
        "Effects", groups, default=groups[0], required=True, key="effects", bind="query-params",
        label_visibility="collapsed", wrap=True,
    )  # fmt: skip
    for effect in offered:
        is_shown = _group(effect) == group
        if effect.family == "trainer":
            if is_shown:
                trainer[effect.key] = _trainer_row(now, effect, trainer[effect.key])
        else:
            given = extra.get(effect.key)
            given = _extra_row(now, effect, given) if is_shown else given
            if given is not None:
                chosen.append(given)
    effect_words(now.dataset)
    return Recipe(trainer, tuple(chosen))


def _group(effect: Effect) -> str:
    if effect.family == "albumentations":
        return GROUPS[3]
    if effect.key in MIXING:
        return GROUPS[0]
    return GROUPS[1] if effect.moves_boxes else GROUPS[2]


def _trainer_row(now: Drafting, effect: Effect, value: float) -> float:
    picture, slider = st.columns(ROW, vertical_alignment="center")
    picture.html(example_picture(now.dataset.slug, effect))
    most = harmless(effect.key) if effect.asks in now.draft.matters else effect.high
    if most <= effect.low:
        slider.markdown(effect.label, help=effect.help)
        slider.caption(FORBIDDEN)
        return effect.off
    return float(
        slider.slider(
            f"{effect.label} · {UNITS.get(effect.unit, effect.unit)}",
            effect.low, most, step=effect.step, key=_key(now, f"{effect.key}.{most}",
                                                         min(float(value), most)),
            help=effect.help, format=_format(effect), persist_state="session",
        )
    )  # fmt: skip


def _format(effect: Effect) -> str:
    """How the slider writes its number: whole, or with as many digits as its step has."""
    if effect.unit in UNITS:
        return "percent"
    return "%g" if effect.step >= 1 else f"%.{max(2, round(-log10(effect.step)))}f"


def _extra_row(now: Drafting, effect: Effect, given: ExtraEffect | None) -> ExtraEffect | None:
    """A switch; when it is on, how strong and how often."""
    picture, controls = st.columns(ROW, vertical_alignment="center")
    picture.html(example_picture(now.dataset.slug, effect))
    with controls:
        if effect.asks in now.draft.matters:
            st.markdown(effect.label, help=effect.help)
            st.caption(FORBIDDEN)
            return None
        is_on = st.toggle(
            effect.label, key=_key(now, effect.key, given is not None), help=effect.help,
            persist_state="session",
        )  # fmt: skip
        return _strength(now, effect, given) if is_on else None


def _strength(now: Drafting, effect: Effect, given: ExtraEffect | None) -> ExtraEffect:
    strength = given.strength if given else effect.default
    often = given.probability if given else effect.probability
    left, right = st.columns(2)
    if effect.has_strength:
        strength = left.slider(
            "How strong", effect.low, effect.high, step=effect.step, format="percent",
            key=_key(now, f"{effect.key}.strength", float(strength)), persist_state="session",
        )  # fmt: skip
    often = right.slider(
        "Share of pictures", 0.0, 1.0, step=0.05, format="percent",
        key=_key(now, f"{effect.key}.share", float(often)), persist_state="session",
    )  # fmt: skip
    return ExtraEffect(effect.key, float(strength), float(often))


def example_picture(slug: str, effect: Effect) -> str:
    """A small picture of what the effect does, drawn on one of the person's own pictures."""
    return (
        f'<img src="/tailor/effect/{slug}/{effect.key}" alt="" loading="lazy" style="width:100%;'
        'max-width:80px;aspect-ratio:1;border-radius:8px;object-fit:cover;background:#8882">'
    )


@st.fragment
def _preview(now: Drafting, recipe: Recipe) -> None:
    size, is_large = int(now.draft.values["image_size_px"]), now.summary.train > MOST
    st.markdown("**What the trainer will see**")
    st.caption(
        f"Your own pictures at {size} px, built by the trainer's own code with these very values; "
        "the labels move along."
        + (f" Of so many pictures, {MOST:,} take part in this preview." if is_large else "")
    )
    throw = _throw()
    for_task = recipe.for_task(now.dataset.task)
    address = preview_url(
        now.dataset.slug, for_task.to_dict(), image_size_px=size,
        seed=int(now.draft.values["seed"]), throw=throw,
    )  # fmt: skip
    scheme = now.dataset.keypoints() if now.dataset.task == "pose" else None
    preview_grid(address, key="preview", skeleton=scheme.skeleton if scheme else ())


def _throw() -> int:
    """How often the dice were thrown anew in this tab."""
    st.button(
        "Throw the dice again", icon=":material/casino:", key="throw.again", on_click=_throw_again,
        help="The same pictures, varied anew within the limits you set.",
    )  # fmt: skip
    return int(st.session_state.get("throw", 0))


def _throw_again() -> None:
    st.session_state["throw"] = int(st.session_state.get("throw", 0)) + 1


def _key(now: Drafting, name: str, value: float) -> str:
    """The key of an effect's widget, which will show `value`."""
    return now.shows(f"augment.{name}", value)
