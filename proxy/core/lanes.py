"""
What was found out about a request that is forwarded, kept for those like it.

A program sends requests of one kind all day: the same key, bucket, operation and header names,
other objects. All that follows from these is a `Fixed`; the compiled twin finds it again by its
lane, and checks that the next request is of the kind. Nothing is kept of what a value decides
about, or a moment; nothing is known under another snapshot.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

from app.rbac.policy import is_uniform
from app.snapshot.values import EMPTY, BackendRoute, CredentialEntry, Snapshot
from proxy.core import plain, twin
from proxy.core.authenticate import PRESIGNED, SIGNED
from proxy.core.leave import Permit
from proxy.core.operations import (
    COMMON_PARAMETERS,
    COPY_SOURCE,
    Answerer,
    BodyKind,
    Operation,
    Target,
)
from proxy.core.outgoing import (
    find_passed,
    find_place,
    find_signed,
    select_parameters,
)
from proxy.core.proof import Proof
from proxy.core.request import AddressStyle, S3Request
from proxy.core.shape import MAX_SHAPE_LENGTH, Memo, Shape
from proxy.core.trail import MAX_NAME
from proxy.sigv4.authorization import Claim, parse_authorization, parse_presigned
from proxy.sigv4.canonical import canonical_query
from proxy.sigv4.payload import PayloadMode
from proxy.sigv4.signature import find_key

if TYPE_CHECKING:
    from proxy.core._fast import Lane

LaneKey = tuple[str, str, str, str, tuple[str, ...]]
MAX_LANES = 8192
"""About a kilobyte each; with one more it begins anew."""
_METHODS = frozenset({"GET", "HEAD", "PUT", "DELETE"})
MODES = frozenset({PayloadMode.HASHED, PayloadMode.UNSIGNED})
# Their values decide about more than themselves.
_UNFIT = frozenset(
    {
        *("content-encoding", "transfer-encoding", "x-amz-decoded-content-length"),
        *("x-amz-security-token", "x-amz-trailer"),
    }
)
_NEEDED = frozenset({"authorization", "host", "x-amz-content-sha256", "x-amz-date"})
# What their values say is taken over from the request before: they must be the same.
_CONSTANT = ("host", "connection", "expect")
_CONSTANT_WITHOUT_BODY = (*_CONSTANT, "content-length", "x-amz-content-sha256")
_END_OF_PREFIX = "Signature="
_SIGNATURE_HEX = 64


class Fixed(Struct, frozen=True, gc=False):
    """
    What was found out about a request that holds for all that are like it.
    """

    operation: Operation
    credential: CredentialEntry
    backend: BackendRoute
    bucket: str
    """Its name on the backend."""
    shape: Shape
    raw_query: str
    """As it stands on the wire, its question mark included."""
    query: tuple[tuple[str, str], ...]
    parameters: Mapping[str, str]
    passed_query: str
    """What of it goes on."""
    auth_mode: str
    day: str
    expires_seconds: int
    """How long a presigned URL is good for; 0 where the head is signed."""
    passed: tuple[str, ...]
    """The fields that go on."""
    signed_names: tuple[str, ...]
    """Of what goes on: the fields that are signed, sorted."""
    signed_text: str
    place: str
    """The path on the backend in front of the key."""
    host: str
    is_persistent: bool
    expects_continue: bool
    nominated: frozenset[str]


class KnownLanes:
    """
    The lanes found under one snapshot; under another one none is known.
    """

    def __init__(self) -> None:
        self._snapshot = EMPTY
        self._lanes: Memo[LaneKey, Lane] = Memo(MAX_LANES)

    def under(self, snapshot: Snapshot) -> "Memo[LaneKey, Lane]":
        """
        Return the lanes that are known under this very snapshot.
        """
        if snapshot is not self._snapshot:
            self._snapshot = snapshot
            self._lanes = Memo(MAX_LANES)
        return self._lanes


KNOWN = KnownLanes()


def remember(
    request: S3Request, operation: Operation, proof: Proof, leave: Permit, snapshot: Snapshot
) -> None:
    """
    Keep what was found out about a request that is forwarded, if it says enough about others.
    """
    credential = proof.credential
    if twin.recognise is plain.recognise or credential is None:
        return
    if not (
        _is_alike(request, operation)
        and proof.payload_mode in MODES
        and _holds_always(credential)
        and _holds_for_all_keys(leave, proof)
    ):
        return
    signing = _read_header(request) if "authorization" in request.headers else _read_url(request)
    if signing is None:
        return
    fixed = _fix(request, operation, signing, leave, proof)
    lane = _open_lane(request, signing, credential, fixed)
    query = "" if signing.expires_seconds else fixed.raw_query
    key = (request.method, lane.prefix, request.bucket, query, tuple(request.headers))
    KNOWN.under(snapshot).remember(key, lane)


class _Signing(Struct, frozen=True):
    """
    How a request is signed: what of that is the same for others.
    """

    claim: Claim
    prefix: str
    auth_mode: str
    expires_seconds: int = 0


def _read_header(request: S3Request) -> _Signing | None:
    headers = request.headers
    prefix = headers["authorization"][:-_SIGNATURE_HEX]
    if not prefix.endswith(_END_OF_PREFIX) or not headers.keys() >= _NEEDED:
        return None
    claim, _ = parse_authorization(headers["authorization"])
    return _Signing(claim, prefix, SIGNED)


def _read_url(request: S3Request) -> _Signing | None:
    raw_query = request.target[len(request.raw_path) + 1 :]
    split = twin.split_query(raw_query.encode("ascii"))
    if split is None or "x-amz-content-sha256" in request.headers:
        return None
    url = parse_presigned(dict(request.query))
    return _Signing(url.claim, split[0], PRESIGNED, url.expires_seconds)


def _is_alike(request: S3Request, operation: Operation) -> bool:
    """
    Tell whether the names of its fields and its place say all that its values could.
    """
    headers, shape = request.headers, request.shape
    return (
        operation.target is Target.OBJECT
        and operation.method in _METHODS
        and operation.answerer is Answerer.BACKEND
        and COPY_SOURCE not in operation.fields
        and not (operation.required or operation.wants_md5)
        and request.parameters.keys() <= COMMON_PARAMETERS
        and request.fields is headers
        and request.style is AddressStyle.PATH
        and request.raw_path.startswith(f"/{request.bucket}/")
        and not request.head.is_http_10
        and not (shape.has_judged or shape.has_customer_keys)
        and _UNFIT.isdisjoint(headers)
        and sum(map(len, headers)) <= MAX_SHAPE_LENGTH
    )


def _holds_always(credential: CredentialEntry) -> bool:
    """
    Tell whether it is good at any moment, from anywhere.
    """
    return not (
        credential.cidrs
        or credential.session_token is not None
        or credential.not_before is not None
        or credential.expires_at is not None
    )


def _holds_for_all_keys(leave: Permit, proof: Proof) -> bool:
    has_terms = (
        leave.visible_prefixes
        or leave.copy_source
        or leave.foreign_source is not None
        or leave.must_not_replace
        or leave.backend.session_token  # goes as a field that no client sends
    )
    target = leave.target
    return not has_terms and is_uniform(proof.principal, target.backend_id, target.bucket)


def _open_lane(
    request: S3Request, signing: _Signing, credential: CredentialEntry, fixed: Fixed
) -> "Lane":
    headers, claim = request.headers, signing.claim
    has_body = fixed.operation.body is not BodyKind.NONE
    names = _CONSTANT if has_body else _CONSTANT_WITHOUT_BODY
    return twin.open_lane(
        method=request.method,
        bucket=request.bucket,
        prefix=signing.prefix,
        access_key=claim.access_key[:MAX_NAME],
        blocks=find_key(credential.secret_key, claim.scope).blocks,
        scope=claim.scope,
        query=canonical_query(request.query),
        signed_names=claim.signed_headers,
        signed_text=claim.signed_text,
        constants=tuple((name, headers[name]) for name in names if name in headers),
        fixed=fixed,
    )


def _fix(
    request: S3Request, operation: Operation, signing: _Signing, leave: Permit, proof: Proof
) -> Fixed:
    assert proof.credential is not None  # noqa: S101  a stranger's request is not remembered
    nominated = request.head.nominated
    passed = tuple(name for name in find_passed(request.fields, operation) if name not in nominated)
    signed_names, signed_text = find_signed(passed)
    host, place = find_place(leave.target.bucket, leave.backend)
    return Fixed(
        operation,
        proof.credential,
        leave.backend,
        leave.target.bucket,
        request.shape,
        request.target[len(request.raw_path) :],
        request.query,
        request.parameters,
        canonical_query(select_parameters(request, operation)),
        signing.auth_mode,
        signing.claim.day,
        signing.expires_seconds,
        passed,
        signed_names,
        signed_text,
        place,
        host,
        request.head.is_persistent,
        request.head.expects_continue,
        nominated,
    )
