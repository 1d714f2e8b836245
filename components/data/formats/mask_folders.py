"""Masks of one colour in folders that may be classes: benign/a_mask.png, crack/a.png.

The masks say only where something is. The folders may say what, or be patients and days; nothing
in the files tells, so the person is asked.
"""

from components.data.formats.class_folders import perhaps_classes, shown_folders
from components.data.formats.mask_background import TOPIC
from components.data.formats.mask_meaning import MaskSet, is_named
from components.data.matching import PictureIndex
from components.data.questions import Question, answer_to
from components.data.scan import Finds

_NO, _YES = _ANSWERS = (
    "No, all that is painted is of one class", "Yes, the folder says what is painted",
)  # fmt: skip


def ask_folders(whole: MaskSet, finds: Finds, index: PictureIndex) -> None:
    """Ask whether folders are the classes of what is painted; the answer goes into `whole.words`.

    Args:
        whole: The masks, looked at already.
        finds: The question is left there.
        index: The pictures.
    """
    is_one = whole.is_numbered or len(whole.values) <= 1
    if whole.classes or whole.words or whole.background.words or not is_one:
        return
    every = (mask for masks in whole.masks_of.values() for mask in masks)
    folders = None if any(map(is_named, every)) else perhaps_classes(index)
    used = {folders[picture] for picture in whole.masks_of if picture in folders} if folders else ()
    if not folders or len(used) < 2:
        return
    is_class = answer_to(finds.prefer, TOPIC, _ANSWERS) == _YES
    finds.questions.append(Question(
        TOPIC, f"Does the folder ({shown_folders(used)}) say what is painted?", _ANSWERS,
        1 if is_class else 0,
        "The masks have one colour, and their pictures lie in several folders. These may be "
        "classes, or days, places and patients.",
    ))  # fmt: skip
    for picture, masks in whole.masks_of.items() if is_class else ():
        for mask in masks:
            whole.words[mask.name] = folders.get(picture, "")
