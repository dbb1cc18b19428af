"""
Every route of the API, asked as every kind of caller, against a table that is written by hand.
"""

import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from dashboard.routes import ROWS
from support.api_access import CALLERS, PAGE, P, read_lines, render_page
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
from support.seaweedfs import SeaweedFS

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


@dataclass(frozen=True, slots=True)
class World:
    """
    A dashboard on which the role `user` has no rights by itself, and everybody who calls it.
    """

    bucket: str
    callers: Mapping[str, httpx.Client]

    def ask(self, caller: str, method: str, path: str) -> httpx.Response:
        """
        Make a call with the least that it needs.
        """
        call, client = (method, path), self.callers[caller]
        if call == ("POST", f"{P}/object"):
            return client.post(self.fill(path), data=_KEY, files={"file": ("x", b"x")})
        body = BODIES.get(call)
        if call == ("POST", "/api/backends/{bid}/buckets"):
            # It is there already, so that nobody makes another one.
            body = {"name": self.bucket}
        return client.request(method, self.fill(path), params=QUERIES.get(call), json=body)

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
        yield World(place.bucket, make_callers(dashboard, root, place.bucket))


def make_callers(
    dashboard: Dashboard, root: httpx.Client, bucket: str
) -> Mapping[str, httpx.Client]:
    here = {"backend_id": BACKEND, "bucket": bucket, "access": "readonly"}
    everywhere = {"backend_id": "*", "bucket": "*", "access": USER_DEFAULTS}
    elsewhere = {"backend_id": "elsewhere", "bucket": "*", "access": "full"}
    admin = make_user(dashboard, root, "admin")
    found = {
        "admin": admin,
        "user": make_user(dashboard, root, "user", everywhere),
        "readonly": make_user(dashboard, root, "readonly"),
        "granted": make_user(dashboard, root, "user", here),
        "other": make_user(dashboard, root, "user", elsewhere),
        "anonymous": dashboard.client(),
        "disabled": make_user(dashboard, root, "user"),
        "must-change": make_user(dashboard, root, "admin", must_change_pw=True),
        "no-csrf": make_user(dashboard, root, "admin"),
        "token": make_token(dashboard, admin),
        "admin-token": make_token(dashboard, admin, admin=True),
        "scoped-token": make_token(dashboard, admin, scopes=[here]),
    }
    user_id = found["disabled"].get("/api/me").json()["id"]
    root.patch(f"/api/admin/users/{user_id}", json={"enabled": False}).raise_for_status()
    found["no-csrf"].headers["X-CSRF-Token"] = "wrong"
    return found


def make_user(
    dashboard: Dashboard,
    root: httpx.Client,
    role: str,
    grant: Mapping[str, object] | None = None,
    *,
    must_change_pw: bool = False,
) -> httpx.Client:
    name = f"{role}-{secrets.token_hex(6)}"
    body = {"username": name, "password": PASSWORD, "role": role, "must_change_pw": must_change_pw}
    made = root.post("/api/admin/users", json=body).raise_for_status().json()
    if grant is not None:
        subject = {"kind": "user", "id": made["id"]}
        root.post("/api/admin/grants", json={"subject": subject, **grant}).raise_for_status()
    return sign_in(dashboard, name)


def make_token(dashboard: Dashboard, owner: httpx.Client, **members: object) -> httpx.Client:
    body = {"name": "matrix", "expires_at": TOMORROW, **members}
    made = owner.post("/api/me/tokens", json=body).raise_for_status().json()["token"]
    return dashboard.client({"Authorization": f"Bearer {made}"})


def told(answer: httpx.Response) -> str:
    """
    Return what an answer means, in the words of the table.
    """
    if answer.request.url.path.endswith("/objects/delete") and answer.is_success:
        # Each key is answered by itself.
        return "level" if "AccessDenied" in answer.text else "yes"
    is_error = answer.status_code >= 400 and answer.request.method != "HEAD"
    error = answer.json()["error"] if is_error else {"code": "", "reason": ""}
    code, reason = error["code"], error["reason"] or ""
    if code == "forbidden":
        return REASONS.get(reason, "level")
    is_hidden = reason == "backend.unknown" and "/admin/" not in answer.request.url.path
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
            found = told(answer)
            if line.method == "HEAD":
                found = expected if answer.status_code == STATUSES.get(expected, 200) else "?"
            if found != expected:
                wrong.append(f"{line.method} {line.path} as {caller}: {found}, not {expected}")

    assert not wrong, "\n".join(wrong)


def test_the_page_shows_the_table() -> None:
    assert PAGE.read_text(encoding="utf-8") == render_page()
