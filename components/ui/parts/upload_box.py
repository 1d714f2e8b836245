"""A box to drop files on. They go to our own route in slices, never through Streamlit."""

from collections.abc import Sequence
from typing import TypedDict

import streamlit as st

from components.ui.parts.source import nothing, part

ARCHIVES_AND_PICTURES = (
    ".zip", ".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff", ".heic", ".heif", ".avif",
    ".gif", ".txt", ".json", ".xml", ".yaml", ".yml", ".csv", ".tsv", ".jsonl", ".ndjson",
    ".record", ".tfrecord", ".names", ".data", ".tar", ".gz", ".tgz", ".bz2", ".xz",
)  # fmt: skip
PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff", ".heic", ".heif", ".avif")


class Upload(TypedDict):
    """Files that have arrived completely.

    `batch` names them for `components.web.uploads.sources`; `files` counts them; `bytes` is their
    size; `name` is the first file's name as on the user's side, folders included.
    """

    batch: str
    files: int
    bytes: int
    name: str


def hand_over(key: str, upload: Upload) -> None:
    """Give a box that keeps its answer one that did not come from the browser.

    Args:
        key: The box's name on the page.
        upload: A complete batch.
    """
    st.session_state[_taken(key)] = upload


def _taken(key: str) -> str:
    return f"{key}.taken"


def upload_box(
    label: str = "Drop pictures and labels here",
    *,
    key: str,
    hint: str = "",
    accept: str | Sequence[str] = ARCHIVES_AND_PICTURES,
    many: bool = True,
    folder: bool = True,
    keep: bool = False,
) -> Upload | None:
    """Let the user send files; gigabytes are fine, and a broken upload goes on where it stopped.

    Args:
        label: What the box says.
        key: The part's name on the page.
        hint: What may be dropped, in smaller letters.
        accept: File name endings (or kinds such as "image/*") that the file dialog offers.
        many: Whether several files may be chosen.
        folder: Whether there is a button for a folder.
        keep: Whether the answer stays until the next upload, for pages that show what was sent.

    Returns:
        The upload, in the one run of the page after it has arrived (and with `keep` in all that
        follow); None otherwise.
    """
    taken_key = _taken(key)
    result = part("upload_box")(
        key=key,
        data={
            "label": label, "hint": hint, "many": many, "folder": folder,
            "accept": accept if isinstance(accept, str) else ",".join(accept),
            "taken": (st.session_state.get(taken_key) or {}).get("batch", ""),
        },
        on_done_change=nothing,
    )  # fmt: skip
    done = result.get("done")
    last: Upload | None = st.session_state.get(taken_key)
    if done is None or (last is not None and done["batch"] == last["batch"]):
        return last if keep else None  # the browser tells it again when it hears nothing
    new = Upload(batch=done["batch"], files=done["files"], bytes=done["bytes"], name=done["name"])
    st.session_state[taken_key] = new
    return new
