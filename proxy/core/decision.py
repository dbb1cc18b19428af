"""
What the core answers with: forward these bytes to that upstream, answer here, or refuse.

`decide(head, snapshot, now, peer)` returns one of these; `proxy.connection` carries it out. No rule
lives in the carrying out, no I/O lives in here.
"""

from dataclasses import dataclass
from typing import Protocol

from msgspec import Struct

from app.errors.raised import StowageError
from app.rbac.principal import Principal
from app.snapshot.values import BackendRoute, CredentialEntry
from proxy.core.copy_source import ForeignSource
from proxy.core.request import S3Request
from proxy.sigv4.payload import ChunkSeed


@dataclass(frozen=True, slots=True)
class Peer:
    """
    The far end of the client's connection.
    """

    address: str
    """The socket's address; who is behind a trusted proxy, `client_address` says."""
    is_tls: bool = False


class BodyDecoder(Protocol):
    """
    Removes framing from a request body and verifies it on the way, piece by piece.

    What `feed` returns may be sent upstream at once. The decoder keeps the last payload bytes
    back until `finish` has found everything right, so that a forged or cut body leaves the
    upstream request incomplete.
    """

    def feed(self, data: bytes) -> bytes:
        """
        Take the next bytes off the wire; return payload that may go upstream (maybe empty).

        Raises:
            StowageError: framing, a chunk's signature or a length is wrong.
        """
        ...

    @property
    def is_complete(self) -> bool:
        """
        Tell whether the last byte of the framed body has been fed.
        """
        ...

    def finish(self) -> bytes:
        """
        Verify what can only be known at the end; return the payload held back.

        Raises:
            StowageError: the body is incomplete, or a hash, checksum or trailer is wrong.
        """
        ...

    @property
    def leftover(self) -> bytes:
        """
        Bytes fed beyond the end of the body: the start of the next request.
        """
        ...


class BodyRule(Struct, frozen=True, gc=False):
    """
    What a decoder removes and verifies.
    """

    is_transfer_chunked: bool = False
    """The outer framing is HTTP's own (RFC 9112 7.1)."""
    is_aws_chunked: bool = False
    """The framing, or the inner one, is AWS's."""
    seed: ChunkSeed | None = None
    """What the signature of each aws-chunk follows from; `None` for unsigned chunks."""
    trailer: str = ""
    """The announced checksum trailer, in lower case."""
    checksums: tuple[tuple[str, bytes], ...] = ()
    """Declared digests of the payload by algorithm: `sha256`, `crc64nvme`, `md5`, …"""
    payload_sha256: str = ""
    """`x-amz-content-sha256` where it is a hash."""
    max_payload_bytes: int | None = None
    """More than this is refused; `None` where the length is exact."""


class BodyPlan(Struct, frozen=True, gc=False):
    """
    How the client's body arrives and what is sent upstream in its place.
    """

    wire_length: int | None
    """The client's Content-Length; `None` for `Transfer-Encoding: chunked`; 0 for no body."""
    payload_length: int | None
    """Bytes that go upstream after framing is removed; `None` when only the end will tell, and
    then the outgoing head says `Transfer-Encoding: chunked`."""
    needs_decoder: bool
    """False: the body is relayed unread. True: `proxy.core.chunked.open_decoder(plan)`. While a
    decoder of a `payload_length` of 0 has not finished, not even the head may go upstream."""
    rule: BodyRule | None = None
    """What the decoder removes and verifies."""
    passed_trailer: str = ""
    """The checksum trailer that goes on, behind chunks of ours; empty where none does."""


class Audited(Struct, frozen=True, gc=False):
    """
    What the audit row and the metrics of a request say, as far as the head tells.
    """

    operation: str
    """True operation name of the table, e.g. `UploadPartCopy`; `Unknown` where none fits."""
    auth_mode: str
    """`signed`, `presigned`, `anonymous`, `post-policy` or `cors`."""
    backend_id: str = ""
    bucket: str = ""
    """The bucket's name on the backend; the client's name where none was found."""
    key: str = ""
    access_key: str = ""
    user_id: str = ""
    is_write: bool = False


class Forward(Struct, frozen=True, gc=False):
    """
    Send this head, then the body by its plan, and relay the answer.
    """

    audited: Audited
    request: S3Request
    principal: Principal
    credential: CredentialEntry | None
    backend: BackendRoute
    head: bytes
    """The whole outgoing request head, signed, ending in an empty line."""
    body: BodyPlan
    is_idempotent: bool
    """True for GET, HEAD and lists: may be sent again once when the connection failed."""
    expects_continue: bool
    """The client waits for `100 Continue` before it sends the body."""
    answers_head: bool = False
    """The answer has no body, whatever its headers say (HEAD)."""
    wants_md5: bool = False
    """A document that goes on with its Content-MD5, which the client did not send."""
    must_not_exist: bool = False
    """Append-only without conditional writes upstream: ask HEAD first, refuse an object there."""


class Local(Struct, frozen=True):
    """
    Answer here: ListBuckets, CORS, multi-delete, a bucket of one's own, a cut listing, a form.
    """

    audited: Audited
    request: S3Request
    principal: Principal
    credential: CredentialEntry | None
    backend: BackendRoute | None
    body: BodyPlan
    expects_continue: bool = False
    visible_prefixes: tuple[str, ...] = ()
    """For a listing: show only what lies under these, and the common prefixes that lead there."""
    foreign_source: ForeignSource | None = None
    """For a copy: its source, which lies on another backend."""
    must_not_replace: bool = False
    """For a copy by append-only: an object that is there must stay as it is."""


class Refuse(Struct, frozen=True):
    """
    Answer this error; the body is not touched.
    """

    audited: Audited
    error: StowageError
    request: S3Request | None = None
    closes: bool = False
    """The connection cannot go on: its framing is not to be trusted."""
    extra: dict[str, str] = {}
    """More children of the error document, e.g. `Region` or `ServerTime`."""
    canonical_request: str = ""
    """For the audit row of a signature that did not fit; never for the answer or the log."""


Answer = Forward | Local | Refuse
