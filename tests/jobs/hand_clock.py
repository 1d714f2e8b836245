"""A clock that a test moves by hand."""


class Clock:
    """Stands in for `components.jobs.clock.steady`."""

    now = 0.0

    def __call__(self):
        return self.now


def hand_clock(monkeypatch, *modules):
    """The clock of these modules from here on."""
    made = Clock()
    for module in modules:
        monkeypatch.setattr(module, "steady", made)
    return made
