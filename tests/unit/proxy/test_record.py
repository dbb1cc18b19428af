from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from structlog.testing import capture_logs

from app.clock import ManualClock
from app.errors import registry as errors
from app.errors.raised import StowageError
from app.snapshot.values import ProxySettings
from proxy.core.decision import Audited
from proxy.core.head import parse_head
from proxy.core.request import parse_request
from proxy.record import CLIENT_GONE, Recorder, Transaction

if TYPE_CHECKING:
    from app.audit.event import AuditEvent

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
GET = Audited("GetObject", "signed", "b", "bucket", "key", "AK", "user")
PUT = Audited("PutObject", "signed", "b", "bucket", "key", "AK", "user", is_write=True)


@pytest.fixture(autouse=True)
def _information_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", logger="proxy")


class Desk:
    """
    A recorder with its surroundings.
    """

    def __init__(self, *, read_rate: float = 0.0, chance: float = 0.5) -> None:
        self.clock = ManualClock(NOON)
        self.events: list[AuditEvent] = []
        self.recorder = Recorder(self.clock, self.events.append, lambda: chance)
        self.recorder.settings = ProxySettings(read_audit_rate=read_rate)

    def finish(
        self, audited: Audited, status: int, error: StowageError | None = None, target: str = "/b/k"
    ) -> None:
        method = "PUT" if audited.is_write else "GET"
        head = f"{method} {target} HTTP/1.1\r\nHost: s3\r\nUser-Agent: sdk\r\n\r\n"
        request = parse_request(parse_head(head.encode()))
        transaction = Transaction("R1", 0.0, "10.0.0.1", audited, request, status, error)
        self.recorder.finish(transaction, 0.25)

    def count(self, name: str) -> dict[tuple[str, ...], float]:
        counters, _ = self.recorder.tally.drain()
        return {delta.labels: delta.amount for delta in counters if delta.name == name}


def test_successful_read_leaves_no_row_by_default() -> None:
    desk = Desk()

    desk.finish(GET, 200)

    assert desk.events == []
    assert desk.count("stowage_s3_request_total") == {
        ("GET", "GetObject", "200", "ok", "signed"): 1
    }


@pytest.mark.parametrize(("chance", "rows"), [(0.29, 1), (0.31, 0)])
def test_successful_reads_are_sampled(chance: float, rows: int) -> None:
    desk = Desk(read_rate=0.3, chance=chance)

    desk.finish(GET, 200)

    assert len(desk.events) == rows


def test_change_leaves_a_row() -> None:
    desk = Desk()

    desk.finish(PUT, 200)

    (event,) = desk.events
    assert (event.action, event.status, event.at) == ("s3.proxy.putobject", "ok", NOON)
    assert (event.user_id, event.bucket, event.object_key) == ("user", "bucket", "key")
    assert event.detail["access_key"] == "AK"
    assert event.user_agent == "sdk"


@pytest.mark.parametrize(
    ("status", "expected"), [(404, "denied"), (503, "error"), (CLIENT_GONE, "error")]
)
def test_read_that_fails_upstream_leaves_a_row(status: int, expected: str) -> None:
    desk = Desk()

    desk.finish(GET, status)

    assert [event.status for event in desk.events] == [expected]


def test_refusal_of_somebody_known_leaves_its_own_row() -> None:
    desk = Desk()

    for _ in range(30):
        desk.finish(GET, 403, errors.FORBIDDEN(reason="bucket.out_of_scope"))

    assert [event.detail["reason"] for event in desk.events] == ["bucket.out_of_scope"] * 30
    assert desk.count("stowage_s3_scope_violation_total") == {(): 30}


def test_refusals_of_somebody_unknown_are_merged_by_the_second() -> None:
    desk = Desk()
    refusal = errors.INVALID_CREDENTIALS(reason="signature.mismatch")

    for _ in range(3):
        desk.finish(GET, 403, refusal)
    desk.finish(GET, 403, errors.INVALID_CREDENTIALS(reason="credential.unknown"))
    desk.recorder.flush()
    assert desk.events == []
    desk.clock.advance(timedelta(seconds=1))
    desk.recorder.flush()

    assert [(e.detail["reason"], e.detail.get("count")) for e in desk.events] == [
        ("signature.mismatch", 3),
        ("credential.unknown", None),
    ]
    assert desk.recorder.take_last_used() == {}


def test_secrets_in_the_target_are_not_recorded() -> None:
    desk = Desk()
    refusal = errors.FORBIDDEN(reason="grant.missing")

    desk.finish(GET, 403, refusal, "/b/k?X-Amz-Signature=hush&x=1")

    assert "hush" not in str(desk.events)
    assert desk.events[0].detail["path"] == "/b/k?X-Amz-Signature=REDACTED&x=1"


def test_refusals_are_logged_with_their_request_id_and_without_secrets() -> None:
    desk = Desk()

    with capture_logs() as lines:
        desk.finish(GET, 200)
        desk.finish(GET, 404, target="/b/k?X-Amz-Signature=hush")
        desk.finish(GET, 503)

    assert [(line["log_level"], line["status"]) for line in lines] == [
        ("info", 404),
        ("warning", 503),
    ]
    assert {line["request_id"] for line in lines} == {"R1"}
    assert "hush" not in str(lines)


def test_the_canonical_request_of_a_refusal_is_audited_and_never_logged() -> None:
    desk = Desk()
    request = parse_request(parse_head(b"GET /b/k HTTP/1.1\r\nHost: s3\r\n\r\n"))
    refusal = errors.INVALID_CREDENTIALS(reason="signature.mismatch", params={"difference": "d"})
    transaction = Transaction("R1", 0.0, "10.0.0.1", GET, request, 403, refusal)
    transaction.detail["canonical_request"] = "GET\n/computed"

    with capture_logs() as lines:
        desk.recorder.finish(transaction, 0.25)
        desk.recorder.flush_all()

    assert desk.events[0].detail["canonical_request"] == "GET\n/computed"
    assert len(lines) == 1
    assert "computed" not in str(lines)


def test_flood_of_bad_signatures_is_one_line_a_second() -> None:
    desk = Desk()

    with capture_logs() as lines:
        for _ in range(100):
            desk.finish(GET, 403, errors.INVALID_CREDENTIALS(reason="signature.mismatch"))

    assert len(lines) == 1


def test_access_log_has_a_line_for_every_request() -> None:
    desk = Desk()
    desk.recorder.settings = ProxySettings(access_log=True)

    with capture_logs() as lines:
        desk.finish(GET, 200)
        desk.finish(PUT, 200)

    assert [line["operation"] for line in lines] == ["GetObject", "PutObject"]


def test_use_of_a_key_is_noted_once() -> None:
    desk = Desk()
    desk.finish(GET, 200)
    desk.clock.advance(timedelta(seconds=5))
    desk.finish(GET, 200)

    assert desk.recorder.take_last_used() == {"AK": NOON.timestamp() + 5}
    assert desk.recorder.take_last_used() == {}


def test_probes_leave_nothing() -> None:
    desk = Desk()

    desk.finish(Audited("Readyz", "anonymous"), 503)

    assert desk.events == []
    assert desk.count("stowage_s3_request_total") == {}
