import doctest

from hypothesis import given
from hypothesis import strategies as st

from components.ui import words


def test_the_examples_in_the_docstrings_hold():
    assert doctest.testmod(words).failed == 0


@given(st.floats(0, 1e9))
def test_every_duration_can_be_said(seconds):
    assert words.duration(seconds)
    assert words.about(seconds)


@given(st.text(max_size=200))
def test_a_name_made_plain_has_no_bare_markup(text):
    plain = words.plain(text)
    unescaped = plain.replace("\\\\", "").replace("\\<", "").replace("\\[", "").replace("\\*", "")
    assert not set("<[*") & set(unescaped)


@given(st.text(max_size=300), st.integers(3, 80))
def test_a_shortened_name_is_short_and_one_line(text, most):
    short = words.shorten(text, most)
    assert len(short) <= most
    assert "\n" not in short


def test_half_a_picture_more_or_less_is_not_hidden_by_rounding():
    assert words.share(1, 100_000) == "<1 %"
    assert words.share(99_999, 100_000) == "99 %"
    assert words.share(5, 5) == "100 %"
