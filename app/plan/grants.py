"""
The kind `grants`: access for a user, a group or a role.

A grant is known by whom it is for and where it holds; a file names each once.
"""

import hashlib
from collections.abc import Sequence

from app.audit.event import SYSTEM, Actor
from app.config.identity import GrantConfig
from app.database.declared import Declaration, Declarations
from app.database.tables import grants
from app.grants.grants import Grant, GrantService, NewGrant
from app.grants.page import MAX_LIMIT, PageRequest
from app.plan.kind import Declared, Present, Values, declaration_at
from app.plan.names import Directory, Names
from app.plan.rows import Calls, RowKind
from app.rbac.levels import parse_access, render_access

_MAX_ID = 200


def grant_kind(service: GrantService, directory: Directory, declarations: Declarations) -> RowKind:
    """
    Return the kind: grants by subject and place.
    """

    async def create(actor: Actor, one: Declared) -> None:
        await service.create(actor, await _new(one, directory), by=one.by)

    return RowKind(
        "grants",
        grants,
        directory,
        declarations,
        read=_declare,
        find=lambda: _find(service, directory),
        row_of=lambda one: {"id": one.item.id},
        written=_written,
        calls=Calls(
            create,
            lambda actor, one, there: service.update(
                actor, there.item.id, one.values["access"], by=one.by
            ),
            lambda actor, one: service.delete(actor, one.item.id, by=one.declaration),
        ),
    )


async def _find(service: GrantService, directory: Directory) -> Sequence[Present]:
    """
    Return every grant, subjects by name.
    """
    users = {user.id: user.username for user in await directory.list_users()}
    groups = {group.id: group.name for group in await directory.list_groups()}
    named = {"user": users, "group": groups}
    found: list[Present] = []
    cursor = ""
    while True:
        page = await service.list(SYSTEM, PageRequest(cursor, MAX_LIMIT))
        for grant in page.items:
            by_id = named.get(grant.subject_kind, {})
            found.append(_present(grant, by_id.get(grant.subject_id, grant.subject_id)))
        cursor = page.next_cursor
        if not cursor:
            return found


async def _new(declared: Declared, directory: Directory) -> NewGrant:
    item: GrantConfig = declared.item
    kind, subject = _subject(item, declared.values["subject"])
    if kind == "user":
        subject = await directory.user_id(subject)
    elif kind == "group":
        subject = await directory.group_id(subject)
    access = declared.values["access"]
    return NewGrant(kind, subject, item.backend, item.bucket, item.prefix, access)


def _written(present: Present) -> Values:
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
