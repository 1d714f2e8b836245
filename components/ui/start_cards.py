"""Fine-tune or learn from nothing: what each needs, costs and risks, as two cards."""

from pathlib import Path

import streamlit as st

from components.errors import AppError
from components.models.weights import resolve, row_behind
from components.planning.plan import TrainingPlan
from components.planning.transfer import Transfer, transfer
from components.ui.plan_draft import Drafting
from components.ui.time_ahead import foretold
from components.ui.words import about, count, listed, number, plain

LONGER = 3  # times as many rounds from nothing
_STUDY = (
    "He, Girshick and Dollár (2019), “Rethinking ImageNet Pre-training”: with more rounds from "
    "nothing no worse than from trained weights, on COCO's 118,000 pictures and on a tenth of them"
)
_OURS = (
    "measured by Tailor on blood cells (205 training pictures, 320 px, 12 rounds, YOLO26n): "
    "mAP50-95 0.619 from weights that had seen photographs, 0.301 from nothing"
)
_NAMES = 4


def start_cards(now: Drafting, plan: TrainingPlan) -> None:
    """Two cards, folded away; opened, the weights are read and their transfer is counted."""
    with st.expander(
        "Fine-tune or from scratch? What each needs", icon=":material/compare_arrows:",
        key="ways", on_change="rerun",
    ) as box:  # fmt: skip
        if not box.open:
            return
        left, right = st.columns(2)
        row = row_behind(now.workspace, plan.base)
        weights = row.key if row is not None and plan.is_from_scratch else plan.base
        with left.container(border=True, height="stretch"):
            _fine_tune(now, plan.with_values({"base": weights}))
        with right.container(border=True, height="stretch"):
            _scratch(now, plan, row.yaml if row is not None else "")


def _fine_tune(now: Drafting, plan: TrainingPlan) -> None:
    st.markdown("**Fine-tune a trained model**")
    pictures = count(now.summary.train, "picture")
    _lines(
        ("Data needed", f"some dozens of pictures for each class; you have {pictures} to learn "
         "from"),
        ("Time here", _time(now, plan, 1)),
        ("Risk", "what the base model has never seen, such as other colours or views, it has to "
         "unlearn first"),
        ("What goes over", _transfer(now, plan.base)),
    )  # fmt: skip
    st.caption(f"Based on: {_OURS}.")


def _scratch(now: Drafting, plan: TrainingPlan, architecture: str) -> None:
    st.markdown("**Train from scratch**")
    if not architecture:
        st.caption("The architecture of your own weights is not in the list, so this is not known.")
        return
    few = "far too few" if now.summary.train < 2_000 else "few" if now.summary.train < 10_000 else (
        "enough")  # fmt: skip
    _lines(
        ("Data needed", f"about ten thousand pictures; {number(now.summary.train)} are {few}"),
        ("Time here", f"{_time(now, plan.with_values({'base': architecture}), LONGER)} with "
         f"{LONGER} times as many rounds, which it needs"),
        ("Risk", "with few pictures it learns them by heart and stays poor on new ones"),
        ("What goes over", "nothing: every number starts by chance"),
    )  # fmt: skip
    st.caption(
        f"Based on: {_STUDY}. M{_OURS[1:]}. That it takes {LONGER} times as many rounds is "
        "a rule of thumb."
    )


def _lines(*lines: tuple[str, str]) -> None:
    st.markdown("\n".join(f"- **{label}:** {words}." for label, words in lines))


def _time(now: Drafting, plan: TrainingPlan, times: int) -> str:
    longer = plan.with_values({"epochs": min(times * plan.epochs, 3_000)})
    told = foretold(now, longer)
    if told is None:
        return "not known before a try or a first run"
    return f"{about(told.seconds)} for {longer.epochs} rounds (judged by {plain(told.source)})"


def _transfer(now: Drafting, base: str) -> str:
    try:
        path = resolve(now.workspace, base)
        found = _counted(str(path), _names(now), now)
    except AppError as error:
        return f"not known: {plain(error.what.rstrip('.'))}"
    return transfer_words(found)


def transfer_words(found: Transfer) -> str:
    """What goes over, in a sentence without its full stop."""
    words = f"{found.given:,} of {found.total:,} tensors"
    if found.keeps:
        kind = "class" if len(found.keeps) == 1 else "classes"
        keep = "keeps what it knows" if len(found.keeps) == 1 else "keep what they know"
        words += f"; the {kind} {plain(listed(found.keeps, _NAMES))} {keep}"
    if found.fresh:
        starts = "starts" if len(found.fresh) == 1 else "start"
        words += f"; {plain(listed(found.fresh, _NAMES))} {starts} fresh"
    return words


def _names(now: Drafting) -> tuple[str, ...]:
    return tuple(each.name for each in now.dataset.classes())


@st.cache_data(max_entries=20, show_spinner="Counting what goes over …")
def _counted(path: str, classes: tuple[str, ...], _now: Drafting) -> Transfer:
    return transfer(_now.workspace, Path(path), classes)
