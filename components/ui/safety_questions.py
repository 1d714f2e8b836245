"""Before pictures are flipped or turned: one question each, with the person's own picture."""

import streamlit as st

from components.augment.recipe import Recipe
from components.augment.safety import answered, open_questions
from components.planning import drafts
from components.ui.plan_draft import Drafting

ANSWERS = ("It matters", "It does not matter")


def safety_questions(now: Drafting, recipe: Recipe) -> None:
    """Ask about every effect of the recipe that could teach the model something false."""
    asked: set[str] = set()
    for effect, question in open_questions(recipe):
        if question.key in asked:
            continue
        asked.add(question.key)
        with st.container(border=True):
            st.markdown(f"**{question.question}**")
            st.html(_before_and_after(now.dataset.slug, effect))
            answer = st.segmented_control(
                question.question, ANSWERS, key=f"asks.{now.dataset.slug}.{question.key}",
                help=question.help, label_visibility="collapsed", persist_state="session",
            )  # fmt: skip
            if answer == ANSWERS[0]:
                changed = answered(recipe, question.key, True)
                if changed != recipe:
                    drafts.change_recipe(now.dataset.folder, changed.to_dict())
                    st.rerun()
            st.caption(question.if_yes if answer == ANSWERS[0] else question.if_no)


def _before_and_after(slug: str, effect: str) -> str:
    """The same picture twice: as it is, and under this effect alone."""
    style = "border-radius:8px;width:132px;height:132px;object-fit:cover;background:#8882"
    plain, changed = (f"/tailor/effect/{slug}/{name}" for name in ("plain", effect))
    return (
        '<div style="display:flex;gap:10px;align-items:center">'
        f'<img src="{plain}" alt="your picture" style="{style}">→'
        f'<img src="{changed}" alt="your picture, changed" style="{style}"></div>'
    )
