"""
A share as services hand it on, what a new one is made of, and the state it is in.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from sqlalchemy import RowMapping

from app.config.product import ShareKind
from app.objects.place import BucketPlace

Disposition = Literal["attachment", "inline"]
ShareState = Literal["active", "scheduled", "expired", "exhausted", "revoked"]


class Keep:
    """
    Stands for "leave as it is" where nothing is a value of its own.
    """


KEEP = Keep()


@dataclass(frozen=True, slots=True)
class Target:
    """
    What is shared: objects by their keys, or everything below a prefix.
    """

    kind: ShareKind
    place: BucketPlace
    keys: tuple[str, ...] = ()
    """One for `object`, one or more for `objects`."""
    prefix: str = ""
    """For `folder` and `upload`; ends with a slash."""
    version_id: str = ""
    """Pins one version of an `object`; empty means the latest."""


@dataclass(frozen=True, slots=True)
class NewShare:
    """
    A share to be made.
    """

    target: Target
    password: str = field(default="", repr=False)
    starts_at: datetime | None = None
    expires_at: datetime | None = None
    max_downloads: int = 0
    """Downloads, for `upload` files; 0 means no limit."""
    disposition: str = "attachment"
    note: str = ""
    max_bytes: int = 0
    """For `upload`: of all files together; 0 means no limit."""
    allowed_types: Sequence[str] = ()
    """For `upload`: media types (`image/*`) and endings (`.pdf`); none means all."""


@dataclass(frozen=True, slots=True)
class ShareChange:
    """
    What is to change; `None` and `KEEP` keep what is there.
    """

    password: str | None = field(default=None, repr=False)
    """Empty takes the password away."""
    starts_at: datetime | Keep | None = KEEP
    expires_at: datetime | Keep | None = KEEP
    max_downloads: int | None = None
    disposition: str | None = None
    note: str | None = None
    max_bytes: int | None = None
    allowed_types: Sequence[str] | None = None


@dataclass(frozen=True, slots=True)
class ShareQuery:
    """
    Which shares are wanted; empty means any.
    """

    owner_id: str = ""
    state: str = ""
    backend_id: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """
    A share as it is stored.
    """

    id: str
    code: str = field(repr=False)
    """The secret of the link: whoever has it, and the password if there is one, is let in."""
    target: Target
    owner_id: str
    note: str
    password_hash: str = field(repr=False)
    disposition: Disposition
    starts_at: datetime | None
    expires_at: datetime | None
    max_downloads: int
    download_count: int
    max_bytes: int
    uploaded_bytes: int
    allowed_types: tuple[str, ...]
    created_at: datetime
    revoked_at: datetime | None
    last_accessed_at: datetime | None

    @property
    def has_password(self) -> bool:
        """
        Tell whether visitors must know a password.
        """
        return bool(self.password_hash)

    @property
    def is_exhausted(self) -> bool:
        """
        Tell whether every download it was made for has happened.
        """
        return bool(self.max_downloads) and self.download_count >= self.max_downloads

    @property
    def main_key(self) -> str:
        """
        The key or prefix that stands for the share in lists and audit rows.
        """
        return self.target.keys[0] if self.target.keys else self.target.prefix

    def state(self, now: datetime) -> ShareState:
        """
        Return the state at a moment. That its owner lost the right shows only when it is used.
        """
        if self.revoked_at is not None:
            return "revoked"
        if self.expires_at is not None and now >= self.expires_at:
            return "expired"
        if self.is_exhausted:
            return "exhausted"
        if self.starts_at is not None and now < self.starts_at:
            return "scheduled"
        return "active"


def share_of(row: RowMapping) -> Share:
    """
    Return the share of a row.
    """
    place = BucketPlace(row["backend_id"], row["bucket"])
    target = Target(row["kind"], place, tuple(row["keys"]), row["prefix"], row["version_id"])
    return Share(
        id=row["id"],
        code=row["code"],
        target=target,
        owner_id=row["owner_id"],
        note=row["note"],
        password_hash=row["password_hash"],
        disposition=row["disposition"],
        starts_at=row["starts_at"],
        expires_at=row["expires_at"],
        max_downloads=row["max_downloads"] or 0,
        download_count=row["download_count"],
        max_bytes=row["max_bytes"] or 0,
        uploaded_bytes=row["uploaded_bytes"],
        allowed_types=tuple(row["allowed_types"]),
        created_at=row["created_at"],
        revoked_at=row["revoked_at"],
        last_accessed_at=row["last_accessed_at"],
    )
