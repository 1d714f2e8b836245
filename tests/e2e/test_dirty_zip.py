"""A dirty zip in a real browser: read, mended by two clicks, trained, taken away and brought back.

The zip has what people's exports have: pictures without labels, one picture in two parts, a class
written in two ways, a box outside, half a picture, no val part, and what a Mac leaves behind.
"""

import io
import re
import zipfile

import numpy as np
from PIL import Image
from playwright.sync_api import expect

from components.data import undo, versions
from components.data.store import find, list_datasets
from components.workspace import Workspace
from tests.e2e.steps import no_traceback, settled, shot, stands, visit
from tests.e2e.test_journey import (
    LONG_MS,
    MANY,
    choose_file,
    over,
    set_small_plan,
    start_training,
)

SIDE = 96
DATA_YAML = "names: [Cat, cats, dog]\ntrain: train/images\ntest: test/images\n"
ROWS = ("0 0.3 0.3 0.3 0.3\n2 0.7 0.7 0.2 0.3\n", "1 0.3 0.3 0.3 0.3\n2 0.7 0.7 0.2 0.3\n")
KNOWN = 24  # pictures with labels


def drawn(number):
    """A picture like no other, as JPEG."""
    dice = np.random.default_rng(number)
    coarse = Image.fromarray(dice.integers(0, 255, (8, 8, 3), dtype=np.uint8))
    memory = io.BytesIO()
    coarse.resize((SIDE, SIDE), Image.Resampling.BICUBIC).save(memory, "JPEG", quality=90)
    return memory.getvalue()


def dirty_zip(path):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("export/data.yaml", DATA_YAML)
        for n in range(KNOWN):
            part = "test" if n % 4 == 3 else "train"
            archive.writestr(f"export/{part}/images/{n:02}.jpg", drawn(n))
            outside = "2 1.4 0.5 0.1 0.1\n" if n == 5 else ""
            archive.writestr(f"export/{part}/labels/{n:02}.txt", ROWS[n % 6 == 1] + outside)
        for n in (50, 51):
            archive.writestr(f"export/train/images/new{n}.jpg", drawn(n))
        archive.writestr("export/test/images/again.jpg", drawn(0))
        archive.writestr("export/test/labels/again.txt", ROWS[0])
        archive.writestr("export/train/images/half.jpg", drawn(60)[:900])
        archive.writestr("export/train/labels/half.txt", ROWS[0])
        archive.writestr("__MACOSX/export/train/images/._00.jpg", b"\0\5\x16\7")
    return path


def bring_in(page, archive, pictures, **place):
    """Send a zip, read the report, accept it, and look at what came of it."""
    choose_file(page, "Choose files", archive)
    accept = page.get_by_role("button", name=f"Accept and bring in {pictures} pictures")
    expect(accept).to_be_visible(timeout=LONG_MS)
    if place:
        page.get_by_role("combobox", name="Where to").click()
        page.get_by_role("option", name=place["into"]).click()
        settled(page)
    return accept


def accepted(page, accept):
    accept.click()
    page.get_by_role("button", name="Look at the pictures").click(timeout=LONG_MS)
    stands(page)


def button(page, name):
    return page.get_by_role("button", name=name, exact=True).first


def facts(dataset):
    """What there is, by content: another data set of the same pictures has the same."""
    names = {each.id: each.name for each in dataset.classes()}
    rows = dataset.rows()
    labels = dataset.labels([row.id for row in rows])
    return sorted(
        (str(row.state), row.split or "", row.width,
         sorted((names[each.class_id], *(round(v, 1) for v in each.box))
                for each in labels[row.id]))
        for row in rows
    )  # fmt: skip


def test_a_dirty_zip_is_read_mended_trained_and_taken_away(page, app, tmp_path):
    workspace = Workspace(app.workspace)
    visit(page, app, "data", view="bring-in")
    accept = bring_in(page, dirty_zip(tmp_path / "my pets.zip"), KNOWN + 3)
    for told in ("half.jpg", "outside the picture"):
        expect(page.get_by_text(re.compile(told)).first).to_be_attached()
    shot(page, "dirty-report")
    accepted(page, accept)
    expect(page.get_by_text("Not ready.")).to_be_visible()
    shot(page, "dirty-not-ready")

    button(page, "Deal again").click()
    expect(page.get_by_text("Not ready.")).to_have_count(0)
    expect(page.get_by_text("Done").first).to_be_visible()
    button(page, "Make them one class").click(timeout=LONG_MS)
    expect(page.get_by_text("nearly the same name")).to_have_count(0)
    expect(page.get_by_text(re.compile(r"^Ready")).first).to_be_visible()
    stands(page)
    shot(page, "dirty-ready")
    [card] = list_datasets(workspace)
    dataset = find(workspace, card.slug)
    assert [each.name for each in dataset.classes()] == ["Cat", "dog"]
    counts = dataset.summary()
    assert (counts.pictures, counts.labelled, counts.unlabelled) == (KNOWN + 3, KNOWN + 1, 2)
    assert min(counts.train, counts.val) > 0
    trained = facts(dataset)

    visit(page, app, "plan", dataset=card.slug)
    page.get_by_role("radio", name="Train from scratch").first.click()
    settled(page)
    set_small_plan(page, epochs=MANY, size=64)
    start_training(page)
    chart = page.get_by_text("Overall quality and Found at all").first
    expect(chart).to_be_visible(timeout=LONG_MS)
    page.get_by_role("button", name="Stop and keep what was learned").click()
    expect(over(page)).to_be_visible(timeout=LONG_MS)
    no_traceback(page)

    visit(page, app, "data", dataset=card.slug, view="look")
    button(page, "Nothing is on them").click(timeout=LONG_MS)
    expect(page.get_by_text("Empty on purpose").first).to_be_visible()
    assert undo.last_step(dataset).label == "Nothing is on them"

    visit(page, app, "data", dataset=card.slug, view="versions")
    shot(page, "dirty-versions")
    page.get_by_role("button", name="Go back to this version").click()
    page.get_by_role("dialog").get_by_role("button", name="Go back").click()
    expect(page.get_by_text("The data set is as it was in this version.")).to_be_visible()
    assert [row for row in facts(dataset) if row[0] == "labelled"] == [
        row for row in trained if row[0] == "labelled"
    ]

    page.get_by_text("Take it away (export)").click()
    page.get_by_role("button", name="Pack a zip").click()
    link = page.get_by_role("link", name=f"{card.slug}-yolo.zip")
    expect(link).to_be_visible(timeout=LONG_MS)
    shot(page, "dirty-export")
    with page.expect_download() as download:
        link.click()
    download.value.save_as(tmp_path / "back.zip")

    visit(page, app, "data", view="bring-in")
    accepted(page, bring_in(page, tmp_path / "back.zip", KNOWN + 3))
    slugs = {each.slug for each in list_datasets(workspace)} - {card.slug}
    back = find(workspace, slugs.pop())
    assert facts(back) == facts(dataset)

    second = tmp_path / "more.zip"
    with zipfile.ZipFile(second, "w") as archive:
        archive.writestr("data.yaml", "names: [dog, bird]\ntrain: images\n")
        for n in range(70, 74):
            archive.writestr(f"images/{n}.jpg", drawn(n))
            archive.writestr(f"labels/{n}.txt", "1 0.5 0.5 0.4 0.4\n")
    visit(page, app, "data", view="bring-in")
    accepted(page, bring_in(page, second, 4, into=re.compile("Add to my pets")))
    assert [each.name for each in dataset.classes()] == ["Cat", "dog", "bird"]
    assert dataset.summary().pictures == KNOWN + 7
    assert len(versions.freeze(dataset)) == 16
    no_traceback(page)
