"""
Settings of buckets through the dashboard, on a real store: what is written is what is kept.
"""

import json
from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from sqlalchemy import insert

from app.backends.settings import LifecycleRule
from app.database.declared import Declaration
from app.database.tables import buckets
from support.dashboard import Dashboard
from support.dashboard_people import BACKEND, Place
from support.seaweedfs import SeaweedFS


def told(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def statement(place: Place, **members: object) -> dict[str, object]:
    return {
        "Sid": "ReadDocs",
        "Effect": "Allow",
        "Principal": {"AWS": ["*"]},
        "Action": ["s3:GetObject"],
        "Resource": [f"arn:aws:s3:::{place.bucket}/docs/*"],
        **members,
    }


def policy_of(*statements: Mapping[str, object]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def test_versioning_is_switched_on_and_suspended(root: httpx.Client, place: Place) -> None:
    url = f"{place.url}/versioning"

    assert root.get(url).json() == {"enabled": False}
    assert root.put(url, json={"enabled": True}).json() == {"enabled": True}
    assert root.get(url).json() == {"enabled": True}
    assert root.put(url, json={"enabled": False}).json() == {"enabled": False}
    assert root.get(url).json() == {"enabled": False}


def test_a_policy_comes_back_until_it_is_deleted(root: httpx.Client, place: Place) -> None:
    url = f"{place.url}/policy"
    text = policy_of(statement(place))

    before = root.get(url).json()
    put = root.put(url, json={"policy": text})
    kept = json.loads(root.get(url).json()["policy"])
    gone = [root.delete(url).status_code for _ in range(2)]

    assert before == {"policy": ""}
    assert (put.status_code, put.content) == (204, b"")
    assert [one["Sid"] for one in kept["Statement"]] == ["ReadDocs"]
    assert gone == [204, 204]
    assert root.get(url).json() == {"policy": ""}


@pytest.mark.parametrize(
    ("policy", "code"),
    [
        ("", "bad_request"),
        ("{", "invalid_policy"),
        ("[]", "invalid_policy"),
        ("{}", "invalid_policy"),
        (policy_of({"Effect": "Maybe", "Action": "*", "Resource": "*"}), "invalid_policy"),
        (policy_of({"Effect": "Deny", "Principal": "*", "Action": "*"}), "invalid_policy"),
        ("[" * 5000, "invalid_policy"),
    ],
)
def test_what_is_no_policy_is_refused(
    root: httpx.Client, place: Place, policy: str, code: str
) -> None:
    assert told(root.put(f"{place.url}/policy", json={"policy": policy})) == (400, code)


def test_a_policy_for_another_bucket_is_refused_by_the_backend_and_said_so(
    root: httpx.Client, place: Place
) -> None:
    elsewhere = policy_of(statement(place, Resource=["arn:aws:s3:::another-bucket/*"]))

    answer = root.put(f"{place.url}/policy", json={"policy": elsewhere})

    assert told(answer) == (400, "invalid_policy")
    assert answer.json()["error"]["reason"] == "policy.refused"
    assert root.get(f"{place.url}/policy").json() == {"policy": ""}


def test_lifecycle_rules_come_back_until_they_are_cleared(root: httpx.Client, place: Place) -> None:
    url = f"{place.url}/lifecycle"
    rules = [
        {"id": "logs", "prefix": "logs/", "enabled": True, "expiration_days": 30},
        {"id": "old", "enabled": False, "noncurrent_expire_days": 3},
        {"id": "open", "prefix": "up/", "enabled": True, "abort_incomplete_days": 7},
        {"id": "tagged", "enabled": True, "expiration_days": 5, "tags": {"a": "b", "c": "d"}},
        {"id": "large", "prefix": "x", "enabled": True, "expiration_days": 5, "size_above": 10},
    ]

    assert root.get(url).json() == {"rules": []}
    assert root.put(url, json={"rules": rules}).status_code == 204
    kept = {rule["id"]: rule for rule in root.get(url).json()["rules"]}
    assert kept == {rule["id"]: rule for rule in rules}
    assert root.put(url, json={"rules": []}).status_code == 204
    assert root.get(url).json() == {"rules": []}


def test_a_rule_that_cannot_be_told_here_is_kept_as_it_is(
    dashboard: Dashboard, root: httpx.Client, place: Place
) -> None:
    dated = {
        "ID": "dated",
        "Status": "Enabled",
        "Filter": {"Prefix": "old/"},
        "Expiration": {"Date": "2030-01-01T00:00:00Z"},
    }
    store = dashboard.services.registry.get(BACKEND).backend.settings
    dashboard.run(store.put_lifecycle(place.bucket, [LifecycleRule(raw=dated)]))
    url = f"{place.url}/lifecycle"

    (shown,) = root.get(url).json()["rules"]
    mine = {"id": "mine", "enabled": True, "expiration_days": 3}
    saved = root.put(url, json={"rules": [mine, shown]})
    both = {rule["id"]: rule for rule in root.get(url).json()["rules"]}
    stale = root.put(url, json={"rules": [{"id": "nope", "read_only": True}]})

    assert shown == {"id": "dated", "prefix": "old/", "enabled": True, "read_only": True}
    assert saved.status_code == 204
    assert both == {"mine": mine, "dated": shown}
    assert told(stale) == (400, "invalid_lifecycle")


@pytest.mark.parametrize(
    "rule",
    [
        {},
        {"expiration_days": -1},
        {"transition_days": 3},
        {"transition_storage_class": "GLACIER", "expiration_days": 3},
        {"expiration_days": 3, "expired_delete_markers": True},
        {"expiration_days": 3, "size_above": 9, "size_below": 9},
        {"abort_incomplete_days": 3, "tags": {"a": "b"}},
        {"expiration_days": 3, "id": "x" * 256},
        {"expiration_days": 2**31},
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(
    root: httpx.Client, place: Place, rule: dict[str, object]
) -> None:
    answer = root.put(f"{place.url}/lifecycle", json={"rules": [rule]})

    assert told(answer) == (400, "invalid_lifecycle")
    assert answer.json()["error"]["errors"][0]["pointer"].startswith("/rules/0")


def test_a_preview_counts_and_changes_nothing(
    uli: httpx.Client, root: httpx.Client, place: Place
) -> None:
    for key in ("logs/a", "logs/b", "keep"):
        uli.post(f"{place.url}/object", data={"key": key}, files={"file": ("x", b"12345")})
    url = f"{place.url}/lifecycle"

    def preview(*rules: Mapping[str, object]) -> dict[str, Any]:
        answer = root.post(f"{url}/preview", json={"rules": list(rules)})
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    young = preview({"prefix": "logs/", "expiration_days": 30})
    other = preview({"expiration_days": 30, "tags": {"a": "b"}})

    assert young == {"objects": 0, "bytes": 0, "complete": True}
    assert other["complete"] is False
    assert root.get(url).json() == {"rules": []}


def test_object_lock_encryption_and_tags_are_kept(root: httpx.Client, place: Place) -> None:
    root.put(f"{place.url}/versioning", json={"enabled": True})
    lock = {"enabled": True, "mode": "GOVERNANCE", "days": 3}
    cases: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
        ("object-lock", lock, {"enabled": False}),
        ("encryption", {"algorithm": "AES256"}, {"algorithm": ""}),
        ("tags", {"tags": {"team": "a", "cost": "b c"}}, {"tags": {}}),
    ]
    for call, wanted, unset in cases:
        url = f"{place.url}/{call}"
        assert root.get(url).json() == unset
        assert root.put(url, json=wanted).json() == wanted
        assert root.get(url).json() == wanted
    for call in ("encryption", "tags"):
        assert root.delete(f"{place.url}/{call}").status_code == 204
    assert root.get(f"{place.url}/tags").json() == {"tags": {}}


@pytest.mark.parametrize(
    ("call", "body", "code"),
    [
        ("object-lock", {"enabled": False}, "invalid_request"),
        ("object-lock", {"mode": "FOREVER", "days": 1}, "invalid_request"),
        ("object-lock", {"mode": "GOVERNANCE"}, "invalid_request"),
        ("object-lock", {"mode": "GOVERNANCE", "days": -1}, "invalid_request"),
        ("encryption", {"algorithm": "ROT13"}, "invalid_request"),
        ("encryption", {"algorithm": "AES256", "key_id": "k"}, "invalid_request"),
        ("tags", {"tags": {str(n): "v" for n in range(51)}}, "too_many_tags"),
        ("tags", {"tags": {"": "v"}}, "invalid_tag"),
        ("tags", {"tags": {"k": "v" * 257}}, "invalid_tag"),
        ("versioning", {"enabled": "yes"}, "bad_request"),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused(
    root: httpx.Client, place: Place, call: str, body: dict[str, object], code: str
) -> None:
    assert told(root.put(f"{place.url}/{call}", json=body)) == (400, code)


def test_a_version_is_locked_until_it_may_go(root: httpx.Client, place: Place) -> None:
    root.put(f"{place.url}/versioning", json={"enabled": True})
    root.put(f"{place.url}/object-lock", json={"enabled": True})
    stored = root.post(f"{place.url}/object", data={"key": "x"}, files={"file": ("x", b"1")}).json()
    named = {"key": "x", "version_id": stored["version_id"]}
    hold, keep = f"{place.url}/object/legal-hold", f"{place.url}/object/retention"

    assert root.get(hold, params=named).json() == {"on": False}
    assert root.get(keep, params=named).json() == {}
    assert root.put(hold, params=named, json={"on": True}).status_code == 204
    assert root.get(hold, params=named).json() == {"on": True}
    refused = root.delete(f"{place.url}/object", params=named)
    assert root.put(hold, params=named, json={"on": False}).status_code == 204
    until = "2999-01-01T00:00:00Z"
    body = {"mode": "GOVERNANCE", "until": until}
    assert root.put(keep, params=named, json=body).status_code == 204
    assert root.get(keep, params=named).json() == body

    assert refused.is_error
    past = body | {"until": "2020-01-01T00:00:00Z"}
    assert told(root.put(keep, params=named, json=past)) == (400, "invalid_request")


@pytest.mark.parametrize("call", ["versioning", "policy", "lifecycle", "object-lock", "encryption"])
def test_what_the_backend_does_not_have_is_not_supported(
    root: httpx.Client, place: Place, seaweedfs: SeaweedFS, call: str
) -> None:
    names = ("versioning", "bucket_policy", "lifecycle", "object_lock", "server_side_encrypt")
    bare = {
        "id": "bare",
        "endpoint": seaweedfs.endpoint,
        "access_key": seaweedfs.access_key,
        "secret_key": seaweedfs.secret_key,
        "capabilities": dict.fromkeys(names, False),
    }
    assert root.post("/api/admin/backends", json=bare).status_code == 201

    try:
        answer = root.get(f"/api/backends/bare/buckets/{place.bucket}/{call}")
    finally:
        root.delete("/api/admin/backends/bare")

    assert told(answer) == (400, "not_supported")


@pytest.mark.parametrize("call", ["policy", "lifecycle", "object-lock", "encryption", "tags"])
def test_settings_are_for_those_who_may_configure(
    uli: httpx.Client, rea: httpx.Client, place: Place, call: str
) -> None:
    assert told(uli.get(f"{place.url}/{call}")) == (403, "forbidden")
    assert told(uli.put(f"{place.url}/{call}", json={"policy": "{}", "algorithm": "x"})) == (
        403,
        "forbidden",
    )
    assert told(rea.put(f"{place.url}/{call}", json={})) == (403, "forbidden")


def test_a_declared_setting_is_changed_in_its_file_alone(
    dashboard: Dashboard, root: httpx.Client, place: Place
) -> None:
    declared = Declaration("yaml", "config.yaml", 12, f"{BACKEND}/{place.bucket}")
    now = dashboard.services.clock.now()

    async def declare() -> None:
        async with dashboard.services.database.write() as connection:
            await connection.execute(
                insert(buckets).values(
                    backend_id=BACKEND,
                    name=place.bucket,
                    settings={"policy": {}, "versioning": True},
                    created_at=now,
                    updated_at=now,
                    **declared.columns(),
                )
            )

    dashboard.run(declare())
    text = policy_of(statement(place))

    answers = [
        root.put(f"{place.url}/policy", json={"policy": text}),
        root.put(f"{place.url}/versioning", json={"enabled": False}),
    ]
    free = root.put(f"{place.url}/tags", json={"tags": {"a": "b"}})

    assert {told(answer) for answer in answers} == {(409, "yaml_managed")}
    assert free.status_code == 200


def test_each_change_leaves_a_row_in_the_audit_log(
    dashboard: Dashboard, root: httpx.Client, place: Place
) -> None:
    root.put(f"{place.url}/policy", json={"policy": policy_of(statement(place))})
    root.put(f"{place.url}/policy", json={"policy": "{"})
    root.delete(f"{place.url}/policy")
    root.put(f"{place.url}/lifecycle", json={"rules": [{"expiration_days": 3}]})
    dashboard.run(dashboard.services.audit.flush())

    answer = root.get("/api/admin/audit", params={"bucket": place.bucket}).json()

    assert [(one["action"], one["status"]) for one in reversed(answer["events"])][1:] == [
        ("bucket.policy.set", "ok"),
        ("bucket.policy.set", "error"),
        ("bucket.policy.delete", "ok"),
        ("bucket.lifecycle.set", "ok"),
    ]
