"""
What all connections of one worker share: the snapshot, the pools, the records, the deadlines.
"""

import asyncio
import itertools
import os
import time
from typing import Protocol

from app.clock import Clock
from app.snapshot.values import EMPTY, BackendRoute, ProxySettings, Snapshot
from proxy.calls import Calls
from proxy.client_address import AddressReader
from proxy.clocks import Clocks
from proxy.limits import Limits
from proxy.places import Places
from proxy.pool import Pool
from proxy.quotas import Quotas
from proxy.record import Recorder, Transaction
from proxy.response import ResponseHead
from proxy.timers import Deadlines, Waiting

_CHECKS_PER_TIMEOUT = 4


class Connected(Waiting, Protocol):
    """
    A client's connection, as far as all of them are counted and ended.
    """

    def abort(self) -> None:
        """
        Cut it.
        """
        ...

    def leave_when_idle(self) -> None:
        """
        Close it as soon as nothing is being answered on it.
        """
        ...


class Plane:
    """
    The data plane of one process.
    """

    def __init__(
        self,
        clock: Clock,
        recorder: Recorder,
        loop: asyncio.AbstractEventLoop,
        *,
        workers: int = 1,
    ) -> None:
        self.snapshot: Snapshot = EMPTY
        self.recorder = recorder
        self.loop = loop
        self.deadlines = Deadlines(loop)
        self.calls = Calls()
        self.quotas = Quotas()
        self.limits = Limits(self.deadlines, workers)
        self.connections: set[Connected] = set()
        self.is_draining = False
        self.check_seconds = _find_check_seconds(self.snapshot.settings)
        """How often to look whether a request still moves."""
        self.has_snapshot = False
        """False until main has said what may be served; nothing is until then."""
        self.requests_in_flight = 0
        self.emptied = asyncio.Event()
        """Set once draining has left no connection."""
        self.addresses = AddressReader(())
        self.places = Places()
        self._clock = clock
        self._clocks = Clocks()
        self._pools: dict[str, Pool] = {}
        # Unique without asking anybody: a random start for each process, then a counter.
        self._id_prefix = os.urandom(6).hex().upper()
        self._ids = itertools.count(1)

    def now(self) -> float:
        """
        Return seconds since the epoch.
        """
        return self._clock.timestamp()

    def next_request_id(self) -> str:
        """
        Return an id that no other request of any process has.
        """
        return f"{self._id_prefix}{next(self._ids):08X}"

    def apply(self, snapshot: Snapshot) -> None:
        """
        Decide every request that begins from now on by this snapshot.
        """
        snapshot = self._clocks.correct(snapshot)
        settings = snapshot.settings
        if settings.trusted_proxies != self.snapshot.settings.trusted_proxies:
            self.addresses = AddressReader(settings.trusted_proxies)
        self.snapshot = snapshot
        self.has_snapshot = True
        self.check_seconds = _find_check_seconds(settings)
        self.recorder.settings = settings
        self.limits.apply(snapshot)
        self.places.keep(snapshot.backends)
        for name, pool in list(self._pools.items()):
            pool.settings = settings
            route = snapshot.backends.get(name.partition("@")[0])
            if route is None or not pool.fits(route):
                del self._pools[name]
                pool.retire()

    def learn_clock(self, route: BackendRoute, date: bytes | None) -> None:
        """
        Sign by a backend's own clock from now on: it refused a request for its moment.
        """
        if self._clocks.learn(route.id, date, self.now()):
            self.apply(self.snapshot)

    def learn_place(
        self, asked: BackendRoute, bucket: str, head: ResponseHead, document: bytes
    ) -> BackendRoute | None:
        """
        Take a backend's answer; return the way to the bucket if it is another one from now on.
        """
        home = self.snapshot.backends.get(asked.id)
        if home is None:
            return None
        return self.places.learn(home, asked, bucket, (head, document), self.deadlines.now)

    def pool(self, route: BackendRoute) -> Pool:
        """
        Return the connections to a backend, or to where it has a bucket.
        """
        name = route.id + route.elsewhere
        pool = self._pools.get(name)
        if pool is None:
            pool = self._pools[name] = Pool(
                route, self.snapshot.settings, self.deadlines, self.loop
            )
        return pool

    def admit(self, connection: Connected) -> bool:
        """
        Count a connection in; tell whether there is room for it.
        """
        has_room = len(self.connections) < self.snapshot.settings.max_connections
        self.connections.add(connection)
        self.deadlines.add(connection)
        return has_room

    def dismiss(self, connection: Connected) -> None:
        """
        Count a connection out.
        """
        self.connections.discard(connection)
        self.deadlines.discard(connection)
        if self.is_draining and not self.connections:
            self.emptied.set()

    def drain(self) -> None:
        """
        Let every connection end as soon as nothing is being answered on it.
        """
        self.is_draining = True
        if not self.connections:
            self.emptied.set()
        for connection in list(self.connections):
            connection.leave_when_idle()

    def record(self, transaction: Transaction) -> None:
        """
        Count a request out and hand its record on.
        """
        self.requests_in_flight -= 1
        if transaction.metering is not None:
            transaction.metering.finish()
        if transaction.running_key:
            self.limits.end(transaction.running_key)
        self.recorder.finish(transaction, time.monotonic() - transaction.started)

    def close(self) -> None:
        """
        Cut every connection; for the end.
        """
        self.deadlines.stop()
        for connection in list(self.connections):
            connection.abort()
        for pool in self._pools.values():
            pool.retire()
        self._pools.clear()


def _find_check_seconds(settings: ProxySettings) -> float:
    return min(settings.idle_timeout, settings.response_timeout) / _CHECKS_PER_TIMEOUT
