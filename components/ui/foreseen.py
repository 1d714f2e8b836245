"""What the planned run will take: by a dry run where one fits, else by past runs or a rule."""

from components.planning.dry_run import (
    Expectation,
    Trial,
    expect,
    fitting,
    machine_words,
    trials,
    weights_mark,
)
from components.planning.plan import TrainingPlan
from components.runs.foretold import TRIAL, Foretold, correction, truths
from components.ui.plan_draft import Drafting


def with_device(now: Drafting, plan: TrainingPlan) -> TrainingPlan:
    """The plan on the device that it will run on."""
    key = plan.device if plan.device != "auto" else now.machine.device("auto").key
    return plan.with_values({"device": key})


def trial_for(now: Drafting, plan: TrainingPlan) -> Trial | None:
    """The dry run that says most about the plan; None when none does."""
    decided = with_device(now, plan)
    mark = weights_mark(now.workspace, plan.base)
    words = machine_words(now.machine, decided.device)
    return fitting(trials(now.workspace), decided, mark, words)


def by_trial(now: Drafting, plan: TrainingPlan, trial: Trial) -> tuple[Expectation, int]:
    """What a dry run lets expect of the plan, and how many past forecasts corrected that."""
    known = truths(now.workspace, trial.machine, TRIAL)
    expected = expect(
        plan, trial, train=now.summary.train, val=now.summary.val, truth=correction(known)
    )
    return expected, len(known)


def foretold_by(now: Drafting, plan: TrainingPlan, trial: Trial) -> Foretold:
    """The same as what is kept with the run."""
    expected, corrected_by = by_trial(now, plan, trial)
    share = correction(truths(now.workspace, trial.machine, TRIAL)) if corrected_by else 1.0
    source = f"a dry run of {trial.batches} batches"
    if expected.derived:
        source += f", with {'; '.join(expected.derived)}"
    if corrected_by:
        source += f", corrected by {corrected_by} finished runs"
    return Foretold(
        expected.seconds, expected.low, expected.high, TRIAL, source, trial.machine,
        memory_bytes=expected.memory_bytes, uncorrected_s=expected.seconds / share,
    )  # fmt: skip
