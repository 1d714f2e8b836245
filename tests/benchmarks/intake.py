"""How fast and how rightly data sets come in.

`python -m tests.benchmarks.intake PATH... [--against supervision,globox] [--expect] [--scale N]`.
The last line is a JSON list with, per path: `format, task, images, labelled, empty, unlabelled,
annotations, classes, problems, seconds, images_per_s, peak_mib`. `seconds` is the whole intake
(labels, thumbnails, store); `label_seconds` the labels alone, with no pictures decoded. Each is
taken in a fresh process, imports not counted.

`--against` reads the labels with peer libraries too, in an environment of their own, made for the
purpose (or `--peers PYTHON`, one that has them); `ratio` is theirs over ours, `cpu_ratio` the same
for the processor's time, which tells more on a busy machine. `--expect` compares with an
`expected.json` beside the set. `--scale N` draws YOLO sets of N/10 and of N pictures: time should
grow tenfold, memory hardly. `--alike N` draws the same N pictures and 8 N boxes as YOLO, COCO and
VOC.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path
from typing import Any

from tests.data.drawn_sets import coco, picture_bytes, voc_xml, write_json
from tests.shared_data import ROOT

PEER = Path(__file__).with_name("peer_reading.py")
READABLE_BY_PEERS = ("YOLO", "COCO JSON", "Pascal VOC")
LIMIT_S = 900


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("paths", nargs="*", type=Path)
    parser.add_argument("--against", default="", help="peer libraries, with commas between")
    parser.add_argument("--expect", action="store_true")
    parser.add_argument("--scale", type=int, default=0)
    parser.add_argument("--alike", type=int, default=0)
    parser.add_argument("--peers", type=Path, help="a Python that has the peer libraries")
    parser.add_argument("--one", choices=("whole", "labels"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        measured = whole if options.one == "whole" else labels_only
        print(json.dumps(measured(options.paths[0])))
        return
    with tempfile.TemporaryDirectory() as folder:
        room = Path(folder)
        paths = [path.resolve() for path in options.paths]
        if options.scale:
            paths += [drawn(room / f"drawn-{n}", n) for n in (options.scale // 10, options.scale)]
        if options.alike:
            paths += [drawn(room / f"alike-{kind}", options.alike, kind) for kind in KINDS]
        peers = [name for name in options.against.split(",") if name]
        python = options.peers or (peer_python(room / "peers", peers) if peers else None)
        rows = [row_of(path, python, peers, expect=options.expect) for path in paths]
    print(json.dumps(rows))


def row_of(path: Path, python: Path | None, peers: list[str], *, expect: bool) -> dict[str, Any]:
    """Everything about one path."""
    row = {"path": path.name, **in_own_process("whole", path)}
    if "refused" in row:
        return row
    ours = in_own_process("labels", path)
    row["label_seconds"], row["label_cpu_seconds"] = ours["seconds"], ours["cpu_seconds"]
    if expect:
        row |= as_expected(path, row)
    for peer in peers:
        row[peer] = by_peer(python, peer, row["format"], path, ours)
    print(json.dumps(row), flush=True)
    return row


def in_own_process(what: str, path: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.benchmarks.intake", str(path), "--one", what]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=LIMIT_S)
    if done.returncode:
        return {"refused": (done.stderr.strip().splitlines() or ["no word"])[-1]}
    return json.loads(done.stdout.splitlines()[-1])


def peak_mib() -> float:
    """The most memory this process has had."""
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(most / (1 << 20 if sys.platform == "darwin" else 1 << 10), 1)


def whole(path: Path) -> dict[str, Any]:
    """The intake as the app does it, in this process."""
    from components.data import store
    from components.data.import_job import new_folder, write_order
    from components.data.import_phases import Order, read
    from components.data.import_phases import store as put
    from components.data.importing import read_report
    from components.errors import AppError
    from components.workspace import Workspace

    with tempfile.TemporaryDirectory() as room:
        workspace = Workspace(Path(room))
        folder = new_folder(workspace)
        order = Order("read", (str(path),), "measured", True)
        write_order(folder, order)
        began = time.perf_counter()
        try:
            read(folder, lambda: None)
            report = read_report(folder)
            slug = put(folder, Order("write", order.sources, order.name, True))
        except AppError as error:
            return {"refused": str(error)}
        seconds = time.perf_counter() - began
        counts = store.find(workspace, slug).summary()
        problems = store.find(workspace, slug).problem_counts()
    return {
        "format": report.format, "task": report.task, "images": counts.pictures,
        "labelled": counts.labelled, "empty": counts.empty, "unlabelled": counts.unlabelled,
        "annotations": report.boxes, "classes": counts.classes, "problems": problems,
        "seconds": round(seconds, 3), "images_per_s": round(counts.pictures / seconds, 1),
        "peak_mib": peak_mib(),
    }  # fmt: skip


def labels_only(path: Path) -> dict[str, Any]:
    """Labels read and checked against the sizes of their pictures, which are not decoded."""
    from components.data.recognise import recognise
    from components.data.scan import search

    with tempfile.TemporaryDirectory() as room:
        _import_all(Path(room) / "first")
        began, worked = time.perf_counter(), time.process_time()
        found = recognise(search([path], Path(room) / "room"))
        number = sum(len(picture.labels) for picture, _ in found.pictures() if picture)
        seconds = time.perf_counter() - began
        worked = time.process_time() - worked
    return {"seconds": round(seconds, 3), "cpu_seconds": round(worked, 3), "annotations": number,
            "peak_mib": peak_mib()}  # fmt: skip


def _import_all(room: Path) -> None:
    """Read a set of one picture in each of the main formats, so that all is imported."""
    from components.data.recognise import read_all

    (room / "set").mkdir(parents=True)
    (room / "set" / "a.jpg").write_bytes(picture_bytes())
    (room / "set" / "a.xml").write_text(voc_xml("a.jpg", [("a", 1, 1, 9, 9)]), encoding="utf-8")
    (room / "set" / "a.txt").write_text("0 0.5 0.5 0.1 0.1", encoding="utf-8")
    (room / "set" / "data.yaml").write_text("names: [a]", encoding="utf-8")
    write_json(room / "set" / "a.json", coco({"a.jpg": [("a", 1, 1, 9, 9)]}, ["a"]))
    read_all([room / "set"], room / "room")


def as_expected(path: Path, row: dict[str, Any]) -> dict[str, Any]:
    """Whether the counts are those of an `expected.json` in or beside the folder."""
    for place in (path, path.parent):
        if (place / "expected.json").is_file():
            facts = json.loads((place / "expected.json").read_text(encoding="utf-8"))
            parts = [part for part in facts.values() if isinstance(part, dict) and "images" in part]
            known = [(part["images"], part.get("objects")) for part in parts]
            known.append((sum(n for n, _ in known), sum(n or 0 for _, n in known)))
            return {"as_expected": (row["images"], row["annotations"]) in known}
    return {"as_expected": None}


def peer_python(folder: Path, peers: list[str]) -> Path | None:
    """A Python that has the peers, as far as they can be had."""
    venv.create(folder, with_pip=True)
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    uv = shutil.which("uv")
    for peer in peers:
        way = [uv, "pip", "install", "--python", python] if uv else [python, "-m", "pip", "install"]
        done = subprocess.run([*way, "-q", peer], capture_output=True, text=True, timeout=LIMIT_S)
        if done.returncode:
            print(f"{peer} cannot be had here; it is skipped.", flush=True)
    return python


def by_peer(
    python: Path | None, peer: str, form: str, path: Path, ours: dict[str, Any]
) -> dict[str, Any]:
    """The same labels read by a peer; a ratio above 1 means that we are faster."""
    if form not in READABLE_BY_PEERS:
        return {"skipped": f"{peer} is not asked about {form}"}
    command = [str(python), str(PEER), peer, form, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_S)
    if done.returncode:
        return {"failed": (done.stderr.strip().splitlines() or ["no word"])[-1][:200]}
    found = json.loads(done.stdout.splitlines()[-1])
    told = {key: round(value, 3) for key, value in found.items()}
    ratios = {
        ratio: round(found[key] / max(ours[key], 1e-6), 2)
        for ratio, key in (("ratio", "seconds"), ("cpu_ratio", "cpu_seconds"))
    }
    return told | ratios


def drawn(folder: Path, number: int, kind: str = "yolo") -> Path:
    """A set of small pictures, no two of the same bytes, eight boxes each."""
    whole_picture = picture_bytes(SIZE)
    (folder / "images" / "train").mkdir(parents=True)
    for n in range(number):
        told = b"\xff\xfe\x00\x0a" + f"{n:08d}".encode()  # a comment tells it from the others
        (folder / f"images/train/{n:06d}.jpg").write_bytes(
            whole_picture[:2] + told + whole_picture[2:]
        )
    KINDS[kind](folder, number)
    return folder


SIZE = (64, 48)
NAMES = ["a", "b", "c"]
ROWS = [(k % 3, (k + 1.5) / 10, 0.5, 0.1, (k + 1) / 10) for k in range(8)]
BOXES = [(NAMES[c], (x - w / 2) * 64, (y - h / 2) * 48, (x + w / 2) * 64, (y + h / 2) * 48)
         for c, x, y, w, h in ROWS]  # fmt: skip


def as_yolo(folder: Path, number: int) -> None:
    """A text file per picture."""
    row = "".join(f"{c} {x:g} {y:g} {w:g} {h:g}\n" for c, x, y, w, h in ROWS)
    (folder / "labels" / "train").mkdir(parents=True)
    for n in range(number):
        (folder / f"labels/train/{n:06d}.txt").write_text(row, encoding="utf-8")
    (folder / "data.yaml").write_text("train: images/train\nnames: [a, b, c]\n", encoding="utf-8")


def as_coco(folder: Path, number: int) -> None:
    """One JSON beside the pictures."""
    boxes = {f"{n:06d}.jpg": BOXES for n in range(number)}
    write_json(folder / "images/train/instances.json", coco(boxes, NAMES, SIZE))


def as_voc(folder: Path, number: int) -> None:
    """An XML file beside each picture."""
    for n in range(number):
        text = voc_xml(f"{n:06d}.jpg", BOXES, SIZE)
        (folder / f"images/train/{n:06d}.xml").write_text(text, encoding="utf-8")


KINDS = {"yolo": as_yolo, "coco": as_coco, "voc": as_voc}


if __name__ == "__main__":
    main()
