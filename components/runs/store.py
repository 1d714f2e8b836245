"""Runs on disk: one folder per run, and nothing kept anywhere else.

```
runs/mugs-2/
    plan.json          written once, before the worker starts
    events.jsonl       the run's story, appended by the worker
    now.json           the needle: how far it is this second
    log.txt            whatever the worker printed
    ask/               stop, pause, pause-now, throw-away: there when the user asked for it
    train/weights/     best.pt, last.pt, resume.pt (to go on exactly), each one's previous
    remedy.json        how the run differs from its plan since something went wrong
    eyes/              what the model saw on four pictures, one file per epoch
    evaluation.json    how good the best weights are
```
"""

import shutil
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from components.errors import PlanError, RunError
from components.jobs.events import Progress, State
from components.jobs.job import ask, lives
from components.jobs.story import follow
from components.planning.plan import TrainingPlan
from components.workspace import Workspace, free_name, is_slug, write_atomic

PLAN_FILE = "plan.json"


@dataclass(frozen=True, slots=True)
class Run:
    """A plan and what became of it, as of the moment it was read."""

    folder: Path
    plan: TrainingPlan
    progress: Progress

    @property
    def slug(self) -> str:
        """The folder's name, which is the run's id."""
        return self.folder.name

    @property
    def state(self) -> State:
        """Where it stands."""
        return self.progress.state

    @property
    def title(self) -> str:
        """What the user called it, or else the folder's name."""
        return self.plan.name or self.slug

    @property
    def best_weights(self) -> Path:
        """Weights of the best epoch; they exist once an epoch was trained."""
        return self.folder / "train" / "weights" / "best.pt"

    @property
    def last_weights(self) -> Path:
        """Weights of the last epoch, with all that is needed to go on from there."""
        return self.folder / "train" / "weights" / "last.pt"

    @property
    def is_stopping(self) -> bool:
        """Whether it goes on but was asked to stop."""
        return not self.state.is_over and (self.folder / "ask" / "stop").exists()

    def ask_to_stop(self) -> None:
        """Ask it to stop after the current batch and to keep what was learned."""
        ask(self.folder, "stop")


class RunStore:
    """All runs of a workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self._root = workspace.runs

    def create(self, plan: TrainingPlan) -> Run:
        """Make a folder for a new run and write its plan. Nothing is started."""
        folder = self._new_folder(plan.name or plan.dataset)
        write_atomic(folder / PLAN_FILE, plan.to_json())
        return self.get(folder.name)

    def get(self, slug: str) -> Run:
        """The run of that name, as it stands now; safe with a name from an address.

        Raises:
            RunError: There is none, or its plan cannot be read.
        """
        folder = self._root / slug
        if not is_slug(slug) or not (folder / PLAN_FILE).is_file():
            raise RunError(
                f"There is no run named {slug[:60]!r}.", "Choose another run on the Train page."
            )
        return Run(folder, plan_of(folder), follow(folder))

    def all(self) -> list[Run]:
        """Every run whose plan can be read, newest first.

        Plans and stories are remembered, so that a hundred finished runs cost two `stat` each.
        """
        found = []
        for path in self._root.glob(f"*/{PLAN_FILE}"):
            if not is_slug(path.parent.name):  # on its way out
                continue
            try:
                found.append(Run(path.parent, plan_of(path.parent), follow(path.parent)))
            except (RunError, OSError):  # thrown away this moment, or a newer Tailor's
                continue
        return sorted(found, key=_age)

    def delete(self, slug: str) -> None:
        """Throw the run and its weights away.

        Raises:
            RunError: It still runs or waits, or some of its files are in use.
        """
        run = self.get(slug)
        if lives(run.folder) or (run.state is State.WAITING and run.progress.queued_at):
            raise RunError(
                f"The run “{run.title}” is not over yet.", "Stop it first, then throw it away."
            )
        leaving = run.folder.with_name(f".deleted-{run.slug}-{time.time_ns()}")
        try:
            run.folder.rename(leaving)  # in one step; only then the files go
        except OSError as error:
            raise RunError(
                f"The run “{run.title}” is in use by something on this computer.",
                "Close what uses its files and throw it away again.",
            ) from error
        shutil.rmtree(leaving, ignore_errors=True)

    def _new_folder(self, name: str) -> Path:
        while True:
            folder = self._root / free_name(self._root, name)
            try:
                folder.mkdir(parents=True)
            except FileExistsError:  # two people pressed Start at the same moment
                continue
            return folder


_plans: dict[Path, tuple[int, TrainingPlan]] = {}
_looking = threading.Lock()


def plan_of(folder: Path) -> TrainingPlan:
    """The run's plan, remembered as long as its file is the same.

    Raises:
        RunError: It cannot be read.
    """
    path = folder / PLAN_FILE
    try:
        stamp = path.stat().st_mtime_ns
        with _looking:
            known = _plans.get(path)
        if known is not None and known[0] == stamp:
            return known[1]
        plan = TrainingPlan.from_json(path.read_text(encoding="utf-8"))
    except (OSError, PlanError) as error:
        raise RunError(
            f"The plan of the run {folder.name!r} cannot be read ({error}).",
            "Start the run again from the Plan page.",
        ) from error
    with _looking:
        _plans[path] = (stamp, plan)
    return plan


def _age(run: Run) -> tuple[float, str]:
    made = run.progress.queued_at or (run.folder / PLAN_FILE).stat().st_mtime
    return (-made, run.slug)
