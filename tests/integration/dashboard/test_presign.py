"""
Presigned URLs: made by the dashboard, taken by the S3 endpoint, for what they say and no more.
"""

import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import yaml

from app.quickstart.ports import claim_ports
from support.dashboard_people import CONFIG, ENVIRON, PASSWORD, STATIC_NAME, Place
from support.polling import wait_until
from support.seaweedfs import SeaweedFS
from support.stowage import running_server


@pytest.fixture(scope="module")
def admin(tmp_path_factory: pytest.TempPathFactory, seaweedfs: SeaweedFS) -> Iterator[httpx.Client]:
    """
    An administrator of a server that serves S3 on an address that clients can be told.
    """
    folder = tmp_path_factory.mktemp("presign")
    config = {
        **CONFIG,
        "server": {"listen": "127.0.0.1:0", "secret_key_file": str(folder / "key")},
        "db": {"sqlite": {"path": str(folder / "stowage.db")}},
        "s3_proxy": {"enabled": True, "listen": f"127.0.0.1:{claim_ports(1)[0]}", "workers": 1},
    }
    file = folder / "config.yaml"
    file.write_text(yaml.safe_dump(config))
    with (
        running_server(file, environment=ENVIRON) as (_, addresses),
        httpx.Client(base_url=addresses["dashboard_url"], timeout=30) as client,
    ):
        body = {"username": STATIC_NAME, "password": PASSWORD}
        assert client.post("/auth/login/local", json=body).status_code == 200
        client.headers["X-CSRF-Token"] = client.cookies["stowage_csrf"]
        backend = {
            "id": "local",
            "endpoint": seaweedfs.endpoint,
            "access_key": seaweedfs.access_key,
            "secret_key": seaweedfs.secret_key,
        }
        assert client.post("/api/admin/backends", json=backend).status_code == 201
        yield client


@pytest.fixture
def bucket_url(admin: httpx.Client) -> str:
    bucket = f"p-{secrets.token_hex(6)}"
    answer = admin.post("/api/backends/local/buckets", json={"name": bucket})
    assert answer.status_code == 201, answer.text
    return f"/api/backends/local/buckets/{bucket}"


def make_key(admin: httpx.Client, bucket_url: str, **members: object) -> str:
    body = {"backend_id": "local", "buckets": [bucket_url.rpartition("/")[2]], **members}
    answer = admin.post("/api/me/s3-credentials", json=body)
    assert answer.status_code == 201, answer.text
    key: str = answer.json()["access_key"]
    return key


def presign(admin: httpx.Client, bucket_url: str, **members: object) -> httpx.Response:
    return admin.post(f"{bucket_url}/presign", json=members)


def test_what_is_presigned_is_uploaded_and_downloaded_without_any_key(
    admin: httpx.Client, bucket_url: str
) -> None:
    akid = make_key(admin, bucket_url)
    key = "größe/a b+c%.txt"
    wait_until(lambda: presign(admin, bucket_url, key=key).status_code == 200, what="the key")

    made: dict[str, Any] = presign(
        admin, bucket_url, key=key, method="PUT", content_type="text/x-special"
    ).json()
    with httpx.Client() as stranger:
        other = stranger.put(made["url"], content=b"hi", headers={"Content-Type": "text/html"})
        put = stranger.put(made["url"], content=b"hello", headers=made["headers"])
        url = presign(admin, bucket_url, key=key, expires_in=60).json()["url"]
        got = stranger.get(url)
        spoiled = stranger.get(url.replace("X-Amz-Expires=60", "X-Amz-Expires=600"))
        deleted = stranger.delete(url)

    assert made["headers"] == {"Content-Type": "text/x-special"}
    assert made["access_key"] == akid
    assert (other.status_code, put.status_code) == (403, 200)
    assert (got.content, got.headers["content-type"]) == (b"hello", "text/x-special")
    assert spoiled.status_code == deleted.status_code == 403
    assert parse_qs(urlsplit(url).query)["X-Amz-Expires"] == ["60"]


def test_a_url_does_not_outlive_the_key_that_signs_it(admin: httpx.Client, bucket_url: str) -> None:
    end = datetime.now(UTC) + timedelta(minutes=5)
    make_key(admin, bucket_url, expires_at=end.isoformat())
    wait_until(lambda: presign(admin, bucket_url, key="x").status_code == 200, what="the key")

    made = presign(admin, bucket_url, key="x", expires_in=3600).json()

    assert datetime.fromisoformat(made["expires_at"]) <= end


def test_only_a_key_that_may_do_it_signs(admin: httpx.Client, bucket_url: str) -> None:
    akid = make_key(admin, bucket_url, access="readonly")
    wait_until(lambda: presign(admin, bucket_url, key="x").status_code == 200, what="the key")

    refused = [
        presign(admin, bucket_url, key="x", method="PUT"),
        presign(admin, bucket_url, key="x", method="PUT", access_key=akid),
        presign(admin, bucket_url, key="x", access_key="AKIAAAAAAAAAAAAAAAAA"),
        presign(admin, bucket_url, key="x", method="DELETE"),
        presign(admin, bucket_url, key="x", expires_in=0),
        presign(admin, bucket_url, key="x", expires_in=8 * 86400),
        presign(admin, bucket_url, key="x", content_type="text/plain"),
    ]

    assert {answer.json()["error"]["code"] for answer in refused} == {"invalid_request"}
    assert presign(admin, bucket_url, key="").json()["error"]["code"] == "invalid_key"


def test_a_key_is_tried_and_what_it_was_refused_is_told(
    admin: httpx.Client, bucket_url: str
) -> None:
    akid = make_key(admin, bucket_url, access="readonly")
    mine = f"/api/me/s3-credentials/{akid}"
    wait_until(lambda: admin.post(f"{mine}/test", json={}).is_success, what="the key")

    good = admin.post(f"{mine}/test", json={}).json()
    bad = admin.post(f"{mine}/test", json={"bucket": "somebody-elses"}).json()
    unknown = admin.post("/api/me/s3-credentials/AKIANOBODY/test", json={})

    def activity() -> Any:
        return admin.get(f"/api/admin/s3-credentials/{akid}/activity").json()

    wait_until(lambda: activity()["refusals"] and activity()["requests_24h"] >= 2, what="the log")
    assert (good["ok"], good["status"], good["error"]) == (True, 200, "")
    assert (bad["ok"], bad["status"]) == (False, 403)
    assert bad["error"].startswith("forbidden")
    assert unknown.status_code == 404
    refusal = activity()["refusals"][0]
    assert (refusal["operation"], refusal["bucket"]) == ("listobjectsv2", "somebody-elses")
    assert refusal["reason"] == "bucket.out_of_scope"
    wait_until(lambda: "last_used_at" in activity(), what="the next round of housekeeping")


def test_nobody_presigns_what_they_may_not_do(rea: httpx.Client, place: Place) -> None:
    answer = rea.post(f"{place.url}/presign", json={"key": "x", "method": "PUT"})

    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "forbidden")
