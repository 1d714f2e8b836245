"""The dry run's worker with a clock that counts processor time; for `tests.benchmarks.forecast`.

On a computer that does other things as well, seconds on the wall say how busy it was.
"""

import time

from components.runs import freeze_depths, single_steps, stopwatch, trying_out


class OfTheProcessor(stopwatch.Stopwatch):
    """Counts from the start of the process, as a run's `cpu_seconds` do."""

    def __init__(self, *given: object) -> None:
        super().__init__(*given)  # type: ignore[arg-type]
        self._began = 0.0


if __name__ == "__main__":
    for module in (stopwatch, single_steps, freeze_depths):
        module.steady = time.process_time  # type: ignore[attr-defined]
    trying_out.Stopwatch = OfTheProcessor  # type: ignore[misc]
    trying_out.main()
