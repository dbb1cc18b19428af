"""
What the settings of a bucket must be before they are sent to a backend.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from app.backends.settings import Encryption, LifecycleRule, ObjectLock, Retention
from app.errors import registry as errors
from app.errors.raised import FieldError, ParamValue, StowageError
from app.errors.rejected import rejected
from app.objects.place import MAX_TAG_KEY_BYTES, MAX_TAG_VALUE_BYTES

MAX_RULES = 1000
"""Amazon S3, "Lifecycle configuration elements"."""
MAX_RULE_ID = 255
MAX_DAYS = 2**31 - 1
MAX_BUCKET_TAGS = 50
MAX_LOCK_DAYS = 36500
MODES = ("GOVERNANCE", "COMPLIANCE")
ALGORITHMS = ("AES256", "aws:kms")
_DAYS = ("expiration_days", "noncurrent_expire_days", "abort_incomplete_days", "transition_days")


def check_policy(text: str) -> Mapping[str, Any]:
    """
    Return a policy that has the form of one; what it says is the backend's to judge.

    Raises:
        StowageError: `invalid_policy`.
    """
    try:
        policy = json.loads(text)
    except (ValueError, RecursionError) as fault:
        raise _bad_policy("it is no JSON") from fault
    if not isinstance(policy, dict):
        raise _bad_policy("it is no JSON object")
    statements = statements_of(policy)
    if not statements:
        raise _bad_policy("it has no Statement")
    for statement in statements:
        _check_statement(statement)
    return policy


def statements_of(policy: Mapping[str, Any]) -> list[Any]:
    """
    Return the statements of a policy, of which a single one may stand without brackets.
    """
    found = policy.get("Statement", [])
    return found if isinstance(found, list) else [found]


def _check_statement(statement: object) -> None:
    if not isinstance(statement, dict):
        raise _bad_policy("a statement is no object")
    if statement.get("Effect") not in ("Allow", "Deny"):
        raise _bad_policy("a statement's Effect is Allow or Deny")
    for name in ("Principal", "Action", "Resource"):
        if name not in statement and f"Not{name}" not in statement:
            raise _bad_policy(f"a statement has no {name}")


def _bad_policy(problem: str) -> StowageError:
    return errors.INVALID_POLICY(reason="policy.malformed", params={"problem": problem})


def check_lifecycle(rules: Sequence[LifecycleRule]) -> None:
    """
    Refuse rules that do nothing, or that S3 knows no way to write.

    Raises:
        StowageError: `invalid_lifecycle`.
    """
    if len(rules) > MAX_RULES:
        raise _bad_rule(MAX_RULES, "", f"at most {MAX_RULES} rules")
    ids = [rule.id for rule in rules if rule.id]
    for number, rule in enumerate(rules):
        if rule.raw is None:
            _check_rule(number, rule)
        if rule.id and ids.count(rule.id) > 1:
            raise _bad_rule(number, "id", "each id stands once")


def _check_rule(number: int, rule: LifecycleRule) -> None:
    for name in (*_DAYS, "size_above", "size_below"):
        limit = MAX_DAYS if name in _DAYS else 2**53
        if not 0 <= getattr(rule, name) <= limit:
            raise _bad_rule(number, name, "use 0 or more")
    if not rule.acts:
        raise _bad_rule(number, "", "it does nothing")
    if bool(rule.transition_days) != bool(rule.transition_storage_class):
        raise _bad_rule(number, "transition_storage_class", "give both days and storage class")
    if rule.expired_delete_markers and rule.expiration_days:
        raise _bad_rule(number, "expired_delete_markers", "not together with expiration_days")
    if rule.size_below and rule.size_below <= rule.size_above:
        raise _bad_rule(number, "size_below", "it must be above size_above")
    if len(rule.id) > MAX_RULE_ID or not rule.id.isprintable():
        raise _bad_rule(number, "id", f"use up to {MAX_RULE_ID} printable characters")
    if rule.abort_incomplete_days and (rule.tags or rule.size_above or rule.size_below):
        raise _bad_rule(number, "abort_incomplete_days", "open uploads have no tags and no size")


def _bad_rule(number: int, member: str, problem: str) -> StowageError:
    said = f"{member}: {problem}" if member else problem
    params: dict[str, ParamValue] = {"rule": number + 1, "problem": said}
    pointer = f"/rules/{number}/{member}".rstrip("/")
    item = FieldError(pointer, "lifecycle.rule", f"Rule {number + 1}: {said}.", params)
    return errors.INVALID_LIFECYCLE(reason="lifecycle.rule", params=params, errors=[item])


def keep_unknown(
    wanted: Sequence[LifecycleRule], stored: Sequence[LifecycleRule], kept_ids: Sequence[str]
) -> list[LifecycleRule]:
    """
    Put the rules that our members cannot tell back in, as the backend has them.

    Args:
        wanted: The rules to be written, without those.
        stored: What the backend has.
        kept_ids: The ids of the rules that shall stay as they are.

    Raises:
        StowageError: `invalid_lifecycle`: there is no such rule any more.
    """
    unknown = {rule.id: rule for rule in stored if rule.raw is not None}
    gone = [rule_id for rule_id in kept_ids if rule_id not in unknown]
    if gone:
        raise _bad_rule(0, "id", f"{gone[0][:80]} is no stored rule any more")
    return [*wanted, *(unknown[rule_id] for rule_id in dict.fromkeys(kept_ids))]


def check_object_lock(lock: ObjectLock) -> None:
    """
    Refuse a default that S3 does not know. Once enabled, object lock stays.

    Raises:
        StowageError: `invalid_request`.
    """
    if not lock.enabled:
        raise rejected("enabled", "object lock cannot be switched off")
    if lock.mode and lock.mode not in MODES:
        raise rejected("mode", f"use {' or '.join(MODES)}")
    if bool(lock.mode) != bool(lock.days) or not 0 <= lock.days <= MAX_LOCK_DAYS:
        raise rejected("days", f"give both mode and 1 to {MAX_LOCK_DAYS} days, or neither")


def check_retention(retention: Retention, now: datetime) -> None:
    """
    Refuse a lock that is none.

    Raises:
        StowageError: `invalid_request`.
    """
    if retention.mode not in MODES:
        raise rejected("mode", f"use {' or '.join(MODES)}")
    if retention.until <= now:
        raise rejected("until", "it must lie in the future")


def check_encryption(encryption: Encryption) -> None:
    """
    Refuse an algorithm that S3 does not know, or a key where none is used.

    Raises:
        StowageError: `invalid_request`.
    """
    if encryption.algorithm not in ALGORITHMS:
        raise rejected("algorithm", f"use {' or '.join(ALGORITHMS)}")
    if encryption.key_id and encryption.algorithm == ALGORITHMS[0]:
        raise rejected("key_id", "AES256 takes no key")


def check_bucket_tags(tags: Mapping[str, str]) -> None:
    """
    Refuse tags beyond S3's limits ("Using cost allocation S3 bucket tags").

    Raises:
        StowageError: `too_many_tags`, `invalid_tag`.
    """
    if len(tags) > MAX_BUCKET_TAGS:
        raise errors.TOO_MANY_TAGS(reason="tags.bucket", params={"limit": MAX_BUCKET_TAGS})
    for key, value in tags.items():
        is_key = 1 <= len(key.encode()) <= MAX_TAG_KEY_BYTES and key.isprintable()
        if not is_key or len(value.encode()) > MAX_TAG_VALUE_BYTES or not value.isprintable():
            raise errors.INVALID_TAG()
