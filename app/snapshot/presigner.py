"""
`Presigner`: URLs of the S3 endpoint for one object, signed with a credential of the caller's own.

The URL can do what the credential can, at the moment of its use: disabling the credential or its
owner, or taking the right away, ends every URL that it signed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from app.audit.actions import AuditAction
from app.audit.event import Actor, DetailValue
from app.clock import Clock
from app.credentials.presigning import SignedObject, presign
from app.errors import registry as errors
from app.errors.rejected import rejected
from app.objects import actions
from app.objects.gate import Gate
from app.objects.place import BucketPlace
from app.rbac.policy import Action, Resource, authorize
from app.snapshot.feed import SnapshotFeed
from app.snapshot.values import BucketTarget, CredentialEntry
from app.types import parse_object_key

MAX_SECONDS = 7 * 24 * 3600
"""As long as SigV4 allows."""
METHODS: Mapping[str, Action] = {
    "GET": actions.READ_OBJECT,
    "HEAD": actions.READ_OBJECT,
    "PUT": actions.WRITE_OBJECT,
}


@dataclass(frozen=True, slots=True)
class UrlRequest:
    """
    What a URL is wanted for.
    """

    key: str
    method: str = "GET"
    expires_seconds: int = 3600
    content_type: str = ""
    """For PUT: the only type that may be sent with it."""
    version_id: str = ""
    access_key: str = ""
    """The credential that signs; empty picks one that may."""


@dataclass(frozen=True, slots=True)
class PresignedUrl:
    """
    A URL that is its own proof.
    """

    url: str = field(repr=False)
    headers: Mapping[str, str]
    """What must be sent with it."""
    expires_at: datetime
    access_key: str


class Presigner:
    """
    Signs for the caller, and writes down that it did.
    """

    def __init__(self, feed: SnapshotFeed, gate: Gate, clock: Clock, *, base_url: str) -> None:
        self._base_url = base_url
        self._feed = feed
        self._gate = gate
        self._clock = clock

    async def create(self, actor: Actor, place: BucketPlace, wanted: UrlRequest) -> PresignedUrl:
        """
        Return a URL for what the caller may do at this moment.

        Raises:
            StowageError: in this order: `invalid_request`, `invalid_key`; `not_found`,
                `forbidden`; `s3_proxy_disabled`: the endpoint has no address for clients;
                `invalid_request`: no credential of the caller's may do it.
        """
        detail: dict[str, DetailValue] = {
            "method": wanted.method,
            "expires_in": wanted.expires_seconds,
        }
        async with self._gate.audited(
            actor, AuditAction.OBJECT_PRESIGN, place, key=wanted.key, detail=detail
        ) as facts:
            action = _check(wanted)
            self._gate.enter(actor, action, place, key=wanted.key)
            if not self._base_url:
                raise errors.S3_PROXY_DISABLED(reason="s3.no_public_url")
            entry, name = self._choose(actor, action, place, wanted)
            facts["access_key"] = entry.access_key
            return self._sign(
                entry,
                SignedObject(
                    wanted.method,
                    self._base_url,
                    name,
                    wanted.key,
                    {"versionId": wanted.version_id} if wanted.version_id else {},
                    {"Content-Type": wanted.content_type} if wanted.content_type else {},
                ),
                wanted,
            )

    def _choose(
        self, actor: Actor, action: Action, place: BucketPlace, wanted: UrlRequest
    ) -> tuple[CredentialEntry, str]:
        """
        Return a credential that may do it and lives longest, with its name of the bucket.
        """
        resource = Resource(place.backend_id, place.bucket, key=wanted.key)
        fitting = [
            (entry, name)
            for entry in self._feed.current.credentials.values()
            if entry.principal.user_id == actor.id
            and wanted.access_key in ("", entry.access_key)
            and self._is_usable(entry)
            and (name := _name_of(entry, place))
            and authorize(entry.principal, action, resource)
        ]
        if not fitting:
            problem = "you have no credential that may do this; create one first"
            if wanted.access_key:
                problem = "it is no credential of yours that may do this"
            raise rejected("access_key", problem)
        # One that works from anywhere comes before one that is bound to networks.
        return max(
            fitting, key=lambda found: (not found[0].cidrs, found[0].expires_at or float("inf"))
        )

    def _is_usable(self, entry: CredentialEntry) -> bool:
        now = self._clock.now().timestamp()
        is_early = entry.not_before is not None and now < entry.not_before
        is_over = entry.expires_at is not None and now >= entry.expires_at
        return entry.session_token is None and not is_early and not is_over

    def _sign(
        self, entry: CredentialEntry, signed: SignedObject, wanted: UrlRequest
    ) -> PresignedUrl:
        now = self._clock.now().timestamp()
        seconds = wanted.expires_seconds
        if entry.expires_at is not None:
            seconds = max(1, min(seconds, int(entry.expires_at - now)))
        url = presign(
            signed,
            access_key=entry.access_key,
            secret_key=entry.secret_key,
            expires_seconds=seconds,
        )
        expires_at = datetime.fromtimestamp(now + seconds, UTC)
        return PresignedUrl(url, signed.headers, expires_at, entry.access_key)


def _check(wanted: UrlRequest) -> Action:
    action = METHODS.get(wanted.method)
    if action is None:
        raise rejected("method", f"use {', '.join(METHODS)}")
    if not 1 <= wanted.expires_seconds <= MAX_SECONDS:
        raise rejected("expires_in", f"use 1 to {MAX_SECONDS} seconds")
    parse_object_key(wanted.key)
    is_plain = wanted.content_type.isascii() and wanted.content_type.isprintable()
    if not is_plain or (wanted.content_type and wanted.method != "PUT"):
        raise rejected("content_type", "give a media type, and only with PUT")
    if wanted.version_id and wanted.method == "PUT":
        raise rejected("version_id", "a PUT makes a version of its own")
    return action


def _name_of(entry: CredentialEntry, place: BucketPlace) -> str:
    """
    Return the name by which the credential reaches the bucket; empty where it does not.
    """
    target = BucketTarget(place.backend_id, place.bucket)
    own = entry.buckets.get(place.bucket)
    if own == target or (own is None and entry.wildcard_backend_id == place.backend_id):
        return place.bucket
    return next((name for name, leads_to in entry.buckets.items() if leads_to == target), "")
