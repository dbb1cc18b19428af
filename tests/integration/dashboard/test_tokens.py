"""
API tokens over HTTP: what a script may do with one, and what it may not.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from support.dashboard import Dashboard
from support.dashboard_people import BACKEND, PASSWORD, Place, sign_in

TOMORROW = (datetime.now(UTC) + timedelta(days=1)).isoformat()


def make_token(owner: httpx.Client, **members: object) -> dict[str, str]:
    answer = owner.post("/api/me/tokens", json={"name": "ci", "expires_at": TOMORROW, **members})
    assert answer.status_code == 201, answer.text
    made: dict[str, str] = answer.json()
    return made


def script(dashboard: Dashboard, made: Mapping[str, str]) -> httpx.Client:
    return dashboard.client({"Authorization": f"Bearer {made['token']}"})


def told(answer: httpx.Response) -> tuple[int, str, str | None]:
    error = answer.json()["error"]
    return answer.status_code, error["code"], error["reason"]


def test_a_script_works_with_a_token_without_cookie_and_csrf_header(
    dashboard: Dashboard, fresh_user: str, place: Place
) -> None:
    owner = sign_in(dashboard, fresh_user)
    client = script(dashboard, make_token(owner))

    made = client.post(f"{place.url}/objects/folder", json={"key": "in/"})

    assert made.status_code == 201
    assert client.get("/api/me").json()["username"] == fresh_user
    assert dict(client.cookies) == {}


def test_a_token_is_shown_once_and_listed_without_it(dashboard: Dashboard, fresh_user: str) -> None:
    owner = sign_in(dashboard, fresh_user)
    scope = {"backend_id": "*", "bucket": "docs", "prefix": "a/", "access": "readonly"}
    made = make_token(owner, name="nightly", scopes=[scope])

    listed = owner.get("/api/me/tokens").json()["tokens"]

    assert listed == [{name: made[name] for name in made if name != "token"}]
    assert (listed[0]["name"], listed[0]["scopes"], listed[0]["admin"]) == (
        "nightly",
        [scope],
        False,
    )


def test_a_token_without_end_or_with_a_past_one_is_refused(uli: httpx.Client) -> None:
    endless = uli.post("/api/me/tokens", json={"name": "ci"})
    past = uli.post("/api/me/tokens", json={"name": "ci", "expires_at": "2020-01-01T00:00:00Z"})

    assert told(endless) == (400, "bad_request", "field.missing")
    assert told(past) == (400, "invalid_request", "field.rejected")


def test_a_revoked_token_is_refused_at_once(dashboard: Dashboard, fresh_user: str) -> None:
    owner = sign_in(dashboard, fresh_user)
    made = make_token(owner)
    client = script(dashboard, made)
    assert client.get("/api/me").status_code == 200

    assert owner.delete(f"/api/me/tokens/{made['id']}").status_code == 204

    assert told(client.get("/api/me")) == (401, "unauthorized", "token.unknown")
    assert told(owner.delete(f"/api/me/tokens/{made['id']}"))[2] == "token.not_found"


def test_a_token_of_a_disabled_user_is_refused_at_once(
    dashboard: Dashboard, root: httpx.Client, fresh_user: str
) -> None:
    owner = sign_in(dashboard, fresh_user)
    client = script(dashboard, make_token(owner))
    user_id = owner.get("/api/me").json()["id"]

    root.patch(f"/api/admin/users/{user_id}", json={"enabled": False})

    assert told(client.get("/api/me"))[2] == "token.unknown"


def test_an_administrator_sees_and_revokes_the_tokens_of_a_user(
    dashboard: Dashboard, root: httpx.Client, fresh_user: str
) -> None:
    owner = sign_in(dashboard, fresh_user)
    made = make_token(owner)
    url = f"/api/admin/users/{owner.get('/api/me').json()['id']}/tokens"

    assert [token["id"] for token in root.get(url).json()["tokens"]] == [made["id"]]
    assert root.delete(f"{url}/{made['id']}").status_code == 204
    assert script(dashboard, made).get("/api/me").status_code == 401


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/api/me/password", {"current_password": PASSWORD, "new_password": "x"}),
        ("POST", "/api/me/tokens", {"name": "more", "expires_at": TOMORROW}),
        ("GET", "/api/me/tokens", None),
        ("GET", "/api/me/sessions", None),
        ("DELETE", "/api/me/sessions", None),
    ],
)
def test_whoever_found_a_token_cannot_take_the_account(
    dashboard: Dashboard, ada: httpx.Client, method: str, path: str, body: object
) -> None:
    client = script(dashboard, make_token(ada, admin=True))

    answer = client.request(method, path, json=body)

    assert told(answer) == (403, "forbidden", "token.session_required")


def test_a_token_that_administers_does_not_reset_its_owners_password(
    dashboard: Dashboard, ada: httpx.Client
) -> None:
    client = script(dashboard, make_token(ada, admin=True))
    own = client.get("/api/me").json()["id"]

    answer = client.post(
        f"/api/admin/users/{own}/reset-password", json={"new_password": PASSWORD + "!"}
    )

    assert told(answer) == (403, "forbidden", "token.session_required")


def test_a_token_of_an_administrator_administers_only_where_it_says_so(
    dashboard: Dashboard, ada: httpx.Client
) -> None:
    plain, ruling = (
        script(dashboard, make_token(ada)),
        script(dashboard, make_token(ada, admin=True)),
    )

    assert told(plain.get("/api/admin/users"))[2] == "admin.required"
    assert ruling.get("/api/admin/users").status_code == 200


def test_scopes_bound_a_token_whatever_its_owner_may_do(
    dashboard: Dashboard, ada: httpx.Client, place: Place
) -> None:
    ada.post(f"{place.url}/objects/folder", json={"key": "in/"})
    ada.post(f"{place.url}/objects/folder", json={"key": "out/"})
    scope = {"backend_id": BACKEND, "bucket": place.bucket, "prefix": "in/", "access": "readonly"}
    client = script(dashboard, make_token(ada, scopes=[scope]))

    listed = client.get(f"{place.url}/objects")
    written = client.post(f"{place.url}/objects/folder", json={"key": "in/x/"})
    elsewhere = client.get(f"{place.url}/object?key=out/")
    minted = client.post(
        "/api/me/s3-credentials", json={"backend_id": BACKEND, "buckets": [place.bucket]}
    )
    buckets = client.get(f"/api/backends/{BACKEND}/buckets").json()["buckets"]

    assert "out/" not in listed.text
    assert told(written)[:2] == told(elsewhere)[:2] == (403, "forbidden")
    assert told(minted)[2] == "token.scope"
    assert [bucket["name"] for bucket in buckets] == [place.bucket]


def test_a_wrong_token_is_refused_even_beside_a_good_session(
    dashboard: Dashboard, fresh_user: str
) -> None:
    client = sign_in(dashboard, fresh_user)

    answer = client.get("/api/me", headers={"Authorization": f"bearer stw_{'x' * 43}"})

    assert told(answer) == (401, "unauthorized", "token.unknown")
    assert answer.headers["www-authenticate"] == 'Bearer realm="Stowage"'
    assert client.get("/api/me").status_code == 200


def test_a_token_waits_while_its_owner_must_change_the_password(
    dashboard: Dashboard, root: httpx.Client, fresh_user: str
) -> None:
    owner = sign_in(dashboard, fresh_user)
    client = script(dashboard, make_token(owner))
    user_id = owner.get("/api/me").json()["id"]

    root.post(f"/api/admin/users/{user_id}/reset-password", json={"new_password": PASSWORD + "!"})

    assert told(client.get("/api/backends"))[1] == "password_change_required"


def test_what_a_token_did_stands_in_the_audit_log_with_the_token(
    dashboard: Dashboard, root: httpx.Client, fresh_user: str, place: Place
) -> None:
    made = make_token(sign_in(dashboard, fresh_user))
    answer = script(dashboard, made).post(f"{place.url}/objects/folder", json={"key": "in/"})
    dashboard.run(dashboard.services.audit.flush())

    query = {"request_id": answer.headers["x-request-id"]}
    events = root.get("/api/admin/audit", params=query).json()["events"]

    assert [event["action"] for event in events] == ["object.create_folder"]
    assert f'"token":"{made["id"]}"' in events[0]["detail"]
    assert made["token"] not in str(events)


def test_the_static_account_has_no_tokens(root: httpx.Client) -> None:
    answer = root.post("/api/me/tokens", json={"name": "ci", "expires_at": TOMORROW})

    assert told(answer)[1] == "static_user"
