"""
How a backend's answer reaches the client: relayed as it arrives, or collected and rebuilt.

Collected is what may name the backend: error documents and a few results, all of them small.
"""

import re
from typing import Protocol

from msgspec.structs import replace

from app.errors import registry as errors
from app.errors.raised import StowageError
from app.snapshot.values import BackendRoute
from proxy.answer import render_answer_head
from proxy.client_side import ClientSide
from proxy.core.decision import Forward, Local
from proxy.errors import Occasion, escape_text, pair_headers
from proxy.faults import read_fault, render_fault, status_error
from proxy.http import LAST_CHUNK, frame_chunk
from proxy.places import names_region, redirect
from proxy.renamed import Renamed, is_renamed
from proxy.response import ResponseHead
from proxy.xml import children, parse_document

MAX_COLLECTED_BYTES = 65536
_REBUILT = frozenset({"CompleteMultipartUpload"})
_ELEMENTS = {
    name: re.compile(rb"<%b(?: xmlns=[^>]*)?>[^<]*</%b>" % (name.encode(), name.encode()))
    for name in ("Location", "Bucket")
}
_FIRST_REDIRECT = 300
_NOT_MODIFIED = 304
_FIRST_REFUSAL = 400
_OK = 200
_INTERNAL_ERROR = 500


class Delivery(Protocol):
    """
    One answer on its way to the client.
    """

    has_begun: bool
    """Something has been written: from now on only a cut tells of a failure."""

    def take(self, body: bytes, *, is_complete: bool) -> None:
        """
        Take body bytes; at the end, end the request.
        """
        ...


def open_delivery(
    client: ClientSide, forward: Forward, head: ResponseHead, *, keeps_alive: bool
) -> Delivery:
    """
    Return how this answer is delivered.

    Args:
        client: Who gets it.
        forward: The request it answers.
        head: The backend's.
        keeps_alive: Another request may follow on the client's connection.
    """
    if head.status < _FIRST_REDIRECT or head.status == _NOT_MODIFIED:
        if head.length != 0 and forward.audited.operation in _REBUILT:
            return Rebuilt(client, forward, head, keeps_alive=keeps_alive)
        if head.status == _OK and is_renamed(forward):
            return Renamed(client, forward, head, keeps_alive=keeps_alive)
        return Relayed(client, forward, head, keeps_alive=keeps_alive)
    is_redirect = head.status < _FIRST_REFUSAL
    if forward.answers_head and not is_redirect and not names_region(head, forward.backend):
        return Relayed(client, forward, head, keeps_alive=keeps_alive)
    return Rebuilt(client, forward, head, keeps_alive=keeps_alive)


def relay_whole(
    client: ClientSide, forward: Forward, head: ResponseHead, body: bytes, *, keeps_alive: bool
) -> bool:
    """
    Send an answer that is all here and passes as it is, as nearly all do; tell whether it was one.
    """
    status, operation = head.status, forward.audited.operation
    if status >= _FIRST_REDIRECT or head.length is None or operation in _REBUILT:
        return False
    if is_renamed(forward):
        return False
    extra = client.extra_headers()
    transaction = client.transaction
    response = render_answer_head(
        head,
        request_id=transaction.request_id,
        route=forward.backend,
        public_base=client.public_base,
        keeps_alive=keeps_alive,
        extra=[f"{name}: {value}" for name, value in extra] if extra else (),
    )
    transaction.bytes_out += len(body)
    client.write([response, body] if body else [response])
    client.end(status, keeps_alive=keeps_alive)
    return True


class Relayed:
    """
    The body passes as it arrives; chunks of the backend are framed anew.
    """

    __slots__ = ("_client", "_head", "_is_chunked", "_keeps_alive", "_status", "has_begun")

    def __init__(
        self, client: ClientSide, forward: Forward, head: ResponseHead, *, keeps_alive: bool
    ) -> None:
        self._client = client
        self._status = head.status
        self._is_chunked = head.length is None and not forward.request.head.is_http_10
        # Without a length an HTTP/1.0 client knows the end by the end of the connection alone.
        self._keeps_alive = keeps_alive and (self._is_chunked or head.length is not None)
        self.has_begun = False
        extra = client.extra_headers()
        lines = [f"{name}: {value}" for name, value in extra] if extra else []
        if self._is_chunked:
            lines.append("Transfer-Encoding: chunked")
        if head.status >= _FIRST_REFUSAL:
            lines += _name_error(client, forward, head)
        self._head = render_answer_head(
            head,
            request_id=client.transaction.request_id,
            route=forward.backend,
            public_base=client.public_base,
            keeps_alive=self._keeps_alive,
            extra=lines,
        )

    def take(self, body: bytes, *, is_complete: bool) -> None:
        """
        Send the head with the first bytes, then the rest; end the request at the end.
        """
        client = self._client
        pieces = [] if self.has_begun else [self._head]
        self.has_begun = True
        if self._is_chunked:
            pieces += frame_chunk(body)
            if is_complete:
                pieces.append(LAST_CHUNK)
        elif body:
            pieces.append(body)
        client.transaction.bytes_out += len(body)
        client.write(pieces)
        if is_complete:
            client.end(self._status, keeps_alive=self._keeps_alive)


def _name_error(client: ClientSide, forward: Forward, head: ResponseHead) -> list[str]:
    """
    Name the error of a bodiless answer in its headers, and for the record.
    """
    error = status_error(head.status, key=forward.request.key)
    client.transaction.error = error
    return pair_headers(error)


class Rebuilt:
    """
    The body is collected, read, and sent anew without the backend's names.
    """

    __slots__ = ("_client", "_collected", "_forward", "_head", "_keeps_alive", "has_begun")

    def __init__(
        self, client: ClientSide, forward: Forward, head: ResponseHead, *, keeps_alive: bool
    ) -> None:
        self._client = client
        self._forward = forward
        self._head = head
        self._keeps_alive = keeps_alive
        self._collected = bytearray()
        self.has_begun = False

    def take(self, body: bytes, *, is_complete: bool) -> None:
        """
        Keep the bytes, up to a limit far above any such document; answer at the end.
        """
        if len(self._collected) <= MAX_COLLECTED_BYTES:
            self._collected += body
        if not is_complete:
            return
        document = bytes(self._collected)
        if len(document) > MAX_COLLECTED_BYTES:
            document = b""
        if self._head.status == _OK:
            self._answer_result(document)
        else:
            self._answer_fault(self._head.status, document)

    def _answer_result(self, document: bytes) -> None:
        """
        Answer with a result; AWS sends an error here with status 200 when it comes late.
        """
        self.has_begun = True
        client = self._client
        try:
            # Spaces in front kept the connection alive while the parts were put together.
            body = _rewrite_result(document.lstrip(), self._forward, client.public_base())
        except StowageError:
            self._answer_fault(_INTERNAL_ERROR, document.strip())
            return
        answer_document(
            client, self._forward.backend, self._head, body, keeps_alive=self._keeps_alive
        )

    def _answer_fault(self, status: int, document: bytes) -> None:
        self.has_begun = True
        answer_fault(
            self._client,
            self._forward,
            replace(self._head, status=status),
            document,
            keeps_alive=self._keeps_alive,
        )


def answer_document(
    client: ClientSide,
    route: BackendRoute,
    head: ResponseHead,
    document: bytes,
    *,
    keeps_alive: bool,
) -> None:
    """
    Answer with a document of ours in place of the backend's, under the backend's head.
    """
    response = render_answer_head(
        head,
        request_id=client.transaction.request_id,
        route=route,
        public_base=client.public_base,
        keeps_alive=keeps_alive,
        extra=[f"{name}: {value}" for name, value in client.extra_headers()],
        length=len(document),
    )
    client.transaction.bytes_out += len(document)
    client.write([response, document])
    client.end(head.status, keeps_alive=keeps_alive)


def answer_fault(
    client: ClientSide,
    answer: Forward | Local,
    head: ResponseHead,
    document: bytes,
    *,
    keeps_alive: bool,
) -> None:
    """
    Tell the client of a backend's error, in the backend's words as far as they may pass.

    Args:
        client: Who is told.
        answer: The request it is about.
        head: The backend's; its status is the client's too, unless the backend refused our key.
        document: The body.
        keeps_alive: Another request may follow on the client's connection.
    """
    assert answer.backend is not None  # noqa: S101  somebody has answered
    if _goes_elsewhere(client, answer, head, document, keeps_alive=keeps_alive):
        return
    request = answer.request
    real = answer.audited.bucket
    fault = read_fault(
        head.status,
        document,
        answer.backend,
        key=request.key,
        hidden="" if real == request.bucket else real,
    )
    client.transaction.error = fault.error
    if fault.error.reason == "backend.clock":
        client.learn_clock(answer.backend, head.find(b"date"))
    if not fault.code:
        client.refuse(fault.error, keeps_alive=keeps_alive)
        return
    occasion = Occasion(
        request_id=client.transaction.request_id,
        resource=request.raw_path,
        is_head=request.method == "HEAD",
        keeps_alive=keeps_alive,
        headers=client.extra_headers(),
    )
    response = render_fault(
        fault, head.status, head.headers, occasion, client_bucket=request.bucket
    )
    client.transaction.bytes_out += len(response)
    client.write([response])
    client.end(head.status, keeps_alive=keeps_alive)


def _goes_elsewhere(
    client: ClientSide,
    answer: Forward | Local,
    head: ResponseHead,
    document: bytes,
    *,
    keeps_alive: bool,
) -> bool:
    """
    Tell whether the backend led elsewhere, and then see to it that the request gets there.

    One without a body goes on at once. Of another one the bytes are gone: its client is told to
    try again, which every SDK does by itself. Somebody who is led about in circles is told too.
    """
    assert answer.backend is not None  # noqa: S101  somebody has answered
    route = client.learn_place(answer.backend, answer.audited.bucket, head, document)
    if route is None:
        return False
    transaction = client.transaction
    may_repeat = isinstance(answer, Forward) and answer.body.wire_length == 0
    if not may_repeat or transaction.was_redirected or transaction.metering is not None:
        client.refuse(errors.BACKEND_ERROR(reason="backend.transient"), keeps_alive=keeps_alive)
        return True
    assert isinstance(answer, Forward)  # noqa: S101  see above
    transaction.was_redirected = True
    # Whoever waited for `100 Continue` has been told to continue.
    client.repeat(replace(redirect(answer, route, client.wall_now), expects_continue=False))
    return True


def _rewrite_result(document: bytes, forward: Forward, public_base: str) -> bytes:
    """
    Return the document with the bucket and the address by which the client knows the object.

    Everything else stays as the backend wrote it, byte by byte.

    Raises:
        StowageError: `s3.xml_malformed`: it is no result, or not written as one is.
    """
    root = parse_document(document, "CompleteMultipartUploadResult")
    ours = {
        "Location": public_base + forward.request.raw_path,
        "Bucket": forward.request.bucket,
    }
    for name in [name for name, _ in children(root) if name in ours]:
        text = b"<%b>%b</%b>" % (name.encode(), escape_text(ours[name]).encode(), name.encode())
        # What is put in is text, however much it looks like a group of the pattern.
        document, count = _ELEMENTS[name].subn(text.replace(b"\\", b"\\\\"), document)
        if count != 1:
            raise errors.BAD_REQUEST(reason="s3.xml_malformed")
    return document
