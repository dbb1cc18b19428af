import subprocess
import sys
from datetime import UTC, datetime

import pytest

from app.audit.event import AuditEvent
from app.rbac.levels import Level, Role
from app.rbac.principal import EVERYTHING, Principal, PrincipalKind, Scope
from app.snapshot import wire
from app.snapshot.values import (
    EMPTY,
    AnonymousBinding,
    BackendRoute,
    BucketTarget,
    CorsRule,
    CredentialEntry,
    CredentialLimits,
    ProxySettings,
    Snapshot,
)
from app.tally import CounterDelta, GaugeValue, HistogramDelta

TARGET = BucketTarget("main", "photos")
ROUTE = BackendRoute("main", "http", "::1", 9000, "us-east-1", True, "AK", "secret")
ENTRY = CredentialEntry(
    "AKIAEXAMPLE",
    "virtual-secret",
    Principal(
        PrincipalKind.CREDENTIAL,
        "AKIAEXAMPLE",
        role=Role.USER,
        user_id="01K",
        scopes=(Scope("main", "photos", "a/", Level.LIST | Level.WRITE, may_overwrite=False),),
        ceiling=(EVERYTHING,),
    ),
    {"photos": TARGET},
    expires_at=12.5,
    cidrs=("10.0.0.0/8",),
    limits=CredentialLimits(concurrency=3),
)
SNAPSHOT = Snapshot(
    7,
    ProxySettings(host_suffixes=("s3.local",)),
    {"main": ROUTE},
    {"AKIAEXAMPLE": ENTRY},
    {TARGET: (CorsRule(("*",), ("GET",)),)},
    {"photos": AnonymousBinding("photos", TARGET)},
)
EVENT = AuditEvent(
    datetime(2026, 5, 1, 12, 0, 0, 123456, tzinfo=UTC),
    "s3.proxy.getobject",
    status="denied",
    detail={"count": 3, "keys": ["a", "b"], "ok": None},
)
DOWN = [
    wire.SnapshotMessage(SNAPSHOT),
    wire.DeltaMessage(8, credentials={"AKIAEXAMPLE": ENTRY}, removed_cors=(TARGET,)),
    wire.Drain(2.5),
    wire.Ping(4),
]
UP = [
    wire.Ready(12, 7),
    wire.AuditBatch((EVENT,)),
    wire.CounterBatch(
        (CounterDelta("a", ("GET",), 2.0),),
        (HistogramDelta("b", (), (1, 0), 0.25),),
        (GaugeValue("c", (), 1.0),),
    ),
    wire.LastUsed({"AKIAEXAMPLE": 1.5}),
    wire.Pong(4, 7, 2, 1),
]


def _name(message: object) -> str:
    return type(message).__name__


@pytest.mark.parametrize("message", DOWN, ids=_name)
def test_a_message_of_main_arrives_as_it_was_sent(message: wire.Down) -> None:
    (body,) = wire.FrameReader().feed(wire.encode(message))

    assert wire.decode_down(body) == message


@pytest.mark.parametrize("message", UP, ids=_name)
def test_a_message_of_a_worker_arrives_as_it_was_sent(message: wire.Up) -> None:
    (body,) = wire.FrameReader().feed(wire.encode(message))

    assert wire.decode_up(body) == message


def test_frames_are_found_in_a_stream_cut_anywhere() -> None:
    stream = b"".join(wire.encode(message) for message in DOWN)
    reader = wire.FrameReader()

    bodies = [body for byte in stream for body in reader.feed(bytes([byte]))]

    assert [wire.decode_down(body) for body in bodies] == DOWN


def test_a_frame_beyond_the_limit_is_refused_before_its_body_arrives() -> None:
    with pytest.raises(wire.WireError, match="announces"):
        list(wire.FrameReader().feed((wire.MAX_FRAME_BYTES + 1).to_bytes(4, "big")))


@pytest.mark.parametrize("decode", [wire.decode_down, wire.decode_up])
@pytest.mark.parametrize("body", [b"", b"\xc1", b"\x81\xa4type\xa3odd"], ids=repr)
def test_what_is_no_message_is_refused(decode: object, body: bytes) -> None:
    assert callable(decode)

    with pytest.raises(wire.WireError):
        decode(body)


def test_a_worker_message_is_not_read_as_one_of_main() -> None:
    (body,) = wire.FrameReader().feed(wire.encode(wire.Ready(1, 2)))

    with pytest.raises(wire.WireError):
        wire.decode_down(body)


def test_a_delta_puts_in_replaces_and_takes_out() -> None:
    other = BackendRoute("other", "https", "s3", 443, "", False, "AK", "secret")

    after = wire.apply_delta(
        SNAPSHOT,
        wire.DeltaMessage(
            9, backends={"other": other}, removed_credentials=("AKIAEXAMPLE", "never-there")
        ),
    )

    assert after.revision == 9
    assert after.backends == {"main": ROUTE, "other": other}
    assert after.credentials == {}
    assert after.cors is SNAPSHOT.cors
    assert after.settings is SNAPSHOT.settings
    assert "AKIAEXAMPLE" in SNAPSHOT.credentials


def test_a_delta_with_settings_replaces_them() -> None:
    after = wire.apply_delta(EMPTY, wire.DeltaMessage(1, settings=ProxySettings(access_log=True)))

    assert after.settings.access_log


def test_no_secret_shows_in_the_repr_of_a_message() -> None:
    text = repr(wire.SnapshotMessage(SNAPSHOT)) + repr(DOWN[1])

    assert "virtual-secret" not in text
    assert "'secret'" not in text


def test_the_wire_brings_neither_sql_nor_pydantic() -> None:
    program = (
        "import sys, app.snapshot.wire\n"
        "heavy = {'sqlalchemy', 'pydantic', 'starlette', 'aiobotocore', 'prometheus_client'}\n"
        "print(*sorted(heavy & set(sys.modules)))"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)

    assert done.stdout == b"\n"
