from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.data.group_list import read_group_list
from components.errors import AppError, DatasetError


@pytest.mark.parametrize(
    "text",
    [
        "name,group\na.jpg,x\nb.jpg,y\n",
        "\ufeffFile;Group\r\na.jpg;x\r\nb.jpg;y",
        "a.jpg\tx\nb.jpg\ty",
    ],
)
def test_a_list_is_read_whatever_stands_between(text):
    assert read_group_list(text.encode()) == {"a.jpg": "x", "b.jpg": "y"}


@pytest.mark.parametrize(
    ("content", "says"), [(b"a.jpg,x\nb.jpg", "Row 2"), (b"\xff\xfe\x00", "UTF-8")]
)
def test_what_cannot_be_read_is_told(content, says):
    with pytest.raises(DatasetError, match=says):
        read_group_list(content)


@given(st.binary(max_size=200))
def test_no_list_breaks_the_reader(content):
    with suppress(AppError):  # in words; anything else is a crash
        read_group_list(content)
