"""
`ConfigurationService`: the configuration in force, and how to replace it.

A change is validated whole before anything is touched: the file, every name and secret in it, the
plan, and whatever the running process builds from it. Then it is applied: the database in one
transaction, the settings of the process in one moment, the stores step by step.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

import structlog

from app.audit.actions import AuditAction
from app.audit.event import Actor, AuditStatus
from app.audit.log import AuditLog
from app.clock import Clock
from app.config.live import Commit, LiveConfig, find_changes, keep_until_restart
from app.config.load import ConfigSource, LoadedConfig
from app.config.models import Config
from app.config.problems import ConfigError, Problem
from app.errors import registry as errors
from app.errors.raised import StowageError
from app.errors.start import StartError
from app.metrics import Metrics
from app.plan.apply import CONFIGURATION, Applied, Planner
from app.plan.measures import Measures
from app.plan.plan import Plan
from app.plan.reload import Drift, Outcome, Pending, Reload

Prepare = Callable[[Config], Commit]
"""Builds what a process needs for another configuration, or raises; the result puts it in force."""
_SHOWN_PROBLEMS = 20
_GOOD = (Outcome.APPLIED, Outcome.UNCHANGED)

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Running:
    """
    What this process runs with.
    """

    planner: Planner
    booted: Config
    """As it was at the start: what only a restart changes is taken from here."""
    loaded: LoadedConfig
    source: ConfigSource | None = None
    prepare: Prepare | None = None


class ConfigurationService:
    """
    Follows one configuration. Only a server does; a command plans and applies by itself.
    """

    def __init__(
        self, live: LiveConfig, *, audit: AuditLog, clock: Clock, metrics: Metrics
    ) -> None:
        self._live = live
        self._audit = audit
        self._clock = clock
        self._measures = Measures(metrics)
        self._running: _Running | None = None
        self._turn = asyncio.Lock()
        self.last_reload: Reload | None = None
        """The last attempt to take over the file; `None` before the first."""
        self.drift: Drift | None = None
        """The last comparison with reality."""

    @property
    def loaded(self) -> LoadedConfig:
        """
        The configuration in force with the places of its values.
        """
        return self._require().loaded

    @property
    def planner(self) -> Planner:
        """
        What plans and applies.
        """
        return self._require().planner

    @property
    def source(self) -> ConfigSource | None:
        """
        Where the file is, if there is one.
        """
        return self._require().source

    @property
    def is_unfinished(self) -> bool:
        """
        Tell whether a store refused steps that are to be tried again.
        """
        return self.last_reload is not None and self.last_reload.outcome is Outcome.INCOMPLETE

    def attach(self, planner: Planner, loaded: LoadedConfig) -> None:
        """
        Take what plans and applies, once everything that it needs is built.
        """
        self._running = _Running(planner, loaded.config, loaded)

    def describe(self) -> str:
        """
        Say in a few words that strangers may read what is not as it should be; else nothing.
        """
        if self.last_reload is None or self.last_reload.outcome in _GOOD:
            return ""
        return f"the last change of the file was {self.last_reload.outcome.value}"

    async def start(self, loaded: LoadedConfig, *, source: ConfigSource | None = None) -> None:
        """
        Make reality as declared before anything is served.

        Raises:
            ConfigError: what is declared cannot be. Nothing has changed.
            StowageError: the database does not answer.
        """
        planner = self._require().planner
        self._running = _Running(planner, loaded.config, loaded, source)
        self._live.current = loaded.config
        applied = await planner.make_so(loaded, await planner.compute(loaded))
        self._note(self._result(CONFIGURATION, applied, loaded=loaded))

    def follow(self, prepare: Prepare) -> None:
        """
        From now on another configuration can be taken over while the process runs.
        """
        self._running = replace(self._require(), prepare=prepare)

    async def find_pending(self) -> Pending:
        """
        Return what the file as it is now would change.

        Raises:
            ConfigError: the file cannot be used.
            StowageError: the database does not answer.
        """
        running = self._require()
        return await self._compare(running, await self._load(running))

    async def reload(self, actor: Actor = CONFIGURATION, *, seen: str = "") -> Reload:
        """
        Take over the file as it is now. A file that cannot be used changes nothing.

        Args:
            actor: Who asks.
            seen: The hash of what was seen pending; another one is refused.

        Raises:
            StowageError: `conflict`, reason `plan.stale`.
        """
        async with self._turn:
            return await self._reload(actor, seen)

    async def notice(self) -> None:
        """
        Take over the file that has changed, if files are watched as things stand now.
        """
        async with self._turn:
            if self.loaded.config.gitops.watch:
                await self._reload(CONFIGURATION, "")

    async def check_drift(self) -> Drift:
        """
        Compare reality with the configuration in force.
        """
        running = self._require()
        try:
            drift = Drift(self._clock.now(), await running.planner.compute(running.loaded))
        except (ConfigError, StowageError) as error:
            # What was known stays shown; nothing is claimed about now.
            known = self.drift.plan if self.drift else Plan()
            drift = Drift(self._clock.now(), known, str(error))
        self.drift = drift
        self._measures.note_drift(drift)
        return drift

    async def finish(self) -> None:
        """
        Try the steps again that a store refused.
        """
        async with self._turn:
            running = self._require()
            with suppress(ConfigError, StowageError):
                applied = await running.planner.apply(await running.planner.compute(running.loaded))
                self._note(self._result(CONFIGURATION, applied, loaded=running.loaded))

    async def _reload(self, actor: Actor, seen: str) -> Reload:
        running = self._require()
        try:
            result = await self._take_over(running, actor, seen)
        except ConfigError as error:
            result = self._refused(actor, Outcome.REJECTED, error.problems)
        except StartError as error:
            result = self._refused(actor, Outcome.REJECTED, (Problem(str(error)),))
        except StowageError as error:
            if error.entry is errors.CONFLICT and error.reason == _STALE:
                raise
            result = self._refused(actor, Outcome.FAILED, (Problem(error.message),))
        self._note(result)
        return result

    async def _load(self, running: _Running) -> LoadedConfig:
        if running.source is None:
            return running.loaded
        return await asyncio.to_thread(running.source.load)

    async def _compare(self, running: _Running, loaded: LoadedConfig) -> Pending:
        plan = await running.planner.compute(loaded)
        wanted = keep_until_restart(running.booted, loaded.config)
        waiting = find_changes(running.booted, loaded.config)
        return Pending(
            plan,
            tuple(find_changes(self._live.current, wanted)),
            tuple(one.key for one in waiting if one.needs_restart),
        )

    async def _take_over(self, running: _Running, actor: Actor, seen: str) -> Reload:
        loaded = await self._load(running)
        pending = await self._compare(running, loaded)
        if seen and seen != pending.hash:
            raise errors.CONFLICT(reason=_STALE)
        wanted = keep_until_restart(running.booted, loaded.config)
        commit = running.prepare(wanted) if running.prepare else _nothing

        def put_in_force() -> None:
            commit()
            self._live.current = wanted
            self._running = replace(running, loaded=loaded)

        applied = await running.planner.make_so(loaded, pending.plan, actor, then=put_in_force)
        settings = tuple(one.key for one in pending.settings)
        if settings and not applied.done:
            self._record(actor, AuditAction.CONFIG_APPLY, {"settings": list(settings)})
        result = self._result(actor, applied, loaded=loaded)
        is_same = result.outcome is Outcome.APPLIED and not settings and not applied.done
        return replace(
            result,
            outcome=Outcome.UNCHANGED if is_same else result.outcome,
            settings=settings,
            needs_restart=pending.needs_restart,
        )

    def _result(self, actor: Actor, applied: Applied, *, loaded: LoadedConfig) -> Reload:
        return Reload(
            self._clock.now(),
            Outcome.INCOMPLETE if applied.failures else Outcome.APPLIED,
            actor.principal.name or actor.id,
            applied.done,
            problems=tuple(one.problem for one in applied.failures),
            warnings=loaded.warnings,
        )

    def _refused(self, actor: Actor, outcome: Outcome, problems: tuple[Problem, ...]) -> Reload:
        lines = [str(one) for one in problems[:_SHOWN_PROBLEMS]]
        self._record(actor, AuditAction.CONFIG_REJECT, {"problems": lines})
        for line in lines:
            _log.error("the configuration was not taken over", problem=line)
        by = actor.principal.name or actor.id
        return Reload(self._clock.now(), outcome, by, problems=problems)

    def _note(self, result: Reload) -> None:
        self.last_reload = result
        self._measures.note_reload(result)
        if result.is_taken_over and result.outcome is not Outcome.UNCHANGED:
            _log.info(
                "configuration taken over",
                applied=result.applied,
                settings=list(result.settings),
                needs_restart=list(result.needs_restart),
            )

    def _record(self, actor: Actor, action: AuditAction, detail: dict[str, list[str]]) -> None:
        is_bad = action is AuditAction.CONFIG_REJECT
        status = AuditStatus.ERROR if is_bad else AuditStatus.OK
        self._audit.record(actor.event(self._clock.now(), action, status=status, detail=detail))

    def _require(self) -> _Running:
        if self._running is None:
            raise RuntimeError("the configuration service was not attached")
        return self._running


_STALE = "plan.stale"


def refuse(problems: Sequence[Problem]) -> StowageError:
    """
    Return a configuration that cannot be used as an answer of the API.
    """
    return errors.CONFLICT(
        reason="config.rejected",
        params={"problem": str(problems[0])},
        errors=[one.to_field_error() for one in problems],
    )


def _nothing() -> None:
    """
    Put nothing in force, where nothing was built.
    """
