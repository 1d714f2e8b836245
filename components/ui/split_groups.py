"""Groups on the Split view: what stays together, by which rule, and what chance would leak."""

from functools import lru_cache

import streamlit as st

from components.data.alike import MOST_DIFFERENCE
from components.data.group_list import read_group_list
from components.data.groups import RULES, Grouping, choose, give, grouping, leaked_if_dealt
from components.data.nearness import most_difference, set_most_difference
from components.data.store import Dataset
from components.ui.data_facts import Stand
from components.ui.page import deed
from components.ui.parts.split_bar import Shares
from components.ui.words import count, number


def split_groups(at: Stand, shares: Shares, seed: int, *, is_checked: bool) -> None:
    """Which pictures stay together; the rule can be changed.

    Args:
        at: The data set.
        shares: Of the split there is or is asked for.
        seed: Of its dice.
        is_checked: Whether near-duplicates are known yet.
    """
    found, leaked = _groups(at, shares, seed, is_checked)
    _sentence(found, leaked, is_checked)
    with st.expander(f"What stays together: {RULES[found.rule].label.lower()}",
                     icon=":material/group_work:", key="split.groups"):  # fmt: skip
        if found.loosened:
            st.warning(
                f"{count(found.chained, 'picture')} look nearly the same one after the other, more "
                "than half of all, so they could not be divided. Near-duplicates may therefore be "
                "parted. Move the slider below to the left to be stricter.",
                icon=":material/warning:",
            )
        _choice(at, found)
        _nearness(at)


@lru_cache(maxsize=16)
def _groups(at: Stand, shares: Shares, seed: int, _is_checked: bool) -> tuple[Grouping, int]:
    """Looked up once per change; `_is_checked` stands in the key, for the check brings pairs."""
    found = grouping(at.dataset)
    return found, leaked_if_dealt(found, shares, seed)


def _sentence(found: Grouping, leaked: int, is_checked: bool) -> None:
    sizes = found.sizes()
    waits = "" if is_checked else " Near-duplicates are still being looked for."
    if not sizes:
        st.caption(f"No pictures have to stay together.{waits}")
        return
    words = (
        f"**{count(len(sizes), 'group')}** of pictures stay together in one part; the largest has "
        f"{count(sizes[0], 'picture')}."
        if len(sizes) > 1
        else f"**1 group** of {count(sizes[0], 'picture')} stays together in one part."
    )
    if leaked:
        words += (
            f" Dealt by chance, **{count(leaked, 'picture')}** used for checking would have had "
            "company among those the model learns from, and the scores would look better than "
            "they are (leakage)."
        )
    st.markdown(words + waits)


def _choice(at: Stand, found: Grouping) -> None:
    key = f"split.rule.{at.dataset.slug}.{at.revision}"
    rules = [rule for rule in RULES if rule != "given" or found.chosen == "given"]
    st.selectbox(
        "Which pictures belong together", rules, rules.index(found.chosen), key=key,
        format_func=lambda rule: RULES[rule].label, on_change=_choose, args=(at.dataset, key),
        help="A split that is there stays as it is until you deal again.",
    )  # fmt: skip
    st.caption(
        f"{RULES[found.rule].help} Pictures that are the same or nearly the same always stay "
        f"together; {number(found.alike)} have a near-duplicate."
    )
    given = st.file_uploader(
        "Or a list of yours: a CSV file with the name of the picture and its group",
        ["csv", "txt", "tsv"], key=f"{key}.list",
    )  # fmt: skip
    if given is not None:
        st.button("Use this list", key="split.list", on_click=deed,
                  args=(_give, at.dataset, given.getvalue()))  # fmt: skip


def _nearness(at: Stand) -> None:
    key = f"split.nearness.{at.dataset.slug}.{at.revision}"
    st.slider(
        "Pictures count as nearly the same up to a difference of (grey levels of 255)",
        0.0, MOST_DIFFERENCE, most_difference(at.dataset), 0.5, key=key, format="%.1f",
        on_change=_set_nearness, args=(at.dataset, key),
        help="In the place where two pictures differ most, at the same brightness. A small number "
        "keeps only copies together; a large one also what was taken from nearly the same place. "
        "A split that is there stays as it is until you deal again.",
    )  # fmt: skip


def _set_nearness(dataset: Dataset, key: str) -> None:
    deed(set_most_difference, dataset, st.session_state[key])


def _choose(dataset: Dataset, key: str) -> None:
    deed(choose, dataset, st.session_state[key])


def _give(dataset: Dataset, content: bytes) -> None:
    give(dataset, read_group_list(content))
