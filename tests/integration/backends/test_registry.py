"""
Live backends: several at once, added, replaced and removed under way, and whether they answer.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from app.backends.backend import BackendInfo, UpstreamKey
from app.backends.health import HISTORY
from app.backends.registry import BackendRegistry, Upstream
from app.backends.rows import BackendChange
from app.backends.stored import Download, NewObject, ObjectRef
from app.backends.watch import watch_backends
from app.clock import SystemClock
from app.database.declared import Declaration
from app.metrics import Metrics
from support.polling import wait_until_async
from support.seaweedfs import SeaweedFS
from support.stores import ADMIN, Stores, weed_backend


@asynccontextmanager
async def registry_of(*upstreams: Upstream) -> AsyncIterator[BackendRegistry]:
    registry = BackendRegistry(SystemClock(), Metrics())
    await registry.sync({one.info.id: one for one in upstreams})
    yield registry
    await registry.close()


def upstream(weed: SeaweedFS, backend_id: str = "weed", endpoint: str = "") -> Upstream:
    info = BackendInfo(backend_id, backend_id, endpoint or weed.endpoint, weed.region)
    return Upstream(info, UpstreamKey(weed.access_key, weed.secret_key))


@asynccontextmanager
async def watching(stores: Stores) -> AsyncIterator[None]:
    task = asyncio.create_task(watch_backends(stores.backends))
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_several_backends_live_side_by_side(seaweedfs: SeaweedFS) -> None:
    down = upstream(seaweedfs, "down", "http://127.0.0.1:9")
    async with registry_of(upstream(seaweedfs), down) as registry:
        await registry.probe_all()

        assert registry.ids == ("down", "weed")
        assert registry.health("weed").is_healthy
        assert registry.health("weed").last_error == ""
        assert not registry.health("down").is_healthy
        assert registry.health("down").last_error == "The backend cannot be reached."


async def test_the_history_keeps_the_last_twenty_probes(seaweedfs: SeaweedFS) -> None:
    async with registry_of(upstream(seaweedfs, endpoint="http://127.0.0.1:9")) as registry:
        await registry.probe("weed")
        assert registry.health("weed").history == ()
        for _ in range(HISTORY + 2):
            await registry.probe_all()

        history = registry.health("weed").history
        assert len(history) == HISTORY
        assert history[0].at < history[-1].at


async def test_what_did_not_change_keeps_its_connection_and_history(seaweedfs: SeaweedFS) -> None:
    first = upstream(seaweedfs)
    async with registry_of(first) as registry:
        await registry.probe_all()
        before = registry.get("weed").backend
        renamed = replace(first, info=replace(first.info, name="New name"))

        opened = await registry.sync({"weed": renamed})

        assert opened == ()
        assert registry.get("weed").backend is before
        assert registry.get("weed").info.name == "New name"
        assert len(registry.health("weed").history) == 1


async def test_a_replaced_backend_starts_afresh_and_lets_downloads_end(
    seaweedfs: SeaweedFS,
) -> None:
    first = upstream(seaweedfs)
    async with registry_of(first) as registry:
        old = registry.get("weed").backend
        await old.buckets.create("replaced-backend")
        await old.objects.put("replaced-backend", "x", bytes(2**20), NewObject())
        download = await old.objects.open("replaced-backend", ObjectRef("x"))
        moved = replace(first, info=replace(first.info, region="other"))

        opened = await registry.sync({"weed": moved})

        assert opened == ("weed",)
        assert registry.get("weed").backend is not old
        assert registry.health("weed").history == ()
        assert isinstance(download, Download)
        assert sum([len(piece) async for piece in download.body]) == 2**20
        await registry.sync({"weed": first})
        await registry.get("weed").backend.objects.delete("replaced-backend", ObjectRef("x"))
        await registry.get("weed").backend.buckets.delete("replaced-backend")


async def test_the_metric_shows_who_answers_and_forgets_who_is_gone(seaweedfs: SeaweedFS) -> None:
    metrics = Metrics()
    registry = BackendRegistry(SystemClock(), metrics)
    await registry.sync({"weed": upstream(seaweedfs)})
    await registry.probe_all()

    assert b'stowage_backend_up{backend="weed"} 1.0' in metrics.render()[0]
    answered = b'stowage_backend_probes_total{backend="weed",outcome="answered"} 1.0'
    assert answered in metrics.render()[0]
    await registry.sync({})

    assert b'stowage_backend_up{backend="weed"}' not in metrics.render()[0]
    await registry.close()


async def test_a_new_backend_is_probed_at_once_and_found_out_soon(
    stores: Stores, seaweedfs: SeaweedFS
) -> None:
    registry = stores.backends.registry
    async with watching(stores):
        await stores.backends.create(ADMIN, weed_backend(seaweedfs))
        assert registry.health("weed").is_healthy

        async def is_found_out() -> bool:
            return registry.describe("weed").is_probed

        await wait_until_async(is_found_out, 30.0, what="the capabilities are probed")

    capabilities = registry.get("weed").capabilities
    assert capabilities.versioning
    assert not capabilities.literal_dot_segments
    await stores.backends.reload()
    assert registry.get("weed").capabilities == capabilities


async def test_a_declared_backend_is_asked_soon_after_it_appears(
    stores: Stores, seaweedfs: SeaweedFS
) -> None:
    registry = stores.backends.registry
    async with watching(stores):
        by = Declaration("yaml", "config.yaml", 1, "weed")
        await stores.backends.create(ADMIN, weed_backend(seaweedfs), by=by)

        async def is_asked() -> bool:
            return registry.health("weed").is_healthy

        await wait_until_async(is_asked, 10.0, what="the new backend is asked whether it answers")


async def test_a_backend_under_maintenance_is_left_alone(
    stores: Stores, seaweedfs: SeaweedFS
) -> None:
    await stores.backends.create(ADMIN, weed_backend(seaweedfs))
    await stores.backends.update(ADMIN, "weed", BackendChange(is_in_maintenance=True))

    await stores.backends.registry.probe_all()

    assert stores.backends.registry.health("weed").history == ()
