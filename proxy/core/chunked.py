"""
The decoder of a body: removes its framing, verifies what its sender declared, piece by piece.

Memory is bounded by one header line and one byte: the last byte of the payload is held back until
everything is found right, so that a forged or cut body never becomes an object upstream.
"""

from app.errors import registry as errors
from proxy.core import checksums
from proxy.core.aws_chunks import AwsChunks, malformed_trailer
from proxy.core.checksums import Hasher
from proxy.core.decision import BodyDecoder, BodyPlan, BodyRule
from proxy.core.framing import Framing, LengthFraming, TransferChunks, broken
from proxy.core.trailed import TrailedDecoder
from proxy.sigv4.payload import ChunkVerifier

_PLAIN = BodyRule()
_SURPLUS = frozenset({b"", b"\r", b"\n", b"\r\n"})


def open_decoder(plan: BodyPlan) -> BodyDecoder:
    """
    Return a fresh decoder for one body.
    """
    decoder = Decoder(plan)
    return TrailedDecoder(decoder, plan) if plan.passed_trailer else decoder


class Decoder:
    """
    A `BodyDecoder` over the framings of `proxy.core.framing`.
    """

    __slots__ = ("_hashers", "_held", "_inner", "_length", "_outer", "_rule", "_surplus", "_taken")

    def __init__(self, plan: BodyPlan) -> None:
        rule = plan.rule or _PLAIN
        self._rule = rule
        self._length = plan.payload_length
        self._taken = 0
        self._held = b""
        self._surplus = b""
        """What came behind the inner framing."""
        self._outer: Framing = (
            TransferChunks() if plan.wire_length is None else LengthFraming(plan.wire_length)
        )
        self._inner = _open_inner(rule, plan.payload_length)
        self._hashers = _open_hashers(rule)

    @property
    def is_complete(self) -> bool:
        """
        Tell whether the last byte of the framed body has been fed.
        """
        return self._outer.is_complete

    @property
    def leftover(self) -> bytes:
        """
        Bytes fed beyond the end of the body: the start of the next request.
        """
        return self._outer.leftover

    def feed(self, data: bytes) -> bytes:
        """
        Take the next bytes off the wire; return payload that may go upstream (maybe empty).

        Raises:
            StowageError: framing, a chunk's signature or a length is wrong.
        """
        payload = self._outer.feed(data)
        inner = self._inner
        if inner is not None:
            payload = self._unframe(inner, payload)
        return self._take(payload) if payload else b""

    def _unframe(self, inner: AwsChunks, payload: bytes) -> bytes:
        if inner.is_complete:
            self._surplus += payload
            payload = b""
        else:
            payload = inner.feed(payload)
            self._surplus = inner.leftover
        # Some writers end the last trailer line with one line end too many.
        if self._surplus not in _SURPLUS:
            raise broken()
        return payload

    def _take(self, payload: bytes) -> bytes:
        for hasher in self._hashers.values():
            hasher.update(payload)
        self._taken += len(payload)
        limit = self._rule.max_payload_bytes
        if limit is not None and self._taken > limit:
            raise errors.TOO_LARGE(reason="body.limit", params={"limit": limit})
        if self._length is None or self._taken < self._length:
            return payload
        self._held = payload[-1:]
        return payload[:-1]

    def finish(self) -> bytes:
        """
        Verify what can only be known at the end; return the payload held back.

        Raises:
            StowageError: the body is incomplete, or a hash, checksum or trailer is wrong.
        """
        if not self._outer.is_complete or self._length not in {None, self._taken}:
            raise broken()
        if self._inner is not None and not self._inner.is_complete:
            raise malformed_trailer() if self._inner.is_in_trailer else broken()
        self._verify_digests()
        return self._held

    def trailer(self, name: str) -> str:
        """
        Return the value of the trailer that was announced; only after `finish`.
        """
        return "" if self._inner is None else self._inner.trailers[name]

    def _verify_digests(self) -> None:
        found = {name: hasher.digest() for name, hasher in self._hashers.items()}
        rule = self._rule
        if rule.payload_sha256 and found["sha256"].hex() != rule.payload_sha256:
            raise errors.BAD_REQUEST(reason="s3.payload_hash_mismatch")
        for algorithm, digest in rule.checksums:
            checksums.verify_digest(algorithm, digest, found[algorithm])
        if self._inner is not None and rule.trailer:
            # Complete means that the announced trailer is among those that came.
            _verify_trailer(rule.trailer, self._inner.trailers[rule.trailer], found)


def _open_inner(rule: BodyRule, payload_length: int | None) -> AwsChunks | None:
    if not rule.is_aws_chunked:
        return None
    verifier = None if rule.seed is None else ChunkVerifier(rule.seed)
    return AwsChunks(payload_length or 0, verifier=verifier, announced=rule.trailer)


def _open_hashers(rule: BodyRule) -> dict[str, Hasher]:
    algorithms = {name for name, _ in rule.checksums}
    if rule.payload_sha256:
        algorithms.add("sha256")
    if rule.trailer and (algorithm := checksums.find_algorithm(rule.trailer)):
        algorithms.add(algorithm)
    return {name: checksums.open_hasher(name) for name in algorithms}


def _verify_trailer(name: str, value: str, found: dict[str, bytes]) -> None:
    algorithm = checksums.find_algorithm(name)
    digest = None if algorithm is None else checksums.parse_digest(algorithm, value)
    if algorithm is None or digest is None:
        raise malformed_trailer()
    checksums.verify_digest(algorithm, digest, found[algorithm])
