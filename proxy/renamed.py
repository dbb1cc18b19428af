"""
An answer that names the bucket, to a client that knows the bucket by another name.

Only requests by alias come here; what names no bucket is relayed unread.
"""

from lxml import etree

from app.errors import registry as errors
from app.errors.raised import StowageError
from proxy.answer import render_answer_head
from proxy.client_side import ClientSide
from proxy.core.decision import Forward
from proxy.core.outgoing import RESULT_ROOTS
from proxy.response import ResponseHead
from proxy.xml import children, parse_document

MAX_RENAMED_BYTES = 8 * 1024 * 1024
"""A thousand keys of 1024 bytes, escaped, with all that a listing says of each."""
_NAMES = frozenset({"Bucket", "Name"})


def is_renamed(forward: Forward) -> bool:
    """
    Tell whether the answer to this request would show a name that the client does not use.
    """
    is_alias = forward.request.bucket != forward.audited.bucket
    return is_alias and forward.audited.operation in RESULT_ROOTS


class Renamed:
    """
    The body is collected, and sent with the client's name of the bucket.
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
        Keep the bytes; answer at the end.
        """
        if len(self._collected) <= MAX_RENAMED_BYTES:
            self._collected += body
        if not is_complete:
            return
        self.has_begun = True
        try:
            document = self._rename()
        except StowageError:
            error = errors.BACKEND_ERROR(reason="backend.transient")
            self._client.refuse(error, keeps_alive=self._keeps_alive)
            return
        self._answer(document)

    def _rename(self) -> bytes:
        if len(self._collected) > MAX_RENAMED_BYTES:
            raise errors.BAD_REQUEST(reason="s3.xml_malformed")
        root = parse_document(
            bytes(self._collected).strip(), RESULT_ROOTS[self._forward.audited.operation]
        )
        for name, child in children(root):
            if name in _NAMES:
                child.text = self._forward.request.bucket
        document: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
        return document

    def _answer(self, document: bytes) -> None:
        client = self._client
        head = render_answer_head(
            self._head,
            request_id=client.transaction.request_id,
            route=self._forward.backend,
            public_base=client.public_base,
            keeps_alive=self._keeps_alive,
            extra=[f"{name}: {value}" for name, value in client.extra_headers()],
            length=len(document),
        )
        client.transaction.bytes_out += len(document)
        client.write([head, document])
        client.end(self._head.status, keeps_alive=self._keeps_alive)
