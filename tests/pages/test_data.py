import pytest

from components.data.records import PictureState
from components.data.rows import SplitOrigin
from components.data.split import redeal
from components.data.store import PictureFilter, find, list_datasets
from components.jobs.events import Queued, write
from components.planning.plan import TrainingPlan
from components.runs.store import RunStore
from components.ui.data_manage import MENU

from .conftest import asked, draw_dataset, open_page

DATA = "make/data"


def metrics(at):
    return {metric.label: metric.value for metric in at.metric}


def labels(at):
    return [button.label for button in at.button]


def test_without_a_data_set_the_page_begins_with_bringing_in(workspace):
    at = open_page(DATA)
    assert asked(at, "view") == "bring-in"
    assert at.text_input(key="import.path")


def test_without_a_data_set_looking_leads_to_bringing_in(workspace):
    at = open_page(DATA, view="look")
    assert not at.exception
    assert "no data set yet" in at.markdown[-1].value


def test_with_a_data_set_the_page_begins_with_looking(mugs):
    at = open_page(DATA)
    assert asked(at, "view") == "look"
    assert metrics(at)["Pictures"] == "17"
    assert metrics(at)["Labelled"] == "12"
    assert metrics(at)["Boxes"] == "12"


def test_the_address_chooses_the_data_set(workspace, mugs):
    draw_dataset(workspace, "Plates", labelled=4, empty=0, unlabelled=0)
    at = open_page(DATA, dataset="plates", view="look")
    assert metrics(at)["Pictures"] == "4"
    at.selectbox(key="dataset").set_value("mugs").run()
    assert metrics(at)["Pictures"] == "17"
    assert asked(at, "dataset") == "mugs"


def test_a_data_set_that_is_gone_is_said_so(workspace, mugs):
    at = open_page(DATA, dataset="cups", view="look")
    assert "not here any more" in at.info[0].value
    assert metrics(at)["Pictures"] == "17"


def test_two_data_sets_of_one_name_can_be_told_apart(workspace, mugs):
    folder = workspace.datasets / "mugs"
    draw_dataset(workspace, "Plates", 4, 0, 0)
    from components.data.store import open_dataset, rename

    rename(open_dataset(workspace.datasets / "plates"), open_dataset(folder).name)
    at = open_page(DATA, view="look")
    assert len(set(at.selectbox(key="dataset").options)) == 2


@pytest.mark.parametrize(
    ("key", "value", "left"),
    [
        ("class", "<b>spoon</b>", 4),
        ("state", "empty on purpose", 2),
        ("part", "Learn from (train)", None),
    ],
)
def test_filters_narrow_the_pictures_down(workspace, mugs, key, value, left):
    at = open_page(DATA, view="look")
    at.selectbox(key=key).set_value(value).run()
    assert not at.exception
    left = left or mugs.count(PictureFilter(split="train"))
    assert any(caption.value.startswith(f"{left} pictures of 17") for caption in at.caption)


def test_a_name_that_nothing_has_leaves_no_picture(mugs):
    at = open_page(DATA, view="look")
    at.text_input(key="name").set_value("zebra").run()
    assert any(caption.value.startswith("0 pictures of 17") for caption in at.caption)


def test_charts_are_drawn_when_they_are_looked_at(mugs):
    at = open_page(DATA, view="look", show="charts")
    assert not at.exception
    assert len(drawn_charts(at)) == 4
    assert not drawn_charts(open_page(DATA, view="look", show="pictures"))


def drawn_charts(at):
    return [
        each for each in at.get("bidi_component")
        if each.proto.component_name.endswith("still_chart")
    ]  # fmt: skip


def test_a_data_set_without_boxes_has_no_charts_but_a_way_on(workspace):
    draw_dataset(workspace, labelled=0)
    at = open_page(DATA, view="look", show="charts")
    assert any("no labels" in info.value for info in at.info)
    assert "Bring in labels" in labels(at)


def test_unlabelled_pictures_become_empty_on_purpose_after_a_question(workspace, mugs):
    at = open_page(DATA, view="look")
    button = next(b for b in at.button if "empty on purpose" in b.label)
    assert button.label.endswith("3 pictures")
    button.click().run()
    at.button(key="data.change.yes").click().run()
    assert mugs.summary().empty == 5
    assert metrics(at)["Empty on purpose"] == "5"


def test_pictures_put_aside_come_back_with_the_labels_they_had(workspace, mugs):
    before = mugs.summary()
    for words in ("Put aside", "Take back in"):
        at = open_page(DATA, view="look")
        next(b for b in at.button if b.label.startswith(words)).click().run()
        at.button(key="data.change.yes").click().run()
    after = mugs.summary()
    assert after.labelled == before.labelled
    assert after.boxes == before.boxes
    assert after.unlabelled == before.unlabelled + before.empty  # nobody remembers it was empty
    assert mugs.ids(PictureFilter(state=PictureState.IGNORED)) == []


def test_a_data_set_can_be_renamed(workspace, mugs):
    at = open_page(DATA, view="look")
    name = next(box for box in at.text_input if box.label == "Name")
    name.set_value("Cups & <i>mugs</i>")
    next(b for b in at.button if b.label == "Rename").click().run()
    assert not at.exception
    assert list_datasets(workspace)[0].name == "Cups & <i>mugs</i>"


def test_the_menu_folds_up_before_the_dialog_that_it_opens(workspace, mugs):
    at = open_page(DATA, view="look")
    at.button(key="data.delete").click().run()
    assert at.session_state[MENU] == 1  # another key: a new popover, which is closed
    assert at.button(key="data.delete.yes"), "the dialog stands"


def test_deleting_asks_first_and_then_leaves_nothing(workspace, mugs):
    at = open_page(DATA, view="look")
    at.button(key="data.delete").click().run()
    assert mugs.folder.exists()
    at.button(key="data.delete.yes").click().run()
    assert not at.exception
    assert not list(workspace.datasets.iterdir())


def test_a_data_set_that_a_run_learns_from_cannot_be_deleted(workspace, mugs):
    run = RunStore(workspace).create(TrainingPlan(dataset=mugs.slug, name="Busy"))
    write(run.folder, Queued(1.0))
    at = open_page(DATA, view="look")
    at.button(key="data.delete").click().run()
    assert any("Busy" in warning.value for warning in at.warning)
    assert at.button(key="data.delete.yes").disabled


def test_the_first_split_is_one_click(workspace, unsplit):
    at = open_page(DATA, view="split")
    assert "not split yet" in "".join(caption.value for caption in at.caption)
    at.button(key="split.use").click().run()
    assert not at.exception
    facts = unsplit.summary()
    assert facts.unsplit == 0
    assert facts.train > facts.val > 0
    assert "Go on to Augment" in labels(at)


def test_dealing_again_keeps_the_shares(workspace, mugs):
    before = mugs.split_origin()
    at = open_page(DATA, view="split")
    at.button(key="split.again").click().run()
    after = mugs.split_origin()
    assert after.shares == before.shares
    assert after.seed != before.seed


def test_what_came_all_in_one_part_is_dealt_with_the_usual_shares_and_no_question(workspace, mugs):
    mugs.set_split(dict.fromkeys(mugs.ids(), "train"), SplitOrigin("import"))
    at = open_page(DATA, view="split")
    at.button(key="split.again").click().run()
    facts = mugs.summary()
    assert facts.train > facts.val > 0


def test_a_split_that_runs_rely_on_changes_only_after_a_question(workspace, mugs):
    RunStore(workspace).create(TrainingPlan(dataset=mugs.slug))
    before = mugs.split_origin()
    at = open_page(DATA, view="split")
    at.button(key="split.again").click().run()
    assert mugs.split_origin() == before
    at.button(key="split.yes").click().run()
    assert mugs.split_origin() != before


def test_pictures_that_came_later_get_a_part_and_the_others_stay(workspace, mugs):
    late = mugs.ids()[:2]
    mugs.set_split(dict.fromkeys(late), mugs.split_origin())
    where = {row.id: row.split for row in mugs.rows() if row.id not in late}
    at = open_page(DATA, view="split")
    at.button(key="split.rest").click().run()
    assert mugs.summary().unsplit == 0
    assert {row.id: row.split for row in mugs.rows() if row.id not in late} == where


def test_the_table_of_the_split_escapes_class_names(mugs):
    at = open_page(DATA, view="split")
    bodies = "".join(element.proto.body for element in at.get("html"))
    assert "&lt;b&gt;spoon&lt;/b&gt;" in bodies
    assert "<b>spoon" not in bodies


def test_what_stops_training_stops_the_way_on(workspace):
    dataset = draw_dataset(workspace, labelled=1, empty=0, unlabelled=5)
    redeal(dataset)
    at = open_page(DATA, view="split")
    assert at.error
    assert at.button(key="go_on").disabled
    assert find(workspace, dataset.slug)


def test_pictures_that_nobody_has_split_yet_are_not_called_ill(unsplit):
    at = open_page(DATA, view="look")
    assert not at.error
    assert at.button(key="go_on").label == "Split the pictures"
    at = open_page(DATA, view="split")
    assert not at.error


@pytest.mark.parametrize("left", [b"", b"no database at all " * 400])
def test_a_data_set_that_cannot_be_opened_is_told_and_can_be_deleted(workspace, mugs, left):
    from components.data.schema import FILE

    draw_dataset(workspace, "Plates", labelled=4, empty=0, unlabelled=0)
    for path in mugs.folder.glob(f"{FILE}*"):
        path.unlink()
    (mugs.folder / FILE).write_bytes(left)
    at = open_page(DATA, dataset="mugs", view="look")
    assert not at.exception
    assert "damaged" in at.error[0].value
    assert any("17 pictures still lie in it" in words.value for words in at.markdown)
    assert at.button(key="data.damaged.delete").disabled
    at.checkbox(key="data.damaged.sure.mugs").check().run()
    at.button(key="data.damaged.delete").click().run()
    assert not at.exception
    assert [card.slug for card in list_datasets(workspace)] == ["plates"]
