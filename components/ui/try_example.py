"""A picture to try the model on for those who have none at hand: one it has not learned from."""

from pathlib import Path

import streamlit as st

from components.data.rows import PictureFilter
from components.data.store import Dataset, find
from components.errors import DatasetError
from components.runs.store import Run
from components.ui.parts.upload_box import Upload, hand_over
from components.web import uploads
from components.web.uploads import Announced
from components.workspace import Workspace

_KEPT_BACK = ("test", "val")  # the parts a model does not learn from, the least seen first


def example(run: Run, *, key: str, is_first: bool) -> None:
    """A button that takes the next such picture; nothing where there is none.

    Args:
        run: Whose model is tried.
        key: Name of the upload box that the picture is handed to.
        is_first: Whether nothing was tried yet.
    """
    dataset, ids = _kept_back(run)
    if dataset is None or not ids:
        return
    words = "Take a picture it has not learned from" if is_first else "Take another one"
    if st.button(words, key=f"{key}.example", icon=":material/image:",
                 help="A picture of the data set that was kept back from learning."):  # fmt: skip
        turn = int(st.session_state.get(f"{key}.turn", 0))
        st.session_state[f"{key}.turn"] = turn + 1
        hand_over(key, _copied(dataset.picture_file(ids[turn % len(ids)])))
        st.rerun()


def _kept_back(run: Run) -> tuple[Dataset | None, list[int]]:
    """The run's data set and the pictures of it that the model has not learned from."""
    try:
        dataset = find(Workspace.current(), run.plan.dataset)
        parts = (dataset.ids(PictureFilter(split=part)) for part in _KEPT_BACK)
        return dataset, next((ids for ids in parts if ids), [])
    except DatasetError:
        return None, []  # the data set is gone; the model still works on other pictures


def _copied(path: Path) -> Upload:
    """The picture as if it had been dropped: all that follows is the same then."""
    content = path.read_bytes()
    modified = int(path.stat().st_mtime * 1000)
    batch = uploads.begin(Workspace.current(), [Announced(path.name, len(content), modified)])
    uploads.append(batch, 0, batch.offset(0), content[batch.offset(0) :])
    uploads.finish(batch)
    return Upload(batch=batch.id, files=1, bytes=len(content), name=path.name)
