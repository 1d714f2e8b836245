"""Reads labels with a peer library; run by the Python of an environment that has it.

`python peer_reading.py LIBRARY FORMAT FOLDER`: prints JSON with `seconds` and `annotations`.
Imports nothing of ours. The library's import is not counted.
"""

import json
import sys
import time
from pathlib import Path
from xml.etree import ElementTree


def yolo_folders(top: Path):
    """Folders of pictures with the folder of their labels, and the data.yaml."""
    for labels in sorted(path for path in top.rglob("labels") if path.is_dir()):
        parts = sorted(path for path in labels.iterdir() if path.is_dir()) or [labels]
        for part in parts:
            images = labels.parent / "images" / (part.name if part != labels else "")
            settings = next(iter(sorted(top.rglob("data.yaml"))), None)
            if images.is_dir() and settings is not None:
                yield images, part, settings


def coco_files(top: Path):
    """JSON files that begin like COCO, with the folder of their pictures."""
    for path in sorted(top.rglob("*.json")):
        facts = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(facts, dict) and "images" in facts and "annotations" in facts:
            yield path.parent, path


def voc_folders(top: Path):
    """Folders of XML files, with the folder of their pictures."""
    for folder in sorted({path.parent for path in top.rglob("*.xml")}):
        beside = folder.parent / "JPEGImages"
        yield (beside if beside.is_dir() else folder), folder


def by_supervision(form: str, top: Path) -> int:
    import supervision as sv

    made = sv.DetectionDataset
    match form:
        case "YOLO":
            sets = [made.from_yolo(str(i), str(a), str(y)) for i, a, y in yolo_folders(top)]
        case "COCO JSON":
            sets = [made.from_coco(str(i), str(j)) for i, j in coco_files(top)]
        case _:
            sets = [made.from_pascal_voc(str(i), str(a)) for i, a in voc_folders(top)]
    return sum(len(boxes) for each in sets for boxes in each.annotations.values())


def by_globox(form: str, top: Path) -> int:
    from globox import AnnotationSet

    match form:
        case "YOLO":
            sets = [AnnotationSet.from_yolo_v5(a, image_folder=i) for i, a, _ in yolo_folders(top)]
        case "COCO JSON":
            sets = [AnnotationSet.from_coco(j) for _, j in coco_files(top)]
        case _:
            sets = [AnnotationSet.from_pascal_voc(a) for _, a in voc_folders(top)]
    return sum(len(one.boxes) for each in sets for one in each)


def by_labelformat(form: str, top: Path) -> int:
    from labelformat.formats import (
        COCOObjectDetectionInput,
        PascalVOCObjectDetectionInput,
        YOLOv8ObjectDetectionInput,
    )

    match form:
        case "YOLO":
            whole = next(iter(sorted(top.rglob("data.yaml"))))
            parts = [part.name for _, part, _ in yolo_folders(top)]
            sets = [YOLOv8ObjectDetectionInput(whole, input_split=part) for part in parts]
        case "COCO JSON":
            sets = [COCOObjectDetectionInput(path) for _, path in coco_files(top)]
        case _:
            names = ",".join(sorted({
                name.text for path in top.rglob("*.xml")
                for name in ElementTree.parse(path).iterfind("object/name") if name.text
            }))  # fmt: skip
            sets = [PascalVOCObjectDetectionInput(a, names) for _, a in voc_folders(top)]
    return sum(len(each.objects) for one in sets for each in one.get_labels())


READERS = {"supervision": by_supervision, "globox": by_globox, "labelformat": by_labelformat}


def main() -> None:
    """Read and print."""
    library, form, folder = sys.argv[1:4]
    __import__(library)
    began, worked = time.perf_counter(), time.process_time()
    found = READERS[library](form, Path(folder))
    took, worked = time.perf_counter() - began, time.process_time() - worked
    print(json.dumps({"seconds": took, "cpu_seconds": worked, "annotations": found}))


if __name__ == "__main__":
    main()
