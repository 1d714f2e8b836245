from components.jobs.events import Queued, Started, write
from components.models import offline
from components.models.offline import Network, network, stay_offline
from components.planning.plan import TrainingPlan
from components.runs.store import RunStore

from .conftest import asked, draw_dataset, open_page


def primaries(at):
    return [button.label for button in at.button if button.proto.type == "primary"]


def everything(at):
    return "\n".join(element.value for element in (*at.markdown, *at.caption, *at.title))


def test_a_newcomer_is_led_to_the_demo(workspace):
    at = open_page()
    assert not at.exception
    assert primaries(at) == ["Open the demo"]
    assert "never leave this computer" in everything(at)


def test_the_seeds_example_shows_its_python(workspace):
    at = open_page()
    assert 'model.train(data="coco8.yaml", epochs=100, imgsz=640)' in at.code[0].value


def test_the_offline_switch_stays_as_it_was_set(workspace):
    stay_offline(workspace, False)
    at = open_page()
    switch = at.toggle(key="home.offline.False")
    assert "only to fetch" in everything(at)
    switch.set_value(True).run()
    assert network(workspace) == Network(True, is_chosen=True)
    assert "whatever you press" in everything(at)
    again = open_page()
    assert again.toggle(key="home.offline.True").value is True
    again.toggle(key="home.offline.True").set_value(False).run()
    assert network(workspace) == Network(False, is_chosen=True)


def test_without_a_network_it_is_on_by_itself_and_says_so(workspace, monkeypatch):
    monkeypatch.setattr(offline, "has_way_out", lambda: False)
    at = open_page()
    assert at.toggle(key="home.offline.True").value is True
    assert "no network" in everything(at)
    at.button(key="home.seed").click().run()
    assert "stays offline" in at.error[0].value


def test_the_demo_opens_with_one_click(workspace):
    at = open_page()
    at.button(key="home.demo").click().run()
    assert not at.exception
    assert at.title[0].value == "Data"
    assert (workspace.datasets / asked(at, "dataset")).is_dir()


def test_new_from_my_pictures_opens_bring_in(workspace, mugs):
    at = open_page()
    at.button(key="home.own").click().run()
    assert at.title[0].value == "Data"
    assert asked(at, "view") == "bring-in"


def test_there_is_one_main_button_and_it_is_the_next_step(workspace, mugs):
    at = open_page()
    assert primaries(at) == ["Go on to Augment"]


def test_a_name_with_html_stays_text(workspace):
    draw_dataset(workspace, "<img src=x onerror=alert(1)>")
    at = open_page()
    assert "\\<img" in everything(at)
    assert not any("<img src=x" in element.proto.body for element in at.get("html"))


def test_a_damaged_data_set_is_shown_with_its_trouble_and_the_rest_works(workspace, mugs):
    (workspace.datasets / "broken").mkdir()
    (workspace.datasets / "broken" / "dataset.sqlite").write_bytes(b"not a database at all")
    at = open_page()
    assert not at.exception
    assert "broken" in everything(at)
    assert "Mugs" in everything(at)


def test_runs_are_listed_with_their_state(workspace, mugs):
    run = RunStore(workspace).create(TrainingPlan(dataset=mugs.slug, name="First *try*"))
    write(run.folder, Queued(1.0))
    write(run.folder, Started(1, 1.0, 1.0))
    at = open_page()
    assert "First \\*try\\*" in everything(at)
    assert any("learning now" in element.value for element in at.markdown)


def test_the_licence_and_the_folder_are_told(workspace):
    at = open_page()
    assert "AGPL-3.0" in everything(at)
    assert str(workspace.root) in [code.value for code in at.code]
