"""What to do next, worked out from what is there. No widgets here: facts in, one sentence out."""

from dataclasses import dataclass, field

from components.data.importing import open_imports
from components.data.store import DatasetCard, Summary, find, list_datasets
from components.jobs.events import State
from components.runs.store import Run, RunStore
from components.workspace import Workspace

HOME, DATA = "pages/start/home.py", "pages/make/data.py"
AUGMENT, PLAN, TRAIN = "pages/make/augment.py", "pages/make/plan.py", "pages/make/train.py"
RESULTS = "pages/use/results.py"


@dataclass(frozen=True, slots=True)
class NextStep:
    """The one thing to do now.

    Attributes:
        sentence: Where the user stands, and why this comes next.
        label: What the button says; empty when there is nothing to press.
        page: The page it opens.
        choices: What the page's address says.
    """

    sentence: str
    label: str = ""
    page: str = HOME
    choices: dict[str, str] = field(default_factory=dict)


def next_step(workspace: Workspace) -> NextStep:
    """The next step of the journey data, augment, plan, train, results.

    What goes on now comes before what is ready to be looked at, and that before what is new.
    """
    cards, runs = list_datasets(workspace), RunStore(workspace).all()
    return (
        _for_a_live_run(runs)
        or _for_an_open_import(workspace)
        or _for_no_data(cards)
        or _for_the_newest_run(cards, runs)
        or _for_the_newest_data(workspace, cards)
    )


def for_dataset(slug: str, name: str, facts: Summary) -> NextStep:
    """What this data set needs before a model can learn from it, or that it is ready."""
    at = {"dataset": slug}
    if not facts.labelled:
        return NextStep(
            f"“{name}” has no labelled picture yet: a model learns from pictures on which "
            "things are marked. Bring in the label files together with the pictures.",
            "Bring in labels", DATA, {**at, "view": "bring-in"},
        )  # fmt: skip
    if not facts.train or not facts.val:
        return NextStep(
            f"“{name}” is not divided yet: decide which pictures the model learns from and "
            "which check it.", "Split the pictures", DATA, {**at, "view": "split"},
        )  # fmt: skip
    return NextStep(
        f"“{name}” is ready. Decide what training may do to its pictures, then plan a run.",
        "Go on to Augment", AUGMENT, at,
    )  # fmt: skip


def _for_a_live_run(runs: list[Run]) -> NextStep | None:
    for run in runs:
        if run.state is State.RUNNING:
            return NextStep(f"“{run.title}” is learning now.", "Watch it", TRAIN,
                            {"run": run.slug})  # fmt: skip
    for run in runs:
        if run.state is State.WAITING:
            return NextStep(f"“{run.title}” waits for its turn.", "See the line", TRAIN,
                            {"run": run.slug})  # fmt: skip
    return None


def _for_an_open_import(workspace: Workspace) -> NextStep | None:
    for view in open_imports(workspace):
        at = {"view": "bring-in", "import": view.id}
        match view.phase:
            case "ready":
                return NextStep(f"“{view.name}” has been read. See what was found in it before "
                                "anything is kept.", "See the report", DATA, at)  # fmt: skip
            case "reading" | "writing":
                return NextStep(f"“{view.name}” is being brought in.", "Watch it", DATA, at)
            case _:
                return NextStep(f"“{view.name}” could not be brought in.", "See why", DATA, at)
    return None


def _for_no_data(cards: list[DatasetCard]) -> NextStep | None:
    if cards:
        return None
    return NextStep("Try the demo first: it shows the whole way from pictures to a working model "
                    "in a few minutes. Or begin with your own pictures.")  # fmt: skip


def _for_the_newest_run(cards: list[DatasetCard], runs: list[Run]) -> NextStep | None:
    """The newest run has the word, unless a data set came after it."""
    if not runs or runs[0].plan.dataset != _newest(cards).slug:
        return None
    run = runs[0]
    match run.state:
        case State.FINISHED | State.STOPPED:
            return NextStep(f"“{run.title}” has learned. See how good it is, and try it on a "
                            "picture of yours.", "See the results", RESULTS,
                            {"run": run.slug})  # fmt: skip
        case State.FAILED | State.INTERRUPTED:
            return NextStep(f"“{run.title}” did not come to its end.", "See why", TRAIN,
                            {"run": run.slug})  # fmt: skip
    return None


def _for_the_newest_data(workspace: Workspace, cards: list[DatasetCard]) -> NextStep:
    card = _newest(cards)
    if card.trouble:
        return NextStep(f"“{card.name}” cannot be opened: {card.trouble}", "Look at the others",
                        DATA, {"view": "look"})  # fmt: skip
    return for_dataset(card.slug, card.name, find(workspace, card.slug).summary())


def _newest(cards: list[DatasetCard]) -> DatasetCard:
    return max(cards, key=lambda card: card.made_at)
