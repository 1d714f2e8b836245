"""Split: which pictures the model learns from, which check it, which are kept for the end."""

import random

import streamlit as st

from components.data.checking import state
from components.data.split import (
    USUAL_SHARES,
    give_unsplit_a_split,
    has_import,
    redeal,
    restore_import,
    sensible,
)
from components.data.store import Summary
from components.ui.data_facts import Stand, summary_of
from components.ui.data_health import health
from components.ui.data_manage import runs_of
from components.ui.page import deed, go_on
from components.ui.parts.split_bar import Shares, split_bar
from components.ui.split_groups import split_groups
from components.ui.split_table import split_table
from components.ui.words import SPLIT_HELP, count
from components.workspace import Workspace

AUGMENT = "pages/make/augment.py"
HIGHEST_SEED = 2**31 - 1


def split_view(at: Stand) -> None:
    """The bar, what it comes to for each class, and whether a model can learn from it."""
    facts = summary_of(at)
    st.markdown(SPLIT_HELP)
    _where_from(at, facts)
    now = _shares_now(at, facts)
    # A new key at each change of the data set: the bar forgets what was asked of the old split.
    wanted = split_bar(facts.pictures - facts.ignored, now or USUAL_SHARES,
                       key=f"split.{at.dataset.slug}.{at.revision}")  # fmt: skip
    changed = _buttons(at, facts, wanted, now)
    split_groups(at, wanted or sensible(now), _seed(at),
                 is_checked=state(Workspace.current(), at.dataset).is_fresh)  # fmt: skip
    split_table(at)
    may_go_on = health(at)
    if now:
        go_on("Go on to Augment", AUGMENT, {"dataset": at.dataset.slug}, is_primary=not changed,
              missing="" if may_go_on else "Mend what the health check says first.")  # fmt: skip


def _where_from(at: Stand, facts: Summary) -> None:
    origin = at.dataset.split_origin()
    match origin.source:
        case "import":
            words = "This split **came with your pictures** and is kept as it was."
        case "shares":
            words = (
                f"Tailor **dealt** the pictures by chance (seed {origin.seed}), balanced by class: "
                "pictures that belong together stay together."
            )
        case "hand":
            words = "This split was **made by hand**."
        case _:
            words = "The pictures are **not split yet**. This is a usual division to begin with."
    st.caption(words)
    if origin.source and facts.unsplit:
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.markdown(f"{count(facts.unsplit, 'picture')} came later and have no part yet.",
                        width="stretch")  # fmt: skip
            if st.button("Give them a part", key="split.rest",
                         help="The others stay where they are."):  # fmt: skip
                give_unsplit_a_split(at.dataset)
                st.rerun()


def _shares_now(at: Stand, facts: Summary) -> Shares | None:
    """The shares as they were asked for, or else as they are; None before the first split."""
    origin = at.dataset.split_origin()
    held = facts.train + facts.val + facts.test
    if not origin.source or not held:
        return None
    return origin.shares or (facts.train / held, facts.val / held, facts.test / held)


def _buttons(at: Stand, facts: Summary, wanted: Shares | None, now: Shares | None) -> bool:
    """The buttons that change the split; returns whether one waits to be used."""
    shares = wanted or sensible(now)
    seed = _dice(at, now)
    changed = wanted is not None or seed != _seed(at)
    with st.container(horizontal=True, vertical_alignment="center"):
        if now is None or changed:
            label = "Split the pictures" if now is None else "Use this split"
            if st.button(label, key="split.use", type="primary"):
                _ask(at, shares, seed)
        else:
            st.caption("Move a handle of the bar to change the split.", width="content")
        keeps = shares == (wanted or now)
        which = "The same shares" if keeps else "The usual shares, for a part is missing"
        if now and st.button("Deal again", key="split.again", icon=":material/casino:",
                             type="secondary" if keeps or changed else "primary",
                             help=f"{which}; another throw of the dice."):  # fmt: skip
            _ask(at, shares, random.randrange(1, 10_000))
    if facts.pictures and not facts.labelled:
        st.caption("No picture is labelled yet; a split can be made now or later.")
    return changed


def _dice(at: Stand, now: Shares | None) -> int:
    with st.expander("More: the dice, and the way back", icon=":material/casino:"):
        seed = st.number_input(
            "Number that the dice start from (seed)", 0, HIGHEST_SEED, _seed(at),
            key=f"split.seed.{at.dataset.slug}.{at.revision}", width=320,
            help="The same pictures, shares and seed always give the same split.",
        )  # fmt: skip
        is_imported = at.dataset.split_origin().source == "import"
        way_back = bool(now) and not is_imported and has_import(at.dataset)
        if way_back and st.button("Go back to the split that came with the pictures",
                                  key="split.import"):  # fmt: skip
            _ask(at, None, 0)
    return int(seed)


def _seed(at: Stand) -> int:
    return at.dataset.split_origin().seed or 0


def _ask(at: Stand, shares: Shares | None, seed: int) -> None:
    """Change the split at once, or ask first when somebody may rely on the old one."""
    runs = len(runs_of(Workspace.current(), at.dataset.slug))
    if runs or (_came_whole(at) and shares):
        _confirm(at, shares, seed, runs)
    else:
        _deal(at, shares, seed)
        st.rerun()


def _came_whole(at: Stand) -> bool:
    """Whether somebody divided the pictures before; all of them in one part is no division."""
    facts = summary_of(at)
    return at.dataset.split_origin().source == "import" and facts.train > 0 < facts.val


def _deal(at: Stand, shares: Shares | None, seed: int) -> None:
    if shares is None:
        restore_import(at.dataset)
    else:
        redeal(at.dataset, shares, seed)


@st.dialog("Change the split?", icon=":material/splitscreen_right:")
def _confirm(at: Stand, shares: Shares | None, seed: int, runs: int) -> None:
    if runs:
        st.markdown(
            f"{count(runs, 'run')} learned from the split there is. They keep a copy of it, so "
            "nothing happens to them. But **new runs will be checked with other pictures**, so "
            "that their numbers cannot be compared with the old ones fairly."
        )
    if _came_whole(at) and shares:
        st.markdown(
            "This split came with your pictures. Others may have chosen it with care, for example "
            "so that pictures of one series stay together. You can come back to it."
        )
    with st.container(horizontal=True):
        if st.button("Change the split", key="split.yes", type="primary",
                     on_click=deed, args=(_deal, at, shares, seed)):  # fmt: skip
            st.rerun()
        if st.button("Keep it", key="split.no"):
            st.rerun()
