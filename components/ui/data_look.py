"""Look: what is in a data set, what is amiss with it, and what its pictures are like."""

import streamlit as st

from components.tasks import TASKS
from components.ui.data_charts import charts
from components.ui.data_depth import deep_pictures
from components.ui.data_facts import Stand, classes_of, ids_of, keypoints_of, summary_of
from components.ui.data_filters import filters
from components.ui.data_health import health
from components.ui.data_picture import open_picture
from components.ui.data_problems import problem_table
from components.ui.data_states import change_states
from components.ui.data_task import task_choice
from components.ui.finding_deeds import ASKED
from components.ui.home_next import for_dataset
from components.ui.page import go_on, landing
from components.ui.parts.gallery import gallery
from components.ui.pickers import choose_view
from components.ui.words import count, number

_SHOWS = {
    "pictures": ":material/grid_view: Pictures",
    "charts": ":material/bar_chart: Charts",
    "problems": ":material/healing: Problems",
}


def look(at: Stand) -> None:
    """The data set in numbers, its health, and below it pictures, charts or problems."""
    _numbers(at)
    # One place on the page, however much it holds: else all below would move when the check is
    # done, and the browser would build it anew and close the list that a person has just opened.
    with st.container():
        task_choice(at)
        health(at)
        deep_pictures(at)
    shows = _SHOWS if at.dataset.problem_counts() else {k: _SHOWS[k] for k in list(_SHOWS)[:2]}
    with st.container(horizontal=True, vertical_alignment="center"):
        with st.container():
            show = choose_view("What to look at", shows, "show", default="pictures")
        step = for_dataset(at.dataset.slug, at.dataset.name, summary_of(at))
        with st.container(width="content"):
            go_on(step.label, step.page, step.choices)
    match show:
        case "pictures":
            _pictures(at)
        case "charts":
            charts(at)
        case _:
            problem_table(at)


def _numbers(at: Stand) -> None:
    facts, words = summary_of(at), TASKS[at.dataset.task].label_words
    labels = words.many.capitalize()
    rows = [
        ("Pictures", facts.pictures, "All pictures of this data set."),
        ("Labelled", facts.labelled, "On these pictures things are marked. A model learns "
         "from them."),
        ("Not labelled yet", facts.unlabelled, "Nobody has said what is on these. They are left "
         "out of training until somebody does."),
        ("Empty on purpose", facts.empty, "Looked at, and nothing is to be found there. They "
         "teach the model when to keep quiet."),
        ("Put aside", facts.ignored, "Left out on purpose."),
        (labels, facts.boxes, words.help),
        ("Classes", facts.classes, "A class is one kind of thing, such as “apple”."),
    ]  # fmt: skip
    if at.dataset.task == "classify":  # every labelled picture has its one class
        rows = [row for row in rows if row[2] != words.help]
    always = {"Pictures", "Labelled", labels, "Classes"}
    with st.container(horizontal=True, gap="medium"):
        for label, value, meaning in rows:
            if value or label in always:
                st.metric(label, number(value), help=meaning, width="content")


@st.fragment  # a click in here runs only this: a third less to wait for
def _pictures(at: Stand) -> None:
    with landing():
        if at.dataset.revision() != at.revision:  # changed in the dialog, or in another tab
            st.rerun()
        _grid(at)


def _grid(at: Stand) -> None:
    wanted = filters(at)
    ids = ids_of(at, wanted)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(
            f"{count(len(ids), 'picture')} of {number(summary_of(at).pictures)}. "
            "Click a picture to enlarge it.",
            width="stretch",
        )
        change_states(at, wanted, len(ids))
    scheme = keypoints_of(at)
    opened = gallery(
        at.dataset.slug,
        ids,
        [each.name for each in classes_of(at)],
        key="data.gallery",
        revision=at.revision,
        skeleton=scheme.skeleton if scheme else (),
        is_asked_for=st.session_state.pop(ASKED, False),
    )
    if opened is not None:
        open_picture(at, ids, opened)
