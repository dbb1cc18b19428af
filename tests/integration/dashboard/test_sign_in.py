"""
Signing in and out: cookies, lockout, limits, the forced change of a password.
"""

import secrets
from http.cookies import SimpleCookie
from pathlib import Path

import httpx
import pytest

from support.dashboard import Dashboard, running_dashboard
from support.dashboard_people import CONFIG, ENVIRON, PASSWORD, STATIC_NAME, sign_in

NEW_PASSWORD = "humid-violin-crater-77"


def code_of(answer: httpx.Response) -> str:
    code: str = answer.json()["error"]["code"]
    return code


def attempt(client: httpx.Client, username: str, password: str) -> httpx.Response:
    return client.post("/auth/login/local", json={"username": username, "password": password})


def test_the_sign_in_page_is_told_what_to_offer(stranger: httpx.Client) -> None:
    answer = stranger.get("/api/auth/config")

    assert answer.json() == {
        "modes": ["local", "static"],
        "allow_self_registration": False,
        "password": {"min_length": 12, "min_score": 3},
    }


def test_signing_in_sets_two_cookies_of_which_scripts_see_one(
    stranger: httpx.Client, fresh_user: str
) -> None:
    answer = attempt(stranger, fresh_user, PASSWORD)

    assert answer.json() == {"status": "ok", "source": "local", "must_change_pw": False}
    cookies: SimpleCookie = SimpleCookie()
    for header in answer.headers.get_list("set-cookie"):
        cookies.load(header)
    session, csrf = cookies["stowage_session"], cookies["stowage_csrf"]
    assert len(session.value) == 43
    assert (session["httponly"], csrf["httponly"]) == (True, "")
    assert {session["samesite"], csrf["samesite"]} == {"Lax"}
    assert {session["path"], csrf["path"]} == {"/"}
    assert session["expires"] == csrf["expires"] != ""
    assert session.value not in csrf.value


def test_the_static_account_is_an_administrator_without_a_row(root: httpx.Client) -> None:
    answer = root.get("/api/me")

    assert answer.json() == {
        "id": "static",
        "username": STATIC_NAME,
        "role": "admin",
        "identity_source": "static",
        "must_change_pw": False,
        "groups": [],
    }
    assert STATIC_NAME not in [
        user["username"] for user in root.get("/api/admin/users").json()["users"]
    ]


@pytest.mark.parametrize(
    ("username", "password"),
    [("nobody-here", PASSWORD), ("uli", "wrong"), ("uli", ""), ("", PASSWORD), (STATIC_NAME, "no")],
)
def test_every_wrong_sign_in_looks_the_same(
    stranger: httpx.Client, username: str, password: str
) -> None:
    answer = attempt(stranger, username, password)

    error = answer.json()["error"]
    assert answer.status_code == 401
    assert (error["code"], error["reason"], error["params"]) == ("invalid_credentials", None, {})
    assert "set-cookie" not in answer.headers


def test_a_user_name_fits_in_any_case(dashboard: Dashboard, fresh_user: str) -> None:
    client = sign_in(dashboard, fresh_user.upper())

    assert client.get("/api/me").json()["username"] == fresh_user


def test_five_wrong_passwords_lock_the_account_until_an_administrator_unlocks_it(
    stranger: httpx.Client, root: httpx.Client, fresh_user: str
) -> None:
    refused = [attempt(stranger, fresh_user, "wrong") for _ in range(5)]
    locked = attempt(stranger, fresh_user, PASSWORD)

    assert [code_of(answer) for answer in refused] == ["invalid_credentials"] * 5
    assert (locked.status_code, code_of(locked)) == (429, "account_locked")
    assert 0 < int(locked.headers["retry-after"]) <= 900

    found = root.get("/api/admin/users", params={"query": fresh_user}).json()["users"][0]
    assert found["locked_until"]
    assert root.post(f"/api/admin/users/{found['id']}/unlock").json() == {"status": "ok"}
    assert attempt(stranger, fresh_user, PASSWORD).status_code == 200


def test_signing_out_ends_the_session_for_good(dashboard: Dashboard, fresh_user: str) -> None:
    client = sign_in(dashboard, fresh_user)
    token = client.cookies["stowage_session"]

    answer = client.post("/auth/logout")
    with dashboard.client() as thief:
        thief.cookies["stowage_session"] = token
        late = thief.get("/api/me")

    assert answer.json() == {"status": "ok"}
    assert "stowage_session" not in client.cookies
    assert (late.status_code, late.json()["error"]["reason"]) == (401, "session.unknown")


def test_signing_out_without_a_session_is_fine(stranger: httpx.Client) -> None:
    assert stranger.post("/auth/logout").json() == {"status": "ok"}


def test_a_session_that_does_not_hold_is_taken_from_the_browser(stranger: httpx.Client) -> None:
    answer = stranger.get("/api/me", headers={"Cookie": f"stowage_session={'x' * 43}"})

    assert answer.status_code == 401
    cleared = answer.headers.get_list("set-cookie")
    assert [cookie.split(";")[0] for cookie in cleared] == ["stowage_session=", "stowage_csrf="]
    assert all("Max-Age=0" in cookie for cookie in cleared)


def test_a_new_user_must_choose_a_password_before_anything_else(
    dashboard: Dashboard, root: httpx.Client
) -> None:
    name = f"user-{secrets.token_hex(6)}"
    root.post("/api/admin/users", json={"username": name, "password": PASSWORD, "role": "user"})
    client = sign_in(dashboard, name)

    assert client.get("/api/me").json()["must_change_pw"] is True
    assert code_of(client.get("/api/backends")) == "password_change_required"
    assert code_of(client.get("/api/admin/users")) == "password_change_required"
    changed = client.post(
        "/api/me/password",
        json={"current_password": PASSWORD, "new_password": NEW_PASSWORD},
    )

    assert changed.json() == {"status": "ok"}
    assert client.get("/api/me").json()["must_change_pw"] is False
    assert client.get("/api/backends").status_code == 200


def test_changing_the_password_ends_the_other_sessions(
    dashboard: Dashboard, fresh_user: str
) -> None:
    here, there = sign_in(dashboard, fresh_user), sign_in(dashboard, fresh_user)
    assert len(here.get("/api/me/sessions").json()["sessions"]) == 2

    wrong = here.post(
        "/api/me/password", json={"current_password": "no", "new_password": NEW_PASSWORD}
    )
    reused = here.post(
        "/api/me/password", json={"current_password": PASSWORD, "new_password": PASSWORD}
    )
    done = here.post(
        "/api/me/password", json={"current_password": PASSWORD, "new_password": NEW_PASSWORD}
    )

    assert (wrong.status_code, code_of(wrong)) == (401, "password_mismatch")
    assert reused.json()["error"]["reason"] == "password.reused"
    assert done.status_code == 200
    assert here.get("/api/me").status_code == 200
    assert there.get("/api/me").status_code == 401


def test_one_may_see_and_end_ones_own_sessions(dashboard: Dashboard, fresh_user: str) -> None:
    here, there = sign_in(dashboard, fresh_user), sign_in(dashboard, fresh_user)
    listed = here.get("/api/me/sessions").json()["sessions"]
    other = next(one for one in listed if not one["current"])

    ended = here.delete(f"/api/me/sessions/{other['id']}")

    assert ended.status_code == 204
    assert there.get("/api/me").status_code == 401
    assert here.delete("/api/me/sessions").status_code == 204
    assert here.get("/api/me").status_code == 200


def test_an_administrator_sees_and_ends_the_sessions_of_a_user(
    dashboard: Dashboard, root: httpx.Client, fresh_user: str
) -> None:
    client = sign_in(dashboard, fresh_user)
    url = f"/api/admin/users/{client.get('/api/me').json()['id']}/sessions"

    assert [one["current"] for one in root.get(url).json()["sessions"]] == [False]
    assert root.delete(url).status_code == 204

    assert client.get("/api/me").status_code == 401
    assert root.get("/api/admin/users/01NOBODY/sessions").status_code == 404


def test_disabling_a_user_ends_every_session_at_once(
    dashboard: Dashboard, root: httpx.Client, fresh_user: str
) -> None:
    client = sign_in(dashboard, fresh_user)
    user_id = client.get("/api/me").json()["id"]

    root.patch(f"/api/admin/users/{user_id}", json={"enabled": False})

    assert client.get("/api/me").status_code == 401


def test_an_address_may_try_only_so_often(folder: Path) -> None:
    config = CONFIG | {"ratelimit": {"login_per_15m": 3, "api_per_minute": 0}}

    with running_dashboard(folder, config, ENVIRON) as limited, limited.client() as client:
        codes = [code_of(attempt(client, f"nobody-{number}", "x")) for number in range(3)]
        # A forged chain does not make another address of it: nobody is a trusted proxy here.
        late = client.post(
            "/auth/login/local",
            content=b"{",
            headers={"X-Forwarded-For": "198.51.100.99", "X-Real-IP": "198.51.100.98"},
        )

    assert codes == ["invalid_credentials"] * 3
    assert (late.status_code, late.json()["error"]["reason"]) == (429, "rate.address")
    assert 0 < int(late.headers["retry-after"]) <= 900


def test_a_session_may_call_only_so_often(folder: Path) -> None:
    config = CONFIG | {"ratelimit": {"login_per_15m": 0, "api_per_minute": 3}}

    with running_dashboard(folder, config, ENVIRON) as limited:
        client = sign_in(limited, STATIC_NAME)
        # Whoever is stopped at the CSRF check does not use the budget up.
        stopped = client.post("/api/me/pins", headers={"X-CSRF-Token": "wrong"})
        answers = [client.get("/api/me") for _ in range(4)]
        client.close()

    assert code_of(stopped) == "csrf_invalid"
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert 0 < int(answers[-1].headers["retry-after"]) <= 60


def test_behind_a_trusted_proxy_with_tls_the_cookies_are_bound_to_the_host(folder: Path) -> None:
    config = CONFIG | {"server": {"trusted_proxies": ["127.0.0.1"]}}
    proxy = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.50, 198.51.100.7"}

    with running_dashboard(folder, config, ENVIRON) as behind, behind.client(proxy) as client:
        answer = attempt(client, STATIC_NAME, PASSWORD)
        cookies = answer.headers.get_list("set-cookie")
        session = cookies[0].split(";")[0]
        own = client.get("/api/me", headers={"Cookie": session})
        planted = client.get("/api/me", headers={"Cookie": session.removeprefix("__Host-")})
        root = client.get("/api/admin/audit", headers={"Cookie": session})
        behind.run(behind.services.audit.flush())
        audit = client.get("/api/admin/audit", headers={"Cookie": session}).json()["events"]

    assert session.startswith("__Host-stowage_session=")
    assert all("Secure" in cookie for cookie in cookies)
    assert "strict-transport-security" in answer.headers
    assert (own.status_code, planted.status_code, root.status_code) == (200, 401, 200)
    assert audit[0]["ip"] == "198.51.100.7"


def test_where_no_password_is_taken_the_mode_is_said_to_be_off(folder: Path) -> None:
    config = {
        "auth": {"modes": ["oidc"], "oidc": {"issuer": "http://127.0.0.1:9", "client_id": "x"}}
    }

    with running_dashboard(folder, config, {}) as single, single.client() as client:
        password = client.post("/auth/login/local", content=b"{")

    assert (password.status_code, code_of(password)) == (403, "mode_disabled")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/auth/login/oidc"),
        ("GET", "/auth/callback"),
        ("POST", "/auth/backchannel-logout"),
    ],
)
def test_without_a_provider_single_sign_on_is_said_to_be_off(
    stranger: httpx.Client, method: str, path: str
) -> None:
    answer = stranger.request(method, path)

    assert (answer.status_code, code_of(answer)) == (403, "mode_disabled")


def test_signing_in_ends_the_session_that_the_browser_had(
    dashboard: Dashboard, fresh_user: str
) -> None:
    client = sign_in(dashboard, fresh_user)
    before = client.cookies["stowage_session"]

    assert attempt(client, fresh_user, PASSWORD).status_code == 200

    assert client.cookies["stowage_session"] != before
    with dashboard.client() as thief:
        thief.cookies["stowage_session"] = before
        assert thief.get("/api/me").status_code == 401


def test_a_failed_sign_in_is_in_the_audit_log(
    dashboard: Dashboard, root: httpx.Client, stranger: httpx.Client
) -> None:
    answer = attempt(stranger, "mallory", "guess")
    dashboard.run(dashboard.services.audit.flush())

    found = root.get(
        "/api/admin/audit", params={"request_id": answer.headers["x-request-id"]}
    ).json()["events"]

    assert [(row["action"], row["status"], row["ip"]) for row in found] == [
        ("auth.login", "denied", "127.0.0.1")
    ]
    assert '"username":"mallory"' in found[0]["detail"]
    assert "guess" not in found[0]["detail"]
