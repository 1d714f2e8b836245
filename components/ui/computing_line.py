"""How a run computes, as its trainer said when it began: precision, memory, threads, short cuts."""

from typing import Any

import streamlit as st

from components.runs.store import Run
from components.ui.words import count, plain

_NUMBERS = {
    "float32": "full precision (float32)",
    "bfloat16": "half precision (bfloat16)",
    "float16": "half precision (float16)",
}
_KEPT = {"ram": "decoded pictures kept in memory", "disk": "decoded pictures kept on disk"}


def computing_line(run: Run) -> None:
    """A line with its details one click away; nothing before the trainer has said anything."""
    facts = run.progress.told.get("computing")
    if not facts:
        return
    st.markdown(f"**How it computes.** {computing_words(facts)}")
    shortcuts = facts.get("shortcuts", ())
    if shortcuts:
        with st.popover(f"Short cuts in use ({len(shortcuts)})", icon=":material/bolt:"):
            st.markdown(
                "\n".join(f"- **{plain(label)}.** {plain(reason)}" for label, reason in shortcuts)
            )
            st.caption("Read back from the trainer when it began, not from the plan.")


def computing_words(facts: dict[str, Any]) -> str:
    """The same as sentences."""
    told = [_NUMBERS.get(facts["dtype"], plain(str(facts["dtype"])))]
    if facts["channels_last"]:
        told.append("the colours of a pixel side by side in memory (channels last)")
    if not facts["card"]:
        told.append(f"{count(facts['threads'], 'thread')} of the processor")
    if facts["kept"] in _KEPT:
        told.append(_KEPT[facts["kept"]])
    words = f"{', '.join(told)}.".capitalize()
    seconds: list[float] = facts.get("seconds") or []
    if len(seconds) == 2 and seconds[1] < seconds[0]:
        words += (
            f" Tried on this computer before it began: a step took {1000 * seconds[1]:.0f} ms "
            f"so, and {1000 * seconds[0]:.0f} ms in Ultralytics' way."
        )
    return words
