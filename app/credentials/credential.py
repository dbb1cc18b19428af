"""
A virtual credential as services hand it on, and what a new one is made of.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Final

from sqlalchemy import RowMapping

from app.rbac.written import WrittenScope

AccessName = str | list[str]
"""A preset's name, or a list of level names."""


class _Keep(Enum):
    KEEP = "keep"


KEEP: Final = _Keep.KEEP
"""In a change: leave it as it is. `None` clears it."""

Keep = _Keep

CredentialScope = WrittenScope
"""What a credential may do at one place, in the words of the API."""


@dataclass(frozen=True, slots=True)
class Limits:
    """
    What one credential may use up; 0 means the endpoint's own limit.
    """

    requests_per_second: float = 0.0
    concurrency: int = 0
    bytes_per_second: int = 0

    def as_json(self) -> dict[str, float]:
        """
        Return what is limited, as the table holds it.
        """
        values = {
            "rps": self.requests_per_second,
            "concurrency": self.concurrency,
            "bytes_per_second": self.bytes_per_second,
        }
        return {name: value for name, value in values.items() if value}


NO_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Credential:
    """
    A virtual credential, without its secret.
    """

    access_key: str
    scopes: tuple[CredentialScope, ...]
    user_id: str
    """The owner, or empty: then its scopes alone bound it."""
    description: str
    is_enabled: bool
    is_temporary: bool
    """It came with a session token."""
    not_before: datetime | None
    expires_at: datetime | None
    cidrs: tuple[str, ...]
    limits: Limits
    last_used_at: datetime | None
    created_at: datetime
    created_by: str
    updated_at: datetime
    updated_by: str
    source: str
    source_file: str
    source_line: int

    @property
    def backend_id(self) -> str:
        """
        The backend of its first scope.
        """
        return self.scopes[0].backend_id if self.scopes else ""

    @property
    def buckets(self) -> list[str]:
        """
        The names of its buckets, each once, in order.
        """
        return list(dict.fromkeys(scope.bucket for scope in self.scopes))

    @property
    def prefixes(self) -> list[str]:
        """
        The prefixes it is bounded by, each once, in order; none means whole buckets.
        """
        return list(dict.fromkeys(scope.prefix for scope in self.scopes if scope.prefix))

    @property
    def access(self) -> AccessName:
        """
        The access of its first scope.
        """
        return self.scopes[0].access if self.scopes else "readwrite"

    @property
    def is_simple(self) -> bool:
        """
        Tell whether backend, buckets, prefixes and access say all that the scopes say.
        """
        product = [
            CredentialScope(self.backend_id, bucket, prefix, self.access)
            for bucket in self.buckets
            for prefix in (self.prefixes or [""])
        ]
        return set(map(_key, product)) == set(map(_key, self.scopes))


@dataclass(frozen=True, slots=True)
class MadeCredential:
    """
    A credential that was just made. Its secret exists only in here.
    """

    credential: Credential
    secret_key: str = field(repr=False)
    session_token: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class ChosenKey:
    """
    An access key id and its secret that were not made here.
    """

    access_key: str
    secret_key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class NewCredential:
    """
    A credential to be made: `backend_id` with `buckets`, or `scopes` instead of both.
    """

    backend_id: str = ""
    buckets: Sequence[str] = ()
    prefixes: Sequence[str] = ()
    access: AccessName | None = None
    """Left out: `readwrite`, or `full` for an administrator who names bucket `*`."""
    scopes: Sequence[CredentialScope] | None = None
    user_id: str = ""
    description: str = ""
    not_before: datetime | None = None
    expires_at: datetime | None = None
    ttl_seconds: int = 0
    """Above 0: a temporary credential, with a session token, that expires after so long."""
    cidrs: Sequence[str] = ()
    limits: Limits = NO_LIMITS
    is_enabled: bool = True
    chosen: "ChosenKey | None" = None
    """The key that a file names; `None` means one that is made here."""


@dataclass(frozen=True, slots=True)
class CredentialChange:
    """
    What is to change of a credential. Left out means as it is.
    """

    buckets: Sequence[str] | None = None
    prefixes: Sequence[str] | None = None
    access: AccessName | None = None
    scopes: Sequence[CredentialScope] | None = None
    description: str | None = None
    is_enabled: bool | None = None
    user_id: str | None = None
    """Another owner; empty means nobody. Only a file says so."""
    secret_key: str | None = field(default=None, repr=False)
    """Another secret. Only a file says so."""
    not_before: datetime | Keep | None = KEEP
    expires_at: datetime | Keep | None = KEEP
    cidrs: Sequence[str] | None = None
    limits: Limits | None = None


def credential_of(row: RowMapping) -> Credential:
    """
    Return the credential of a row.
    """
    return Credential(
        access_key=row["access_key"],
        scopes=tuple(CredentialScope(**scope) for scope in row["scopes"]),
        user_id=row["user_id"] or "",
        description=row["description"],
        is_enabled=row["is_enabled"],
        is_temporary=row["session_token_sealed"] is not None,
        not_before=row["not_before"],
        expires_at=row["expires_at"],
        cidrs=tuple(row["cidrs"]),
        limits=_limits_of(row["limits"]),
        last_used_at=row["last_used_at"],
        created_at=row["created_at"],
        created_by=row["created_by"] or "",
        updated_at=row["updated_at"],
        updated_by=row["updated_by"] or "",
        source=row["source"],
        source_file=row["source_file"],
        source_line=row["source_line"],
    )


def _limits_of(values: Mapping[str, float]) -> Limits:
    return Limits(
        values.get("rps", 0.0),
        int(values.get("concurrency", 0)),
        int(values.get("bytes_per_second", 0)),
    )


def _key(scope: CredentialScope) -> str:
    return repr(scope.as_json())
