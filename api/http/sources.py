"""From where a request comes: its peer's address or, behind proxies of ours, what they say of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from starlette.types import Scope

UNKNOWN = "unknown"
# An address of version 6 is anybody's to choose within their network.
NETWORK = 64
# Proxies in a row, at most.
MOST_PROXIES = 10

Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class Sources:
    """Tells sources apart. `trusted`: the networks of proxies whose X-Forwarded-For is believed; of nobody else it is."""

    trusted: Sequence[Network] = ()

    def of(self, scope: Scope) -> str:
        """The source of a request: an address of version 4, or a network of version 6; `unknown` of no network at all."""
        client = scope.get("client")
        found = None if client is None else _address(client[0])
        if found is not None and self._trusts(found):
            said = b",".join(value for name, value in scope["headers"] if name == b"x-forwarded-for")
            # Each proxy adds, at the end, whom it heard it from.
            for one in reversed(said.decode("latin-1").split(",")[-MOST_PROXIES:]):
                before = _address(one)
                if before is None:
                    break
                found = before
                if not self._trusts(found):
                    break
        return UNKNOWN if found is None else _named(found)

    def _trusts(self, address: IPv4Address | IPv6Address) -> bool:
        return any(address in network for network in self.trusted)


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(text.strip().strip("[]").partition("%")[0])
    except ValueError:
        return None
    return found.ipv4_mapped or found if isinstance(found, IPv6Address) else found


def _named(address: IPv4Address | IPv6Address) -> str:
    if isinstance(address, IPv4Address):
        return str(address)
    return str(IPv6Network((address, NETWORK), strict=False))
