from app.audit.event import AuditEvent
from app.audit.refusals import MAX_ROWS, MergedRefusals
from support.state import NOON


def _refusal(ip: str, reason: str = "csrf.mismatch", user_id: str = "") -> AuditEvent:
    detail = {"reason": reason}
    return AuditEvent(NOON, "request.refuse", "denied", user_id, ip=ip, detail=detail)


def test_refusals_of_one_kind_become_one_row_with_a_count() -> None:
    merged = MergedRefusals()
    was_merged = [merged.add(_refusal("10.0.0.1")) for _ in range(3)]
    merged.add(_refusal("10.0.0.2"))
    merged.add(_refusal("10.0.0.1", "token.unknown"))
    merged.add(_refusal("10.0.0.1", user_id="u"))

    rows = merged.take()

    assert was_merged == [False, True, True]
    assert [(row.ip, row.user_id, row.detail) for row in rows] == [
        ("10.0.0.1", "", {"reason": "csrf.mismatch", "count": 3}),
        ("10.0.0.2", "", {"reason": "csrf.mismatch", "count": 1}),
        ("10.0.0.1", "", {"reason": "token.unknown", "count": 1}),
        ("10.0.0.1", "u", {"reason": "csrf.mismatch", "count": 1}),
    ]
    assert merged.take() == []


def test_a_flood_from_everywhere_becomes_one_row_for_each_reason_and_every_one_is_counted() -> None:
    merged = MergedRefusals()
    for number in range(MAX_ROWS + 500):
        merged.add(_refusal(f"10.0.{number // 256}.{number % 256}"))

    rows = merged.take()

    assert len(rows) == MAX_ROWS + 1
    assert (rows[-1].ip, rows[-1].detail["count"]) == ("", 500)
    assert sum(int(str(row.detail["count"])) for row in rows) == MAX_ROWS + 500
