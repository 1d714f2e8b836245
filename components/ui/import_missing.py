"""Questions of the report that another reading answers: where pictures lie, which labels count."""

from functools import partial
from pathlib import Path

import streamlit as st

from components.data.formats.yolo_hints import ANSWERS, EIGHT
from components.data.import_job import ImportView
from components.data.missing import (
    choices_of,
    filled_of,
    missing_of,
    questions_of,
    read_again,
)
from components.data.questions import Question
from components.ui.import_new import given_path
from components.ui.parts.upload_box import PICTURES, upload_box
from components.ui.words import count, plain, shorten
from components.web import uploads
from components.workspace import Workspace

_FEW = 0.1  # share of missing pictures up to which the question is folded up; our own choice


def ask_again(workspace: Workspace, folder: Path, view: ImportView) -> None:
    """Ask for pictures that labels speak of, and which labels to take where there are two.

    Args:
        workspace: Where uploads arrive.
        folder: The import's folder.
        view: How it stands: "ready" or "failed".
    """
    _ask_for_pictures(workspace, folder, view)
    if view.phase == "ready":
        _ask_for_format(folder, view)
        _ask_for_eight(folder, view)
        _ask_what_is_open(folder, view)


def _ask_for_pictures(workspace: Workspace, folder: Path, view: ImportView) -> None:
    missing = missing_of(folder)
    if missing is None:
        return
    there = (view.summary or {}).get("pictures", 0)
    title = (
        f"Where {'is' if missing.number == 1 else 'are'} {count(missing.number, 'picture')} that "
        "the labels speak of? "
        f"For example {plain(missing.examples[0], 60)}"
    )
    with st.expander(title, expanded=missing.number > _FEW * there, icon=":material/folder_open:"):
        line = st.form(f"import.{view.id}.missing", border=False)
        with line.container(horizontal=True, vertical_alignment="bottom"):
            path = st.text_input(
                "Folder or zip file with the pictures", key=f"import.{view.id}.missing.path",
                placeholder=str(Path.home() / "Pictures"),
                help="Tailor looks there and in all folders below, and reads the labels anew. "
                "Pictures that no label speaks of come in unlabelled.",
            )  # fmt: skip
            asked = st.form_submit_button("Look there", icon=":material/search:")
        upload = upload_box(
            "Or drop the pictures here", key=f"import.{view.id}.missing.upload",
            accept=(".zip", ".tar", ".tgz", ".gz", *PICTURES),
            hint="A zip file, a folder, or the pictures themselves.",
        )  # fmt: skip
    if asked:
        read_again(folder, [given_path(path or "")])
        st.rerun()
    if upload is not None:
        read_again(folder, uploads.sources(workspace, upload["batch"]), kept=False)
        st.rerun()


def _ask_for_format(folder: Path, view: ImportView) -> None:
    formats = choices_of(folder)
    if len(formats) < 2:
        return
    filled = filled_of(folder)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            "Some pictures have labels in several formats. Take", formats,
            format_func=lambda name: f"{name} ({count(filled.get(name, 0), 'picture')})",
            key=f"import.{view.id}.format", width=480,
            help="Labels of one picture are never mixed. The one with labels for most pictures is "
            "taken unless you choose another.",
        )  # fmt: skip
        pressed = st.button("Read again with these", key=f"import.{view.id}.format.go",
                            disabled=chosen == formats[0])  # fmt: skip
    if pressed:
        read_again(folder, prefer=chosen)
        st.rerun()


def _ask_for_eight(folder: Path, view: ImportView) -> None:
    """What eight numbers in YOLO's rows are: nothing in the files says it."""
    told = (view.summary or {}).get("problems", ())
    asking = next((each["done"] for each in told if each["code"] == EIGHT), None)
    if asking is None:
        return
    now = next((number for number, read_as in enumerate(ANSWERS.values()) if read_as in asking), 0)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            "What are the eight numbers behind each class?", list(ANSWERS), index=now,
            format_func=lambda answer: answer.removeprefix("YOLO: ").capitalize(),
            key=f"import.{view.id}.eight", width=360,
            help="A turned box (oriented box), an outline of four corners (polygon) and a box with "
            "two points (pose) are all written with eight numbers, and the files do not say which "
            "they are.",
        )  # fmt: skip
        pressed = st.button("Read again as these", key=f"import.{view.id}.eight.go",
                            disabled=chosen == list(ANSWERS)[now])  # fmt: skip
    if pressed:
        read_again(folder, prefer=chosen)
        st.rerun()


def _ask_what_is_open(folder: Path, view: ImportView) -> None:
    """What a format's files leave open, the guess chosen before."""
    for number, question in enumerate(questions_of(folder)):
        key = f"import.{view.id}.open.{number}"
        with st.container(horizontal=True, vertical_alignment="bottom"):
            chosen = st.selectbox(
                question.words, question.answers, index=question.chosen,
                format_func=partial(_shown, question), key=key, width=480,
                help=question.why,
            )  # fmt: skip
            pressed = st.button("Read again as this", key=f"{key}.go",
                                disabled=chosen == question.answers[question.chosen])  # fmt: skip
        if pressed:
            read_again(folder, prefer=question.said(chosen))
            st.rerun()


def _shown(question: Question, answer: str) -> str:
    return shorten(question.shown(answer), 80)
