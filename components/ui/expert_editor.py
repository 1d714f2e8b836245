"""The rest of Ultralytics' settings, for people who know them. Only what differs is kept."""

from collections.abc import Callable
from itertools import groupby
from typing import Any

import streamlit as st

from components.planning.expert import ExpertSetting, Scalar, for_task
from components.planning.knobs import Kind

LEFT_TO_ULTRALYTICS = "left to Ultralytics"


def expert_editor(chosen: dict[str, Any], task: str, shows: Callable[..., str]) -> dict[str, Any]:
    """One widget per setting that does something for the task, grouped.

    Args:
        chosen: Settings that differ from Tailor's default so far.
        task: A key of `tasks.TASKS`.
        shows: Gives a widget's key for its name and value, as `Drafting.shows` does.

    Returns:
        The settings that differ now.
    """
    st.caption(
        "These are handed to Ultralytics as they are, checked against their limits. What you "
        "leave alone keeps its default."
    )
    rows_of_task = for_task(task)
    shown = {row.name for row in rows_of_task}
    values = {name: value for name, value in chosen.items() if name not in shown}
    for group, rows in groupby(rows_of_task, lambda row: row.group):
        st.markdown(f"**{group}**")
        columns = st.columns(3)
        for i, row in enumerate(rows):
            with columns[i % 3]:
                value = _widget(row, _key(row, chosen.get(row.name, row.default), shows))
            if value != row.default:
                values[row.name] = value
    return values


def _key(row: ExpertSetting, value: Scalar, shows: Callable[..., str]) -> str:
    """The key of a row's widget, which will show `value` in the type that it wants."""
    name = f"expert.{row.name}"
    match row.kind:
        case Kind.SWITCH:
            return shows(name, bool(value))
        case Kind.CHOICE:
            options = [choice for choice, _ in row.choices]
            return shows(name, value if value in options else options[0])
    number = None if value is None else int(value) if row.kind is Kind.WHOLE else float(value)
    return shows(name, number, may_be_empty=row.default is None)


def _widget(row: ExpertSetting, key: str) -> Scalar:
    label = f"{row.label} ({row.name})"
    match row.kind:
        case Kind.SWITCH:
            return st.toggle(label, key=key, help=row.help, persist_state="session")
        case Kind.CHOICE:
            options = [choice for choice, _ in row.choices]
            words = dict(row.choices)
            chosen: Scalar = st.selectbox(
                label, options, format_func=lambda option: words[option], key=key, help=row.help,
                persist_state="session",
            )  # fmt: skip
            return chosen
    return _number(row, label, key)


def _number(row: ExpertSetting, label: str, key: str) -> Scalar:
    common: dict[str, Any] = {
        "key": key, "help": row.help, "persist_state": "session",
        "value": None if row.default is None else st.session_state[key],
        "placeholder": LEFT_TO_ULTRALYTICS if row.default is None else None,
    }  # fmt: skip
    if row.kind is Kind.WHOLE:
        given = st.number_input(label, int(row.low), int(row.high), step=1, **common)
        return row.default if given is None else int(given)
    given = st.number_input(label, row.low, row.high, format="%.4g", **common)
    return row.default if given is None else float(given)
