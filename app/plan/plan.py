"""
What would have to change so that reality is as declared: a plan, made of steps of any kind.

A plan is computed without changing anything and applied step by step; applying the same
configuration again finds nothing to do. What the file no longer declares is reported, and deleted
only where `gitops.prune` names its kind.
"""

import hashlib
import json
from collections.abc import Awaitable, Callable, Sequence
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
    ADOPT = "adopt"
    """Nothing but its owner changes: what the dashboard made belongs to the file from now on."""
    CHECK = "check"
    """It could not be compared, because its store does not answer; applying tries to."""
    KEEP = "keep"
    """Nothing that anybody would call a change; bookkeeping such as a line that moved."""


Run = Callable[[Actor], Awaitable[None]]
Room = Callable[[], Awaitable[None]]


async def _do_nothing(_: Actor) -> None:
    """
    Keep what is there.
    """


@dataclass(frozen=True, slots=True)
class Difference:
    """
    One member of a thing: what it is, and what the file says.
    """

    name: str
    present: Any = None
    declared: Any = None
    is_secret: bool = False
    """Its values are not here."""

    def to_dict(self) -> dict[str, Any]:
        """
        Return the difference for `--format json` and the API.
        """
        values = {"present": self.present, "declared": self.declared}
        return {"field": self.name, **({"secret": True} if self.is_secret else values)}

    def __str__(self) -> str:
        if self.is_secret:
            return f"{self.name}: (another secret)"
        return f"{self.name}: {_shown(self.present)} -> {_shown(self.declared)}"


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
    is_upstream: bool = False
    """It is done on a store, which takes nothing back."""
    takes_over: bool = False
    """It was made in the dashboard and will belong to the file: the file wins."""
    differences: tuple[Difference, ...] = ()
    """The values behind `fields`."""
    problem: str = ""
    """Why it could not be compared, for `check`."""
    make_room: Room | None = field(default=None, repr=False, compare=False)
    """Lets go of what another step of the plan may give to another thing, before any is done."""
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
        if self.op is Op.ADOPT:
            return f"= {self.kind} {self.id} belongs to the file from now on"
        if self.op is Op.CHECK:
            return f"? {self.kind} {self.id} cannot be compared: {self.problem}"
        signs = {Op.CREATE: "+", Op.UPDATE: "~", Op.DELETE: "-", Op.KEEP: " "}
        what = f" ({', '.join(self.fields)})" if self.fields else ""
        note = ", takes over what the dashboard made" if self.takes_over else ""
        return f"{signs[self.op]} {self.kind} {self.id}{what}{note}"


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
        real = (Op.CREATE, Op.UPDATE, Op.DELETE)
        return tuple(step for step in self.steps if step.op in real)

    @property
    def unknown(self) -> tuple[Step, ...]:
        """
        The steps that could not be compared.
        """
        return tuple(step for step in self.steps if step.op is Op.CHECK)

    @property
    def shown(self) -> tuple[Step, ...]:
        """
        The steps that a reader wants to see: the changes, and what changes its owner alone.
        """
        return tuple(step for step in self.steps if step.op is not Op.KEEP)

    @property
    def destructive(self) -> tuple[Step, ...]:
        """
        The steps after which something is lost that an older file does not bring back.
        """
        return tuple(step for step in self.steps if step.is_destructive)

    @property
    def is_empty(self) -> bool:
        """
        Tell whether reality is as declared.
        """
        return not self.changes

    @property
    def hash(self) -> str:
        """
        Return what tells this plan from another: its steps, with the values but for secrets.
        """
        return self.hash_with([])

    def hash_with(self, more: Sequence[Any]) -> str:
        """
        Return the hash of this plan and of further facts, as JSON has them.
        """
        facts = [
            [step.to_dict(), [one.to_dict() for one in step.differences]] for step in self.shown
        ]
        text = json.dumps([facts, list(more)], sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()

    def to_dict(self) -> dict[str, Any]:
        """
        Return the plan for `--format json` and the API.
        """
        return {
            "hash": self.hash,
            "steps": [step.to_dict() for step in self.shown],
            "orphans": [orphan.to_dict() for orphan in self.orphans],
        }

    def __str__(self) -> str:
        lines = [str(step) for step in self.shown] + [str(orphan) for orphan in self.orphans]
        return "\n".join(lines) if lines else "Nothing to do."


def _shown(value: Any) -> str:  # noqa: ANN401  any JSON value
    return "(none)" if value is None else json.dumps(value, ensure_ascii=False, default=str)
