"""
Stages: the targets that run side by side under one set of circumstances, and the cases they meet.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bench import peers
from bench.cases import CASES, CASES_BY_NAME, Case
from bench.gateways import Reference, VersityGateway
from bench.ours import Stowage
from bench.target import Adapter

OURS: tuple[Adapter, ...] = (Stowage("python"), Stowage("compiled"))
RELAYS: tuple[Adapter, ...] = (peers.Nginx(), peers.HAProxy(), peers.Caddy())
GATEWAYS: tuple[Adapter, ...] = (VersityGateway(), Reference())
DIRECT, RCLONE = peers.Direct(), peers.Rclone()
ALL: tuple[Adapter, ...] = (DIRECT, *RELAYS, RCLONE, *GATEWAYS, *OURS)


@dataclass(frozen=True, slots=True)
class Stage:
    """
    One set of circumstances.
    """

    upstream: str
    """`static` or `seaweedfs`."""
    cases: Sequence[Case]
    adapters: Sequence[Adapter]
    suffix: str = ""
    """Put behind a case's name where the circumstances are not the usual ones."""
    connections: int | None = None
    """In place of the case's own."""
    is_tls: bool = False
    workers: int = 1
    credentials: int = 10
    backends: int = 1


def _named(*names: str) -> tuple[Case, ...]:
    return tuple(CASES_BY_NAME[name] for name in names)


_FELT = _named("get-1k", "head-1k", "put-1k", "get-1m", "put-1m", "bad-signature")
_MAIN = _named("get-1k", "put-1k", "get-1m")
SHORT: tuple[Stage, ...] = (
    Stage("static", CASES, (DIRECT, *RELAYS, *GATEWAYS, *OURS)),
    Stage("seaweedfs", _FELT, (RCLONE, *OURS)),
)
FULL: tuple[Stage, ...] = (
    Stage("static", CASES, (DIRECT, *RELAYS, *GATEWAYS, *OURS)),
    Stage("seaweedfs", CASES, ALL),
    *(
        Stage("static", _MAIN, (DIRECT, *RELAYS, *OURS), f"-{count}-connections", count)
        for count in (1, 16, 256)
    ),
    Stage(
        "static", (*_MAIN, *_named("put-1m-chunked-trailer")), (*RELAYS, *OURS), "-tls", is_tls=True
    ),
    Stage("static", _MAIN, (*RELAYS, *OURS), "-2-workers", workers=2),
    *(
        Stage("static", _named("get-1k"), OURS, f"-{count}-credentials", credentials=count)
        for count in (1_000, 100_000)
    ),
    Stage("static", _named("get-1k"), OURS, "-100-backends", backends=100),
)
