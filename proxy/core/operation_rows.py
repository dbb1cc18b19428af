"""
How a row of the operation table is written: what rows of one kind share is said once.
"""

from dataclasses import dataclass
from typing import Any

from app.rbac.levels import Level
from app.rbac.policy import Action
from proxy.core.operations import BodyKind, Operation, OperationClass, Target


def names(text: str) -> frozenset[str]:
    """
    Return the words of a text.
    """
    return frozenset(text.split())


def amz(text: str) -> frozenset[str]:
    """
    Return the words of a text with `x-amz-` in front of each.
    """
    return frozenset(f"x-amz-{name}" for name in text.split())


MFA = amz("mfa")
GRANTS = amz("acl grant-full-control grant-read grant-read-acp grant-write grant-write-acp")
DOCUMENT: dict[str, Any] = {"body": BodyKind.DOCUMENT}
"""The field of a row whose body is XML."""


@dataclass(frozen=True, slots=True)
class Rows:
    """
    Writes rows that share target, class and levels.
    """

    target: Target
    kind: OperationClass
    levels: Level
    whole_bucket: bool = False
    whole_backend: bool = False

    def row(self, name: str, method: str, selector: str | None = None, **rest: Any) -> Operation:  # noqa: ANN401 - the remaining fields of `Operation`
        """
        Return a row; `rest` are fields of `Operation`.
        """
        action = Action(
            name,
            self.levels,
            any_level=self.levels is Level.NONE,
            whole_bucket=self.whole_bucket,
            whole_backend=self.whole_backend,
        )
        return Operation(name, method, self.target, selector, self.kind, action, **rest)
