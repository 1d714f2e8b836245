"""A reading can be added to a data set that is there."""

from components.data.importing import main, open_imports
from components.data.store import list_datasets
from tests.data.drawn_sets import picture, text

from .conftest import open_page

DATA = "make/data"


def test_a_reading_is_added_to_a_data_set_that_is_there(workspace, mugs, tmp_path):
    folder = tmp_path / "more"
    text(folder / "data.yaml", "names: [mug, cup]\n")
    for n in range(3):
        picture(folder / "images" / f"{n}.jpg", seed=n)
        text(folder / "labels" / f"{n}.txt", f"{n % 2} 0.5 0.5 0.4 0.5\n")
    parts = {row.id: row.split for row in mugs.rows()}
    at = open_page(DATA, view="bring-in")
    at.text_input(key="import.path").set_value(str(folder))
    next(b for b in at.button if b.label == "Read it").click().run()
    [view] = open_imports(workspace)
    main(workspace.imports / view.id)
    at.run()
    at.selectbox(key=f"import.{view.id}.into").set_value(mugs.slug).run()
    at.selectbox(key=f"import.{view.id}.conflicts").set_value("replace").run()
    [told] = [each.value for each in at.caption if "which class of the data set" in each.value]
    assert "1 has the name of a class that is there and 1 is new" in told
    at.button(key="import.accept").click().run()
    assert not at.exception
    main(workspace.imports / view.id)
    assert len(list_datasets(workspace)) == 1
    after = {row.id: row.split for row in mugs.rows()}
    assert len(after) == len(parts) + 3
    assert {number: after[number] for number in parts} == parts
    assert None not in after.values()
    assert "cup" in [each.name for each in mugs.classes()]
    at = at.run()
    told = "".join(each.value for each in at.markdown)
    assert "was added to **Mugs**" in told
    assert "3 pictures came in later" in told


def test_pictures_of_a_folder_stay_there_when_that_is_chosen(workspace, tmp_path):
    folder = tmp_path / "mine"
    text(folder / "data.yaml", "names: [mug]\n")
    for n in range(3):
        picture(folder / "images" / f"{n}.jpg", seed=n)
        text(folder / "labels" / f"{n}.txt", "0 0.5 0.5 0.4 0.5\n")
    at = open_page(DATA, view="bring-in")
    at.text_input(key="import.path").set_value(str(folder))
    next(b for b in at.button if b.label == "Read it").click().run()
    [view] = open_imports(workspace)
    main(workspace.imports / view.id)
    at.run()
    choice = at.radio(key=f"import.{view.id}.files")
    choice.set_value(choice.options[1]).run()
    at.button(key="import.accept").click().run()
    assert not at.exception
    main(workspace.imports / view.id)
    [card] = list_datasets(workspace)
    images = workspace.datasets / card.slug / "images"
    assert not images.exists() or not list(images.rglob("*.jpg"))
    assert len(list((folder / "images").iterdir())) == 3
    assert len(list((workspace.datasets / card.slug / "thumbnails").rglob("*.jpg"))) == 3
