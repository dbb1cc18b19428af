"""
Making reality as declared: compute the plan of every kind, and run its steps.
"""

from collections.abc import Mapping, Sequence

import structlog

from app.audit.actions import AuditAction
from app.audit.event import Actor, AuditStatus, DetailValue
from app.audit.log import AuditLog
from app.clock import Clock
from app.config.load import LoadedConfig
from app.config.problems import ConfigError, Problem
from app.errors.raised import StowageError
from app.plan.kind import Kind, compute_kind
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

_log = structlog.get_logger(__name__)


_GOES_FIRST = frozenset({"grants", "aliases", "credentials", "anonymous"})
"""Kinds on which nothing leans: what goes makes room for what comes."""


class Planner:
    """
    Plans and applies a whole configuration.
    """

    def __init__(self, kinds: Sequence[Kind], *, audit: AuditLog, clock: Clock) -> None:
        self.kinds = kinds
        """Every kind, in the order in which things lean on each other."""
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
        for kind in self.kinds:
            try:
                plans.append(await compute_kind(kind, loaded))
            except ConfigError as error:
                problems += error.problems
        if problems:
            raise ConfigError(problems)
        orphans = [orphan for plan in plans for orphan in plan.orphans]
        return Plan(_in_order([step for plan in plans for step in plan.steps]), tuple(orphans))

    async def apply(self, plan: Plan, actor: Actor = CONFIGURATION) -> None:
        """
        Run every step, in order; stop at the first that fails. Running it again goes on there.

        Raises:
            StowageError: a step failed; those before it are done.
        """
        for orphan in plan.orphans:
            _log.warning("no longer declared", kind=orphan.kind, id=orphan.id)
        done = 0
        try:
            for step in plan.steps:
                await self._run(step, actor)
                done += step.op is not Op.KEEP
        except StowageError as error:
            self._record(actor, AuditStatus.ERROR, {"applied": done, "code": error.code})
            raise
        if done:
            self._record(actor, AuditStatus.OK, {"applied": done, "steps": _named(plan)})

    async def _run(self, step: Step, actor: Actor) -> None:
        await step.run(actor)
        if step.op is not Op.KEEP:
            _log.info("applied", op=step.op.value, kind=step.kind, id=step.id)

    def _record(self, actor: Actor, status: AuditStatus, detail: Mapping[str, DetailValue]) -> None:
        event = actor.event(
            self._clock.now(), AuditAction.CONFIG_APPLY, status=status, detail=detail
        )
        self._audit.record(event)


def _in_order(steps: Sequence[Step]) -> tuple[Step, ...]:
    """
    Put deletions where they hurt nobody: first what makes room, last what others lean on.
    """
    gone = [step for step in reversed(steps) if step.op is Op.DELETE]
    first = [step for step in gone if step.kind in _GOES_FIRST]
    last = [step for step in gone if step.kind not in _GOES_FIRST]
    return (*first, *(step for step in steps if step.op is not Op.DELETE), *last)


def _named(plan: Plan) -> list[str]:
    return [f"{step.op.value} {step.kind} {step.id}" for step in plan.shown[:50]]
