"""How long a newcomer needs to a first model: `python -m tests.benchmarks.first_model [--task T]`.

A fresh workspace, a real browser, the demo along the tour, up to the first prediction. The last
line is JSON: `seconds`, `clicks`. Goal: 120 s and 6 clicks on two free processor cores.
"""

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from components.runs.store import RunStore
from components.tasks import TASKS
from components.workspace import Workspace
from tests.e2e import browsers
from tests.e2e.demo_journey import demo_journey
from tests.e2e.running_app import RunningApp


def main() -> None:
    """Measure once."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shot", type=Path, help="where a picture of the last page is put")
    parser.add_argument("--task", choices=[*TASKS], default="detect", help="whose demo")
    order = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = browsers.launch(playwright)
        if browser is None:
            sys.exit(browsers.HOW_TO_GET_ONE)
        app = RunningApp(Path(folder) / "workspace").start()
        try:
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            told = demo_journey(page, app, task=order.task)
            if order.shot:
                page.screenshot(path=order.shot, full_page=True)
            told |= _quality(Workspace(app.workspace), TASKS[order.task].headline.key)
        finally:
            app.close()
            browser.close()
    told["cores"] = os.cpu_count() or 1
    told["load"] = round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else -1.0
    sys.stdout.write(json.dumps(told) + "\n")


def _quality(workspace: Workspace, headline: str) -> dict[str, float | str]:
    """What it started from and how good the model became."""
    run = RunStore(workspace).all()[0]
    scores = [float(epoch.metrics.get(headline, 0)) for epoch in run.progress.history]
    return {
        "base": run.plan.base,
        "epochs": len(scores),
        "map": round(max(scores, default=0), 3),
        "headline": headline,
    }


if __name__ == "__main__":
    main()
