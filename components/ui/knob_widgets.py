"""One widget per knob: values in, value out. What a knob is called and allows stands in `KNOBS`."""

import math

import streamlit as st

from components.planning.knobs import KNOBS, Kind, Knob, Value
from components.planning.machine import Device
from components.planning.rates import rate_text

STEPS_PER_DECADE = 10  # of the learning-rate slider: neighbours differ by a quarter
LOWEST_RATE, HIGHEST_RATE = 1e-5, 1e-1


def knob_widget(name: str, key: str) -> Value:
    """The widget of a knob that is a number, a switch or a choice.

    Args:
        name: Key of `KNOBS`.
        key: The widget's key, under which the session already holds its value.
    """
    knob = KNOBS[name]
    common = {"key": key, "help": knob.help, "persist_state": "session"}
    match knob.kind:
        case Kind.SWITCH:
            return st.toggle(knob.label, **common)  # type: ignore[arg-type]
        case Kind.CHOICE:
            words = dict(knob.choices)
            options = list(words)
            chosen = st.selectbox(
                knob.label, options, format_func=lambda option: words[option], **common,
            )  # type: ignore[call-overload]  # fmt: skip
            return str(chosen)
    return _number(knob, common)


def _number(knob: Knob, common: dict[str, str]) -> Value:
    shown = st.session_state[common["key"]]  # an emptied field goes back to it
    if knob.kind is Kind.WHOLE:
        step = int(knob.step)
        whole = st.number_input(
            knob.label, int(knob.low), int(knob.high), shown, step, **common,
            on_change=_to_a_whole_step if step > 1 else None, args=(common["key"], step),
        )  # type: ignore[call-overload]  # fmt: skip
        return int(whole)
    part = st.number_input(
        knob.label, float(knob.low), float(knob.high), shown, float(knob.step),
        format="%.4g", **common,
    )  # type: ignore[call-overload]  # fmt: skip
    return float(part)


def _to_a_whole_step(key: str, step: int) -> None:
    """Round up what was typed, as the trainer does: the field shows what will be used."""
    typed = st.session_state.get(key)
    if typed is not None:
        st.session_state[key] = math.ceil(typed / step) * step


def device_widget(devices: list[Device], key: str, chosen: str = "auto") -> str:
    """Where it is computed: what was found on this computer, and "automatic".

    Args:
        devices: What was found.
        key: The widget's key.
        chosen: What the draft says; offered as well when it is not there (any more).
    """
    knob = KNOBS["device"]
    words = device_words(devices)
    words.setdefault(chosen, f"{chosen}: not found here")
    return str(
        st.selectbox(
            knob.label, list(words), format_func=lambda option: words[option], key=key,
            help=knob.help, persist_state="session",
        )
    )  # fmt: skip


def device_words(devices: list[Device]) -> dict[str, str]:
    """The choices of a device and what they say."""
    return {"auto": f"Automatic: {devices[0].label}"} | {d.key: d.label for d in devices}


def rate_widget(value: float, key: str) -> float:
    """The learning rate on a logarithmic slider.

    Args:
        value: Where it stands; gets a place of its own when it lies between those of the slider.
        key: The widget's key, under which the session already holds its value.
    """
    knob = KNOBS["learning_rate"]
    rate = st.select_slider(
        knob.label, sorted({*rates(), value}), format_func=rate_text, key=key, help=knob.help,
        persist_state="session",
    )  # fmt: skip
    return float(rate)


def rates() -> list[float]:
    """The places of the learning-rate slider, lowest first."""
    lowest, highest = math.log10(LOWEST_RATE), math.log10(HIGHEST_RATE)
    steps = round((highest - lowest) * STEPS_PER_DECADE)
    return [float(f"{10 ** (lowest + i / STEPS_PER_DECADE):.2g}") for i in range(steps + 1)]
