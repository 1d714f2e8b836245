"""Who reads what. A new format is a new module and one name here."""

from collections.abc import Callable

from components.data.formats import (
    class_folders,
    class_tables,
    coco,
    createml,
    csv_table,
    cvat,
    darwin,
    datumaro,
    fiftyone,
    geojson,
    json_records,
    label_studio,
    labelme,
    labelme_xml,
    mask_pictures,
    ndjson,
    numbered_lists,
    open_images,
    panoptic,
    run_tables,
    slides_xml,
    spoken,
    supervisely,
    text_lists,
    text_rows,
    tfrecord,
    via,
    via3,
    voc,
    vott,
    yolo,
)
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
    via3.NAME: via3.find,
    supervisely.NAME: supervisely.find,
    datumaro.NAME: datumaro.find,
    vott.NAME: vott.find,
    fiftyone.NAME: fiftyone.find,
    darwin.NAME: darwin.find,
    createml.NAME: createml.find,
    geojson.NAME: geojson.find,
    ndjson.NAME: ndjson.find,
    coco.NAME: coco.find,
    panoptic.NAME: panoptic.find,
    cvat.NAME: cvat.find,
    voc.NAME: voc.find,
    labelme_xml.NAME: labelme_xml.find,
    slides_xml.NAME: slides_xml.find,
    text_rows.VISDRONE: text_rows.find_visdrone,
    yolo.NAME: yolo.find,
    text_rows.KITTI: text_rows.find_kitti,
    text_rows.DOTA: text_rows.find_dota,
    text_rows.CORNERS: text_rows.find_corners,
    tfrecord.NAME: tfrecord.find,
    open_images.NAME: open_images.find,
    csv_table.NAME: csv_table.find,
    run_tables.NAME: run_tables.find,
    spoken.NAME: spoken.find,
    json_records.NAME: json_records.find,
    numbered_lists.NAME: numbered_lists.find,
    text_lists.NAME: text_lists.find,
    class_tables.NAME: class_tables.find,
}
# Asked only when no label file says anything: pictures and folders are weaker evidence.
MASKS: Find = mask_pictures.find
FOLDERS: Find = class_folders.find
NAMES = f"{', '.join(FORMATS)}, mask pictures and class folders"
