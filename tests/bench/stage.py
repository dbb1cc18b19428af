"""
Stages: the targets that run side by side under one set of circumstances, and the cases they meet.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from bench import peers
from bench.cases import CASES, Case, named
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
    is_tls: bool = False
    workers: int = 1
    credentials: int = 10
    backends: int = 1

    @property
    def largest(self) -> int:
        """
        The size of the largest object that its cases move.
        """
        return max((case.payload_bytes for case in self.cases), default=0)


_FELT = named("get-1k", "head-1k", "put-1k", "get-1m", "put-1m", "bad-signature")
_MAIN = ("get-1k", "put-1k", "get-1m")
_ALONE = named("get-1k", connections=1)
_STATIC = (DIRECT, *RELAYS, *GATEWAYS, *OURS)
SHORT: tuple[Stage, ...] = (
    Stage("static", (*CASES, *_ALONE), _STATIC),
    Stage("seaweedfs", _FELT, (RCLONE, *OURS)),
)
FULL: tuple[Stage, ...] = (
    Stage("static", (*CASES, *_ALONE), _STATIC),
    *(Stage("static", named(*_MAIN, connections=count), _STATIC) for count in (16, 256)),
    Stage("seaweedfs", CASES, (DIRECT, *RELAYS, RCLONE, *GATEWAYS, *OURS)),
    Stage("static", named(*_MAIN, "put-1m-chunked-trailer"), _STATIC[1:], "-tls", is_tls=True),
    Stage("static", named(*_MAIN), (*RELAYS, *OURS), "-2-workers", workers=2),
    *(
        Stage("static", named("get-1k"), OURS, f"-{count}-credentials", credentials=count)
        for count in (1_000, 100_000)
    ),
    Stage("static", named("get-1k"), OURS, "-100-backends", backends=100),
)
PAGE: tuple[Stage, ...] = (
    Stage("static", (*CASES, *_ALONE), _STATIC),
    *(Stage("static", named("get-1k", connections=count), _STATIC) for count in (16, 256)),
    Stage("seaweedfs", _FELT, (DIRECT, *RELAYS, RCLONE, *GATEWAYS, *OURS)),
    Stage("static", named("get-1k", "get-1m"), (*RELAYS, *OURS), "-tls", is_tls=True),
    Stage("static", named(*_MAIN), (*RELAYS, *OURS), "-2-workers", workers=2),
    Stage("static", named("get-1k"), OURS, "-1000-credentials", credentials=1_000),
    Stage("static", named("get-1k"), OURS[1:], "-100000-credentials", credentials=100_000),
    Stage("static", named("get-1k"), OURS, "-100-backends", backends=100),
)
"""What the page of the documentation shows, in a few minutes."""


def present(stages: Sequence[Stage], names: Collection[str]) -> list[Stage]:
    """
    Return the stages with only those targets.
    """
    return [
        replace(stage, adapters=[one for one in stage.adapters if one.name in names])
        for stage in stages
    ]
