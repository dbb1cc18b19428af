"""
Planning backends: what the file declares against what the table has.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from app.audit.event import Actor
from app.backends import drafts
from app.backends.rows import BackendChange, BackendRow, NewBackend
from app.backends.service import BackendService
from app.config.load import LoadedConfig
from app.config.problems import ConfigError, Origin, Problem
from app.config.secrets import require_secret
from app.config.stores import BackendConfig
from app.database.declared import Declaration
from app.errors.raised import StowageError
from app.plan.plan import Op, Orphan, Plan, Run, Step

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
class DeclaredBackend:
    """
    A backend as the file wants it, with nothing left open.
    """

    new: NewBackend
    declaration: Declaration
    origin: Origin


@dataclass(frozen=True, slots=True)
class BackendPlanner:
    """
    Computes the steps of the kind `backends`; each runs through `BackendService`.
    """

    service: BackendService
    environ: Mapping[str, str] = field(repr=False)

    async def compute(self, loaded: LoadedConfig) -> Plan:
        """
        Compare, without changing anything.

        Raises:
            ConfigError: a secret is missing, or a backend breaks a rule of the service.
        """
        declared = declare_backends(loaded, self.environ)
        rows = {row.id: row for row in await self.service.list()}
        steps = [self._compare(one, rows.get(one.new.id)) for one in declared]
        wanted = {one.new.id for one in declared}
        left = [row for row in rows.values() if row.declaration.is_yaml and row.id not in wanted]
        if KIND in loaded.config.gitops.prune:
            return Plan((*steps, *(self._prune(row) for row in left)))
        return Plan(tuple(steps), tuple(Orphan(KIND, row.id, _origin(row)) for row in left))

    def _compare(self, declared: DeclaredBackend, row: BackendRow | None) -> Step:
        step = Step(Op.CREATE, KIND, declared.new.id, origin=declared.origin)
        if row is None:
            return replace(step, run=self._creation(declared))
        fields = self._differing(declared.new, row)
        if not row.declaration.is_yaml:
            fields = (*fields, "source")
        if not fields:
            return replace(step, op=Op.KEEP, run=self._keeping(declared))
        return replace(
            step,
            op=Op.UPDATE,
            fields=fields,
            takes_over=not row.declaration.is_yaml,
            run=self._update(declared, fields),
        )

    def _differing(self, new: NewBackend, row: BackendRow) -> tuple[str, ...]:
        names = [name for name in _COMPARED if getattr(new, name) != getattr(row, name)]
        fields = tuple(drafts.API_NAMES.get(name, name) for name in names)
        if self.service.holds_secret(row, new.secret_key) or self.service.cannot_seal(row):
            return fields
        return (*fields, "secret_key")

    def _creation(self, declared: DeclaredBackend) -> Run:
        async def run(actor: Actor) -> None:
            await self.service.create(actor, declared.new, by=declared.declaration)

        return run

    def _update(self, declared: DeclaredBackend, fields: Sequence[str]) -> Run:
        new = declared.new
        change = BackendChange(
            name=new.name,
            endpoint=new.endpoint,
            region=new.region,
            path_style=new.path_style,
            access_key=new.access_key,
            secret_key=new.secret_key if "secret_key" in fields else None,
            preset=new.preset,
            ca_file=new.ca_file,
            capabilities=new.capabilities,
            is_enabled=new.is_enabled,
            is_in_maintenance=new.is_in_maintenance,
        )

        async def run(actor: Actor) -> None:
            await self.service.update(actor, new.id, change, by=declared.declaration)
            await self.service.remember(new.id, declared.declaration, new.secret_key)

        return run

    def _keeping(self, declared: DeclaredBackend) -> Run:
        async def run(_: Actor) -> None:
            new = declared.new
            await self.service.remember(new.id, declared.declaration, new.secret_key)

        return run

    def _prune(self, row: BackendRow) -> Step:
        async def run(actor: Actor) -> None:
            await self.service.delete(actor, row.id, by=row.declaration)

        return Step(Op.DELETE, KIND, row.id, origin=_origin(row), is_destructive=True, run=run)


def declare_backends(loaded: LoadedConfig, environ: Mapping[str, str]) -> Sequence[DeclaredBackend]:
    """
    Return every backend of the configuration, secrets read and presets filled in.

    Raises:
        ConfigError: with every problem of every backend.
    """
    declared: list[DeclaredBackend] = []
    problems: list[Problem] = []
    for index, backend in enumerate(loaded.config.backends):
        key = f"{KIND}[{index}]"
        try:
            declared.append(_declare(backend, key, loaded, environ))
        except ConfigError as error:
            problems += error.problems
        except StowageError as error:
            problems.append(Problem(error.message, key, loaded.origin(key)))
    if problems:
        raise ConfigError(problems)
    return declared


def _declare(
    backend: BackendConfig, key: str, loaded: LoadedConfig, environ: Mapping[str, str]
) -> DeclaredBackend:
    origin = loaded.origin(key)
    new = NewBackend(
        id=backend.id,
        endpoint=backend.endpoint,
        access_key=_secret(backend, "access_key", key, loaded, environ),
        secret_key=_secret(backend, "secret_key", key, loaded, environ),
        name=backend.name,
        type=backend.type,
        region=backend.region,
        path_style=backend.path_style,
        preset=backend.preset,
        ca_file=backend.ca_file,
        capabilities=backend.capabilities.model_dump(exclude_none=True),
        is_in_maintenance=backend.maintenance,
    )
    declaration = Declaration("yaml", origin.file, origin.line, backend.id)
    return DeclaredBackend(drafts.complete(new), declaration, origin)


def _secret(
    backend: BackendConfig,
    name: str,
    key: str,
    loaded: LoadedConfig,
    environ: Mapping[str, str],
) -> str:
    source = getattr(backend, name)
    named = f"{key}.{name}"
    origin = loaded.origin(f"{named}_env" if source.env else f"{named}_file")
    return require_secret(source, environ, key=named, origin=origin).strip()


def _origin(row: BackendRow) -> Origin:
    return Origin(row.source_file, row.source_line)
