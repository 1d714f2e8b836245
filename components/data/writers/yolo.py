"""YOLO as Ultralytics lays it out: `images/<part>`, `labels/<part>`, `data.yaml`.

A row holds what the task learns from: a box, an outline, four corners or keypoints. A data set of
classes for whole pictures becomes `<part>/<class>/`, without texts.

Ultralytics takes a picture without a label file for background, so pictures that nobody has
looked at lie in a folder of their own, which `data.yaml` does not name.

Source: Ultralytics' documentation of data sets.
"""

from components.data.annotations import row_of
from components.data.writers.numbers import centred, short
from components.data.writers.outgoing import PARTS, UNSPLIT, Names, Outgoing, OutPicture
from components.data.writers.parcel import Parcel

DIGITS = 9  # a hundred-thousandth of a pixel in a picture 10,000 pixels wide


def write(out: Outgoing, parcel: Parcel) -> None:
    """Pictures, a text beside each one that was looked at, and the list of classes."""
    import yaml

    if out.task == "classify":
        _class_folders(out, parcel)
        return
    parts: set[str] = {"train", "val"}  # Ultralytics demands both keys
    for picture in out.pictures():
        top = "" if picture.is_known else "unlabelled/"
        parcel.picture(f"{top}images/{picture.part}/{picture.name}", picture.file)
        if picture.is_known:
            parts.add(picture.part)
            parcel.text(f"labels/{picture.part}/{picture.stem}.txt", _rows(picture, out))
    facts: dict[str, object] = {
        part: f"images/{part}" for part in PARTS if part in parts and part != UNSPLIT
    }
    facts["names"] = dict(enumerate(out.classes))
    facts |= points_of(out)
    parcel.text("data.yaml", yaml.safe_dump(facts, sort_keys=False))


def _class_folders(out: Outgoing, parcel: Parcel) -> None:
    folders = Names()
    folder_of = [folders.free(f"{name}.", "") for name in out.classes]
    for picture in out.pictures():
        if picture.labels:
            folder = folder_of[picture.labels[0].class_id]
            parcel.picture(f"{picture.part}/{folder}/{picture.name}", picture.file)


def points_of(out: Outgoing) -> dict[str, object]:
    """For poses what data.yaml says of the points; names are told for each class."""
    told: dict[str, object] = dict(out.points)
    if names := out.points.get("kpt_names"):
        told["kpt_names"] = {number: [*names] for number in range(len(out.classes))}
    return told


def _rows(picture: OutPicture, out: Outgoing) -> str:
    rows = []
    for label in picture.labels:
        row = row_of(out.task, label, picture.width, picture.height, out.keypoints, cut=False)
        box = centred(label.box, picture.width, picture.height)
        flat = [*box] if isinstance(row, str) else row[1:]
        rows.append(" ".join([str(label.class_id), *(short(value, DIGITS) for value in flat)]))
    return "".join(f"{row}\n" for row in rows)


def lost(out: Outgoing) -> list[str]:
    """What YOLO cannot hold of this data set."""
    if out.task == "classify":
        return ["Pictures without a class stay out: each lies in the folder of its class."]
    return out.only_boxes()
