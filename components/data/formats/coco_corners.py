"""COCO files whose boxes are two corners, where the format wants a corner and a size.

Scripts of one's own often write so. A second corner always lies right of and below the first; and
read as a size it soon leads out of the picture, which a right file never does.
"""

from components.data.formats.coco_file import CocoFile
from components.data.problems import warn
from components.data.records import Problem

_ENOUGH = 0.3  # share of the boxes that must reach out of their picture; our own choice


def mend_corners(coco: CocoFile) -> list[Problem]:
    """Take boxes as two corners, in all of the file or in nothing of it."""
    boxes = outside = 0
    for image in coco.every_image():
        if image.size is None:
            continue
        width, height = image.size[0] * 1.02, image.size[1] * 1.02
        for packed in coco.annotations(image.key):
            if not packed[1]:
                continue
            a, b, c, d = packed[1]
            if c <= a or d <= b or c > width or d > height:
                return []  # mostly the first few boxes tell
            boxes += 1
            outside += a + c > width or b + d > height
    if not boxes or outside < _ENOUGH * boxes:
        return []
    coco.are_corners = True
    return [warn(
        "box_order", coco.name,
        f"The boxes of {coco.name} reach out of their pictures when they are read as COCO wants "
        "it (left, top, width, height).", "They are read as two corners, which fits all of them.",
    )]  # fmt: skip
