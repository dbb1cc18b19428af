"""
What was refused or changed stands in the audit log: once, with who, from where, and why.
"""

import json

import httpx
import pytest

from app.audit import log
from app.audit.event import AuditEvent
from support.audited import Change, unrecorded
from support.dashboard import Dashboard
from support.dashboard_people import BACKEND, Place, sign_in


def rows(dashboard: Dashboard, root: httpx.Client, **query: str) -> list[dict[str, str]]:
    dashboard.run(dashboard.services.audit.flush())
    found: list[dict[str, str]] = root.get("/api/admin/audit", params=query).json()["events"]
    return found


def test_a_refused_call_is_recorded_with_who_and_why(
    dashboard: Dashboard, root: httpx.Client, fresh_user: str
) -> None:
    client = sign_in(dashboard, fresh_user, **{"User-Agent": "curious/1.0"})
    user_id = client.get("/api/me").json()["id"]

    answer = client.get("/api/admin/users")

    found = rows(dashboard, root, request_id=answer.headers["x-request-id"])
    assert [(row["action"], row["status"], row["user_id"]) for row in found] == [
        ("request.refuse", "denied", user_id)
    ]
    assert (found[0]["ip"], found[0]["user_agent"]) == ("127.0.0.1", "curious/1.0")
    assert json.loads(found[0]["detail"]) == {
        "method": "GET",
        "route": "/api/admin/users",
        "code": "forbidden",
        "reason": "admin.required",
        "count": 1,
    }


def test_many_refusals_of_one_kind_are_one_row(
    dashboard: Dashboard, root: httpx.Client, fresh_user: str
) -> None:
    client = sign_in(dashboard, fresh_user)
    user_id = client.get("/api/me").json()["id"]
    rows(dashboard, root)

    for _ in range(20):
        client.post("/api/me/pins", headers={"X-CSRF-Token": "wrong"})

    found = rows(dashboard, root, user=user_id, action="request.")
    counts = [json.loads(row["detail"])["count"] for row in found]
    assert sum(counts) == 20
    assert len(found) < 10
    assert b"stowage_audit_merged_total" in dashboard.services.metrics.render()[0]


def test_a_refusal_that_a_service_recorded_is_not_recorded_twice(
    dashboard: Dashboard, root: httpx.Client, rea: httpx.Client, uli: httpx.Client, place: Place
) -> None:
    # The gate of the route refuses the first; the service, at the bucket, the second.
    early = rea.post(f"{place.url}/objects/folder", json={"key": "a/"})
    late = uli.delete(place.url)

    found = [
        rows(dashboard, root, request_id=answer.headers["x-request-id"]) for answer in (early, late)
    ]

    assert [[row["action"] for row in one] for one in found] == [
        ["request.refuse"],
        ["bucket.delete"],
    ]
    assert [one[0]["status"] for one in found] == ["denied", "denied"]
    assert (found[0][0]["backend"], found[0][0]["bucket"]) == (BACKEND, place.bucket)


def test_a_foreign_site_and_a_guessed_token_are_recorded_but_not_a_first_visit(
    dashboard: Dashboard, root: httpx.Client, stranger: httpx.Client
) -> None:
    foreign = stranger.post("/auth/logout", headers={"Origin": "https://evil.example"})
    guessed = stranger.get("/api/me", headers={"Authorization": f"Bearer stw_{'x' * 43}"})
    first = stranger.get("/api/me")

    found = [
        [json.loads(row["detail"])["reason"] for row in rows(dashboard, root, request_id=one)]
        for one in (answer.headers["x-request-id"] for answer in (foreign, guessed, first))
    ]

    assert found == [["source.origin"], ["token.unknown"], []]


def test_a_change_that_left_no_row_would_be_noticed(dashboard: Dashboard, fresh_user: str) -> None:
    # The fixture of the dashboard asks this of every change that any test here made.
    made = dashboard.changes[-1:]
    silent = Change("DELETE", "/api/shares/01NOBODY", "nobody-wrote-this-down")

    assert fresh_user
    assert [change.path for change in made] == ["/api/admin/users"]
    assert unrecorded(dashboard, made) == set()
    assert unrecorded(dashboard, [*made, silent]) == {("DELETE", "/api/shares/{id}")}


def test_nothing_is_changed_while_the_audit_log_has_no_room(
    dashboard: Dashboard, uli: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    services, pin = dashboard.services, {"backend_id": BACKEND, "bucket": "no-room"}

    async def record() -> None:
        services.audit.record(AuditEvent(services.clock.now(), "user.update"))

    monkeypatch.setattr(log, "MAX_WAITING", 0)
    monkeypatch.setattr(log, "ROOM_SECONDS", 0.01)
    dashboard.run(record())
    try:
        refused = uli.post("/api/me/pins/", json=pin)
        read = uli.get("/api/me/pins/")
    finally:
        monkeypatch.undo()
        dashboard.run(record())
        dashboard.run(services.audit.flush())

    assert (refused.status_code, refused.json()["error"]["code"]) == (503, "store_unavailable")
    assert read.status_code == 200
    assert "no-room" not in read.text
    assert uli.post("/api/me/pins/", json=pin).status_code == 201
