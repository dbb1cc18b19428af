"""
The kind `users`: people and service accounts. No file holds a password.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from app.audit.event import Actor
from app.auth.handover import vacate
from app.auth.user import LOCAL, Identity, NewUser, User, UserChange
from app.config.identity import UserConfig
from app.config.load import LoadedConfig
from app.database.declared import Declaration, Declarations
from app.database.engine import Database
from app.database.tables import users
from app.plan.kind import (
    Declared,
    Present,
    Values,
    declaration_at,
    declare_each,
    differences,
)
from app.plan.names import Directory
from app.plan.plan import Difference


@dataclass(frozen=True, slots=True)
class UserKind:
    """
    Users by their folded name.
    """

    directory: Directory
    declarations: Declarations
    database: Database
    name: str = "users"
    is_destructive: bool = True
    is_upstream: bool = False

    async def declare(self, loaded: LoadedConfig) -> Sequence[Declared]:
        """
        Return the users of the file.
        """
        return declare_each(
            loaded, self.name, loaded.config.users, lambda one, key: _declare(one, key, loaded)
        )

    async def load(self) -> Sequence[Present]:
        """
        Return every user.
        """
        return [_present(user) for user in await self.directory.list_users()]

    async def compare(self, declared: Declared, present: Present) -> Sequence[Difference]:
        """
        Return what differs.
        """
        return differences(declared.values, present.values)

    async def create(self, actor: Actor, declared: Declared) -> None:
        """
        Make the user, without a password.
        """
        item: UserConfig = declared.item
        new = NewUser(
            item.username,
            "",
            item.role,
            email=item.email,
            kind=item.kind,
            is_enabled=item.enabled,
            identity=_identity(declared),
        )
        await self.directory.users.create(actor, new, by=declared.by)

    async def update(self, actor: Actor, declared: Declared, present: Present) -> None:
        """
        Change what is declared of the user.
        """
        wanted = declared.values
        change = UserChange(
            role=wanted.get("role"),
            is_enabled=wanted.get("enabled"),
            email=wanted.get("email"),
            kind=wanted.get("kind"),
            identity=_identity(declared),
        )
        await self.directory.users.update(actor, present.item.id, change, by=declared.by)
        await self.note(declared, present)

    async def make_room(self, present: Present, members: Collection[str]) -> None:
        """
        Take the address or the subject from a user, for another one to have it.
        """
        await vacate(self.database, present.item.id, members)

    async def note(self, declared: Declared, present: Present) -> None:
        """
        Note the line.
        """
        if declared.by != present.declaration:
            await self.declarations.note(users, {"id": present.item.id}, declared.by)

    async def delete(self, actor: Actor, present: Present) -> None:
        """
        Delete the user; the credentials are switched off for good.
        """
        await self.directory.users.delete(actor, present.item.id, by=present.declaration)

    async def write(self, present: Present, loaded: LoadedConfig) -> Values | None:
        """
        Return the user as a file declares it; one of another provider's cannot be.
        """
        values, user = present.values, present.item
        common = {name: values[name] for name in ("role", "enabled", "kind")}
        if not values["identity"]:
            return {"username": user.username, "email": values["email"], **common}
        if values["identity"] != _identity_of(loaded):
            return None
        return {"username": user.username, "oidc_subject": values["oidc_subject"], **common}


def _declare(user: UserConfig, key: str, loaded: LoadedConfig) -> Declared:
    folded = user.username.casefold()
    values: dict[str, Any] = {"role": user.role, "enabled": user.enabled, "kind": user.kind}
    if user.oidc_subject:
        values |= {"identity": _identity_of(loaded), "oidc_subject": user.oidc_subject}
        if "role" not in user.model_fields_set:
            del values["role"]  # the provider's groups decide
    if user.email or not user.oidc_subject:
        values["email"] = user.email
    by = declaration_at(loaded, key, folded)
    return Declared(folded, values, by, loaded.origin(key), user)


def _identity_of(loaded: LoadedConfig) -> str:
    return f"oidc:{urlsplit(loaded.config.auth.oidc.issuer).netloc}"


def _identity(declared: Declared) -> Identity | None:
    if "oidc_subject" not in declared.values:
        return None
    return Identity(declared.values["identity"], declared.values["oidc_subject"])


def _present(user: User) -> Present:
    values: dict[str, Any] = {
        "role": user.role.value,
        "enabled": user.is_enabled,
        "kind": user.kind,
        "email": user.email,
        "oidc_subject": user.oidc_subject,
        "identity": user.identity_source if user.identity_source != LOCAL else "",
    }
    folded = user.username.casefold()
    by = Declaration(user.source, user.source_file, user.source_line, folded)
    return Present(folded, values, by, user)
