"""A validator that remembers: what it saw on some pictures, and all that an evaluation needs.

`Watching` is put in front of Ultralytics' validator; the numbers it computes stay Ultralytics'.
"""

from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

from components.augment.forms import of_label
from components.augment.preview import corners
from components.data.pictures import probe
from components.runs.points_off import distances
from components.runs.things_seen import Forms, Rows, best_guesses, rows_and_forms, surest

# At this confidence Ultralytics draws its own confusion matrix.
CONFUSION_CONFIDENCE = 0.25

Sample = dict[str, Any]


class _Wanting:
    """Which pictures to keep, whatever the task."""

    wanted: frozenset[str] = frozenset()  # files
    is_final = False  # also count confusions and keep the statistics
    name_of: Callable[[str], int | str] = staticmethod(lambda file: Path(file).name)

    def watch(self, files: Iterable[str], *, final: bool = False) -> None:
        """Keep what is seen on these pictures from the next validation on."""
        self.wanted, self.is_final = frozenset(files), final


class Watching(_Wanting):
    """Overrides, each for what it gains.

    * `update_metrics`: the predictions on the pictures in `wanted` are kept, in pixels of the
      original picture, while they pass by: the "eyes" cost no forward pass of their own.
    * `get_stats`: Ultralytics throws its per-picture statistics away; the interval needs them.
    * `init_metrics`: each validation starts with nothing kept.
    """

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.samples: dict[str, Sample] = {}
        self.kept_stats: dict[str, list[Any]] = {}
        self.points_off: list[Any] = []  # of a pose, picture by picture
        self._place: dict[str, int] | None = None  # of each file in the data set

    def init_metrics(self, model: Any) -> None:
        """Start anew."""
        super().init_metrics(model)  # type: ignore[misc]
        self.samples, self.kept_stats, self.points_off = {}, {}, []

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
            if mine.args.task == "pose":
                self.points_off.append(distances(predicted, truth))
        if file not in self.wanted:
            return
        height, width = (int(side) for side in truth["ori_shape"])
        there, its_forms = self._labelled(file, width, height)
        seen, their_forms = rows_and_forms(self, surest(predicted), truth)
        self.samples[file] = {
            "picture": self.name_of(file), "name": Path(file).name,
            "width": width, "height": height,
            "truth": there, "truth_shapes": its_forms,
            "predicted": seen, "predicted_shapes": their_forms,
        }  # fmt: skip

    def _labelled(self, file: str, width: int, height: int) -> tuple[Rows, Forms]:
        """The labels as they were drawn: a batch holds them in the coarseness of the model."""
        mine: Any = self
        dataset = mine.dataloader.dataset
        if self._place is None:
            self._place = {name: index for index, name in enumerate(dataset.im_files)}
        label = dataset.labels[self._place[file]]
        edges = corners(label["bboxes"], width, height).round(1).tolist()
        classes = label["cls"].reshape(-1).astype(int).tolist()
        rows = [[class_id, *box] for class_id, box in zip(classes, edges, strict=True)]
        return rows, of_label(label, mine.args.task, width, height)


class WatchingClasses(_Wanting):
    """The same for classification, whose pictures have one class each."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.samples: dict[str, Sample] = {}
        self.seen = 0

    def init_metrics(self, model: Any) -> None:
        """Start anew."""
        super().init_metrics(model)  # type: ignore[misc]
        self.samples, self.seen = {}, 0

    def update_metrics(self, preds: Any, batch: dict[str, Any]) -> None:
        """Take in one batch; pictures come in the order of the data set."""
        super().update_metrics(preds, batch)  # type: ignore[misc]
        mine: Any = self
        for chances, class_id in zip(preds, batch["cls"].tolist(), strict=True):
            file = str(mine.dataloader.dataset.samples[self.seen][0])
            self.seen += 1
            if file in self.wanted:
                self._take(file, int(class_id), chances)

    def _take(self, file: str, class_id: int, chances: Any) -> None:
        facts = probe(Path(file))
        guesses = best_guesses(chances, facts.width, facts.height)
        self.samples[file] = {
            "picture": self.name_of(file), "name": Path(file).name,
            "width": facts.width, "height": facts.height,
            "truth": [[class_id, 0, 0, facts.width, facts.height]], "truth_shapes": [["whole"]],
            "predicted": guesses, "predicted_shapes": [["whole"]] * len(guesses),
        }  # fmt: skip


@cache
def watching_validator(validator: type) -> Any:
    """`Watching` in front of one of Ultralytics' validators."""
    finds_things = hasattr(validator, "_prepare_batch")
    watching = Watching if finds_things else WatchingClasses
    return type(f"Watching{validator.__name__}", (watching, validator), {"__module__": __name__})
