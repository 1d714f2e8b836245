"""Where a reading goes: a data set of its own, or one that is there already."""

from pathlib import Path

import streamlit as st

from components.data import reading_file
from components.data.adding import go_together
from components.data.import_job import Conflicts, read_order, workspace_of
from components.data.store import list_datasets
from components.ui.words import shorten, size
from components.workspace import free_bytes

_NEW = "A new data set"
_LEAVE, _COPY = "Leave the pictures where they are", "Copy them into Tailor"
_CHOICES: dict[Conflicts, str] = {
    "skip": "Keep the old labels",
    "replace": "Take the new labels",
    "keep both": "Keep both",
}


def import_place(folder: Path, key: str, task: str) -> tuple[str, Conflicts]:
    """Choose where the pictures go, and what counts for those that are there already.

    Args:
        folder: The import's folder.
        key: Prefix of the widgets' keys.
        task: What the labels are for; only data sets it goes together with are offered.

    Returns:
        Slug of the data set to add to, "" for a new one; and the choice.
    """
    cards = [card for card in list_datasets(workspace_of(folder)) if not card.trouble]
    names = {card.slug: f"Add to {shorten(card.name, 60)}" for card in cards
             if go_together(card.task, task)}  # fmt: skip
    if not names:
        return "", "skip"
    choices, asked = ["", *names], read_order(folder).into
    with st.container(horizontal=True):
        into = st.selectbox(
            "Where to", choices, index=choices.index(asked) if asked in names else 0,
            format_func=lambda slug: names.get(slug, _NEW),
            key=f"{key}.into", persist_state="session", width=360,
        )  # fmt: skip
        if not into:
            return "", "skip"
        conflicts = st.selectbox(
            "Pictures that are there already", list(_CHOICES),
            format_func=lambda choice: _CHOICES[choice],
            key=f"{key}.conflicts", persist_state="session", width=280,
            help="Pictures are known again by their content, whatever they are called. Those that "
            "have no labels yet take the new ones in any case.",
        )  # fmt: skip
    st.caption("New pictures are dealt into the split; no picture that has a part is moved.")
    return into, conflicts


def stays_in_place(folder: Path, key: str) -> bool:
    """Ask whether pictures of a folder of the user's stay there; not asked of what was uploaded.

    Args:
        folder: The import's folder.
        key: Prefix of the widgets' keys.
    """
    order = read_order(folder)
    bytes_ = int(reading_file.fact(folder, "bytes_elsewhere") or 0)
    if not (order.is_kept and bytes_):
        return False
    free = free_bytes(workspace_of(folder).datasets)
    chosen = st.radio(
        "Where the picture files shall lie", [_COPY, _LEAVE], key=f"{key}.files",
        captions=[
            f"Takes {size(bytes_)}; {size(free)} are free on the disk. The data set then holds "
            "all it needs.",
            "Takes next to no room. Training needs the folder to stay where it is, unchanged; "
            "Tailor says so when a file is missing.",
        ],
        index=1 if bytes_ > free // 2 else 0, persist_state="session",
    )  # fmt: skip
    st.caption("Your own files are never changed, either way. What the trainer cannot read is "
               "converted into a copy in Tailor.")  # fmt: skip
    return chosen == _LEAVE
