"""
The administrators' first look and the charts, over HTTP.
"""

from datetime import timedelta

import httpx

from app.clock import SystemClock
from support.api_objects import put
from support.dashboard import Dashboard
from support.dashboard_people import BACKEND, DEAD, Place
from support.polling import wait_until

NOW = SystemClock().now()
# Above what any other test fills a limit with: the fullest are shown.
MUCH = b"x" * 1_000_000


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


def test_administrators_are_told_what_needs_attention(
    dashboard: Dashboard, ada: httpx.Client, uli: httpx.Client, place: Place
) -> None:
    soon, later = (f"{NOW + timedelta(days=days):%Y-%m-%dT%H:%M:%SZ}" for days in (3, 40))
    ends, lasts = (_key(ada, place, "ends soon", end) for end in (soon, later))
    put(uli, place, "a", body=MUCH)
    ada.put(f"{place.url}/quota", json={"soft_bytes": 1}).raise_for_status()
    user_id = uli.get("/api/me").json()["id"]
    ada.put(f"/api/admin/quotas/user/{user_id}", json={"soft_bytes": 1}).raise_for_status()
    put(uli, place, "b", body=MUCH)
    dashboard.run(dashboard.services.registry.probe_all())

    answer = ada.get("/api/admin/attention")

    found = {one["concern"]: one for one in answer.json()["matters"]}
    assert [one["id"] for one in found["backend_down"]["items"]] == [DEAD]
    limits = found["limit_passed"]["items"]
    assert (BACKEND, place.bucket) in {
        (one["backend_id"], one["bucket"]) for one in limits if one["detail"] == "bucket"
    }
    assert "uli" in {one["name"] for one in limits if one["detail"] == "user"}
    keys = found["key_expiring"]["items"]
    named = {one["id"]: one["name"] for one in keys}
    assert (named.get(ends), named.get(lasts)) == ("ends soon", None)
    assert uli.get("/api/admin/attention").status_code == 403
    ada.delete(f"/api/admin/quotas/user/{user_id}").raise_for_status()
    for key in (ends, lasts):
        ada.delete(f"/api/admin/s3-credentials/{key}").raise_for_status()


def _key(client: httpx.Client, place: Place, description: str, expires_at: str) -> str:
    body = {
        "backend_id": BACKEND,
        "buckets": [place.bucket],
        "description": description,
        "expires_at": expires_at,
    }
    answer = client.post("/api/admin/s3-credentials", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["access_key"])


def test_a_failed_job_needs_attention_until_it_is_tried_again(
    ada: httpx.Client, uli: httpx.Client, place: Place
) -> None:
    at = {"backend_id": BACKEND, "bucket": place.bucket}
    source, target = {**at, "prefix": "in/", "keys": ["in/gone"]}, {**at, "prefix": "to/"}
    made = uli.post("/api/jobs", json={"kind": "copy", "source": source, "target": target}).json()
    wait_until(lambda: _is_over(uli, made["id"]), 60, what="the job")

    assert made["id"] in _failed(ada)
    assert uli.post(f"/api/jobs/{made['id']}/retry").status_code == 201
    assert made["id"] not in _failed(ada)


def _is_over(client: httpx.Client, job_id: str) -> bool:
    return client.get(f"/api/jobs/{job_id}").json()["state"] not in ("queued", "running")


def _failed(client: httpx.Client) -> list[str]:
    matters = client.get("/api/admin/attention").json()["matters"]
    return [one["id"] for m in matters if m["concern"] == "job_failed" for one in m["items"]]


def test_administrators_see_room_certificates_and_clocks(
    ada: httpx.Client, uli: httpx.Client
) -> None:
    found = ada.get("/api/admin/health").json()

    (disk,) = found["disks"]
    assert (disk["name"], found["listeners"]) == ("database", [])
    assert 0 < disk["free_bytes"] <= disk["total_bytes"]
    outside = {one["backend_id"]: one for one in found["backends"]}
    assert abs(outside[BACKEND]["skew_seconds"]) < 60
    assert (outside[DEAD]["skew_seconds"], outside[DEAD]["certificate_ends_at"]) == (None, None)
    assert uli.get("/api/admin/health").status_code == 403
