"""
`BackendService`: every change of a backend, for the API, the commands and the configuration alike.

It alone answers `yaml_managed`. A change is one transaction with its row in `changes`; the live
registry follows at once, and other processes when they read that table.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import structlog
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from app.audit.actions import AuditAction
from app.audit.event import Actor, DetailValue
from app.audit.log import AuditLog
from app.backends import drafts, repository
from app.backends.backend import decide_capabilities
from app.backends.machine_key import MachineKey
from app.backends.presets import find_preset
from app.backends.registry import BackendRegistry, Upstream
from app.backends.rows import BackendChange, BackendRow, NewBackend
from app.backends.vault import Vault
from app.clock import Clock
from app.database.changes import ChangeKind, record_change
from app.database.declared import DASHBOARD, Declaration
from app.database.engine import Database
from app.errors import registry as errors
from app.errors.raised import StowageError

if TYPE_CHECKING:
    from app.backends.trial import Trial

_NO_MACHINE_KEY = "This machine has no key of its own: AWS's credential chain finds none."
_SEALED_OTHERWISE = "Its secret key cannot be read with the present sealing key."

_log = structlog.get_logger(__name__)


class BackendService:
    """
    The backends as they are stored; `registry` holds them as they live.
    """

    def __init__(
        self,
        database: Database,
        *,
        audit: AuditLog,
        clock: Clock,
        vault: Vault,
        registry: BackendRegistry,
    ) -> None:
        self._database = database
        self._audit = audit
        self._clock = clock
        self._vault = vault
        self.machine_key = MachineKey(database, vault.chain)
        self.registry = registry

    def require_sealing_key(self) -> None:
        """
        Refuse where secrets cannot be stored; the first check of create and update.

        Raises:
            StowageError: `secret_key_unset`.
        """
        self._vault.require_key()

    async def check_editable(self, backend_id: str, *, by: Declaration = DASHBOARD) -> None:
        """
        Refuse to touch what somebody else declares. An id that is not there passes.

        Raises:
            StowageError: `yaml_managed`.
        """
        async with self._database.read() as connection:
            row = await repository.find_backend(connection, backend_id)
        drafts.check_owner(row, by)

    async def list(self) -> Sequence[BackendRow]:
        """
        Return every backend, enabled or not, by id.
        """
        async with self._database.read() as connection:
            return await repository.list_backends(connection)

    async def get(self, backend_id: str) -> BackendRow:
        """
        Return one backend.

        Raises:
            StowageError: `not_found`, reason `backend.unknown`.
        """
        async with self._database.read() as connection:
            return _found(await repository.find_backend(connection, backend_id))

    async def create(
        self, actor: Actor, new: NewBackend, *, by: Declaration = DASHBOARD
    ) -> BackendRow:
        """
        Store a backend, open it and ask whether it answers.

        Raises:
            StowageError: in this order: `forbidden`; `secret_key_unset`; `bad_request` for id,
                endpoint, keys; `yaml_managed`; `bad_request` for the type; `id_taken`;
                `register_failed` while the id still serves without a row.
        """
        _require_admin(actor)
        self._vault.require_key(by)
        filled = drafts.complete(new)
        row = self._new_row(actor, filled, by)
        try:
            async with self._database.write() as connection:
                existing = await repository.find_backend(connection, row.id)
                drafts.check_owner(existing, by)
                drafts.check_type(new)
                if existing is not None:
                    raise errors.ID_TAKEN()
                if row.id in self.registry.ids:
                    # It is gone from the table but still serves: deleted elsewhere just now.
                    raise errors.REGISTER_FAILED()
                await repository.insert_backend(connection, row)
                await record_change(connection, ChangeKind.BACKEND, row.id)
        except IntegrityError as error:
            raise errors.ID_TAKEN() from error
        self._vault.keep(row.id, filled.secret_key, is_sealed=row.is_secret_set)
        detail = {"endpoint": row.endpoint, "region": row.region, "type": row.type}
        self._record(actor, AuditAction.BACKEND_CREATE, row.id, detail)
        await self._show(row.id, by)
        return row

    async def update(
        self, actor: Actor, backend_id: str, change: BackendChange, *, by: Declaration = DASHBOARD
    ) -> BackendRow:
        """
        Change a backend, replace the live one and ask whether it answers.

        Raises:
            StowageError: in this order: `forbidden`; `secret_key_unset`; `yaml_managed`;
                `not_found`; `bad_request` for the endpoint; `internal` when the stored secret
                does not open; `bad_request` for the rest.
        """
        _require_admin(actor)
        self._vault.require_key(by)
        async with self._database.write() as connection:
            row = await repository.find_backend(connection, backend_id)
            drafts.check_owner(row, by)
            old = _found(row)
            revised = self._revised(actor, old, change, by)
            await repository.update_backend(connection, revised)
            if drafts.is_other_place(old, revised):
                await repository.delete_probe(connection, backend_id)
            await record_change(connection, ChangeKind.BACKEND, backend_id)
        if change.secret_key is not None:
            self._vault.keep(backend_id, change.secret_key, is_sealed=revised.is_secret_set)
        fields = drafts.changed_fields(old, revised, change)
        self._record(actor, AuditAction.BACKEND_UPDATE, backend_id, {"fields": fields})
        await self._show(backend_id, by)
        return revised

    async def delete(self, actor: Actor, backend_id: str, *, by: Declaration = DASHBOARD) -> None:
        """
        Delete a backend and all that hangs on it; its objects stay where they are.

        Raises:
            StowageError: `forbidden`, `yaml_managed`, `not_found`, in this order.
        """
        _require_admin(actor)
        async with self._database.write() as connection:
            row = await repository.find_backend(connection, backend_id)
            drafts.check_owner(row, by)
            _found(row)
            await repository.delete_backend(connection, backend_id)
            await record_change(connection, ChangeKind.BACKEND, backend_id)
        self._vault.forget(backend_id)
        self._record(actor, AuditAction.BACKEND_DELETE, backend_id, {})
        await self.reload()

    async def test(self, actor: Actor, new: NewBackend) -> "Trial":
        """
        Try an endpoint without storing it; needs neither a sealing key nor an id.

        Raises:
            StowageError: `forbidden`; `bad_request` for the endpoint, the keys or the type.
        """
        _require_admin(actor)
        return self._record_trial(actor, new, await _try(new), "")

    async def test_stored(self, actor: Actor, backend_id: str) -> "Trial":
        """
        Try a stored backend with the key it is reached with, step by step.

        Raises:
            StowageError: `forbidden`, `not_found`; `backend_error` where its secret does not open.
        """
        _require_admin(actor)
        row = await self.get(backend_id)
        try:
            key = self._vault.open(row)
        except StowageError as error:
            detail = _SEALED_OTHERWISE
            raise errors.BACKEND_ERROR(reason="backend.misconfigured", detail=detail) from error
        new = drafts.to_trial(row, key)
        trial = await _try(new, session_token=key.session_token)
        return self._record_trial(actor, new, trial, backend_id)

    def _record_trial(
        self, actor: Actor, new: NewBackend, trial: "Trial", backend_id: str
    ) -> "Trial":
        detail: dict[str, DetailValue] = {"endpoint": new.endpoint, "healthy": trial.is_healthy}
        self._record(actor, AuditAction.BACKEND_TEST, backend_id, detail)
        return trial

    def holds_secret(self, row: BackendRow, secret_key: str) -> bool:
        """
        Tell whether this is the secret a backend has now, in constant time.
        """
        return self._vault.holds(row, secret_key)

    def cannot_seal(self, row: BackendRow) -> bool:
        """
        Tell whether the secret lives in memory only, because there is no sealing key.
        """
        return not row.is_secret_set and not self._vault.can_seal and not row.uses_chain

    async def remember(self, backend_id: str, by: Declaration, secret_key: str) -> None:
        """
        Note where a file declares a backend now, and its secret where no row holds it.

        This is no change of the backend: it leaves neither an audit row nor one in `changes`.
        """
        async with self._database.write() as connection:
            row = await repository.find_backend(connection, backend_id)
            if row is None:
                return
            if row.declaration != by:
                await repository.update_backend(connection, drafts.redeclare(row, by))
        if self.cannot_seal(row):
            self._vault.keep(backend_id, secret_key, is_sealed=False)
            await self.reload()

    async def load_upstreams(self, connection: AsyncConnection) -> Mapping[str, Upstream]:
        """
        Return every enabled backend with its opened secret, as one transaction sees it.
        """
        probes = await repository.load_probes(connection)
        rows = await repository.list_backends(connection)
        return {row.id: self._upstream(row, probes.get(row.id)) for row in rows if row.is_enabled}

    async def reload(self) -> None:
        """
        Make the live registry what the database says; safe to call at any time.
        """
        async with self._database.read() as connection:
            upstreams = await self.load_upstreams(connection)
        await self.registry.sync(upstreams)

    async def probe_capabilities(self, backend_id: str) -> None:
        """
        Find out what a backend can do and store it; up to a minute, with a bucket for a moment.

        Raises:
            StowageError: the backend is unknown or does not answer. Nothing is stored.
        """
        live = self.registry.get(backend_id)
        found = dict(await live.backend.probe())
        async with self._database.write() as connection:
            row = await repository.find_backend(connection, backend_id)
            if row is None:
                return
            values = {"capabilities": found, "probed_at": self._clock.now()}
            await repository.save_probe(connection, backend_id, values)
            await record_change(connection, ChangeKind.BACKEND, backend_id)
        await self.reload()

    async def find_unprobed(self) -> Sequence[str]:
        """
        Return the enabled backends of which probing has found nothing yet.
        """
        async with self._database.read() as connection:
            probes = await repository.load_probes(connection)
        return [one for one in self.registry.ids if one not in probes]

    def _new_row(self, actor: Actor, new: NewBackend, by: Declaration) -> BackendRow:
        now = self._clock.now()
        return BackendRow(
            id=new.id,
            name=new.name,
            type=new.type,
            preset=new.preset,
            endpoint=new.endpoint,
            region=new.region,
            path_style=bool(new.path_style),
            access_key=new.access_key.strip(),
            secret_key_sealed=self._vault.seal(new.id, new.secret_key),
            ca_file=new.ca_file,
            capabilities=new.capabilities,
            is_enabled=new.is_enabled,
            is_in_maintenance=new.is_in_maintenance,
            created_at=now,
            created_by=actor.id,
            updated_at=now,
            updated_by=actor.id,
            source=by.source,
            source_file=by.file,
            source_line=by.line,
            declared_id=by.declared_id,
        )

    def _revised(
        self, actor: Actor, old: BackendRow, change: BackendChange, by: Declaration
    ) -> BackendRow:
        revised = drafts.revise(old, change, by)
        sealed = old.secret_key_sealed
        if change.secret_key is not None:
            sealed = self._vault.seal(old.id, change.secret_key)
        elif not by.is_yaml:
            self._vault.open(old)
        return replace(
            revised,
            secret_key_sealed=sealed,
            updated_at=self._clock.now(),
            updated_by=actor.id,
        )

    def _upstream(self, row: BackendRow, probed: Mapping[str, bool] | None) -> Upstream:
        assumed = find_preset(row.preset, row.endpoint).capabilities
        # The operator knows better than probing, and probing better than the preset.
        known = {**assumed, **(probed or {}), **row.capabilities}
        upstream = Upstream(
            drafts.to_info(row),
            None,
            decide_capabilities(known),
            missing=frozenset(name for name, has in known.items() if not has),
            is_probed=probed is not None,
        )
        try:
            return replace(upstream, key=self._vault.open(row))
        except StowageError as error:
            _log.warning("a backend has no usable key", backend=row.id, error=str(error))
            trouble = _NO_MACHINE_KEY if row.uses_chain else _SEALED_OTHERWISE
            return replace(upstream, trouble=trouble)

    async def _show(self, backend_id: str, by: Declaration) -> None:
        await self.machine_key.find()
        await self.reload()
        # Whoever looks at a form wants the answer; a file of fifty backends must not wait for it.
        if backend_id in self.registry.ids and not by.is_yaml:
            await self.registry.probe(backend_id)

    def _record(
        self,
        actor: Actor,
        action: AuditAction,
        backend_id: str,
        detail: Mapping[str, DetailValue],
    ) -> None:
        event = actor.event(self._clock.now(), action, backend_id=backend_id, detail=detail)
        self._audit.record(event)


def _require_admin(actor: Actor) -> None:
    if not actor.principal.is_admin:
        raise errors.FORBIDDEN(reason="admin.required")


def _found(row: BackendRow | None) -> BackendRow:
    if row is None:
        raise errors.NOT_FOUND(reason="backend.unknown")
    return row


async def _try(new: NewBackend, *, session_token: str = "") -> "Trial":
    # It brings the clients of stores along, which most commands have no use for.
    from app.backends.trial import try_backend  # noqa: PLC0415  see above

    return await try_backend(new, session_token=session_token)
