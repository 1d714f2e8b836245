"""From a name in a request to the thing it names. Names are checked and looked up, never joined."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from starlette.requests import Request

from components.errors import AppError
from components.web.answers import not_there
from components.workspace import Workspace, is_slug

if TYPE_CHECKING:
    from components.data.store import Dataset

Found = TypeVar("Found")


def dataset(request: Request) -> "Dataset":
    """The data set that the request names.

    Raises:
        HTTPException: 404, there is none.
    """
    from components.data.store import open_dataset

    folder = _folder(Workspace.current().datasets, request.path_params["dataset"], "data set")
    return found(lambda: open_dataset(folder), "data set")


def run(request: Request) -> Path:
    """The folder of the run that the request names.

    Raises:
        HTTPException: 404, there is none.
    """
    return _folder(Workspace.current().runs, request.path_params["run"], "run")


def reading(request: Request) -> Path:
    """The folder of the import that the request names.

    Raises:
        HTTPException: 404, there is none.
    """
    return _folder(Workspace.current().imports, request.path_params["reading"], "import")


def export(request: Request) -> Path:
    """The folder of the export that the request names.

    Raises:
        HTTPException: 404, there is none.
    """
    return _folder(Workspace.current().cache, request.path_params["export"], "export")


def found(look: Callable[[], Found], what: str) -> Found:
    """What `look` finds; a 404 when it raises one of our errors or the system's."""
    try:
        return look()
    except (AppError, OSError, LookupError) as error:
        raise not_there(what) from error


def existing(path: Path, what: str) -> Path:
    """The path, when a file is there.

    Raises:
        HTTPException: 404, there is none.
    """
    if not path.is_file():
        raise not_there(what)
    return path


def _folder(root: Path, name: str, what: str) -> Path:
    if not is_slug(name) or not (root / name).is_dir():
        raise not_there(what)
    return root / name
