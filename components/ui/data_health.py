"""The traffic light of a data set, what the checks found, and a button that mends each."""

from functools import lru_cache
from html import escape

import streamlit as st

from components.data import checking, look_alikes, undo
from components.data.checking import HealthView
from components.data.fixes import fix_of
from components.data.look_alikes import Pair
from components.data.readiness import Light, Readiness, readiness
from components.findings import Finding, Severity, most_serious_first
from components.planning.drafts import Draft, load
from components.ui.data_edit import edits
from components.ui.data_facts import Stand, findings_of, is_split, training_size
from components.ui.finding_deeds import FOLDED, Changes, act, label, with_a_look
from components.ui.findings_list import findings_list
from components.ui.page import deed
from components.ui.parts.gallery import stamp
from components.ui.parts.progress_watch import progress_watch
from components.ui.words import SPLIT_WORDS, ago, count, plain, shorten
from components.workspace import Workspace

PAIRS_SHOWN = 12
EXPERT = "expert."  # prefix of an expert setting in a finding's `apply`
_PAIRS_STYLE = (
    "display:grid;grid-template-columns:repeat(auto-fill,minmax(19rem,1fr));gap:1rem;margin:0"
)


def health(at: Stand) -> bool:
    """The light, how far the check is, and below it what was found, with buttons.

    Returns:
        Whether a model can learn from the data set as it is.
    """
    edits(at)
    view = _checked(at)
    found = _all_findings(at, view)
    _light(readiness(found), view, "Ready" if is_split(at) else "Ready to be split")
    _progress(at, view)
    can_undo = _undo(at)
    if not found:
        return True
    # Whoever mends one thing wants to see the next one.
    is_open = can_undo or any(each.severity is Severity.STOP for each in found)
    folded = st.session_state.get(FOLDED, "")
    with st.expander(_title(found), expanded=is_open and not folded,
                     icon=":material/health_and_safety:",
                     key=f"data.health.box.{folded}"):  # fmt: skip
        may_go_on = findings_list(
            [with_a_look(each) for each in found], key="data.health", apply_label=label,
            on_apply=lambda changes: deed(act, at.dataset, changes),
        )  # fmt: skip
    if view.is_fresh:
        _pairs(at)
    return may_go_on


def _checked(at: Stand) -> HealthView:
    """Where the background check stands; it is put in line when the data set has changed."""
    workspace = Workspace.current()
    view = checking.state(workspace, at.dataset)
    if view.phase == "none":
        checking.start(workspace, at.dataset)
        view = checking.state(workspace, at.dataset)
    return view


def _all_findings(at: Stand, view: HealthView) -> list[Finding]:
    """What can be seen at once, and what the check saw when it is not out of date."""
    seen = view.findings if view.is_fresh else ()
    # Both tell of copies in two parts; the one that looked at the pictures knows more.
    mended = {fix_of(finding) for finding in seen} & {"gather_groups"}
    quick = [each for each in findings_of(at, training_size(at)) if fix_of(each) not in mended]
    draft = load(at.dataset.folder)
    return most_serious_first(
        [each for each in (*quick, *seen) if not _is_planned(dict(each.apply), draft)]
    )


def _is_planned(changes: Changes, draft: Draft) -> bool:
    """Whether the plan in the making has already what a finding asks of it."""
    if "matters" in changes:
        return changes["matters"] in draft.matters
    plan = draft.values
    wanted = {key: value for key, value in changes.items() if key.startswith(EXPERT)}
    return bool(wanted) and all(
        plan["expert"].get(key.removeprefix(EXPERT)) == value for key, value in wanted.items()
    )


def _light(said: Readiness, view: HealthView, ready: str) -> None:
    so_far = "" if view.is_fresh else " The pictures themselves are still being looked at."
    match said.light:
        case Light.RED:
            missing = "; ".join(plain(title) for title in said.missing)
            st.error(f"**Not ready.** {missing}.", icon=":material/block:")
        case Light.YELLOW:
            st.warning(
                f"**{ready}**, with {count(said.doubts, 'thing')} worth a look.{so_far}",
                icon=":material/traffic:",
            )
        case _:
            st.success(f"**{ready}.** The health check found nothing amiss.{so_far}",
                       icon=":material/check_circle:")  # fmt: skip


def _progress(at: Stand, view: HealthView) -> None:
    workspace = Workspace.current()
    match view.phase:
        case "checking":
            with st.container(horizontal=True, vertical_alignment="center"):
                with st.container():
                    progress_watch(f"/tailor/health/{at.dataset.slug}", view.phase,
                                   key=f"data.health.watch.{at.dataset.slug}",
                                   waiting="The health check waits for its turn …")  # fmt: skip
                st.button("Stop the check", key="data.health.stop", on_click=deed,
                          args=(checking.stop, workspace, at.dataset))  # fmt: skip
        case "failed" | "stopped":
            what, fix = view.trouble or (
                "The health check was stopped before its end.", "Start it again when you like."
            )  # fmt: skip
            with st.container(horizontal=True, vertical_alignment="center"):
                st.caption(f"{plain(what)} {plain(fix)}", width="stretch")
                st.button("Check again", key="data.health.again", on_click=deed,
                          args=(checking.start, workspace, at.dataset))  # fmt: skip


def _title(found: list[Finding]) -> str:
    counts = [sum(each.severity is severity for each in found) for severity in Severity]
    words = ("must be mended before training", "worth a look", "good to know")
    told = [f"{number} {word}" for number, word in zip(counts, words, strict=True) if number]
    return f"Health check: {', '.join(told)}"


def _undo(at: Stand) -> bool:
    """The last fix can be taken back, until something else changes the data set.

    Returns:
        Whether there is one.
    """
    step = undo.last_step(at.dataset)
    if step is None:
        return False
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"Done {ago(step.made_at)}: {plain(step.label)}.", width="content")
        st.button(
            "Undo", key="data.health.undo", icon=":material/undo:", on_click=deed,
            args=(undo.undo, at.dataset), help="Makes the data set what it was before.",
        )  # fmt: skip
    return True


@lru_cache(maxsize=8)
def _look_alikes(at: Stand) -> tuple[tuple[int, int], tuple[Pair, ...]]:
    number = look_alikes.count(at.dataset)
    return number, tuple(look_alikes.pairs(at.dataset, 0, PAIRS_SHOWN)) if number[0] else ()


def _pairs(at: Stand) -> None:
    """The pictures that are nearly the same, side by side."""
    (total, leaks), shown = _look_alikes(at)
    if not total:
        return
    leaking = f", {count(leaks, 'pair')} in two parts" if leaks else ""
    title = f"Pictures that look alike: {count(total, 'pair')}{leaking}"
    with st.expander(title, icon=":material/compare:", key="data.health.pairs"):
        version = stamp(at.dataset.folder)
        cards = "".join(_pair(at.dataset.slug, pair, version) for pair in shown)
        st.html(f'<div style="{_PAIRS_STYLE}">{cards}</div>')
        if total > len(shown):
            st.caption(f"The first {len(shown)} of {total:,}, those in two parts first.")


def _pair(slug: str, pair: Pair, version: str) -> str:
    sides = zip((pair.first_id, pair.second_id), pair.names, pair.splits, strict=True)
    figures = "".join(
        '<figure style="margin:0;width:50%;overflow-wrap:anywhere">'
        f'<img src="/tailor/thumbnail/{slug}/{picture_id}?v={version}" alt="{escape(name)}" '
        'loading="lazy" style="width:100%;height:8rem;object-fit:contain">'
        f"<figcaption>{escape(shorten(name, 40))}<br><b>"
        f"{SPLIT_WORDS[part] if part else 'in no part yet'}</b></figcaption></figure>"
        for picture_id, name, part in sides
    )
    return f'<div style="display:flex;gap:.5rem;font-size:.8rem">{figures}</div>'
