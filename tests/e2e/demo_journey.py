"""From a fresh workspace along the tour to the demo's first prediction, as a newcomer clicks."""

import time

from playwright.sync_api import Page, expect

from tests.e2e.steps import number, stands, visit

LONG_MS = 600_000
WAY = (  # the button pressed, and how the page after it is known
    ("Open the demo", "**/data?*"),
    ("Take “Quick look” and go to the plan", "**/plan?*"),
    ("Start training", "**/train?run=*"),
    ("See how good it became", "**/results?run=*"),
    ("Try it on a picture", "**/try?run=*"),
    ("Take a picture it has not learned from", ""),
)


def demo_journey(page: Page, app, *, small: bool = False, task: str = "detect") -> dict[str, float]:
    """Go the whole way; what it took.

    Args:
        page: A fresh window.
        app: A running Tailor.
        small: Whether the plan is made as small as can be on the way, for tests of something else
            than the model.
        task: Whose demo.

    Returns:
        `clicks`, `seconds` from Home standing to the boxes on the picture, and seconds of parts:
        `trained_at`, `tried_at`.
    """
    visit(page, app)
    began = time.monotonic()
    marks: dict[str, float] = {}
    for label, address in WAY:
        button = page.get_by_role("button", name=label).first
        if label == WAY[0][0] and task != "detect":
            button = page.locator(f".st-key-home-demo-{task} button").first
        expect(button).to_be_enabled(timeout=LONG_MS)  # for one of them a run has to end
        if small and label == "Start training":
            number(page, "Rounds over your pictures", 1)
            number(page, "Picture size while learning", 96)
            expect(button).to_be_enabled(timeout=LONG_MS)
        marks[label] = time.monotonic() - began
        button.click()
        if address:
            page.wait_for_url(address, timeout=LONG_MS)
            stands(page)
    answer = "What the picture may show" if task == "classify" else "Things found"
    found = page.get_by_text(answer).or_(page.get_by_label(answer)).first
    expect(found).to_be_visible(timeout=120_000)
    return {
        "clicks": len(marks),
        "seconds": round(time.monotonic() - began, 1),
        "trained_at": round(marks[WAY[3][0]], 1),
        "tried_at": round(marks[WAY[5][0]], 1),
    }
