import json
import socket

import pytest

from components.errors import WeightsError
from components.models import offline
from components.models.fetching import start_fetch
from components.models.offline import demand_online, has_way_out, network, stay_offline
from components.models.seed_example import start_example

# As Linux writes them: a computer with a way out, one that only knows its neighbours, one without.
HEAD = "Iface Destination Gateway Flags RefCnt Use Metric Mask MTU Window IRTT"
DEFAULT = "eth0 00000000 0100A8C0 0003 0 0 0 00000000 0 0 0"
DOWN = "eth0 00000000 0100A8C0 0002 0 0 0 00000000 0 0 0"
NEIGHBOURS = "eth0 0000A8C0 00000000 0001 0 0 0 00FFFFFF 0 0 0"
ZERO = "0" * 32
DEFAULT_6 = f"{ZERO} 00 {ZERO} 00 fe80{'0' * 28} 00000400 00000000 00000000 00000003 eth0"
REJECT_6 = f"{ZERO} 00 {ZERO} 00 {ZERO} ffffffff 00000001 00000000 00200200 lo"
TABLES = {
    "a way by IPv4": ([HEAD, NEIGHBOURS, DEFAULT], [], True),
    "a way by IPv6": ([HEAD], [REJECT_6, DEFAULT_6], True),
    "neighbours only": ([HEAD, NEIGHBOURS], [REJECT_6], False),
    "a way that is down": ([HEAD, DOWN], [], False),
    "nothing": ([HEAD], [], False),
    "no tables at all": ([], [], False),
    "half a line": ([HEAD, "eth0 00000000"], ["0000"], False),
}


@pytest.fixture(autouse=True)
def _judged_truly(monkeypatch):
    """The tests' own answer to whether there is a network is taken away here."""
    monkeypatch.setattr(offline, "has_way_out", has_way_out)


@pytest.fixture
def tables(tmp_path, monkeypatch):
    """Writes Linux' tables of routes for this test."""

    def write(ipv4, ipv6):
        (tmp_path / "route").write_text("\n".join(ipv4), encoding="ascii")
        (tmp_path / "ipv6_route").write_text("\n".join(ipv6), encoding="ascii")
        monkeypatch.setattr(offline, "_IPV4_ROUTES", tmp_path / "route")
        monkeypatch.setattr(offline, "_IPV6_ROUTES", tmp_path / "ipv6_route")

    return write


@pytest.mark.parametrize("name", TABLES)
def test_a_way_out_is_read_from_the_tables(tables, name):
    ipv4, ipv6, expected = TABLES[name]
    tables(ipv4, ipv6)
    assert has_way_out() is expected


@pytest.mark.parametrize(
    ("address", "expected"),
    [("192.168.0.7", True), ("2001:db8::7", True), ("127.0.0.1", False), ("::1", False),
     ("fe80::1%eth0", False), ("169.254.3.4", False), ("0a:00:27:00:00:00", False)],
)  # fmt: skip
def test_elsewhere_an_address_that_others_can_answer_to_counts(monkeypatch, tmp_path, address,
                                                               expected):  # fmt: skip
    import psutil

    class Up:
        isup = True

    class Has:
        def __init__(self, text):
            self.address = text

    monkeypatch.setattr(offline, "_IPV4_ROUTES", tmp_path / "none")
    monkeypatch.setattr(psutil, "net_if_stats", lambda: {"en0": Up()})
    monkeypatch.setattr(
        psutil, "net_if_addrs", lambda: {"en0": [Has(address)], "en1": [Has("8.8.8.8")]}
    )
    assert has_way_out() is expected


def test_nobody_is_asked_to_find_out(workspace, monkeypatch):
    def knocked(*args, **more):
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", knocked)
    monkeypatch.setattr(socket, "create_connection", knocked)
    monkeypatch.setattr(socket, "getaddrinfo", knocked)
    network(workspace)


def test_without_a_network_the_switch_is_on_by_itself(workspace, tables):
    tables([HEAD], [])
    assert network(workspace) == offline.Network(True, is_chosen=False)
    tables([HEAD, DEFAULT], [])
    assert network(workspace) == offline.Network(False, is_chosen=False)


@pytest.mark.parametrize("wanted", [True, False])
def test_what_somebody_set_stays(workspace, tables, wanted):
    stay_offline(workspace, wanted)
    for ipv4 in ([HEAD], [HEAD, DEFAULT]):
        tables(ipv4, [])
        assert network(workspace) == offline.Network(wanted, is_chosen=True)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"offline": "yes"}', "{"])
def test_a_damaged_file_is_as_good_as_none(workspace, tables, content):
    tables([HEAD, DEFAULT], [])
    (workspace.root / offline.FILE).write_text(content, encoding="utf-8")
    assert network(workspace) == offline.Network(False, is_chosen=False)


@pytest.mark.parametrize("begin", [lambda w: start_fetch(w, "yolo26n.pt"), start_example])
def test_offline_nothing_is_fetched_and_the_ways_out_are_told(workspace, begin):
    stay_offline(workspace, True)
    with pytest.raises(WeightsError, match="stays offline") as refused:
        begin(workspace)
    assert "starter" in refused.value.fix
    assert list(workspace.cache.iterdir()) == []


def test_online_one_may_ask(workspace):
    stay_offline(workspace, False)
    demand_online(workspace, "anything")
    assert json.loads((workspace.root / offline.FILE).read_text("utf-8")) == {"offline": False}
