"""
Whether the sealing keys are those that the database was sealed with: asked at start, not at use.
"""

from sqlalchemy import insert, select

from app.clock import Clock
from app.crypto import KeyRing, SealError, Spot
from app.database.engine import Database
from app.database.tables import sealing_keys
from app.errors.start import StartError

_KNOWN_TEXT = b"stowage sealing key check"


async def verify_keys(database: Database, ring: KeyRing, clock: Clock) -> None:
    """
    Compare each key with the check value the database holds for it; note the new ones.

    Raises:
        StartError: a key is another one than before, or one that was used is not in the ring.
    """
    async with database.write() as connection:
        rows = (await connection.execute(select(sealing_keys))).all()
        for row in rows:
            _verify(ring, row.key_id, row.check_value)
        known = {row.key_id for row in rows}
        fresh = [
            {"key_id": number, "check_value": _check_value(ring, number), "created_at": clock.now()}
            for number in ring.key_ids
            if number not in known
        ]
        if fresh:
            await connection.execute(insert(sealing_keys), fresh)


async def holds_sealed_secrets(database: Database) -> bool:
    """
    Tell whether a sealing key was ever used on this database.
    """
    async with database.read() as connection:
        return await connection.scalar(select(sealing_keys.c.key_id).limit(1)) is not None


def _verify(ring: KeyRing, number: int, check_value: bytes) -> None:
    if number not in ring.key_ids:
        raise StartError(f"sealing key {number}, which the database was sealed with, is missing")
    try:
        ring.open(check_value, _spot(number))
    except SealError:
        raise StartError(
            f"sealing key {number} is not the one that the database was sealed with; "
            "bring back the old key, or no stored secret can be read"
        ) from None


def _check_value(ring: KeyRing, number: int) -> bytes:
    return ring.seal(_KNOWN_TEXT, _spot(number), key_id=number)


def _spot(number: int) -> Spot:
    return Spot("sealing_keys", "check_value", str(number))
