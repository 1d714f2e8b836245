"""An epoch's weights are turned into a file beside the next epoch, not before it.

Reason: Ultralytics copies, converts, packs and writes model and optimizer while the training stands
still: 0.2 s an epoch of YOLO26n, which is a sixth of an epoch of 32 pictures. Here they are copied
in memory (10 ms), and the thread that keeps checkpoints does the rest. Check: Ultralytics' own
`save_model` writes the file, from a copy that nobody changes; test_saving compares both files.
"""

import copy
from types import SimpleNamespace
from typing import Any

# What a model says of itself beside its numbers; Ultralytics renews these from epoch to epoch.
_WORDS = ("yaml", "nc", "args", "names", "stride", "class_weights")


class SavesAside:
    """Put in front of Ultralytics' trainer; whoever keeps checkpoints calls `write_out`."""

    saves_aside: bool = False
    _put_off: Any = None
    _average: Any = None  # a copy of the averaged model, with new numbers each time

    def save_model(self) -> bool:
        """Gain: see the head of this file. Numbers that are none are for Ultralytics to mend."""
        mine: Any = self
        self._put_off = None
        if not self.saves_aside or not _is_finite(mine.ema.ema):
            saved: bool = super().save_model()  # type: ignore[misc]
            return saved
        self._put_off = self._copied()
        return True

    def write_out(self) -> None:
        """Write what `save_model` put off; in any thread, before the next one."""
        from ultralytics.engine.trainer import BaseTrainer

        put_off, self._put_off = self._put_off, None
        usual: Any = BaseTrainer.save_model
        if put_off is not None:
            usual(put_off)

    def _copied(self) -> Any:
        """All that Ultralytics' `save_model` asks a trainer for, as it is now."""
        mine: Any = self
        table, optimizer, scaler = (
            mine.read_results_csv(),
            _Own(_copy(mine.optimizer.state_dict())),
            copy.deepcopy(mine.scaler.state_dict()),
        )
        return SimpleNamespace(
            ema=SimpleNamespace(ema=self._average_now(), updates=mine.ema.updates),
            optimizer=SimpleNamespace(state_dict=lambda: optimizer),
            scaler=SimpleNamespace(state_dict=lambda: scaler),
            stopper=SimpleNamespace(
                best_fitness=mine.stopper.best_fitness, best_epoch=mine.stopper.best_epoch
            ),
            args=SimpleNamespace(**vars(mine.args)), read_results_csv=lambda: table,
            metrics=dict(mine.metrics), fitness=mine.fitness, best_fitness=mine.best_fitness,
            epoch=mine.epoch, save_period=mine.save_period, wdir=mine.wdir,
            last=mine.last, best=mine.best,
        )  # fmt: skip

    def _average_now(self) -> Any:
        import torch

        mine: Any = self
        model = mine.ema.ema
        if self._average is None:
            self._average = copy.deepcopy(model)
        else:
            for name in _WORDS:
                if hasattr(model, name):
                    setattr(self._average, name, getattr(model, name))
            theirs = [*model.state_dict().values()]
            torch._foreach_copy_([*self._average.state_dict().values()], theirs)
        return _no_copy_needed(self._average)


class _Own(dict[str, Any]):
    """What Ultralytics may change: it is a copy already."""

    def __deepcopy__(self, memo: Any) -> dict[str, Any]:
        return {**self}


def _no_copy_needed(model: Any) -> Any:
    """Let the next deep copy of a model be the model itself: walking through it takes 40 ms."""

    def handed_over(_: Any) -> Any:
        del model.__deepcopy__  # it would be written into the file
        return model

    model.__deepcopy__ = handed_over
    return model


def _is_finite(model: Any) -> bool:
    return all(bool(each.isfinite().all()) for each in model.state_dict().values())


def _copy(kept: Any) -> Any:
    """The same structure with tensors in memory of their own."""
    if isinstance(kept, dict):
        return {name: _copy(value) for name, value in kept.items()}
    if isinstance(kept, list):
        return [_copy(value) for value in kept]
    return kept.clone() if hasattr(kept, "clone") else copy.copy(kept)
