"""
What the S3 endpoint shows beside credentials, over HTTP: strangers' buckets, aliases, CORS rules.
"""

import secrets
from typing import Any

import httpx
import pytest

from app.endpoint.aliases import Alias
from app.snapshot.values import AnonymousBinding, BucketTarget, CorsRule
from support.dashboard import Dashboard
from support.dashboard_people import BACKEND, DEAD, Place
from support.declared import COMMAND_LINE, from_file
from support.polling import wait_until

ANONYMOUS = "/api/admin/s3-anonymous"
ALIASES = "/api/admin/s3-aliases"


def told(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def audited(dashboard: Dashboard, root: httpx.Client, **filters: str) -> list[str]:
    dashboard.run(dashboard.services.audit.flush())
    answer = root.get("/api/admin/audit", params=filters)
    return [row["action"] for row in answer.json()["events"]]


# Strangers


def test_strangers_are_let_in_on_terms_and_shut_out(
    dashboard: Dashboard, root: httpx.Client, place: Place
) -> None:
    feed = dashboard.services.feed
    body = {"backend_id": BACKEND, "bucket": place.bucket}

    first = root.post(ANONYMOUS, json=body)

    assert first.status_code == 200
    assert {"mode": "ReadOnly", "per_source_ip_rps": 20, "list": True, "prefix": ""}.items() <= (
        first.json().items()
    )
    terms = {"list": False, "prefix": "public/", "per_source_ip_rps": 3}
    changed = root.post(f"{ANONYMOUS}/", json=body | terms).json()
    assert terms.items() <= changed.items()
    assert changed["created_at"] == first.json()["created_at"]
    target = BucketTarget(BACKEND, place.bucket)
    expected = AnonymousBinding(
        place.bucket, target, may_list=False, prefix="public/", requests_per_second=3.0
    )
    wait_until(lambda: feed.current.anonymous.get(place.bucket) == expected, 5, what="the binding")
    assert place.bucket in root.get("/api/admin/s3-proxy/anonymous").text
    url = f"{ANONYMOUS}/{BACKEND}/{place.bucket}"
    assert root.delete(url).status_code == 204
    assert told(root.delete(url)) == (404, "not_found")
    wait_until(lambda: place.bucket not in feed.current.anonymous, 5, what="the end of it")
    assert audited(dashboard, root, bucket=place.bucket, action="s3_") == [
        "s3_anonymous.delete",
        "s3_anonymous.upsert",
        "s3_anonymous.upsert",
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {"mode": "ReadWrite"},
        {"per_source_ip_rps": -1},
        {"backend_id": "nope"},
        {"bucket": "Not A Bucket"},
        {"bucket": "*"},
        {"prefix": "a/../b"},
    ],
)
def test_terms_that_make_no_sense_are_refused(root: httpx.Client, wrong: dict[str, Any]) -> None:
    body = {"backend_id": BACKEND, "bucket": "docs"} | wrong

    assert told(root.post(ANONYMOUS, json=body)) == (400, "invalid_request")


def test_a_name_leads_strangers_to_one_bucket_only(root: httpx.Client, place: Place) -> None:
    body = {"bucket": place.bucket}
    assert root.post(ANONYMOUS, json=body | {"backend_id": BACKEND}).status_code == 200

    second = root.post(ANONYMOUS, json=body | {"backend_id": DEAD})
    alias = root.post(ALIASES, json={"name": place.bucket, "backend_id": DEAD, "bucket": "docs"})

    assert told(second) == told(alias) == (409, "conflict")
    assert second.json()["error"]["reason"] == "name.in_use"


def test_only_administrators_open_buckets(uli: httpx.Client, place: Place) -> None:
    body = {"backend_id": BACKEND, "bucket": place.bucket}

    assert told(uli.post(ANONYMOUS, json=body)) == (403, "forbidden")
    assert told(uli.post(ALIASES, json=body | {"name": "docs"})) == (403, "forbidden")
    assert told(uli.get(ANONYMOUS)) == (403, "forbidden")


# Aliases


def test_an_alias_reaches_the_credentials_of_its_bucket(
    dashboard: Dashboard, root: httpx.Client, place: Place
) -> None:
    name = f"alias-{secrets.token_hex(4)}"
    key = root.post(
        "/api/admin/s3-credentials", json={"backend_id": BACKEND, "buckets": [place.bucket]}
    ).json()["access_key"]
    body = {"name": name, "backend_id": BACKEND, "bucket": place.bucket}

    made = root.post(ALIASES, json=body)

    assert (made.status_code, made.json()) == (201, body | {"source": "dashboard"})
    assert made.json() in root.get(f"{ALIASES}/").json()["aliases"]
    assert told(root.post(ALIASES, json=body)) == (409, "conflict")
    keys = dashboard.services.feed
    target = BucketTarget(BACKEND, place.bucket)
    wait_until(
        lambda: (
            key in keys.current.credentials
            and keys.current.credentials[key].buckets.get(name) == target
        ),
        5,
        what="the alias",
    )
    assert root.delete(f"{ALIASES}/{name}").status_code == 204
    wait_until(
        lambda: name not in keys.current.credentials[key].buckets, 5, what="the end of the alias"
    )
    assert told(root.delete(f"{ALIASES}/{name}")) == (404, "not_found")
    assert audited(dashboard, root, bucket=place.bucket, action="alias.") == [
        "alias.delete",
        "alias.create",
    ]


@pytest.mark.parametrize(
    "wrong", [{"name": "Not A Bucket"}, {"backend_id": "nope"}, {"bucket": ""}, {"name": "*"}]
)
def test_an_alias_that_makes_no_sense_is_refused(root: httpx.Client, wrong: dict[str, Any]) -> None:
    body = {"name": "papers", "backend_id": BACKEND, "bucket": "docs"} | wrong

    assert told(root.post(ALIASES, json=body)) == (400, "invalid_request")


def test_what_a_file_declares_only_the_file_changes(
    dashboard: Dashboard, root: httpx.Client
) -> None:
    name = f"alias-{secrets.token_hex(4)}"
    declared = dashboard.services.aliases.create(
        COMMAND_LINE, Alias(name, BACKEND, "docs"), by=from_file(name)
    )
    dashboard.run(declared)

    answer = root.delete(f"{ALIASES}/{name}")

    assert told(answer) == (409, "yaml_managed")
    assert "config.yaml" in answer.text


# CORS


RULE = {
    "allowed_origins": ["https://app.example"],
    "allowed_methods": ["GET", "PUT"],
    "expose_headers": ["ETag"],
    "max_age_seconds": 60,
}


def test_cors_rules_are_kept_and_reach_the_workers(
    dashboard: Dashboard, root: httpx.Client, place: Place
) -> None:
    url, feed = f"{place.url}/cors", dashboard.services.feed
    target = BucketTarget(BACKEND, place.bucket)
    assert root.get(url).json() == {"rules": []}

    assert root.put(url, json={"rules": [RULE]}).status_code == 204

    assert root.get(url).json() == {"rules": [RULE]}
    rule = CorsRule(("https://app.example",), ("GET", "PUT"), (), ("ETag",), 60)
    wait_until(lambda: feed.current.cors.get(target) == (rule,), 5, what="the rules")
    assert root.put(url, json={"rules": []}).status_code == 204
    wait_until(lambda: target not in feed.current.cors, 5, what="the end of the rules")
    assert root.get(url).json() == {"rules": []}
    assert audited(dashboard, root, bucket=place.bucket, action="bucket.cors") == [
        "bucket.cors.set",
        "bucket.cors.set",
    ]


@pytest.mark.parametrize(
    "rules",
    [
        [RULE | {"allowed_origins": []}],
        [RULE | {"allowed_methods": []}],
        [RULE | {"allowed_methods": ["get"]}],
        [RULE | {"allowed_methods": ["PATCH"]}],
        [RULE | {"max_age_seconds": -1}],
        [RULE | {"expose_headers": ["a\r\nb: c"]}],
        [RULE | {"allowed_origins": [""]}],
        [{"allowed_origins": ["*"], "allowed_methods": ["GET"]}] * 101,
    ],
)
def test_rules_that_make_no_sense_are_refused(
    root: httpx.Client, place: Place, rules: list[dict[str, Any]]
) -> None:
    url = f"{place.url}/cors"

    assert told(root.put(url, json={"rules": rules})) == (400, "invalid_cors")
    assert root.get(url).json() == {"rules": []}


def test_cors_rules_are_for_those_who_configure_the_bucket(
    root: httpx.Client, uli: httpx.Client, place: Place
) -> None:
    assert told(uli.get(f"{place.url}/cors")) == (403, "forbidden")
    assert told(uli.put(f"{place.url}/cors", json={"rules": [RULE]})) == (403, "forbidden")
    assert told(root.get("/api/backends/nope/buckets/docs/cors")) == (404, "not_found")
