"""Who reads what. A new format is a new module and one name here."""

from collections.abc import Callable

from components.data.formats import coco, cvat, label_studio, labelme, via, voc, yolo
from components.data.formats.description import Description
from components.data.matching import PictureIndex
from components.data.records import Problem
from components.data.scan import Finds

# The last argument takes problems that are worth telling even when nothing is recognised.
Find = Callable[[Finds, PictureIndex, list[Problem]], Description | None]

# Where two descriptions match equally many pictures with equally many labels, the earlier wins:
# it says more of its own accord (names, sizes, what was looked at).
FORMATS: dict[str, Find] = {
    label_studio.NAME: label_studio.find,
    labelme.NAME: labelme.find,
    via.NAME: via.find,
    coco.NAME: coco.find,
    cvat.NAME: cvat.find,
    voc.NAME: voc.find,
    yolo.NAME: yolo.find,
}
NAMES = f"{', '.join(list(FORMATS)[:-1])} and {list(FORMATS)[-1]}"
