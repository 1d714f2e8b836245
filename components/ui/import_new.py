"""Where new pictures come from: files dropped in the browser, or a folder on this computer."""

from pathlib import Path, PurePosixPath

import streamlit as st

from components.data.importing import start_reading
from components.data.store import list_datasets
from components.errors import DatasetError
from components.ui.parts.upload_box import Upload, upload_box
from components.ui.words import plain
from components.web import uploads
from components.workspace import Workspace

BEGUN = "import.begun"  # the import that the next run shows
_FORMATS = """
**Labels say what is where on a picture.** Tailor finds out by itself which kind you have, and what
it is for: boxes, outlines, turned boxes, named points, or one class for each picture.

- **YOLO** (Ultralytics, Roboflow, Darknet, CVAT, Label Studio): a text file for each picture, often
  with a `data.yaml` or `classes.txt`; and Ultralytics' NDJSON
- **COCO**: one JSON file for all pictures or for each part
- **Pascal VOC**: an XML file for each picture
- **What a labelling tool keeps**: Label Studio, CVAT, LabelMe, VGG VIA, Supervisely, Labelbox,
  VoTT, Datumaro, Apple's CreateML, Amazon's manifest, Google's tables
- **Tables**: CSV or TSV as TensorFlow, Roboflow and Open Images write them, and others with a
  column for the picture. An Excel file has to be saved as CSV first
- **Records and lists**: JSON Lines, TFRecord, KITTI, DOTA, WIDER FACE, MOT
- **Mask pictures** that lie beside the photographs or in a folder such as `masks`
- **Folders by class**, for models that sort pictures

Put pictures and labels together into one zip file, just as your labelling tool exported them, and
drop it here; a tar archive (.tar, .tar.gz, .tgz) will do as well, and a zip within a zip is opened
too. A division into *train*, *valid* and *test* is kept.

**No labels yet?** Bring the pictures in all the same to look at them. To mark things on them, use
a labelling tool such as Label Studio, CVAT or Roboflow, export as YOLO, and bring that in.
"""


def new_import(workspace: Workspace) -> None:
    """A box to drop files on, a line for a folder's path, and what labels must look like."""
    into = _wanted(workspace)
    upload = upload_box(
        "Drop a zip file, pictures or a folder here",
        key="import.upload",
        hint="Pictures together with their labels. Large files are fine; nothing leaves this "
        "computer.",
    )
    if upload is not None:
        _read_upload(workspace, upload, into)
    with st.form("import.folder", border=False):
        st.markdown("**Or: a folder that is on this computer already**")
        with st.container(horizontal=True, vertical_alignment="bottom"):
            path = st.text_input(
                "Path of the folder or zip file",
                key="import.path",
                placeholder=str(Path.home() / "Pictures" / "my-set"),
                help="As the file manager shows it. Tailor never changes anything in it, and asks "
                "later whether to copy the pictures.",
            )
            asked = st.form_submit_button("Read it", icon=":material/folder_open:")
    if asked:
        _read_folder(workspace, path or "", into)
    with st.expander("Which labels work, and what if there are none?", icon=":material/help:"):
        st.markdown(_FORMATS)


def _wanted(workspace: Workspace) -> str:
    """Slug of the data set that a finding sent the user from; "" when what comes is a new one."""
    slug = st.query_params.get("into", "")
    card = next((each for each in list_datasets(workspace) if each.slug == slug), None)
    if card is None or card.trouble:
        return ""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.info(
            f"For **{plain(card.name, 60)}**: pictures you bring in are added to it, and label "
            "files alone are taken for the pictures that are there.", icon=":material/input:",
        )  # fmt: skip
        if st.button("No, something new", key="import.into.no"):
            del st.query_params["into"]
            st.rerun()
    return slug


def _read_upload(workspace: Workspace, upload: Upload, into: str) -> None:
    top = PurePosixPath(upload["name"].replace("\\", "/")).parts[0]
    is_loose = upload["files"] > 1 and "/" not in upload["name"]
    name = "My pictures" if is_loose else Path(top).stem
    _begin(workspace, uploads.sources(workspace, upload["batch"]), name, kept=False, into=into)


def _read_folder(workspace: Workspace, text: str, into: str) -> None:
    path = given_path(text)
    _begin(workspace, [path], path.stem if path.is_file() else path.name, kept=True, into=into)


def given_path(text: str) -> Path:
    """What somebody typed or pasted, as a path that is there.

    Quotes are taken off (Windows' "Copy as path" adds them), `~` is the home folder, and a
    `file://` address is understood.

    Raises:
        DatasetError: There is no such folder or file, or it is the whole disk or home folder.
    """
    from urllib.parse import unquote, urlsplit

    typed = text.strip().strip("\"'").strip()
    if not typed:
        raise DatasetError(
            "No path was written.", "Write the path of the folder, such as the one shown in grey."
        )
    if typed.startswith("file://"):
        typed = unquote(urlsplit(typed).path)
    path = Path(typed).expanduser()
    if not path.is_absolute() or not path.exists():
        raise DatasetError(
            f"There is no folder or file “{typed}” on this computer.",
            "Copy the whole path from the file manager, from its first letter to its last.",
        )
    path = path.resolve()
    if path in (Path.home(), Path(path.anchor)):
        raise DatasetError(
            f"“{path}” holds far more than one data set.",
            "Give the folder in which just the pictures and labels lie.",
        )
    return path


def _begin(workspace: Workspace, sources: list[Path], name: str, *, kept: bool, into: str) -> None:
    folder = start_reading(workspace, sources, name or "My pictures", kept=kept, into=into)
    st.session_state[BEGUN] = folder.name  # the box that chooses between imports stands already
    st.query_params["import"] = folder.name
    st.rerun()
