"""
A copy whose source lies on another backend: read there, written here, never held whole.

As with S3, a copy that takes long is answered 200 before its end, and kept alive with spaces; an
error then stands in the document.
"""

from urllib.parse import urlencode

from msgspec.structs import replace

from app.errors import registry as errors
from app.errors.raised import StowageError
from proxy.client_side import ClientSide
from proxy.core.copy_across import (
    MAX_COPY_BYTES,
    find_range_bytes,
    is_tagging_copied,
    read_request,
    write_request,
)
from proxy.core.decision import Local
from proxy.core.outgoing import Outgoing, render_outgoing
from proxy.core.permit import CONDITIONAL_WRITES
from proxy.core.proof import iso_moment
from proxy.delivery import answer_fault
from proxy.errand import Reply
from proxy.errors import Occasion, escape_text, render_document, render_response
from proxy.faults import read_fault, status_error
from proxy.http import LAST_CHUNK, frame_chunk, http_date
from proxy.inquiries import Inquiries
from proxy.metering import Metering, meter_new
from proxy.quota_site import Site, charged_by
from proxy.response import ResponseHead
from proxy.streams import MAX_REPLY_BYTES, Download, Upload
from proxy.xml import DECLARATION, NAMESPACE, children, parse_document

PATIENCE_SECONDS = 10.0
"""After this long at most the client hears that the copy goes on."""
_OK, _PARTIAL, _NOT_MODIFIED, _FIRST_FAULT, _NOT_FOUND = 200, 206, 304, 300, 404
_ANSWER_FIELDS = (b"x-amz-version-id", b"x-amz-server-side-encryption", b"x-amz-expiration")


class CopyAcross:
    """
    One CopyObject or UploadPartCopy.
    """

    def __init__(self, client: ClientSide, local: Local) -> None:
        assert local.foreign_source is not None  # noqa: S101  else the backend copies itself
        assert local.backend is not None  # noqa: S101  `decide` has found the bucket
        self._client = client
        self._local = local
        self._source = local.foreign_source
        self._backend = local.backend
        self._inquiries = Inquiries(client)
        self._download = Download(client.pool_of(self._source.backend))
        self._upload = Upload(client.pool_of(self._backend))
        self._has_begun = False
        self._spoke_at = client.now
        self._progress: object = None
        self._progressed_at = client.now

    def run(self, _body: bytes) -> None:
        """
        Begin to copy.

        Raises:
            StowageError: the request asks for what cannot be had.
        """
        source = self._source.source
        self._client.transaction.detail["copy_source"] = f"{source.bucket}/{source.key}"
        outgoing = read_request(self._local.request, self._source)
        self._inquiries.begin(self._copy(outgoing), self._fail)

    def cancel(self) -> None:
        """
        Let go of both backends; the one that is written to cannot take the part for the whole.
        """
        self._inquiries.cancel()
        self._download.cancel()
        self._upload.cancel()

    def check(self, now: float) -> None:
        """
        Give up when nothing moves; tell a patient client that something does.
        """
        self._inquiries.check(now)
        progress = (self._download.progress, self._upload.progress)
        if progress != self._progress:
            self._progress, self._progressed_at = progress, now
        elif now - self._progressed_at >= self._client.settings.response_timeout:
            error = errors.BACKEND_ERROR(reason="backend.timeout")
            self._download.fail(error)
            self._upload.fail(error)
            return
        timeout = self._client.settings.response_timeout
        if now - self._spoke_at >= min(PATIENCE_SECONDS, timeout / 4):
            self._spoke_at = now
            self._keep_alive()

    # --- the copy ---------------------------------------------------------------------------

    async def _copy(self, outgoing: Outgoing) -> None:
        try:
            head = await self._download.begin(
                render_outgoing(outgoing, self._source.backend, self._client.wall_now)
            )
            if head.status not in (_OK, _PARTIAL):
                await self._answer_source_fault(head)
                return
            reply = await self._transfer(head, self._verify_length(head))
        finally:
            self._download.cancel()
            self._upload.cancel()
        if reply.head.status >= _FIRST_FAULT:
            self._answer_fault(self._local, reply)
        else:
            self._answer(head, reply)

    def _verify_length(self, head: ResponseHead) -> int:
        """
        Return how much there is to copy.
        """
        wanted = find_range_bytes(self._local.request)
        if head.length is None or (head.status == _PARTIAL) is not (wanted is not None):
            raise errors.BACKEND_ERROR(reason="backend.transient")
        if wanted is not None and head.length != wanted:
            argument = {"argument": "x-amz-copy-source-range"}
            raise errors.BAD_REQUEST(reason="s3.argument_invalid", params=argument)
        if head.length > MAX_COPY_BYTES:
            raise errors.BAD_REQUEST(reason="s3.copy_too_large", params={"limit": MAX_COPY_BYTES})
        return head.length

    async def _transfer(self, head: ResponseHead, length: int) -> Reply:
        described = {
            name.decode("latin-1").lower(): value.decode("latin-1") for name, value in head.headers
        }
        tagging = await self._read_tags(described)
        outgoing = write_request(
            self._local.request,
            self._local.audited.bucket,
            described,
            tagging=tagging,
            length=length,
        )
        if self._local.must_not_replace:
            outgoing = await self._forbid_replacing(outgoing)
        metering = await self._meter(length)
        # Nothing is opened for writing before there is something to write.
        piece = await self._download.read()
        await self._upload.connect()
        message = render_outgoing(outgoing, self._backend, self._client.wall_now)
        left = length - len(piece)
        await self._upload.send([message, piece] if piece else [message], is_whole=not left)
        while left and not self._upload.is_answered:
            piece = await self._download.read()
            left -= len(piece)
            if not piece or left < 0:
                raise errors.BACKEND_ERROR(reason="backend.transient")
            await self._upload.send([piece], is_whole=not left)
        reply = await self._upload.reply()
        if metering is not None:
            metering.answered(reply.head)
        return reply

    async def _meter(self, length: int) -> Metering | None:
        """
        Hold room for the copy, where its bucket has a limit.
        """
        request = self._local.request
        upload_id = request.parameters.get("uploadId")
        metering = await meter_new(
            self._client,
            Site(self._backend, self._local.audited.bucket, charged_by(self._local.credential)),
            self._inquiries,
            key=request.key,
            size_bytes=length,
            part=None if upload_id is None else (upload_id, int(request.parameters["partNumber"])),
        )
        if metering is not None:
            metering.may_be_stored = lambda: self._upload.is_whole
        return metering

    async def _forbid_replacing(self, outgoing: Outgoing) -> Outgoing:
        if CONDITIONAL_WRITES in self._backend.capabilities:
            fields = [*(pair for pair in outgoing.fields if pair[0] != "if-none-match")]
            return replace(outgoing, fields=[*fields, ("if-none-match", "*")])
        question = Outgoing("HEAD", outgoing.bucket, outgoing.key)
        status = (await self._inquiries.ask(self._backend, question)).head.status
        if status < _FIRST_FAULT:
            raise errors.FORBIDDEN(reason="object.append_only")
        if status != _NOT_FOUND:
            raise status_error(status, key=outgoing.key)
        return outgoing

    async def _read_tags(self, described: dict[str, str]) -> str:
        """
        Return the source's tags as `x-amz-tagging` has them; empty where they are not copied.
        """
        request = self._local.request
        is_part = "uploadId" in request.parameters
        if is_part or described.get("x-amz-tagging-count", "0") == "0":
            return ""
        if not is_tagging_copied(request):
            return ""
        source = self._source.source
        parameters = [("tagging", "")]
        version_id = described.get("x-amz-version-id", source.version_id)
        if version_id:
            parameters.append(("versionId", version_id))
        question = Outgoing("GET", self._source.bucket, source.key, parameters)
        reply = await self._inquiries.ask(self._source.backend, question)
        if reply.head.status != _OK:
            raise status_error(reply.head.status, key=source.key)
        return _parse_tags(reply.body)

    # --- the answer -------------------------------------------------------------------------

    async def _answer_source_fault(self, head: ResponseHead) -> None:
        if head.status == _NOT_MODIFIED:
            # As S3 has it: a copy knows no 304.
            raise errors.PRECONDITION_FAILED()
        document = bytearray()
        while piece := await self._download.read():
            document += piece
            if len(document) > MAX_REPLY_BYTES:
                raise status_error(head.status, key=self._source.source.key)
        source, local = self._source, self._local
        asked = replace(local.request, bucket=source.source.bucket, key=source.source.key)
        audited = replace(local.audited, bucket=source.bucket)
        there = replace(local, backend=source.backend, request=asked, audited=audited)
        self._answer_fault(there, Reply(head, bytes(document)))

    def _answer_fault(self, local: Local, reply: Reply) -> None:
        client = self._client
        if self._has_begun:
            assert local.backend is not None  # noqa: S101  somebody has answered
            status, key = reply.head.status, local.request.key
            self._fail(read_fault(status, reply.body, local.backend, key=key).error)
            return
        keeps_alive = client.may_persist
        answer_fault(client, local, reply.head, reply.body, keeps_alive=keeps_alive)

    def _answer(self, source: ResponseHead, reply: Reply) -> None:
        client = self._client
        is_part = "uploadId" in self._local.request.parameters
        root = "CopyPartResult" if is_part else "CopyObjectResult"
        etag = (reply.head.find(b"etag") or b"").decode("latin-1")
        moment = iso_moment(client.wall_now)
        document = (
            f'<{root} xmlns="{NAMESPACE}"><LastModified>{moment}</LastModified>'
            f"<ETag>{escape_text(etag)}</ETag></{root}>"
        )
        if self._has_begun:
            self._end_chunks(document)
            return
        lines = [
            f"{name.decode('latin-1')}: {value.decode('latin-1')}"
            for name, value in reply.head.headers
            if name.lower().startswith(_ANSWER_FIELDS)
        ]
        if version := source.find(b"x-amz-version-id"):
            lines.append(f"x-amz-copy-source-version-id: {version.decode('latin-1')}")
        body = f"{DECLARATION}{document}".encode()
        client.transaction.bytes_out += len(body)
        keeps_alive = client.may_persist
        occasion = self._occasion(keeps_alive=keeps_alive)
        client.write([render_response(_OK, occasion, lines, body)])
        client.end(_OK, keeps_alive=keeps_alive)

    def _fail(self, error: StowageError) -> None:
        client = self._client
        if not self._has_begun:
            client.refuse(error, keeps_alive=client.may_persist)
            return
        client.transaction.error = error
        pairs = [("Code", error.s3.code), ("Message", error.message)]
        document = render_document(error, self._occasion(keeps_alive=True), pairs).decode()
        self._end_chunks(document.removeprefix(DECLARATION))

    def _keep_alive(self) -> None:
        """
        Send a space, after the head and the declaration of the document.
        """
        client = self._client
        if self._local.request.head.is_http_10:
            return
        if self._has_begun:
            client.write(frame_chunk(b" "))
            return
        self._has_begun = True
        request_id = client.transaction.request_id
        lines = [
            "HTTP/1.1 200 OK",
            f"x-amz-request-id: {request_id}",
            f"X-Request-Id: {request_id}",
            *(f"{name}: {value}" for name, value in client.extra_headers()),
            f"Date: {http_date()}",
            "Content-Type: application/xml",
            "Transfer-Encoding: chunked",
            *([] if client.may_persist else ["Connection: close"]),
            "\r\n",
        ]
        client.write(["\r\n".join(lines).encode("latin-1"), *frame_chunk(DECLARATION.encode())])

    def _end_chunks(self, document: str) -> None:
        body = document.encode()
        self._client.transaction.bytes_out += len(body)
        self._client.write([*frame_chunk(body), LAST_CHUNK])
        self._client.end(_OK, keeps_alive=self._client.may_persist)

    def _occasion(self, *, keeps_alive: bool) -> Occasion:
        return Occasion(
            request_id=self._client.transaction.request_id,
            resource=self._local.request.raw_path,
            keeps_alive=keeps_alive,
            headers=self._client.extra_headers(),
        )


def _parse_tags(document: bytes) -> str:
    try:
        root = parse_document(document, "Tagging")
    except StowageError as error:
        raise errors.BACKEND_ERROR(reason="backend.transient") from error
    tags = [
        {name: child.text or "" for name, child in children(tag)}
        for name, tag_set in children(root)
        if name == "TagSet"
        for _, tag in children(tag_set)
    ]
    return urlencode([(tag.get("Key", ""), tag.get("Value", "")) for tag in tags])
