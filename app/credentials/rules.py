"""
What a credential may say: the rules that need no database.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime
from ipaddress import ip_network

from app.credentials.credential import (
    AccessName,
    Credential,
    CredentialChange,
    CredentialScope,
    Limits,
    NewCredential,
)
from app.errors import registry as errors
from app.errors.raised import StowageError
from app.errors.rejected import rejected
from app.rbac.levels import Role, parse_access
from app.rbac.principal import ANY, Principal
from app.types import is_bucket_name, parse_backend_id, parse_object_key

MAX_BUCKETS = 100
MAX_PREFIXES = 100
MAX_SCOPES = 1000
MAX_DESCRIPTION = 512
MAX_CIDRS = 100
MIN_SECRET = 16
MAX_SECRET = 128
_KEY_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_KEY_LENGTH = 16
_SECRET_BYTES = 20


def new_access_key() -> str:
    """
    Return a new access key id: `AKIA` and 16 random characters of base 32.
    """
    return "AKIA" + "".join(secrets.choice(_KEY_ALPHABET) for _ in range(_KEY_LENGTH))


def new_secret_key() -> str:
    """
    Return a new secret access key: 160 random bits as 40 hexadecimal digits.
    """
    return secrets.token_hex(_SECRET_BYTES)


def check_secret_key(text: str) -> str:
    """
    Return a secret that was not made here, if clients can use it and nobody guesses it.

    Raises:
        StowageError: `invalid_request`.
    """
    is_plain = text.isascii() and text.isprintable() and " " not in text
    if not is_plain or not MIN_SECRET <= len(text) <= MAX_SECRET:
        raise rejected(
            "secret", f"use {MIN_SECRET} to {MAX_SECRET} printable ASCII characters, no blanks"
        )
    return text


def check_may_change(principal: Principal) -> None:
    """
    Refuse those who may only look.

    Raises:
        StowageError: `forbidden`, reason `role.readonly`.
    """
    if principal.role is Role.READONLY:
        raise errors.FORBIDDEN(reason="role.readonly")


def choose_scopes(new: NewCredential, *, is_admin: bool) -> tuple[CredentialScope, ...]:
    """
    Return the scopes of a new credential, checked.

    Raises:
        StowageError: `invalid_request`, `forbidden`.
    """
    if new.scopes is not None:
        if new.backend_id or new.buckets or new.prefixes:
            raise rejected("scopes", "give either scopes, or backend_id and buckets")
        return check_scopes(new.scopes, is_admin=is_admin)
    if not new.backend_id:
        raise rejected("backend_id", "it is required")
    default = "full" if is_admin and list(new.buckets) == [ANY] else "readwrite"
    access = default if new.access is None else new.access
    scopes = _expand(new.backend_id, new.buckets, new.prefixes, access)
    return check_scopes(scopes, is_admin=is_admin)


def revise_scopes(
    old: Credential, change: CredentialChange, *, is_admin: bool
) -> tuple[CredentialScope, ...] | None:
    """
    Return the scopes after a change, checked; `None` where it does not touch them.

    Raises:
        StowageError: `invalid_request`, `forbidden`.
    """
    parts = (change.buckets, change.prefixes, change.access)
    if change.scopes is not None:
        if any(part is not None for part in parts):
            raise rejected("scopes", "give either scopes, or buckets, prefixes and access")
        return check_scopes(change.scopes, is_admin=is_admin)
    if all(part is None for part in parts):
        return None
    if not old.is_simple:
        raise rejected("scopes", "this credential has several scopes; give them all")
    buckets = old.buckets if change.buckets is None else change.buckets
    prefixes = old.prefixes if change.prefixes is None else change.prefixes
    access = old.access if change.access is None else change.access
    scopes = _expand(old.backend_id, buckets, prefixes, access)
    return check_scopes(scopes, is_admin=is_admin)


def check_scopes(
    scopes: Sequence[CredentialScope], *, is_admin: bool
) -> tuple[CredentialScope, ...]:
    """
    Return the scopes if they can stand together.

    Raises:
        StowageError: `invalid_request`; `forbidden` where only an administrator may say so.
    """
    if not scopes:
        raise rejected("buckets", "name at least one bucket")
    if len(scopes) > MAX_SCOPES:
        raise rejected("scopes", f"at most {MAX_SCOPES}")
    for scope in scopes:
        _check_scope(scope, is_admin=is_admin)
    _check_names(scopes)
    return tuple(CredentialScope(**scope.as_json()) for scope in scopes)


def check_description(text: str) -> str:
    """
    Return the text without surrounding blanks.

    Raises:
        StowageError: `invalid_request`: it is too long, or holds controls.
    """
    stripped = text.strip()
    if len(stripped) > MAX_DESCRIPTION:
        raise rejected("description", f"at most {MAX_DESCRIPTION} characters")
    if not all(character.isprintable() or character in "\t\n" for character in stripped):
        raise rejected("description", "use printable characters")
    return stripped


def check_times(not_before: datetime | None, expires_at: datetime | None, now: datetime) -> None:
    """
    Refuse an end that is past, or that comes before the beginning.

    Raises:
        StowageError: `invalid_request`.
    """
    if expires_at is not None and expires_at <= now:
        raise rejected("expires_at", "this time is past")
    if not_before is not None and expires_at is not None and not_before >= expires_at:
        raise rejected("not_before", "it must be before expires_at")


def check_cidrs(texts: Sequence[str]) -> list[str]:
    """
    Return the networks in their canonical form; a single address is one too.

    Raises:
        StowageError: `invalid_request`.
    """
    if len(texts) > MAX_CIDRS:
        raise rejected("cidrs", f"at most {MAX_CIDRS}")
    try:
        return [str(ip_network(text.strip(), strict=False)) for text in texts]
    except ValueError:
        raise rejected("cidrs", "write networks such as 10.0.0.0/8, or addresses") from None


def check_limits(limits: Limits) -> Limits:
    """
    Return the limits.

    Raises:
        StowageError: `invalid_request`: one is negative or no number.
    """
    values = (limits.requests_per_second, limits.concurrency, limits.bytes_per_second)
    if not all(0 <= value < 2**53 for value in values):
        raise rejected("limits", "use 0 or more")
    return limits


def _expand(
    backend_id: str, buckets: Sequence[str], prefixes: Sequence[str], access: AccessName
) -> list[CredentialScope]:
    if len(buckets) > MAX_BUCKETS:
        raise rejected("buckets", f"at most {MAX_BUCKETS}")
    if len(prefixes) > MAX_PREFIXES:
        raise rejected("prefixes", f"at most {MAX_PREFIXES}")
    return [
        CredentialScope(backend_id, bucket, prefix, access)
        for bucket in dict.fromkeys(buckets)
        for prefix in dict.fromkeys(prefixes or [""])
    ]


def _check_scope(scope: CredentialScope, *, is_admin: bool) -> None:
    _check_backend_id(scope.backend_id)
    if scope.bucket == ANY:
        if not is_admin:
            raise errors.FORBIDDEN(reason="admin.required")
    elif not is_bucket_name(scope.bucket):
        raise rejected("buckets", f"{scope.bucket[:80]} is no bucket name")
    if scope.prefix:
        _check_prefix(scope.prefix)
    parse_access(scope.access)


def _check_backend_id(backend_id: str) -> None:
    if backend_id == ANY:
        raise rejected("backend_id", "a credential names its backend")
    try:
        is_id = parse_backend_id(backend_id) == backend_id
    except StowageError as error:
        raise rejected("backend_id", "this is no backend's id") from error
    if not is_id:
        raise rejected("backend_id", "this is no backend's id")


def _check_prefix(prefix: str) -> None:
    try:
        parse_object_key(prefix)
    except StowageError as error:
        raise rejected("prefixes", error.message.rstrip(".")) from error


def _check_names(scopes: Sequence[CredentialScope]) -> None:
    """
    Refuse two meanings of one bucket name: S3 clients have no way to say which backend they mean.
    """
    owners: dict[str, str] = {}
    for scope in scopes:
        if owners.setdefault(scope.bucket, scope.backend_id) != scope.backend_id:
            raise rejected("scopes", f"{scope.bucket} is on two backends; use an alias for one")
    wild = {scope.backend_id for scope in scopes if scope.bucket == ANY}
    if len(wild) > 1:
        raise rejected("scopes", "only one backend can be given as a whole")
