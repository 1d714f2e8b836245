"""The guided tour's steps: what is said where, and what comes next. No widgets here.

The tour goes along the demo. How it stands is kept in the workspace, so that it can be left, and
taken up again in another window or after a restart.
"""

import json
from dataclasses import dataclass, field
from typing import Literal

from components.data.demo import SLUG
from components.jobs.events import State
from components.runs.store import Run, RunStore
from components.ui.home_next import DATA, PLAN, RESULTS, TRAIN
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
    """How the tour stands; `page` is the heading of the page where it was last."""

    stand: Stand = "never"
    page: str = "Data"


def tour_state(workspace: Workspace) -> TourState:
    """How the tour stands."""
    try:
        facts = json.loads((workspace.root / FILE).read_text(encoding="utf-8"))
        stand, page = facts["stand"], facts["page"]
    except (OSError, ValueError, KeyError, TypeError):
        return TourState()
    is_known = stand in _STANDS and page in {step.page for step in _stops(None)}
    return TourState(stand, page) if is_known else TourState()


def keep(workspace: Workspace, state: TourState) -> None:
    """Note how the tour stands."""
    if state != tour_state(workspace):
        facts = {"stand": state.stand, "page": state.page}
        write_atomic(workspace.root / FILE, json.dumps(facts))


def demo_run(workspace: Workspace) -> Run | None:
    """The newest run on the demo."""
    return next((run for run in RunStore(workspace).all() if run.plan.dataset == SLUG), None)


def stops(workspace: Workspace) -> list[Step]:
    """All stops in order, in the words that fit how far things are."""
    return _stops(demo_run(workspace))


def _stops(run: Run | None) -> list[Step]:
    at_data, at_run = {"dataset": SLUG}, {"run": run.slug} if run else {}
    return [
        Step(
            "Data", DATA, "Look at the pictures",
            "These are pictures of blood under a microscope, which Tailor has drawn by itself. On "
            "each, every cell is marked with a box and a name: from such examples a model learns. "
            "Tailor looks for faults as well. We have put in a few, so that you see what it "
            "says: a picture without labels, one that is nearly there twice, a white cell that is "
            "called a platelet, and a class with far too few examples.",
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
            "“Overall quality” (mAP50-95) sums it up, measured on pictures that the model never "
            "learned from; 1 would be perfect. Look at “Per class”: the parasite is poor or not "
            "there at all, since six examples are too few. That is what faults in the data do.",
            "Try it on a picture", choices=at_run,
        ),
        Step(
            "Try", TRY, "Let it look at a picture",
            "Press “Take a picture it has not learned from”: the model draws its boxes. Move the "
            "slider to see what it is less sure of. That was the whole way; with pictures of your "
            "own it is the same.",
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
            "should rise; below you see what it marks on four pictures that it does not learn "
            "from. You may leave this page, it goes on without you."
        )
        return Step("Train", TRAIN, "Watch it learn", words, choices=at_run)
    if run.state in (State.FAILED, State.INTERRUPTED):
        words = "This run did not come to its end. The box below says why, and what you can do."
        return Step("Train", TRAIN, "Watch it learn", words, choices=at_run)
    words = "It is done: the best of the rounds was kept. Press **See how good it became**."
    return Step("Train", TRAIN, "Watch it learn", words, choices=at_run)


def is_about_demo(workspace: Workspace, address: dict[str, str]) -> bool:
    """Whether a page with this address shows the demo, or says nothing of what it shows."""
    if slug := address.get("run"):
        return any(
            run.slug == slug and run.plan.dataset == SLUG for run in RunStore(workspace).all()
        )
    return address.get("dataset", SLUG) == SLUG
