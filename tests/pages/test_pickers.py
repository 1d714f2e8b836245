from streamlit.testing.v1 import AppTest


def script():
    import streamlit as st

    from components.ui.pickers import choose, choose_view

    st.text(choose("Fruit", {"apple": "An apple", "pear": "A pear", "plum": "A pear"}, "fruit"))
    st.text(choose_view("View", {"a": "First", "b": "Second"}, "view", "b"))


def open_script(**address):
    at = AppTest.from_function(script)
    for key, value in address.items():
        at.query_params[key] = value
    return at.run()


def said(at):
    return [text.value for text in at.text]


def test_without_a_word_in_the_address_the_first_is_chosen_and_noted():
    at = open_script()
    assert said(at) == ["apple", "b"]
    assert at.query_params["fruit"] in ("apple", ["apple"])


def test_the_address_chooses():
    assert said(open_script(fruit="plum", view="a")) == ["plum", "a"]


def test_what_the_address_cannot_mean_is_told_and_replaced():
    at = open_script(fruit="<i>kiwi</i>", view="z")
    assert said(at) == ["apple", "b"]
    assert "\\<i\\>kiwi" in at.info[0].value


def test_a_click_changes_the_address():
    at = open_script(fruit="plum")
    at.selectbox(key="fruit").set_value("pear").run()
    assert said(at)[0] == "pear"
    assert at.query_params["fruit"] in ("pear", ["pear"])


def test_a_browser_that_has_not_heard_of_a_click_yet_does_not_undo_it():
    at = open_script(fruit="plum")
    at.selectbox(key="fruit").set_value("pear").run()
    at.query_params["fruit"] = "plum"  # the next click still carries the old address
    at.run()
    assert said(at)[0] == "pear"


def test_a_link_followed_right_after_a_click_is_obeyed():
    at = open_script(fruit="plum")
    at.selectbox(key="fruit").set_value("pear").run()
    at.query_params["fruit"] = "apple"
    assert said(at.run())[0] == "apple"


def test_things_of_one_name_are_told_apart():
    options = open_script().selectbox(key="fruit").options
    assert options == ["An apple", "A pear (pear)", "A pear (plum)"]
