"""
Rate limits: how often an address may sign in or open shares, how often a session may call.

A request is allowed while fewer than N were allowed in the window before it; refused ones do not
count. All limits hold for all replicas together.
"""

from datetime import datetime, timedelta
from ipaddress import IPv4Address, ip_address, ip_network
from math import ceil

from sqlalchemy import delete, func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.auth import strangers
from app.auth.calls import Calls, LocalCalls, SharedCalls
from app.clock import Clock
from app.config.identity import RateLimitConfig
from app.database.engine import Database
from app.database.tables import rate_events
from app.errors import registry as errors

_LOGIN_WINDOW = timedelta(minutes=15)
_SHARE_WINDOW = timedelta(minutes=1)
_LONGEST_WINDOW = _LOGIN_WINDOW
_IPV6_SITE_BITS = 64
_columns = rate_events.c
# On PostgreSQL two transactions would both count the same events; on SQLite they take turns.
_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:subject, 0))")


class RateLimits:
    """
    Counts, and refuses with the time after which it would be allowed.
    """

    def __init__(self, database: Database, *, clock: Clock, config: RateLimitConfig) -> None:
        self.config = config
        """How often each is allowed; 0 switches a limit off."""
        self._database = database
        self._clock = clock
        self._calls: Calls = SharedCalls(database) if database.is_shared else LocalCalls()

    async def take_login(self, ip: str) -> None:
        """
        Count a sign-in, successful or not, of an address.

        Raises:
            StowageError: `rate_limited`, reason `rate.address`, with `retry_after_seconds`.
        """
        await self._take("login", subject_of(ip), self.config.login_per_15m, _LOGIN_WINDOW)

    async def take_share(self, ip: str) -> None:
        """
        Count a visit of an address to a public share page.

        Raises:
            StowageError: as `take_login`.
        """
        await self._take("share", subject_of(ip), self.config.share_per_minute, _SHARE_WINDOW)

    async def take_unlock(self, share_id: str) -> None:
        """
        Count a password tried on a share, whoever tried it.

        Raises:
            StowageError: as `take_login`.
        """
        await self._take("unlock", share_id, self.config.unlock_per_15m, _LOGIN_WINDOW)

    async def give_back_unlock(self, share_id: str) -> None:
        """
        Forget one counted try on a share, because its password was right.
        """
        latest = (
            select(func.max(_columns.id))
            .where(_columns.limiter == "unlock", _columns.subject == share_id)
            .scalar_subquery()
        )
        async with self._database.write() as connection:
            await connection.execute(delete(rate_events).where(_columns.id == latest))

    async def take_session(self, caller_id: str) -> None:
        """
        Count a call of a session or an API token.

        Raises:
            StowageError: `rate_limited`, reason `rate.session`, with `retry_after_seconds`.
        """
        limit = self.config.api_per_minute
        if limit == 0:
            return
        now = self._clock.now()
        again = await self._calls.take(caller_id, limit, now)
        if again is not None:
            raise errors.RATE_LIMITED(
                reason="rate.session", retry_after_seconds=_seconds_until(again, now)
            )

    async def purge(self) -> None:
        """
        Forget what no window reaches any more.
        """
        before = self._clock.now() - _LONGEST_WINDOW
        async with self._database.write() as connection:
            over = (_columns.at <= before) & (_columns.limiter != strangers.LIMITER)
            await connection.execute(delete(rate_events).where(over))

    async def _take(self, limiter: str, subject: str, limit: int, window: timedelta) -> None:
        if limit == 0:
            return
        now = self._clock.now()
        async with self._database.write() as connection:
            if connection.dialect.name == "postgresql":
                await connection.execute(_LOCK, {"subject": f"{limiter}:{subject}"})
            oldest = await _find_nth_latest(connection, limiter, subject, limit, now - window)
            if oldest is None:
                await connection.execute(
                    insert(rate_events).values(limiter=limiter, subject=subject, at=now)
                )
        if oldest is not None:
            raise errors.RATE_LIMITED(
                reason="rate.address", retry_after_seconds=_seconds_until(oldest + window, now)
            )


def subject_of(ip: str) -> str:
    """
    Return what stands for an address: itself, or for IPv6 the network of its site.

    One customer has a whole /64 (RFC 6177), so that counting single addresses would count nothing.
    """
    try:
        address = ip_address(ip)
    except ValueError:
        return ip
    if isinstance(address, IPv4Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ip_network((address, _IPV6_SITE_BITS), strict=False))


async def _find_nth_latest(
    connection: AsyncConnection, limiter: str, subject: str, number: int, since: datetime
) -> datetime | None:
    """
    Return when the nth event before now was, if it lies in the window: then it is full.
    """
    own = (_columns.limiter == limiter) & (_columns.subject == subject) & (_columns.at > since)
    statement = (
        select(_columns.at).where(own).order_by(_columns.at.desc()).offset(number - 1).limit(1)
    )
    found: datetime | None = await connection.scalar(statement)
    return found


def _seconds_until(moment: datetime, now: datetime) -> int:
    return max(1, ceil((moment - now).total_seconds()))
