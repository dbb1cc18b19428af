"""
Every kind that can be declared, in the order in which things lean on each other.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

from app.audit.log import AuditLog
from app.auth.users import UserService
from app.backends.registry import BackendRegistry
from app.backends.service import BackendService
from app.clock import Clock
from app.credentials.service import CredentialService
from app.database.declared import Declarations
from app.database.engine import Database
from app.endpoint.aliases import AliasService
from app.endpoint.anonymous import AnonymousService
from app.grants.grants import GrantService
from app.grants.groups import GroupService
from app.objects.declared import DeclaredBuckets
from app.objects.service import ObjectService
from app.plan.aliases import alias_kind
from app.plan.anonymous import anonymous_kind
from app.plan.apply import Planner
from app.plan.backends import BackendKind
from app.plan.bucket_settings import open_settings
from app.plan.buckets import BucketKind
from app.plan.credentials import CredentialKind
from app.plan.grants import grant_kind
from app.plan.groups import group_kind
from app.plan.kind import Declared, Kind
from app.plan.limited import LimitedKind
from app.plan.names import Directory
from app.plan.users import UserKind
from app.quotas.limits import QuotaKind
from app.quotas.service import QuotaService


class Parts(Protocol):
    """
    The services that a configuration is applied through.
    """

    @property
    def database(self) -> Database:
        """
        Where it is all kept.
        """
        ...

    @property
    def audit(self) -> AuditLog:
        """
        Where it is written down.
        """
        ...

    @property
    def clock(self) -> Clock:
        """
        What time it is.
        """
        ...

    @property
    def backends(self) -> BackendService:
        """
        The storages.
        """
        ...

    @property
    def objects(self) -> ObjectService:
        """
        The calls on buckets and objects.
        """
        ...

    @property
    def quotas(self) -> QuotaService:
        """
        The limits of buckets, and of who writes.
        """
        ...

    @property
    def registry(self) -> BackendRegistry:
        """
        The live backends.
        """
        ...

    @property
    def users(self) -> UserService:
        """
        The users.
        """
        ...

    @property
    def groups(self) -> GroupService:
        """
        The groups.
        """
        ...

    @property
    def grants(self) -> GrantService:
        """
        The grants.
        """
        ...

    @property
    def aliases(self) -> AliasService:
        """
        The aliases.
        """
        ...

    @property
    def credentials(self) -> CredentialService:
        """
        The virtual credentials.
        """
        ...

    @property
    def anonymous(self) -> AnonymousService:
        """
        The bindings for strangers.
        """
        ...


def open_planner(parts: Parts, environ: Mapping[str, str]) -> Planner:
    """
    Return what plans and applies through these services.
    """
    directory = Directory(parts.users, parts.groups, parts.backends)
    return Planner(
        every_kind(parts, environ, directory),
        remembering=directory.remembering,
        database=parts.database,
        backends=parts.backends,
        audit=parts.audit,
        clock=parts.clock,
    )


def every_kind(parts: Parts, environ: Mapping[str, str], directory: Directory) -> Sequence[Kind]:
    """
    Return the kinds; what another kind refers to stands before it.
    """
    notes = Declarations(parts.database)
    return (
        BackendKind(parts.backends, environ),
        LimitedKind(
            UserKind(directory, notes, parts.database),
            QuotaKind.USER,
            parts.quotas.charged,
            notes,
            id_of=lambda one: str(one.item.id),
            find_id=lambda one: directory.user_id(one.item.username),
        ),
        LimitedKind(
            group_kind(directory, notes),
            QuotaKind.GROUP,
            parts.quotas.charged,
            notes,
            id_of=lambda one: str(one.item.id),
            find_id=lambda one: directory.group_id(one.id),
        ),
        grant_kind(parts.grants, directory, notes),
        alias_kind(parts.aliases, directory, notes),
        LimitedKind(
            CredentialKind(parts.credentials, directory, notes, environ),
            QuotaKind.CREDENTIAL,
            parts.quotas.charged,
            notes,
            id_of=lambda one: one.id,
            find_id=_own_id,
        ),
        anonymous_kind(parts.anonymous, directory, notes),
        BucketKind(
            parts.objects,
            parts.registry,
            DeclaredBuckets(parts.database, clock=parts.clock),
            open_settings(parts.objects, parts.quotas),
            directory,
            notes,
        ),
    )


async def _own_id(declared: Declared) -> str:
    return declared.id
