"""What the points of a run's model are called, for whoever draws them."""

from components.data.keypoints import KeypointScheme
from components.data.store import find
from components.errors import DatasetError
from components.runs.store import Run
from components.workspace import Workspace


def points_of(run: Run) -> KeypointScheme | None:
    """The names of the keypoints and the lines between them; None when there are none."""
    if run.plan.task != "pose":
        return None
    try:
        return find(Workspace.current(), run.plan.dataset).keypoints()
    except DatasetError:
        return None  # the data set is gone; the points can still be drawn
