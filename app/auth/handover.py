"""
Members that only one user can have, on their way from one user to another.
"""

from collections.abc import Collection, Mapping
from typing import Any

from app.auth import repository
from app.database.engine import Database

_COLUMNS: Mapping[str, Mapping[str, Any]] = {
    "email": {"email": None, "email_folded": None},
    "oidc_subject": {"oidc_subject": None},
}


async def vacate(database: Database, user_id: str, members: Collection[str]) -> None:
    """
    Take unique members from a user, so that another one can have them.

    Only inside a transaction that gives the user others, or deletes it: that is the change which
    the audit log and the workers hear of.

    Args:
        database: Where the transaction is open.
        user_id: Whose they are.
        members: Any names; `email` and `oidc_subject` count.
    """
    values = {name: one for member in members for name, one in _COLUMNS.get(member, {}).items()}
    if values:
        async with database.write() as connection:
            await repository.update_user(connection, user_id, values)
