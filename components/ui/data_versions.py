"""Versions: what runs were trained on, what changed since, and the way back."""

import time

import streamlit as st

from components.data.history import Changes, VersionCard, changes, list_versions, restore
from components.data.versions import present
from components.errors import AppError
from components.runs.store import Run
from components.ui.data_export import export_panel
from components.ui.data_facts import Stand
from components.ui.data_manage import runs_of
from components.ui.page import deed
from components.ui.pickers import choose
from components.ui.tables import Cell, download_csv, table
from components.ui.words import ago, count, listed, plain
from components.workspace import Workspace

MOST_ROWS = 50
_COLUMNS = ("Picture", "What changed", "Before", "After")


def versions_view(at: Stand) -> None:
    """The list of versions, one of them in full, and the export."""
    st.markdown(
        "Each run learns from a **version**: the labelled pictures, their labels and their split, "
        "written down when it starts and never changed. Equal data give the same version."
    )
    cards = list_versions(at.dataset)
    runs: dict[str, list[Run]] = {}
    for run in runs_of(Workspace.current(), at.dataset.slug):
        runs.setdefault(run.plan.version, []).append(run)
    names = {card.hash: f"{_when(card)}, {card.hash[:8]}" for card in cards}
    export_panel(at, names)
    if not cards:
        st.info("There is no version yet. The first run makes one.")
        return
    table(
        ("Made", "Version", "Pictures", "Labels", "Classes", "Used by"),
        [_row(card, runs.get(card.hash, [])) for card in cards],
        "Versions",
    )
    chosen = choose("Version", names, "version")
    _one(at, next(card for card in cards if card.hash == chosen), cards)


def _when(card: VersionCard) -> str:
    return time.strftime("%d %b %Y %H:%M", time.localtime(card.made_at))


def _row(card: VersionCard, runs: list[Run]) -> tuple[Cell, ...]:
    used = listed([run.title for run in runs]) if runs else "no run"
    made = f"{_when(card)} ({ago(card.made_at)})"
    return made, card.hash[:8], card.pictures, card.boxes, len(card.classes), used


def _one(at: Stand, card: VersionCard, cards: list[VersionCard]) -> None:
    older = [each for each in cards if each.made_at < card.made_at]
    if older:
        with st.expander(f"What changed in it since {_when(older[0])}", icon=":material/history:"):
            _changes(changes(at.dataset, older[0].hash, card.hash), card.hash)
    try:
        with st.spinner("Looking at what the data set is now …", show_time=True):
            now, place = present(at.dataset)
    except AppError:
        now, place = "", at.dataset.folder  # nothing to train on at the moment
    if now == card.hash:
        st.caption("The data set is as it was in this version.")
        return
    if now:
        with st.spinner("Comparing it with this version …", show_time=True):
            found = changes(at.dataset, card.hash, now, place)
        if not (
            found.pictures or found.classes_removed
        ):  # as after going back where pictures of other classes came later
            st.caption("Every picture is as it was in this version.")
            _classes(found)
            return
        with st.expander("What changed from it to now", icon=":material/difference:"):
            _changes(found, f"{card.hash}-now")
    if st.button("Go back to this version", key="versions.restore", icon=":material/undo:"):
        _confirm(at, card)


def _changes(found: Changes, name: str) -> None:
    rows = _rows(found)
    _classes(found)
    if not rows:
        st.caption("No picture changed.")
        return
    st.markdown(
        f"{count(len(found.added), 'picture')} added, {len(found.removed):,} removed, "
        f"{len(found.moved):,} moved to another part, {len(found.relabelled):,} relabelled."
    )
    table(_COLUMNS, rows[:MOST_ROWS], "Changes")
    download_csv(_COLUMNS, lambda: rows, f"{name}-changes.csv", key=f"versions.csv.{name}")


def _classes(found: Changes) -> None:
    if found.classes_added or found.classes_removed:
        new, gone = (
            listed([f"“{plain(each, 40)}”" for each in names]) or "none"
            for names in (found.classes_added, found.classes_removed)
        )
        st.markdown(f"New classes: {new}. Classes that are gone: {gone}.")


def _rows(found: Changes) -> list[tuple[Cell, ...]]:
    return [
        *((name, "added", "", "") for name in found.added),
        *((name, "removed", "", "") for name in found.removed),
        *((each.name, "moved", each.before, each.after) for each in found.moved),
        *((each.name, "relabelled", _boxes(each.before), _boxes(each.after))
          for each in found.relabelled),
    ]  # fmt: skip


def _boxes(labels: tuple[tuple[str, tuple[int, ...]], ...]) -> str:
    return "; ".join(f"{name} at {', '.join(map(str, box))}" for name, box in labels) or "no label"


@st.dialog("Go back to this version?", icon=":material/undo:")
def _confirm(at: Stand, card: VersionCard) -> None:
    st.markdown(
        f"{count(card.pictures, 'picture')} get the labels and the part back that they had on "
        f"{_when(card)}. Pictures that came later keep their labels and wait for a part. What the "
        "data set is now is kept as a version, so you can come back. Runs are not touched."
    )
    with st.container(horizontal=True):
        if st.button("Go back", key="versions.yes", type="primary", on_click=deed,
                     args=(restore, at.dataset, card.hash)):  # fmt: skip
            st.rerun()
        if st.button("Leave it as it is", key="versions.no"):
            st.rerun()
