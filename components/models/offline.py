"""The offline switch: whether Tailor may use the network when somebody asks it to.

Nobody has set it: it is on when this computer has no way to other networks, which is read from
its own tables; nothing is sent to find out. Somebody has set it: it stays as it was set.
"""

import ipaddress
import json
from dataclasses import dataclass
from pathlib import Path

from components.errors import WeightsError
from components.workspace import Workspace, write_atomic

FILE = "network.json"
_IPV4_ROUTES, _IPV6_ROUTES = Path("/proc/net/route"), Path("/proc/net/ipv6_route")
_UP, _REJECT = 0x1, 0x200  # flags of a route in Linux' tables


@dataclass(frozen=True, slots=True)
class Network:
    """How the switch stands.

    Attributes:
        is_offline: Whether Tailor keeps off the network.
        is_chosen: Whether somebody set it, or Tailor judged by itself.
    """

    is_offline: bool
    is_chosen: bool


def network(workspace: Workspace) -> Network:
    """How the switch stands now. Takes less than a millisecond and asks nobody."""
    try:
        kept = json.loads((workspace.root / FILE).read_text(encoding="utf-8"))["offline"]
    except (OSError, ValueError, KeyError, TypeError):
        kept = None
    if isinstance(kept, bool):
        return Network(kept, is_chosen=True)
    return Network(not has_way_out(), is_chosen=False)


def stay_offline(workspace: Workspace, offline: bool) -> None:
    """Set the switch; it stays so until somebody sets it again."""
    write_atomic(workspace.root / FILE, json.dumps({"offline": offline}))


def demand_online(workspace: Workspace, what: str) -> None:
    """Let only those on who may use the network.

    Raises:
        WeightsError: The switch is on.
    """
    if network(workspace).is_offline:
        raise WeightsError(
            f"Tailor stays offline, so it does not fetch {what}.",
            'Switch "Stay offline" off at the foot of Home, drop the file in from another '
            "computer, or start from Tailor's starter weights.",
        )


def has_way_out() -> bool:
    """Whether this computer knows a way to other networks. Whether it leads there is not tried."""
    if _IPV4_ROUTES.exists():
        return _has_default_route(_lines(_IPV4_ROUTES), _lines(_IPV6_ROUTES))
    return _has_outer_address()


def _has_default_route(ipv4: list[str], ipv6: list[str]) -> bool:
    """Whether Linux' tables name a way for every address; columns as in proc(5)."""
    for row in (line.split() for line in ipv4[1:]):
        if len(row) > 7 and row[1] == row[7] == "00000000" and int(row[3], 16) & _UP:
            return True
    for row in (line.split() for line in ipv6):
        is_default = len(row) > 9 and set(row[0]) == {"0"} and row[1] == "00" and row[9] != "lo"
        if is_default and int(row[8], 16) & (_UP | _REJECT) == _UP:
            return True
    return False


def _has_outer_address() -> bool:
    """Elsewhere: whether an interface that is up has an address others could answer to."""
    import psutil

    up = {name for name, state in psutil.net_if_stats().items() if state.isup}
    return any(
        _is_outer(address.address)
        for name, addresses in psutil.net_if_addrs().items()
        for address in addresses
        if name in up
    )


def _is_outer(text: str) -> bool:
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:  # a hardware address
        return False
    return not (address.is_loopback or address.is_link_local or address.is_unspecified)


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="ascii").splitlines()
    except OSError:
        return []
