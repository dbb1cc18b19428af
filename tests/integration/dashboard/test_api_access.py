"""
Every route of the API, asked as every kind of caller, against a table that is written by hand.
"""

import http.client
import json
import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from app.auth.user import NewUser, User, UserChange
from app.database.declared import Declaration
from app.errors.registry import REGISTRY
from app.plan.apply import CONFIGURATION
from dashboard.routes import ROWS
from support.api_access import CALLERS, PAGE, P, read_lines, render_page
from support.dashboard import Dashboard, running_dashboard
from support.dashboard_people import (
    BACKEND,
    CONFIG,
    ENVIRON,
    STATIC_NAME,
    Place,
    sign_in,
)
from support.seaweedfs import SeaweedFS

DECLARED = Declaration("yaml", "config.yaml", 1)
NOWHERE = "01NOBODY"
TOMORROW = (datetime.now(UTC) + timedelta(days=1)).isoformat()
USER_DEFAULTS = ["list", "read", "write", "delete", "delete-version"]
CODES = {
    "unauthorized": "401",
    "csrf_invalid": "csrf",
    "password_change_required": "password",
}
REASONS = {
    "admin.required": "role",
    "role.readonly": "role",
    "token.scope": "token",
    "token.session_required": "token",
}
STATUSES = {"401": 401, "csrf": 403, "password": 403, "role": 403, "level": 403, "hidden": 404}
_KEY = {"key": "kept"}
# What a call needs to get as far as the question whether its caller may.
QUERIES: Mapping[tuple[str, str], Mapping[str, str]] = {
    **{
        (method, f"{P}/{path}"): _KEY
        for method, path in (
            ("GET", "object"),
            ("HEAD", "object"),
            ("DELETE", "object"),
            ("GET", "object/info"),
            ("GET", "object/tags"),
            ("PUT", "object/tags"),
            ("PUT", "object/metadata"),
            ("GET", "object/retention"),
            ("PUT", "object/retention"),
            ("GET", "object/legal-hold"),
            ("PUT", "object/legal-hold"),
            ("GET", "object/versions"),
            ("GET", "objects/zip"),
            ("POST", "multipart"),
        )
    },
    **{
        (method, f"{P}/{path}"): {"key": "a", "upload_id": "u"}
        for method, path in (
            ("DELETE", "multipart"),
            ("GET", "multipart/parts"),
            ("PUT", "multipart/parts/{part}"),
            ("POST", "multipart/complete"),
        )
    },
}
BODIES: Mapping[tuple[str, str], Mapping[str, Any]] = {
    ("PUT", f"{P}/versioning"): {"enabled": True},
    ("PUT", f"{P}/policy"): {"policy": "{}"},
    ("PUT", f"{P}/lifecycle"): {"rules": []},
    ("POST", f"{P}/lifecycle/preview"): {"rules": []},
    ("PUT", f"{P}/object-lock"): {"enabled": True},
    ("PUT", f"{P}/encryption"): {"algorithm": "AES256"},
    ("PUT", f"{P}/tags"): {"tags": {}},
    ("PUT", f"{P}/cors"): {"rules": []},
    ("POST", f"{P}/objects/delete"): {"keys": [{"key": "a"}]},
    ("POST", f"{P}/objects/zip"): {"keys": ["kept"]},
    ("POST", f"{P}/objects/copy-prefix"): {
        "src_prefix": "a/",
        "dst_prefix": "b/",
        "dst_bucket": "docs",
    },
    ("POST", f"{P}/objects/delete-prefix"): {"prefix": "a/"},
    ("POST", f"{P}/objects/folder"): {"key": "a/"},
    ("POST", f"{P}/object/copy"): {"src_key": "kept", "dst_key": "b"},
    ("PUT", f"{P}/object/tags"): {"tags": {}},
    ("PUT", f"{P}/object/metadata"): {"metadata": {}},
    ("PUT", f"{P}/object/retention"): {"mode": "GOVERNANCE", "until": TOMORROW},
    ("PUT", f"{P}/object/legal-hold"): {"on": True},
    ("POST", f"{P}/presign"): {"key": "a"},
    ("POST", f"{P}/multipart/complete"): {"parts": [{"PartNumber": 1, "ETag": "e"}]},
}
UPLOAD = ("POST", f"{P}/object")
FORM = "multipart/form-data; boundary=b"
FILE = (
    b'--b\r\nContent-Disposition: form-data; name="key"\r\n\r\nkept\r\n'
    b'--b\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\nx\r\n--b--\r\n'
)


@dataclass(frozen=True, slots=True)
class Told:
    """
    An answer.
    """

    status: int
    body: bytes


@dataclass(frozen=True, slots=True)
class World:
    """
    A dashboard on which the role `user` has no rights by itself, and everybody who calls it.
    """

    bucket: str
    callers: Mapping[str, Mapping[str, str]]
    """The headers of each."""
    _connection: http.client.HTTPConnection
    """One for all: two thousand calls are made, and a client for people costs more than they do."""

    def ask(self, caller: str, method: str, path: str) -> Told:
        """
        Make a call with the least that it needs.
        """
        call, headers = (method, path), dict(self.callers[caller])
        body = self.body(call)
        if body:
            kind = FORM if call == UPLOAD else "application/json"
            headers["Content-Type"] = kind
        query = QUERIES.get(call)
        url = self.fill(path) + (f"?{urlencode(query)}" if query else "")
        self._connection.request(method, url, body, headers)
        answer = self._connection.getresponse()
        return Told(answer.status, answer.read())

    def body(self, call: tuple[str, str]) -> bytes:
        """
        Return what a call sends.
        """
        if call == UPLOAD:
            return FILE
        if call == ("POST", "/api/me/password"):
            # It is refused before a hash is made: what it would say does not matter here.
            return b"{"
        if call == ("POST", "/api/backends/{bid}/buckets"):
            # It is there already, so that nobody makes another one.
            return json.dumps({"name": self.bucket}).encode()
        body = BODIES.get(call)
        return b"" if body is None else json.dumps(body).encode()

    def fill(self, path: str) -> str:
        """
        Put names into a path; where something could be deleted for good, one that nobody has.
        """
        backend_id = "nowhere" if path.startswith("/api/admin") else BACKEND
        path = path.replace("{bid}", backend_id).replace("{bucket}", self.bucket)
        return re.sub(r"\{part\}", "1", path).replace("{", NOWHERE).replace("}", "")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, seaweedfs: SeaweedFS) -> Iterator[World]:
    auth = {**CONFIG["auth"], "role_grants": {"user": []}}  # type: ignore[dict-item]  # a mapping
    folder = tmp_path_factory.mktemp("access")
    with running_dashboard(folder, {**CONFIG, "auth": auth}, ENVIRON) as dashboard:
        root = sign_in(dashboard, STATIC_NAME)
        for backend_id in (BACKEND, "elsewhere"):
            body = {
                "id": backend_id,
                "endpoint": seaweedfs.endpoint,
                "access_key": seaweedfs.access_key,
                "secret_key": seaweedfs.secret_key,
            }
            root.post("/api/admin/backends", json=body).raise_for_status()
        place = Place(f"t-{secrets.token_hex(6)}")
        name = {"name": place.bucket}
        root.post(f"/api/backends/{BACKEND}/buckets", json=name).raise_for_status()
        # What is not empty is not deleted by whoever may.
        root.post(f"{place.url}/object", data={"key": "kept"}, files={"file": ("x", b"x")})
        callers = make_callers(dashboard, root, place.bucket)
        connection = http.client.HTTPConnection(httpx.URL(dashboard.url).netloc.decode())
        yield World(place.bucket, callers, connection)
        connection.close()


def make_callers(
    dashboard: Dashboard, root: httpx.Client, bucket: str
) -> Mapping[str, Mapping[str, str]]:
    here = {"backend_id": BACKEND, "bucket": bucket, "access": "readonly"}
    everywhere = {"backend_id": "*", "bucket": "*", "access": USER_DEFAULTS}
    elsewhere = {"backend_id": "elsewhere", "bucket": "*", "access": "full"}
    users = {
        name: make_user(dashboard, name, role)
        for name, role in (
            ("admin", "admin"),
            ("user", "user"),
            ("readonly", "readonly"),
            ("granted", "user"),
            ("other", "user"),
            ("disabled", "user"),
            ("must-change", "admin"),
            ("no-csrf", "admin"),
        )
    }
    for name, scope in (("user", everywhere), ("granted", here), ("other", elsewhere)):
        subject = {"kind": "user", "id": users[name].id}
        root.post("/api/admin/grants", json={"subject": subject, **scope}).raise_for_status()
    callers = {name: sign_in_as(dashboard, user) for name, user in users.items()}
    off = UserChange(is_enabled=False)
    service = dashboard.services.users
    dashboard.run(service.update(CONFIGURATION, users["disabled"].id, off, by=DECLARED))
    callers["no-csrf"]["X-CSRF-Token"] = "wrong"
    admin = callers["admin"]
    return {
        **callers,
        "anonymous": {},
        "token": make_token(dashboard, admin),
        "admin-token": make_token(dashboard, admin, admin=True),
        "scoped-token": make_token(dashboard, admin, scopes=[here]),
    }


def make_user(dashboard: Dashboard, name: str, role: str) -> User:
    """
    Make a user whom a file declares: without a password, which would take two hashes each.
    """
    new = NewUser(name, "", role, must_change_password=name == "must-change")
    return dashboard.run(dashboard.services.users.create(CONFIGURATION, new, by=DECLARED))


def sign_in_as(dashboard: Dashboard, user: User) -> dict[str, str]:
    """
    Return the headers of a browser in which a user is signed in.
    """
    opened = dashboard.run(dashboard.services.sessions.open(user))
    return {
        "Cookie": f"stowage_session={opened.token}; stowage_csrf={opened.csrf_token}",
        "X-CSRF-Token": opened.csrf_token,
    }


def make_token(
    dashboard: Dashboard, owner: Mapping[str, str], **members: object
) -> Mapping[str, str]:
    body = {"name": "matrix", "expires_at": TOMORROW, **members}
    answer = dashboard.client(owner).post("/api/me/tokens", json=body).raise_for_status()
    return {"Authorization": f"Bearer {answer.json()['token']}"}


def told(answer: Told, method: str, path: str) -> str:
    """
    Return what an answer means, in the words of the table.
    """
    if path.endswith("/objects/delete") and answer.status == 200:
        # Each key is answered by itself.
        return "level" if b"AccessDenied" in answer.body else "yes"
    is_error = answer.status >= 400 and method != "HEAD" and path != "/readyz"
    error = json.loads(answer.body)["error"] if is_error else {"code": "", "reason": ""}
    code, reason = error["code"], error["reason"] or ""
    if code:
        REGISTRY[code].find_reason(error["reason"])
    if code == "forbidden":
        return REASONS.get(reason, "level")
    is_hidden = reason == "backend.unknown" and "/admin/" not in path
    return "hidden" if is_hidden else CODES.get(code, "yes")


def test_every_route_stands_in_the_table_and_nothing_else_does() -> None:
    routes = {(row.method, row.path.removesuffix("~")) for row in ROWS}

    lines = {(line.method, line.path) for line in read_lines()}
    assert not routes - lines, "say in tests/vectors/api_access.txt who may make these calls"
    assert not lines - routes


def test_every_caller_is_told_what_the_table_says(world: World) -> None:
    # Whoever signs out is nobody from then on.
    lines = sorted(read_lines(), key=lambda line: line.path == "/auth/logout")
    wrong = []
    for line in lines:
        for caller in CALLERS:
            answer, expected = world.ask(caller, line.method, line.path), line.expected(caller)
            found = told(answer, line.method, line.path)
            if line.method == "HEAD":
                found = expected if answer.status == STATUSES.get(expected, 200) else "?"
            if found != expected:
                wrong.append(f"{line.method} {line.path} as {caller}: {found}, not {expected}")

    assert not wrong, "\n".join(wrong)


def test_the_page_shows_the_table() -> None:
    assert PAGE.read_text(encoding="utf-8") == render_page()
