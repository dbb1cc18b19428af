"""
Limits and sizes over HTTP, in the words of the reference.
"""

import httpx
import pytest

from support.dashboard import Dashboard
from support.dashboard_people import BACKEND, Place


def put(client: httpx.Client, place: Place, key: str, size: int) -> httpx.Response:
    body = {"file": ("x", b"x" * size)}
    return client.post(f"{place.url}/object", data={"key": key}, files=body)


def told(answer: httpx.Response) -> tuple[int, str, str | None]:
    error = answer.json()["error"]
    return answer.status_code, error["code"], error["reason"]


def test_a_bucket_that_nobody_limited_says_so(ada: httpx.Client, place: Place) -> None:
    answer = ada.get(f"{place.url}/quota")

    assert answer.status_code == 200
    assert answer.json() == {"configured": False, "has_usage": False}


def test_a_limit_is_set_read_and_removed(
    ada: httpx.Client, uli: httpx.Client, place: Place
) -> None:
    put(uli, place, "a", 3)

    answer = ada.put(f"{place.url}/quota", json={"soft_bytes": 5, "hard_bytes": 10})

    assert answer.status_code == 200
    body = answer.json()
    assert body["configured"] is body["has_usage"] is True
    assert body["source"] == "dashboard"
    assert (body["soft_bytes"], body["hard_bytes"]) == (5, 10)
    assert (body["usage_bytes"], body["object_count"]) == (3, 1)
    assert body["updated_by"] == ada.get("/api/me").json()["id"]
    assert [body[name][-1] for name in ("updated_at", "computed_at")] == ["Z", "Z"]
    listed = ada.get("/api/admin/quotas").json()["quotas"]
    mine = [one for one in listed if one["bucket"] == place.bucket]
    assert [(one["kind"], one["backend_id"], one["hard_bytes"]) for one in mine] == [
        ("bucket", BACKEND, 10)
    ]

    assert ada.delete(f"{place.url}/quota").status_code == 204
    assert ada.delete(f"{place.url}/quota").status_code == 204
    assert ada.get(f"{place.url}/quota").json()["configured"] is False


def test_an_upload_beyond_the_limit_is_refused_with_the_numbers(
    ada: httpx.Client, uli: httpx.Client, place: Place
) -> None:
    ada.put(f"{place.url}/quota", json={"hard_bytes": 10})

    assert put(uli, place, "a", 10).status_code == 201
    answer = put(uli, place, "b", 1)

    assert told(answer) == (507, "quota_exceeded", "quota.bucket")
    assert answer.json()["error"]["params"] == {"limit": 10, "used": 10}
    assert uli.delete(f"{place.url}/object", params={"key": "a"}).status_code == 204
    assert put(uli, place, "b", 10).status_code == 201


def test_a_user_s_limit_holds_in_every_bucket_and_is_listed_with_the_others(
    ada: httpx.Client, uli: httpx.Client, place: Place
) -> None:
    user_id = uli.get("/api/me").json()["id"]
    url = f"/api/admin/quotas/user/{user_id}"
    assert ada.get(url).json() == {"configured": False, "has_usage": False}

    answer = ada.put(url, json={"soft_bytes": 5, "hard_bytes": 10})

    assert answer.status_code == 200
    assert (answer.json()["hard_bytes"], answer.json()["has_usage"]) == (10, True)
    try:
        assert put(uli, place, "a", 10).status_code == 201
        assert told(put(uli, place, "b", 1)) == (507, "quota_exceeded", "quota.user")
        assert put(ada, place, "b", 1).status_code == 201
        refs = {"keys": [{"key": "a"}]}
        assert uli.post(f"{place.url}/objects/delete", json=refs).status_code == 200
        assert put(uli, place, "c", 10).status_code == 201
        listed = ada.get("/api/admin/quotas").json()["quotas"]
        mine = [one for one in listed if one["id"] == user_id]
        own = uli.get("/api/me/quotas").json()["quotas"]
        assert [(one["kind"], one["id"], one["usage_bytes"]) for one in own] == [
            ("user", user_id, 10)
        ]
        assert "updated_by" not in own[0]
        assert ada.get("/api/me/quotas").json() == {"quotas": []}
        assert [(one["kind"], one["usage_bytes"], "bucket" in one) for one in mine] == [
            ("user", 10, False)
        ]
    finally:
        assert ada.delete(url).status_code == 204
    assert ada.delete(url).status_code == 204
    assert put(uli, place, "d", 1).status_code == 201


def test_one_sees_the_limits_of_one_s_groups_and_keys_and_nobody_else_s(
    ada: httpx.Client, uli: httpx.Client, rea: httpx.Client
) -> None:
    user_id = uli.get("/api/me").json()["id"]
    made = ada.post("/api/admin/groups", json={"name": "limited", "members": [user_id]}).json()
    scope = {"backend_id": BACKEND, "buckets": ["docs"]}
    key = uli.post("/api/me/s3-credentials", json=scope | {"description": "nightly"}).json()
    subjects = {f"group/{made['id']}": "limited", f"credential/{key['access_key']}": "nightly"}
    try:
        for subject in subjects:
            limits = {"hard_bytes": 100}
            ada.put(f"/api/admin/quotas/{subject}", json=limits).raise_for_status()

        own = uli.get("/api/me/quotas").json()["quotas"]

        assert {f"{one['kind']}/{one['id']}": one["name"] for one in own} == subjects
        assert [(one["hard_bytes"], one["has_usage"]) for one in own] == [(100, True)] * 2
        assert rea.get("/api/me/quotas").json() == {"quotas": []}
    finally:
        uli.delete(f"/api/me/s3-credentials/{key['access_key']}")
        ada.delete(f"/api/admin/groups/{made['id']}")
    assert uli.get("/api/me/quotas").json() == {"quotas": []}


def test_an_upload_link_writes_on_the_account_of_who_made_it(
    ada: httpx.Client, uli: httpx.Client, dashboard: Dashboard, place: Place
) -> None:
    url = f"/api/admin/quotas/user/{uli.get('/api/me').json()['id']}"
    body = {"backend_id": BACKEND, "bucket": place.bucket, "kind": "upload", "prefix": "in/"}
    code = uli.post("/api/shares", json=body).json()["code"]
    ada.put(url, json={"hard_bytes": 10}).raise_for_status()
    try:
        stranger = dashboard.client()

        def send(name: str, size: int) -> httpx.Response:
            upload = f"/s/{code}/upload"
            return stranger.put(upload, params={"name": name}, content=b"x" * size)

        assert send("a", 8).status_code == 201
        assert told(send("b", 3))[:2] == (507, "quota_exceeded")
        assert ada.get(url).json()["usage_bytes"] == 8
    finally:
        ada.delete(url)


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("user/nobody", "user.not_found"),
        ("group/nobody", "group.not_found"),
        ("credential/nobody", "credential.not_found"),
        ("bucket/main", "route.unknown"),
        ("role/admin", "route.unknown"),
    ],
)
def test_only_who_is_there_is_limited(ada: httpx.Client, path: str, reason: str) -> None:
    answer = ada.put(f"/api/admin/quotas/{path}", json={"hard_bytes": 1})

    assert told(answer) == (404, "not_found", reason)


def test_who_may_list_sees_the_numbers_but_not_who_set_them(
    ada: httpx.Client, rea: httpx.Client, place: Place
) -> None:
    ada.put(f"{place.url}/quota", json={"hard_bytes": 10})

    body = rea.get(f"{place.url}/quota").json()

    assert body["hard_bytes"] == 10
    assert "updated_by" not in body


@pytest.mark.parametrize(
    "limits",
    [
        {},
        {"soft_bytes": 0, "hard_bytes": 0},
        {"soft_bytes": 10, "hard_bytes": 5},
        {"hard_bytes": -1},
        {"soft_bytes": 2**63},
    ],
    ids=str,
)
def test_limits_that_make_no_sense_are_refused(
    ada: httpx.Client, place: Place, limits: dict[str, int]
) -> None:
    assert told(ada.put(f"{place.url}/quota", json=limits))[:2] == (400, "invalid_quota")


def test_an_unknown_backend_is_not_found(ada: httpx.Client) -> None:
    url = "/api/backends/nope/buckets/docs/quota"
    for answer in (
        ada.get(url),
        ada.put(url, json={"hard_bytes": 1}),
        ada.post(f"{url}/recompute"),
    ):
        assert told(answer)[:2] == (404, "not_found")


def test_recomputing_counts_a_bucket_without_a_limit_too(
    ada: httpx.Client, uli: httpx.Client, place: Place
) -> None:
    put(uli, place, "a/b", 3)
    put(uli, place, "c", 4)

    body = ada.post(f"{place.url}/quota/recompute").json()

    assert (body["configured"], body["usage_bytes"], body["object_count"]) == (False, 7, 2)
    missing = f"/api/backends/{BACKEND}/buckets/never-made/quota/recompute"
    assert told(ada.post(missing))[:2] == (404, "not_found")


def test_a_bucket_that_is_deleted_takes_its_limit_along(ada: httpx.Client, place: Place) -> None:
    ada.put(f"{place.url}/quota", json={"hard_bytes": 10})
    assert ada.delete(place.url).status_code == 204

    ada.post(f"/api/backends/{BACKEND}/buckets/", json={"name": place.bucket})

    body = ada.get(f"{place.url}/quota").json()
    assert (body["configured"], body["has_usage"]) == (False, False)


def test_the_audit_log_names_every_change(
    dashboard: Dashboard, ada: httpx.Client, place: Place
) -> None:
    ada.put(f"{place.url}/quota", json={"hard_bytes": 10})
    ada.post(f"{place.url}/quota/recompute")
    ada.delete(f"{place.url}/quota")
    ada.put(f"{place.url}/size-tracking", json={"enabled": False})
    dashboard.run(dashboard.services.audit.flush())

    rows = ada.get("/api/admin/audit", params={"bucket": place.bucket}).json()["events"]

    assert [row["action"] for row in reversed(rows) if row["action"] != "bucket.create"] == [
        "quota.set",
        "job.create",
        "quota.recompute",
        "quota.delete",
        "bucket.size_tracking.set",
    ]


def test_sizes_are_counted_until_somebody_says_no(
    ada: httpx.Client, uli: httpx.Client, place: Place
) -> None:
    for key, size in (("a/1", 3), ("a/b/2", 4), ("c/3", 5), ("d", 6)):
        put(uli, place, key, size)
    assert uli.get(f"{place.url}/size-tracking").json() == {"enabled": True}

    whole = uli.get(f"{place.url}/prefix-size").json()
    part = uli.get(f"{place.url}/prefix-size", params={"prefix": "a/"}).json()
    usage = uli.get(f"{place.url}/usage").json()

    assert (whole["bytes"], whole["count"], whole["prefix"]) == (18, 4, "")
    assert (part["bytes"], part["count"], part["prefix"]) == (7, 2, "a/")
    assert part["computed_at"].endswith("Z")
    assert usage["complete"] is True
    assert usage["children"] == [
        {"prefix": "a/", "bytes": 7, "count": 2},
        {"prefix": "c/", "bytes": 5, "count": 1},
    ]
    deeper = uli.get(f"{place.url}/usage", params={"prefix": "a/", "depth": "1"}).json()
    assert deeper["children"] == [{"prefix": "a/b/", "bytes": 4, "count": 1}]
    refused = uli.get(f"{place.url}/prefix-size", params={"prefix": "a"})
    assert told(refused)[:2] == (400, "invalid_prefix")

    answer = ada.put(f"{place.url}/size-tracking", json={"enabled": False})
    assert answer.json()["enabled"] is False
    assert answer.json()["updated_by"] == ada.get("/api/me").json()["id"]
    assert told(uli.get(f"{place.url}/prefix-size"))[:2] == (400, "size_tracking_disabled")
    ada.put(f"{place.url}/size-tracking", json={"enabled": True})
    assert uli.get(f"{place.url}/prefix-size").json()["bytes"] == 18
