import errno
import socket
import ssl

import pytest

from components.errors import WeightsError
from components.jobs.worker import StopAsked
from components.models import download as downloading
from components.models.download import download
from tests.models.file_server import Served, serving

CONTENT = bytes(range(256)) * 4096  # one megabyte


@pytest.fixture
def target(tmp_path, monkeypatch):
    monkeypatch.setattr(downloading, "CHUNK_BYTES", 64 * 1024)
    return tmp_path / "yolo26n.pt"


def seen_nothing(done, total):
    assert 0 <= done <= total


def fetch(served, target, show=seen_nothing):
    download(served.address, target, show, pause_s=0.001)


def test_a_file_comes_whole_with_its_progress(target):
    steps = []
    with serving(Served(CONTENT)) as served:
        fetch(served, target, lambda done, total: steps.append((done, total)))
    assert target.read_bytes() == CONTENT
    assert steps[0] == (0, len(CONTENT))
    assert steps[-1] == (len(CONTENT), len(CONTENT))
    assert [path.name for path in target.parent.iterdir()] == ["yolo26n.pt"]


def test_what_breaks_off_is_taken_up_where_it_was(target):
    with serving(Served(CONTENT, breaks_after=[100_000, 300_000])) as served:
        fetch(served, target)
    assert target.read_bytes() == CONTENT
    assert served.ranges == ["", "bytes=100000-", "bytes=400000-"]


def test_what_breaks_off_again_and_again_is_told_and_kept(target):
    with serving(Served(CONTENT, breaks_after=[1000] * 20)) as served:
        with pytest.raises(WeightsError, match=r"yolo26n\.pt could not be fetched"):
            fetch(served, target)
        assert not target.exists()
        served.breaks_after.clear()
        fetch(served, target)
    assert target.read_bytes() == CONTENT
    assert served.ranges[-1] == "bytes=5000-"


def test_a_cancelled_fetching_goes_on_where_it_was(target):
    def stop(done, total):
        if done > 200_000:
            raise StopAsked

    with serving(Served(CONTENT)) as served:
        with pytest.raises(StopAsked):
            fetch(served, target, stop)
        assert not target.exists()
        fetch(served, target)
    assert target.read_bytes() == CONTENT
    assert served.ranges[-1].startswith("bytes=2")


def test_a_file_that_changed_meanwhile_is_fetched_anew(target):
    with serving(Served(b"old" * 100_000, breaks_after=[1000] * 5)) as served:
        with pytest.raises(WeightsError):
            fetch(served, target)
        served.content, served.etag = CONTENT, '"two"'
        fetch(served, target)
    assert target.read_bytes() == CONTENT


@pytest.mark.parametrize("etag", ["", 'W/"weak"'])
def test_without_a_firm_mark_the_file_is_fetched_from_the_start(target, etag):
    with serving(Served(CONTENT, breaks_after=[1000], etag=etag)) as served:
        fetch(served, target)
    assert target.read_bytes() == CONTENT
    assert served.ranges == ["", ""]


def test_a_server_that_cannot_take_up_again_gives_the_whole(target):
    with serving(Served(CONTENT, breaks_after=[1000], knows_ranges=False)) as served:
        fetch(served, target)
    assert target.read_bytes() == CONTENT


def test_a_part_that_is_already_too_long_is_thrown_away(target):
    part = target.with_name("yolo26n.pt.part")
    part.write_bytes(b"x" * (len(CONTENT) + 5))
    part.with_name("yolo26n.pt.part.etag").write_text('"one"', encoding="utf-8")
    with serving(Served(CONTENT)) as served:
        fetch(served, target)
    assert target.read_bytes() == CONTENT


def test_a_file_that_is_not_there_is_told_at_once(target):
    with (
        serving(Served(CONTENT, status=404)) as served,
        pytest.raises(WeightsError, match="404") as refused,
    ):
        fetch(served, target)
    assert "drop the file in" in refused.value.fix
    assert len(served.ranges) == 1


def test_a_server_in_trouble_is_asked_again(target):
    with (
        serving(Served(CONTENT, status=503)) as served,
        pytest.raises(WeightsError, match="503"),
    ):
        fetch(served, target)
    assert len(served.ranges) == downloading.ATTEMPTS


def test_no_network_is_told_with_a_way_out(target, monkeypatch):
    def unreachable(*args, **more):
        raise OSError(errno.ENETUNREACH, "Network is unreachable")

    monkeypatch.setattr(socket, "create_connection", unreachable)
    with pytest.raises(WeightsError, match="no way to the internet") as refused:
        download("http://127.0.0.1:9/yolo26n.pt", target, seen_nothing, pause_s=0.001)
    assert "network" in refused.value.fix


@pytest.mark.parametrize("address", ["file:///etc/hostname", "ftp://127.0.0.1/x", "yolo26n.pt"])
def test_only_web_addresses_are_asked(target, address):
    with pytest.raises(WeightsError):
        download(address, target, seen_nothing)


def test_a_proxy_with_a_certificate_of_its_own_is_told(target, monkeypatch):
    def in_between(*args, **more):
        raise ssl.SSLCertVerificationError(1, "certificate verify failed")

    monkeypatch.setattr(socket, "create_connection", in_between)
    with pytest.raises(WeightsError, match="a proxy may stand in between") as refused:
        download("http://127.0.0.1:9/yolo26n.pt", target, seen_nothing, pause_s=0.001)
    assert "starter" in refused.value.fix
    assert list(target.parent.iterdir()) == []
