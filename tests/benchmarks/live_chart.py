"""What a live chart costs the browser: 1,000 epochs of 8 series, one epoch more per tick.

`python -m tests.benchmarks.live_chart [--epochs 1000] [--ticks 40]`. The real part, the real route
and a real Chromium; the run is a folder of events to which this script appends. The last line is
JSON: `kb_per_tick` (the route's answers over the wire), `main_thread_ms` (processor time of all
tasks on the page's main thread per tick: scripts, style, layout, paint), `zoom_survives`.
"""

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from components.jobs.events import Measured, Queued, Started, write
from components.planning.plan import TrainingPlan
from components.workspace import Workspace, write_atomic
from tests.e2e.browsers import launch
from tests.e2e.running_app import free_port

PAGE = """
import streamlit as st
from components.tasks import TASKS
from components.ui.parts.live_charts import live_charts
st.set_page_config(layout="wide", page_icon={icon!r})
live_charts("endless", TASKS["detect"], key="live")
"""
SERVER = """
from pathlib import Path
from components.web.server import make_app
from components.web.settings import launch_settings
make_app(Path({page!r})).run(config=launch_settings())
"""
ROOT = Path(__file__).resolve().parents[2]


def main() -> None:
    """Measure and say."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--epochs", type=int, default=1000)
    parser.add_argument("--ticks", type=int, default=40)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TAILOR_WORKSPACE"] = folder
        run = _make_run(Workspace.current(), chosen.epochs)
        port = free_port()
        server = _serve(Path(folder), port)
        try:
            _wait_until_served(port)
            print(json.dumps(_measure(run, port, chosen.epochs, chosen.ticks)))
        finally:
            server.terminate()
            server.wait(timeout=20)


def _make_run(workspace: Workspace, epochs: int) -> Path:
    """A run that is going on and has done so many epochs."""
    run = workspace.runs / "endless"
    run.mkdir()
    plan = TrainingPlan(
        dataset="none", version="", task="detect", name="Endless", epochs=2 * epochs
    )
    write_atomic(run / "plan.json", plan.to_json())
    write(run, Queued(time.time()))
    write(run, Started(pid=os.getpid(), born=0.0, at=time.time()))
    lines = [
        json.dumps({"kind": "Measured", "epoch": e, "metrics": _numbers(e), "seconds": 1.0})
        for e in range(1, epochs + 1)
    ]
    with (run / "events.jsonl").open("a", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    return run


def _numbers(epoch: int) -> dict[str, float]:
    """Eight series that look like a training."""
    falls, wiggle = math.exp(-epoch / 300), 0.03 * math.sin(epoch * 1.7)
    return {
        "train/box_loss": 0.4 + 2 * falls + wiggle, "val/box_loss": 0.5 + 2 * falls - wiggle,
        "train/cls_loss": 0.3 + 3 * falls + wiggle, "val/cls_loss": 0.4 + 3 * falls - wiggle,
        "metrics/mAP50-95(B)": 0.6 - 0.6 * falls + wiggle,
        "metrics/mAP50(B)": 0.8 - 0.8 * falls + wiggle,
        "metrics/precision(B)": 0.8 - 0.7 * falls + wiggle,
        "metrics/recall(B)": 0.7 - 0.7 * falls + wiggle,
    }  # fmt: skip


def _serve(folder: Path, port: int) -> "subprocess.Popen[bytes]":
    page, server = folder / "page.py", folder / "serve.py"
    page.write_text(PAGE.format(icon=str(ROOT / "assets" / "icon.png")), encoding="utf-8")
    server.write_text(SERVER.format(page=str(page)), encoding="utf-8")
    environment = {**os.environ, "STREAMLIT_SERVER_PORT": str(port), "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [sys.executable, str(server)], env=environment, cwd=ROOT,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def _wait_until_served(port: int) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(f"http://localhost:{port}/_stcore/health", timeout=2).close()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def _measure(run: Path, port: int, epochs: int, ticks: int) -> dict[str, Any]:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        assert browser is not None, "no browser was found"
        page = browser.new_page(viewport={"width": 1280, "height": 1000})
        page.goto(f"http://localhost:{port}/")
        page.wait_for_function(
            "document.querySelectorAll('.live-plot .plot-container').length >= 4", timeout=60_000
        )
        page.wait_for_timeout(3000)  # the first drawing is not a tick
        drawn = page.evaluate(_CURVES)
        zoomed = _zoom(page)
        wire = page.context.new_cdp_session(page)
        wire.send("Network.enable")
        wire.send("Performance.enable", {"timeDomain": "threadTicks"})
        answers: dict[str, int] = {}
        wire.on("Network.responseReceived", lambda e: _note(answers, e))
        wire.on("Network.loadingFinished", lambda e: _weigh(answers, e))
        before = _busy_s(wire)
        for tick in range(1, ticks + 1):
            write(run, Measured(epochs + tick, _numbers(epochs + tick), 1.0))
            page.wait_for_timeout(1000)
        busy_ms = 1000 * (_busy_s(wire) - before) / ticks
        page.wait_for_function(  # charts take turns; all of them catch up
            f"() => ({_CURVES})().points === {epochs + ticks}", timeout=120_000
        )
        after = page.evaluate(_CURVES)
        browser.close()
        weights = [weight for weight in answers.values() if weight]
        return {
            "kb_per_tick": round(sum(weights) / max(1, len(weights)) / 1000, 2),
            "main_thread_ms": round(busy_ms, 1),
            "zoom_survives": bool(zoomed) and after["range"] == zoomed,
            "epochs": after["points"], "grew_by": after["points"] - drawn["points"],
            "series": after["series"], "ticks": ticks,
        }  # fmt: skip


_CURVES = """() => {
  const drawn = [...document.querySelectorAll('.live-plot')].filter((plot) => plot.data);
  return {
    series: drawn.reduce((sum, plot) => sum + plot.data.length, 0),
    points: Math.min(...drawn.map((plot) => plot.data[0].x.length)),
    range: drawn[0].layout.xaxis.range.map((edge) => Math.round(edge * 1e6) / 1e6),
  };
}"""


def _zoom(page: Any) -> list[float] | None:
    """Pull a window over part of the first chart, as a person does; the range it gives."""
    whole = page.evaluate(_CURVES)["range"]
    box = page.locator(".live-plot .nsewdrag").first.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + box["height"] * 0.5)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.5, steps=5)
    page.mouse.up()
    page.wait_for_timeout(1000)
    zoomed: list[float] = page.evaluate(_CURVES)["range"]
    page.mouse.move(5, 5)
    return zoomed if zoomed != whole else None


def _note(answers: dict[str, int], event: dict[str, Any]) -> None:
    if "/tailor/live/" in event["response"]["url"]:
        answers[event["requestId"]] = 0


def _weigh(answers: dict[str, int], event: dict[str, Any]) -> None:
    if event["requestId"] in answers:
        answers[event["requestId"]] = int(event["encodedDataLength"])


def _busy_s(wire: Any) -> float:
    metrics = wire.send("Performance.getMetrics")["metrics"]
    return float(next(m["value"] for m in metrics if m["name"] == "TaskDuration"))


if __name__ == "__main__":
    main()
