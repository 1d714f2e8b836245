"""The guided tour's steps: what is said where, and what comes next. No widgets here.

The tour goes along one of the demos. How it stands is kept in the workspace, so that it can be
left, and taken up again in another window or after a restart.
"""

import json
from dataclasses import asdict, dataclass, field
from typing import Literal

from components.data.demo_subjects import DEMOS
from components.jobs.events import State
from components.runs.store import Run, RunStore
from components.tasks import TASKS
from components.ui.home_next import DATA, PLAN, RESULTS, TRAIN
from components.ui.tour_words import WORDS
from components.workspace import Workspace, write_atomic

FILE = "tour.json"
TRY = "pages/use/try_it.py"
Stand = Literal["never", "going", "left", "over"]
_STANDS: tuple[Stand, ...] = ("never", "going", "left", "over")


@dataclass(frozen=True, slots=True)
class Step:
    """One stop of the tour.

    Attributes:
        page: Heading of the page it belongs to.
        file: That page's file.
        title: What happens here, in a few words.
        words: What is to be seen and done, in plain sentences.
        label: What the button to the next stop says; "" where the page's own button goes on.
        does: "quick" sets the preset Quick look on the way, "end" ends the tour.
        choices: What this page's address says.
    """

    page: str
    file: str
    title: str
    words: str
    label: str = ""
    does: Literal["", "quick", "end"] = ""
    choices: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TourState:
    """How the tour stands.

    Attributes:
        stand: Whether it goes on.
        page: Heading of the page where it was last.
        task: Whose demo it goes along, a key of `DEMOS`.
    """

    stand: Stand = "never"
    page: str = "Data"
    task: str = "detect"

    @property
    def slug(self) -> str:
        """The demo's."""
        return DEMOS[self.task].slug


def tour_state(workspace: Workspace) -> TourState:
    """How the tour stands."""
    try:
        facts = json.loads((workspace.root / FILE).read_text(encoding="utf-8"))
        state = TourState(facts["stand"], facts["page"], facts.get("task", "detect"))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return TourState()
    is_known = state.stand in _STANDS and isinstance(state.task, str) and state.task in DEMOS
    pages = {step.page for step in _stops(None, state)} if is_known else set()
    return state if state.page in pages else TourState()


def keep(workspace: Workspace, state: TourState) -> None:
    """Note how the tour stands."""
    if state != tour_state(workspace):
        write_atomic(workspace.root / FILE, json.dumps(asdict(state)))


def demo_run(workspace: Workspace, slug: str) -> Run | None:
    """The newest run on a demo."""
    return next((run for run in RunStore(workspace).all() if run.plan.dataset == slug), None)


def stops(workspace: Workspace) -> list[Step]:
    """All stops in order, in the words that fit the demo and how far things are."""
    state = tour_state(workspace)
    return _stops(demo_run(workspace, state.slug), state)


def _stops(run: Run | None, state: TourState) -> list[Step]:
    at_data, at_run = {"dataset": state.slug}, {"run": run.slug} if run else {}
    words, headline = WORDS[state.task], TASKS[state.task].headline.label
    plain, _, term = headline.partition(" (")
    return [
        Step(
            "Data", DATA, "Look at the pictures",
            words.at_data,
            "Take “Quick look” and go to the plan", "quick", {**at_data, "view": "look"},
        ),
        Step(
            "Plan", PLAN, "Decide how it learns",
            "Everything is set for a first result in a minute or two (the preset “Quick look”), so "
            "there is nothing to decide. “Base model” is what the learning starts from, “Rounds” "
            "(epochs) how often it goes through the pictures. Press **Start training** further "
            "down.", choices=at_data,
        ),
        _train(run, at_run),
        Step(
            "Results", RESULTS, "See how good it became",
            f"“{plain}” ({term} sums it up, measured on pictures that the model never learned "
            "from; 1 would be perfect. Look at “Per class”: of the rare one, "
            f"{words.rare}, there are so few examples that its number is poor, or mere luck. That "
            "is what faults in the data do.",
            "Try it on a picture", choices=at_run,
        ),
        Step(
            "Try", TRY, "Let it look at a picture",
            f"Press “Take a picture it has not learned from”: {words.answer} That was the whole "
            "way; with pictures of your own it is the same.",
            "End the tour", "end", at_run,
        ),
    ]  # fmt: skip


def _train(run: Run | None, at_run: dict[str, str]) -> Step:
    if run is None:
        words = "Here you will watch the model learn. First the plan has to be started."
        return Step("Train", TRAIN, "Watch it learn", words, choices=at_run)
    if not run.state.is_over:
        words = (
            "The model goes through the pictures again and again, guesses, and is corrected: that "
            "is all there is to learning. In the charts the losses should fall and the quality "
            "should rise; below you see what it says of four pictures that it does not learn "
            "from. You may leave this page, it goes on without you."
        )
        return Step("Train", TRAIN, "Watch it learn", words, choices=at_run)
    if run.state in (State.FAILED, State.INTERRUPTED):
        words = "This run did not come to its end. The box below says why, and what you can do."
        return Step("Train", TRAIN, "Watch it learn", words, choices=at_run)
    words = "It is done: the best of the rounds was kept. Press **See how good it became**."
    return Step("Train", TRAIN, "Watch it learn", words, choices=at_run)


def is_about_demo(workspace: Workspace, address: dict[str, str], slug: str) -> bool:
    """Whether a page with this address shows that demo, or says nothing of what it shows."""
    if run_slug := address.get("run"):
        return any(
            run.slug == run_slug and run.plan.dataset == slug for run in RunStore(workspace).all()
        )
    return address.get("dataset", slug) == slug
