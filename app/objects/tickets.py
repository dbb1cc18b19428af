"""
`ZipTickets`: what is to be packed, kept for five minutes under a name that a plain link can carry.

A browser downloads by navigating, and no address takes thousands of keys.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, insert, select, update

from app.audit.event import Actor
from app.clock import Clock
from app.crypto import hash_token, new_token
from app.database.engine import Database
from app.database.tables import zip_tickets
from app.errors import registry as errors
from app.objects.archive import ArchiveCalls
from app.objects.place import BucketPlace

MAX_KEYS = 10_000
LIFETIME = timedelta(minutes=5)
_columns = zip_tickets.c


@dataclass(frozen=True, slots=True)
class ZipTicket:
    """
    The name for a download, good once.
    """

    ticket: str = field(repr=False)
    expires_at: datetime


class ZipTickets:
    """
    Tickets as they are stored: their hashes alone.
    """

    def __init__(self, database: Database, archives: ArchiveCalls, clock: Clock) -> None:
        self._database = database
        self._archives = archives
        self._clock = clock

    async def create(self, actor: Actor, place: BucketPlace, keys: Sequence[str]) -> ZipTicket:
        """
        Keep what the actor wants to download.

        Raises:
            StowageError: as `ArchiveCalls.open`.
        """
        self._archives.check(actor, place, keys, limit=MAX_KEYS)
        ticket, now = new_token(), self._clock.now()
        values = {
            "ticket_hash": hash_token(ticket),
            "user_id": actor.id,
            "backend_id": place.backend_id,
            "bucket": place.bucket,
            "keys": list(keys),
            "expires_at": now + LIFETIME,
        }
        async with self._database.write() as connection:
            await connection.execute(delete(zip_tickets).where(_columns.expires_at <= now))
            await connection.execute(insert(zip_tickets).values(values))
        return ZipTicket(ticket, now + LIFETIME)

    async def extend(
        self, actor: Actor, place: BucketPlace, keys: Sequence[str], ticket: str
    ) -> ZipTicket:
        """
        Add keys to a ticket, for lists that no single request carries; its time begins anew.

        Raises:
            StowageError: as `create`, `too_many_keys` for all together; as `redeem`.
        """
        self._archives.check(actor, place, keys, limit=MAX_KEYS)
        own, expires_at = self._own(actor, place, ticket), self._clock.now() + LIFETIME
        async with self._database.write() as connection:
            found = await connection.execute(select(_columns["keys"]).where(own).with_for_update())
            known: Sequence[str] | None = found.scalar_one_or_none()
            if known is None:
                raise errors.NOT_FOUND(reason="ticket.not_found")
            if len(known) + len(keys) > MAX_KEYS:
                raise errors.TOO_MANY_KEYS(params={"limit": MAX_KEYS})
            values = {"keys": [*known, *keys], "expires_at": expires_at}
            await connection.execute(update(zip_tickets).where(own).values(values))
        return ZipTicket(ticket, expires_at)

    async def redeem(self, actor: Actor, place: BucketPlace, ticket: str) -> Sequence[str]:
        """
        Return the keys of a ticket, which is of no use to anybody from now on.

        Raises:
            StowageError: `not_found`, reason `ticket.not_found`: used, expired, or somebody else's.
        """
        own = self._own(actor, place, ticket)
        async with self._database.write() as connection:
            found = await connection.execute(
                delete(zip_tickets).where(own).returning(_columns["keys"])
            )
            keys: Sequence[str] | None = found.scalar_one_or_none()
        if keys is None:
            raise errors.NOT_FOUND(reason="ticket.not_found")
        return keys

    def _own(self, actor: Actor, place: BucketPlace, ticket: str) -> ColumnElement[bool]:
        return (
            (_columns.ticket_hash == hash_token(ticket))
            & (_columns.user_id == actor.id)
            & (_columns.backend_id == place.backend_id)
            & (_columns.bucket == place.bucket)
            & (_columns.expires_at > self._clock.now())
        )
