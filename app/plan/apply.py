"""
Making reality as declared: compute the plan of every kind, and run its steps.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

import structlog

from app.audit.actions import AuditAction
from app.audit.event import Actor, AuditStatus, DetailValue
from app.audit.log import AuditLog
from app.backends.service import BackendService
from app.clock import Clock
from app.config.load import LoadedConfig
from app.errors.raised import StowageError
from app.plan.backends import BackendPlanner
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


class KindPlanner(Protocol):
    """
    Something that can compute the steps of one kind.
    """

    async def compute(self, loaded: LoadedConfig) -> Plan:
        """
        Compare, without changing anything.
        """
        ...


class Planner:
    """
    Plans and applies a whole configuration.
    """

    def __init__(
        self,
        backends: BackendService,
        *,
        audit: AuditLog,
        clock: Clock,
        environ: Mapping[str, str],
    ) -> None:
        # In the order in which things lean on each other.
        self._kinds: Sequence[KindPlanner] = (BackendPlanner(backends, environ),)
        self._audit = audit
        self._clock = clock

    async def compute(self, loaded: LoadedConfig) -> Plan:
        """
        Return what would have to be done. Nothing is changed.

        Raises:
            ConfigError: what is declared cannot be: a secret is missing, a rule is broken.
        """
        plans = [await kind.compute(loaded) for kind in self._kinds]
        steps = [step for plan in plans for step in plan.steps if step.op is not Op.DELETE]
        # What leans on others goes first when it goes.
        deletions = [
            step for plan in reversed(plans) for step in plan.steps if step.op is Op.DELETE
        ]
        orphans = [orphan for plan in plans for orphan in plan.orphans]
        return Plan((*steps, *deletions), tuple(orphans))

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


def _named(plan: Plan) -> list[str]:
    return [f"{step.op.value} {step.kind} {step.id}" for step in plan.changes[:50]]
