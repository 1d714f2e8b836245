"""What was found in the files, before anything is kept: accept it, mend it, or leave it."""

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from components.data.import_job import Conflicts, ImportView, workspace_of
from components.data.importing import (
    accept,
    cancel,
    problems,
    read_report,
)
from components.data.report import ProblemGroup, ReportSummary
from components.data.store import find
from components.ui.data_manage import NAME_LENGTH
from components.ui.data_problems import paged_problems
from components.ui.import_classes import class_editor
from components.ui.import_missing import ask_again
from components.ui.import_place import are_all_there, import_place, known_pictures, stays_in_place
from components.ui.tables import table
from components.ui.words import count, listed, number, plain, share

_NEEDED = {"train": "a part to learn from", "val": "a part to check with"}
_PARTS = {"train": "train", "val": "validation", "test": "test", "none": "in no part"}
_OLD_LABELS: Conflicts = "skip"
_ONLY_WHEN_THERE = ("Not labelled", "Put aside", "Empty on purpose")


def report(folder: Path, view: ImportView) -> None:
    """The report of one reading, and the buttons to accept or cancel it.

    Args:
        folder: The import's folder.
        view: How it stands.
    """
    found = read_report(folder)
    key = f"import.{view.id}"
    st.subheader(f"What was found in “{plain(view.name, 60)}”", anchor=False)
    st.markdown(f"**{plain(found.format)}.** {plain(found.why)}")
    _numbers(found)
    if view.phase == "ready":
        ask_again(workspace_of(folder), folder, view)
    _problems(folder, view, found)
    into = import_place(folder, key, found.task)
    are_there = are_all_there(folder, into, found.pictures)
    if not are_there:
        st.caption(_about_parts(found, into))
    known_there = st.container()  # what it says depends on what the classes are counted as
    name: str | None = view.name
    if not into:
        name = st.text_input("Name of the data set", view.name, max_chars=NAME_LENGTH,
                             key=f"{key}.name", width=480)  # fmt: skip
    in_place = not are_there and stays_in_place(folder, key)
    classes = _classes(folder, view, found, into)
    known, conflicts = 0, _OLD_LABELS
    if into:
        with known_there:
            known, conflicts = known_pictures(folder, key, into, found.pictures, classes)
    missing = _missing(found, classes, name or "")
    with st.container(horizontal=True, vertical_alignment="center"):
        pressed = st.button(_accept_label(found.pictures - known, known), key="import.accept",
                            type="primary", disabled=bool(missing))  # fmt: skip
        if pressed:
            accept(folder, name=(name or "").strip(), classes=classes, into=into,
                   conflicts=conflicts, in_place=in_place)  # fmt: skip
            st.rerun()
        cancel_button(view, folder, "Cancel")
        if missing:
            st.caption(missing)


def _accept_label(new: int, known: int) -> str:
    if not known:
        return f"Accept and bring in {count(new, 'picture')}"
    return f"Accept and bring in {count(new, 'new picture')}" if new else "Accept the labels"


def _classes(
    folder: Path, view: ImportView, found: ReportSummary, into: str
) -> dict[str, str | None]:
    """What each class becomes; the rows for one data set know nothing of those for another."""
    if not into:
        return class_editor(found.classes, key=f"import.{view.id}")
    there = [each.name for each in find(workspace_of(folder), into).classes()]
    return class_editor(found.classes, key=f"import.{view.id}.to.{into}", there=there)


def cancel_button(view: ImportView, folder: Path, label: str) -> None:
    """A button that ends an import and leaves nothing of it behind."""
    pressed = st.button(
        label, key=f"import.cancel.{view.id}", icon=":material/close:",
        help="Nothing of it is kept in Tailor; your own files stay as they are.",
    )  # fmt: skip
    if pressed:
        with st.spinner("Ending it and clearing away …"):
            cancel(folder)
        st.query_params.pop("import", None)
        st.rerun()


def _missing(found: ReportSummary, classes: dict[str, str | None], name: str) -> str:
    """What stands in the way of accepting; "" when nothing does."""
    if not found.pictures:
        return "There is no picture in it that can be used."
    if not name.strip():
        return "Give the data set a name first."
    if classes and not any(classes.values()):
        return "Keep at least one class."
    return ""


def _numbers(found: ReportSummary) -> None:
    rows = [
        ("Pictures", found.pictures, "Pictures that can be read."),
        ("Labelled", found.labelled, "With at least one label."),
        ("Not labelled", found.unlabelled, "Nothing in your files speaks of them. They are kept "
         "and left out of training until they are labelled."),
        ("Put aside", found.ignored, "Too small to train on."),
        ("Empty on purpose", found.empty, "Your labels say that there is nothing to be found on "
         "them."),
        ("Labels", found.boxes, "Each marks one thing: a box, an outline, points."),
        ("Classes", len(found.classes), "Kinds of things."),
    ]  # fmt: skip
    with st.container(horizontal=True, gap="medium"):
        for label, value, meaning in rows:
            if value or label not in _ONLY_WHEN_THERE:
                st.metric(label, number(value), help=meaning, width="content")


def _about_parts(found: ReportSummary, into: str) -> str:
    """Which parts the pictures come in, and what becomes of that."""
    parts = {part: found.splits.get(part, 0) for part in _PARTS}
    words = ", ".join(f"{number(n)} {_PARTS[part]} ({share(n, found.pictures)})"
                      for part, n in parts.items() if n)  # fmt: skip
    only = next((_PARTS[part] for part, n in parts.items() if n == found.pictures), "")
    is_divided = bool(parts["train"] or parts["val"] or parts["test"])
    if into:
        kept = f"What comes is divided already, and that is kept: {words}. " if is_divided else ""
        rest = "" if is_divided and not parts["none"] else "New pictures are dealt into the split. "
        return f"{kept}{rest}No picture that has a part is moved."
    if not is_divided:
        return "It is not divided into parts yet. Tailor proposes a split afterwards."
    if parts["train"] and parts["val"]:
        return f"It is divided already, and that is kept: {words}."
    lacking = listed([what for part, what in _NEEDED.items() if not parts[part]])
    comes = f"All of it is one part, {only}" if only else f"It comes as {words}"
    return f"{comes}; {lacking} is missing. Tailor can deal the pictures afterwards."


def _problems(folder: Path, view: ImportView, found: ReportSummary) -> None:
    amiss = sum(group.count for group in found.losses)
    if amiss:
        needs = f"{count(amiss, 'thing')} {'needs' if amiss == 1 else 'need'} a look"
        st.markdown(f"**{needs}.** With each stands what Tailor does about it; the rest comes in.")
        _groups(found.losses)
    else:
        st.success("Nothing was amiss with the files.", icon=":material/check_circle:")
    if found.remarks:
        st.markdown("**Good to know.** How Tailor takes what is in order.")
        _groups(found.remarks)
    if found.problem_count:
        with st.expander("Every one of them, with its file", icon=":material/list:"):
            paged_problems(
                found.problem_count,
                lambda offset, limit: problems(folder, offset, limit),
                key=f"import.{view.id}.problems",
                file_name=f"{view.id}-problems.csv",
            )


def _groups(groups: Sequence[ProblemGroup]) -> None:
    rows = [(_what(group), group.done, f"{group.count:,}" if group.count > 1 else "")
            for group in groups]  # fmt: skip
    columns = ("What was found", "What Tailor does", "Times")
    wide = 3 if any(row[-1] for row in rows) else 2
    table(columns[:wide], [row[:wide] for row in rows], "Kinds of things that were found")


def _what(group: ProblemGroup) -> str:
    """One of a kind; of several, the first as an example."""
    return f"For example: {group.what}" if group.count > 1 else group.what
