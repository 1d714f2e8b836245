"""Pascal VOC: `JPEGImages`, `Annotations`, `ImageSets/Main`.

Corners are written as they are, counted from 0 and with decimals, as LabelImg and CVAT do; the
first VOC counted from 1 in whole pixels.

Source: the development kit of the Pascal VOC challenge 2012.
"""

import math
from xml.sax.saxutils import escape

from components.data.annotations import EXACT_PX
from components.data.rows import StoredLabel
from components.data.writers.numbers import short
from components.data.writers.outgoing import PARTS, UNSPLIT, Outgoing, OutPicture
from components.data.writers.parcel import Parcel

DIGITS = 4  # of a pixel
_NOT_XML = {number: " " for number in range(32) if number not in (9, 10, 13)}


def write(out: Outgoing, parcel: Parcel) -> None:
    """Pictures, an XML for each one that was looked at, and the lists of the parts."""
    stems: dict[str, list[str]] = {part: [] for part in PARTS}
    for picture in out.pictures():
        parcel.picture(f"JPEGImages/{picture.name}", picture.file)
        stems[picture.part].append(picture.stem)
        if picture.is_known:
            parcel.text(f"Annotations/{picture.stem}.xml", _xml(picture, out.classes))
    for part in PARTS:
        if stems[part] and part != UNSPLIT:
            parcel.text(f"ImageSets/Main/{part}.txt", "".join(f"{one}\n" for one in stems[part]))


def _xml(picture: OutPicture, classes: tuple[str, ...]) -> str:
    things = []
    for label in picture.labels:
        corners = "".join(
            f"<{key}>{short(value, DIGITS)}</{key}>"
            for key, value in zip(("xmin", "ymin", "xmax", "ymax"), label.box, strict=True)
        )
        things.append(
            f"  <object>\n    <name>{_plain(classes[label.class_id])}</name>\n"
            "    <pose>Unspecified</pose>\n    <truncated>0</truncated>\n"
            f"    <difficult>0</difficult>\n    <bndbox>{corners}</bndbox>\n{_drawn(label)}"
            "  </object>\n"
        )
    return (
        "<annotation>\n  <folder>JPEGImages</folder>\n"
        f"  <filename>{_plain(picture.name)}</filename>\n"
        f"  <size><width>{picture.width}</width><height>{picture.height}</height>"
        f"<depth>3</depth></size>\n  <segmented>0</segmented>\n{''.join(things)}</annotation>\n"
    )


def _drawn(label: StoredLabel) -> str:
    """What a box does not tell: an outline as Roboflow has it, a turned box as roLabelImg."""
    points = [(point[0], point[1]) for point in label.points]
    if label.shape == "rotated" and (place := _turned(points)) is not None:
        numbers = "".join(f"<{key}>{value:.9f}</{key}>" for key, value in place.items())
        return f"    <robndbox>{numbers}</robndbox>\n"
    if label.shape in ("polygon", "rotated") and len(points) >= 3:
        numbers = "".join(
            f"<x{n}>{short(x, DIGITS)}</x{n}><y{n}>{short(y, DIGITS)}</y{n}>"
            for n, (x, y) in enumerate(points, start=1)
        )
        return f"    <polygon>{numbers}</polygon>\n"
    return ""


def _turned(points: list[tuple[float, float]]) -> dict[str, float] | None:
    """Middle, sides and angle in radians, clockwise; None when the corners are no rectangle."""
    if len(points) != 4:
        return None
    a, b, c, d = points
    across, down = math.dist(a, b), math.dist(b, c)
    angle = math.atan2(b[1] - a[1], b[0] - a[0]) % (2 * math.pi)
    # The fourth corner, from the three before it, when they run clockwise round a rectangle.
    fourth = (a[0] - down * math.sin(angle), a[1] + down * math.cos(angle))
    third = (b[0] - down * math.sin(angle), b[1] + down * math.cos(angle))
    if math.dist(fourth, d) > EXACT_PX or math.dist(third, c) > EXACT_PX:
        return None
    middle = ((a[0] + c[0]) / 2, (a[1] + c[1]) / 2)
    return {"cx": middle[0], "cy": middle[1], "w": across, "h": down, "angle": angle}


def _plain(text: str) -> str:
    return escape(text.translate(_NOT_XML))


def lost(out: Outgoing) -> list[str]:
    """What Pascal VOC cannot hold of this data set."""
    told = ["Pascal VOC has no list of classes: their order, and classes without a box, are lost."]
    if boxed := sum(n for shape, n in out.shapes.items() if shape not in ("polygon", "rotated")):
        told.append(f"Of {boxed:,} drawn labels the box around each is written.")
    if out.shapes.keys() & {"polygon", "rotated"}:
        told.append("Outlines and turned boxes stand beside the boxes, as Roboflow and roLabelImg "
                    "write them; many other tools read the boxes only.")  # fmt: skip
    return told
