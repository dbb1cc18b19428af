"""
The kind `grants`: access for a user, a group or a role.

A grant is known by whom it is for and where it holds; a file names each once.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from app.audit.event import SYSTEM, Actor
from app.config.identity import GrantConfig
from app.config.load import LoadedConfig
from app.database.declared import Declaration, Declarations
from app.database.tables import grants
from app.grants.grants import Grant, GrantService, NewGrant
from app.grants.page import MAX_LIMIT, PageRequest
from app.plan.kind import (
    Declared,
    Present,
    Values,
    declaration_at,
    declare_each,
    differences,
)
from app.plan.names import Directory, Names
from app.plan.plan import Difference
from app.rbac.levels import parse_access, render_access

_MAX_ID = 200


@dataclass(frozen=True, slots=True)
class GrantKind:
    """
    Grants by subject and place.
    """

    service: GrantService
    directory: Directory
    declarations: Declarations
    name: str = "grants"
    is_destructive: bool = False
    is_upstream: bool = False

    async def declare(self, loaded: LoadedConfig) -> Sequence[Declared]:
        """
        Return the grants of the file.

        Raises:
            ConfigError: a user, a group or a backend is unknown.
        """
        names = await self.directory.names(loaded)
        return declare_each(
            loaded, self.name, loaded.config.grants, lambda one, key: _declare(one, key, names)
        )

    async def load(self) -> Sequence[Present]:
        """
        Return every grant, subjects by name.
        """
        users = {user.id: user.username for user in await self.directory.list_users()}
        groups = {group.id: group.name for group in await self.directory.list_groups()}
        named = {"user": users, "group": groups}
        found: list[Present] = []
        cursor = ""
        while True:
            page = await self.service.list(SYSTEM, PageRequest(cursor, MAX_LIMIT))
            for grant in page.items:
                by_id = named.get(grant.subject_kind, {})
                found.append(_present(grant, by_id.get(grant.subject_id, grant.subject_id)))
            cursor = page.next_cursor
            if not cursor:
                return found

    async def compare(self, declared: Declared, present: Present) -> Sequence[Difference]:
        """
        Return what differs.
        """
        return differences(declared.values, present.values)

    async def create(self, actor: Actor, declared: Declared) -> None:
        """
        Give the grant.
        """
        item: GrantConfig = declared.item
        kind, subject = _subject(item, declared.values["subject"])
        if kind == "user":
            subject = await self.directory.user_id(subject)
        elif kind == "group":
            subject = await self.directory.group_id(subject)
        access = declared.values["access"]
        new = NewGrant(kind, subject, item.backend, item.bucket, item.prefix, access)
        await self.service.create(actor, new, by=declared.by)

    async def update(self, actor: Actor, declared: Declared, present: Present) -> None:
        """
        Change its levels.
        """
        grant: Grant = present.item
        await self.service.update(actor, grant.id, declared.values["access"], by=declared.by)
        await self.note(declared, present)

    async def note(self, declared: Declared, present: Present) -> None:
        """
        Note the line.
        """
        if declared.by != present.declaration:
            await self.declarations.note(grants, {"id": present.item.id}, declared.by)

    async def delete(self, actor: Actor, present: Present) -> None:
        """
        Take it away.
        """
        await self.service.delete(actor, present.item.id, by=present.declaration)

    def write(self, present: Present, loaded: LoadedConfig) -> Values:  # noqa: ARG002  one shape
        """
        Return the grant as a file declares it.
        """
        grant: Grant = present.item
        return {
            grant.subject_kind: present.values["subject"],
            "backend": grant.backend_id,
            "bucket": grant.bucket,
            "prefix": grant.prefix,
            "access": present.values["access"],
        }


def _declare(grant: GrantConfig, key: str, names: Names) -> Declared:
    backend = names.backend(grant.backend, f"{key}.backend", may_be_any=True)
    kind, subject = _subject(grant, grant.user or grant.group or grant.role)
    if kind == "user":
        subject = names.user(subject, f"{key}.user")
    elif kind == "group":
        subject = names.group(subject, f"{key}.group")
    one_id = _id(kind, subject, backend, grant.bucket, grant.prefix)
    values = {"subject": subject, "access": render_access(parse_access(grant.access))}
    by = declaration_at(names.loaded, key, one_id)
    return Declared(one_id, values, by, names.loaded.origin(key), grant)


def _subject(grant: GrantConfig, name: str) -> tuple[str, str]:
    if grant.user:
        return "user", name
    return ("group", name) if grant.group else ("role", name)


def _present(grant: Grant, subject: str) -> Present:
    one_id = _id(grant.subject_kind, subject, grant.backend_id, grant.bucket, grant.prefix)
    values = {"subject": subject, "access": render_access(parse_access(grant.access))}
    by = Declaration(grant.source, grant.source_file, grant.source_line, one_id)
    return Present(one_id, values, by, grant)


def _id(kind: str, subject: str, backend: str, bucket: str, prefix: str) -> str:
    """
    Return what tells a grant from others, short enough for its column.
    """
    text = f"{kind}:{subject}@{backend}/{bucket}/{prefix}"
    if len(text) <= _MAX_ID:
        return text
    return f"{text[: _MAX_ID - 33]}~{hashlib.sha256(text.encode()).hexdigest()[:32]}"
