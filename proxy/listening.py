"""
The S3 address: bound exclusively by the first socket, then shared by one socket per worker.
"""

import socket

BACKLOG = 2048


def bind_sockets(host: str, port: int, count: int) -> list[socket.socket]:
    """
    Return `count` listening sockets on one address, one for each worker.

    The first is bound without `SO_REUSEPORT`, so that an address that anybody else listens on is
    an error and not shared by accident; on Linux the option may be set after that.

    Args:
        host: An address or name; empty means every interface, IPv4 and IPv6.
        port: The port; 0 takes a free one.
        count: 1 or more.

    Raises:
        OSError: the address is taken, not allowed or not ours.
    """
    family, address = _resolve(host, port)
    sockets = [_bind(family, address, is_shared=False)]
    try:
        if count > 1:
            sockets[0].setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            real = sockets[0].getsockname()
            sockets += [_bind(family, real, is_shared=True) for _ in range(count - 1)]
        for listener in sockets:
            listener.listen(BACKLOG)
    except OSError:
        for listener in sockets:
            listener.close()
        raise
    return sockets


def _resolve(host: str, port: int) -> tuple[socket.AddressFamily, tuple[object, ...]]:
    if not host:
        if socket.has_dualstack_ipv6():
            return socket.AF_INET6, ("::", port)
        return socket.AF_INET, ("0.0.0.0", port)  # noqa: S104  every interface was asked for
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    family, _, _, _, address = found[0]
    return family, address


def _bind(
    family: socket.AddressFamily, address: tuple[object, ...], *, is_shared: bool
) -> socket.socket:
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setblocking(False)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if is_shared:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        if family is socket.AF_INET6:
            is_every = address[0] == "::"
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0 if is_every else 1)
        listener.bind(address)
    except OSError:
        listener.close()
        raise
    return listener
