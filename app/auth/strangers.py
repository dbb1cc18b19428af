"""
Wrong passwords for names that nobody signs in with: they lock the name as they lock an account.

Otherwise the lock would tell which names are taken. One row a name: when the last failure was, and
how many count.
"""

import hashlib
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.auth.lockout import UNLOCKED, Attempts, Lockout
from app.auth.repository import fold
from app.database.tables import rate_events

LIMITER = "name"
_columns = rate_events.c
# Asked at every sign-in, so that it is not built anew each time.
_LATEST = (
    select(_columns.at, _columns.weight)
    .where(_columns.limiter == LIMITER, _columns.subject == bindparam("wanted"))
    .order_by(_columns.at.desc())
    .limit(1)
)


async def read_attempts(connection: AsyncConnection, name: str, lockout: Lockout) -> Attempts:
    """
    Return the wrong passwords of a name as an account has them.
    """
    row = (await connection.execute(_LATEST, {"wanted": _subject(name)})).first()
    if row is None:
        return UNLOCKED
    is_full = row.weight >= lockout.config.max_attempts
    return {
        "failed_attempts": row.weight,
        "last_failed_at": row.at,
        "locked_until": row.at + lockout.window if is_full else None,
    }


async def count_failure(
    connection: AsyncConnection, name: str, lockout: Lockout, now: datetime
) -> None:
    """
    Count one more wrong password of a name, in a transaction of the caller's.
    """
    after = lockout.after_failure(await read_attempts(connection, name, lockout), now)
    values: dict[str, Any] = {
        "limiter": LIMITER,
        "subject": _subject(name),
        "at": after["last_failed_at"],
        "weight": after["failed_attempts"],
    }
    await connection.execute(delete(rate_events).where(*_is_of(name)))
    await connection.execute(insert(rate_events).values(values))


async def forget_before(connection: AsyncConnection, moment: datetime) -> None:
    """
    Forget the names whose last failure was before then.
    """
    old = (_columns.limiter == LIMITER) & (_columns.at < moment)
    await connection.execute(delete(rate_events).where(old))


def _is_of(name: str) -> tuple[Any, Any]:
    return _columns.limiter == LIMITER, _columns.subject == _subject(name)


def _subject(name: str) -> str:
    # Anything may be typed as a name, whatever its length, half a surrogate included.
    return hashlib.sha256(fold(name).encode("utf-8", "surrogatepass")).hexdigest()
