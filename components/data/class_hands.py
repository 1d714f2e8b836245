"""Changing the classes of a data set by hand: other names, two made one, some left out."""

import json
from collections.abc import Mapping

from components.data import schema, writing
from components.data.relabel import order_classes
from components.data.store import Dataset
from components.data.undo import can_be_undone
from components.errors import DatasetError


def change_classes(dataset: Dataset, chosen: Mapping[str, str | None]) -> None:
    """Rename, merge and leave out classes in one step that `undo.undo` takes back.

    A picture that showed nothing but classes left out counts as empty on purpose afterwards, as it
    would had they been left out when it came in.

    Args:
        dataset: The data set.
        chosen: Old name to new name; None for a class that is left out with all its labels. Equal
            new names mean merging. Classes not named stay as they are.

    Raises:
        DatasetError: No class would be left, or a name is not there.
    """
    names = [each.name for each in dataset.classes()]
    struck = [name for name, new in chosen.items() if new is None]
    renamed = {name: new for name, new in chosen.items() if new is not None and new != name}
    if set(names) <= set(struck):
        raise DatasetError("No class would be left.", "Keep at least one class.")
    if not struck and not renamed:
        return
    with can_be_undone(dataset, "The classes changed"), schema.changing(dataset.folder) as db:
        among = json.dumps(struck)
        db.execute(
            "DELETE FROM labels WHERE class_id IN (SELECT id FROM classes "
            "WHERE name IN (SELECT value FROM json_each(?)))", (among,),
        )  # fmt: skip
        db.execute(
            "UPDATE pictures SET boxes = "
            "(SELECT count(*) FROM labels WHERE picture_id = pictures.id)"
        )  # fmt: skip
        db.execute("UPDATE pictures SET state = 'empty' WHERE state = 'labelled' AND boxes = 0")
        order_classes(db, [name for name in names if name not in struck])
        if renamed:
            writing.rename_classes(db, renamed)
        writing.recount(db)
