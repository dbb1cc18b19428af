"""
How a row of the operation table is written: what rows of one kind share is said once.
"""

from dataclasses import dataclass
from typing import Any

from app.rbac.actions import REFUSED_ACTIONS, S3_ACTIONS, STRANGERS_MAY
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


_ACTIONS = {**S3_ACTIONS, **REFUSED_ACTIONS}
MFA = amz("mfa")
GRANTS = amz("acl grant-full-control grant-read grant-read-acp grant-write grant-write-acp")
DOCUMENT: dict[str, Any] = {"body": BodyKind.DOCUMENT}
"""The field of a row whose body is XML."""


@dataclass(frozen=True, slots=True)
class Rows:
    """
    Writes rows that share target and class; what each asks for stands in `app.rbac.actions`.
    """

    target: Target
    kind: OperationClass

    def row(self, name: str, method: str, selector: str | None = None, **rest: Any) -> Operation:  # noqa: ANN401 - the remaining fields of `Operation`
        """
        Return a row; `rest` are fields of `Operation`.
        """
        rest["is_anonymous"] = name in STRANGERS_MAY
        return Operation(name, method, self.target, selector, self.kind, _ACTIONS[name], **rest)
