import csv
import io
import sys

from streamlit.testing.v1 import AppTest

from components.ui.tables import csv_bytes


def test_a_formula_in_a_cell_is_not_run_by_a_spreadsheet():
    text = csv_bytes(["file"], [["=1+1"], ["-x"], ["plain"]]).decode("utf-8-sig")
    assert [row[0] for row in csv.reader(io.StringIO(text))] == ["file", "'=1+1", "'-x", "plain"]


def test_every_alphabet_survives_the_csv():
    assert "Größe 細胞" in csv_bytes(["Größe 細胞"], []).decode("utf-8-sig")


def test_html_in_a_cell_is_shown_as_text_and_pandas_stays_away():
    def script():
        from components.ui.tables import table

        table(("Name", "Boxes"), [("<script>x</script>", 1200), ("a", None)], "Classes")

    before = "pandas" in sys.modules
    at = AppTest.from_function(script).run()
    assert not at.exception
    body = at.get("html")[0].proto.body
    assert "&lt;script&gt;" in body
    assert "1,200" in body
    assert ("pandas" in sys.modules) == before


def test_what_a_telephone_cannot_show_side_by_side_is_stacked_with_the_names_of_its_columns():
    def script():
        from components.ui.tables import table

        long = "one_set/images/train/a picture.jpg"
        table(("Picture", "What changed", "Before"), [(long, "relabelled", long)], "Changes")
        table(("Class", "Boxes"), [("cup", 3)], "Classes")

    wide, slim = (each.proto.body for each in AppTest.from_function(script).run().get("html"))
    assert "tailor-rows" in wide
    assert 'data-name="What changed"' in wide
    assert "tailor-rows" not in slim
