"""
Listening sockets, bound before anything else is started, so that a taken port is said at once.
"""

import socket
from errno import EACCES, EADDRINUSE, EADDRNOTAVAIL

from app.config.values import ListenAddress
from app.errors.start import StartError

BACKLOG = 2048
LOOPBACK = "127.0.0.1"

_CURES = {
    EADDRINUSE: "the port is taken: stop the program that listens there, or choose another",
    EACCES: "not allowed: choose a port from 1024 up, or let this user bind lower ones",
    EADDRNOTAVAIL: "this machine has no such address",
}


def bind_listener(address: ListenAddress, *, setting: str) -> socket.socket:
    """
    Return a listening socket; an empty host means every interface, IPv4 and IPv6.

    `setting` is the flag or key that the address comes from, for the message.

    Raises:
        StartError: the address cannot be bound.
    """
    try:
        listener = _open(address)
    except OSError as error:
        raise say_why_not(error, address, setting=setting) from error
    listener.setblocking(False)
    return listener


def say_why_not(error: OSError, address: ListenAddress, *, setting: str) -> StartError:
    """
    Say which address cannot be bound, why, and what to do.
    """
    cause = _CURES.get(error.errno or 0, error.strerror)
    return StartError(f"cannot listen on {address.host}:{address.port} ({setting}): {cause}")


def _open(address: ListenAddress) -> socket.socket:
    if address.host:
        family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
        return socket.create_server((address.host, address.port), family=family, backlog=BACKLOG)
    if not socket.has_dualstack_ipv6():
        return socket.create_server(("", address.port), backlog=BACKLOG)
    return socket.create_server(
        ("", address.port), family=socket.AF_INET6, backlog=BACKLOG, dualstack_ipv6=True
    )


def local_url(host: str, port: int, *, scheme: str = "http") -> str:
    """
    Return the URL by which a program on this machine reaches a listener.
    """
    if host in ("", "0.0.0.0", "::"):  # noqa: S104  # compared, not bound
        host = LOOPBACK
    shown = f"[{host}]" if ":" in host else host
    return f"{scheme}://{shown}:{port}"
