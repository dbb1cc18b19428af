"""
`ZipTickets`: what is to be packed, kept for five minutes under a name that a plain link can carry.

A browser downloads by navigating, and no address takes thousands of keys.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import delete, insert

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

    async def redeem(self, actor: Actor, place: BucketPlace, ticket: str) -> Sequence[str]:
        """
        Return the keys of a ticket, which is of no use to anybody from now on.

        Raises:
            StowageError: `not_found`, reason `ticket.not_found`: used, expired, or somebody else's.
        """
        own = (
            (_columns.ticket_hash == hash_token(ticket))
            & (_columns.user_id == actor.id)
            & (_columns.backend_id == place.backend_id)
            & (_columns.bucket == place.bucket)
            & (_columns.expires_at > self._clock.now())
        )
        async with self._database.write() as connection:
            found = await connection.execute(
                delete(zip_tickets).where(own).returning(_columns["keys"])
            )
            keys: Sequence[str] | None = found.scalar_one_or_none()
        if keys is None:
            raise errors.NOT_FOUND(reason="ticket.not_found")
        return keys
