"""Pascal VOC: `JPEGImages`, `Annotations`, `ImageSets/Main`.

Corners are written as they are, counted from 0 and with decimals, as LabelImg and CVAT do; the
first VOC counted from 1 in whole pixels.

Source: the development kit of the Pascal VOC challenge 2012.
"""

from xml.sax.saxutils import escape

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
            f"    <difficult>0</difficult>\n    <bndbox>{corners}</bndbox>\n  </object>\n"
        )
    return (
        "<annotation>\n  <folder>JPEGImages</folder>\n"
        f"  <filename>{_plain(picture.name)}</filename>\n"
        f"  <size><width>{picture.width}</width><height>{picture.height}</height>"
        f"<depth>3</depth></size>\n  <segmented>0</segmented>\n{''.join(things)}</annotation>\n"
    )


def _plain(text: str) -> str:
    return escape(text.translate(_NOT_XML))


def lost(out: Outgoing) -> list[str]:
    """What Pascal VOC cannot hold of this data set."""
    told = ["Pascal VOC has no list of classes: their order, and classes without a box, are lost."]
    if drawn := sum(out.shapes.values()):
        told.append(f"Of {drawn:,} drawn labels the box around each is written.")
    return told
