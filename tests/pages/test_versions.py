"""The Data page's versions: what runs learned from, what changed, the way back, the export."""

from components.data import schema, versions
from components.data.exporting import exports_of
from components.data.records import PictureState
from components.data.relabel import add_classes
from components.jobs.events import Queued, write
from components.planning.plan import TrainingPlan
from components.runs.store import RunStore

from .conftest import open_page

DATA = "make/data"


def test_without_a_version_the_page_says_who_makes_one(workspace, mugs):
    at = open_page(DATA, view="versions")
    assert not at.exception
    assert "The first run makes one" in at.info[0].value


def test_a_version_is_listed_with_the_run_that_used_it(workspace, mugs):
    version = versions.freeze(mugs)
    plan = TrainingPlan(dataset=mugs.slug, version=version, name="Night <i>run</i>")
    write(RunStore(workspace).create(plan).folder, Queued(1.0))
    at = open_page(DATA, view="versions")
    assert not at.exception
    shown = "".join(each.value for each in at.get("html"))
    assert version[:8] in shown
    assert "Night &lt;i&gt;run&lt;/i&gt;" in shown
    assert any("as it was in this version" in each.value for each in at.caption)


def test_a_look_at_what_changed_makes_no_version(workspace, mugs):
    first = versions.freeze(mugs)
    mugs.set_state(mugs.ids()[12:14], PictureState.IGNORED)
    at = open_page(DATA, view="versions", version=first)
    assert not at.exception
    assert any("What changed from it to now" in each.label for each in at.expander)
    assert [path.stem for path in (mugs.folder / "versions").iterdir()] == [first]


def test_going_back_asks_first_and_then_does_it(workspace, mugs):
    first = versions.freeze(mugs)
    empty = mugs.ids()[12:14]
    mugs.set_state(empty, PictureState.IGNORED)
    at = open_page(DATA, view="versions", version=first)
    at.button(key="versions.restore").click().run()
    assert versions.freeze(mugs) != first
    at.button(key="versions.yes").click().run()
    assert not at.exception
    assert versions.freeze(mugs) == first


def test_going_back_is_seen_though_a_class_that_came_later_stays(workspace, mugs):
    first = versions.freeze(mugs)
    with schema.changing(mugs.folder) as db:
        add_classes(db, ["bird"])
    at = open_page(DATA, view="versions", version=first)
    assert not at.exception
    assert any("Every picture is as it was" in each.value for each in at.caption)
    assert any("New classes: “bird”" in each.value for each in at.markdown)
    assert not [each for each in at.button if each.key == "versions.restore"]


def test_a_zip_is_put_in_line(workspace, mugs):
    at = open_page(DATA, view="versions")
    at.selectbox(key="export.form").set_value("coco").run()
    at.button(key="export.start").click().run()
    assert not at.exception
    [view] = exports_of(workspace, mugs.slug)
    assert (view.order.form, view.order.version) == ("coco", "")
