"""
The kind `credentials`: keys for programs.

The secret is named by the file, or made once and written to a file of its own.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.audit.event import SYSTEM, Actor
from app.config.load import LoadedConfig
from app.config.problems import ConfigError, Origin, Problem
from app.config.proxy import CredentialConfig
from app.config.secrets import resolve_secret
from app.credentials import rules
from app.credentials.credential import (
    ChosenKey,
    Credential,
    CredentialChange,
    CredentialScope,
    Limits,
    NewCredential,
)
from app.credentials.service import CredentialService
from app.database.declared import Declaration, Declarations
from app.database.tables import s3_credentials
from app.errors.raised import StowageError
from app.plan.kind import (
    Declared,
    Present,
    Values,
    declaration_at,
    declare_each,
    differences,
    find_item,
    secret_names,
)
from app.plan.names import Directory, Names
from app.plan.plan import Difference
from app.plan.secret_files import check_folder, read_generated, write_generated

SECRET = "secret"  # noqa: S105  the name of a member


@dataclass(frozen=True, slots=True)
class CredentialKind:
    """
    Virtual credentials by their access key.
    """

    service: CredentialService
    directory: Directory
    declarations: Declarations
    environ: Mapping[str, str] = field(repr=False)
    name: str = "credentials"
    is_destructive: bool = True
    is_upstream: bool = False

    async def declare(self, loaded: LoadedConfig) -> Sequence[Declared]:
        """
        Return the credentials of the file, secrets read.

        Raises:
            ConfigError: a secret, an owner or a backend is missing, or a rule is broken.
        """
        names = await self.directory.names(loaded)
        return declare_each(
            loaded,
            self.name,
            loaded.config.credentials,
            lambda one, key: _declare(one, key, names, self.environ),
        )

    async def load(self) -> Sequence[Present]:
        """
        Return every credential but the temporary ones, which end by themselves.
        """
        return await self._show(await self.service.list(SYSTEM))

    async def load_concerned(self, ids: Collection[str]) -> Sequence[Present]:
        """
        Return those of these ids, and those that a file declared once.
        """
        return await self._show(await self.service.list_declared(SYSTEM, ids))

    async def _show(self, found: Sequence[Credential]) -> Sequence[Present]:
        users = {user.id: user.username for user in await self.directory.list_users()}
        return [_present(one, users) for one in found if not one.is_temporary]

    async def compare(self, declared: Declared, present: Present) -> Sequence[Difference]:
        """
        Return what differs; the secret if the file knows it and the row holds another.
        """
        found = differences(declared.values, present.values)
        if await self._is_same_secret(declared):
            return found
        return [*found, Difference(SECRET, is_secret=True)]

    async def _is_same_secret(self, declared: Declared) -> bool:
        secret = declared.secrets.get(SECRET)
        return secret is None or await self.service.holds_secret(declared.id, secret)

    async def create(self, actor: Actor, declared: Declared) -> None:
        """
        Make it; a secret to be generated is written to its file first.
        """
        values = declared.values
        new = NewCredential(
            scopes=_scopes(values),
            user_id=await self._owner_id(values["owner"]),
            description=values["description"],
            not_before=declared.item.not_before,
            expires_at=declared.item.expires_at,
            cidrs=values["cidrs"],
            limits=_limits(declared.item),
            is_enabled=values["enabled"],
            chosen=ChosenKey(declared.id, declared.secrets.get(SECRET) or _generate(declared)),
        )
        await self.service.create(actor, new, by=declared.by)

    async def update(self, actor: Actor, declared: Declared, present: Present) -> None:
        """
        Change it.
        """
        values = declared.values
        is_same = await self._is_same_secret(declared)
        change = CredentialChange(
            scopes=_scopes(values),
            user_id=await self._owner_id(values["owner"]),
            description=values["description"],
            is_enabled=values["enabled"],
            not_before=declared.item.not_before,
            expires_at=declared.item.expires_at,
            cidrs=values["cidrs"],
            limits=_limits(declared.item),
            secret_key=None if is_same else declared.secrets[SECRET],
        )
        await self.service.update(actor, declared.id, change, by=declared.by)
        await self.note(declared, present)

    async def note(self, declared: Declared, present: Present) -> None:
        """
        Note the line.
        """
        if declared.by != present.declaration:
            key = {"access_key": declared.id}
            await self.declarations.note(s3_credentials, key, declared.by)

    async def delete(self, actor: Actor, present: Present) -> None:
        """
        Delete it; it is refused everywhere within a second.
        """
        await self.service.delete(actor, present.id, by=present.declaration)

    async def write(self, present: Present, loaded: LoadedConfig) -> Values:
        """
        Return the credential as a file declares it.

        One that the dashboard made keeps its secret where it applies to the same database, and
        gets a new one elsewhere.
        """
        item: CredentialConfig | None = find_item(loaded, self.name, access_key=present.id)
        values = {name: one for name, one in present.values.items() if one not in (None, "", [])}
        limits = present.item.limits
        written = {
            "requests_per_second": limits.requests_per_second,
            "concurrency": limits.concurrency,
            "bytes_per_second": limits.bytes_per_second,
        }
        is_generated = item is None or item.generate_to
        path = item.generate_to if item else f"{present.id}.secret"
        secret = {"generate_to": path} if is_generated else secret_names(SECRET, present.id, item)
        return {
            "access_key": present.id,
            **values,
            "limits": {name: one for name, one in written.items() if one},
            **secret,
        }

    async def _owner_id(self, owner: str) -> str:
        return await self.directory.user_id(owner) if owner else ""


def _declare(
    credential: CredentialConfig, key: str, names: Names, environ: Mapping[str, str]
) -> Declared:
    owner = names.user(credential.owner, f"{key}.owner") if credential.owner else ""
    scopes = rules.choose_scopes(_wanted(credential), is_admin=True)
    for scope in scopes:
        names.backend(scope.backend_id, key)
    values = {
        "owner": owner,
        "description": rules.check_description(credential.description),
        "scopes": _written(scopes),
        "enabled": credential.enabled,
        "not_before": _moment(credential.not_before),
        "expires_at": _moment(credential.expires_at),
        "cidrs": rules.check_cidrs(credential.cidrs),
        "limits": _limits(credential).as_json(),
    }
    by = declaration_at(names.loaded, key, credential.access_key)
    secret = _secret(credential, key, names.loaded, environ)
    secrets = {} if secret is None else {SECRET: secret}
    return Declared(
        credential.access_key, values, by, names.loaded.origin(key), credential, secrets
    )


def _wanted(credential: CredentialConfig) -> NewCredential:
    if credential.scopes:
        return NewCredential(
            scopes=[
                CredentialScope(one.backend, one.bucket, one.prefix, _access(one.access))
                for one in credential.scopes
            ]
        )
    access = None if credential.access is None else _access(credential.access)
    return NewCredential(
        backend_id=credential.backend,
        buckets=credential.buckets,
        prefixes=credential.prefixes,
        access=access,
    )


def _access(access: str | tuple[str, ...]) -> str | list[str]:
    return access if isinstance(access, str) else list(access)


def _secret(
    credential: CredentialConfig, key: str, loaded: LoadedConfig, environ: Mapping[str, str]
) -> str | None:
    """
    Return the secret that the file knows; nothing while it is still to be generated.
    """
    if credential.generate_to:
        named = f"{key}.generate_to"
        path, origin = Path(credential.generate_to), loaded.origin(named)
        found = read_generated(path, named, origin)
        if found is None:
            check_folder(path, named, origin)
        return found if found is None else _usable(found, named, origin)
    named = f"{key}.secret"
    origin = loaded.origin(f"{named}_env" if credential.secret_env else f"{named}_file")
    found = resolve_secret(credential.secret, environ, key=named, origin=origin)
    return None if found is None else _usable(found.strip(), named, origin)


def _usable(secret: str, key: str, origin: Origin) -> str:
    try:
        return rules.check_secret_key(secret)
    except StowageError as error:
        raise ConfigError([Problem(error.message.rstrip("."), key, origin)]) from error


def _generate(declared: Declared) -> str:
    secret = rules.new_secret_key()
    path = Path(declared.item.generate_to)
    try:
        write_generated(path, access_key=declared.id, secret_key=secret)
    except OSError as error:
        problem = Problem(f"{path}: {error.strerror}", "generate_to", declared.origin)
        raise ConfigError([problem]) from error
    return secret


def _scopes(values: Mapping[str, Any]) -> list[CredentialScope]:
    return [
        CredentialScope(one["backend"], one["bucket"], one["prefix"], one["access"])
        for one in values["scopes"]
    ]


def _limits(credential: CredentialConfig) -> Limits:
    limits = credential.limits
    return Limits(limits.requests_per_second, limits.concurrency, limits.bytes_per_second)


def _present(credential: Credential, users: Mapping[str, str]) -> Present:
    owner = users.get(credential.user_id, credential.user_id)
    values = {
        "owner": owner,
        "description": credential.description,
        "scopes": _written(credential.scopes),
        "enabled": credential.is_enabled,
        "not_before": _moment(credential.not_before),
        "expires_at": _moment(credential.expires_at),
        "cidrs": list(credential.cidrs),
        "limits": credential.limits.as_json(),
    }
    one = credential
    by = Declaration(one.source, one.source_file, one.source_line, one.access_key)
    return Present(credential.access_key, values, by, credential)


def _written(scopes: Sequence[CredentialScope]) -> list[dict[str, Any]]:
    """
    Return scopes in the words of the file, in an order of their own.
    """
    rows = (scope.as_json() for scope in scopes)
    written = [{"backend": row.pop("backend_id"), **row} for row in rows]
    return sorted(written, key=lambda one: (one["backend"], one["bucket"], one["prefix"]))


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat()
