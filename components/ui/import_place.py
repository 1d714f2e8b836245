"""Where a reading goes: a data set of its own, or one that is there already."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import streamlit as st

from components.data import reading_file
from components.data.adding import go_together
from components.data.already_there import mostly_in, overlap_with
from components.data.import_job import Conflicts, read_order, workspace_of
from components.data.missing import read_again
from components.data.store import list_datasets
from components.ui.words import count, listed, plain, shorten, size
from components.workspace import free_bytes

_NEW = "A new data set"
_LEAVE, _COPY = "Leave the pictures where they are", "Copy them into Tailor"
_CHOICES: dict[Conflicts, tuple[str, str]] = {
    "skip": ("Keep the old labels", "{} as {} in the data set."),
    "replace": ("Take the new labels", "{} the labels that come, in place of those there."),
    "keep both": ("Keep both", "{} the labels that come as well; what has the same class and place "
                  "is not doubled."),
}  # fmt: skip


def import_place(folder: Path, key: str, task: str) -> str:
    """Choose where the pictures go.

    Args:
        folder: The import's folder.
        key: Prefix of the widgets' keys.
        task: What the labels are for; only data sets it goes together with are offered.

    Returns:
        Slug of the data set to add to, "" for a new one.
    """
    cards = [card for card in list_datasets(workspace_of(folder)) if not card.trouble]
    times = Counter(card.name for card in cards)
    names = {card.slug: f"Add to {shorten(card.name, 60)}"
             + (f" ({card.slug})" if times[card.name] > 1 else "") for card in cards
             if go_together(card.task, task)}  # fmt: skip
    if not names:
        return ""
    choices, asked = ["", *names], read_order(folder).into
    into = st.selectbox(
        "Where to", choices, index=choices.index(asked) if asked in names else 0,
        format_func=lambda slug: names.get(slug, _NEW),
        key=f"{key}.into", persist_state="session", width=360,
    )  # fmt: skip
    slug, known = mostly_in(folder)
    if not into and known and slug in names:
        name = next(card.name for card in cards if card.slug == slug)
        st.info(f"{known:,} of these pictures {'is' if known == 1 else 'are'} in "
                f"**{plain(name, 60)}** already. Choose it above to bring them together.",
                icon=":material/input:")  # fmt: skip
    return into


def known_pictures(
    folder: Path, key: str, into: str, pictures: int, classes: Mapping[str, str | None]
) -> tuple[int, Conflicts]:
    """Tell how many pictures the data set has already, and ask which of their labels count.

    Args:
        folder: The import's folder.
        key: Prefix of the widgets' keys.
        into: Slug of the data set.
        pictures: How many come.
        classes: What each class that comes is counted as.

    Returns:
        How many are there already, as far as known, and the choice.
    """
    found = overlap_with(folder, into)
    if found is None:
        _count_again(folder, key)
        return 0, _which_labels(key, None)
    words = (f"None of the {pictures:,} pictures is in the data set yet." if pictures > 1
             else "The picture is not in the data set yet.")  # fmt: skip
    other = sum(found.pairs.values()) - found.same(classes)
    if found.pictures:
        is_one = found.pictures == 1
        parts = [f"{number:,} {words}" for number, words in (
            (found.same(classes), "with the same labels"), (other, "with other labels"),
            (found.open, "not labelled there, so the labels that come count"),
            (found.silent, "without labels in what comes, so nothing changes for them"),
        ) if number]  # fmt: skip
        if len(parts) == 1 and not is_one:
            parts = [f"all {parts[0].partition(' ')[2]}"]
        words = (f"**The pictures are those of the data set**: {listed(parts)}."
                 if is_labels_only(folder) else
                 f"**{found.pictures:,} of {count(pictures, 'picture')} {'is' if is_one else 'are'}"
                 f" in the data set already**: {listed(parts)}.")  # fmt: skip
    st.markdown(words, help="Pictures are known again by their content, whatever they are called. "
                "Labels are the same when class and shape are, and boxes overlap by nine tenths "
                "or more.")  # fmt: skip
    if found.namesakes:
        st.caption(f"{count(found.namesakes, 'picture')} of other content "
                   f"{'has' if found.namesakes == 1 else 'have'} the name of one that is there, "
                   "and will be added with a number behind the name.")  # fmt: skip
    return found.pictures, _which_labels(key, other) if other else "skip"


def _which_labels(key: str, pictures: int | None) -> Conflicts:
    """Ask what counts for pictures with other labels; how many there are, None if not known."""
    many = "They" if pictures is None else count(pictures, "picture")
    stays, gets = ("stays", "gets") if pictures == 1 else ("stay", "get")
    verbs = {"skip": stays}
    is_are = "it is" if pictures == 1 else "they are"
    return st.radio(
        "Of those with other labels, which labels count?", list(_CHOICES),
        format_func=lambda choice: _CHOICES[choice][0],
        captions=[words.format(f"{many} {verbs.get(choice, gets)}", is_are)
                  for choice, (_, words) in _CHOICES.items()],
        key=f"{key}.conflicts", persist_state="session",
    )  # fmt: skip


def _count_again(folder: Path, key: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption("The data set has changed since this was read, so how many of the pictures are "
                   "in it already is not known.", width="content")  # fmt: skip
        if st.button("Read and count again", key=f"{key}.recount"):
            read_again(folder)
            st.rerun()


def are_all_there(folder: Path, into: str, pictures: int) -> bool:
    """Whether no picture is new to the data set."""
    found = overlap_with(folder, into) if into else None
    return found is not None and found.pictures == pictures


def is_labels_only(folder: Path) -> bool:
    """Whether label files came alone and were read for the pictures of a data set."""
    return bool(reading_file.fact(folder, "labels_only"))


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
