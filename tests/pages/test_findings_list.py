from streamlit.testing.v1 import AppTest


def script():
    import streamlit as st

    from components.findings import Finding, Severity
    from components.ui.findings_list import findings_list

    def apply(changes):
        st.session_state["applied"] = changes

    may_go_on = findings_list(
        [
            Finding(Severity.NOTE, "Good to know.", "Read on."),
            Finding(
                Severity.STOP, "Class <b>x</b> has 0 boxes", "Label *some*.", ("a_b.jpg",),
                "rule of thumb", (("epochs", 5),),
            ),
        ],
        on_apply=apply,
    )  # fmt: skip
    st.write("on" if may_go_on else "stopped")


def test_what_stops_comes_first_and_stops():
    at = AppTest.from_function(script).run()
    assert not at.exception
    assert len(at.error) == 1
    assert len(at.info) == 1
    assert at.markdown[-1].value == "stopped"


def test_names_in_a_finding_stay_text_and_its_source_is_told():
    at = AppTest.from_function(script).run()
    assert "\\<b\\>x\\</b\\>" in at.error[0].value
    assert "rule of thumb" in at.error[0].value
    assert at.text[0].value == "a_b.jpg"


def test_one_click_applies_what_a_finding_offers():
    at = AppTest.from_function(script).run()
    at.button(key="findings.0.apply").click().run()
    assert at.session_state["applied"] == {"epochs": 5}
