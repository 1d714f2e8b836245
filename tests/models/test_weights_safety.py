import os
import pickle
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.errors import WeightsError
from components.models.archive import read_program
from components.models.pickle_scan import scan
from components.models.weights import demand_safe
from tests.models.hostile import archive, programs
from tests.shared_data import weights

HARMLESS = pickle.dumps({"epoch": -1, "names": {0: "cell"}}, protocol=2)


@pytest.mark.parametrize("trick", programs())
def test_a_program_is_refused_and_not_run(tmp_path, trick):
    path = archive(tmp_path / "x.pt", programs()[trick])
    with pytest.raises(WeightsError) as refused:
        demand_safe(path)
    assert "x.pt" in refused.value.what
    assert "not opened" in refused.value.what
    assert refused.value.fix.startswith("Choose")


def test_the_sentence_names_what_it_would_use(tmp_path):
    path = archive(tmp_path / "x.pt", programs()["os.system"])
    with pytest.raises(WeightsError, match=rf"{os.system.__module__}\.system"):
        demand_safe(path)


def test_values_alone_are_let_in(tmp_path):
    demand_safe(archive(tmp_path / "x.pt", HARMLESS))


@pytest.mark.parametrize("name", ["yolo26n-reconstructed.pt", "yolo26n-cls-salvaged.pt"])
def test_real_weights_are_let_in(name):
    demand_safe(weights(name))


def test_a_cut_off_file_is_told_apart(tmp_path):
    whole = archive(tmp_path / "x.pt", HARMLESS * 1, **{"data/0": b"\0" * 4000}).read_bytes()
    for share in (0.1, 0.5, 0.9, 0.999):
        (tmp_path / "cut.pt").write_bytes(whole[: int(len(whole) * share)])
        with pytest.raises(WeightsError):
            demand_safe(tmp_path / "cut.pt")


@pytest.mark.parametrize(
    "content", [b"", b"PK", b"hello", HARMLESS, b"\x89PNG\r\n\x1a\n", b"PK\x03\x04" + b"x" * 99]
)
def test_what_is_no_archive_is_refused(tmp_path, content):
    (tmp_path / "x.pt").write_bytes(content)
    with pytest.raises(WeightsError):
        demand_safe(tmp_path / "x.pt")


def test_a_missing_file_and_a_folder_are_told(tmp_path):
    for path in (tmp_path / "gone.pt", tmp_path):
        with pytest.raises(WeightsError):
            demand_safe(path)


def test_an_archive_that_can_be_read_in_two_ways_is_refused(tmp_path):
    good = archive(tmp_path / "good.pt", HARMLESS).read_bytes()
    bad = archive(tmp_path / "bad.pt", programs()["os.system"]).read_bytes()
    for content in (bad + good, good + b"x", b"x" + good, good + bad):
        (tmp_path / "x.pt").write_bytes(content)
        with pytest.raises(WeightsError):
            demand_safe(tmp_path / "x.pt")


def test_a_second_description_is_refused(tmp_path):
    path = archive(tmp_path / "x.pt", HARMLESS)
    with (
        pytest.warns(UserWarning, match="Duplicate"),
        zipfile.ZipFile(path, "a", zipfile.ZIP_STORED) as packed,
    ):
        packed.writestr("model/data.pkl", HARMLESS)
    with pytest.raises(WeightsError):
        demand_safe(path)


@pytest.mark.parametrize("name", ["constants.pkl", "code/x.py", "../data.pkl", "data/a"])
def test_what_torch_would_not_write_is_refused(tmp_path, name):
    with pytest.raises(WeightsError, match="not opened"):
        demand_safe(archive(tmp_path / "x.pt", HARMLESS, **{name: b"1"}))


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path):
    path = tmp_path / "x.pt"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("model/data.pkl", b"0" * 50_000_000)
    with pytest.raises(WeightsError, match="packed"):
        demand_safe(path)


def test_a_description_of_absurd_size_is_refused(tmp_path):
    path = archive(tmp_path / "x.pt", b"\x80\x02" + b"N0" * 16_500_000 + b"N.")
    with pytest.raises(WeightsError, match="MB"):
        demand_safe(path)


def test_attributes_of_layers_may_be_asked_for_as_old_checkpoints_do():
    ask = (
        b"\x80\x02c__builtin__\ngetattr\ncultralytics.nn.modules.head\nDetect\n"
        b"X\x07\x00\x00\x00forward\x86R."
    )
    assert scan(ask, "x.pt") == {"__builtin__.getattr", "ultralytics.nn.modules.head.Detect"}
    with pytest.raises(WeightsError):
        scan(ask.replace(b"X\x07\x00\x00\x00forward", b"X\x0b\x00\x00\x00__globals__"), "x.pt")


@given(st.binary(max_size=200))
def test_any_bytes_are_refused_or_harmless(program):
    try:
        named = scan(program, "x.pt")
    except WeightsError:
        return
    assert all(name.startswith(("torch", "collections", "builtins", "__builtin__")) or not name
               for name in named)  # fmt: skip


PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text()


@given(
    st.recursive(
        PLAIN,
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner) | st.tuples(inner, inner),
        max_leaves=8,
    ),
    st.integers(2, 5),
)
def test_plain_values_are_let_in_whatever_the_protocol(value, protocol):
    scan(pickle.dumps(value, protocol=protocol), "x.pt")


def test_the_archive_gives_back_the_very_description(tmp_path):
    assert read_program(archive(tmp_path / "x.pt", HARMLESS)) == HARMLESS
