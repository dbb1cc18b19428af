"""
POST policies: what a browser form may upload.

AWS: "Creating a POST Policy" and "Calculating a Signature" of "Browser-Based Uploads Using POST".
"""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from proxy.sigv4.authorization import MalformedError

MAX_POLICY_BYTES = 65536

_EXEMPT = frozenset(
    {
        "awsaccesskeyid",
        "file",
        "policy",
        "signature",
        "x-amz-algorithm",
        "x-amz-credential",
        "x-amz-date",
        "x-amz-security-token",
        "x-amz-signature",
    }
)
_IGNORED_PREFIX = "x-ignore-"


class PolicyViolationError(ValueError):
    """
    A form that its policy does not allow; the text says which field or condition.
    """


@dataclass(frozen=True, slots=True)
class Condition:
    """
    One condition: the field must equal the value, or start with it.
    """

    field: str
    """Lower case, without the dollar sign."""
    value: str
    is_prefix: bool


@dataclass(frozen=True, slots=True)
class Policy:
    """
    A POST policy, read.
    """

    expires_at: float
    """Seconds since the epoch."""
    conditions: tuple[Condition, ...]
    min_bytes: int = 0
    max_bytes: int | None = None
    """`None` where the policy has no `content-length-range`."""

    def verify_fields(self, fields: Mapping[str, str]) -> None:
        """
        Check that each field is covered by a condition and each condition is met.

        Args:
            fields: By lower-case name, the bucket of the URL under `bucket`, before
                `${filename}` is put in.

        Raises:
            PolicyViolationError: the first thing that does not fit.
        """
        covered = {condition.field for condition in self.conditions}
        for name in fields:
            if name not in covered | _EXEMPT and not name.startswith(_IGNORED_PREFIX):
                raise PolicyViolationError(f"no condition covers the field {name}")
        for condition in self.conditions:
            value = fields.get(condition.field)
            if value is None or not _is_met(condition, value):
                raise PolicyViolationError(f"the condition on {condition.field} is not met")


def _is_met(condition: Condition, value: str) -> bool:
    if condition.is_prefix:
        return value.startswith(condition.value)
    return value == condition.value


def parse_policy(encoded: str) -> Policy:
    """
    Read a policy as the form carries it: base64, standard or URL-safe, over JSON.

    Raises:
        MalformedError: it is not that, or lacks its expiration.
    """
    document = _parse_document(encoded)
    conditions = document.get("conditions")
    if not isinstance(conditions, list):
        raise MalformedError("the policy has no list of conditions")
    matches: list[Condition] = []
    low, high = 0, None
    for condition in conditions:
        if isinstance(condition, list) and condition[:1] == ["content-length-range"]:
            low, high = _parse_range(condition)
        else:
            matches.append(_parse_condition(condition))
    return Policy(_parse_expiration(document.get("expiration")), tuple(matches), low, high)


def _parse_document(encoded: str) -> dict[str, object]:
    if len(encoded) > MAX_POLICY_BYTES * 4 // 3 + 4:
        raise MalformedError(f"the policy is larger than {MAX_POLICY_BYTES} bytes")
    try:
        text = base64.b64decode(encoded.replace("-", "+").replace("_", "/"), validate=True)
        document = json.loads(text)
    except (binascii.Error, ValueError, RecursionError) as error:
        raise MalformedError("the policy is not JSON in base64") from error
    if not isinstance(document, dict):
        raise MalformedError("the policy is not an object")
    return document


def _parse_expiration(value: object) -> float:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        moment = None
    if moment is None:
        raise MalformedError("the policy has no valid expiration")
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _parse_range(condition: list[object]) -> tuple[int, int]:
    match condition:
        case [_, int(low), int(high)] if 0 <= low <= high and not isinstance(low, bool):
            return low, high
    raise MalformedError("content-length-range is not two numbers in order")


def _parse_condition(condition: object) -> Condition:
    match condition:
        case [str(kind), str(field), str(value)] if (
            kind in {"eq", "starts-with"} and field[:1] == "$"
        ):
            return Condition(field[1:].lower(), value, kind == "starts-with")
        case dict() if len(condition) == 1:
            (field, value), *_ = condition.items()
            if isinstance(value, str):
                return Condition(field.lower(), value, is_prefix=False)
    raise MalformedError("a condition is not of a known form")
