"""
What the metrics are told of requests that are over.
"""

import pytest

from app.errors import registry as errors
from app.errors.raised import StowageError
from proxy.core.decision import Audited
from proxy.core.head import parse_head
from proxy.core.request import parse_request
from proxy.measures import DURATION, UPSTREAM_DURATION, Measures
from proxy.record import Transaction
from proxy.results import name_result

READ = Audited("GetObject", "signed", "b", "bucket", "key", "AK")
OPEN = Audited("GetObject", "anonymous", "b", "bucket", "key")


def note(  # noqa: PLR0913  one argument for each thing that is counted
    measures: Measures,
    audited: Audited = READ,
    *,
    method: str = "GET",
    status: int = 200,
    error: StowageError | None = None,
    seconds: float = 0.02,
    upstream_seconds: float = 0.01,
    size: int = 0,
) -> None:
    request = parse_request(parse_head(f"{method} /b/k HTTP/1.1\r\nHost: s3\r\n\r\n".encode()))
    transaction = Transaction("R", 0.0, "10.0.0.1", audited, request, status, error)
    transaction.upstream_seconds = upstream_seconds
    transaction.bytes_in = transaction.bytes_out = size
    measures.note(transaction, seconds, name_result(error, status))


def counters(measures: Measures) -> dict[tuple[str, ...], float]:
    found = measures.drain()[0]
    return {(one.name, *one.labels): one.amount for one in found if "backend" not in one.name}


def test_requests_of_one_kind_are_counted_together() -> None:
    measures = Measures()
    for size in (0, 10, 5):
        note(measures, size=size)
    note(measures, method="HEAD")

    assert counters(measures) == {
        ("stowage_s3_request_total", "GET", "GetObject", "200", "ok", "signed"): 3,
        ("stowage_s3_request_total", "HEAD", "GetObject", "200", "ok", "signed"): 1,
        ("stowage_s3_bytes_in_total", "GetObject"): 15,
        ("stowage_s3_bytes_out_total", "GetObject"): 15,
        ("stowage_s3_key_request_total", "AK"): 4,
    }
    assert measures.drain() == ((), ())


def test_durations_of_an_operation_are_one_histogram_whatever_the_method() -> None:
    measures = Measures()
    note(measures, seconds=0.004)
    note(measures, method="HEAD", seconds=99.0, upstream_seconds=-1.0)

    found = {one.name: one for one in measures.drain()[1]}

    assert found[DURATION].buckets == (1, *(0,) * 10, 1)
    assert found[DURATION].total == 99.004
    assert sum(found[UPSTREAM_DURATION].buckets) == 1


def test_many_durations_are_counted_one_by_one_and_a_bound_belongs_below() -> None:
    measures = Measures()
    many = 2500
    for _ in range(many):
        note(measures, seconds=0.005, upstream_seconds=0.0051)
    note(measures, seconds=0.2, upstream_seconds=10.0)

    found = {one.name: one for one in measures.drain()[1]}

    assert found[DURATION].buckets == (many, *(0,) * 4, 1, *(0,) * 6)
    assert found[UPSTREAM_DURATION].buckets == (0, many, *(0,) * 8, 1, 0)
    assert found[DURATION].total == pytest.approx(many * 0.005 + 0.2)


def test_methods_that_do_not_exist_share_a_label() -> None:
    measures = Measures()
    for method in ("BREW", "TRACE", "BREW"):
        note(measures, method=method)

    found = counters(measures)

    assert [key[1] for key in found if key[0] == "stowage_s3_request_total"] == ["OTHER"]


def test_refusals_are_counted_by_what_was_wrong() -> None:
    measures = Measures()
    wrong = errors.INVALID_CREDENTIALS(reason="signature.mismatch")
    outside = errors.FORBIDDEN(reason="bucket.out_of_scope")
    refused = errors.FORBIDDEN(reason="cors.refused")
    note(measures, status=403, error=wrong)
    note(measures, status=403, error=outside)
    note(measures, OPEN, status=403, error=refused)
    note(measures, OPEN)

    found = counters(measures)

    assert found["stowage_s3_auth_failure_total", "bad-sig"] == 1
    assert found["stowage_s3_key_request_total", "AK"] == 1
    assert found[("stowage_s3_scope_violation_total",)] == 1
    assert found["stowage_s3_anonymous_request_total", "GetObject", "403"] == 1
    assert found["stowage_s3_anonymous_request_total", "GetObject", "200"] == 1
    assert found["stowage_s3_anonymous_reject_total", "op-not-allowed"] == 1
