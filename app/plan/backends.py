"""
The kind `backends`: storages. Each step runs through `BackendService`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.audit.event import Actor
from app.backends import drafts
from app.backends.rows import BackendChange, BackendRow, NewBackend
from app.backends.service import BackendService
from app.config.load import LoadedConfig
from app.config.problems import ConfigError, Problem
from app.config.secrets import require_secret
from app.config.stores import BackendConfig
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
from app.plan.plan import Difference

KIND = "backends"
_COMPARED = (
    "name",
    "type",
    "preset",
    "endpoint",
    "region",
    "path_style",
    "access_key",
    "ca_file",
    "capabilities",
    "is_enabled",
    "is_in_maintenance",
)


@dataclass(frozen=True, slots=True)
class BackendKind:
    """
    Storages, compared with the table; their secrets with what the vault holds.
    """

    service: BackendService
    environ: Mapping[str, str] = field(repr=False)
    name: str = KIND
    is_destructive: bool = True
    is_upstream: bool = False

    async def declare(self, loaded: LoadedConfig) -> Sequence[Declared]:
        """
        Return the backends of the file, presets filled in.

        Raises:
            ConfigError: a secret is missing, or a backend breaks a rule of the service.
        """
        return declare_backends(loaded, self.environ)

    async def load(self) -> Sequence[Present]:
        """
        Return every backend, enabled or not.
        """
        return [
            Present(row.id, _values(row), row.declaration, row) for row in await self.service.list()
        ]

    async def compare(self, declared: Declared, present: Present) -> Sequence[Difference]:
        """
        Return what differs; the secret only where the row is where it should be.
        """
        found = differences(declared.values, present.values)
        row: BackendRow = present.item
        if declared.item.uses_chain:
            return found
        if self.service.holds_secret(row, declared.item.secret_key) or self.service.cannot_seal(
            row
        ):
            return found
        return [*found, Difference("secret_key", is_secret=True)]

    async def create(self, actor: Actor, declared: Declared) -> None:
        """
        Store it and open it.
        """
        await self.service.create(actor, declared.item, by=declared.by)

    async def update(self, actor: Actor, declared: Declared, present: Present) -> None:
        """
        Change it; the secret only if it differs.
        """
        new: NewBackend = declared.item
        is_same_secret = not new.uses_chain and self.service.holds_secret(
            present.item, new.secret_key
        )
        change = BackendChange(
            name=new.name,
            endpoint=new.endpoint,
            region=new.region,
            path_style=new.path_style,
            access_key=new.access_key,
            secret_key=None if is_same_secret else new.secret_key,
            preset=new.preset,
            ca_file=new.ca_file,
            capabilities=new.capabilities,
            is_enabled=new.is_enabled,
            is_in_maintenance=new.is_in_maintenance,
        )
        await self.service.update(actor, new.id, change, by=declared.by)
        await self.service.remember(new.id, declared.by, new.secret_key)

    async def note(self, declared: Declared, present: Present) -> None:  # noqa: ARG002  one shape
        """
        Note the line, and the secret where no row holds it.
        """
        await self.service.remember(declared.id, declared.by, declared.item.secret_key)

    async def delete(self, actor: Actor, present: Present) -> None:
        """
        Delete it and all that hangs on it; its objects stay where they are.
        """
        await self.service.delete(actor, present.id, by=present.declaration)

    async def write(self, present: Present, loaded: LoadedConfig) -> Values:
        """
        Return the backend as a file declares it.
        """
        item = find_item(loaded, self.name, id=present.id)
        values = {name: one for name, one in present.values.items() if name != "access_key"}
        if present.item.uses_chain:
            return {"id": present.id, **values, "credential_chain": True}
        secrets: dict[str, str] = {}
        for name in ("access_key", "secret_key"):
            secrets |= secret_names(name, present.id, item)
        return {"id": present.id, **values, **secrets}


def declare_backends(loaded: LoadedConfig, environ: Mapping[str, str]) -> Sequence[Declared]:
    """
    Return every backend of the configuration, secrets read and presets filled in.

    Raises:
        ConfigError: with every problem of every backend.
    """
    return declare_each(
        loaded,
        KIND,
        loaded.config.backends,
        lambda backend, key: _declare(backend, key, loaded, environ),
    )


def _declare(
    backend: BackendConfig, key: str, loaded: LoadedConfig, environ: Mapping[str, str]
) -> Declared:
    access_key, secret_key = _keys(backend, key, loaded, environ)
    new = drafts.complete(
        NewBackend(
            id=backend.id,
            endpoint=backend.endpoint,
            access_key=access_key,
            secret_key=secret_key,
            uses_chain=backend.credential_chain,
            name=backend.name,
            type=backend.type,
            region=backend.region,
            path_style=backend.path_style,
            preset=backend.preset,
            ca_file=backend.ca_file,
            capabilities=backend.capabilities.model_dump(exclude_none=True),
            is_enabled=backend.enabled,
            is_in_maintenance=backend.maintenance,
        )
    )
    by = declaration_at(loaded, key, backend.id)
    return Declared(new.id, _values(new), by, loaded.origin(key), new)


def _values(backend: NewBackend | BackendRow) -> dict[str, Any]:
    values = {drafts.API_NAMES.get(name, name): getattr(backend, name) for name in _COMPARED}
    return {**values, "capabilities": dict(backend.capabilities)}


def _keys(
    backend: BackendConfig, key: str, loaded: LoadedConfig, environ: Mapping[str, str]
) -> Sequence[str]:
    """
    Return both keys, empty for a backend that goes by the machine's own.

    Raises:
        ConfigError: with the problems of both.
    """
    if backend.credential_chain:
        return "", ""
    found: list[str] = []
    problems: list[Problem] = []
    for name in ("access_key", "secret_key"):
        source, named = getattr(backend, name), f"{key}.{name}"
        origin = loaded.origin(f"{named}_env" if source.env else f"{named}_file")
        try:
            found.append(require_secret(source, environ, key=named, origin=origin).strip())
        except ConfigError as error:
            problems += error.problems
    if problems:
        raise ConfigError(problems)
    return found
