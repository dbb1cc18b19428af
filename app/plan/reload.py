"""
How taking over a configuration went, as it is told and shown.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from app.config.live import SettingChange
from app.config.problems import Problem
from app.plan.plan import Plan


class Outcome(StrEnum):
    """
    How it ended.
    """

    APPLIED = "applied"
    UNCHANGED = "unchanged"
    """It said what holds already."""
    INCOMPLETE = "incomplete"
    """Taken over, but for steps that a store refused; they are tried again."""
    REJECTED = "rejected"
    """The file cannot be used. Nothing changed."""
    FAILED = "failed"
    """The database did not answer. Nothing changed."""


@dataclass(frozen=True, slots=True)
class Reload:
    """
    One attempt to take over a configuration.
    """

    at: datetime
    outcome: Outcome
    by: str
    """Who asked: a user, a command, or the file itself."""
    applied: int = 0
    """Steps done."""
    settings: tuple[str, ...] = ()
    """Keys that hold from now on."""
    needs_restart: tuple[str, ...] = ()
    """Keys that differ from what this process runs with."""
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()

    @property
    def is_taken_over(self) -> bool:
        """
        Tell whether the file is in force now.
        """
        return self.outcome not in (Outcome.REJECTED, Outcome.FAILED)


@dataclass(frozen=True, slots=True)
class Pending:
    """
    What the file would change if it were taken over now.
    """

    plan: Plan = field(default_factory=Plan)
    settings: tuple[SettingChange, ...] = ()
    needs_restart: tuple[str, ...] = ()

    @property
    def hash(self) -> str:
        """
        Return what tells this from another; what was seen is what is applied, or nothing is.
        """
        return self.plan.hash_with([one.to_dict() for one in self.settings])

    @property
    def is_empty(self) -> bool:
        """
        Tell whether nothing would change.
        """
        return self.plan.is_empty and not self.settings


@dataclass(frozen=True, slots=True)
class Drift:
    """
    How reality differs from the configuration in force.
    """

    at: datetime
    plan: Plan
    problem: str = ""
    """Why it could not be compared; empty if it could."""

    def counts(self) -> dict[str, int]:
        """
        Return how many things of each kind differ.
        """
        found: dict[str, int] = {}
        for step in self.plan.changes:
            found[step.kind] = found.get(step.kind, 0) + 1
        return found
