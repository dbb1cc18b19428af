from datetime import UTC, datetime, timedelta

from app.audit.event import AuditEvent
from proxy import refusals
from proxy.refusals import RefusalMerger

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


def event(ip: str, at: datetime = NOON) -> AuditEvent:
    return AuditEvent(at=at, action="s3.proxy.getobject", ip=ip, detail={"result": "bad-sig"})


def test_one_row_per_address_reason_and_second() -> None:
    written: list[AuditEvent] = []
    merger = RefusalMerger(written.append)
    later = NOON + timedelta(seconds=1)

    merged = []
    for ip, reason, at in [
        ("10.0.0.1", "a", NOON),
        ("10.0.0.1", "a", NOON),
        ("10.0.0.1", "b", NOON),
        ("10.0.0.2", "a", NOON),
        ("10.0.0.1", "a", later),
    ]:
        merged.append(merger.merge(ip, reason, int(at.timestamp())))
        if not merged[-1]:
            merger.add(event(ip, at), ip, reason)
    merger.flush(later)

    assert merged == [False, True, False, False, False]
    assert [(e.ip, e.detail.get("count")) for e in written] == [
        ("10.0.0.1", 2),
        ("10.0.0.1", None),
        ("10.0.0.2", None),
    ]
    merger.flush_all()
    assert len(written) == 4


def test_flood_from_many_addresses_takes_bounded_room() -> None:
    written: list[AuditEvent] = []
    merger = RefusalMerger(written.append)

    for number in range(refusals.MAX_OPEN + 10):
        merger.add(event(f"10.{number}"), f"10.{number}", "a")

    assert len(written) == 10
