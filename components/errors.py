"""Errors the person at the screen can read and act on.

Engine code raises these and `components.ui.page` shows them. Whatever else escapes is a bug and
keeps its traceback.

* AppError
  - ArchiveError     an uploaded archive cannot be opened or must not be
  - LabelError       a label file says something impossible
  - PictureError     a picture cannot be read
  - DatasetError     the data set is missing or not as the step needs it
  - DiskFull         the disk has no room for what is to be written
  - MemoryRanOut     the graphics card or the computer had no room left
  - PlanError        the chosen settings cannot be trained
  - RunError         a run is missing or not in the state the step needs
  - WeightsError     a weights file is missing, broken or not safe to open
  - WorkerError      a background process did not answer
"""


class AppError(Exception):
    """Something the user can put right.

    Args:
        what: What happened, in one sentence that holds the name and the number.
        fix: What to do now, in one sentence that starts with a verb.
    """

    def __init__(self, what: str, fix: str) -> None:
        super().__init__(what, fix)  # both in `args`, so that the error survives pickling
        self.what = what
        self.fix = fix

    def __str__(self) -> str:
        return f"{self.what} {self.fix}"


class ArchiveError(AppError):
    """An uploaded archive cannot be opened or must not be."""


class LabelError(AppError):
    """A label file says something impossible."""


class PictureError(AppError):
    """A picture cannot be read."""


class DatasetError(AppError):
    """The data set is missing or not as the step needs it."""


class DiskFull(AppError):
    """The disk has no room for what is to be written."""


class MemoryRanOut(AppError):
    """The graphics card or the computer had no room left."""


class PlanError(AppError):
    """The chosen settings cannot be trained."""


class RunError(AppError):
    """A run is missing or not in the state the step needs."""


class WeightsError(AppError):
    """A weights file is missing, broken or not safe to open."""


class WorkerError(AppError):
    """A background process did not answer."""
