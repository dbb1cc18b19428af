"""
Who is at the other end of the connection: decided once, from the socket's peer.

Forwarding headers are believed only from a trusted proxy, and read from the right, because each
proxy appends what it saw: what stands further left was written by somebody less trusted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address


@dataclass(frozen=True, slots=True)
class Forwarded:
    """
    The forwarding headers of one request, as they arrived.
    """

    chain: tuple[str, ...] = ()
    """`X-Forwarded-For`, all headers joined, left to right."""
    real_ip: str = ""
    proto: str = ""

    @property
    def is_present(self) -> bool:
        """
        Tell whether somebody sent any of them.
        """
        return bool(self.chain or self.real_ip or self.proto)


@dataclass(frozen=True, slots=True)
class Peer:
    """
    The client of one request.
    """

    ip: str
    """The client's address; empty where the socket has none."""
    is_https: bool
    is_trusted: bool
    """The connection comes from a trusted proxy, so its request id may be used as well."""


@dataclass(frozen=True, slots=True)
class TrustedProxies:
    """
    The networks whose forwarding headers are believed; none by default.
    """

    networks: tuple[IPv4Network | IPv6Network, ...] = ()

    @classmethod
    def parse(cls, networks: Sequence[str]) -> "TrustedProxies":
        """
        Read CIDR blocks and single addresses.

        Raises:
            ValueError: one of them is neither; the configuration has checked them before.
        """
        return cls(tuple(ip_network(text, strict=False) for text in networks))

    def trusts(self, address: Address | None) -> bool:
        """
        Tell whether the address lies in one of the networks; an unknown one does not.
        """
        return address is not None and any(address in network for network in self.networks)

    def identify(self, socket_ip: str, scheme: str, forwarded: Forwarded) -> Peer:
        """
        Decide whose request this is and whether it came over https.
        """
        peer = parse_address(socket_ip)
        if not self.trusts(peer):
            return Peer(str(peer or socket_ip), scheme == "https", is_trusted=False)
        # A list means that several proxies wrote it; the last one is the proxy we trust.
        proto = forwarded.proto.rpartition(",")[2].strip().lower()
        is_https = proto == "https" or (not proto and scheme == "https")
        return Peer(str(self._origin(peer, forwarded)), is_https, is_trusted=True)

    def _origin(self, peer: Address | None, forwarded: Forwarded) -> Address | None:
        chain = forwarded.chain or ((forwarded.real_ip,) if forwarded.real_ip else ())
        nearest = peer
        for text in reversed(chain):
            hop = parse_address(text)
            if hop is None:
                return nearest
            nearest = hop
            if not self.trusts(hop):
                return hop
        return nearest


def parse_address(text: str) -> Address | None:
    """
    Read an address, with or without a port and brackets; `None` when it is none.

    An IPv4 address in IPv6 clothing (`::ffff:10.0.0.1`) is the IPv4 address.
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
