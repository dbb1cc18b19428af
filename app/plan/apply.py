"""
Making reality as declared: compute the plan of every kind, and run its steps.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

import structlog

from app.audit.actions import AuditAction
from app.audit.event import Actor, AuditStatus, DetailValue
from app.audit.log import AuditLog
from app.backends.service import BackendService
from app.clock import Clock
from app.config.load import LoadedConfig
from app.config.problems import ConfigError, Problem
from app.database.engine import Database
from app.errors.raised import StowageError
from app.plan.compare import compute_kind
from app.plan.kind import Kind
from app.plan.plan import Op, Plan, Step
from app.rbac.levels import Role
from app.rbac.principal import EVERYTHING, Principal, PrincipalKind

CONFIGURATION = Actor(
    Principal(
        PrincipalKind.USER,
        "configuration",
        role=Role.ADMIN,
        name="configuration",
        scopes=(EVERYTHING,),
    )
)
"""Who acts when a file is applied: the file."""

_FIRST_SERVER_STATUS = 500
# The order of phases: what makes room, what is kept here, what is done on stores, backends' end.
_STORES, _GONE = 3, 4
_LEANS_ON_NOTHING = frozenset({"grants", "aliases", "credentials", "anonymous"})
"""Kinds on which nothing leans: what goes of them makes room for what comes."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Failure:
    """
    A step on a store that did not succeed; it is tried again with the next application.
    """

    step: Step
    error: StowageError

    @property
    def problem(self) -> Problem:
        """
        What to tell the person who declared it.
        """
        step = self.step
        return Problem(self.error.message.rstrip("."), f"{step.kind} {step.id}", step.origin)


@dataclass(frozen=True, slots=True)
class Applied:
    """
    What came of a plan.
    """

    done: int = 0
    """Steps that changed something."""
    failures: tuple[Failure, ...] = ()


class Planner:
    """
    Plans and applies a whole configuration.

    What is kept in the database is one transaction: all of it, or nothing. What is done on the
    stores follows, each step by itself, since no store can take anything back.
    """

    def __init__(  # noqa: PLR0913  the parts it works through, by name
        self,
        kinds: Sequence[Kind],
        *,
        database: Database,
        backends: BackendService,
        audit: AuditLog,
        clock: Clock,
        remembering: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        self._remembering = remembering
        self.kinds = kinds
        """Every kind, in the order in which things lean on each other."""
        self._database = database
        self._backends = backends
        self._audit = audit
        self._clock = clock

    async def compute(self, loaded: LoadedConfig) -> Plan:
        """
        Return what would have to be done. Nothing is changed.

        Raises:
            ConfigError: what is declared cannot be: a secret is missing, a rule is broken.
        """
        plans: list[Plan] = []
        problems: list[Problem] = []
        with self._remembering():
            for kind in self.kinds:
                try:
                    plans.append(await compute_kind(kind, loaded))
                except ConfigError as error:
                    problems += error.problems
        if problems:
            raise ConfigError(problems)
        orphans = [orphan for plan in plans for orphan in plan.orphans]
        return Plan(_in_order([step for plan in plans for step in plan.steps]), tuple(orphans))

    async def apply(
        self,
        plan: Plan,
        actor: Actor = CONFIGURATION,
        *,
        then: Callable[[], None] = lambda: None,
    ) -> Applied:
        """
        Run every step, in order. Applying again goes on where a store refused.

        Args:
            plan: What `compute` found.
            actor: Who asks.
            then: Called once when the database is as declared, before the stores are asked.

        Raises:
            ConfigError: a rule of a service refuses a step. Nothing has changed but stores.
            StowageError: the database does not answer. Nothing has changed but stores.
        """
        for orphan in plan.orphans:
            _log.warning("no longer declared", kind=orphan.kind, id=orphan.id)
        done, failures = 0, list[Failure]()
        try:
            await self._run_together([step for step in plan.steps if _phase(step) < _STORES], actor)
            then()
            failures += await self._run_on_stores(
                [step for step in plan.steps if step.is_upstream], actor
            )
            await self._run_together([step for step in plan.steps if _phase(step) > _GONE], actor)
            done = sum(step.op is not Op.KEEP for step in plan.steps) - len(failures)
        except (ConfigError, StowageError) as error:
            code = error.code if isinstance(error, StowageError) else "config_invalid"
            self._record(actor, AuditStatus.ERROR, {"applied": done, "code": code})
            raise
        if done or failures:
            status = AuditStatus.ERROR if failures else AuditStatus.OK
            self._record(actor, status, {"applied": done, "steps": _named(plan)})
        return Applied(done, tuple(failures))

    async def make_so(
        self,
        loaded: LoadedConfig,
        plan: Plan,
        actor: Actor = CONFIGURATION,
        *,
        then: Callable[[], None] = lambda: None,
    ) -> Applied:
        """
        Apply a plan; if it is refused because somebody was faster, compare again and apply that.

        Replicas that take over the same file at the same moment do the same work.

        Raises:
            ConfigError: as `apply`, or what is declared cannot be any more.
            StowageError: as `apply`.
        """
        try:
            return await self.apply(plan, actor, then=then)
        except ConfigError:
            again = await self.compute(loaded)
            if again.hash == plan.hash:
                raise
        return await self.apply(again, actor, then=then)

    async def _run_together(self, steps: Sequence[Step], actor: Actor) -> None:
        """
        Run steps in one transaction; where it fails, live backends are as they were.
        """
        if not steps:
            return
        try:
            with self._audit.holding():
                async with self._database.together():
                    for step in steps:
                        if step.make_room is not None:
                            await step.make_room()
                    for step in steps:
                        await _run(step, actor)
        finally:
            await self._backends.reload()

    async def _run_on_stores(self, steps: Sequence[Step], actor: Actor) -> list[Failure]:
        failures: list[Failure] = []
        for step in steps:
            try:
                await step.run(actor)
            except StowageError as error:
                failures.append(Failure(step, error))
                _log.warning("not applied", kind=step.kind, id=step.id, error=str(error))
            else:
                _say(step)
        return failures

    def _record(self, actor: Actor, status: AuditStatus, detail: Mapping[str, DetailValue]) -> None:
        event = actor.event(
            self._clock.now(), AuditAction.CONFIG_APPLY, status=status, detail=detail
        )
        self._audit.record(event)


async def _run(step: Step, actor: Actor) -> None:
    try:
        await step.run(actor)
    except StowageError as error:
        if error.status >= _FIRST_SERVER_STATUS:
            raise
        raise ConfigError([Failure(step, error).problem]) from error
    _say(step)


def _say(step: Step) -> None:
    if step.op is not Op.KEEP:
        _log.info("applied", op=step.op.value, kind=step.kind, id=step.id)


def _in_order(steps: Sequence[Step]) -> tuple[Step, ...]:
    """
    Put deletions where they hurt nobody, and what is done on stores after what is kept here.
    """
    gone = [step for step in reversed(steps) if step.op is Op.DELETE]
    stay = [step for step in steps if step.op is not Op.DELETE]
    return tuple(sorted([*gone, *stay], key=_phase))


def _phase(step: Step) -> int:
    is_gone = step.op is Op.DELETE
    if step.is_upstream:
        return _GONE if is_gone else _STORES
    if not is_gone:
        return 1
    if step.kind in _LEANS_ON_NOTHING:
        return 0
    # A store is needed until the last bucket on it is gone.
    return _GONE + 1 if step.kind == "backends" else 2


def _named(plan: Plan) -> list[str]:
    return [f"{step.op.value} {step.kind} {step.id}" for step in plan.shown[:50]]
