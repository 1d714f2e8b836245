"""YOLO as Ultralytics lays it out: `images/<part>`, `labels/<part>`, `data.yaml`.

Ultralytics takes a picture without a label file for background, so pictures that nobody has
looked at lie in a folder of their own, which `data.yaml` does not name.

Source: Ultralytics' documentation of detection data sets.
"""

from components.data.writers.numbers import centred, short
from components.data.writers.outgoing import PARTS, UNSPLIT, Outgoing, OutPicture
from components.data.writers.parcel import Parcel

DIGITS = 9  # a hundred-thousandth of a pixel in a picture 10,000 pixels wide


def write(out: Outgoing, parcel: Parcel) -> None:
    """Pictures, a text beside each one that was looked at, and the list of classes."""
    import yaml

    parts: set[str] = {"train", "val"}  # Ultralytics demands both keys
    for picture in out.pictures():
        top = "" if picture.is_known else "unlabelled/"
        parcel.picture(f"{top}images/{picture.part}/{picture.name}", picture.file)
        if picture.is_known:
            parts.add(picture.part)
            parcel.text(f"labels/{picture.part}/{picture.stem}.txt", _rows(picture, out.task))
    facts: dict[str, object] = {
        part: f"images/{part}" for part in PARTS if part in parts and part != UNSPLIT
    }
    facts["names"] = dict(enumerate(out.classes))
    parcel.text("data.yaml", yaml.safe_dump(facts, sort_keys=False))


def _rows(picture: OutPicture, task: str) -> str:
    rows = []
    for label in picture.labels:
        if task == "segment" and len(label.points) >= 3:
            flat = [v for x, y, *_ in label.points for v in (x / picture.width, y / picture.height)]
        else:
            flat = list(centred(label.box, picture.width, picture.height))
        rows.append(" ".join([str(label.class_id), *(short(value, DIGITS) for value in flat)]))
    return "".join(f"{row}\n" for row in rows)


def lost(out: Outgoing) -> list[str]:
    """What YOLO cannot hold of this data set."""
    drawn = sum(n for shape, n in out.shapes.items() if out.task != "segment" or shape != "polygon")
    if not drawn:
        return []
    return [f"YOLO holds boxes only: of {drawn:,} drawn labels the box around each is written."]
