"""
What would have to change so that reality is as declared: a plan, made of steps of any kind.

A plan is computed without changing anything and applied step by step; applying the same
configuration again finds nothing to do. What the file no longer declares is reported, and deleted
only where `gitops.prune` names its kind.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from app.audit.event import Actor
from app.config.problems import NOWHERE, Origin


class Op(StrEnum):
    """
    What a step does.
    """

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    KEEP = "keep"
    """Nothing that anybody would call a change; bookkeeping such as a line that moved."""


Run = Callable[[Actor], Awaitable[None]]


async def _do_nothing(_: Actor) -> None:
    """
    Keep what is there.
    """


@dataclass(frozen=True, slots=True)
class Step:
    """
    One change of one thing.
    """

    op: Op
    kind: str
    """The list key that declares it: `backends`, …"""
    id: str
    fields: tuple[str, ...] = ()
    """What differs, for an update."""
    origin: Origin = NOWHERE
    is_destructive: bool = False
    takes_over: bool = False
    """It was made in the dashboard and will belong to the file: the file wins."""
    run: Run = field(default=_do_nothing, repr=False, compare=False)

    def to_dict(self) -> dict[str, Any]:
        """
        Return the step for `--format json` and the API; it holds no value, so no secret.
        """
        return {
            "op": self.op.value,
            "kind": self.kind,
            "id": self.id,
            "fields": list(self.fields),
            "destructive": self.is_destructive,
            "takes_over": self.takes_over,
            "source_file": self.origin.file,
            "source_line": self.origin.line,
        }

    def __str__(self) -> str:
        sign = {Op.CREATE: "+", Op.UPDATE: "~", Op.DELETE: "-", Op.KEEP: " "}[self.op]
        what = f" ({', '.join(self.fields)})" if self.fields else ""
        note = ", takes over what the dashboard made" if self.takes_over else ""
        return f"{sign} {self.kind} {self.id}{what}{note}"


@dataclass(frozen=True, slots=True)
class Orphan:
    """
    Something that a file declared once and no file declares any more; it stays until pruned.
    """

    kind: str
    id: str
    origin: Origin

    def to_dict(self) -> dict[str, Any]:
        """
        Return the orphan for `--format json` and the API.
        """
        return {
            "kind": self.kind,
            "id": self.id,
            "source_file": self.origin.file,
            "source_line": self.origin.line,
        }

    def __str__(self) -> str:
        return f"! {self.kind} {self.id} is no longer declared (it was at {self.origin})"


@dataclass(frozen=True, slots=True)
class Plan:
    """
    Every step in the order of its doing, and what is left over.
    """

    steps: tuple[Step, ...] = ()
    orphans: tuple[Orphan, ...] = ()

    @property
    def changes(self) -> tuple[Step, ...]:
        """
        The steps that change something.
        """
        return tuple(step for step in self.steps if step.op is not Op.KEEP)

    @property
    def is_empty(self) -> bool:
        """
        Tell whether reality is as declared.
        """
        return not self.changes

    def to_dict(self) -> dict[str, Any]:
        """
        Return the plan for `--format json` and the API.
        """
        return {
            "steps": [step.to_dict() for step in self.changes],
            "orphans": [orphan.to_dict() for orphan in self.orphans],
        }

    def __str__(self) -> str:
        lines = [str(step) for step in self.changes] + [str(orphan) for orphan in self.orphans]
        return "\n".join(lines) if lines else "Nothing to do."
