"""
The connections to one backend: kept alive, the newest used first, bounded in number and waiting.

The newest connection is the least likely to be closed by the upstream meanwhile, and the oldest
ones fall out of use when the load goes down.
"""

import asyncio
import socket
import ssl
from collections import deque
from typing import Protocol

from app.errors import registry as errors
from app.errors.raised import StowageError
from app.snapshot.values import BackendRoute, ProxySettings
from proxy.breaker import Breaker
from proxy.timers import Deadlines
from proxy.upstream import UpstreamConnection

MAX_CONNECTIONS = 256
"""To one backend from one worker."""
IDLE_SECONDS = 30.0
"""Shorter than the idle limits of common servers (nginx 75 s, Go's default none, AWS about 20)."""


class Waiter(Protocol):
    """
    Somebody who wants a connection.
    """

    def upstream_ready(self, connection: UpstreamConnection) -> None:
        """
        Take a connection; it is yours until its exchange is over.
        """
        ...

    def upstream_unavailable(self, error: StowageError) -> None:
        """
        Learn that there is none.
        """
        ...


class Pool:
    """
    Connections to one endpoint.
    """

    def __init__(
        self,
        route: BackendRoute,
        settings: ProxySettings,
        deadlines: Deadlines,
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        self.settings = settings
        self.deadline = 0.0
        """In the past: a pool is looked at on every tick."""
        self._route = route
        self._deadlines = deadlines
        self._loop = loop
        self._breaker = Breaker()
        self._idle: deque[UpstreamConnection] = deque()
        self._waiters: dict[Waiter, float] = {}
        """Since when each has waited, oldest first."""
        self._live: set[UpstreamConnection] = set()
        self._connecting = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_retired = False
        self._tls: ssl.SSLContext | None = None
        deadlines.add(self)

    def fits(self, route: BackendRoute) -> bool:
        """
        Tell whether connections of this pool lead where the route leads.
        """
        mine = self._route
        if mine.elsewhere:
            # Whoever has a bucket there says so of a backend; the connections are as they were.
            return (mine.scheme, mine.ca_file) == (route.scheme, route.ca_file)
        return (mine.scheme, mine.host, mine.port, mine.ca_file) == (
            route.scheme,
            route.host,
            route.port,
            route.ca_file,
        )

    def acquire(self, waiter: Waiter, *, is_repeatable: bool) -> None:
        """
        Hand over a connection, at once where one is idle, else as soon as there is one.

        Args:
            waiter: Who gets it, or the error why there is none.
            is_repeatable: The request may be sent again if the connection turns out to be dead;
                otherwise an idle one is looked at before it is used.
        """
        if not self._breaker.admits(self._deadlines.now):
            waiter.upstream_unavailable(errors.BACKEND_ERROR(reason="backend.unreachable"))
            return
        idle = self._idle
        while idle:
            connection = idle.pop()
            if connection.is_open and (is_repeatable or not connection.has_surprise):
                waiter.upstream_ready(connection)
                return
            connection.abort()
        self.acquire_fresh(waiter)

    def acquire_fresh(self, waiter: Waiter) -> None:
        """
        Hand over a connection that was not idle: a new one, or one that answered just now.
        """
        self._waiters[waiter] = self._deadlines.now
        self._connect_if_needed()

    def cancel(self, waiter: Waiter) -> None:
        """
        Forget somebody who does not want a connection any more.
        """
        self._waiters.pop(waiter, None)

    def retire(self) -> None:
        """
        Take no new exchange; what runs ends by itself.
        """
        self._is_retired = True
        self._deadlines.discard(self)
        while self._idle:
            self._idle.pop().abort()
        for task in self._tasks:
            task.cancel()
        self._refuse_all(errors.BACKEND_ERROR(reason="backend.gone"))

    def release(self, connection: UpstreamConnection, *, is_reusable: bool) -> None:
        """
        Take a connection back: for the next who waits, else for the stack of idle ones.
        """
        if not is_reusable or self._is_retired:
            connection.abort()
        elif self._waiters:
            self._take_waiter().upstream_ready(connection)
        else:
            connection.idle_since = self._deadlines.now
            self._idle.append(connection)

    def forget(self, connection: UpstreamConnection) -> None:
        """
        Count a connection out; whoever waited for it gets a new one.
        """
        self._live.discard(connection)
        if connection in self._idle:
            self._idle.remove(connection)
        self._connect_if_needed()

    def answered(self) -> None:
        """
        Note that the backend is there.
        """
        self._breaker.record_success()

    def timed_out(self) -> None:
        """
        Note that the backend took a request and did not answer in time.
        """
        self._breaker.record_failure(self._deadlines.now)

    def expire(self, now: float) -> None:
        """
        Once a tick: refuse who waited too long, close what was idle too long.
        """
        limit = now - self.settings.pool_wait_timeout
        while self._waiters and next(iter(self._waiters.values())) <= limit:
            error = errors.RATE_LIMITED(reason="rate.upstream_pool")
            self._take_waiter().upstream_unavailable(error)
        while self._idle and self._idle[0].idle_since <= now - IDLE_SECONDS:
            self._idle.popleft().abort()

    def _take_waiter(self) -> Waiter:
        waiter = next(iter(self._waiters))
        del self._waiters[waiter]
        return waiter

    def _refuse_all(self, error: StowageError) -> None:
        while self._waiters:
            self._take_waiter().upstream_unavailable(error)

    # --- connecting -------------------------------------------------------------------------

    def _connect_if_needed(self) -> None:
        if self._is_retired:
            return
        wanted = min(len(self._waiters), MAX_CONNECTIONS - len(self._live))
        for _ in range(wanted - self._connecting):
            self._connecting += 1
            task = self._loop.create_task(self._connect())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _connect(self) -> None:
        connection = UpstreamConnection(self)
        try:
            await self._open(connection)
        except (OSError, UnicodeError) as error:
            self._connecting -= 1
            self._connection_failed(error)
            return
        self._connecting -= 1
        if not connection.is_open:
            self._connection_failed(ConnectionResetError())
            return
        self._live.add(connection)
        self.release(connection, is_reusable=True)

    async def _open(self, connection: UpstreamConnection) -> None:
        async with asyncio.timeout(self.settings.connect_timeout):
            await self._loop.create_connection(
                lambda: connection, self._route.host, self._route.port, ssl=self._tls_context()
            )

    def _connection_failed(self, error: Exception) -> None:
        self._breaker.record_failure(self._deadlines.now)
        if self._waiters:
            self._take_waiter().upstream_unavailable(_translate(error))
        if not self._breaker.is_closed:
            self._refuse_all(_translate(error))

    def _tls_context(self) -> ssl.SSLContext | None:
        if self._route.scheme != "https":
            return None
        if self._tls is None:
            # Verifies the chain and the host name; without a file of its own the system's roots.
            self._tls = ssl.create_default_context(cafile=self._route.ca_file or None)
        return self._tls


def _translate(error: Exception) -> StowageError:
    """
    Return the registry's name for what kept us from connecting, most specific first.
    """
    if isinstance(error, socket.gaierror | UnicodeError):
        return errors.BACKEND_ERROR(reason="backend.dns")
    if isinstance(error, FileNotFoundError | PermissionError):
        return errors.BACKEND_ERROR(reason="backend.misconfigured")  # the CA file
    if isinstance(error, ssl.SSLError):
        return errors.BACKEND_ERROR(reason="backend.tls")
    if isinstance(error, TimeoutError):
        return errors.BACKEND_ERROR(reason="backend.timeout")
    return errors.BACKEND_ERROR(reason="backend.unreachable")
