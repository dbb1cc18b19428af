"""
The kind `anonymous`: buckets that strangers may read through the S3 endpoint.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from app.audit.event import SYSTEM, Actor
from app.config.load import LoadedConfig
from app.config.proxy import AnonymousConfig
from app.database.declared import Declaration, Declarations
from app.database.tables import s3_anonymous_bindings
from app.endpoint.anonymous import AnonymousService, Binding, NewBinding
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
class AnonymousKind:
    """
    Bindings by `backend/bucket`.
    """

    service: AnonymousService
    directory: Directory
    declarations: Declarations
    name: str = "anonymous"
    is_destructive: bool = False
    is_upstream: bool = False

    async def declare(self, loaded: LoadedConfig) -> Sequence[Declared]:
        """
        Return the bindings of the file.

        Raises:
            ConfigError: a backend is unknown.
        """
        names = await self.directory.names(loaded)
        return declare_each(
            loaded, self.name, loaded.config.anonymous, lambda one, key: _declare(one, key, names)
        )

    async def load(self) -> Sequence[Present]:
        """
        Return every binding.
        """
        return [_present(one) for one in await self.service.list(SYSTEM)]

    async def compare(self, declared: Declared, present: Present) -> Sequence[Difference]:
        """
        Return what differs.
        """
        return differences(declared.values, present.values)

    async def create(self, actor: Actor, declared: Declared) -> None:
        """
        Let strangers in.
        """
        await self.service.put(actor, declared.item, by=declared.by)

    async def update(self, actor: Actor, declared: Declared, present: Present) -> None:  # noqa: ARG002  one shape
        """
        Change on what terms.
        """
        await self.service.put(actor, declared.item, by=declared.by)

    async def note(self, declared: Declared, present: Present) -> None:
        """
        Note the line.
        """
        if declared.by != present.declaration:
            new: NewBinding = declared.item
            key = {"backend_id": new.backend_id, "bucket": new.bucket}
            await self.declarations.note(s3_anonymous_bindings, key, declared.by)

    async def delete(self, actor: Actor, present: Present) -> None:
        """
        Shut strangers out.
        """
        backend_id, _, bucket = present.id.partition("/")
        await self.service.delete(actor, backend_id, bucket, by=present.declaration)

    def write(self, present: Present, loaded: LoadedConfig) -> Values:  # noqa: ARG002  one shape
        """
        Return the binding as a file declares it.
        """
        backend_id, _, bucket = present.id.partition("/")
        return {"backend": backend_id, "bucket": bucket, **present.values}


def _declare(binding: AnonymousConfig, key: str, names: Names) -> Declared:
    backend = names.backend(binding.backend, f"{key}.backend")
    values = {
        "mode": binding.mode,
        "list": binding.list,
        "prefix": binding.prefix,
        "per_source_ip_rps": binding.per_source_ip_rps,
    }
    new = NewBinding(
        backend,
        binding.bucket,
        mode=binding.mode,
        prefix=binding.prefix,
        may_list=binding.list,
        per_source_ip_rps=binding.per_source_ip_rps,
    )
    one_id = f"{backend}/{binding.bucket}"
    by = declaration_at(names.loaded, key, one_id)
    return Declared(one_id, values, by, names.loaded.origin(key), new)


def _present(binding: Binding) -> Present:
    one_id = f"{binding.backend_id}/{binding.bucket}"
    values = {
        "mode": binding.mode,
        "list": binding.may_list,
        "prefix": binding.prefix,
        "per_source_ip_rps": binding.per_source_ip_rps,
    }
    by = Declaration(binding.source, binding.source_file, binding.source_line, one_id)
    return Present(one_id, values, by)
