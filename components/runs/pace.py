"""How long the rest of a run will take, from what it took so far. By the steady clock only."""

from dataclasses import dataclass, field

from components.jobs.clock import steady

# A validation batch (twice the pictures, no way back) against a training batch, before the first
# was timed: our rule of thumb.
FIRST_GUESS = 0.8


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
    _last: float = field(default_factory=steady)

    def pause(self) -> None:
        """What happens from here to the next batch belongs to neither."""
        self._last = steady()

    def batch_done(self) -> None:
        """A training batch ended."""
        self.batch_s = self._learn(self.batch_s)

    def check_done(self) -> None:
        """A validation batch ended."""
        self.check_s = self._learn(self.check_s)

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

    def _learn(self, known: float) -> float:
        """A mean that forgets: the first batches are slow, and a busy computer changes."""
        now = steady()
        took, self._last = now - self._last, now
        return took if not known else 0.95 * known + 0.05 * took
