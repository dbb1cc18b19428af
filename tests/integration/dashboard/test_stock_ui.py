"""
What the reference's own pages ask for, as they ask for it: section by section of what they need.
"""

import httpx
import pytest

from support.dashboard import Dashboard
from support.dashboard_people import BACKEND, PASSWORD, STATIC_NAME, Place

PART = 16 * 2**20


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
    uli: httpx.Client, place: Place
) -> None:
    listing = uli.get(f"{place.url}/objects").json()

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


def test_10_what_is_shown_to_people_is_a_sentence(uli: httpx.Client, place: Place) -> None:
    answer = uli.post("/api/shares/", json={"backend_id": BACKEND, "bucket": place.bucket})

    message = answer.json()["error"]["message"]
    assert message[0].isupper()
    assert message.endswith(".")


def test_11_the_quota_card_is_asked_for_by_every_role(
    uli: httpx.Client, rea: httpx.Client, place: Place
) -> None:
    for client in (uli, rea):
        assert client.get(f"{place.url}/quota").status_code in (200, 403)


def test_14_downloads_are_plain_navigations(
    dashboard: Dashboard, uli: httpx.Client, place: Place
) -> None:
    uli.post(f"{place.url}/object", data={"key": "a.txt"}, files={"file": ("a.txt", b"hello")})
    with dashboard.client() as browser:
        browser.cookies.update(uli.cookies)
        browser.headers.update({"Sec-Fetch-Dest": "document", "Sec-Fetch-Site": "same-origin"})
        saved = browser.get(f"{place.url}/object", params={"key": "a.txt"})

    assert saved.content == b"hello"
    assert saved.headers["content-disposition"] == 'attachment; filename="a.txt"'


def test_15_health_is_asked_for_by_backend(uli: httpx.Client) -> None:
    found = uli.get(f"/api/backends/{BACKEND}/health").json()

    assert set(found) == {"healthy", "last_probe_at", "last_error"}
