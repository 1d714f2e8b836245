"""Which pictures to show: by class, part, state, problem, finding and name, in the address."""

import streamlit as st

from components.data.records import PictureState
from components.data.rows import ANY_PROBLEM, WITHOUT_SPLIT
from components.data.store import PictureFilter
from components.ui.data_facts import (
    Stand,
    classes_of,
    noticed_of,
    summary_of,
    training_size,
)
from components.ui.words import PICTURE_STATE_WORDS, SPLIT_WORDS, shorten

_PARTS = {**SPLIT_WORDS, WITHOUT_SPLIT: "In no part yet"}
_ANY = "any problem"
_WIDTH = 150  # pixels: two in a row on a telephone


def filters(at: Stand) -> PictureFilter:
    """Draw the boxes that narrow the pictures down; those with nothing to choose are left out."""
    names = [each.name for each in classes_of(at)]
    codes = at.dataset.problem_counts()
    kinds = {_said(code): code for code in codes}
    with st.container(horizontal=True, gap="small"):
        name = _one_of("Shows", names, "class", "Any class")
        part = _one_of("Part", _parts(at), "part", "Any part")
        state = _one_of("State", _states(at), "state", "Any state")
        text = st.text_input(
            "Name contains", key="name", bind="query-params", persist_state="session",
            icon=":material/search:", width=_WIDTH,
        )  # fmt: skip
        problem = None
        if codes:
            said = _one_of("Problem", [_ANY, *kinds], "problem", "With or without")
            problem = ANY_PROBLEM if said == _ANY else kinds.get(said or "")
        found = None
        if kinds_noticed := noticed_of(at, training_size(at)):
            found = _one_of("Noticed", kinds_noticed, "found", "Anything")
    return PictureFilter(
        class_id=names.index(name) if name else None,
        split=next((key for key, word in _PARTS.items() if word == part), None),
        state=next((key for key, word in PICTURE_STATE_WORDS.items() if word == state), None),
        problem=problem,
        text=(text or "").strip(),
        found=found,
    )


def _said(code: str) -> str:
    """A problem's code as words: "box_outside" becomes "box outside"."""
    return code.replace("_", " ").replace("-", " ")


def _parts(at: Stand) -> list[str]:
    facts = summary_of(at)
    held = {"train": facts.train, "val": facts.val, "test": facts.test, "none": facts.unsplit}
    return [word for key, word in _PARTS.items() if held[key]]


def _states(at: Stand) -> list[str]:
    facts = summary_of(at)
    held = {
        PictureState.LABELLED: facts.labelled,
        PictureState.UNLABELLED: facts.unlabelled,
        PictureState.EMPTY: facts.empty,
        PictureState.IGNORED: facts.ignored,
    }
    return [word for state, word in PICTURE_STATE_WORDS.items() if held[state]]


def _one_of(label: str, options: list[str], key: str, nothing: str) -> str | None:
    chosen: str | None = st.selectbox(
        label,
        options,
        index=None,
        key=key,
        placeholder=nothing,
        format_func=lambda option: shorten(option, 60),
        bind="query-params",
        persist_state="session",
        disabled=not options,
        width=_WIDTH,
    )
    return chosen if chosen in options else None
