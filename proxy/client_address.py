"""
Who is at the far end: the socket's address, or what trusted proxies say about it.

`X-Forwarded-For` is walked from the right and ends at the first address that no trusted proxy
has: everything further left was written by somebody we do not know.
"""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

MAX_HOPS = 32


class AddressReader:
    """
    Reads the client's address; trusts nobody unless told so.
    """

    def __init__(self, trusted: Sequence[str]) -> None:
        self._trusted = tuple(ip_network(text, strict=False) for text in trusted)

    def read(self, peer: str, forwarded_for: str | None) -> str:
        """
        Return the client's address.

        Args:
            peer: The socket's address.
            forwarded_for: The header's value, all of its lines joined; `None` without one.
        """
        if not self._trusted or not forwarded_for or not self._is_trusted(peer):
            return peer
        client = peer
        for hop in reversed(forwarded_for.split(",")[-MAX_HOPS:]):
            address = _parse(hop)
            if address is None:
                # Garbage ends the walk: what a trusted proxy saw before it still counts.
                return client
            client = str(address)
            if not self._covers(address):
                return client
        return client

    def _is_trusted(self, peer: str) -> bool:
        address = _parse(peer)
        return address is not None and self._covers(address)

    def _covers(self, address: IPv4Address | IPv6Address) -> bool:
        return any(_contains(network, address) for network in self._trusted)


def _contains(network: IPv4Network | IPv6Network, address: IPv4Address | IPv6Address) -> bool:
    return network.version == address.version and address in network


def _parse(text: str) -> IPv4Address | IPv6Address | None:
    """
    Return the address a hop names, a port or brackets taken off; `None` for anything else.
    """
    bare = text.strip()
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        address = ip_address(bare)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
