"""One picture up close: its boxes, what is known about it, and the way to its neighbours."""

from collections.abc import Callable, Sequence

import streamlit as st

from components.data.drawn_shape import drawn_shape
from components.data.store import PictureRow, StoredLabel
from components.tasks import TASKS, LabelShape
from components.ui.data_facts import Stand, classes_of, keypoints_of
from components.ui.data_states import CHANGES, set_states
from components.ui.page import deed, landing
from components.ui.parts.gallery import stamp
from components.ui.parts.picture_view import picture_view
from components.ui.tables import table
from components.ui.words import PICTURE_STATE_WORDS, SPLIT_WORDS, count, plain

_OPEN = "data.open"  # place of the open picture among those shown
_LONGEST_SIDE = 2048
_MOST_ROWS = 100


def _points_there(points: Sequence[Sequence[float]]) -> int:
    """Keypoints that are marked, hidden ones too."""
    return sum(len(point) < 3 or point[2] > 0 for point in points)


# What else is told of a label of this shape, and how it is counted.
_OF_A_SHAPE: dict[LabelShape, tuple[str, Callable[[Sequence[Sequence[float]]], int]]] = {
    LabelShape.POLYGON: ("Corners", len),
    LabelShape.KEYPOINTS: ("Points", _points_there),
}


def open_picture(at: Stand, ids: Sequence[int], picture_id: int) -> None:
    """Open the dialog on a picture; the ids are those the user can turn over to."""
    st.session_state[_OPEN] = ids.index(picture_id) if picture_id in ids else 0
    _dialog(at, ids)


@st.dialog("A picture up close", width="large", on_dismiss="rerun", icon=":material/zoom_in:")
def _dialog(at: Stand, ids: Sequence[int]) -> None:
    with landing():
        _up_close(at, ids)


def _up_close(at: Stand, ids: Sequence[int]) -> None:
    place = min(int(st.session_state.get(_OPEN, 0)), len(ids) - 1)
    row = at.dataset.picture(ids[place])
    labels = at.dataset.labels([row.id])[row.id]
    _turn(place, len(ids), row)
    picture, facts = st.columns([3, 2], gap="medium")
    with picture:
        _picture(at, row, labels)
    with facts:
        _facts(at, row)
        if labels:
            st.markdown(f"**{count(len(labels), 'label')}**")
            _label_table(at, labels)


def _picture(at: Stand, row: PictureRow, labels: Sequence[StoredLabel]) -> None:
    address = f"/tailor/picture/{at.dataset.slug}/{row.id}"
    scheme = keypoints_of(at)
    picture_view(
        f"{address}?size={_LONGEST_SIDE}&v={stamp(at.dataset.folder)}",
        width=row.width,
        height=row.height,
        boxes=[[label.class_id, *label.box] for label in labels],
        shapes=[drawn_shape(label.shape, label.points, at.dataset.task) for label in labels],
        classes=[each.name for each in classes_of(at)],
        name=row.name,
        key="data.picture",
        skeleton=scheme.skeleton if scheme else (),
        points=scheme.names if scheme else (),
    )


def _turn(place: int, total: int, row: PictureRow) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("", icon=":material/chevron_left:", key="data.open.back", help="One back.",
                  disabled=place == 0, on_click=_go, args=(place - 1,))  # fmt: skip
        st.button("", icon=":material/chevron_right:", key="data.open.on", help="One on.",
                  disabled=place == total - 1, on_click=_go, args=(place + 1,))  # fmt: skip
        st.markdown(f"**{plain(row.name, 70)}**", width="stretch")
        st.caption(f"{place + 1:,} of {total:,}", width="content")


def _go(place: int) -> None:
    st.session_state[_OPEN] = place


def _facts(at: Stand, row: PictureRow) -> None:
    part = SPLIT_WORDS[row.split] if row.split else "in no part yet"
    words = TASKS[at.dataset.task].label_words
    st.markdown(
        f"{row.width:,} × {row.height:,} pixels · {count(row.boxes, words.one, words.many)} · "
        f"{PICTURE_STATE_WORDS[row.state]} · {part}"
    )
    if row.note:
        st.caption(plain(row.note))
    for problem in at.dataset.problems(row.id) if row.problems else ():
        st.warning(f"{plain(problem.what)}  \n{plain(problem.done)}", icon=":material/healing:")
    for number, change in enumerate(CHANGES):
        if row.state in change.of:
            st.button(change.label, key=f"data.open.change.{number}", help=change.help,
                      width="stretch", on_click=deed,
                      args=(set_states, at, [row.id], change))  # fmt: skip


def _label_table(at: Stand, labels: Sequence[StoredLabel]) -> None:
    names = [each.name for each in classes_of(at)]
    shown = labels[:_MOST_ROWS]
    if at.dataset.task == "classify":
        table(("Class",), [(names[label.class_id],) for label in shown], "What it shows")
        return
    more, number_of = _OF_A_SHAPE.get(TASKS[at.dataset.task].label_shape, ("", len))
    heads = ("Class", "From left", "From top", "Width", "Height")
    table(
        (*heads, more) if more else heads,
        [
            (names[label.class_id], round(left), round(top), round(right - left),
             round(bottom - top), *([number_of(label.points)] if more else []))
            for label in shown
            for left, top, right, bottom in [label.box]
        ],
        "Labels of this picture, in pixels",
    )  # fmt: skip
    left_out = len(labels) - len(shown)
    st.caption(
        f"In pixels of the picture.{f' {left_out:,} more are not listed.' if left_out else ''}"
    )
