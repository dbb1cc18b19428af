from pathlib import Path

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as read_openmetrics
from prometheus_client.parser import text_string_to_metric_families as read_text

from app.metrics import Metrics
from app.tally import SECONDS_BOUNDS, CounterDelta, GaugeValue, HistogramDelta, Tally
from app.worker_metrics import WORKER_METRICS

DURATION = "stowage_s3_request_duration_seconds"


def _samples(metrics: Metrics) -> dict[tuple[str, frozenset[str]], float]:
    body, _ = metrics.render()
    return {
        (sample.name, frozenset(sample.labels.values())): sample.value
        for family in read_text(body.decode())
        for sample in family.samples
    }


def test_calls_of_the_api_are_counted_by_class_and_backend() -> None:
    metrics = Metrics()

    metrics.observe_request("GET", 404, "main", seconds=0.02, response_bytes=2000)
    metrics.observe_request("GET", 200, "", seconds=0.02, response_bytes=0)
    metrics.observe_request("GET", 999, "", seconds=0.02, response_bytes=0)

    samples = _samples(metrics)
    assert samples["stowage_requests_total", frozenset({"GET", "4xx", "main"})] == 1
    assert samples["stowage_requests_total", frozenset({"GET", "unknown", ""})] == 1
    assert (
        samples["stowage_request_duration_seconds_bucket", frozenset({"GET", "main", "0.025"})] == 1
    )
    assert samples["stowage_response_bytes_bucket", frozenset({"GET", "main", "65536.0"})] == 1
    assert ("stowage_response_bytes_count", frozenset({"GET", ""})) not in samples


def test_what_workers_count_is_added_up() -> None:
    metrics, first, second = Metrics(), Tally(), Tally()
    for tally in (first, second):
        tally.count("stowage_s3_bytes_in_total", ("PutObject",), 100)
        tally.observe(DURATION, ("PutObject",), 0.03)
        tally.observe(DURATION, ("PutObject",), 60.0)

    for name, tally in (("1", first), ("2", second)):
        counters, histograms = tally.drain()
        metrics.apply(name, counters=counters, histograms=histograms)

    samples = _samples(metrics)
    assert samples["stowage_s3_bytes_in_total", frozenset({"PutObject"})] == 200
    assert samples[f"{DURATION}_bucket", frozenset({"PutObject", "0.025"})] == 0
    assert samples[f"{DURATION}_bucket", frozenset({"PutObject", "0.05"})] == 2
    assert samples[f"{DURATION}_bucket", frozenset({"PutObject", "10.0"})] == 2
    assert samples[f"{DURATION}_bucket", frozenset({"PutObject", "+Inf"})] == 4
    assert samples[f"{DURATION}_count", frozenset({"PutObject"})] == 4
    assert samples[f"{DURATION}_sum", frozenset({"PutObject"})] == pytest.approx(120.06)


def test_gauges_of_workers_are_summed_and_leave_with_them() -> None:
    metrics = Metrics()
    for worker, inflight in (("1", 3.0), ("2", 4.0)):
        metrics.apply(
            worker,
            gauges=[
                GaugeValue("stowage_s3_inflight_requests", (), inflight),
                GaugeValue("stowage_s3_credential_cache_size", (), 10.0),
            ],
        )

    assert _samples(metrics)["stowage_s3_inflight_requests", frozenset()] == 7
    assert _samples(metrics)["stowage_s3_credential_cache_size", frozenset()] == 10

    metrics.forget_worker("2")
    assert _samples(metrics)["stowage_s3_inflight_requests", frozenset()] == 3


def test_jobs_are_shown_while_they_wait_and_counted_when_they_end() -> None:
    metrics = Metrics()

    metrics.show_jobs({"queued": 3, "running": 1})
    metrics.show_jobs({"queued": 2, "running": 2})
    for state in ("done", "done", "failed"):
        metrics.count_job("copy", state, objects=10, size_bytes=500)

    samples = _samples(metrics)
    assert samples["stowage_jobs", frozenset({"queued"})] == 2
    assert samples["stowage_jobs_ended_total", frozenset({"copy", "done"})] == 2
    assert samples["stowage_job_objects_total", frozenset({"copy"})] == 30
    assert samples["stowage_job_bytes_total", frozenset({"copy"})] == 1500


def test_a_metric_that_is_not_known_is_not_shown() -> None:
    metrics = Metrics()
    before = set(_samples(metrics))

    metrics.apply(
        "1",
        counters=[
            CounterDelta("surprise_total", (), 1.0),
            CounterDelta("stowage_s3_bytes_in_total", ("too", "many"), 1.0),
        ],
        histograms=[
            HistogramDelta("surprise_seconds", (), (1,), 1.0),
            HistogramDelta(DURATION, ("GetObject",), (1, 2), 1.0),
        ],
        gauges=[GaugeValue("surprise", (), 1.0)],
    )

    assert set(_samples(metrics)) == before


def test_every_histogram_of_the_workers_has_bounds() -> None:
    histograms = {name for name in WORKER_METRICS if name.endswith("_duration_seconds")}

    assert histograms == set(SECONDS_BOUNDS)


def test_openmetrics_is_answered_to_those_who_ask() -> None:
    metrics = Metrics()
    metrics.count_error("s3", "not_found")

    body, content_type = metrics.render("application/openmetrics-text; version=1.0.0,text/plain")

    assert content_type.startswith("application/openmetrics-text")
    families = {family.name for family in read_openmetrics(body.decode())}
    assert {"stowage_errors", "stowage_s3_request", "process_cpu_seconds"} <= families


@pytest.mark.parametrize("accept", ["", "*/*", "text/plain; version=odd", "\x00;;,=;"])
def test_everybody_else_gets_text(accept: str) -> None:
    body, content_type = Metrics().render(accept)

    assert content_type.startswith("text/plain")
    assert b"stowage_audit_dropped_total 0.0" in body


def test_a_removed_backend_is_shown_no_more() -> None:
    metrics = Metrics()
    metrics.show_backend("main", is_up=True)
    metrics.show_backend("other", is_up=False)
    assert _samples(metrics)["stowage_backend_up", frozenset({"main"})] == 1

    metrics.forget_backend("main")

    assert ("stowage_backend_up", frozenset({"main"})) not in _samples(metrics)
    assert _samples(metrics)["stowage_backend_up", frozenset({"other"})] == 0


def test_the_size_of_the_database_is_read_at_the_scrape(tmp_path: Path) -> None:
    metrics, path = Metrics(), tmp_path / "state.db"
    metrics.watch_database(path)
    assert _samples(metrics)["stowage_sqlite_db_bytes", frozenset()] == 0

    path.write_bytes(b"x" * 100)

    assert _samples(metrics)["stowage_sqlite_db_bytes", frozenset()] == 100


def test_refused_sign_ins_are_counted_by_reason() -> None:
    metrics = Metrics()

    metrics.count_login_failure("account_locked")

    assert _samples(metrics)["stowage_login_failures_total", frozenset({"account_locked"})] == 1
