"""Labels that are broken or mean harm: YOLO, COCO, Pascal VOC, other JSON and CSV."""

import json
from pathlib import Path

from tests.data.drawn_sets import picture_bytes
from tests.hostile.case import (
    CASES,
    GOOD_XML,
    SIZE,
    YOLO_ROW,
    Case,
    case,
    coco_with,
    good_coco,
    good_voc,
    good_yolo,
    put,
)  # fmt: skip

YOLO_ROWS = {
    "not a number": "0 nan 0.5 0.1 0.1", "infinite": "0 inf 0.5 0.1 0.1",
    "minus infinite": "0 0.5 -inf 0.1 0.1", "1e999": "0 1e999 0.5 0.1 0.1",
    "1e308 wide": "0 0.5 0.5 1e308 1e308", "hexadecimal": "0x0 0.5 0.5 0.1 0.1",
    "words": "cat is here now ok", "pixels": "0 120 80 40 40", "negative class": "-1 .5 .5 .1 .1",
    "class of 40 digits": "9" * 40 + " 0.5 0.5 0.1 0.1", "class 0.5": "0.5 0.5 0.5 0.1 0.1",
    "class 1e400": "1e400 0.5 0.5 0.1 0.1", "class nan": "nan 0.5 0.5 0.1 0.1",
    "class of 5,000 digits": "1" * 5000 + " .5 .5 .1 .1",
    "no width": "0 0.5 0.5 0 0.1", "negative width": "0 0.5 0.5 -0.1 0.1", "outside": "0 5 5 .1 .1",
    "two columns": "0 0.5", "four columns": "0 0.5 0.5 0.1", "commas": "0,0.5,0.5,0.1,0.1",
    "decimal commas": "0 0,5 0,5 0,1 0,1", "nulls": "0 0.5 0.5 0.1 0.1\x00\x00\x00",
    "formula": "=cmd|' /C calc'!A0 0.5 0.5 0.1 0.1", "markup": "<script>alert(1)</script>",
    "arabic digits": "٠ ٠.٥ ٠.٥ ٠.١ ٠.١ ٩٩", "underscores": "0 0_5 0.5 0.1 0.1",
    "unknown class": "77 0.5 0.5 0.1 0.1",
}  # fmt: skip


def _bad_yolo(row: str | bytes):
    def build(folder: Path) -> None:
        good_yolo(folder)
        put(folder, "images/bad.jpg", picture_bytes(SIZE))
        put(folder, "labels/bad.txt", row)

    return build


_FINE_ROWS = {"commas", "decimal commas", "arabic digits"}  # odd, but what is meant is plain
for _name, _row in YOLO_ROWS.items():
    CASES.append(Case(f"YOLO row: {_name}", _bad_yolo(_row + "\n"), "" if _name in _FINE_ROWS
                      else "bad"))  # fmt: skip
YOLO_FILES: dict[str, bytes] = {
    "200,000 broken rows": b"0 nan nan nan nan\n" * 200_000,
    "one line of 5 MB": b"0 " + b"0.5 " * 1_250_000,
    "five million points in one outline": b"0 " + b"0.25 0.75 " * 2_500_000,
    "random bytes": bytes((n * 89 + n // 7) % 256 for n in range(4096)),
    "UTF-16 half a letter": b"\xff\xfe0",
    "only nulls": b"\x00" * 10_000,
    "rows of one box 50,000 times": b"0 0.5 0.5 0.1 0.1\n" * 50_000,
    "a pickle": b"\x80\x04cos\nsystem\n(S'touch /tmp/x'\ntR.",
    "a picture": picture_bytes(SIZE),
    "70 MB": b"0 0.5 0.5 0.1 0.1\n" * 3_900_000,
}
for _name, _data in YOLO_FILES.items():
    CASES.append(Case(f"YOLO file: {_name}", _bad_yolo(_data), "bad"))

YAMLS = {
    "python object": "names: !!python/object/apply:os.system ['touch owned']\n",
    "download": "names: [cat, dog]\ndownload: 'bash -c \"touch owned\"'\nval: nowhere\n",
    "billion laughs": "a: &a [x,x,x,x,x,x,x,x]\n"
    + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [{','.join(['*' + chr(97 + n)] * 8)}]\n" for n in range(12)
    )
    + "names: *l\n",
    "merge bomb": "a: &a {b: c}\nnames: {<<: [" + ",".join(["*a"] * 500) + "]}\n",
    "depth 20,000": "names: " + "[" * 20_000 + "]" * 20_000,
    "a million names": "names:\n" + "".join(f" {n}: n{n}\n" for n in range(70_000)),
    "names are numbers": "names: 7\n",
    "names with holes": "names: {0: cat, 900000000: dog}\n",
    "names of nothing": "names: ['', '  ', null]\n",
    "path up": "path: ../../../..\ntrain: ../../etc\nnames: [cat, dog]\n",
    "tabs": "names:\n\t- [cat\n\t- dog\n",
    "nulls": "names: [cat]\x00\n",
    "name of a megabyte": "names: ['" + "x" * 900_000 + "', dog]\n",
    "unclosed": "names: [cat, dog\n",
    "negative number": "names: {-1: cat, 0: dog}\n",
}


def _bad_yaml(text: str):
    def build(folder: Path) -> None:
        good_yolo(folder)
        put(folder, "data.yaml", text)

    return build


_FINE_YAML = {"download", "path up", "a million names", "names with holes", "negative number",
              "names are numbers", "names of nothing"}  # fmt: skip
for _name, _text in YAMLS.items():
    _told = "" if _name in _FINE_YAML or "name of" in _name else "data.yaml"
    CASES.append(Case(f"data.yaml: {_name}", _bad_yaml(_text), _told))

COCO_BOXES = {
    "NaN": [float("nan")] * 4, "infinite": [0, 0, float("inf"), 5], "1e308": [1e308] * 4,
    "negative size": [50, 50, -90, -90], "text": ["a", "b", "c", "d"], "two numbers": [1, 2],
    "nested": [[1, 2], [3, 4]], "mapping": {"x": 1}, "text of numbers": "1,2,3,4",
    "huge integer": [10**400, 0, 5, 5], "no size": [5, 5, 0, 0], "outside": [500, 500, 10, 10],
    "true": [True, True, None, False],
}  # fmt: skip


def _coco_thing(**thing):
    def build(folder: Path) -> None:
        put(folder, "bad.jpg", picture_bytes(SIZE))
        row = {"id": 2, "image_id": 2, "category_id": 1, **thing}
        good_coco(folder, images=[{"id": 2, "file_name": "bad.jpg"}], annotations=[row])

    return build


for _name, _box in COCO_BOXES.items():
    CASES.append(Case(f"COCO box: {_name}", _coco_thing(bbox=_box), "bad"))
COCO_THINGS = {
    "category nobody knows": {"category_id": 99, "bbox": [1, 1, 9, 9]},
    "category is a list": {"category_id": [1], "bbox": [1, 1, 9, 9]},
    "category is nothing": {"category_id": None, "bbox": [1, 1, 9, 9]},
    "mask runs below zero": {"segmentation": {"size": [80, 100], "counts": [-5, 9, 1]}},
    "mask of 10^18 pixels": {"segmentation": {"size": [10**9, 10**9], "counts": [5, 10**18 - 5]}},
    "mask of 40,000 x 40,000": {
        "segmentation": {"size": [40_000, 40_000], "counts": [0, 1_600_000_000]}
    },
    "mask text of rubbish": {"segmentation": {"size": [80, 100], "counts": "\x00\xff!!~~~" * 99}},
    "mask without size": {"segmentation": {"counts": [1, 2, 3]}},
    "mask of size words": {"segmentation": {"size": ["a", "b"], "counts": [1]}},
    "mask of size minus one": {"segmentation": {"size": [-1, -1], "counts": [1]}},
    "outline of NaN": {"segmentation": [[float("nan")] * 8]},
    "outline of words": {"segmentation": [["a", "b", "c", "d", "e", "f"]]},
    "outline odd": {"segmentation": [[1, 2, 3]]},
    "keypoints of words": {"keypoints": ["a"] * 51},
    "keypoints infinite": {"keypoints": [float("inf"), 1, 2] * 17},
}
for _name, _thing in COCO_THINGS.items():
    CASES.append(Case(f"COCO thing: {_name}", _coco_thing(**_thing), "bad"))


def _coco_text(make):
    def build(folder: Path) -> None:
        good_yolo(folder)
        put(folder, "bad.json", make())

    return build


_WHOLE = json.dumps(coco_with())
JSON_TEXTS = {
    "depth 100,000": lambda: '{"images": ' + "[" * 100_000,
    "depth 100,000 closed": lambda: '{"images": ' + "[" * 100_000 + "]" * 100_000 + "}",
    "mappings 100,000 deep": lambda: '{"images": [' + '{"a":' * 100_000,
    "depth in one element": lambda: '{"images": [' + "[" * 900 + "]" * 900 + "]}",
    "cut in half": lambda: _WHOLE[: len(_WHOLE) // 2],
    "nulls": lambda: "\x00" * 5000,
    "twice": lambda: _WHOLE + _WHOLE,
    "a number of a million digits": lambda: '{"images": [' + "9" * 1_000_000 + "]}",
    "exponent": lambda: '{"images": [1e99999999]}',
    "lone surrogates": lambda: '{"images": [{"id": 1, "file_name": "\\ud800\\udfff\\ud83d"}]}',
    "half of UTF-16": lambda: "\ufeff{".encode("utf-16") + b"\x00",
    "key of 10 MB": lambda: '{"' + "k" * 10_000_000 + '": 1}',
    "text of 30 MB": lambda: '{"images": [{"id": 1, "file_name": "' + "x" * 30_000_000 + '"}]}',
    "two million empty lists": lambda: '{"images": [' + "[]," * 2_000_000 + "[]]}",
    "a million keys": lambda: json.dumps({f"k{n}": n for n in range(300_000)}),
    "only an opening bracket": lambda: "[",
    "a word": lambda: "undefined",
    "javascript": lambda: "while(1){}",
    "comments": lambda: '{/* images */ "images": []}',
    "doubled keys": lambda: '{"images": [], "images": {}, "images": null}',
}
_QUIET_JSON = {
    "depth in one element", "exponent", "key of 10 MB", "two million empty lists",
    "a million keys", "doubled keys", "twice", "text of 30 MB", "lone surrogates",
}  # fmt: skip
for _name, _make in JSON_TEXTS.items():
    CASES.append(Case(f"JSON: {_name}", _coco_text(_make), "" if _name in _QUIET_JSON else "bad"))


@case("COCO: an outline of ten million points", "bad")
def _(folder: Path) -> None:
    put(folder, "bad.jpg", picture_bytes(SIZE))
    thing = {"id": 2, "image_id": 2, "category_id": 1, "segmentation": [[0]]}
    rows = coco_with([{"id": 2, "file_name": "bad.jpg"}], [thing])
    put(folder, "good.jpg", picture_bytes(SIZE))
    head, tail = json.dumps(rows).split("[[0]]")
    put(folder, "labels.json", head + "[[" + "7.5,9.5," * 9_999_999 + "7.5,9.5]]" + tail)


@case("COCO: ids that are lists and mappings", "labels.json")
def _(folder: Path) -> None:
    rows = [{"id": [1]}, {"id": {"a": 1}, "file_name": ["x"]}, {"file_name": None}, 5, "x", None]
    good_coco(folder, images=rows, annotations=[5, [], {}, {"image_id": {}}])


@case("COCO: names of pictures that lead out", "passwd")
def _(folder: Path) -> None:
    names = ["../../../../etc/passwd", "/etc/passwd", "C:\\Windows\\passwd", "file:///etc/passwd"]
    images = [{"id": 10 + n, "file_name": name} for n, name in enumerate(names)]
    things = [
        {"id": 10 + n, "image_id": 10 + n, "category_id": 1, "bbox": [1, 1, 9, 9]}
        for n in range(len(names))
    ]
    good_coco(folder, images=images, annotations=things)


@case("COCO: fifty thousand categories that nobody uses")
def _(folder: Path) -> None:
    good_coco(folder, categories=[{"id": n, "name": f"c{n}"} for n in range(2, 50_000)])


@case("COCO: class names of markup and formulas")
def _(folder: Path) -> None:
    names = ["<img src=x onerror=alert(1)>", "=1+1", "'; DROP TABLE pictures; --", "a\x00b\n\rc",
             "../../x", "{{7*7}}", "\u202egpj.exe", "%s%n%x", "x" * 100_000]  # fmt: skip
    cats = [{"id": n + 2, "name": name} for n, name in enumerate(names)]
    things = [
        {"id": n + 2, "image_id": 1, "category_id": n + 2, "bbox": [n, n, 20, 20]}
        for n in range(len(names))
    ]
    good_coco(folder, categories=cats, annotations=things)


@case("COCO: class names that are no text")
def _(folder: Path) -> None:
    cats = [{"id": 2, "name": None}, {"id": 3, "name": ["a"]}, {"id": 4, "name": 1e400}, {"id": 5}]
    good_coco(folder, categories=cats)


ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + "".join(
    f'<!ENTITY {chr(98 + n)} "{("&" + chr(97 + n) + ";") * 10}">' for n in range(9)
)
XMLS = {
    "billion laughs": ENTITIES + "]><annotation><object><name>&j;</name></object></annotation>",
    "outer entity": '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><annotation>'
    "<object><name>&e;</name></object></annotation>",
    "outer entity over the net": '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd"><annotation/>',
    "quadratic blow-up": '<!DOCTYPE x [<!ENTITY a "' + "a" * 50_000 + '">]><annotation><object>'
    "<name>" + "&a;" * 50_000 + "</name></object></annotation>",
    "depth 100,000": "<annotation>" + "<object>" * 100_000,
    "depth 100,000 closed": "<annotation>" + "<a>" * 100_000 + "</a>" * 100_000 + "</annotation>",
    "cut off": GOOD_XML.replace("good.jpg", "bad.jpg")[:120],
    "two roots": "<annotation></annotation><annotation></annotation>",
    "NaN": GOOD_XML.replace("good.jpg", "bad.jpg").replace(">10<", ">nan<"),
    "infinite": GOOD_XML.replace("good.jpg", "bad.jpg").replace(">30<", ">inf<"),
    "1e400": GOOD_XML.replace("good.jpg", "bad.jpg").replace(">60<", ">1e400<"),
    "words": GOOD_XML.replace("good.jpg", "bad.jpg").replace(">10<", ">left<"),
    "5,000 digits": GOOD_XML.replace("good.jpg", "bad.jpg").replace(">10<", f">{'9' * 5000}<"),
    "no name": GOOD_XML.replace("good.jpg", "bad.jpg").replace("<name>cat</name>", ""),
    "no box": "<annotation><filename>bad.jpg</filename><object><name>cat</name></object>"
    "<object><name>x</name><bndbox/></object></annotation>",
    "wrong encoding": '<?xml version="1.0" encoding="utf-99"?><annotation/>',
    "names that lead out": GOOD_XML.replace("good.jpg", "../../../../etc/passwd"),
    "control letters": GOOD_XML.replace("good.jpg", "bad.jpg").replace("cat", "c\x01\x02t"),
    "turned box of words": "<annotation><filename>bad.jpg</filename><object><name>c</name>"
    "<robndbox><cx>a</cx></robndbox></object></annotation>",
    "size of words": GOOD_XML.replace("good.jpg", "bad.jpg").replace(">100<", ">wide<"),
    "size of 10^300": GOOD_XML.replace("good.jpg", "bad.jpg").replace(">100<", ">1e300<"),
    "200,000 attributes": "<annotation "
    + " ".join(f'a{n}="1"' for n in range(200_000)) + "></annotation>",
    "100,000 objects without a box": "<annotation><filename>bad.jpg</filename>"
    + "<object><name>c</name></object>" * 100_000 + "</annotation>",
}  # fmt: skip
_QUIET_XML = {"size of words", "size of 10^300", "names that lead out"}


def _bad_xml(text: str):
    def build(folder: Path) -> None:
        good_voc(folder)
        put(folder, "bad.jpg", picture_bytes(SIZE))
        put(folder, "bad.xml", text)

    return build


for _name, _text in XMLS.items():
    CASES.append(Case(f"XML: {_name}", _bad_xml(_text), "" if _name in _QUIET_XML else "bad"))

CSVS = {
    "formulas": "filename,width,height,class,xmin,ymin,xmax,ymax\n"
    "bad.jpg,100,80,=cmd|' /C calc'!A0,nan,1,5,9\n+1,@SUM(1),-1,=1,=1,=1,=1,=1\n",
    "one quote": "filename,class,xmin,ymin,xmax,ymax\n\"bad.jpg,cat,1,1,5,9\n" + "x,y\n" * 50_000,
    "a field of 10 MB": "filename,class,xmin,ymin,xmax,ymax\nbad.jpg," + "c" * 10_000_000
    + ",1,1,5,9\n",
    "200,000 columns": ",".join(f"c{n}" for n in range(200_000)) + "\n1,2\n",
    "nulls": "filename,class\x00,xmin\n\x00\x00,\x00\n",
    "infinite": "filename,width,height,class,xmin,ymin,xmax,ymax\nbad.jpg,100,80,c,inf,-inf,1,2\n",
}  # fmt: skip
for _name, _text in CSVS.items():

    def _bad_csv(folder: Path, text: str = _text) -> None:
        good_yolo(folder)
        put(folder, "images/bad.jpg", picture_bytes(SIZE))
        put(folder, "bad.csv", text)

    CASES.append(Case(f"CSV: {_name}", _bad_csv))

OTHERS = {
    "LabelMe, points of NaN": {
        "version": "5", "imagePath": "bad.jpg", "imageHeight": 80, "imageWidth": 100,
        "shapes": [{"label": "c", "shape_type": "polygon", "points": [[float("nan"), 1]] * 4}]},
    "LabelMe, picture elsewhere": {
        "version": "5", "imagePath": "../../../etc/passwd", "imageHeight": 80, "imageWidth": 100,
        "shapes": [{"label": "c", "shape_type": "rectangle", "points": [[1, 1], [9, 9]]}]},
    "LabelMe, shapes of words": {"version": "5", "imagePath": "bad.jpg", "shapes": "many"},
    "VIA, regions of words": {"bad.jpg1": {"filename": "bad.jpg", "size": 1, "regions": ["a", 5]}},
    "Label Studio, results of nothing": [
        {"id": 1, "data": {"image": "bad.jpg"}, "annotations": [{"result": [None, 5, {}]}]}],
    "CreateML, coordinates of words": [
        {"image": "bad.jpg", "annotations": [{"label": "c", "coordinates": {"x": "a"}}]}],
    "Supervisely, size of words": {"size": {"width": "a"}, "objects": [{"classTitle": []}]},
    "a list of 300,000 numbers": list(range(300_000)),
}  # fmt: skip
for _name, _content in OTHERS.items():

    def _bad_other(folder: Path, content=_content) -> None:
        good_yolo(folder)
        for number in range(3):  # so that nobody doubts which labels are meant
            put(folder, f"images/more-{number}.jpg", picture_bytes(SIZE))
            put(folder, f"labels/more-{number}.txt", YOLO_ROW)
        put(folder, "images/bad.jpg", picture_bytes(SIZE))
        put(folder, "images/bad.json", json.dumps(content))

    CASES.append(Case(f"other JSON: {_name}", _bad_other))

NDJSONS = {
    "head only": '{"type": "dataset", "task": "detect", "class_names": {"0": "cat"}}\n',
    "lines of rubbish": '{"type": "dataset"}\n' + "}{\n" * 1000,
    "numbers of words": '{"type": "dataset", "class_names": {"a": []}}\n'
    '{"type": "image", "file": "bad.jpg", "annotations": {"boxes": [["a", null, {}, [], 1]]}}\n',
    "leads out": '{"type": "dataset", "class_names": {"0": "c"}}\n{"type": "image", "file": '
    '"../../../etc/passwd", "split": "../..", "annotations": {"boxes": [[0, 0.5, 0.5, 1, 1]]}}\n',
    "infinite": '{"type": "dataset", "class_names": {"0": "c"}}\n{"type": "image", "file": '
    '"bad.jpg", "split": "train", "annotations": {"boxes": [[0, Infinity, NaN, 1e999, 1]]}}\n',
}
for _name, _text in NDJSONS.items():

    def _bad_ndjson(folder: Path, text: str = _text) -> None:
        good_yolo(folder)
        put(folder, "images/bad.jpg", picture_bytes(SIZE))
        put(folder, "bad.ndjson", text)

    CASES.append(Case(f"NDJSON: {_name}", _bad_ndjson))

for _name, _text in {
    "classes.txt of 64 MB": "x" * 64_000_001, "classes.txt of nulls": "\x00\n" * 5000,
    "classes.txt of 300,000 names": "".join(f"n{n}\n" for n in range(300_000)),
}.items():  # fmt: skip

    def _bad_classes(folder: Path, text: str = _text) -> None:
        good_yolo(folder)
        put(folder, "classes.txt", text)

    CASES.append(Case(f"class list: {_name}", _bad_classes))


@case("list of pictures that leads out")
def _(folder: Path) -> None:
    good_yolo(folder)
    put(folder, "train.txt", "../../../../etc/passwd\n/etc/hosts\n" * 50_000)


@case("labels of ten thousand pictures that are not there", "gone")
def _(folder: Path) -> None:
    good_yolo(folder)
    for number in range(2000):
        put(folder, f"labels/gone-{number}.txt", YOLO_ROW)
