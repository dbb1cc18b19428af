"""
PostObject: a browser's form becomes a PutObject.

The file is spooled, so that its length is known, and too small, too large or damaged ones are
refused, before the backend hears of it.
"""

import dataclasses
from urllib.parse import quote

from msgspec.structs import replace

from app.errors import registry as errors
from app.errors.raised import StowageError
from proxy.body import Intake
from proxy.client_side import ClientSide
from proxy.core.checksums import Hasher, open_hasher, verify_digest
from proxy.core.decision import Local, Refuse
from proxy.core.form import MAX_FIELDS_BYTES, FormReader
from proxy.core.form_upload import (
    MAX_FILE_BYTES,
    FormLeave,
    authorize_form,
    verify_form_request,
)
from proxy.core.outgoing import Outgoing, render_outgoing
from proxy.core.request import AddressStyle
from proxy.core.trail import Trail
from proxy.delivery import answer_fault
from proxy.errand import Reply
from proxy.errors import Occasion, render_response
from proxy.faults import status_error
from proxy.form_answer import (
    CREATED,
    extend_url,
    find_redirect,
    find_status,
    parse_tagging,
    render_created,
)
from proxy.http import CONTINUE
from proxy.inquiries import Inquiries
from proxy.metering import meter_new
from proxy.quota_site import Site, charged_by
from proxy.spool import Spool
from proxy.streams import Upload

_PIECE_BYTES = 256 * 1024
_OVERHEAD_BYTES = 2 * MAX_FIELDS_BYTES
_SEE_OTHER = 303
_FIRST_FAULT, _NOT_FOUND = 300, 404


class PostObject:
    """
    Carries one form out.
    """

    def __init__(self, client: ClientSide, local: Local) -> None:
        verify_form_request(local.request)
        self._client = client
        self._local = local
        self._intake = Intake(local.body)
        self._reader = FormReader(local.request.headers.get("content-type", ""))
        self._leave: FormLeave | None = None
        self._file = Spool(client.pause_body, client.resume_body)
        self._size = 0
        self._hashers: dict[str, Hasher] = {}
        self._inquiries = Inquiries(client)
        self._upload: Upload | None = None
        self._progress: object = None
        self._progressed_at = client.now

    @property
    def wants_body(self) -> bool:
        """
        Tell whether the body goes on.
        """
        return not self._intake.is_complete

    def start(self, data: bytes) -> bytes:
        """
        Begin with what came behind the head; return what lies behind the body.
        """
        length = self._local.body.wire_length
        if length is not None and length > MAX_FILE_BYTES + _OVERHEAD_BYTES:
            self._refuse(_too_large(MAX_FILE_BYTES))
            return b""
        if self._local.expects_continue and not data and length != 0:
            self._client.write([CONTINUE])
        return self.body_received(data)

    def body_received(self, data: bytes) -> bytes:
        """
        Read more of the form; upload its file at the end; return what lies behind it.
        """
        try:
            payload = self._intake.take(data)
            self._client.transaction.bytes_in += len(data) - len(self._intake.leftover)
            self._take(payload)
            if self._intake.is_complete:
                self._inquiries.begin(self._store(self._finish()))
        except StowageError as error:
            self._refuse(error)
            return b""
        return self._intake.leftover

    def client_lost(self) -> None:
        """
        Give up.
        """
        self._file.close()
        self._inquiries.cancel()
        if self._upload is not None:
            self._upload.cancel()

    def client_paused(self) -> None:
        """
        Nothing to do: the answer is written in one piece.
        """

    def client_resumed(self) -> None:
        """
        Nothing to do: see `client_paused`.
        """

    def check(self, now: float) -> None:
        """
        End what does not go on: the client's body, or the backend's answer.
        """
        upload = self._upload
        progress = self._client.transaction.bytes_in if upload is None else upload.progress
        if progress != self._progress or self._client.is_paced:
            self._progress, self._progressed_at = progress, now
            return
        settings = self._client.settings
        if not self._intake.is_complete:
            if now - self._progressed_at >= settings.idle_timeout:
                self._refuse(errors.BAD_REQUEST(reason="s3.request_timeout"))
        elif upload is None:
            self._inquiries.check(now)
        elif now - self._progressed_at >= settings.response_timeout:
            upload.time_out()

    # --- the form ---------------------------------------------------------------------------

    def _take(self, payload: bytes) -> None:
        content = self._reader.feed(payload)
        if not self._reader.has_file:
            return
        if self._leave is None:
            self._leave = self._authorize()
        self._size += len(content)
        if self._size > self._leave.max_bytes:
            raise _too_large(self._leave.max_bytes)
        for hasher in self._hashers.values():
            hasher.update(content)
        self._file.write(content)

    def _authorize(self) -> FormLeave:
        """
        Find out who asks, and whether they may, before a byte of the file is kept.
        """
        client, local = self._client, self._local
        form = self._reader.fields
        trail = Trail()
        try:
            leave = authorize_form(
                local.request,
                form,
                self._reader.filename,
                tagging=parse_tagging(form.get("tagging", "")),
                snapshot=client.snapshot,
                now=client.wall_now,
                peer=client.peer,
                trail=trail,
            )
        except StowageError as error:
            client.note_refusal(Refuse(trail.audited(), error, local.request))
            raise
        finally:
            client.transaction.audited = trail.audited()
        there = client.find_place(leave.backend, leave.outgoing.bucket)
        leave = dataclasses.replace(leave, backend=there)
        self._local = replace(
            local,
            audited=leave.audited,
            principal=leave.principal,
            credential=leave.credential,
            backend=leave.backend,
            request=replace(local.request, key=leave.key),
        )
        client.hold(self._local)
        find_redirect(leave.fields)
        self._hashers = {name: open_hasher(name) for name, _ in leave.checksums}
        return leave

    def _finish(self) -> FormLeave:
        """
        Verify the whole form.
        """
        self._reader.finish()
        leave = self._leave
        assert leave is not None  # noqa: S101  a whole form has a file
        if self._size < leave.min_bytes:
            raise errors.BAD_REQUEST(reason="form.too_small")
        for name, expected in leave.checksums:
            verify_digest(name, expected, self._hashers[name].digest())
        return leave

    # --- the object -------------------------------------------------------------------------

    async def _store(self, leave: FormLeave) -> None:
        client = self._client
        try:
            if leave.must_not_exist:
                await self._verify_absent(leave)
            metering = await meter_new(
                client,
                Site(leave.backend, leave.outgoing.bucket, charged_by(leave.credential)),
                self._inquiries,
                key=leave.key,
                size_bytes=self._size,
            )
            if metering is not None:
                metering.may_be_stored = lambda: self._upload is not None and self._upload.is_whole
            reply = await self._put(leave)
            bucket = leave.outgoing.bucket
            there = client.learn_place(leave.backend, bucket, reply.head, reply.body)
            if there is not None:
                # The file is at hand: it goes on to where the backend has the bucket.
                reply = await self._put(dataclasses.replace(leave, backend=there))
            if metering is not None:
                metering.answered(reply.head)
        finally:
            self._file.close()
            if self._upload is not None:
                self._upload.cancel()
        if reply.head.status >= _FIRST_FAULT:
            keeps_alive = client.may_persist
            answer_fault(client, self._local, reply.head, reply.body, keeps_alive=keeps_alive)
            return
        self._answer(leave, reply)

    async def _verify_absent(self, leave: FormLeave) -> None:
        question = Outgoing("HEAD", leave.outgoing.bucket, leave.key)
        status = (await self._inquiries.ask(leave.backend, question)).head.status
        if status < _FIRST_FAULT:
            raise errors.FORBIDDEN(reason="object.append_only")
        if status != _NOT_FOUND:
            raise status_error(status, key=leave.key)

    async def _put(self, leave: FormLeave) -> Reply:
        await self._file.rewind()
        self._upload = upload = Upload(self._client.pool_of(leave.backend))
        await upload.connect()
        outgoing = replace(leave.outgoing, payload_length=self._size)
        pieces = [render_outgoing(outgoing, leave.backend, self._client.wall_now)]
        left = self._size
        while left or pieces:
            if left:
                pieces.append(await self._file.read(_PIECE_BYTES))
                left -= len(pieces[-1])
            await upload.send(pieces, is_whole=not left)
            pieces = []
        return await upload.reply()

    def _answer(self, leave: FormLeave, reply: Reply) -> None:
        client, bucket = self._client, self._local.request.bucket
        etag = (reply.head.find(b"etag") or b"").decode("latin-1")
        location = self._location(leave.key)
        lines = [f"ETag: {etag}"]
        if version := reply.head.find(b"x-amz-version-id"):
            lines.append(f"x-amz-version-id: {version.decode('latin-1')}")
        status, body = find_status(leave.fields), b""
        redirect = find_redirect(leave.fields)
        if redirect:
            status = _SEE_OTHER
            location = extend_url(redirect, bucket=bucket, key=leave.key, etag=etag)
        elif status == CREATED:
            body = render_created(location, bucket, leave.key, etag)
        lines.append(f"Location: {location}")
        keeps_alive = client.may_persist
        occasion = Occasion(
            request_id=client.transaction.request_id,
            keeps_alive=keeps_alive,
            headers=client.extra_headers(),
        )
        client.transaction.bytes_out += len(body)
        client.write([render_response(status, occasion, lines, body)])
        client.end(status, keeps_alive=keeps_alive)

    def _location(self, key: str) -> str:
        """
        Return where the client finds the object.
        """
        client, request = self._client, self._local.request
        is_in_host = request.style is AddressStyle.VIRTUAL and not client.settings.public_url
        path = key if is_in_host else f"{request.bucket}/{key}"
        return f"{client.public_base().rstrip('/')}/{quote(path, safe='/~')}"

    def _refuse(self, error: StowageError) -> None:
        self._file.close()
        keeps_alive = self._client.may_persist and self._intake.is_complete
        self._client.refuse(error, keeps_alive=keeps_alive)


def _too_large(limit: int) -> StowageError:
    return errors.TOO_LARGE(reason="form.too_large", params={"limit": limit})
