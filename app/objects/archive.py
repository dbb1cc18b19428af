"""
`ArchiveCalls`: several objects and folders as one ZIP file, made while it is sent.
"""

import asyncio
import hashlib
import re
from collections.abc import AsyncGenerator, Iterator, Sequence
from dataclasses import dataclass, field, replace

from app.audit.actions import AuditAction
from app.audit.event import Actor, DetailValue
from app.backends.stored import Download, ListQuery, ObjectInfo, ObjectRef
from app.clock import Clock
from app.errors import registry as errors
from app.errors.raised import StowageError
from app.objects import actions
from app.objects.gate import Gate
from app.objects.listing import list_visible
from app.objects.place import BucketPlace
from app.objects.zip_format import ZipStream
from app.types import parse_object_key

MAX_KEYS = 1000
NOTICE_NAME = "SKIPPED.txt"
_MAX_NOTED = 10_000
_FORBIDDEN_IN_NAME = re.compile("[\x00-\x1f\x7f\\\\:\u202a-\u202e\u2066-\u2069]")


@dataclass(slots=True)
class _Tally:
    """
    What went into the archive.
    """

    objects: int = 0
    size_bytes: int = 0
    skipped: int = 0
    names: list[str] = field(default_factory=list)
    """Of what was skipped, as far as there is room for them."""
    hidden: int = 0
    """How many characters at the beginning of every key the reader is not shown."""

    def skip(self, key: str, error: StowageError) -> None:
        """
        Take note of an object that is left out.
        """
        self.skipped += 1
        if len(self.names) < _MAX_NOTED:
            self.names.append(f"{key[self.hidden :]!r}: {error.message}")


class ArchiveCalls:
    """
    What can be downloaded together. Rights are checked for every object by itself.
    """

    def __init__(self, gate: Gate, clock: Clock) -> None:
        self._gate = gate
        self._clock = clock

    def open(
        self,
        actor: Actor,
        place: BucketPlace,
        keys: Sequence[str],
        *,
        below: str = "",
        limit: int = MAX_KEYS,
    ) -> AsyncGenerator[bytes, None]:
        """
        Check what is asked for, and return the archive as a stream that nobody has begun to read.

        A key with a slash at its end stands for everything below it. What cannot be read is left
        out, and named in an entry at the end. An object that breaks off in the middle breaks off
        the archive, so that nobody takes it for whole. Names in it begin `below` this part of keys.

        Raises:
            StowageError: in this order: `bad_request` for no key, `too_many_keys`, `invalid_key`;
                `not_found` for the backend; `forbidden` where nothing may be read at all.
        """
        self.check(actor, place, keys, limit=limit)
        return self._render(actor, place, _outermost(keys), _Tally(hidden=len(below)))

    def check(
        self, actor: Actor, place: BucketPlace, keys: Sequence[str], *, limit: int = MAX_KEYS
    ) -> None:
        """
        Refuse what cannot be packed.

        Raises:
            StowageError: as `open`.
        """
        if not keys:
            raise errors.BAD_REQUEST(reason="field.missing", params={"field": "key"})
        if len(keys) > limit:
            raise errors.TOO_MANY_KEYS(params={"limit": limit})
        for key in keys:
            parse_object_key(key)
        for key in keys:
            self._gate.enter(actor, actions.READ_OBJECT, place, prefix=key)

    async def _render(
        self, actor: Actor, place: BucketPlace, keys: Sequence[str], tally: _Tally
    ) -> AsyncGenerator[bytes, None]:
        archive = ZipStream()
        detail: dict[str, DetailValue] = {"keys": len(keys)}
        async with self._gate.audited(actor, AuditAction.OBJECT_ZIP, place, detail=detail) as facts:
            try:
                for key in keys:
                    async for found in self._expand(actor, place, key, tally):
                        async for piece in self._entry(actor, place, found, archive, tally):
                            yield piece
                for piece in self._last(archive, tally):
                    yield piece
            finally:
                archive.close()
                facts |= {
                    "objects": tally.objects,
                    "bytes": tally.size_bytes,
                    "skipped": tally.skipped,
                }

    async def _expand(
        self, actor: Actor, place: BucketPlace, key: str, tally: _Tally
    ) -> AsyncGenerator[ObjectInfo, None]:
        if not key.endswith("/"):
            yield ObjectInfo(key, 0)
            return
        query = ListQuery(prefix=key)
        try:
            while True:
                live, allowed = self._gate.enter(actor, actions.LIST_OBJECTS, place, prefix=key)
                store, visible = live.backend.objects, allowed.visible_prefixes
                if visible:
                    page = await list_visible(store, place.bucket, query, visible)
                else:
                    page = await store.list(place.bucket, query)
                for one in page.objects:
                    if not one.key.endswith("/"):
                        yield one
                if not page.next_token:
                    return
                query = replace(query, token=page.next_token)
        except StowageError as error:
            tally.skip(key, error)

    async def _entry(
        self,
        actor: Actor,
        place: BucketPlace,
        found: ObjectInfo,
        archive: ZipStream,
        tally: _Tally,
    ) -> AsyncGenerator[bytes, None]:
        try:
            live, _ = self._gate.enter(actor, actions.READ_OBJECT, place, key=found.key)
            download = await live.backend.objects.open(place.bucket, ObjectRef(found.key))
        except StowageError as error:
            tally.skip(found.key, error)
            return
        assert isinstance(download, Download)  # noqa: S101  nothing was made a condition
        try:
            info = download.info
            modified_at = info.last_modified or found.last_modified or self._clock.now()
            yield archive.begin(
                entry_name(found.key[tally.hidden :]), modified_at, size_bytes=info.size_bytes
            )
            async for chunk in download.body:
                # Deflating a piece takes a millisecond, which others need not wait for.
                if packed := await asyncio.to_thread(archive.add, chunk):
                    yield packed
            yield archive.end()
            tally.objects += 1
            tally.size_bytes += info.size_bytes
        finally:
            await download.body.aclose()

    def _last(self, archive: ZipStream, tally: _Tally) -> Sequence[bytes]:
        pieces = []
        if tally.skipped:
            lines = [*tally.names]
            if more := tally.skipped - len(lines):
                lines.append(f"and {more} more")
            text = "These objects could not be read and are missing here.\n\n" + "\n".join(lines)
            body = text.encode() + b"\n"
            pieces = [
                archive.begin(NOTICE_NAME, self._clock.now(), size_bytes=len(body)),
                archive.add(body),
                archive.end(),
            ]
        return [*pieces, *archive.finish()]


def entry_name(key: str) -> str:
    """
    Return a name that no program unpacks anywhere but below its own folder.

    Leading slashes, `.` and `..` segments, backslashes, colons and control characters are what
    leads elsewhere or deceives. A key that has none of them keeps its name; any other gets a mark,
    so that two keys never get one name.
    """
    segments = [part for part in key.split("/") if part not in ("", ".", "..")]
    name = _FORBIDDEN_IN_NAME.sub("_", "/".join(segments))
    if name == key:
        return name
    mark = hashlib.blake2b(key.encode(), digest_size=4).hexdigest()
    folder, slash, last = (name or "object").rpartition("/")
    stem, dot, ending = last.rpartition(".")
    return f"{folder}{slash}{stem or ending}~{mark}{dot}{ending if stem else ''}"


def _outermost(keys: Sequence[str]) -> Sequence[str]:
    """
    Drop keys that a folder among them stands for as well.
    """
    folders = {key for key in keys if key.endswith("/")}
    return [key for key in dict.fromkeys(keys) if folders.isdisjoint(_folders_above(key))]


def _folders_above(key: str) -> Iterator[str]:
    end = key.find("/")
    while end != -1 and end + 1 < len(key):
        yield key[: end + 1]
        end = key.find("/", end + 1)
