"""A version as the folders that the trainer reads.

```
data.yaml                         classes; for poses the points and which swap when it is mirrored
images/{train,val,test}/          links to the pictures
labels/{train,val,test}/          a text per picture, a line per thing

.ndjson.yaml                      for the task "classify": class names by number, and
{train,val,test}/000003/          one folder for each number
```

Source: Ultralytics 8.4, `data/converter.py`: its own NDJSON of a classification becomes folders
named by number with `.ndjson.yaml` beside them, so that a class may be called anything and may be
missing from a part.
"""

from pathlib import Path
from typing import Any

from components.data.links import link
from components.errors import DatasetError

PARTS = ("train", "val", "test")
CLASS_NAMES = ".ndjson.yaml"
Record = dict[str, Any]


def lay_out(dataset_folder: Path, folder: Path, head: Record, records: list[Record]) -> None:
    """Fill a folder with what a manifest says; `data.yaml` comes last.

    Raises:
        DatasetError: A picture is gone.
    """
    if head["task"] == "classify":
        _by_class(dataset_folder, folder, head, records)
    else:
        _beside_texts(dataset_folder, folder, records)
    (folder / "data.yaml").write_text(_data_yaml(head, records), encoding="utf-8")


def _by_class(dataset_folder: Path, folder: Path, head: Record, records: list[Record]) -> None:
    import yaml

    names = {int(number): name for number, name in head["class_names"].items()}
    for part in {record["split"] for record in records} | {"train", "val"}:
        for number in names:
            (folder / part / f"{number:06d}").mkdir(parents=True)
    for record in records:
        (number,) = record["annotations"]["classification"]
        link(_source(dataset_folder, record),
             folder / record["split"] / f"{number:06d}" / record["file"])  # fmt: skip
    text = yaml.safe_dump({"names": names, "complete": True}, sort_keys=False)
    (folder / CLASS_NAMES).write_text(text, encoding="utf-8")


def _beside_texts(dataset_folder: Path, folder: Path, records: list[Record]) -> None:
    for part in PARTS:
        (folder / "images" / part).mkdir(parents=True)
        (folder / "labels" / part).mkdir(parents=True)
    for record in records:
        image = folder / "images" / record["split"] / record["file"]
        link(_source(dataset_folder, record), image)
        rows = (row for rows in record["annotations"].values() for row in rows)
        lines = "".join(" ".join(map(_number, row)) + "\n" for row in rows)
        label = folder / "labels" / record["split"] / f"{image.stem}.txt"
        label.write_text(lines, encoding="utf-8")


def _source(dataset_folder: Path, record: Record) -> Path:
    source = dataset_folder / str(record["source"])
    if not source.is_file():
        raise DatasetError(
            f"The picture {record['source']} of the data set {dataset_folder.name} is gone.",
            "Put the file back, or bring the pictures in again.",
        )
    return source


def _data_yaml(head: Record, records: list[Record]) -> str:
    import yaml

    used = {record["split"] for record in records} | {"train", "val"}  # both keys are demanded
    above = "" if head["task"] == "classify" else "images/"
    facts: Record = {part: f"{above}{part}" for part in PARTS if part in used}
    facts["names"] = {int(number): name for number, name in head["class_names"].items()}
    if "kpt_shape" in head:
        facts["kpt_shape"], facts["flip_idx"] = head["kpt_shape"], head["flip_idx"]
        if names := head.get("kpt_names"):
            facts["kpt_names"] = {number: [*names] for number in facts["names"]}
    return yaml.safe_dump(facts, sort_keys=False)  # plain ASCII: odd letters are escaped


def _number(value: float) -> str:
    return f"{value:.7f}".rstrip("0").rstrip(".")
