"""A validator that remembers: what it saw on some pictures, and all that an evaluation needs.

`Watching` is put in front of Ultralytics' validator; the numbers it computes stay Ultralytics'.
"""

from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

LEAST_CONFIDENCE = 0.05  # below, boxes are noise on a picture
MOST_BOXES = 100
# At this confidence Ultralytics draws its own confusion matrix.
CONFUSION_CONFIDENCE = 0.25

Sample = dict[str, Any]


class Watching:
    """Overrides, each for what it gains.

    * `update_metrics`: the predictions on the pictures in `wanted` are kept, in pixels of the
      original picture, while they pass by: the "eyes" cost no forward pass of their own.
    * `get_stats`: Ultralytics throws its per-picture statistics away; the interval needs them.
    * `init_metrics`: each validation starts with nothing kept.
    """

    wanted: frozenset[str] = frozenset()  # files
    is_final = False  # also count confusions and keep the statistics
    name_of: Callable[[str], int | str] = staticmethod(lambda file: Path(file).name)

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.samples: dict[str, Sample] = {}
        self.kept_stats: dict[str, list[Any]] = {}

    def watch(self, files: Iterable[str], *, final: bool = False) -> None:
        """Keep what is seen on these pictures from the next validation on."""
        self.wanted, self.is_final = frozenset(files), final

    def init_metrics(self, model: Any) -> None:
        """Start anew."""
        super().init_metrics(model)  # type: ignore[misc]
        self.samples, self.kept_stats = {}, {}

    def update_metrics(self, preds: list[dict[str, Any]], batch: dict[str, Any]) -> None:
        """Take in one batch."""
        super().update_metrics(preds, batch)  # type: ignore[misc]
        for index, (file, predicted) in enumerate(zip(batch["im_file"], preds, strict=True)):
            if file in self.wanted or self.is_final:
                self._take(index, file, predicted, batch)

    def get_stats(self) -> dict[str, Any]:
        """The scores; what they rest on is kept when this is the final validation."""
        mine: Any = self
        if self.is_final:
            self.kept_stats = {name: [*rows] for name, rows in mine.metrics.stats.items()}
        scores: dict[str, Any] = super().get_stats()  # type: ignore[misc]
        return scores

    def _take(self, index: int, file: str, predicted: Any, batch: dict[str, Any]) -> None:
        mine: Any = self
        truth = mine._prepare_batch(index, batch)
        if self.is_final:
            mine.confusion_matrix.process_batch(predicted, truth, conf=CONFUSION_CONFIDENCE)
        if file not in self.wanted:
            return
        height, width = (int(side) for side in truth["ori_shape"])
        self.samples[file] = {
            "picture": self.name_of(file), "name": Path(file).name,
            "width": width, "height": height,
            "truth": _rows(mine.scale_preds(truth, truth)),
            "predicted": _surest(_rows(mine.scale_preds(predicted, truth))),
        }  # fmt: skip


@cache
def watching_validator(validator: type) -> Any:
    """`Watching` in front of one of Ultralytics' validators."""
    return type(f"Watching{validator.__name__}", (Watching, validator), {"__module__": __name__})


def _rows(boxes: dict[str, Any]) -> list[list[float]]:
    """[class id, (confidence,) left, top, right, bottom] of each box, in pixels."""
    classes = boxes["cls"].cpu().int().tolist()
    corners = boxes["bboxes"].float().cpu().tolist()
    sure = boxes["conf"].float().cpu().tolist() if "conf" in boxes else [None] * len(classes)
    return [
        [c, *([] if s is None else [round(s, 3)]), *(round(edge, 1) for edge in box)]
        for c, s, box in zip(classes, sure, corners, strict=True)
    ]


def _surest(rows: list[list[float]]) -> list[list[float]]:
    kept = [row for row in rows if row[1] >= LEAST_CONFIDENCE]
    return sorted(kept, key=lambda row: -row[1])[:MOST_BOXES]
