"""The XML of Aperio ImageScope and of ASAP, in which pathologists outline tissue."""

import pytest

from tests.data.drawn_sets import codes, picture, read, text

SQUARE = ((10, 20), (40, 20), (40, 60), (10, 60))


def region(points=SQUARE, kind=0, **more):
    said = "".join(f' {key}="{value}"' for key, value in more.items())
    vertices = "".join(f'<Vertex X="{x}" Y="{y}" Z="0"/>' for x, y in points)
    return f'<Region Id="1" Type="{kind}"{said}><Vertices>{vertices}</Vertices></Region>'


def layer(*regions, name="", attribute="Description", number=1):
    return (
        f'<Annotation Id="{number}" Name="{name}"><Attributes><Attribute Name="{attribute}"/>'
        f"</Attributes><Regions>{''.join(regions)}</Regions><Plots/></Annotation>"
    )


def aperio(*layers):
    return f'<Annotations MicronsPerPixel="0.25">{"".join(layers)}</Annotations>'


def asap(group, kind="Polygon"):
    points = "".join(
        f'<Coordinate Order="{n}" X="{x}" Y="{y}"/>' for n, (x, y) in enumerate(SQUARE)
    )
    return (
        f'<ASAP_Annotations><Annotations><Annotation Name="Annotation 0" Type="{kind}" '
        f'PartOfGroup="{group}"><Coordinates>{points}</Coordinates></Annotation></Annotations>'
        "</ASAP_Annotations>"
    )


def a_set(tmp_path, content):
    picture(tmp_path / "set/Tissue Images/TCGA-18.tif")
    text(tmp_path / "set/Annotations/TCGA-18.xml", f'<?xml version="1.0"?>\n{content}')
    return read(tmp_path / "set", room=tmp_path)


def labels(reading):
    return [(label.class_name, label.shape, label.box) for p in reading.pictures
            for label in p.labels]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "name"),
    [(aperio(layer(region())), "(none)"), (aperio(layer(region(), name="Nuclei")), "Nuclei"),
     (aperio(layer(region(), attribute="Epithelial")), "Epithelial"),
     (asap("Tumor"), "Tumor"), (asap("None"), "(none)")],
)  # fmt: skip
def test_regions_come_in_as_outlines_of_their_layer(content, name, tmp_path):
    reading = a_set(tmp_path, content)
    assert (reading.format, labels(reading)) == (
        "XML of slides", [(name, "polygon", (10, 20, 40, 60))],
    )  # fmt: skip
    assert ("class_nameless" in codes(reading)) == (name == "(none)")


def test_layers_without_a_name_are_numbered(tmp_path):
    reading = a_set(tmp_path, aperio(layer(region()), layer(region(), number=2)))
    assert reading.classes == ("layer 1", "layer 2")


def test_an_ellipse_is_told_by_its_corners(tmp_path):
    (made,) = labels(a_set(tmp_path, aperio(layer(region(SQUARE[::2], 2), name="cell"))))
    assert made[:2] == ("cell", "polygon")
    assert made[2] == pytest.approx((10, 20, 40, 60), abs=0.2)


def test_rulers_and_broken_regions_cost_only_themselves(tmp_path):
    broken = region((("x", 1), (2, 2), (3, 5))) + region(((1e300, 1), (2, 2)), 2)
    content = aperio(layer(region(), region(SQUARE[:2], 4), broken, region(NegativeROA=1)))
    reading = a_set(tmp_path, content)
    assert labels(reading) == [("(none)", "polygon", (10, 20, 40, 60))]
    assert {"no_object", "row_unreadable"} <= codes(reading)
    (told,) = [p.what for p in reading.problems if p.code == "no_object"]
    assert "1 ruler, 1 hole" in told
