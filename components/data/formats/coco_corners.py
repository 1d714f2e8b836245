"""COCO files whose boxes are two corners, where the format wants a corner and a size.

Scripts of one's own often write so. A second corner always lies right of and below the first; and
read as a size it soon leads out of the picture, which a right file never does.
"""

from components.data.formats.coco_file import CocoFile
from components.data.problems import warn
from components.data.records import Problem

_ENOUGH = 0.3  # share of the boxes that must reach out of their picture; our own choice


def mend_corners(coco: CocoFile) -> list[Problem]:
    """Turn two corners into a corner and a size, in all of the file or in nothing of it."""
    sizes = {image.key: image.size for image in coco.images}
    boxes = outside = 0
    for key, things in coco.things.items():
        size = sizes.get(key)
        for thing in things:
            if not thing.box or size is None:
                continue
            a, b, c, d = thing.box
            if c <= a or d <= b or c > size[0] * 1.02 or d > size[1] * 1.02:
                return []
            boxes += 1
            outside += a + c > size[0] * 1.02 or b + d > size[1] * 1.02
    if not boxes or outside < _ENOUGH * boxes:
        return []
    for thing in (thing for things in coco.things.values() for thing in things if thing.box):
        a, b, c, d = thing.box or (0.0, 0.0, 0.0, 0.0)
        thing.box = (a, b, c - a, d - b)
    return [warn(
        "box_order", coco.name,
        f"The boxes of {coco.name} reach out of their pictures when they are read as COCO wants "
        "it (left, top, width, height).", "They are read as two corners, which fits all of them.",
    )]  # fmt: skip
