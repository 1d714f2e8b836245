"""Findings as a list: the same look for data health, plan advice and results."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import streamlit as st

from components.findings import Changes, Finding, Severity, most_serious_first
from components.ui.words import count, plain

Apply = Callable[[dict[str, float | int | str | bool]], None]
Label = str | Callable[[Finding], str]

_LOOK = {
    Severity.STOP: (st.error, ":material/block:"),
    Severity.WARN: (st.warning, ":material/warning:"),
    Severity.NOTE: (st.info, ":material/lightbulb:"),
}
_NAMES_SHOWN = 200  # a thousand file names in one box help nobody and slow the page
_FEW = 50  # checks that look only at the table give no more names than this
_FOLDED_FROM = 3  # so many notes may stand open


def findings_list(
    findings: Sequence[Finding],
    *,
    key: str = "findings",
    on_apply: Apply | None = None,
    apply_label: Label = "Do this",
) -> bool:
    """Show the findings, most serious first; many notes are folded away.

    Args:
        findings: What the checks said.
        key: Prefix of the buttons' keys. Give each list on a page its own.
        on_apply: Called with the finding's `apply`, or with one of `also`, when the button is
            pressed, before the page runs again; without it there are no buttons.
        apply_label: What those buttons say; one for all, or for each finding its own.

    Returns:
        Whether the user may go on, that is, whether none says STOP.
    """
    ordered = most_serious_first(list(findings))
    notes = [finding for finding in ordered if finding.severity is Severity.NOTE]
    loud = [finding for finding in ordered if finding.severity is not Severity.NOTE]
    for number, finding in enumerate(loud):
        _show(finding, f"{key}.{number}", on_apply, apply_label)
    if len(notes) > _FOLDED_FROM:
        with st.expander(f"Good to know ({len(notes)})", icon=":material/lightbulb:"):
            _show_all(notes, len(loud), key, on_apply, apply_label)
    else:
        _show_all(notes, len(loud), key, on_apply, apply_label)
    return not any(finding.severity is Severity.STOP for finding in findings)


def _show_all(
    findings: Sequence[Finding], first: int, key: str,
    on_apply: Apply | None, apply_label: Label,
) -> None:  # fmt: skip
    for number, finding in enumerate(findings, first):
        _show(finding, f"{key}.{number}", on_apply, apply_label)


def _show(
    finding: Finding, key: str,
    on_apply: Apply | None, apply_label: Label,
) -> None:  # fmt: skip
    box, icon = _LOOK[finding.severity]
    source = f"  \n:small[Based on: {plain(finding.source)}]" if finding.source else ""
    box(f"**{plain(finding.title)}**  \n{plain(finding.fix)}{source}", icon=icon)
    offers = [each for each in (finding.apply, *finding.also) if each] if on_apply else []
    if not offers and not finding.where:
        return
    with st.container(horizontal=True, gap="small"):
        for number, offer in enumerate(offers):
            _button(finding, offer, f"{key}.also.{number}" if number else f"{key}.apply",
                    on_apply, apply_label)  # fmt: skip
        if finding.where:
            with st.popover("Which", key=f"{key}.where"):  # the title has their number
                st.text("\n".join(finding.where[:_NAMES_SHOWN]))
                if finding.kind and len(finding.where) >= _FEW:
                    st.caption("These are the first. “Show these pictures” shows all.")
                left = len(finding.where) - _NAMES_SHOWN
                if left > 0:
                    st.caption(f"and {count(left, 'more', 'more')}")


def _button(
    finding: Finding, offer: Changes, key: str, on_apply: Apply | None, apply_label: Label
) -> None:
    alone = replace(finding, apply=offer, also=())
    label = apply_label if isinstance(apply_label, str) else apply_label(alone)
    st.button(label, key=key, on_click=on_apply, args=(dict(offer),))
