"""
Opening the backends, and looking after them while the server runs.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from app.audit.log import AuditLog
from app.backends.registry import BackendRegistry
from app.backends.service import BackendService
from app.backends.vault import Vault
from app.clock import Clock
from app.crypto import KeyRing
from app.database.engine import Database
from app.errors.raised import StowageError
from app.metrics import Metrics

PROBE_INTERVAL_SECONDS = 60.0
PROBE_RETRY_SECONDS = 60.0
MACHINE_KEY_SECONDS = 60.0

_log = structlog.get_logger(__name__)


@asynccontextmanager
async def open_backends(
    database: Database, *, audit: AuditLog, clock: Clock, ring: KeyRing | None, metrics: Metrics
) -> AsyncIterator[BackendService]:
    """
    Open every enabled backend of the table, without contacting one, until the end of the block.
    """
    registry = BackendRegistry(clock, metrics)
    service = BackendService(
        database, audit=audit, clock=clock, vault=Vault(ring), registry=registry
    )
    try:
        await service.machine_key.find()
        await service.reload()
        yield service
    finally:
        await registry.close()


async def watch_backends(service: BackendService) -> None:
    """
    Ask all backends now and every minute whether they answer, and new ones at once.

    What a new one can do is tried as soon as it is there. The machine's own key is renewed in time.

    Runs until cancelled. Only the server does this; a command that ends soon does not.
    """
    # Unlike gather, a group that is cancelled waits for both: a probe takes its bucket away first.
    async with asyncio.TaskGroup() as group:
        group.create_task(_watch_health(service))
        group.create_task(_watch_capabilities(service))
        group.create_task(_watch_machine_key(service))


async def _watch_health(service: BackendService) -> None:
    now = asyncio.get_running_loop().time
    seen = 0
    while True:
        try:
            await service.reload()
        except StowageError as error:
            _log.warning("the backends could not be read", error=str(error))
        await service.registry.probe_all()
        again_at = now() + PROBE_INTERVAL_SECONDS
        while (left := again_at - now()) > 0:
            seen = await service.registry.wait_for_change(seen, left)
            await service.registry.probe_new()


async def _watch_machine_key(service: BackendService) -> None:
    seen = 0
    while True:
        try:
            if await service.machine_key.renew():
                await service.reload()
        except StowageError as error:
            _log.warning("the machine's key could not be renewed", error=str(error))
        seen = await service.registry.wait_for_change(seen, MACHINE_KEY_SECONDS)


async def _watch_capabilities(service: BackendService) -> None:
    not_before: dict[str, float] = {}
    now = asyncio.get_running_loop().time
    seen = 0
    while True:
        try:
            waiting = await service.find_unprobed()
        except StowageError:
            waiting = ()
        for backend_id in waiting:
            if not_before.get(backend_id, 0.0) <= now():
                not_before[backend_id] = now() + PROBE_RETRY_SECONDS
                await _probe(service, backend_id)
        seen = await service.registry.wait_for_change(seen, PROBE_INTERVAL_SECONDS)


async def _probe(service: BackendService, backend_id: str) -> None:
    try:
        await service.probe_capabilities(backend_id)
    except StowageError as error:
        _log.info("a backend could not be probed", backend=backend_id, error=str(error))
