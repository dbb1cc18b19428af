"""
The S3 endpoint for tests: real worker processes behind a real socket, fed by hand.
"""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from app.certificate import Certificate
from app.rbac.levels import ALL_LEVELS, PRESETS, Access, Level
from app.rbac.principal import Principal, PrincipalKind, Scope
from app.snapshot.values import (
    BackendRoute,
    BucketTarget,
    CredentialEntry,
    ProxySettings,
    Snapshot,
)
from app.snapshot.wire import AuditBatch, CounterBatch, DeltaMessage, Up
from proxy.fleet import Fleet, FleetSettings

if TYPE_CHECKING:
    from app.audit.event import AuditEvent
    from app.tally import CounterDelta

HOST = "127.0.0.1"
REGION = "us-east-1"
SECRET = "client-secret-of-forty-characters-000000"
BACKEND = "main"


def make_route(endpoint: str, **changes: object) -> BackendRoute:
    """
    Return the route to a backend at an endpoint.
    """
    parts = urlsplit(endpoint)
    facts: dict[str, object] = {
        "id": BACKEND,
        "scheme": parts.scheme,
        "host": parts.hostname or "",
        "port": parts.port or 80,
        "region": REGION,
        "path_style": True,
        "access_key": "upstream-key",
        "secret_key": "upstream-secret",
        **changes,
    }
    return BackendRoute(**facts)  # type: ignore[arg-type]  # the fields by name


def make_credential(
    access_key: str, buckets: dict[str, Access | Level], **changes: object
) -> CredentialEntry:
    """
    Return a credential with these rights on these buckets of the one backend.
    """
    scopes = tuple(
        Scope(
            BACKEND,
            name,
            "",
            access.levels if isinstance(access, Access) else access,
            access.may_overwrite if isinstance(access, Access) else True,
        )
        for name, access in buckets.items()
    )
    principal = Principal(
        PrincipalKind.CREDENTIAL, access_key, user_id=f"user-of-{access_key}", scopes=scopes
    )
    facts: dict[str, object] = {
        "access_key": access_key,
        "secret_key": SECRET,
        "principal": principal,
        "buckets": {name: BucketTarget(BACKEND, name) for name in buckets if name != "*"},
        "wildcard_backend_id": BACKEND if "*" in buckets else None,
        "created_at": 1_700_000_000.0,
        **changes,
    }
    return CredentialEntry(**facts)  # type: ignore[arg-type]  # the fields by name


def make_snapshot(
    route: BackendRoute, *credentials: CredentialEntry, settings: ProxySettings | None = None
) -> Snapshot:
    """
    Return a world of one backend and some credentials.
    """
    return Snapshot(
        1,
        settings or ProxySettings(),
        {route.id: route},
        {credential.access_key: credential for credential in credentials},
    )


FULL = Access(ALL_LEVELS)
READWRITE = PRESETS["readwrite"]


class RunningProxy:
    """
    A fleet that runs in a thread of its own.
    """

    def __init__(self, settings: FleetSettings, loop: asyncio.AbstractEventLoop) -> None:
        self.fleet = Fleet(settings, receive=self.receive, forget=lambda _: None)
        self.loop = loop
        self.events: list[AuditEvent] = []
        self.counters: list[CounterDelta] = []

    @property
    def port(self) -> int:
        """
        Where it listens on loopback.
        """
        return self.fleet.address[1]

    @property
    def endpoint(self) -> str:
        """
        Its URL.
        """
        return f"http://{HOST}:{self.port}"

    def publish(self, delta: DeltaMessage) -> None:
        """
        Tell every worker what changed.
        """
        self.loop.call_soon_threadsafe(self.fleet.publish, delta)

    def settle(self) -> None:
        """
        Wait until every worker decides by all that was published: it answers in order.
        """
        for worker in self.fleet.workers:
            asyncio.run_coroutine_threadsafe(worker.inspect(), self.loop).result(10)

    def inspect(self) -> tuple[str, ...]:
        """
        Return the modules that the first worker has loaded.
        """
        asked = asyncio.run_coroutine_threadsafe(self.fleet.workers[0].inspect(), self.loop)
        return asked.result(10)

    def drain(self, seconds: float) -> None:
        """
        Let the workers finish and leave.
        """
        asyncio.run_coroutine_threadsafe(self.fleet.drain(seconds), self.loop).result(seconds + 10)

    def count(self, name: str, *labels: str) -> float:
        """
        Return what a counter stands at, over all label values that begin like this.
        """
        return sum(
            delta.amount
            for delta in list(self.counters)
            if delta.name == name and delta.labels[: len(labels)] == labels
        )

    def receive(self, _worker: str, message: Up) -> None:
        """
        Keep what workers report.
        """
        if isinstance(message, AuditBatch):
            self.events.extend(message.events)
        elif isinstance(message, CounterBatch):
            self.counters.extend(message.counters)


@contextmanager
def running_proxy(
    snapshot: Snapshot,
    *,
    workers: int = 1,
    port: int = 0,
    certificate: Certificate | None = None,
) -> Iterator[RunningProxy]:
    """
    Serve a snapshot until the block ends.
    """
    loop = asyncio.new_event_loop()
    settings = FleetSettings(
        HOST,
        port,
        workers=workers,
        log_level="error",
        log_format="text",
        certificate=certificate,
    )
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    running = RunningProxy(settings, loop)
    try:
        asyncio.run_coroutine_threadsafe(running.fleet.start(snapshot), loop).result(60)
        yield running
    finally:
        asyncio.run_coroutine_threadsafe(running.fleet.stop(), loop).result(30)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()
