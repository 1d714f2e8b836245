"""Figures of a data set: how many of what, how large, how crowded, and where.

Everything is counted here by numpy and sent as bars, so a figure weighs a few kB however many
boxes there are. Box tables are numpy records with `class_id`, `picture_id`, `cx`, `cy`, `w`, `h`,
the last four as fractions of the picture, as `components.data.store` hands them out.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from components.charts.figure import Figure, as_text

BLUE, PALE = "#2f6fde", "#9aa5b1"
MOST_CLASSES = 30  # bars that can still be read; the rest become one
_MARGIN = {"l": 10, "r": 10, "t": 10, "b": 10}
# Sides in per cent of the picture, evenly spaced on the log axis: three bars each time it doubles.
_SIZE_EDGES = 100 * 2.0 ** np.linspace(-9, 0, 28)
# Where the words change. Rule of thumb: at 640 px, 2.5 % is COCO's "small" halved (16 px), 15 %
# its border to "large" (96 px).
_SIZE_WORDS = ((2.5, "tiny"), (15.0, "small"), (40.0, "medium"), (100.0, "large"))
_FINEST = 32  # cells a side of the heat map


def boxes_per_class(classes: Sequence[tuple[str, int]], many: str = "boxes") -> Figure:
    """How often each class was marked, the most frequent on top.

    Args:
        classes: Name and number of boxes. Beyond `MOST_CLASSES` the rarest become one bar.
        many: What is counted, as a word.
    """
    ordered = sorted(classes, key=lambda row: -row[1])
    rest = ordered[MOST_CLASSES:]
    names = [_tick(name, i) for i, (name, _) in enumerate(ordered[:MOST_CLASSES])]
    values = [boxes for _, boxes in ordered[:MOST_CLASSES]]
    if rest:
        names.append(f"{len(rest):,} more classes")
        values.append(sum(boxes for _, boxes in rest))
    bars = {
        "type": "bar", "orientation": "h", "x": values, "y": list(range(len(names))),
        "marker": {"color": BLUE}, "text": [f"{value:,}" for value in values],
        "textposition": "auto", "textangle": 0, "customdata": names,
        "hovertemplate": "%{customdata}: %{x:,}<extra></extra>",
    }  # fmt: skip
    return Figure([bars], {
        "height": max(320, 70 + 26 * len(names)), "margin": _MARGIN, "bargap": 0.25,
        "xaxis": {"title": {"text": many.capitalize()}, "rangemode": "tozero"},
        "yaxis": {"tickvals": bars["y"], "ticktext": names, "autorange": "reversed",
                  "showgrid": False},
    })  # fmt: skip


def box_sizes(table: "np.ndarray[Any, Any]", many: str = "boxes") -> Figure:
    """How large things are: the side of a square as large as the box, in per cent of the picture.

    Args:
        table: Box table.
        many: What is counted, as a word.
    """
    sides = 100 * np.sqrt(np.clip(table["w"] * table["h"], 0, 1))
    counts, edges = np.histogram(np.clip(sides, _SIZE_EDGES[0], 100), bins=_SIZE_EDGES)
    middle = np.sqrt(edges[:-1] * edges[1:])
    words = [_size_word(side) for side in middle]
    bars = {
        "type": "bar", "x": list(range(len(counts))), "y": counts.tolist(),
        "marker": {"color": BLUE},
        "customdata": [
            f"{_per_cent(low)} to {_per_cent(high)} % of the picture ({word})"
            for low, high, word in zip(edges, edges[1:], words, strict=False)
        ],
        "hovertemplate": f"%{{customdata}}: %{{y:,}} {many}<extra></extra>",
    }  # fmt: skip
    ticks, first = range(0, len(edges), 3), _first(counts)
    return Figure([bars], {
        "height": 320, "margin": _MARGIN | {"t": 26}, "bargap": 0.08,
        "xaxis": {
            "title": {"text": "Side of the box around it, in % of the picture"},
            "tickvals": [i - 0.5 for i in ticks], "ticktext": [_per_cent(edges[i]) for i in ticks],
            "showgrid": False, "range": [first - 1.5, len(counts)],
        },
        "yaxis": {"title": {"text": many.capitalize()}, "rangemode": "tozero"},
        **_names_of_bands(words, first),
    })  # fmt: skip


def boxes_per_picture(table: "np.ndarray[Any, Any]", empty: int = 0, many: str = "boxes") -> Figure:
    """How crowded pictures are.

    Args:
        table: Box table.
        empty: Pictures that were looked at and hold nothing.
        many: What is counted, as a word.
    """
    _, per_picture = np.unique(table["picture_id"], return_counts=True)
    crowd = np.concatenate([np.zeros(empty, np.int64), per_picture])
    step = max(1, -(-int(crowd.max(initial=0) + 1) // 30))
    counts = np.bincount(crowd // step) if len(crowd) else np.zeros(1, np.int64)
    starts = np.arange(len(counts)) * step
    names = [str(low) if step == 1 else f"{low} to {low + step - 1}" for low in starts]
    bars = {
        "type": "bar", "x": (starts + (step - 1) / 2).tolist(), "y": counts.tolist(),
        "marker": {"color": BLUE}, "customdata": names,
        "hovertemplate": f"%{{customdata}} {many}: %{{y:,}} pictures<extra></extra>",
    }  # fmt: skip
    few = {"dtick": 1} if len(counts) < 12 and step == 1 else {}
    return Figure([bars], {
        "height": 320, "margin": _MARGIN, "bargap": 0.12,
        "xaxis": {"title": {"text": f"{many.capitalize()} on a picture"}, "showgrid": False,
                  "tickformat": "d", **few},
        "yaxis": {"title": {"text": "Pictures"}, "rangemode": "tozero"},
    })  # fmt: skip


def where_boxes_lie(table: "np.ndarray[Any, Any]", many: str = "boxes") -> Figure:
    """Where on the picture the middles of the boxes are: darker is more often.

    Args:
        table: Box table.
        many: What is counted, as a word.
    """
    side = int(np.clip(np.sqrt(len(table)) / 2, 8, _FINEST))  # few boxes: no more than noise
    cells, _, _ = np.histogram2d(
        np.clip(table["cy"], 0, 1), np.clip(table["cx"], 0, 1), bins=side, range=((0, 1), (0, 1))
    )
    middles = ((np.arange(side) + 0.5) / side * 100).tolist()
    field = {
        "type": "heatmap", "z": cells.astype(int).tolist(), "x": middles, "y": middles,
        # Through which the page shows, so that more is stronger on a light page and on a dark one.
        "colorscale": [[0, "rgba(47,111,222,0.04)"], [1, "rgba(47,111,222,1)"]],
        "colorbar": {"title": {"text": many.capitalize()}, "thickness": 12},
        "hovertemplate": "%{x:.0f} % from the left, %{y:.0f} % from the top: "
        f"%{{z}} {many}<extra></extra>",
    }  # fmt: skip
    plain = {"showgrid": False, "zeroline": False}
    return Figure([field], {
        "height": 380, "margin": _MARGIN,
        "xaxis": {"title": {"text": "Left to right (%)"}, "range": [0, 100], **plain},
        "yaxis": {"title": {"text": "Top to bottom (%)"}, "range": [100, 0], **plain},
    })  # fmt: skip


def _tick(name: str, place: int) -> str:
    """A class name on one line of the axis."""
    return as_text(" ".join(name.split()) or f"class {place}")


def _per_cent(value: float) -> str:
    return f"{value:.2g}" if value < 10 else f"{value:.0f}"


def _size_word(side: float) -> str:
    return next(word for limit, word in _SIZE_WORDS if side <= limit)


def _first(counts: "np.ndarray[Any, Any]") -> int:
    """Place of the first bar that is not empty; 0 when all are."""
    return int(np.argmax(counts > 0))


def _names_of_bands(words: Sequence[str], first: int) -> dict[str, Any]:
    """The words above the bars, and a line between each two."""
    names: list[dict[str, Any]] = []
    lines: list[dict[str, Any]] = []
    for limit, word in _SIZE_WORDS:
        places = [i for i, other in enumerate(words) if other == word and i >= first]
        if not places:
            continue
        names.append({
            "x": sum(places) / len(places), "y": 1.09, "yref": "paper", "text": word,
            "showarrow": False, "font": {"color": PALE},
        })  # fmt: skip
        if limit < 100:
            lines.append({
                "type": "line", "x0": places[-1] + 0.5, "x1": places[-1] + 0.5, "y0": 0, "y1": 1,
                "yref": "paper", "line": {"color": PALE, "width": 1, "dash": "dot"},
            })  # fmt: skip
    return {"annotations": names, "shapes": lines}
