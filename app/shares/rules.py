"""
What a share must be: the request's own limits, and the policy that the configuration sets.
"""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from app.config.product import SharesConfig
from app.errors import registry as errors
from app.errors.raised import FieldError, StowageError
from app.rbac.levels import Role
from app.shares.share import Disposition, NewShare, Target
from app.types import parse_object_key

MAX_KEYS = 100
MAX_NOTE = 1000
MAX_TYPES = 50
MAX_PASSWORD = 256
MAX_COUNT = 2**53 - 1
"""The largest number that a browser's script holds exactly."""
_TYPE = re.compile(r"\.[a-z0-9][a-z0-9.+-]{0,30}|[a-z0-9.+-]{1,64}/([a-z0-9.+-]{1,64}|\*)")


def check_policy(config: SharesConfig, role: Role | None, target: Target) -> None:
    """
    Refuse what the administrator does not let this role share.

    Raises:
        StowageError: `feature_disabled`, or `forbidden`, reasons `share.role`, `share.kind`.
    """
    if not config.enabled:
        raise errors.FEATURE_DISABLED(reason="feature.shares")
    if role is None or role.value not in config.roles:
        raise errors.FORBIDDEN(reason="share.role")
    if target.kind not in config.kinds:
        raise errors.FORBIDDEN(reason="share.kind", params={"kind": target.kind})


def check_target(target: Target) -> None:
    """
    Refuse a target that names nothing, or more than its kind can.

    Raises:
        StowageError: `invalid_key`, `invalid_prefix`, `too_many_keys`, `bad_request`.
    """
    if target.kind in ("folder", "upload"):
        _check_prefix(target.prefix)
        return
    if len(target.keys) > MAX_KEYS:
        raise errors.TOO_MANY_KEYS(params={"limit": MAX_KEYS})
    for key in target.keys or ("",):
        parse_object_key(key)
    if len(set(target.keys)) < len(target.keys):
        raise _invalid("keys", "name each object once")


def check_place(target: Target) -> None:
    """
    Refuse a target without a place.

    Raises:
        StowageError: `bad_request`, reason `field.missing`.
    """
    for name, value in (("backend_id", target.place.backend_id), ("bucket", target.place.bucket)):
        if not value:
            raise errors.BAD_REQUEST(reason="field.missing", params={"field": name})
    if target.version_id and target.kind != "object":
        raise _invalid("version_id", "only a share of one object pins a version")


def changed_columns(new: NewShare, config: SharesConfig, now: datetime) -> dict[str, Any]:
    """
    Return the columns of everything about a share that its owner may change but the password.

    Raises:
        StowageError: `bad_request`, with the member that is wrong.
    """
    expires_at = check_times(new.starts_at, new.expires_at, config, now)
    return {
        "starts_at": new.starts_at,
        "expires_at": expires_at,
        "max_downloads": check_count("max_downloads", new.max_downloads),
        "disposition": check_disposition(new.disposition),
        "note": check_note(new.note),
        "max_bytes": check_count("max_bytes", new.max_bytes),
        "allowed_types": check_types(new.allowed_types),
    }


def check_times(
    starts_at: datetime | None, expires_at: datetime | None, config: SharesConfig, now: datetime
) -> datetime | None:
    """
    Return when a share ends: as wished, or as late as the policy lets it.

    Raises:
        StowageError: `bad_request`: the end is past, before the start, or too far away.
    """
    latest = now + timedelta(days=config.max_days) if config.max_days else None
    if expires_at is None:
        expires_at = latest
    elif expires_at <= now:
        raise _invalid("expires_at", "it must lie in the future")
    elif latest is not None and expires_at > latest:
        raise errors.BAD_REQUEST(
            reason="share.too_long",
            params={"max_days": config.max_days},
            errors=[
                FieldError(
                    "/expires_at",
                    "share.too_long",
                    f"A share lasts at most {config.max_days} days.",
                    {"max_days": config.max_days},
                )
            ],
        )
    check_start(starts_at, expires_at)
    return expires_at


def check_start(starts_at: datetime | None, expires_at: datetime | None) -> None:
    """
    Refuse a share that would end before it begins.

    Raises:
        StowageError: `bad_request`.
    """
    if starts_at is not None and expires_at is not None and starts_at >= expires_at:
        raise _invalid("starts_at", "it must lie before expires_at")


def check_password(password: str, config: SharesConfig) -> None:
    """
    Refuse a password that is too short, or none where one is asked for.

    Raises:
        StowageError: `weak_password`; `bad_request`, reason `share.password_needed`.
    """
    if not password:
        if config.require_password:
            raise errors.BAD_REQUEST(reason="share.password_needed")
        return
    if len(password) < config.min_password_length:
        limit = config.min_password_length
        raise errors.WEAK_PASSWORD(reason="password.length", params={"limit": limit})
    if len(password) > MAX_PASSWORD:
        raise errors.WEAK_PASSWORD(reason="password.too_long", params={"limit": MAX_PASSWORD})


def check_count(name: str, value: int) -> int | None:
    """
    Return a limit as its column holds it: nothing for 0, which means no limit.

    Raises:
        StowageError: `bad_request`.
    """
    if not 0 <= value <= MAX_COUNT:
        raise _invalid(name, "use 0 for no limit, or more")
    return value or None


def check_disposition(text: str) -> Disposition:
    """
    Return how the object is to reach a browser.

    Raises:
        StowageError: `bad_request`.
    """
    if text == "inline":
        return "inline"
    if text == "attachment":
        return "attachment"
    raise _invalid("disposition", "use attachment or inline")


def check_note(note: str) -> str:
    """
    Return the text for the recipient.

    Raises:
        StowageError: `bad_request`.
    """
    is_sound = all(character.isprintable() or character == "\n" for character in note)
    if len(note) > MAX_NOTE or not is_sound:
        raise _invalid("note", f"use up to {MAX_NOTE} printable characters")
    return note


def check_types(types: Sequence[str]) -> list[str]:
    """
    Return the media types and endings in lower case.

    Raises:
        StowageError: `bad_request`.
    """
    folded = [one.strip().lower() for one in types]
    if len(folded) > MAX_TYPES or not all(_TYPE.fullmatch(one) for one in folded):
        raise _invalid("allowed_types", f"at most {MAX_TYPES}, such as image/* or .pdf")
    return folded


def _check_prefix(prefix: str) -> None:
    try:
        parse_object_key(prefix)
    except StowageError as error:
        raise errors.INVALID_PREFIX() from error
    if not prefix.endswith("/"):
        raise errors.INVALID_PREFIX()


def _invalid(name: str, problem: str) -> StowageError:
    params = {"field": name, "problem": problem}
    item = FieldError(f"/{name}", "field.invalid", f"{name} is not valid: {problem}.", params)
    return errors.BAD_REQUEST(reason="field.invalid", params=params, errors=[item])
