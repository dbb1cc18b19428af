"""
Free TCP ports on loopback for programs that cannot be told to take port 0.

Linux hands outgoing connections local ports from 32768 up, so a port below is taken by nobody
between the moment it is found free and the moment the program binds it, but by another run of
ours. Against that every port is claimed: an abstract Unix socket of its name, held until this
process ends, however it ends.
"""

import secrets
import socket
import sys

LOWEST = 20000
HIGHEST = 32767
LOOPBACK = "127.0.0.1"

_claims: dict[int, int | None] = {}
"""By port, the descriptor of the socket that claims it, where there is such a thing."""


def claim_ports(count: int) -> list[int]:
    """
    Return that many free ports between `LOWEST` and `HIGHEST`, claimed for this process's life.

    Raises:
        OSError: hardly any port of the range is free.
    """
    return [_claim_one() for _ in range(count)]


def claim_port(port: int) -> bool:
    """
    Claim this very port if it is free (or ours already); tell whether that worked.
    """
    if not is_free(port):
        return False
    return port in _claims or _hold(port)


def is_free(port: int) -> bool:
    """
    Tell whether nobody listens on this port of the loopback address at the moment.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def _claim_one() -> int:
    for _ in range(1000):
        port = LOWEST + secrets.randbelow(HIGHEST - LOWEST + 1)
        if port not in _claims and is_free(port) and _hold(port):
            return port
    raise OSError(f"no free port between {LOWEST} and {HIGHEST}")


def _hold(port: int) -> bool:
    if sys.platform != "linux":  # abstract names exist on Linux only
        _claims[port] = None
        return True
    claim = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        claim.bind(f"\0stowage-port-{port}")
    except OSError:
        claim.close()
        return False
    _claims[port] = claim.detach()
    return True
