"""
Looking what is there before a write that has a limit: sizes of objects, parts, sources.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from app.errors import registry as errors
from app.errors.raised import StowageError
from app.snapshot.values import BackendRoute
from proxy.client_side import ClientSide
from proxy.core.outgoing import Outgoing
from proxy.faults import status_error
from proxy.inquiries import Inquiries
from proxy.response import ResponseHead
from proxy.xml import children, parse_document

_OK, _FIRST_FAULT, _NOT_FOUND = 200, 300, 404
_HEADS_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Found:
    """
    What a HEAD of an object said.
    """

    is_there: bool
    size_bytes: int | None = None
    """`None` where it is not there, or its size cannot be told: under another's key."""
    has_version: bool = False
    """The bucket keeps, or kept, versions."""

    def stays(self, keeps_versions: bool | None) -> bool:  # noqa: FBT001  the only value there is
        """
        Tell whether it stays as an older version when it is replaced or deleted.

        `keeps_versions`: what is known of the bucket; `None` where only the object tells.
        """
        return self.has_version if keeps_versions is None else keeps_versions


class Look:
    """
    Questions to one bucket on behalf of one client.
    """

    def __init__(
        self, client: ClientSide, inquiries: Inquiries, backend: BackendRoute, bucket: str
    ) -> None:
        self._client = client
        self._inquiries = inquiries
        self._backend = backend
        self._bucket = bucket

    async def at_object(
        self, key: str, *, version_id: str = "", fields: Sequence[tuple[str, str]] = ()
    ) -> Found:
        """
        Return what is known of an object.

        Raises:
            StowageError: the backend does not answer.
        """
        parameters = [("versionId", version_id)] if version_id else []
        question = Outgoing("HEAD", self._bucket, key, parameters, fields)
        head = (await self._inquiries.ask(self._backend, question)).head
        if head.status == _NOT_FOUND:
            return Found(is_there=False)
        has_version = head.find(b"x-amz-version-id") not in (None, b"")
        return Found(is_there=True, size_bytes=_size_of(head), has_version=has_version)

    async def at_source(
        self, key: str, *, version_id: str, fields: Sequence[tuple[str, str]]
    ) -> int:
        """
        Return the size of what is to be copied.

        Raises:
            StowageError: it is not there, or its size cannot be told.
        """
        parameters = [("versionId", version_id)] if version_id else []
        question = Outgoing("HEAD", self._bucket, key, parameters, fields)
        head = (await self._inquiries.ask(self._backend, question)).head
        size_bytes = _size_of(head)
        if size_bytes is None:
            raise status_error(max(head.status, _FIRST_FAULT), key=key)
        return size_bytes

    async def at_objects(self, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Found]:
        """
        Return what is known of objects, by key and version.

        Raises:
            StowageError: the backend does not answer.
        """
        limit = asyncio.Semaphore(_HEADS_AT_ONCE)

        async def ask(key: str, version_id: str) -> Found:
            async with limit:
                # An inquiry asks one thing at a time.
                inquiries = Inquiries(self._client)
                look = Look(self._client, inquiries, self._backend, self._bucket)
                return await look.at_object(key, version_id=version_id)

        wanted = list(dict.fromkeys(keys))
        try:
            async with asyncio.timeout(self._client.settings.response_timeout):
                found = await asyncio.gather(*(ask(*one) for one in wanted))
        except TimeoutError as error:
            raise errors.BACKEND_ERROR(reason="backend.timeout") from error
        return dict(zip(wanted, found, strict=True))

    async def at_part(self, key: str, upload_id: str, part_number: int) -> int:
        """
        Return how much is stored under the number of a part.

        Raises:
            StowageError: there is no such upload; the backend does not answer.
        """
        sizes, _ = await self._parts(key, upload_id, part_number - 1)
        return sum(size_bytes for number, size_bytes in sizes if number == part_number)

    async def at_upload(self, key: str, upload_id: str) -> int:
        """
        Return how much the parts of an upload hold; nothing for one that is not there.

        Raises:
            StowageError: the backend does not answer.
        """
        total, marker = 0, 0
        while True:
            try:
                sizes, following = await self._parts(key, upload_id, marker)
            except StowageError as error:
                if error.entry is errors.NOT_FOUND:
                    return total
                raise
            total += sum(size_bytes for _, size_bytes in sizes)
            if following <= marker:
                return total
            marker = following

    async def _parts(
        self, key: str, upload_id: str, marker: int
    ) -> tuple[list[tuple[int, int]], int]:
        """
        Return numbers and sizes of the parts after a number, and the last number if more follow.
        """
        parameters = [("uploadId", upload_id), ("part-number-marker", str(marker))]
        question = Outgoing("GET", self._bucket, key, parameters)
        reply = await self._inquiries.ask(self._backend, question)
        if reply.head.status == _NOT_FOUND:
            raise errors.NOT_FOUND(reason="upload.not_found")
        if reply.head.status != _OK:
            raise status_error(max(reply.head.status, _FIRST_FAULT), key=key)
        try:
            return _read_parts(reply.body)
        except (StowageError, ValueError) as error:
            raise errors.BACKEND_ERROR(reason="backend.transient") from error


def _size_of(head: ResponseHead) -> int | None:
    text = head.find(b"content-length") or b""
    return int(text) if head.status == _OK and text.isdigit() else None


def _read_parts(document: bytes) -> tuple[list[tuple[int, int]], int]:
    texts: dict[str, str] = {}
    parts: list[tuple[int, int]] = []
    for name, child in children(parse_document(document, "ListPartsResult")):
        if name == "Part":
            fields = {inner: element.text or "" for inner, element in children(child)}
            parts.append((int(fields["PartNumber"]), int(fields["Size"])))
        else:
            texts[name] = child.text or ""
    is_more = texts.get("IsTruncated", "").strip().lower() == "true"
    return parts, int(texts.get("NextPartNumberMarker") or 0) if is_more else 0
