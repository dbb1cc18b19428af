"""
The kind `aliases`: other names for buckets on the S3 endpoint.
"""

from collections.abc import Sequence

from app.audit.event import SYSTEM
from app.config.stores import AliasConfig
from app.database.declared import Declaration, Declarations
from app.database.tables import bucket_aliases
from app.endpoint.aliases import Alias, AliasService
from app.plan.kind import Declared, Present, declaration_at
from app.plan.names import Directory, Names
from app.plan.rows import Calls, RowKind


def alias_kind(service: AliasService, directory: Directory, declarations: Declarations) -> RowKind:
    """
    Return the kind: aliases by their name.
    """

    async def find() -> Sequence[Present]:
        return [_present(one) for one in await service.list(SYSTEM)]

    return RowKind(
        "aliases",
        bucket_aliases,
        directory,
        declarations,
        read=_declare,
        find=find,
        row_of=lambda one: {"name": one.id},
        written=lambda one: {"name": one.id, **one.values},
        calls=Calls(
            create=lambda actor, one: service.create(actor, _alias(one), by=one.by),
            update=lambda actor, one, _: service.update(actor, _alias(one), by=one.by),
            delete=lambda actor, one: service.delete(actor, one.id, by=one.declaration),
        ),
    )


def _declare(alias: AliasConfig, key: str, names: Names) -> Declared:
    backend = names.backend(alias.backend, f"{key}.backend")
    by = declaration_at(names.loaded, key, alias.name)
    values = {"backend": backend, "bucket": alias.bucket}
    return Declared(alias.name, values, by, names.loaded.origin(key))


def _alias(declared: Declared) -> Alias:
    return Alias(declared.id, declared.values["backend"], declared.values["bucket"])


def _present(alias: Alias) -> Present:
    by = Declaration(alias.source, alias.source_file, alias.source_line, alias.name)
    return Present(alias.name, {"backend": alias.backend_id, "bucket": alias.bucket}, by)
