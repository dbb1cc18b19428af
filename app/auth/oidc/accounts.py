"""
From what a provider claims to a row of `users`: found, linked, made, and kept in step.

A row is found by the provider's subject, which is never given to anybody else. Names and e-mail
addresses are given anew, so they lead to a row only where somebody prepared it for that: a row
without a subject yet, or a local account while `auth.oidc.link_by_email` is on.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.auth import repository, rules
from app.auth.oidc.claims import Claimed
from app.auth.user import LOCAL
from app.config.identity import OidcConfig
from app.database.changes import ChangeKind, record_change
from app.database.declared import YAML
from app.database.tables import group_members, groups, users
from app.errors import registry as errors
from app.rbac.levels import Role
from app.types import new_ulid

ORIGIN = "oidc"
_columns = users.c


@dataclass(frozen=True, slots=True)
class Settled:
    """
    The row of somebody who came in, and what was done to it.
    """

    row: RowMapping
    is_new: bool
    fields: tuple[str, ...]
    """What changed of a row that was there: `role`, `username`, `email`."""


@dataclass(frozen=True, slots=True)
class Accounts:
    """
    The users of one provider.
    """

    source: str
    """`oidc:<issuer host>`."""
    config: OidcConfig

    async def settle(self, connection: AsyncConnection, claimed: Claimed, now: datetime) -> Settled:
        """
        Return the row of whom the claims speak of, made or brought up to date.

        Raises:
            StowageError: `oidc_failed`: `oidc.no_role`, `oidc.account_disabled`,
                `oidc.already_linked`, `oidc.email_unverified`, `oidc.email_taken`,
                `oidc.name_taken`.
        """
        row = await self._find(connection, claimed)
        if row is None:
            row = await self._link(connection, claimed)
        is_new = row is None
        if row is None:
            row = await self._make(connection, claimed, now)
        if not row["is_enabled"] or row["kind"] != "person":
            raise errors.OIDC_FAILED(reason="oidc.account_disabled")
        values = {} if is_new else await self._differences(connection, row, claimed)
        fields = tuple(name for name in ("role", "username", "email") if name in values)
        stamp = {"updated_at": now, "updated_by": row["id"]} if fields else {}
        await repository.update_user(
            connection, row["id"], {**values, **stamp, "last_login_at": now}
        )
        if "role" in fields:
            await repository.end_sessions(connection, row["id"])
        if fields:
            await record_change(connection, ChangeKind.USER, row["id"])
        await _set_groups(connection, row["id"], claimed.groups)
        row = rules.found(await repository.find_user(connection, row["id"]))
        return Settled(row, is_new, fields)

    async def _find(self, connection: AsyncConnection, claimed: Claimed) -> RowMapping | None:
        own = _columns.identity_source == self.source
        row = await _first(connection, own & (_columns.oidc_subject == claimed.subject))
        if row is not None or not claimed.username:
            return row
        folded = repository.fold(claimed.username)
        prepared = _columns.oidc_subject.is_(None) & (_columns.username_folded == folded)
        return await _first(connection, own & prepared)

    async def _link(self, connection: AsyncConnection, claimed: Claimed) -> RowMapping | None:
        """
        Return the local account that this person may come in as, if any.
        """
        if not self.config.link_by_email:
            return None
        local = _columns.identity_source == LOCAL
        linked = await _first(connection, local & (_columns.oidc_subject == claimed.subject))
        if linked is not None or not claimed.email:
            return linked
        same = _columns.email_folded == repository.fold(claimed.email)
        row = await _first(connection, local & same)
        if row is None:
            return None
        if row["oidc_subject"] is not None:
            raise errors.OIDC_FAILED(reason="oidc.already_linked")
        if claimed.is_email_verified is not True:
            raise errors.OIDC_FAILED(reason="oidc.email_unverified")
        return row

    async def _make(
        self, connection: AsyncConnection, claimed: Claimed, now: datetime
    ) -> RowMapping:
        if claimed.role is None:
            raise errors.OIDC_FAILED(reason="oidc.no_role")
        username = await self._free_name(connection, claimed)
        email = claimed.email if claimed.is_email_verified is not False else ""
        if email and await _has_email(connection, email):
            raise errors.OIDC_FAILED(reason="oidc.email_taken")
        user_id = new_ulid(now.timestamp())
        await repository.insert_user(
            connection,
            {
                "id": user_id,
                "username": username,
                "username_folded": repository.fold(username),
                **rules.email_columns(email),
                "role": claimed.role.value,
                "identity_source": self.source,
                "oidc_subject": claimed.subject,
                "is_enabled": True,
                "must_change_password": False,
                "password_changed_at": now,
                "created_at": now,
                "created_by": user_id,
                "updated_at": now,
                "updated_by": user_id,
            },
        )
        return rules.found(await repository.find_user(connection, user_id))

    async def _free_name(self, connection: AsyncConnection, claimed: Claimed) -> str:
        wanted = claimed.username
        for name in (wanted, f"{wanted}@{self.source.removeprefix('oidc:')}"):
            if wanted and await repository.find_by_name(connection, name) is None:
                return name
        raise errors.OIDC_FAILED(reason="oidc.name_taken")

    async def _differences(
        self, connection: AsyncConnection, row: RowMapping, claimed: Claimed
    ) -> dict[str, Any]:
        """
        Return the columns that the claims change. What a file or an administrator set stays.
        """
        values: dict[str, Any] = {}
        if row["oidc_subject"] is None:
            values["oidc_subject"] = claimed.subject
        if row["identity_source"] == LOCAL or row["source"] == YAML:
            return values
        if claimed.role is None:
            raise errors.OIDC_FAILED(reason="oidc.no_role")
        if claimed.role != row["role"] and not await _is_last_admin(connection, row):
            values["role"] = claimed.role.value
        return {**values, **await _new_names(connection, row, claimed)}


async def _new_names(
    connection: AsyncConnection, row: RowMapping, claimed: Claimed
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    name, email = claimed.username, claimed.email
    is_ours = row["username"].startswith(f"{name}@")  # it was taken then, and ours got the host
    if name and name != row["username"] and not is_ours:
        other = await repository.find_by_name(connection, name)
        if other is None or other["id"] == row["id"]:
            values |= {"username": name, "username_folded": repository.fold(name)}
    is_usable = email and claimed.is_email_verified is not False and email != row["email"]
    if is_usable and not await _has_email(connection, email, but=row["id"]):
        values |= rules.email_columns(email)
    return values


async def _is_last_admin(connection: AsyncConnection, row: RowMapping) -> bool:
    if row["role"] != Role.ADMIN:
        return False
    return await repository.list_enabled_admins(connection) == [row["id"]]


async def _has_email(connection: AsyncConnection, email: str, *, but: str = "") -> bool:
    same = (_columns.email_folded == repository.fold(email)) & (_columns.id != but)
    return await _first(connection, same) is not None


async def _first(connection: AsyncConnection, chosen: Any) -> RowMapping | None:  # noqa: ANN401  an expression of SQLAlchemy's
    return (await connection.execute(select(users).where(chosen))).mappings().first()


async def _set_groups(connection: AsyncConnection, user_id: str, values: frozenset[str]) -> None:
    """
    Make the user a member of the groups that name one of the values, and of no others by claim.
    """
    rows = (await connection.execute(select(groups.c.id, groups.c.claim_values))).all()
    wanted = {row.id for row in rows if not values.isdisjoint(row.claim_values)}
    mine = (group_members.c.user_id == user_id) & (group_members.c.origin == ORIGIN)
    held = set(await connection.scalars(select(group_members.c.group_id).where(mine)))
    for group_id in sorted(held - wanted):
        await connection.execute(
            delete(group_members).where(mine, group_members.c.group_id == group_id)
        )
    for group_id in sorted(wanted - held):
        member = {"group_id": group_id, "user_id": user_id, "origin": ORIGIN}
        await connection.execute(insert(group_members).values(member))
    for group_id in sorted(held ^ wanted):
        await record_change(connection, ChangeKind.GROUP, group_id)
