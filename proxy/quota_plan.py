"""
What a request that has a limit may add, and what it frees when it is done.
"""

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from app.errors import registry as errors
from app.quotas.write import NO_GROWTH, Growth, Write, WriteKind
from proxy.client_side import ClientSide
from proxy.core.copy_across import find_range_bytes
from proxy.core.copy_source import parse_copy_source
from proxy.core.decision import Forward
from proxy.core.operations import COPY_SOURCE
from proxy.core.permit import find_bucket
from proxy.inquiries import Inquiries
from proxy.quota_look import Found, Look
from proxy.quota_site import Site, charged_by
from proxy.quotas import Hold

OPEN_ENDED_BYTES = 8 * 1024 * 1024
"""Held at a time for a body whose length nobody declared, as it comes."""
_ADDING = frozenset({"PutObject", "CopyObject", "UploadPart", "UploadPartCopy"})
METERED = _ADDING | {
    *("CompleteMultipartUpload", "AbortMultipartUpload", "DeleteObject", "PutBucketVersioning"),
}
"""The forwarded operations that change what a bucket holds."""
ONLY_BUCKETS = frozenset({"PutBucketVersioning"})
"""Those of them that change nobody's usage but the bucket's own."""
_CUSTOMER_KEY = "x-amz-server-side-encryption-customer-"
_SOURCE_KEY = "x-amz-copy-source-server-side-encryption-customer-"


@dataclass(frozen=True, slots=True)
class Plan:
    """
    What will be written, and what to look at again once it is.
    """

    write: Write
    keys: tuple[str, ...] = ()
    """Where something is freed: others take their turns."""
    growth: Growth | None = None
    """What it comes to; `None` where the write itself says so."""
    names_version: bool = False
    """A version is deleted for good: an answer that names one does not mean a new one."""
    find_growth: Callable[[Look], Awaitable[Growth]] | None = None
    """Asks afterwards what it came to, where nobody can say before."""


class Planner:
    """
    Plans one request.
    """

    def __init__(self, client: ClientSide, forward: Forward, inquiries: Inquiries) -> None:
        self._client = client
        self._forward = forward
        self._request = forward.request
        self._key = forward.request.key
        bucket = forward.audited.bucket
        self.site = Site(forward.backend, bucket, charged_by(forward.credential))
        self._look = self.site.look(client, inquiries)
        self._inquiries = inquiries

    @property
    def _keeps_versions(self) -> bool | None:
        return self.site.keeps_versions(self._client)

    async def plan(self) -> Plan:
        """
        Look what is there and return what the request comes to.

        Raises:
            StowageError: the backend does not answer; an object is there that must not be.
        """
        operation, began_at = self._forward.audited.operation, time.monotonic()
        if operation in _ADDING:
            is_copy = operation in ("CopyObject", "UploadPartCopy")
            size_bytes = await self._find_source_bytes() if is_copy else self._declared_bytes
            is_part = "uploadId" in self._request.parameters
            add = self._plan_part if is_part else self._plan_object
            return await add(began_at, size_bytes)
        free = {
            "CompleteMultipartUpload": self._plan_completion,
            "AbortMultipartUpload": self._plan_abortion,
            "DeleteObject": self._plan_deletion,
            "PutBucketVersioning": _plan_versioning,
        }
        return await free[operation](began_at)

    @property
    def is_open_ended(self) -> bool:
        """
        Tell whether nobody declared how long the body is.
        """
        return self._forward.body.payload_length is None

    @property
    def _declared_bytes(self) -> int:
        return self._forward.body.payload_length or 0

    # --- what adds ------------------------------------------------------------------------------

    async def _plan_object(self, began_at: float, size_bytes: int) -> Plan:
        return await plan_object(
            self._look,
            NewBytes(self._key, size_bytes, began_at, keeps_versions=self._keeps_versions),
            fields=self._own_key(),
            must_not_exist=self._forward.must_not_exist,
        )

    async def _plan_part(self, began_at: float, size_bytes: int) -> Plan:
        upload_id = self._request.parameters["uploadId"]
        number = int(self._request.parameters["partNumber"])
        new = NewBytes(self._key, size_bytes, began_at, keeps_versions=self._keeps_versions)
        return await plan_part(self._look, new, upload_id=upload_id, number=number)

    async def _find_source_bytes(self) -> int:
        request, credential = self._request, self._forward.credential
        source = parse_copy_source(request.fields[COPY_SOURCE])
        target = None if credential is None else find_bucket(credential, source.bucket)
        if target is None:  # taken away since it was decided
            raise errors.FORBIDDEN(reason="bucket.out_of_scope")
        fields = [
            (name.replace(_SOURCE_KEY, _CUSTOMER_KEY), text)
            for name, text in request.fields.items()
            if name.startswith(_SOURCE_KEY)
        ]
        look = Look(self._client, self._inquiries, self._forward.backend, target.bucket)
        size_bytes = await look.at_source(
            source.key, version_id=source.version_id or "", fields=fields
        )
        wanted = find_range_bytes(request)
        return size_bytes if wanted is None else min(wanted, size_bytes)

    def _own_key(self) -> list[tuple[str, str]]:
        fields = self._request.fields
        return [(name, text) for name, text in fields.items() if name.startswith(_CUSTOMER_KEY)]

    # --- what frees -----------------------------------------------------------------------------

    async def _plan_completion(self, began_at: float) -> Plan:
        parts = await self._look.at_upload(self._key, self._request.parameters["uploadId"])
        old = Found(is_there=False)
        if self._forward.must_not_exist or not self._keeps_versions:
            old = await self._look.at_object(self._key)
        if old.is_there and self._forward.must_not_exist:
            raise errors.FORBIDDEN(reason="object.append_only")
        freed = 0 if old.stays(self._keeps_versions) else old.size_bytes or 0

        async def find_growth(look: Look) -> Growth:
            now = await look.at_object(self._key)
            if now.size_bytes is None:
                return NO_GROWTH
            return Growth(now.size_bytes - freed, int(not old.is_there), -parts)

        write = Write(WriteKind.OTHER, self._key, began_at=began_at)
        return Plan(write, (self._key,), find_growth=find_growth)

    async def _plan_abortion(self, began_at: float) -> Plan:
        parts = await self._look.at_upload(self._key, self._request.parameters["uploadId"])
        write = Write(WriteKind.OTHER, self._key, began_at=began_at)
        return Plan(write, (self._key,), Growth(part_bytes=-parts))

    async def _plan_deletion(self, began_at: float) -> Plan:
        version_id = self._request.parameters.get("versionId", "")
        write = Write(WriteKind.OTHER, self._key, began_at=began_at)
        if self._keeps_versions and not version_id:
            return Plan(write, (), NO_GROWTH)
        old = await self._look.at_object(self._key, version_id=version_id)
        if old.size_bytes is None or (not version_id and old.stays(self._keeps_versions)):
            return Plan(write, (), NO_GROWTH)
        freed = Growth(-old.size_bytes, -1)
        return Plan(write, (self._key,), freed, names_version=bool(version_id))


async def _plan_versioning(began_at: float) -> Plan:
    """
    Plan to keep versions: main hears of it, and answers, before the backend does.
    """
    write = Write(WriteKind.VERSIONING, "", began_at=began_at)
    return Plan(write, ("",), NO_GROWTH)


@dataclass(frozen=True, slots=True)
class NewBytes:
    """
    Something that is about to be stored.
    """

    key: str
    size_bytes: int
    began_at: float
    keeps_versions: bool | None
    """`None` where only what is there tells."""


async def plan_object(
    look: Look,
    new: NewBytes,
    *,
    fields: Sequence[tuple[str, str]] = (),
    must_not_exist: bool = False,
) -> Plan:
    """
    Plan a whole object.

    Args:
        look: What to ask.
        new: The object.
        fields: The client's own key for what is there, if it has one.
        must_not_exist: Refuse where there is one.

    Raises:
        StowageError: the backend does not answer; an object is there that must not be.
    """
    old = Found(is_there=False)
    if must_not_exist or not new.keeps_versions:
        old = await look.at_object(new.key, fields=fields)
    if old.is_there and must_not_exist:
        raise errors.FORBIDDEN(reason="object.append_only")
    freed = 0 if old.stays(new.keeps_versions) else old.size_bytes or 0
    write = Write(
        WriteKind.OBJECT,
        new.key,
        new.size_bytes,
        frees_bytes=freed,
        is_new=not old.is_there,
        began_at=new.began_at,
    )
    return Plan(write, (new.key,) if freed else ())


async def plan_part(look: Look, new: NewBytes, *, upload_id: str, number: int) -> Plan:
    """
    Plan a part.

    Raises:
        StowageError: there is no such upload; the backend does not answer.
    """
    old = await look.at_part(new.key, upload_id, number)
    write = Write(
        WriteKind.PART,
        new.key,
        new.size_bytes,
        upload_id=upload_id,
        part_number=number,
        began_at=new.began_at,
    )
    if not old:
        return Plan(write)

    async def find_growth(look: Look) -> Growth:
        # Some stores keep the part that was replaced until the upload is complete.
        now = await look.at_part(new.key, upload_id, number)
        return Growth(part_bytes=min(now - old, new.size_bytes))

    return Plan(write, (new.key,), find_growth=find_growth)


async def reserve(
    client: ClientSide, site: Site, make: Callable[[], Awaitable[Plan]]
) -> tuple[Plan, Hold]:
    """
    Plan, and hold what the plan needs; plan again when somebody else was quicker.

    Raises:
        StowageError: `quota_exceeded`; `store_unavailable`; what planning raises.
    """
    while True:
        plan = await make()
        hold = await client.quotas.reserve(
            site.place,
            plan.write,
            subjects=site.subjects(client),
            keys=plan.keys,
            looked_at=plan.write.began_at,
        )
        if hold is not None:
            return plan, hold
