"""How long a person waits for a page and for its main click, in a real browser.

`python -m tests.benchmarks.pages --images 10000 [--training] [--rounds 20]`. The real app, with a
data set of so many pictures and one finished run; with `--training` another run is learning all
the while. Times are taken inside the browser: from the pointer's (or key's) press to the frame
after the server's last word. The last line is JSON: {page: {"open": {p50_ms, p95_ms},
"click": {p50_ms, p95_ms}}}; "open" is the change from another page by the menu.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Error, Page, sync_playwright

from components.jobs.job import wait
from components.planning.plan import TrainingPlan
from components.runs.training import start as start_run
from components.workspace import Workspace
from tests.benchmarks.drawn_datasets import draw_dataset
from tests.e2e import browsers
from tests.e2e.running_app import RunningApp
from tests.e2e.steps import SETTLED, follow, no_traceback, settled, visit

BIG, SMALL = "many-pictures", "few-pictures"
WARM_ROUNDS = 2  # first visits load modules and fill caches; they are not counted
# The end is the frame after the server's last message: a quick run never shows up as "running".
CLOCK = """
() => {
  const clock = (window.__clock = { began: 0, ended: 0 });
  const begin = () => Object.assign(clock, { began: performance.now(), ended: 0 });
  for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, begin, true);
  const heard = () => {
    const { began } = clock;
    const drawn = () => began && began === clock.began && (clock.ended = performance.now());
    requestAnimationFrame(() => requestAnimationFrame(drawn));
  };
  // Charts that stand still are drawn a frame later: they are part of the wait.
  let library;
  Object.defineProperty(window, "Plotly", {
    get: () => library,
    set: (loaded) => {
      const react = loaded.react;
      library = Object.assign(loaded, {
        react: (...given) => { const drawn = react(...given); heard(); return drawn; },
      });
    },
  });
  const Plain = window.WebSocket;
  window.WebSocket = class extends Plain {
    constructor(...given) {
      super(...given);
      this.addEventListener("message", heard);
    }
  };
}
"""
# Once nothing has followed for a while: a page may run twice per click.
QUIET = f"""() => window.__clock.ended && performance.now() - window.__clock.ended > 300
  && document.querySelector('{SETTLED}')"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", type=int, default=10_000)
    parser.add_argument("--training", action="store_true")
    parser.add_argument("--rounds", type=int, default=20)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        app = RunningApp(Path(folder) / "workspace")
        os.environ["TAILOR_WORKSPACE"] = str(app.workspace)
        workspace = Workspace.current()
        draw_dataset(workspace, BIG, given.images)
        draw_dataset(workspace, SMALL, 60)
        app.start()
        try:
            finished = start_run(workspace, plan(epochs=2))
            print("training the run that Results and Try show", flush=True)
            wait(finished.folder, 600)
            learning = start_run(workspace, plan(epochs=1000)) if given.training else finished
            result = measure(app, finished.slug, learning.slug, given.rounds, Path(folder))
            if given.training:
                print(f"the other run reached epoch {epochs_of(learning.folder)}", flush=True)
        finally:
            app.close()
    print(json.dumps(result))


def plan(epochs: int) -> TrainingPlan:
    """A run on the small data set, from nothing, on the processor."""
    return TrainingPlan(
        dataset=SMALL, base="yolo26n.yaml", name=f"{epochs} rounds", epochs=epochs,
        image_size_px=160, batch=8, device="cpu", patience=0,
    )  # fmt: skip


def epochs_of(folder: Path) -> int:
    """How many epochs a run has measured, which shows that it really worked meanwhile."""
    lines = (folder / "events.jsonl").read_text(encoding="utf-8").splitlines()
    return sum('"metrics"' in line for line in lines)


def measure(app: RunningApp, finished: str, learning: str, rounds: int, folder: Path) -> dict:
    """Every page in turn, `rounds` times over; returns the figures."""
    clicks = main_clicks(folder)
    runs = {"Train": learning, "Results": finished, "Try": finished}
    opens: dict[str, list[float]] = {title: [] for title in clicks}
    pressed: dict[str, list[float]] = {title: [] for title in clicks}
    with sync_playwright() as playwright:
        browser = browsers.launch(playwright)
        if browser is None:
            sys.exit(browsers.HOW_TO_GET_ONE)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.add_init_script(f"({CLOCK})()")
        for title, click in clicks.items():
            choices = {"run": runs[title]} if title in runs else {"dataset": BIG}
            visit(page, app, "" if title == "Home" else title.lower(), **choices)
            elsewhere = "Home" if title != "Home" else "Plan"
            for number in range(WARM_ROUNDS + rounds):
                follow(page, elsewhere)
                times = one_round(page, title, click, number)
                if number >= WARM_ROUNDS:
                    opens[title].append(times[0])
                    pressed[title].append(times[1])
            print(f"{title}: open {told(opens[title])}, click {told(pressed[title])}", flush=True)
        browser.close()
    return {
        title.lower(): {"open": told(opens[title]), "click": told(pressed[title])}
        for title in clicks
    }


def one_round(page: Page, title: str, click: Callable, number: int) -> tuple:
    """Open the page by the menu, then do its main click; milliseconds of both."""
    opened = timed(page, lambda: press(page, menu_link(title)))
    no_traceback(page)
    clicked = timed(page, lambda: click(page, number))
    no_traceback(page)
    return opened, clicked


def timed(page: Page, act: Callable[[], None]) -> float | None:
    """Milliseconds from the press in `act` to the page's last word; None if nothing ran."""
    settled(page)
    page.evaluate("Object.assign(window.__clock, { began: 0, ended: 0 })")
    act()
    try:
        page.wait_for_function(QUIET, timeout=20_000)
    except Error:
        return None
    return page.evaluate("window.__clock.ended - window.__clock.began")


def told(times: list[float | None]) -> dict:
    """The median and the 95th percentile in milliseconds; None where a click ran nothing."""
    found = [time for time in times if time is not None]
    if len(found) < 2:
        return {"p50_ms": None, "p95_ms": None}
    return {
        "p50_ms": round(statistics.median(found)),
        "p95_ms": round(statistics.quantiles(found, n=20, method="inclusive")[-1]),
    }


def menu_link(title: str) -> str:
    """The menu's entry for a page."""
    return f'[data-testid="stSidebarNav"] a:has-text("{title}")'


def press(page: Page, selector: str, number: int = 0) -> None:
    """Press the n-th of the visible enabled elements, counted round and round."""
    page.locator(selector).first.wait_for()
    found = page.locator(selector)
    found.nth(number % found.count()).click()


def main_clicks(folder: Path) -> dict[str, Callable[[Page, int], None]]:
    """What people mostly do on each page, by the n-th round."""
    picture = folder / "picture_to_try.jpg"
    picture.write_bytes((folder / "workspace/datasets" / SMALL / "images/picture_00001.jpg")
                        .read_bytes())  # fmt: skip

    def filter_by_class(page: Page, number: int) -> None:
        page.locator(".st-key-class input").click()
        press(page, '[role="option"]', number)

    def move_confidence(page: Page, number: int) -> None:
        if not page.locator(".st-key-confidence").count():
            page.locator(".st-key-try input[type=file]").first.set_input_files(picture)
            page.locator(".st-key-confidence").wait_for(timeout=120_000)
            settled(page)
        page.locator(".st-key-confidence input[type=range]").press(
            "ArrowRight" if number % 2 else "ArrowLeft"
        )

    return {
        "Home": lambda page, number: press(page, ".st-key-home-own button"),
        "Data": filter_by_class,
        "Augment": lambda page, number: press(page, ".st-key-throw-again button"),
        "Plan": lambda page, number: press(page, '[class*="st-key-preset-"] button', number),
        "Train": lambda page, number: press(page, '[class*="st-key-log-"] summary'),
        "Results": lambda page, number: press(page, ".st-key-part button", number + 1),
        "Try": move_confidence,
    }


if __name__ == "__main__":
    main()
