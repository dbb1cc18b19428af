"""
What went wrong in a database, in the words of the error registry.

Constraint violations are not here: only the service that wrote the row knows what they mean.
"""

from sqlalchemy.exc import (
    DBAPIError,
    DisconnectionError,
    IntegrityError,
    InterfaceError,
    OperationalError,
    SQLAlchemyError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from app.errors import registry as errors
from app.errors.raised import StowageError

# PostgreSQL, "Error Codes": serialization failure, deadlock, lock not available, query cancelled.
_BUSY_STATES = frozenset({"40001", "40P01", "55P03", "57014"})
# The same page: a NUL, which PostgreSQL's text cannot hold.
_NO_TEXT_STATE = "22021"
_BUSY_WORDS = ("database is locked", "database table is locked")


def find_trouble(error: SQLAlchemyError | OSError | UnicodeEncodeError) -> StowageError | None:
    """
    Return the registry's error for what is not a fault of ours; `None` for what is.

    The database is busy or away, or a text holds what it cannot store.
    """
    if is_no_text(error):
        return errors.BAD_REQUEST(
            reason="field.invalid",
            params={"field": "text", "problem": "it holds a character that cannot be stored"},
        )
    if isinstance(error, IntegrityError):
        return None
    if isinstance(error, PoolTimeoutError) or _is_busy(error):
        return errors.INTERNAL(reason="db.locked")
    is_away = isinstance(error, OperationalError | InterfaceError | DisconnectionError | OSError)
    if is_away or (isinstance(error, DBAPIError) and error.connection_invalidated):
        return errors.STORE_UNAVAILABLE()
    return None


def is_no_text(error: Exception) -> bool:
    """
    Tell whether a text held a NUL or half of a surrogate pair.
    """
    orig = getattr(error, "orig", None)
    state = getattr(orig, "sqlstate", None)
    is_half = isinstance(error, UnicodeEncodeError) or "surrogates not allowed" in str(orig)
    return is_half or state == _NO_TEXT_STATE


def _is_busy(error: Exception) -> bool:
    if not isinstance(error, DBAPIError):
        return False
    state = getattr(error.orig, "sqlstate", None)
    return state in _BUSY_STATES or any(word in str(error.orig) for word in _BUSY_WORDS)
