"""What stops a plan before its start: things that are not there."""

from collections.abc import Iterator

from components.findings import Finding, Severity
from components.planning.machine import Machine
from components.planning.plan import TrainingPlan

_SHOWN = 4


def obstacles(
    plan: TrainingPlan, machine: Machine, *, empty_classes: tuple[str, ...] = ()
) -> list[Finding]:
    """What must or should be put right first, most of it with one click.

    Args:
        plan: The plan.
        machine: The computer as it is now.
        empty_classes: Names of classes of which no training picture shows an example.
    """
    return [*_device_gone(plan, machine), *_nothing_to_learn_from(empty_classes)]


def _device_gone(plan: TrainingPlan, machine: Machine) -> Iterator[Finding]:
    wanted = plan.device.split(",")[0]
    wanted = "cuda:0" if wanted == "cuda" else wanted
    if wanted != "auto" and wanted not in [device.key for device in machine.devices]:
        yield Finding(
            Severity.STOP,
            f"The device {plan.device} is not there any more.",
            f"Choose {machine.devices[0].label}, or automatic.",
            (), "what this computer offers now", (("device", "auto"),),
        )  # fmt: skip


def _nothing_to_learn_from(names: tuple[str, ...]) -> Iterator[Finding]:
    if not names:
        return
    shown = ", ".join(names[:_SHOWN]) + (
        f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    )
    one = len(names) == 1
    yield Finding(
        Severity.WARN,
        f"No training picture shows {'the class' if one else 'the classes'} {shown}: the model "
        "cannot learn what it never sees.",
        "Label some examples, move some into the training part, or remove "
        f"{'the class' if one else 'these classes'} on the Data page.",
        names, "the labels of the training part",
    )  # fmt: skip
