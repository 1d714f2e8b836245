"""How fast and how rightly data sets come in.

`python -m tests.benchmarks.intake PATH... [--against globox,labelformat] [--expect] [--scale N]`.
The last line is a JSON list with, per path: `format, task, images, labelled, empty, unlabelled,
annotations, classes, problems, seconds, images_per_s, peak_mib`, and of the labels alone
`label_seconds`, `label_cpu_seconds`, `checked_seconds`. Each is taken in a fresh process, imports
not counted; of `--repeat` goes the quickest counts, as a busy machine makes the others slow.

`seconds` is the whole intake: labels, every picture decoded, copied and shown small, the store.
`label_seconds` is what label libraries do: files found, recognised, read and checked, pictures
opened (their heads only) where the labels do not say how large they are. `told_seconds` is that
without looking for files and recognising them: peers are told both. `checked_seconds` is
`label_seconds` with the head of every picture read, as the app does before it shows its report.

`--against` does the same with peer libraries, in an environment of their own, made for the purpose
(or `--peers PYTHON`, one that has them); `ratio` is theirs over our `label_seconds`, `cpu_ratio`
the same for the processor's time, which tells more on a busy machine; `told` holds both over our
`told_seconds`. No label library brings a whole set in:
`whole` is the plain loop that one writes around it (the library reads the labels; Pillow decodes
each picture and saves it small; the file is copied and its SHA-256 taken; the library's labels go
into SQLite in one go), with as many threads as ours.

`--expect` compares with an `expected.json` beside the set. `--scale N` draws sets of N/4, N/2 and N
pictures (8 boxes each) of each of `--kinds`: the time per 1,000 should stay, memory hardly grow.
`--alike N` draws N pictures in every kind.
"""

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.benchmarks.drawn_intake import KINDS, drawn
from tests.data.drawn_sets import coco, picture_bytes, voc_xml, write_json
from tests.shared_data import ROOT

PEER = Path(__file__).with_name("peer_reading.py")
READABLE_BY_PEERS = ("YOLO", "COCO JSON", "Pascal VOC")
LIMIT_S = 3600
STAYS_BYTES = 300_000_000  # of a set; what is made of it is kept until the end


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("paths", nargs="*", type=Path)
    parser.add_argument("--against", default="", help="peer libraries, with commas between")
    parser.add_argument("--expect", action="store_true")
    parser.add_argument("--scale", type=int, default=0)
    parser.add_argument("--kinds", default="yolo,coco,voc,csv")
    parser.add_argument("--alike", type=int, default=0)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--peers", type=Path, help="a Python that has the peer libraries")
    parser.add_argument("--one", choices=tuple(MEASURES), help=argparse.SUPPRESS)
    parser.add_argument("--room", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(MEASURES[options.one](options.paths[0], options.room)))
        return
    with tempfile.TemporaryDirectory() as folder:
        room = options.room = Path(folder)
        peers = [name for name in options.against.split(",") if name]
        python = options.peers or (peer_python(room / "peers", peers) if peers else None)
        rows = [row_of(path.resolve(), python, peers, options) for path in options.paths]
        for kind in KINDS if options.alike else ():
            rows.append(of_drawn(room, kind, options.alike, python, peers, options))
        if options.scale:
            rows += scaled(room, options)
    print(json.dumps(rows))


def of_drawn(
    room: Path, kind: str, number: int, python: Path | None, peers: list[str],
    options: argparse.Namespace,
) -> dict[str, Any]:  # fmt: skip
    """The row of a set that is drawn for it."""
    path = drawn(room / f"{kind}-{number}", number, kind)
    return row_of(path, python, peers, options)


def scaled(room: Path, options: argparse.Namespace) -> list[dict[str, Any]]:
    """Sets of growing size; the last row of each kind says how time and memory have grown."""
    rows: list[dict[str, Any]] = []
    options = argparse.Namespace(**{**vars(options), "repeat": 1, "expect": False})
    for kind in options.kinds.split(","):
        sizes = [options.scale // 4, options.scale // 2, options.scale]
        made = [of_drawn(room, kind, size, None, [], options) for size in sizes]
        first, last = made[0], made[-1]
        if not any("refused" in row for row in made):
            more = last["images"] - first["images"]
            for which in ("ms_per_image", "cpu_ms_per_image"):
                last[f"{which}_growth"] = round(last[which] / first[which], 2)
            last["bytes_per_image"] = round((last["peak_mib"] - first["peak_mib"]) * 2**20 / more)
        rows += made
        told = {key: [row.get(key) for row in made]
                for key in ("images", "ms_per_image", "cpu_ms_per_image", "peak_mib")}  # fmt: skip
        growth = {key: value for key, value in last.items() if "_growth" in key or "bytes_" in key}
        print(json.dumps({"kind": kind, **told, **growth}), flush=True)
    return rows


def row_of(
    path: Path, python: Path | None, peers: list[str], options: argparse.Namespace
) -> dict[str, Any]:
    """Everything about one path."""

    def ours_of(what: str) -> dict[str, Any]:
        with free_room(options.room, path) as room:
            return in_own_process(what, path, room)

    row = {"path": path.name, **quickest(lambda: ours_of("whole"), options.repeat)}
    if "refused" in row:
        return row
    ours = quickest(lambda: ours_of("labels"), options.repeat)
    told = quickest(lambda: ours_of("told"), options.repeat)
    checked = quickest(lambda: ours_of("checked"), options.repeat)
    row |= {"label_seconds": ours["seconds"], "label_cpu_seconds": ours["cpu_seconds"],
            "told_seconds": told["seconds"], "told_cpu_seconds": told["cpu_seconds"],
            "checked_seconds": checked["seconds"],
            "checked_cpu_seconds": checked["cpu_seconds"]}  # fmt: skip
    if options.expect:
        row |= as_expected(path, row)
    for peer in peers:
        row[peer] = by_peer(python, peer, row, path, options)
    print(json.dumps(row), flush=True)
    return row


def quickest(measure: Callable[[], dict[str, Any]], repeat: int) -> dict[str, Any]:
    """The go that took least of the processor's time; the shortest time of any for the clock."""
    goes = [measure() for _ in range(max(1, repeat))]
    if any("cpu_seconds" not in go for go in goes):
        return goes[0]
    best = min(goes, key=lambda go: go["cpu_seconds"])
    return {**best, "seconds": min(go["seconds"] for go in goes)}


@contextmanager
def free_room(above: Path, path: Path) -> Iterator[Path]:
    """A folder for one go, ours or a peer's.

    It stays until all is measured, unless the set is large: a disk may take long to find room for
    a new file where many were deleted a moment ago (ext4 does), which is nobody's speed.
    """
    room = Path(tempfile.mkdtemp(dir=above))
    yield room
    if sum(file.stat().st_size for file in path.rglob("*") if file.is_file()) > STAYS_BYTES:
        shutil.rmtree(room)


def in_own_process(what: str, path: Path, room: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.benchmarks.intake", str(path), "--one", what,
               "--room", str(room)]  # fmt: skip
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=LIMIT_S)
    if done.returncode:
        return {"refused": (done.stderr.strip().splitlines() or ["no word"])[-1]}
    return json.loads(done.stdout.splitlines()[-1])


def peak_mib() -> float:
    """The most memory this process has had.

    Linux counts in what the process had before it became this program (its parent's, that is)
    everywhere but in `VmHWM`.
    """
    import resource

    status = Path("/proc/self/status")
    if status.is_file():
        found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text())
        if found:
            return round(int(found[1]) / 1024, 1)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(most / (1 << 20 if sys.platform == "darwin" else 1 << 10), 1)


def whole(path: Path, room: Path) -> dict[str, Any]:
    """The intake as the app does it, in this process."""
    from components.data import store
    from components.errors import AppError
    from components.workspace import Workspace

    _import_all(room / "first")
    workspace = Workspace(room)
    try:
        report, slug, seconds, worked = _brought_in(workspace, path)
    except AppError as error:
        return {"refused": str(error)}
    counts = store.find(workspace, slug).summary()
    problems = store.find(workspace, slug).problem_counts()
    return {
        "format": report.format, "task": report.task, "images": counts.pictures,
        "labelled": counts.labelled, "empty": counts.empty, "unlabelled": counts.unlabelled,
        "annotations": report.boxes, "classes": counts.classes, "problems": problems,
        "seconds": round(seconds, 3), "cpu_seconds": round(worked, 3),
        "ms_per_image": round(1000 * seconds / counts.pictures, 3),
        "cpu_ms_per_image": round(1000 * worked / counts.pictures, 3),
        "images_per_s": round(counts.pictures / seconds, 1),
        "peak_mib": peak_mib(),
    }  # fmt: skip


def _brought_in(workspace: Any, path: Path) -> tuple[Any, str, float, float]:
    """Read and accepted: the report, the data set's slug, seconds by the clock and computed."""
    from components.data.import_job import Order, new_folder, write_order
    from components.data.import_phases import read
    from components.data.import_phases import store as put
    from components.data.importing import read_report

    folder = new_folder(workspace)
    order = Order("read", (str(path),), "measured", True)
    write_order(folder, order)
    began, worked = time.perf_counter(), time.process_time()
    read(folder, lambda: None)
    report = read_report(folder)
    slug = put(folder, Order("write", order.sources, order.name, True))
    return report, slug, time.perf_counter() - began, time.process_time() - worked


def labels_only(path: Path, room: Path) -> dict[str, Any]:
    """Labels read and checked; pictures are opened only where the labels do not say their size."""

    def number(room: Path) -> int:
        found = _recognised(path, room)
        return _read_and_checked(found.finds, found.description)

    return _timed(room, number)


def labels_told(path: Path, room: Path) -> dict[str, Any]:
    """The same by what a label library is told: the files are found, and their format is known."""
    from components.data.formats.registry import FORMATS
    from components.data.matching import PictureIndex

    first = _recognised(path, room / "told")

    def number(room: Path) -> int:
        index = PictureIndex(first.finds.pictures)
        return _read_and_checked(first.finds, FORMATS[first.format](first.finds, index, []))

    return _timed(room, number)


def _recognised(path: Path, room: Path) -> Any:
    from components.data.recognise import recognise
    from components.data.scan import search

    return recognise(search([path], room))


def _read_and_checked(finds: Any, description: Any) -> int:
    """How many boxes are left of what the labels say."""
    from components.data.clean import clean
    from components.data.pictures import PictureFacts, probe

    described, read = description.described, description.read
    boxes = 0
    for n, entry in enumerate(finds.pictures):
        if n in described:
            raw = read(n, [])
            size = raw.size and (int(raw.size[0]), int(raw.size[1]))
            facts = PictureFacts(*size, "RGB", "JPEG") if size else probe(entry.path)
            boxes += len(clean(raw, facts, entry.name, []))
    return boxes


def labels_checked(path: Path, room: Path) -> dict[str, Any]:
    """Labels read and checked against the sizes of their pictures, which are not decoded."""

    def number(room: Path) -> int:
        return sum(len(one.labels) for one, _ in _recognised(path, room).pictures() if one)

    return _timed(room, number)


def _timed(room: Path, number: Callable[[Path], int]) -> dict[str, Any]:
    from components.data.collecting import seldom_collecting

    _import_all(room / "first")
    began, worked = time.perf_counter(), time.process_time()
    with seldom_collecting():  # as the app's worker does
        boxes = number(room / "room")
    seconds = time.perf_counter() - began
    worked = time.process_time() - worked
    return {"seconds": round(seconds, 4), "cpu_seconds": round(worked, 4), "annotations": boxes,
            "peak_mib": peak_mib()}  # fmt: skip


MEASURES = {
    "whole": whole, "labels": labels_only, "told": labels_told, "checked": labels_checked,
}  # fmt: skip


def _import_all(room: Path) -> None:
    """Bring in a set of one picture in each of the main formats, so that all is imported."""
    from components.workspace import Workspace

    (room / "set").mkdir(parents=True)
    (room / "set" / "a.jpg").write_bytes(picture_bytes())
    (room / "set" / "a.xml").write_text(voc_xml("a.jpg", [("a", 1, 1, 9, 9)]), encoding="utf-8")
    (room / "set" / "a.txt").write_text("0 0.5 0.5 0.1 0.1", encoding="utf-8")
    (room / "set" / "data.yaml").write_text("names: [a]", encoding="utf-8")
    write_json(room / "set" / "a.json", coco({"a.jpg": [("a", 1, 1, 9, 9)]}, ["a"]))
    _brought_in(Workspace(room), room / "set")


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
    python: Path | None, peer: str, ours: dict[str, Any], path: Path, options: argparse.Namespace
) -> dict[str, Any]:
    """The same by a peer; a ratio above 1 means that we are faster."""
    if ours["format"] not in READABLE_BY_PEERS:
        return {"skipped": f"{peer} is not asked about {ours['format']}"}

    def whole_in_room() -> dict[str, Any]:
        with free_room(options.room, path) as room:
            return _peer(python, peer, ours["format"], path, "--whole", str(room))

    labels = quickest(lambda: _peer(python, peer, ours["format"], path), options.repeat)
    if "failed" in labels:
        return labels
    whole_ = quickest(whole_in_room, options.repeat)
    return {
        "annotations": labels["annotations"],
        **_ratios(labels, ours["label_seconds"], ours["label_cpu_seconds"]),
        "told": _ratios(labels, ours["told_seconds"], ours["told_cpu_seconds"]),
        "whole": _ratios(whole_, ours["seconds"], ours["cpu_seconds"]),
    }


def _ratios(peer: dict[str, Any], seconds: float, cpu_seconds: float) -> dict[str, Any]:
    if "failed" in peer:
        return peer
    return {
        "seconds": round(peer["seconds"], 3), "cpu_seconds": round(peer["cpu_seconds"], 3),
        "ratio": round(peer["seconds"] / max(seconds, 1e-6), 2),
        "cpu_ratio": round(peer["cpu_seconds"] / max(cpu_seconds, 1e-6), 2),
    }  # fmt: skip


def _peer(python: Path | None, peer: str, form: str, path: Path, *how: str) -> dict[str, Any]:
    command = [str(python), str(PEER), peer, form, str(path), *how]
    done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_S)
    if done.returncode:
        return {"failed": (done.stderr.strip().splitlines() or ["no word"])[-1][:200]}
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


if __name__ == "__main__":
    main()
