"""
Virtual credentials over HTTP: every member, rotation, and what each key may then do.
"""

import secrets
from collections.abc import Iterator, Mapping
from typing import Any

import httpx
import pytest

from app.rbac.levels import Level
from app.rbac.policy import Action, Allowed, Resource, authorize
from app.snapshot.values import CredentialEntry, CredentialLimits
from dashboard.routes import ROWS
from support.dashboard import Dashboard, running_dashboard
from support.dashboard_people import BACKEND, CONFIG, DEAD, ENVIRON, STATIC_NAME, Place, sign_in
from support.polling import wait_until

ADMIN = "/api/admin/s3-credentials"
OWN = "/api/me/s3-credentials"
GET = Action("GetObject", Level.READ)
PUT = Action("PutObject", Level.WRITE)
LATER = "2099-05-01T12:00:00Z"


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """
    An administrator of a dashboard whose S3 endpoint is switched off.
    """
    config = CONFIG | {"s3_proxy": {"enabled": False}}
    with running_dashboard(tmp_path_factory.mktemp("bare"), config, ENVIRON) as running:
        yield sign_in(running, STATIC_NAME)


def told(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def make(client: httpx.Client, url: str, body: Mapping[str, Any]) -> dict[str, Any]:
    answer = client.post(url, json=body)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def entry_of(dashboard: Dashboard, access_key: str) -> CredentialEntry:
    """
    Return the key as the workers have it.
    """
    feed = dashboard.services.feed
    wait_until(lambda: access_key in feed.current.credentials, 5, what="the key in the snapshot")
    return feed.current.credentials[access_key]


def test_every_member_is_kept_and_reaches_the_workers(
    dashboard: Dashboard, root: httpx.Client, place: Place
) -> None:
    body = {
        "backend_id": BACKEND,
        "buckets": [place.bucket],
        "prefixes": ["in/"],
        "access": "append-only",
        "cidrs": ["10.0.0.7/8", "::1"],
        "limits": {"rps": 5, "concurrency": 2, "bytes_per_second": 1000},
        "not_before": "2020-01-01T00:00:00Z",
        "expires_at": LATER,
        "description": "every member",
    }

    made = make(root, ADMIN, body)

    assert {name: made[name] for name in ("prefixes", "access", "limits", "not_before")} == {
        name: body[name] for name in ("prefixes", "access", "limits", "not_before")
    }
    assert made["cidrs"] == ["10.0.0.0/8", "::1/128"]
    entry = entry_of(dashboard, made["access_key"])
    assert entry.limits == CredentialLimits(5, 2, 1000)
    assert entry.cidrs == ("10.0.0.0/8", "::1/128")
    inside = authorize(entry.principal, PUT, Resource(BACKEND, place.bucket, key="in/a"))
    assert isinstance(inside, Allowed)
    assert not inside.may_overwrite
    assert not authorize(entry.principal, GET, Resource(BACKEND, place.bucket, key="out/a"))


def test_scopes_say_what_buckets_cannot(
    dashboard: Dashboard, root: httpx.Client, place: Place
) -> None:
    other = f"other-{secrets.token_hex(4)}"
    scopes = [
        {"backend_id": BACKEND, "bucket": place.bucket, "prefix": "", "access": "readonly"},
        {"backend_id": DEAD, "bucket": other, "prefix": "x/", "access": ["write"]},
    ]

    made = make(root, ADMIN, {"scopes": scopes})

    assert made["scopes"][0] == scopes[0]
    assert made["scopes"][1]["access"] == "drop-box"
    entry = entry_of(dashboard, made["access_key"])
    assert {name: target.backend_id for name, target in entry.buckets.items()} == {
        place.bucket: BACKEND,
        other: DEAD,
    }
    patch = root.patch(f"{ADMIN}/{made['access_key']}", json={"scopes": scopes[:1]})
    assert patch.json()["buckets"] == [place.bucket]


def test_a_bucket_name_stands_for_one_backend_only(root: httpx.Client, place: Place) -> None:
    scopes = [{"backend_id": one, "bucket": place.bucket} for one in (BACKEND, DEAD)]

    answer = root.post(ADMIN, json={"scopes": scopes})

    assert told(answer) == (400, "invalid_request")
    assert "alias" in answer.json()["error"]["message"]


def test_a_temporary_credential_has_a_session_token_and_an_end(
    dashboard: Dashboard, uli: httpx.Client, place: Place
) -> None:
    body = {"backend_id": BACKEND, "buckets": [place.bucket], "ttl_seconds": 900}

    made = make(uli, OWN, body)

    assert made["session_token"]
    assert made["expires_at"]
    assert entry_of(dashboard, made["access_key"]).session_token == made["session_token"]
    assert made["session_token"] not in uli.get(OWN).text
    assert told(uli.post(f"{OWN}/{made['access_key']}/rotate")) == (400, "invalid_request")


def test_a_whole_backend_is_an_administrators_to_give(
    dashboard: Dashboard, root: httpx.Client, uli: httpx.Client
) -> None:
    body = {"backend_id": BACKEND, "buckets": ["*"]}

    assert told(uli.post(OWN, json=body)) == (403, "forbidden")
    made = make(root, ADMIN, body)

    assert made["access"] == "full"
    assert entry_of(dashboard, made["access_key"]).wildcard_backend_id == BACKEND


@pytest.mark.parametrize("url", [OWN, ADMIN])
def test_rotation_gives_a_second_key_and_ends_the_first(
    dashboard: Dashboard, ada: httpx.Client, place: Place, url: str
) -> None:
    body = {"backend_id": BACKEND, "buckets": [place.bucket], "access": "readonly"}
    old = make(ada, url, body | {"description": "turned"})["access_key"]

    fresh = make(ada, f"{url}/{old}/rotate", {"overlap_days": 1})

    assert fresh["access_key"] != old
    assert len(fresh["secret_key"]) == 40
    assert (fresh["access"], fresh["description"]) == ("readonly", "turned")
    assert "expires_at" not in fresh
    listed = {one["access_key"]: one for one in ada.get(url).json()["credentials"]}
    assert listed[old]["expires_at"]
    assert entry_of(dashboard, fresh["access_key"]).secret_key == fresh["secret_key"]


def test_rotation_is_audited_and_refuses_what_it_cannot_do(
    dashboard: Dashboard, root: httpx.Client, uli: httpx.Client, place: Place
) -> None:
    old = make(uli, OWN, {"backend_id": BACKEND, "buckets": [place.bucket]})["access_key"]
    own = f"{OWN}/{old}/rotate"

    assert told(uli.post(own, json={"overlap_days": 91})) == (400, "invalid_request")
    assert told(root.post(own, json={})) == (404, "not_found")
    fresh = make(uli, own, {"overlap_days": 0})

    dashboard.run(dashboard.services.audit.flush())
    rows = root.get("/api/admin/audit", params={"action": "s3_credential.rotate"}).json()["events"]
    assert old in rows[0]["detail"]
    assert fresh["access_key"] in rows[0]["detail"]
    assert fresh["secret_key"] not in rows[0]["detail"]


def test_the_merged_view_has_everybodys_keys_without_secrets(
    root: httpx.Client, uli: httpx.Client, place: Place
) -> None:
    made = make(uli, OWN, {"backend_id": BACKEND, "buckets": [place.bucket]})

    answer = root.get("/api/admin/s3-proxy/credentials")

    (found,) = [
        one for one in answer.json()["credentials"] if one["access_key"] == made["access_key"]
    ]
    assert (found["source"], found["buckets"]) == ("dashboard", [place.bucket])
    assert made["secret_key"] not in answer.text
    assert told(uli.get("/api/admin/s3-proxy/credentials")) == (403, "forbidden")


@pytest.mark.parametrize(
    ("method", "url"),
    [
        (
            row.method,
            row.path.rstrip("~").format(akid="AKIA1", bid=BACKEND, bucket="docs", name="n"),
        )
        for row in ROWS
        if "/s3-" in row.path
    ],
)
def test_without_the_endpoint_there_is_nothing_to_administer(
    bare: httpx.Client, method: str, url: str
) -> None:
    assert told(bare.request(method, url, json={})) == (503, "s3_proxy_disabled")
