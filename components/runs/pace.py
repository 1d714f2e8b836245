"""How long the rest of a run will take, from what it took so far. By the steady clock only."""

from dataclasses import dataclass, field

from components.jobs.clock import steady

# A validation batch (twice the pictures, no way back) against a training batch, before the first
# was timed: our rule of thumb.
FIRST_GUESS = 0.8
_FORGETS = 0.05  # share of the last one in the mean, at least


@dataclass(slots=True)
class Pace:
    """Counts batches of training and of validation; all times in seconds.

    Attributes:
        epochs: How many are left when the run starts.
        batches: Training batches in an epoch.
        checks: Validation batches in an epoch.
    """

    epochs: int
    batches: int
    checks: int
    batch_s: float = 0.0
    check_s: float = 0.0
    _batches: int = 0
    _checks: int = 0
    _last: float = field(default_factory=steady)

    def pause(self) -> None:
        """What happens from here to the next batch belongs to neither."""
        self._last = steady()

    def batch_done(self) -> None:
        """A training batch ended."""
        self._batches += 1
        self.batch_s = self._learn(self.batch_s, self._batches)

    def check_done(self) -> None:
        """A validation batch ended."""
        self._checks += 1
        self.check_s = self._learn(self.check_s, self._checks)

    def left_s(self, epoch: int, batch: int, check: int | None = None) -> float | None:
        """Seconds until the run is over, one final validation included; None before any batch.

        Args:
            epoch: The one in progress, from 1.
            batch: Training batches of it that are done.
            check: Validation batches of it that are done; None while it trains.
        """
        if not self.batch_s:
            return None
        check_s = self.check_s or FIRST_GUESS * self.batch_s
        later = max(self.epochs - epoch, 0)
        batches = later * self.batches + max(self.batches - batch, 0)
        checks = (later + 2) * self.checks - (check or 0)
        return batches * self.batch_s + max(checks, 0) * check_s

    def _learn(self, known: float, count: int) -> float:
        """A mean that forgets, for a busy computer changes. The first stands only until the second.

        It is many times slower, as everything is set up in it; after a resumed run's the rest of
        the whole run would seem to take as long.
        """
        now = steady()
        took, self._last = now - self._last, now
        weight = max(_FORGETS, 1 / max(count - 1, 1))
        return (1 - weight) * known + weight * took
