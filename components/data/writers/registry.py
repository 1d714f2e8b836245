"""Which formats a data set can be taken away in. A new one is a new module and one row here."""

from collections.abc import Callable
from dataclasses import dataclass

from components.data.writers import coco, ndjson, voc, yolo
from components.data.writers.outgoing import Outgoing
from components.data.writers.parcel import Parcel


@dataclass(frozen=True, slots=True)
class Writer:
    """A format to take a data set away in.

    Attributes:
        label: Its name for people.
        help: Who reads it, one sentence.
        write: Fills the parcel.
        lost: Sentences on what the format cannot hold.
    """

    label: str
    help: str
    write: Callable[[Outgoing, Parcel], None]
    lost: Callable[[Outgoing], list[str]]


WRITERS: dict[str, Writer] = {
    "yolo": Writer(
        "YOLO", "For Ultralytics and most YOLO tools: a text per picture and a data.yaml.",
        yolo.write, yolo.lost,
    ),
    "coco": Writer(
        "COCO JSON", "For most other training tools: one JSON per part.", coco.write, coco.lost
    ),
    "voc": Writer(
        "Pascal VOC", "For older tools and LabelImg: an XML per picture.", voc.write, voc.lost
    ),
    "ndjson": Writer(
        "NDJSON", "Ultralytics' own format: one line per picture.", ndjson.write, ndjson.lost
    ),
}  # fmt: skip
