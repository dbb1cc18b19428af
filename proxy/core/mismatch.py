"""
What of a request was signed otherwise than it arrived: found out where a signature does not fit.

The changes that proxies and broken signers make are undone one at a time; the one after which the
signature fits is named. That tells nothing to whoever does not hold the secret.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from app.snapshot.values import Snapshot
from proxy.core.request import S3Request
from proxy.sigv4.canonical import (
    canonical_headers,
    canonical_paths,
    canonical_query,
    hash_request,
    uri_encode_path,
)
from proxy.sigv4.payload import EMPTY_SHA256, UNSIGNED
from proxy.sigv4.signature import SigningKey, is_same, string_to_sign

UNKNOWN = "check the secret key and the signing method"
_HOST = "the host was signed as another than arrived; a proxy in front must leave Host as it is"
_PORT = "the host was signed with another port than arrived"
_METHOD = "another method was signed"
_QUERY = "the query was signed as another than arrived"
_PATH = "the path was escaped twice, or changed on the way"
_PAYLOAD = "the payload was signed as another than x-amz-content-sha256 says"
_ENCODING = "Accept-Encoding was changed on the way; leave it out of what is signed"
_MAX_HOSTS = 4
EXPLAINED_PER_SECOND = 10
"""One takes as long as fourteen refusals."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """
    A request as it may have been signed.
    """

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    payload: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """
    The signature that does not fit, and what it was made with.
    """

    key: SigningKey
    timestamp: str
    scope: str
    signed_headers: tuple[str, ...]
    signed_text: str
    signature: str
    payload: str


class Patience:
    """
    Explains so many signatures a second; a flood of wrong ones is refused without that work.
    """

    __slots__ = ("_left", "_second", "_snapshot")

    def __init__(self) -> None:
        self._snapshot: Snapshot | None = None
        self._second = -1
        self._left = 0

    def is_left(self, snapshot: Snapshot, now: float) -> bool:
        """
        Tell whether one more is explained in this second, and count it.
        """
        if int(now) != self._second or snapshot is not self._snapshot:
            self._snapshot, self._second, self._left = snapshot, int(now), EXPLAINED_PER_SECOND
        self._left -= 1
        return self._left >= 0


def find_difference(request: S3Request, attempt: Attempt, public_url: str) -> str:
    """
    Return in words what was signed otherwise; `UNKNOWN` where nothing that is tried explains it.

    Args:
        request: As it arrived.
        attempt: Its signature, of a credential that exists.
        public_url: The endpoint as clients see it; may be empty.
    """
    for words, candidate in _candidates(request, attempt, public_url):
        if _fits(candidate, attempt):
            return words
    return UNKNOWN


def _candidates(
    request: S3Request, attempt: Attempt, public_url: str
) -> Iterator[tuple[str, Candidate]]:
    pairs = [pair for pair in request.query if pair[0] != "X-Amz-Signature"]
    path, query = canonical_paths(request.raw_path)[0], canonical_query(pairs)
    plain = Candidate(request.method, path, query, request.headers, attempt.payload)
    for host in _other_hosts(request, public_url):
        words = _PORT if host.partition(":")[0] == request.host.partition(":")[0] else _HOST
        yield words, replace(plain, headers={**request.headers, "host": host})
    for method in ("GET", "HEAD", "PUT"):
        yield _METHOD, replace(plain, method=method)
    for payload in (UNSIGNED, EMPTY_SHA256):
        yield _PAYLOAD, replace(plain, payload=payload)
        told = {**request.headers, "x-amz-content-sha256": payload}
        yield _PAYLOAD, replace(plain, payload=payload, headers=told)
    yield _PATH, replace(plain, path=uri_encode_path(path))
    raw = request.head.target.partition("?")[2].partition("&X-Amz-Signature=")[0]
    for other in ("", raw):
        yield _QUERY, replace(plain, query=other)
    for coding in ("", "gzip", "identity"):
        yield _ENCODING, replace(plain, headers={**request.headers, "accept-encoding": coding})


def _other_hosts(request: S3Request, public_url: str) -> list[str]:
    """
    Return the hosts by which the client may have known us.
    """
    name, _, port = request.host.partition(":")
    forwarded = request.headers.get("x-forwarded-host", "").split(",")
    hosts = [host.strip() for host in forwarded[:_MAX_HOSTS] if host.strip()]
    hosts += [urlsplit(public_url).netloc] if public_url else []
    return [*hosts, *([name] if port else [f"{name}:80", f"{name}:443"])]


def _fits(candidate: Candidate, attempt: Attempt) -> bool:
    forms = canonical_headers(candidate.headers, attempt.signed_headers)
    for headers in forms or ():
        digest = hash_request(
            candidate.method,
            candidate.path,
            candidate.query,
            headers,
            attempt.signed_text,
            candidate.payload,
        )
        text = string_to_sign(attempt.timestamp, attempt.scope, digest)
        if is_same(attempt.key.sign(text), attempt.signature):
            return True
    return False
