"""
What main and a worker say to each other over their socket, and how it is written.

A frame is four bytes of length, big-endian, and one message in MessagePack. Both ends are of the
same release: main starts its workers. No SQL and no pydantic is imported here.
"""

import struct
from collections.abc import Iterator, Mapping
from typing import TypeVar

import msgspec

from app.audit.event import AuditEvent
from app.quotas.limits import Limits, QuotaSubject
from app.quotas.messages import QuotaDown, QuotaUp
from app.snapshot.calls import CorsSet, SetCors
from app.snapshot.values import (
    AnonymousBinding,
    BackendRoute,
    BucketQuota,
    BucketTarget,
    CorsRule,
    CredentialEntry,
    ProxySettings,
    Snapshot,
)
from app.tally import CounterDelta, GaugeValue, HistogramDelta

MAX_FRAME_BYTES = 512 * 1024 * 1024
"""Room for a snapshot of a million credentials; more is a fault, not a message."""

_LENGTH = struct.Struct(">I")
_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


class SnapshotMessage(msgspec.Struct, frozen=True, tag="snapshot"):
    """
    Down: everything, in place of whatever the worker held.
    """

    snapshot: Snapshot


class DeltaMessage(msgspec.Struct, frozen=True, tag="delta", omit_defaults=True):
    """
    Down: what differs from the revision before. An entry replaces the one of the same key.
    """

    revision: int
    settings: ProxySettings | None = None
    backends: Mapping[str, BackendRoute] = {}
    removed_backends: tuple[str, ...] = ()
    credentials: Mapping[str, CredentialEntry] = {}
    removed_credentials: tuple[str, ...] = ()
    cors: Mapping[BucketTarget, tuple[CorsRule, ...]] = {}
    removed_cors: tuple[BucketTarget, ...] = ()
    anonymous: Mapping[str, AnonymousBinding] = {}
    removed_anonymous: tuple[str, ...] = ()
    quotas: Mapping[BucketTarget, BucketQuota] = {}
    removed_quotas: tuple[BucketTarget, ...] = ()
    charged: Mapping[QuotaSubject, Limits] = {}
    removed_charged: tuple[QuotaSubject, ...] = ()


class Drain(msgspec.Struct, frozen=True, tag="drain"):
    """
    Down: accept nothing new, finish what runs, leave when done or after so many seconds.
    """

    deadline_seconds: float


class Ping(msgspec.Struct, frozen=True, tag="ping"):
    """
    Down: are you there? Answered with a `Pong` of the same number.
    """

    sequence: int


class Inspect(msgspec.Struct, frozen=True, tag="inspect"):
    """
    Down: what have you loaded? Answered with an `Inspection` of the same number.
    """

    sequence: int


class Ready(msgspec.Struct, frozen=True, tag="ready"):
    """
    Up: the first snapshot is in, connections are accepted.
    """

    pid: int
    revision: int


class AuditBatch(msgspec.Struct, frozen=True, tag="audit"):
    """
    Up: audit events, oldest first.
    """

    events: tuple[AuditEvent, ...]


class CounterBatch(msgspec.Struct, frozen=True, tag="counters"):
    """
    Up: what was counted since the last one; `Tally.drain` makes the first two.
    """

    counters: tuple[CounterDelta, ...] = ()
    histograms: tuple[HistogramDelta, ...] = ()
    gauges: tuple[GaugeValue, ...] = ()


class LastUsed(msgspec.Struct, frozen=True, tag="last_used"):
    """
    Up: when each access key last proved itself, in seconds since the epoch.
    """

    seen: Mapping[str, float]


class Pong(msgspec.Struct, frozen=True, tag="pong"):
    """
    Up: I am here, this is how I do.
    """

    sequence: int
    revision: int
    connections: int = 0
    requests_in_flight: int = 0


class Inspection(msgspec.Struct, frozen=True, tag="inspection"):
    """
    Up: the names of all modules that are loaded; a test reads that none opens a database.
    """

    sequence: int
    modules: tuple[str, ...]


Down = SnapshotMessage | DeltaMessage | Drain | Ping | Inspect | CorsSet | QuotaDown
Up = Ready | AuditBatch | CounterBatch | LastUsed | Pong | Inspection | SetCors | QuotaUp

_encoder = msgspec.msgpack.Encoder()
_down = msgspec.msgpack.Decoder(Down)
_up = msgspec.msgpack.Decoder(Up)


class WireError(Exception):
    """
    The other end sent something that is no message; the connection cannot go on.
    """


def encode(message: Down | Up) -> bytes:
    """
    Return the whole frame of a message.

    Raises:
        WireError: the message does not fit into a frame.
    """
    body = _encoder.encode(message)
    if len(body) > MAX_FRAME_BYTES:
        raise WireError(f"a message of {len(body)} bytes does not fit into a frame")
    return _LENGTH.pack(len(body)) + body


def decode_down(body: bytes) -> Down:
    """
    Read a message of main from the body of a frame.

    Raises:
        WireError: it is not one.
    """
    try:
        message: Down = _down.decode(body)
    except msgspec.MsgspecError as error:
        raise WireError(str(error)) from error
    return message


def decode_up(body: bytes) -> Up:
    """
    Read a message of a worker from the body of a frame.

    Raises:
        WireError: it is not one.
    """
    try:
        message: Up = _up.decode(body)
    except msgspec.MsgspecError as error:
        raise WireError(str(error)) from error
    return message


class FrameReader:
    """
    Cuts a stream of bytes into the bodies of frames.
    """

    def __init__(self) -> None:
        self._pending = bytearray()

    def feed(self, data: bytes) -> Iterator[bytes]:
        """
        Take the next bytes; yield the body of every frame that is complete now.

        Raises:
            WireError: a frame announces more than `MAX_FRAME_BYTES`.
        """
        self._pending += data
        while (body := self._next_body()) is not None:
            yield body

    def _next_body(self) -> bytes | None:
        if len(self._pending) < _LENGTH.size:
            return None
        (size,) = _LENGTH.unpack_from(self._pending)
        if size > MAX_FRAME_BYTES:
            raise WireError(f"a frame announces {size} bytes")
        end = _LENGTH.size + size
        if len(self._pending) < end:
            return None
        body = bytes(self._pending[_LENGTH.size : end])
        del self._pending[:end]
        return body


def apply_delta(snapshot: Snapshot, delta: DeltaMessage) -> Snapshot:
    """
    Return the snapshot with the delta's changes in; the old one is left as it is.
    """
    return Snapshot(
        revision=delta.revision,
        settings=delta.settings or snapshot.settings,
        backends=_merge(snapshot.backends, delta.backends, delta.removed_backends),
        credentials=_merge(snapshot.credentials, delta.credentials, delta.removed_credentials),
        cors=_merge(snapshot.cors, delta.cors, delta.removed_cors),
        anonymous=_merge(snapshot.anonymous, delta.anonymous, delta.removed_anonymous),
        quotas=_merge(snapshot.quotas, delta.quotas, delta.removed_quotas),
        charged=_merge(snapshot.charged, delta.charged, delta.removed_charged),
    )


def _merge(
    held: Mapping[_Key, _Value], upserts: Mapping[_Key, _Value], removed: tuple[_Key, ...]
) -> Mapping[_Key, _Value]:
    if not upserts and not removed:
        return held
    merged = {**held, **upserts}
    for key in removed:
        merged.pop(key, None)
    return merged
