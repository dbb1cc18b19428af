"""
The kind `anonymous`: buckets that strangers may read through the S3 endpoint.
"""

from collections.abc import Sequence

from app.audit.event import SYSTEM
from app.config.proxy import AnonymousConfig
from app.database.declared import Declaration, Declarations
from app.database.tables import s3_anonymous_bindings
from app.endpoint.anonymous import AnonymousService, Binding, NewBinding
from app.plan.kind import Declared, Present, declaration_at
from app.plan.names import Directory, Names
from app.plan.rows import Calls, RowKind


def anonymous_kind(
    service: AnonymousService, directory: Directory, declarations: Declarations
) -> RowKind:
    """
    Return the kind: bindings by `backend/bucket`.
    """

    async def find() -> Sequence[Present]:
        return [_present(one) for one in await service.list(SYSTEM)]

    return RowKind(
        "anonymous",
        s3_anonymous_bindings,
        directory,
        declarations,
        read=_declare,
        find=find,
        row_of=lambda one: {"backend_id": one.item.backend_id, "bucket": one.item.bucket},
        written=lambda one: {
            "backend": one.item.backend_id,
            "bucket": one.item.bucket,
            **one.values,
        },
        calls=Calls(
            create=lambda actor, one: service.put(actor, one.item, by=one.by),
            update=lambda actor, one, _: service.put(actor, one.item, by=one.by),
            delete=lambda actor, one: service.delete(
                actor, one.item.backend_id, one.item.bucket, by=one.declaration
            ),
        ),
    )


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
    return Present(one_id, values, by, binding)
