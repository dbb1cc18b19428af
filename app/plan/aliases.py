"""
The kind `aliases`: other names for buckets on the S3 endpoint.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from app.audit.event import SYSTEM, Actor
from app.config.load import LoadedConfig
from app.config.stores import AliasConfig
from app.database.declared import Declaration, Declarations
from app.database.tables import bucket_aliases
from app.endpoint.aliases import Alias, AliasService
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


@dataclass(frozen=True, slots=True)
class AliasKind:
    """
    Aliases by their name.
    """

    service: AliasService
    directory: Directory
    declarations: Declarations
    name: str = "aliases"
    is_destructive: bool = False
    is_upstream: bool = False

    async def declare(self, loaded: LoadedConfig) -> Sequence[Declared]:
        """
        Return the aliases of the file.

        Raises:
            ConfigError: a backend is unknown.
        """
        names = await self.directory.names(loaded)
        return declare_each(
            loaded, self.name, loaded.config.aliases, lambda one, key: _declare(one, key, names)
        )

    async def load(self) -> Sequence[Present]:
        """
        Return every alias.
        """
        return [
            Present(
                one.name,
                {"backend": one.backend_id, "bucket": one.bucket},
                Declaration(one.source, one.source_file, one.source_line, one.name),
            )
            for one in await self.service.list(SYSTEM)
        ]

    async def compare(self, declared: Declared, present: Present) -> Sequence[Difference]:
        """
        Return what differs.
        """
        return differences(declared.values, present.values)

    async def create(self, actor: Actor, declared: Declared) -> None:
        """
        Make the name lead to its bucket.
        """
        await self.service.create(actor, _alias(declared), by=declared.by)

    async def update(self, actor: Actor, declared: Declared, present: Present) -> None:
        """
        Make the name lead elsewhere.
        """
        await self.service.update(actor, _alias(declared), by=declared.by)
        await self.note(declared, present)

    async def note(self, declared: Declared, present: Present) -> None:
        """
        Note the line.
        """
        if declared.by != present.declaration:
            await self.declarations.note(bucket_aliases, {"name": declared.id}, declared.by)

    async def delete(self, actor: Actor, present: Present) -> None:
        """
        Take the name away.
        """
        await self.service.delete(actor, present.id, by=present.declaration)

    def write(self, present: Present, loaded: LoadedConfig) -> Values:  # noqa: ARG002  one shape
        """
        Return the alias as a file declares it.
        """
        return {"name": present.id, **present.values}


def _declare(alias: AliasConfig, key: str, names: Names) -> Declared:
    backend = names.backend(alias.backend, f"{key}.backend")
    by = declaration_at(names.loaded, key, alias.name)
    values = {"backend": backend, "bucket": alias.bucket}
    return Declared(alias.name, values, by, names.loaded.origin(key))


def _alias(declared: Declared) -> Alias:
    return Alias(declared.id, declared.values["backend"], declared.values["bucket"])
