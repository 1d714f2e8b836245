"""A run's numbers while it learns: how it stands, and curves that keep their zoom."""

from functools import cache
from typing import Any

from components.tasks import Task
from components.ui.parts.source import nothing, part

SCORE_HELP = "Over the epochs; higher is better, 1 is perfect."
LOSS_HELP = "How wrong the model still is; lower is better. Dashed: on pictures it never trains on."

_JUDGED = {"(B)": ", boxes", "(M)": ", outlines", "(P)": ", points"}  # ends of metrics' keys


def live_charts(run: str, task: Task, *, key: str, standing: str = "") -> str | None:
    """Follow a run; the browser asks for what is new once a second while the page is seen.

    Args:
        run: Slug of the run.
        task: What kind of model learns; says which losses and metrics there are.
        key: The part's name on the page.
        standing: What the page is being drawn for, as `runs.live.standing` told it before anything
            was drawn; "" when nothing on the page depends on it.

    Returns:
        The run's new state, in the run of the page that a new standing brought about. None
        otherwise. The page is run anew anyway, so most pages need not look.
    """
    result = part("live_charts", isolated=False)(
        key=key,
        data={
            "run": run,
            "standing": standing,
            "charts": charts(task),
            "plotly": plotly_address(),
        },
        on_changed_change=nothing,
    )
    changed = result.get("changed")
    return None if changed is None else str(changed["state"])


def charts(task: Task) -> list[dict[str, Any]]:
    """What to draw for a task; a chart without numbers stays hidden.

    Returns:
        Each chart as `{title, help, from_zero, series: [{key, label, dash, colour}]}`.
    """
    scores = [task.metrics[first : first + 2] for first in range(0, len(task.metrics), 2)]
    return [
        *(
            _chart(" and ".join(_short(one.label) for one in pair) + _of_what(task, pair[0].key),
                   SCORE_HELP,
                   *((one.key, one.label, "solid") for one in pair))
            for pair in scores
        ),
        *(
            _chart(label, LOSS_HELP, (f"train/{key}", "while learning", "solid"),
                   (f"val/{key}", "on checking pictures", "dashed"), one_colour=True)
            for key, label in task.losses
        ),
        _chart("How big the learning steps are (learning rate)", "As planned: warm-up, then down.",
               ("lr/pg0", "learning rate", "solid")),
        _chart("How fast it works", "Pictures learned from per second, epoch by epoch.",
               ("speed/pictures_per_s", "pictures per second", "solid")),
    ]  # fmt: skip


def _chart(
    title: str, why: str, *series: tuple[str, str, str], one_colour: bool = False
) -> dict[str, Any]:
    return {
        "title": title, "help": why, "from_zero": True,
        "series": [
            {"key": key, "label": label, "dash": dash, "colour": 0 if one_colour else index}
            for index, (key, label, dash) in enumerate(series)
        ],
    }  # fmt: skip


def _of_what(task: Task, key: str) -> str:
    """Behind the title where a task is judged twice: by its boxes, and by what it is about."""
    judged = {metric.key[-3:] for metric in task.metrics}
    return _JUDGED.get(key[-3:], "") if len(judged & {*_JUDGED}) > 1 else ""


def _short(label: str) -> str:
    """`Overall quality (mAP50-95)` becomes `Overall quality`."""
    return label.partition(" (")[0]


@cache
def plotly_address() -> str:
    """Where the drawing library is; the version makes the address one that may be kept."""
    from importlib.metadata import version

    return f"/tailor/plotly.js?v={version('plotly')}"
