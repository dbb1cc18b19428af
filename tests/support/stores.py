"""
The parts around backends, wired as the product wires them, for tests that need no more of it.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.audit.event import Actor
from app.audit.log import AuditLog, open_audit_log
from app.audit.query import AuditQuery
from app.audit.stored import StoredEvent
from app.backends.rows import NewBackend
from app.backends.service import BackendService
from app.backends.watch import open_backends
from app.clock import SystemClock
from app.crypto import KeyRing
from app.database.engine import Database, open_database
from app.metrics import Metrics
from app.objects.service import ObjectService
from app.quotas.service import QuotaService
from app.rbac.levels import Access, Role, parse_access
from app.rbac.principal import EVERYTHING, Principal, PrincipalKind, Scope
from support.seaweedfs import SeaweedFS
from support.state import Places

RING = KeyRing({0: bytes(range(32))})
ADMIN = Actor(
    Principal(
        PrincipalKind.USER, "01ADMIN", role=Role.ADMIN, user_id="01ADMIN", scopes=(EVERYTHING,)
    ),
    request_id="r-1",
)


@dataclass(frozen=True, slots=True)
class Stores:
    """
    Backends and objects over a database of one test.
    """

    database: Database
    audit: AuditLog
    metrics: Metrics
    backends: BackendService
    objects: ObjectService
    quotas: QuotaService

    async def events(self, **filters: Any) -> list[StoredEvent]:
        """
        Return what the audit log holds, newest first.
        """
        await self.audit.flush()
        return list((await self.audit.search(AuditQuery(**filters))).events)


@asynccontextmanager
async def open_stores(
    places: Places, folder: Path, *, ring: KeyRing | None = RING
) -> AsyncIterator[Stores]:
    """
    Open the databases and every backend in them.
    """
    metrics, clock = Metrics(), SystemClock()
    async with (
        open_database(places.product, "product") as database,
        open_database(places.audit, "audit") as audit_database,
        open_audit_log(
            audit_database, database, spool_path=folder / "audit.spool", metrics=metrics
        ) as audit,
        open_backends(database, audit=audit, clock=clock, ring=ring, metrics=metrics) as backends,
    ):
        quotas = QuotaService(
            database, audit=audit, clock=clock, backends=backends.registry, metrics=metrics
        )
        objects = ObjectService(
            backends.registry,
            database=database,
            audit=audit,
            clock=clock,
            quotas=quotas,
        )
        async with quotas.running(scan_seconds=-1):
            yield Stores(database, audit, metrics, backends, objects, quotas)


def weed_backend(weed: SeaweedFS, backend_id: str = "weed", **more: Any) -> NewBackend:
    """
    Return the shared store as a backend to be made.
    """
    return NewBackend(
        **{
            "id": backend_id,
            "endpoint": weed.endpoint,
            "access_key": weed.access_key,
            "secret_key": weed.secret_key,
            "region": weed.region,
            "preset": "seaweedfs",
            **more,
        }
    )


def user_with(places: Mapping[str, str | list[str]]) -> Actor:
    """
    Return a user with access at each `backend/bucket/prefix`, and nowhere else.
    """
    scopes = tuple(_scope(place, parse_access(access)) for place, access in places.items())
    principal = Principal(
        PrincipalKind.USER, "01USER", role=Role.USER, user_id="01USER", scopes=scopes
    )
    return Actor(principal)


def _scope(place: str, access: Access) -> Scope:
    backend, bucket, prefix = (*place.split("/", 2), "", "")[:3]
    return Scope(backend, bucket, prefix, access.levels, access.may_overwrite)
