"""
What the reference's own pages ask for, as they ask for it: section by section of what they need.
"""

import json
import secrets
import socket
from pathlib import Path

import httpx
import pytest

from app.errors.registry import REGISTRY
from support.api_objects import put
from support.dashboard import Dashboard, running_dashboard
from support.dashboard_people import (
    BACKEND,
    CONFIG,
    ENVIRON,
    PASSWORD,
    STATIC_NAME,
    Place,
    sign_in,
)

PART = 16 * 2**20
# For these its pages have texts of their own; `not_implemented` is never sent.
KNOWN_BY_NAME = (
    "unauthorized forbidden csrf_invalid invalid_credentials account_locked mode_disabled"
    " weak_password username_taken email_taken self_delete not_found bad_request too_large"
    " invalid_key invalid_bucket_name backend_error internal rate_limited session_error not_local"
    " static_user id_taken yaml_managed secret_key_unset store_unavailable register_failed"
)


def error(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def test_1_every_page_begins_with_config_and_me(stranger: httpx.Client, uli: httpx.Client) -> None:
    config = stranger.get("/api/auth/config")

    assert config.json()["modes"] == ["local", "static"]
    assert config.json()["allow_self_registration"] is False
    assert error(stranger.get("/api/me")) == (401, "unauthorized")
    assert uli.get("/api/me").json()["username"] == "uli"


def test_2_the_csrf_cookie_can_be_read_by_scripts_and_its_header_is_asked_for(
    stranger: httpx.Client,
) -> None:
    body = {"username": STATIC_NAME, "password": PASSWORD}
    answer = stranger.post("/auth/login/local", json=body)
    cookies = {one.partition("=")[0]: one for one in answer.headers.get_list("set-cookie")}

    assert "HttpOnly" not in cookies["stowage_csrf"]
    assert "HttpOnly" in cookies["stowage_session"]
    pin = {"backend_id": "b", "bucket": "x"}
    assert error(stranger.post("/api/me/pins/", json=pin)) == (403, "csrf_invalid")
    token = {"X-CSRF-Token": stranger.cookies["stowage_csrf"]}
    assert stranger.post("/api/me/pins/", json=pin, headers=token).status_code == 201


@pytest.mark.parametrize(
    "path", ["/api/nothing", "/api/backends/nope/buckets", "/api/admin/users", "/auth/nothing"]
)
def test_3_every_error_is_json_and_void_calls_answer_204(uli: httpx.Client, path: str) -> None:
    answer = uli.get(path)

    assert answer.is_error
    assert answer.headers["content-type"] == "application/json"
    assert uli.delete("/api/me/pins/b/none").status_code == 204


def test_4_empty_parameters_are_never_sent_and_their_absence_means_the_default(
    root: httpx.Client, uli: httpx.Client, place: Place, fresh_user: str
) -> None:
    (user,) = root.get("/api/admin/users/", params={"query": fresh_user}).json()["users"]
    root.patch(f"/api/admin/users/{user['id']}", json={"enabled": False})
    (found,) = root.get("/api/admin/users/", params={"query": fresh_user}).json()["users"]
    listing = uli.get(f"{place.url}/objects").json()

    assert found["enabled"] is False

    assert listing == {
        "prefix": "",
        "delimiter": "/",
        "common_prefixes": [],
        "is_truncated": False,
        "next_continuation_token": "",
        "objects": [],
    }


def test_5_a_small_file_goes_as_a_form_and_a_large_one_in_parts(
    uli: httpx.Client, place: Place
) -> None:
    form = {"key": "small.txt", "content_type": "text/plain"}
    file = {"file": ("small.txt", b"hello", "text/plain")}
    small = uli.post(f"{place.url}/object", data=form, files=file, headers={"If-None-Match": "*"})
    again = uli.post(f"{place.url}/object", data=form, files=file, headers={"If-None-Match": "*"})
    replaced = uli.post(f"{place.url}/object", data=form, files=file)
    begun = uli.post(f"{place.url}/multipart/?key=large.bin", headers={"If-None-Match": "*"}).json()
    named = {"key": "large.bin", "upload_id": begun["upload_id"]}
    etags = [
        uli.put(f"{place.url}/multipart/parts/{number}", params=named, content=body).json()["etag"]
        for number, body in ((1, b"x" * PART), (2, b"y"))
    ]
    parts = [{"PartNumber": number, "ETag": etag} for number, etag in enumerate(etags, 1)]
    done = uli.post(f"{place.url}/multipart/complete", params=named, json={"parts": parts})

    assert small.status_code == 201
    assert error(again) == (409, "object_exists")
    assert replaced.status_code == 201
    assert (done.status_code, done.json()["key"]) == (200, "large.bin")


@pytest.mark.parametrize(
    ("call", "body", "counters"),
    [
        (
            "copy-prefix",
            {"src_prefix": "in/", "dst_prefix": "out/", "dst_bucket": "", "dst_backend": ""},
            {"copied": 2, "failed": 0},
        ),
        ("delete-prefix", {"prefix": "in/"}, {"deleted": 2, "failed": 0}),
    ],
)
def test_6_a_prefix_job_ends_with_a_line_of_counters(
    uli: httpx.Client, place: Place, call: str, body: dict[str, str], counters: dict[str, int]
) -> None:
    put(uli, place, "in/a", "in/b")

    answer = uli.post(f"{place.url}/objects/{call}", json=body)

    assert answer.headers["content-type"] == "application/x-ndjson"
    last = json.loads(answer.text.splitlines()[-1])
    assert last["event"] == "done"
    assert {name: last[name] for name in counters} == counters


def test_7_a_recount_never_answers_501(root: httpx.Client, place: Place) -> None:
    assert root.post(f"{place.url}/quota/recompute").status_code == 200


def test_8_the_page_of_a_share_tells_its_states_by_status_and_code(
    uli: httpx.Client, stranger: httpx.Client, place: Place
) -> None:
    uli.post(f"{place.url}/object", data={"key": "a.txt"}, files={"file": ("a.txt", b"hello")})
    body = {"backend_id": BACKEND, "bucket": place.bucket, "key": "a.txt"}
    locked = uli.post("/api/shares/", json=body | {"password": "open-sesame-77"}).json()

    assert error(stranger.get(f"{locked['url']}/info")) == (401, "password_required")
    wrong = stranger.post(f"{locked['url']}/unlock", json={"password": "nope"})
    assert wrong.status_code == 401
    right = stranger.post(f"{locked['url']}/unlock", json={"password": "open-sesame-77"})
    assert right.json()["raw_url"] == f"{locked['url']}/raw"
    assert error(stranger.get("/s/AAAAAAAAAAAAAA/info")) == (404, "not_found")
    assert uli.delete(f"/api/shares/{locked['id']}").status_code == 204
    assert error(stranger.get(f"{locked['url']}/info")) == (410, "revoked")


def test_9_without_the_endpoint_its_page_is_told_so_by_code(tmp_path: Path) -> None:
    config = {**CONFIG, "s3_proxy": {"enabled": False}}
    with running_dashboard(tmp_path, config, ENVIRON) as alone:
        admin = sign_in(alone, STATIC_NAME)

        for page in ("s3-credentials/", "s3-anonymous/", "s3-proxy/credentials"):
            answer = admin.get(f"/api/admin/{page}")
            assert error(answer) == (503, "s3_proxy_disabled"), page


def test_10_what_is_shown_to_people_is_a_sentence(uli: httpx.Client, place: Place) -> None:
    answer = uli.post("/api/shares/", json={"backend_id": BACKEND, "bucket": place.bucket})

    for message in (answer.json()["error"]["message"], *(one.message for one in REGISTRY.values())):
        # One that begins with a value begins as the value does.
        assert message[0].isupper() or message[0] == "{", message
        assert message.endswith("."), message
    assert set(REGISTRY).issuperset(KNOWN_BY_NAME.split())


def test_11_the_quota_card_is_asked_for_by_every_role(
    uli: httpx.Client, rea: httpx.Client, place: Place
) -> None:
    for client in (uli, rea):
        assert client.get(f"{place.url}/quota").status_code in (200, 403)


@pytest.mark.parametrize(("asked", "kept"), [("editor", "user"), ("viewer", "readonly")])
def test_12_a_user_is_made_with_the_roles_its_form_offers(
    root: httpx.Client, asked: str, kept: str
) -> None:
    body = {
        "username": f"user-{secrets.token_hex(6)}",
        "email": "",
        "password": PASSWORD,
        "role": asked,
        "must_change_pw": True,
    }

    answer = root.post("/api/admin/users/", json=body)

    assert (answer.status_code, answer.json()["role"]) == (201, kept)


def test_13_single_sign_on_begins_with_a_navigation(stranger: httpx.Client) -> None:
    """
    Nobody to ask is configured here; `test_oidc` follows the same request to a provider and back.
    """
    page = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Sec-Fetch-Mode": "navigate"}

    shown = stranger.get("/auth/login/oidc?next=%2Fb%2Fs%2Fdocs", headers=page)
    told = stranger.get("/auth/login/oidc?next=%2Fb%2Fs%2Fdocs")

    assert error(shown) == error(told) == (403, "mode_disabled")


def test_14_downloads_are_plain_navigations(
    dashboard: Dashboard, ada: httpx.Client, place: Place
) -> None:
    put(ada, place, "a.txt", "b.txt")
    with dashboard.client() as browser:
        browser.cookies.update(ada.cookies)
        browser.headers.update({"Sec-Fetch-Dest": "document", "Sec-Fetch-Site": "same-origin"})
        saved = browser.get(f"{place.url}/object", params={"key": "a.txt"})
        packed = browser.get(f"{place.url}/objects/zip", params={"key": ["a.txt", "b.txt"]})
        table = browser.get("/api/admin/audit.csv")

    assert saved.content == b"hello"
    assert saved.headers["content-disposition"] == 'attachment; filename="a.txt"'
    assert packed.headers["content-type"] == "application/zip"
    assert table.headers["content-type"].startswith("text/csv")
    for answer in (packed, table):
        assert answer.headers["content-disposition"].startswith("attachment; filename=")


def test_15_health_is_asked_for_by_backend(uli: httpx.Client) -> None:
    found = uli.get(f"/api/backends/{BACKEND}/health").json()

    assert set(found) == {"healthy", "last_probe_at", "last_error"}


def test_16_a_list_of_buckets_may_be_given_up(dashboard: Dashboard, uli: httpx.Client) -> None:
    path = f"/api/backends/{BACKEND}/buckets"
    address = httpx.URL(dashboard.url)
    cookies = "; ".join(f"{one.name}={one.value}" for one in uli.cookies.jar)
    for _ in range(3):
        with socket.create_connection((address.host, address.port or 80)) as given_up:
            head = f"GET {path} HTTP/1.1\r\nHost: {address.host}\r\nCookie: {cookies}\r\n\r\n"
            given_up.sendall(head.encode())

    assert uli.get(path).status_code == 200
