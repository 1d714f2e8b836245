import os
import pickle
import zipfile

import pytest

from components.errors import AppError
from components.jobs.event_kinds import Failed
from components.jobs.events import write
from components.models import fetching
from components.models.offline import stay_offline
from components.models.weights import admit
from components.planning import drafts
from components.planning.expert import settings
from components.planning.presets import PRESETS
from components.planning.shipped import STARTER
from components.runs.store import RunStore
from tests.models.hostile import archive
from tests.models.test_weights_safety import HARMLESS

from .conftest import asked, draw_dataset, open_page, place

PLAN = "make/plan"


class Hostile:
    def __reduce__(self):
        return os.system, ("echo hostile",)


def values(dataset):
    return drafts.load(dataset.folder).values


def knob(at, label):
    return next(
        each
        for each in (*at.number_input, *at.selectbox, *at.toggle, *at.select_slider, *at.slider)
        if each.label.startswith(label)
    )


def said(at):
    return "\n".join(
        each.value for each in (*at.markdown, *at.caption, *at.info, *at.warning, *at.error)
    )


def from_scratch(at):
    return next(w for w in at.segmented_control if str(w.key).endswith("way")).set_value(
        "Train from scratch"
    )


def test_a_freeze_depth_beyond_the_network_is_cut_and_said_so(mugs):
    drafts.change(mugs.folder, {"frozen_layers": 40})
    at = open_page(PLAN)
    assert "The plan freezes 40 layers, and this model has 24" in said(at)
    assert values(mugs)["frozen_layers"] == 23
    assert "freezes 40" not in said(at.run())


def test_a_rate_that_is_not_known_to_work_says_so_at_the_slider_and_why_below(mugs):
    drafts.change(mugs.folder, {"learning_rate": 0.00001})
    told = said(open_page(PLAN))
    assert "**Too gentle** for AdamW. That is outside what is known to work" in told
    assert "0.00001 is small for AdamW" in told.replace("\\", "")


def test_without_a_data_set_the_page_leads_to_bringing_in(workspace):
    at = open_page(PLAN)
    assert "no data set yet" in at.markdown[-1].value


@pytest.mark.parametrize("key", PRESETS)
def test_a_preset_sets_the_knobs_that_are_shown(mugs, key):
    at = open_page(PLAN)
    at.button(key=f"preset.{key}").click().run()
    assert not at.exception
    kept = values(mugs)
    assert knob(at, "Rounds over your pictures").value == kept["epochs"]
    assert knob(at, "Picture size").value == kept["image_size_px"]
    assert knob(at, "Pictures looked at together").value == kept["batch"]
    assert drafts.load(mugs.folder).preset == key


def unfolded(**address):
    at = open_page(PLAN, **address)
    for box in ("more", "expert", "yaml"):
        at.session_state[box] = True
    return at.run()


def shown(at):
    return {
        each.label: each.value
        for each in (*at.number_input, *at.selectbox, *at.toggle, *at.select_slider, *at.slider)
    }


def ids(at):
    return [
        each.proto.id
        for each in (*at.number_input, *at.selectbox, *at.toggle, *at.select_slider, *at.slider)
    ]


def test_a_preset_moves_the_widgets_that_stand_there_and_makes_no_new_ones(mugs):
    at = unfolded()
    before, widgets = shown(at), ids(at)
    at.button(key="preset.best").click().run()
    assert ids(at) == widgets
    assert shown(at) != before
    assert shown(at) == shown(unfolded())


def test_another_base_leaves_the_fields_below_it_in_their_places(mugs):
    at = open_page(PLAN)
    epochs = knob(at, "Rounds over your pictures").key
    before = place(at.main, epochs)
    assert "fetch" in [button.key for button in at.button]
    from_scratch(at).run()
    assert values(mugs)["base"].endswith(".yaml")
    assert "fetch" not in [button.key for button in at.button]
    assert place(at.main, epochs) == before != ()


def test_the_name_stays_in_its_place_whatever_is_advised(mugs):
    at = open_page(PLAN)
    name = next(each.key for each in at.text_input if each.label == "Name of this run")
    before, told = place(at.main, name), said(at)
    drafts.change(mugs.folder, {"patience": 100, "learning_rate": 0.01, "epochs": 30})
    assert "The learning rate" in said(at.run())
    assert len(said(at)) > len(told)
    assert place(at.main, name) == before != ()


def test_what_is_turned_after_a_preset_stays_turned(mugs):
    at = open_page(PLAN)
    at.button(key="preset.quick").click().run()
    knob(at, "Rounds over your pictures").set_value(77).run()
    at.run()
    assert knob(at, "Rounds over your pictures").value == 77
    assert knob(open_page(PLAN), "Rounds over your pictures").value == 77
    at.button(key="preset.quick").click().run()
    assert knob(at, "Rounds over your pictures").value == values(mugs)["epochs"] != 77


def test_a_preset_pressed_right_after_typing_wins(mugs):
    at = open_page(PLAN)
    knob(at, "Rounds over your pictures").set_value(77)
    at.button(key="preset.quick").click().run()
    assert knob(at, "Rounds over your pictures").value == values(mugs)["epochs"] != 77
    assert drafts.load(mugs.folder).preset == "quick"


def test_an_older_tab_takes_nothing_back_and_catches_up(mugs):
    old, new = open_page(PLAN), open_page(PLAN)
    knob(new, "Rounds over your pictures").set_value(77).run()
    new.button(key="preset.small").click().run()
    knob(new, "Picture size").set_value(96).run()
    told = values(mugs)
    old.run()
    assert values(mugs) == told
    knob(old, "Pictures looked at together").set_value(3).run()
    assert values(mugs) == {**told, "batch": 3}
    assert knob(old, "Picture size").value == 96
    assert knob(old, "Rounds over your pictures").value == told["epochs"]
    assert knob(old, "Size of the learning").value == told["learning_rate"]


def test_a_rate_between_the_places_of_the_slider_is_shown_and_can_be_left(mugs):
    drafts.change(mugs.folder, {"learning_rate": 0.00123})
    at = open_page(PLAN)
    assert knob(at, "Size of the learning").value == 0.00123
    knob(at, "Size of the learning").set_value(0.001).run()
    at.run()
    assert knob(at, "Size of the learning").value == values(mugs)["learning_rate"] == 0.001


def test_an_expert_setting_is_kept_shown_again_and_taken_back(mugs):
    at = unfolded()
    knob(at, "Momentum").set_value(0.5).run()
    assert values(mugs)["expert"] == {"momentum": 0.5}
    assert knob(unfolded(), "Momentum").value == 0.5
    knob(at, "Momentum").set_value(settings()["momentum"].default).run()
    assert values(mugs)["expert"] == {}


def test_the_name_of_a_run_survives_a_preset(mugs):
    at = open_page(PLAN)
    at.text_input[0].set_value("mine").run()
    at.button(key="preset.best").click().run()
    assert at.text_input[0].value == "mine"


def test_every_turned_knob_is_there_after_a_reload(mugs):
    at = unfolded()
    turned = {
        "Rounds over your pictures": 7, "Picture size": 96, "Pictures looked at together": 4,
        "Stop when nothing improves": 3, "Start of the dice": 42, "Shrink the steps": True,
        "Way of learning": "SGD", "Who trains": "reference", "How much of the model": 11,
    }  # fmt: skip
    for label, value in turned.items():
        knob(at, label).set_value(value).run()
        assert not at.exception
    at = unfolded()
    for label, value in turned.items():
        assert knob(at, label).value == value, label


def test_a_typed_picture_size_becomes_the_one_that_will_be_used(mugs):
    at = open_page(PLAN)
    knob(at, "Picture size").set_value(77).run()
    assert knob(at, "Picture size").value == 96
    assert values(mugs)["image_size_px"] == 96


def test_start_says_what_is_missing(mugs):
    at = open_page(PLAN)
    assert at.button(key="start").disabled
    assert "not on this computer yet" in said(at)
    at = from_scratch(at).run()
    assert not at.button(key="start").disabled


def test_start_says_that_pictures_must_be_split(unsplit):
    at = from_scratch(open_page(PLAN)).run()
    assert at.button(key="start").disabled
    assert not at.error
    assert "is not divided yet" in said(at)
    assert "Split the pictures" in [each.proto.label for each in at.get("page_link")]
    assert "First do what the box above says" in said(at)


def test_start_puts_the_run_in_line_and_opens_it(workspace, mugs, in_line):
    at = from_scratch(open_page(PLAN)).run()
    at.text_input(key=next(w.key for w in at.text_input)).set_value("<b>my</b> run").run()
    at.button(key="start").click().run()
    assert not at.exception
    [run] = RunStore(workspace).all()
    assert run.title == "<b>my</b> run"
    assert asked(at, "run") == run.slug


def test_every_advice_that_can_be_followed_is_gone_after_its_click(mugs):
    at = from_scratch(open_page(PLAN)).run()
    knob(at, "Picture size").set_value(32).run()
    for _ in range(12):
        offered = [button for button in at.button if button.label == "Do this"]
        if not offered:
            break
        before = values(mugs)
        offered[0].click().run()
        assert not at.exception
        assert values(mugs) != before
    assert not [button for button in at.button if button.label == "Do this"]


def test_a_flip_that_nobody_allowed_is_spoken_of(mugs):
    assert "left or right" in said(open_page(PLAN))
    drafts.answer(mugs.folder, "left_right", False)
    assert "left or right" not in said(open_page(PLAN))


def test_two_effects_with_one_question_are_spoken_of_once(mugs):
    turns = {"key": "quarter_turns", "strength": 1.0, "probability": 0.5}
    drafts.change_recipe(mugs.folder, {"trainer": {"degrees": 90.0}, "extra": [turns]})
    assert said(open_page(PLAN)).count("strange or mean something else") == 1


def test_settings_that_do_nothing_for_boxes_are_not_offered(mugs):
    at = open_page(PLAN)
    box = next(each for each in at.expander if each.label.startswith("Expert"))
    shown = {row.name for row in settings().values() if not row.tasks or "detect" in row.tasks}
    assert f"({len(shown)})" in box.label
    assert "mask_ratio" not in shown


def test_a_base_that_is_gone_is_said_so(mugs):
    drafts.change(mugs.folder, {"base": "my <b>own</b>.pt"})
    at = open_page(PLAN)
    assert not at.exception
    assert "is not here any more" in at.info[0].value
    assert "<b>" not in at.info[0].value


@pytest.mark.parametrize("kind", ["plain pickle", "zip", "text", "empty"])
def test_a_hostile_weights_file_is_refused_in_words(workspace, tmp_path, kind, capfd):
    file = tmp_path / "weights.pt"
    match kind:
        case "plain pickle":
            file.write_bytes(pickle.dumps(Hostile()))
        case "zip":
            with zipfile.ZipFile(file, "w") as archive:
                archive.writestr("archive/data.pkl", pickle.dumps(Hostile()))
        case "text":
            file.write_text("not a model", encoding="utf-8")
        case _:
            file.touch()
    with pytest.raises(AppError) as refusal:
        admit(workspace, file, "a test")
    assert "weights.pt" in refusal.value.what
    assert refusal.value.fix
    assert "hostile" not in capfd.readouterr().out
    assert not list(workspace.models.glob("*.pt"))


def test_names_with_html_are_shown_as_text(workspace):
    name = "<img src=x onerror=alert(1)> *b*"
    dataset = draw_dataset(workspace, name)
    at = open_page(PLAN, dataset=dataset.slug)
    assert not at.exception
    assert "<img" not in said(at).replace("\\<img", "")


def base_box(at):
    return next(box for box in at.selectbox if box.label == "Base model")


@pytest.mark.parametrize("is_offline", [True, False])
def test_without_a_network_a_new_plan_starts_from_the_starter(mugs, workspace, is_offline):
    stay_offline(workspace, is_offline)
    at = open_page(PLAN)
    assert not at.exception
    assert values(mugs)["base"] == (STARTER if is_offline else "yolo26n.pt")
    first, second = base_box(at).options[:2]
    assert ("starter" in first) is is_offline
    assert ("starter" in second) is not is_offline


def test_the_starter_says_what_it_has_not_seen_and_where_better_weights_are(mugs):
    drafts.change(mugs.folder, {"base": STARTER})
    at = open_page(PLAN)
    assert "never a photograph" in said(at)
    assert "has seen photographs and is the better start" in said(at)
    assert "Fetch it from Ultralytics" in at.button(key="fetch").label


def test_offline_the_button_that_fetches_says_why_it_does_not(mugs, workspace):
    stay_offline(workspace, True)
    at = open_page(PLAN)
    at.button(key="fetch").click().run()
    assert "stays offline" in at.error[0].value
    assert not fetching.fetch_state(workspace, "yolo26n.pt").state


@pytest.mark.usefixtures("in_line")
def test_where_fetching_failed_the_starter_is_one_click_away(mugs, workspace):
    drafts.change(mugs.folder, {"base": "yolo26n.pt", "frozen_layers": 11})
    assert "base.starter.fetch" not in [button.key for button in open_page(PLAN).button]
    job = fetching.start_fetch(workspace, "yolo26n.pt", "http://localhost/yolo26n.pt")
    write(job, Failed("The connection broke off.", "Try again."))
    at = open_page(PLAN)
    assert "broke off" in at.error[0].value
    at.button(key="base.starter.fetch").click().run()
    assert not at.exception
    assert (values(mugs)["base"], values(mugs)["frozen_layers"]) == (STARTER, 0)
    assert "base.starter.fetch" not in [button.key for button in at.button]


def test_once_official_weights_are_here_one_click_starts_from_them(mugs, workspace):
    drafts.change(mugs.folder, {"base": STARTER})
    archive(workspace.models / "yolo26n.pt", HARMLESS)
    at = open_page(PLAN)
    at.button(key="base.better").click().run()
    assert values(mugs)["base"] == "yolo26n.pt"
    assert base_box(at).value == "yolo26n.pt"


def test_freezing_the_starter_is_advised_against(mugs):
    drafts.change(mugs.folder, {"base": STARTER, "frozen_layers": 11})
    assert "never seen a photograph" in said(open_page(PLAN))
