import zipfile

import pytest

from components.data.conversion import digest_of
from components.data.importing import main, open_imports, start_reading
from components.data.rows import PictureFilter
from components.data.schema import changing
from components.data.store import find
from components.errors import DatasetError
from components.ui.import_new import given_path
from tests.data.drawn_sets import coco, write_json

from .conftest import CLASSES, asked, draw_dataset, open_page

DATA = "make/data"
YAML = "names: [mug, '<b>spoon</b>', '*fork*']\ntrain: images\n"


@pytest.fixture
def export(workspace, tmp_path):
    """A folder as a labelling tool leaves it: eight pictures, six with YOLO labels, one wrong."""
    drawn = draw_dataset(workspace, "Drawn", labelled=8, empty=0, unlabelled=0)
    folder = tmp_path / "my <b>export</b>"
    (folder / "labels").mkdir(parents=True)
    (drawn.folder / "images").rename(folder / "images")
    from components.data.store import delete

    delete(drawn)
    for i in range(6):
        (folder / "labels" / f"{i:02d}.txt").write_text(f"{i % 3} 0.4 0.4 0.3 0.3\n")
    (folder / "labels" / "05.txt").write_text("2 0.4 0.4 0.3 0.3\n0 nonsense\n")
    (folder / "data.yaml").write_text(YAML)
    return folder


def read(export):
    """The page after the folder was given and read; the worker is run here, not by a thread."""
    at = open_page(DATA, view="bring-in")
    at.text_input(key="import.path").set_value(str(export))
    next(b for b in at.button if b.label == "Read it").click().run()
    assert not at.exception
    return at


def work(workspace):
    for view in open_imports(workspace):
        main(workspace.imports / view.id)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "No path"),
        ("/no/such/folder", "no folder or file"),
        ("relative/folder", "no folder or file"),
        ("/", "far more than one data set"),
        ("~", "far more than one data set"),
    ],
)
def test_a_path_that_cannot_be_meant_is_explained(typed, words):
    with pytest.raises(DatasetError, match=words):
        given_path(typed)


def test_a_path_may_be_pasted_as_systems_copy_it(tmp_path):
    folder = tmp_path / "with space"
    folder.mkdir()
    for typed in (f'"{folder}"', f" {folder} ", f"file://{tmp_path}/with%20space"):
        assert given_path(typed) == folder.resolve()


def test_a_wrong_path_is_said_on_the_page_and_nothing_begins(workspace):
    at = read("/no/such/folder")
    assert "no folder or file" in at.error[0].value
    assert not open_imports(workspace)


def test_while_it_is_read_it_can_be_cancelled_and_nothing_is_left(workspace, export):
    at = read(export)
    (view,) = open_imports(workspace)
    at.button(key=f"import.cancel.{view.id}").click().run()
    assert not at.exception
    assert not list(workspace.imports.iterdir())
    assert len(list((export / "images").iterdir())) == 8


def test_the_report_comes_before_anything_is_kept(workspace, export):
    at = read(export)
    work(workspace)
    at.run()
    facts = {metric.label: metric.value for metric in at.metric}
    assert facts["Pictures"] == "8"
    assert facts["Labelled"] == "6"
    assert facts["Not labelled"] == "2"
    assert not list(workspace.datasets.iterdir())
    said = "".join(element.proto.body for element in at.get("html"))
    assert "05.txt" in said
    assert "<b>export" not in said


def test_accepting_brings_it_in_with_the_classes_as_they_were_mended(workspace, export):
    at = read(export)
    work(workspace)
    at.run()
    (view,) = open_imports(workspace)
    at.text_input(key=f"import.{view.id}.name").set_value("Table")
    spoon, fork = CLASSES.index("<b>spoon</b>"), CLASSES.index("*fork*")
    at.text_input(key=f"import.{view.id}.name.{spoon}").set_value("mug")
    at.selectbox(key=f"import.{view.id}.as.{fork}").set_value("out").run()
    assert any("become one class" in info.value for info in at.info)
    at.button(key="import.accept").click().run()
    work(workspace)
    at.run()
    assert at.button(key="import.look")
    dataset = find(workspace, "table")
    assert [(each.name, each.boxes) for each in dataset.classes()] == [("mug", 4)]
    at.button(key="import.look").click().run()
    assert at.metric[0].value == "8"


def test_another_import_that_waits_does_not_swallow_the_way_to_the_pictures(workspace, export):
    at = read(export)
    work(workspace)
    (done,) = open_imports(workspace)
    at.run()
    at.button(key="import.accept").click().run()
    work(workspace)
    start_reading(workspace, [export], "Later", kept=True)
    work(workspace)
    at.query_params["import"] = done.id
    at.run()
    at.button(key="import.look").click().run()
    assert not at.exception
    assert at.metric[0].value == "8"
    assert any(box.label == "Name contains" for box in at.text_input), "the pictures are shown"


def test_labels_sent_for_by_a_finding_are_meant_for_its_data_set(workspace, mugs, tmp_path):
    with changing(mugs.folder) as db:  # pictures are known again by their content
        for number in mugs.ids():
            digest = digest_of(mugs.picture_file(number))
            db.execute("UPDATE pictures SET sha256 = ? WHERE id = ?", (digest, number))
    (tmp_path / "labels").mkdir()
    unlabelled = mugs.rows(PictureFilter(state="unlabelled"))
    for row in unlabelled:
        stem = row.name.rpartition("/")[2].removesuffix(".png")
        (tmp_path / "labels" / f"{stem}.txt").write_text("0 0.4 0.4 0.3 0.3\n")
    (tmp_path / "labels" / "classes.txt").write_text("mug\n")
    at = open_page(DATA, view="bring-in", into=mugs.slug)
    assert any("label files alone" in info.value for info in at.info)
    at.text_input(key="import.path").set_value(str(tmp_path / "labels"))
    next(b for b in at.button if b.label == "Read it").click().run()
    work(workspace)
    at.run()
    (view,) = open_imports(workspace)
    assert at.selectbox(key=f"import.{view.id}.into").value == mugs.slug
    [told] = [each.value for each in at.markdown if "those of the data set" in each.value]
    assert f"{len(unlabelled)} not labelled there, so the labels that come count" in told
    assert not any("New pictures are dealt" in each.value for each in at.caption)
    assert at.button(key="import.accept").label == "Accept the labels"
    at.button(key="import.accept").click().run()
    work(workspace)
    assert mugs.summary().unlabelled == 0
    assert mugs.summary().labelled == 12 + len(unlabelled)


def test_who_is_sent_by_a_finding_finds_the_box_before_what_else_waits(workspace, mugs, export):
    read(export)
    work(workspace)
    at = open_page(DATA, view="bring-in", into=mugs.slug)
    assert not at.exception
    order = [getattr(each, "key", None) or each.type for each in at.main]
    assert order.index("info") < order.index("import.accept")


def test_without_a_name_or_a_class_it_cannot_be_accepted_and_the_reason_is_there(workspace, export):
    at = read(export)
    work(workspace)
    at.run()
    (view,) = open_imports(workspace)
    at.text_input(key=f"import.{view.id}.name").set_value(" ").run()
    assert at.button(key="import.accept").disabled
    assert any("name first" in caption.value for caption in at.caption)
    at.text_input(key=f"import.{view.id}.name").set_value("Table")
    for i in range(len(CLASSES)):
        at.selectbox(key=f"import.{view.id}.as.{i}").set_value("out")
    at.run()
    assert at.button(key="import.accept").disabled
    assert any("at least one class" in caption.value for caption in at.caption)


def test_a_second_tab_finds_what_is_being_brought_in(workspace, export):
    read(export)
    work(workspace)
    at = open_page(DATA, view="bring-in")
    assert at.button(key="import.accept")


def test_of_two_the_address_chooses(workspace, export):
    for _ in range(2):
        at = read(export)
        work(workspace)
        at.run()
    first = open_imports(workspace)[-1].id
    at = open_page(DATA, view="bring-in", **{"import": first})
    assert at.text_input(key=f"import.{first}.name")


def test_a_third_import_may_begin_while_two_wait(workspace, export):
    for _ in range(2):
        read(export)
        work(workspace)
    at = open_page(DATA, view="bring-in")
    at.text_input(key="import.path").set_value(str(export / "images"))
    next(b for b in at.button if b.label == "Read it").click().run()
    assert not at.exception
    [new] = [view for view in open_imports(workspace) if view.phase == "reading"]
    assert asked(at, "import") == new.id
    assert at.selectbox(key="import").value == new.id
    before = at.selectbox(key="import").options
    work(workspace)
    assert at.run().selectbox(key="import").options == before, "the browser would lose its choice"
    assert any("read, waits for you" in each.value for each in at.caption)


def test_what_could_not_be_read_says_why_and_can_be_put_away(workspace, tmp_path):
    broken = tmp_path / "broken.zip"
    broken.write_bytes(b"this is no zip file")
    at = read(broken)
    with pytest.raises(SystemExit):
        work(workspace)
    at.run()
    assert "broken.zip" in at.error[0].value.replace("\\", "")
    (view,) = open_imports(workspace)
    at.button(key=f"import.cancel.{view.id}").click().run()
    assert not list(workspace.imports.iterdir())
    assert broken.exists()


def test_an_archive_of_pictures_alone_is_welcome(workspace, export, tmp_path):
    archive = tmp_path / "pictures.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for path in (export / "images").iterdir():
            packed.write(path, path.name)
    at = read(archive)
    work(workspace)
    at.run()
    assert {m.label: m.value for m in at.metric}["Not labelled"] == "8"
    assert not at.button(key="import.accept").disabled


def test_one_picture_that_is_missing_is_asked_for_in_good_english(workspace, export):
    (export / "images" / "00.png").unlink(missing_ok=True)
    (export / "images" / "00.jpg").unlink(missing_ok=True)
    at = read(export)
    work(workspace)
    at.run()
    said = [*(box.label for box in at.expander), *(each.value for each in at.markdown)]
    assert any(words.startswith("Where is 1 picture that the labels speak of?") for words in said)
    assert any("2 things need a look." in words for words in said)
    assert any(
        "All of it is one part, train; a part to check with is missing" in each.value
        for each in at.caption
    )


def test_what_is_kept_as_drawn_is_a_remark_and_not_counted_as_amiss(workspace, export):
    outline = "1 0.1 0.1 0.5 0.1 0.5 0.4 0.3 0.5 0.1 0.4\n"
    for label in (export / "labels").glob("0[0-4].txt"):
        label.write_text(outline)
    at = read(export)
    work(workspace)
    at.run()
    said = [each.value for each in at.markdown]
    assert any("1 thing needs a look." in words for words in said), said
    amiss, good = (each.proto.body for each in at.get("html") if "Kinds of" in each.proto.body)
    assert "05.txt" in amiss
    assert "kept as drawn" not in amiss
    assert "kept as drawn" in good


def test_remarks_alone_say_that_nothing_was_amiss(workspace, export):
    (export / "labels" / "05.txt").write_text("1 0.1 0.1 0.5 0.1 0.5 0.4 0.3 0.5 0.1 0.4\n")
    at = read(export)
    work(workspace)
    at.run()
    assert any("Nothing was amiss" in each.value for each in at.success)
    assert not any("a look" in each.value for each in at.markdown)
    assert any("kept as drawn" in each.proto.body for each in at.get("html"))


def test_of_two_label_files_for_one_picture_the_person_says_which_counts(workspace, export):
    (export / "old").mkdir()
    for i in range(4):
        (export / "old" / f"{i:02d}.txt").write_text("1 0.4 0.4 0.3 0.3\n1 0.8 0.8 0.1 0.1\n")
    at = read(export)
    work(workspace)
    at.run()
    (view,) = open_imports(workspace)
    ask = at.selectbox(key=f"import.{view.id}.open.0")
    assert "4 pictures have labels in several YOLO files. Which ones count?" in ask.label
    assert ask.options == [
        "labels (4 pictures, 4 labels)", "old (4 pictures, 8 labels)",
        "all of them together (12 labels or fewer)",
    ]  # fmt: skip
    ask.set_value("old").run()
    at.button(key=f"import.{view.id}.open.0.go").click().run()
    work(workspace)
    at.run()
    assert {m.label: m.value for m in at.metric}["Labels"] == "10"
    assert at.selectbox(key=f"import.{view.id}.open.0").value == "old"


def test_of_two_formats_each_says_for_how_many_pictures_it_has_labels(workspace, export):
    boxes = {"images/00.png": [("mug", 1, 1, 20, 20)], "images/01.png": [("mug", 1, 1, 20, 20)]}
    write_json(export / "labels.json", coco(boxes, ["mug"], (64, 64)))
    at = read(export)
    work(workspace)
    at.run()
    (view,) = open_imports(workspace)
    options = at.selectbox(key=f"import.{view.id}.format").options
    assert options == ["YOLO (6 pictures)", "COCO JSON (2 pictures)"]
