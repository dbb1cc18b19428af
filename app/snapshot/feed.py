"""
`SnapshotFeed`: builds the snapshot and tells subscribers what differs, change by change.

It follows the `changes` table, so that a change made by this process, a command beside it or
another replica takes the same way. A change of credentials reads those rows, one of backends and
the like all but the credentials; a change of people or grants builds the snapshot anew. What is
sent is what differs.
"""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Collection, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TypeVar

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from app.backends.registry import Upstream
from app.backends.service import BackendService
from app.config.models import Config
from app.crypto import KeyRing
from app.database.changes import ChangeKind
from app.database.engine import Database
from app.database.follow import open_follower
from app.errors.raised import StowageError
from app.grants.effective import role_scopes
from app.quotas.limits import QuotaKind, QuotaSubject
from app.snapshot.compile import CredentialRow, World, compile_backend, compile_credential
from app.snapshot.load import (
    OVERLAP,
    Change,
    load_anonymous,
    load_changes,
    load_cors,
    load_credentials,
    load_quotas,
    load_revision,
    load_world,
)
from app.snapshot.settings import proxy_settings
from app.snapshot.values import EMPTY, BackendRoute, CredentialEntry, Snapshot
from app.snapshot.wire import DeltaMessage, apply_delta

RETRY_SECONDS = 0.5
_MAX_SINGLE_CREDENTIALS = 500
_UNSEEN_KINDS = frozenset({ChangeKind.BUCKET})
_APART = frozenset({ChangeKind.BACKEND, ChangeKind.CORS, ChangeKind.ANONYMOUS})
"""What is in no credential's entry: no credential is read again for it."""
_BUCKET_QUOTA = QuotaSubject(QuotaKind.BUCKET, "").name

_log = structlog.get_logger(__name__)
_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


class SnapshotFeed:
    """
    The present snapshot, and a stream of what changes in it.
    """

    def __init__(
        self, database: Database, *, config: Config, ring: KeyRing | None, backends: BackendService
    ) -> None:
        self._database = database
        self._ring = ring
        self._backends = backends
        self._defaults = role_scopes(config.auth)
        self._has_static = config.auth.has_static
        self._settings = proxy_settings(config)
        self._is_stale = asyncio.Event()
        self._is_world_stale = False
        """What the configuration lets roles do has changed, and so what credentials may."""
        self._snapshot = EMPTY
        self._seen: OrderedDict[int, None] = OrderedDict()
        self._subscribers: set[asyncio.Queue[DeltaMessage]] = set()
        self._groups: Mapping[str, frozenset[str]] = {}

    @property
    def current(self) -> Snapshot:
        """
        Return the snapshot as it stands; empty until `refresh` ran once.
        """
        return self._snapshot

    def groups_of(self, user_id: str) -> Collection[str]:
        """
        Return the ids of a user's groups, as old as the snapshot.
        """
        return self._groups.get(user_id, ())

    @asynccontextmanager
    async def subscribe(self) -> AsyncIterator[tuple[Snapshot, asyncio.Queue[DeltaMessage]]]:
        """
        Give the present snapshot and a queue of every delta that follows it, in order.
        """
        queue: asyncio.Queue[DeltaMessage] = asyncio.Queue()
        self._subscribers.add(queue)
        try:
            yield self._snapshot, queue
        finally:
            self._subscribers.discard(queue)

    def configure(self, config: Config) -> None:
        """
        Go by another configuration; subscribers hear of it with the next round, at once.
        """
        before = self._defaults, self._has_static
        self._defaults = role_scopes(config.auth)
        self._has_static = config.auth.has_static
        self._settings = proxy_settings(config)
        if before != (self._defaults, self._has_static):
            self._is_world_stale = True
        self._is_stale.set()

    async def follow(self) -> None:
        """
        Keep the snapshot current until cancelled; a database that is away is tried again.
        """
        async with open_follower(self._database) as follower:
            await self._refresh_or_retry()
            while True:
                await _first(follower.wait(), self._is_stale.wait())
                await self._refresh_or_retry()

    async def _refresh_or_retry(self) -> None:
        while not await self._is_refreshed():  # noqa: ASYNC110  nobody calls back when it is well
            await asyncio.sleep(RETRY_SECONDS)

    async def _is_refreshed(self) -> bool:
        try:
            await self.refresh()
        except StowageError as error:
            _log.warning("changes cannot be read for now", error=str(error))
            return False
        except Exception:  # noqa: BLE001  an edge: a row that does not compile must end nothing else
            _log.exception("the snapshot could not be built")
            return False
        return True

    async def refresh(self) -> None:
        """
        Take over every change that was committed before this call.

        Raises:
            StowageError: the database does not answer; the snapshot stays as it was.
        """
        if not self._seen:
            await self._rebuild()
            return
        if self._is_world_stale:
            await self._rebuild()
            return
        if self._is_stale.is_set():
            self._is_stale.clear()
            self._publish(replace(self._snapshot, settings=self._settings))
        fresh = await self._load_changes()
        relevant = [change for change in fresh if change.kind not in _UNSEEN_KINDS]
        if any(change.kind == ChangeKind.BACKEND for change in relevant):
            await self._backends.reload()
        if relevant:
            self._publish(await self._load_relevant(relevant))
        self._mark_seen(fresh)

    async def _rebuild(self) -> None:
        self._is_stale.clear()
        self._is_world_stale = False
        try:
            self._publish(await self._load_all())
        except BaseException:
            self._is_world_stale = True
            self._is_stale.set()
            raise

    async def _load_changes(self) -> list[Change]:
        async with self._database.read() as connection:
            found = await load_changes(connection, self._snapshot.revision)
        return [change for change in found if change.revision not in self._seen]

    async def _load_relevant(self, relevant: list[Change]) -> Snapshot:
        keys = {change.row_id for change in relevant if change.kind == ChangeKind.CREDENTIAL}
        others = [change for change in relevant if change.kind != ChangeKind.CREDENTIAL]
        if len(keys) > _MAX_SINGLE_CREDENTIALS or not all(map(_is_apart, others)):
            return await self._load_all()
        found = await self._load_apart() if others else self._snapshot
        return await self._load_some(found, keys) if keys else found

    def _mark_seen(self, handled: Iterable[Change]) -> None:
        for change in handled:
            self._seen[change.revision] = None
        while len(self._seen) > 4 * OVERLAP:
            self._seen.popitem(last=False)

    async def _load_all(self) -> Snapshot:
        async with self._database.read() as connection:
            revision = await load_revision(connection)
            if not self._seen:
                self._seen.update(
                    (change.revision, None) for change in await load_changes(connection, revision)
                )
                self._seen[revision] = None
            world = await self._load_world(connection)
            upstreams = await self._backends.load_upstreams(connection)
            rows = await load_credentials(connection, self._ring)
            cors = await load_cors(connection)
            anonymous = await load_anonymous(connection, world.aliases)
            quotas = await load_quotas(connection)
        return Snapshot(
            revision=revision,
            settings=self._settings,
            backends=_compile_backends(upstreams),
            credentials=_compile_credentials(rows, world),
            cors=cors,
            anonymous=anonymous,
            quotas=quotas.buckets,
            charged=quotas.charged,
        )

    async def _load_world(self, connection: AsyncConnection) -> World:
        world = await load_world(connection, self._defaults, has_static=self._has_static)
        self._groups = world.groups
        return world

    async def _load_apart(self) -> Snapshot:
        """
        Read everything but the credentials.
        """
        async with self._database.read() as connection:
            revision = await load_revision(connection)
            world = await self._load_world(connection)
            upstreams = await self._backends.load_upstreams(connection)
            cors = await load_cors(connection)
            anonymous = await load_anonymous(connection, world.aliases)
            quotas = await load_quotas(connection)
        return replace(
            self._snapshot,
            revision=revision,
            settings=self._settings,
            backends=_compile_backends(upstreams),
            cors=cors,
            anonymous=anonymous,
            quotas=quotas.buckets,
            charged=quotas.charged,
        )

    async def _load_some(self, snapshot: Snapshot, access_keys: set[str]) -> Snapshot:
        async with self._database.read() as connection:
            revision = await load_revision(connection)
            world = await self._load_world(connection)
            rows = await load_credentials(connection, self._ring, access_keys)
        held = {key: entry for key, entry in snapshot.credentials.items() if key not in access_keys}
        held.update(_compile_credentials(rows, world))
        return replace(snapshot, revision=revision, credentials=held)

    def _publish(self, snapshot: Snapshot) -> None:
        delta = find_delta(self._snapshot, snapshot)
        self._snapshot = apply_delta(self._snapshot, delta)
        for queue in self._subscribers:
            queue.put_nowait(delta)


async def _first(*waits: Awaitable[object]) -> None:
    """
    Return when one of them does; the others are given up.
    """
    tasks = [asyncio.ensure_future(one) for one in waits]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _is_apart(change: Change) -> bool:
    if change.kind == ChangeKind.QUOTA:
        # Limits of people and keys stand in the entries of those keys.
        return change.row_id.startswith(_BUCKET_QUOTA)
    return change.kind in _APART


def _compile_backends(upstreams: Mapping[str, Upstream]) -> dict[str, BackendRoute]:
    routes = (compile_backend(upstream) for upstream in upstreams.values())
    return {route.id: route for route in routes if route is not None}


def _compile_credentials(rows: Iterable[CredentialRow], world: World) -> dict[str, CredentialEntry]:
    """
    Compile what compiles. A damaged row is refused as an unknown key, and stops nothing else.
    """
    entries = {}
    for row in rows:
        try:
            entry = compile_credential(row, world)
        except (StowageError, KeyError, TypeError) as error:
            _log.warning("a credential is damaged", access_key=row.access_key, why=str(error))
            continue
        if entry is not None:
            entries[entry.access_key] = entry
    return entries


def find_delta(old: Snapshot, new: Snapshot) -> DeltaMessage:
    """
    Return what turns the old snapshot into the new one.
    """
    backends, removed_backends = _compare(old.backends, new.backends)
    credentials, removed_credentials = _compare(old.credentials, new.credentials)
    cors, removed_cors = _compare(old.cors, new.cors)
    anonymous, removed_anonymous = _compare(old.anonymous, new.anonymous)
    quotas, removed_quotas = _compare(old.quotas, new.quotas)
    charged, removed_charged = _compare(old.charged, new.charged)
    return DeltaMessage(
        revision=new.revision,
        settings=new.settings if new.settings != old.settings else None,
        backends=backends,
        removed_backends=removed_backends,
        credentials=credentials,
        removed_credentials=removed_credentials,
        cors=cors,
        removed_cors=removed_cors,
        anonymous=anonymous,
        removed_anonymous=removed_anonymous,
        quotas=quotas,
        removed_quotas=removed_quotas,
        charged=charged,
        removed_charged=removed_charged,
    )


def _compare(
    old: Mapping[_Key, _Value], new: Mapping[_Key, _Value]
) -> tuple[dict[_Key, _Value], tuple[_Key, ...]]:
    # Nearly all are the very same objects: to see that costs a hundredth of comparing them.
    upserts = {
        key: value
        for key, value in new.items()
        if (held := old.get(key)) is not value and held != value
    }
    return upserts, tuple(key for key in old if key not in new)
