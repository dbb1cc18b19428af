"""
What stands before every endpoint, and in which order.
"""

import secrets

import httpx
import pytest

from dashboard.app import spellings
from dashboard.call import Row
from dashboard.routes import ROWS
from dashboard.session import Gate
from support.dashboard import Dashboard
from support.dashboard_people import BACKEND, PASSWORD, sign_in

SAFE = {"GET", "HEAD"}
FILLED = {
    "{bid}": BACKEND,
    "{bucket}": "docs",
    "{id}": "01NOBODY",
    "{akid}": "AKIANOBODY",
    "{part}": "1",
}
# Every other spelling is asked by `test_api_access.py`, as every kind of caller.
CALLS = [
    pytest.param(row, path, id=f"{row.method} {path}")
    for row in ROWS
    for path in spellings(row.path)
    if path.endswith("/")
]


def fill(path: str) -> str:
    for place, value in FILLED.items():
        path = path.replace(place, value)
    return path


def told(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


@pytest.mark.parametrize(("row", "path"), CALLS)
def test_the_spelling_with_a_slash_asks_for_the_same(
    stranger: httpx.Client, uli: httpx.Client, rea: httpx.Client, row: Row, path: str
) -> None:
    if row.gate in (Gate.PUBLIC, Gate.OPTIONAL):
        answer = stranger.request(row.method, fill(path))
        assert answer.status_code not in (404, 405)
        # Signing in with nothing is wrong; being nobody is not.
        assert answer.status_code != 401 or told(answer)[1] == "invalid_credentials"
        return

    nobody = stranger.request(row.method, fill(path))
    assert nobody.status_code == 401
    if row.method not in SAFE:
        unconfirmed = uli.request(row.method, fill(path), headers={"X-CSRF-Token": "x"})
        assert told(unconfirmed) == (403, "csrf_invalid")
    if row.gate in (Gate.WRITER, Gate.ADMIN):
        assert rea.request(row.method, fill(path)).status_code == 403
    if row.gate is Gate.ADMIN:
        assert uli.request(row.method, fill(path)).status_code == 403


def test_without_a_session_a_bad_token_does_not_matter(stranger: httpx.Client) -> None:
    answer = stranger.post("/api/me/pins", headers={"X-CSRF-Token": "wrong"})

    assert told(answer) == (401, "unauthorized")


def test_the_token_comes_before_the_forced_change_and_that_before_the_role(
    dashboard: Dashboard, root: httpx.Client
) -> None:
    name = f"user-{secrets.token_hex(6)}"
    root.post("/api/admin/users", json={"username": name, "password": PASSWORD, "role": "user"})
    client = sign_in(dashboard, name)

    unconfirmed = client.post("/api/me/pins", headers={"X-CSRF-Token": "wrong"})
    confirmed = client.post("/api/me/pins")
    not_an_admin = client.get("/api/admin/users")

    assert told(unconfirmed) == (403, "csrf_invalid")
    assert told(confirmed) == (403, "password_change_required")
    assert told(not_an_admin) == (403, "password_change_required")


@pytest.mark.parametrize(
    ("headers", "reason"),
    [({}, "csrf.header_missing"), ({"X-CSRF-Token": "x" * 43}, "csrf.mismatch")],
)
def test_a_change_needs_the_token_of_its_own_session(
    dashboard: Dashboard, uli: httpx.Client, headers: dict[str, str], reason: str
) -> None:
    with dashboard.client(headers) as client:
        client.cookies["stowage_session"] = uli.cookies["stowage_session"]
        # A token that the attacker could plant as a cookie is worth nothing.
        client.cookies["stowage_csrf"] = "x" * 43
        answer = client.post("/api/me/pins", json={"backend_id": "a", "bucket": "b"})

    assert (answer.status_code, answer.json()["error"]["reason"]) == (403, reason)


def test_a_reader_is_refused_before_anything_is_looked_at(rea: httpx.Client) -> None:
    answer = rea.post("/api/backends/nope/buckets/x/objects/folder", content=b"{")

    assert told(answer) == (403, "forbidden")
    assert answer.json()["error"]["reason"] == "role.readonly"


def test_an_unknown_path_of_administration_is_refused_before_it_is_not_found(
    uli: httpx.Client, ada: httpx.Client, stranger: httpx.Client
) -> None:
    path = "/api/admin/nothing/here"

    assert told(stranger.get(path)) == (401, "unauthorized")
    assert told(uli.get(path)) == (403, "forbidden")
    assert told(ada.get(path)) == (404, "not_found")


@pytest.mark.parametrize("path", ["/api/nothing", "/api/me/", "/auth/nothing", "/api/shares2"])
def test_an_unknown_path_is_not_found_in_json(stranger: httpx.Client, path: str) -> None:
    answer = stranger.get(path)

    assert told(answer) == (404, "not_found")
    assert answer.json()["error"]["reason"] == "route.unknown"


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("PUT", "/api/me", "GET"),
        ("HEAD", "/api/me", "GET"),
        ("DELETE", "/api/backends", "GET"),
        ("PATCH", "/api/me/pins/", "GET, POST"),
    ],
)
def test_a_known_path_says_which_methods_it_takes(
    uli: httpx.Client, method: str, path: str, allow: str
) -> None:
    answer = uli.request(method, path)

    assert (answer.status_code, answer.headers["allow"]) == (405, allow)


def test_a_wrong_method_of_a_public_path_needs_no_session(stranger: httpx.Client) -> None:
    answer = stranger.put("/api/auth/config")

    assert told(answer) == (405, "method_not_allowed")


@pytest.mark.parametrize("path", ["/auth/login/local", "/auth/logout", "/api/me/pins"])
@pytest.mark.parametrize(
    ("name", "value"),
    [("Origin", "https://evil.example"), ("Origin", "null"), ("Sec-Fetch-Site", "cross-site")],
)
def test_another_site_is_refused_everywhere(
    uli: httpx.Client, path: str, name: str, value: str
) -> None:
    answer = uli.post(path, json={}, headers={name: value})

    assert told(answer) == (403, "source_untrusted")


def test_our_own_pages_pass(dashboard: Dashboard, uli: httpx.Client) -> None:
    answer = uli.post(
        "/api/me/pins",
        json={"backend_id": BACKEND, "bucket": "docs"},
        headers={"Origin": dashboard.url, "Sec-Fetch-Site": "same-origin"},
    )

    assert answer.status_code == 201


def test_a_forged_chain_is_not_what_the_audit_log_says(
    dashboard: Dashboard, stranger: httpx.Client, root: httpx.Client
) -> None:
    answer = stranger.post(
        "/auth/login/local",
        json={"username": "x", "password": "y"},
        headers={
            "X-Forwarded-For": "203.0.113.1",
            "X-Real-IP": "203.0.113.2",
            "X-Request-Id": "chosen",
        },
    )
    dashboard.run(dashboard.services.audit.flush())
    request_id = answer.headers["x-request-id"]

    rows = root.get("/api/admin/audit", params={"request_id": request_id}).json()["events"]

    assert request_id != "chosen"
    assert [row["ip"] for row in rows] == ["127.0.0.1"]


def test_too_much_is_refused_before_it_is_read(root: httpx.Client) -> None:
    answer = root.post("/api/me/pins", content=b"x" * 5000)

    assert told(answer) == (413, "too_large")
    assert answer.json()["error"]["params"] == {"limit": 4096}


def test_too_much_without_a_declared_length_is_refused_too(root: httpx.Client) -> None:
    answer = root.post("/api/me/pins", content=(b"x" * 1000 for _ in range(10)))

    assert told(answer) == (413, "too_large")


def test_problem_json_comes_when_asked_for(stranger: httpx.Client) -> None:
    answer = stranger.get("/api/me", headers={"Accept": "application/problem+json"})

    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.json()["status"], answer.json()["code"]) == (401, "unauthorized")
