"""
The administrators' first look and the charts, over HTTP.
"""

import httpx

from support.dashboard import Dashboard
from support.dashboard_people import BACKEND, DEAD, Place


def test_the_first_look_has_what_the_reference_shows(
    ada: httpx.Client, uli: httpx.Client, place: Place
) -> None:
    uli.get(f"{place.url}/objects")
    before = ada.get("/api/admin/dashboard").json()
    uli.get(f"{place.url}/objects")
    failed = uli.get(f"/api/backends/{DEAD}/buckets")
    found = ada.get("/api/admin/dashboard").json()

    requests = found["requests"]
    assert requests["total_24h"] >= before["requests"]["total_24h"] + 2
    assert requests["errors_24h"] >= before["requests"]["errors_24h"] + 1
    assert requests["by_backend"][BACKEND] > 0
    assert len(requests["hourly"]) == 24
    hours = [hour["unix_hour"] for hour in requests["hourly"]]
    assert hours == list(range(hours[0], hours[0] + 24))
    latest = requests["recent_errors"][-1]
    assert latest["request_id"] == failed.headers["x-request-id"]
    assert (latest["status"], latest["backend"], latest["method"]) == (502, DEAD, "GET")
    assert set(found["storage"]) == {"by_backend", "top_buckets", "cache_note"}
    assert [one["surface"] for one in found["traffic"]] == ["dashboard", "s3"]
    assert found["traffic"][0]["p95_ms"] > 0
    assert found["traffic"][0]["bytes_out"] > 0
    assert set(found["jobs"]) == {"queued", "running"}
    assert isinstance(found["credentials"], list)


def test_the_gauges_of_a_server_are_shown(dashboard: Dashboard) -> None:
    shown = dashboard.services.metrics.render()[0].decode()

    for name in ("jobs", "sessions_active", "uploads_active", "quota_buckets", "audit_waiting"):
        assert f"# TYPE stowage_{name} gauge" in shown, name


def test_the_charts_hold_what_was_served(
    dashboard: Dashboard, ada: httpx.Client, uli: httpx.Client, place: Place
) -> None:
    uli.get(f"{place.url}/objects")
    dashboard.run(dashboard.services.telemetry.sample())

    chart = ada.get("/api/admin/metrics", params={"name": "requests,latency"}).json()
    wide = ada.get("/api/admin/metrics", params={"name": "requests", "step": 900}).json()

    assert chart["step"] == 60
    assert wide["step"] == 900
    assert {one["name"] for one in chart["series"]} == {"requests", "latency"}
    mine = [one for one in chart["series"] if one["labels"].get("backend") == BACKEND]
    assert sum(value for one in mine for _, value in one["points"]) > 0


def test_the_numbers_are_for_administrators(ada: httpx.Client, uli: httpx.Client) -> None:
    for path in ("/api/admin/dashboard", "/api/admin/metrics"):
        assert uli.get(path).status_code == 403
    for query in (
        "name=nope",
        "from=yesterday",
        "from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z",
    ):
        answer = ada.get(f"/api/admin/metrics?{query}")
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_request")
