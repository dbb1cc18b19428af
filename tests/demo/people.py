"""
Everything that people make in the dashboard, made through its API.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Self

import httpx

from app.quickstart.record import Record
from demo.names import BIG_BUCKET, BIG_PREFIX, VERSIONED_BUCKET, user_names

USERS = 60
GROUPS = ("surveyors", "finance", "harbour office", "guests")
LIMITS = (
    (BIG_BUCKET, 8 * 2**20, 64 * 2**20),
    (VERSIONED_BUCKET, 4 * 2**10, 2**20),
    ("analytics", 0, 2 * 2**10),
)
"""Bucket, warning and limit in bytes."""
PASSWORD = "Calm-Harbour-Mornings-2026"  # of a demonstration, on the loopback


class Office:
    """
    An administrator at work.
    """

    def __init__(self, record: Record) -> None:
        self._client = httpx.Client(base_url=record.dashboard_url, timeout=60)
        signing = {"username": record.admin_username, "password": record.admin_password}
        self._client.post("/auth/login/local", json=signing).raise_for_status()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def post(self, path: str, body: Mapping[str, Any], *, method: str = "POST") -> dict[str, Any]:
        """
        Make a call; what is there already from an earlier run is fine.
        """
        token = self._client.cookies["stowage_csrf"]
        answer = self._client.request(method, path, json=body, headers={"X-CSRF-Token": token})
        if answer.status_code == httpx.codes.CONFLICT:
            return {}
        if answer.is_error:
            raise RuntimeError(f"{method} {path}: {answer.status_code} {answer.text}")
        found: dict[str, Any] = answer.json() if answer.content else {}
        return found

    def add_backend(self, backend_id: str, name: str, store: Mapping[str, str]) -> None:
        """
        Register a store, whether it answers or not.
        """
        body = {"id": backend_id, "name": name, "region": "us-east-1", "path_style": True, **store}
        self.post("/api/admin/backends", body)

    def add_buckets(self, backend_id: str, names: Iterable[str]) -> None:
        """
        Make buckets.
        """
        for name in names:
            self.post(f"/api/backends/{backend_id}/buckets", {"name": name})

    def add_keys(self, backend_id: str) -> tuple[str, str]:
        """
        Mint a credential that may everything on a backend.
        """
        body = {"backend_id": backend_id, "buckets": ["*"], "access": "full"}
        made = self.post("/api/admin/s3-credentials", {**body, "description": "demo generator"})
        return made["access_key"], made["secret_key"]

    def add_people(self, count: int = USERS) -> list[str]:
        """
        Make users of every role and state, groups of them, and what they may do; return their ids.
        """
        ids = [self._add_user(number, name) for number, name in enumerate(user_names(count))]
        for number, name in enumerate(GROUPS):
            members = [one for one in ids[number :: len(GROUPS)] if one]
            group = self.post("/api/admin/groups", {"name": name, "members": members})
            if group:
                self._grant({"kind": "group", "id": group["id"]}, "readwrite")
        for one in ids[::7]:
            if one:
                self._grant({"kind": "user", "id": one}, "readonly")
        return [one for one in ids if one]

    def add_the_rest(self, archive_bucket: str) -> list[str]:
        """
        Make what else there is to see: credentials, whose ids are returned, pins, aliases, shares,
        jobs.
        """
        place = {"backend_id": "local", "bucket": BIG_BUCKET}
        keys = [
            self.post(
                "/api/me/s3-credentials",
                {"backend_id": "local", "buckets": [BIG_BUCKET], "description": purpose},
            )["access_key"]
            for purpose in ("nightly backup", "camera uploads", "reporting", "terraform state")
        ]
        for bucket in (BIG_BUCKET, VERSIONED_BUCKET):
            self.post("/api/me/pins", {"backend_id": "local", "bucket": bucket})
        self.post("/api/admin/s3-aliases", {"name": "surveys", **place})
        self.post(
            "/api/shares", {"kind": "object", **place, "key": "welcome.txt", "note": "Read me"}
        )
        self.post("/api/shares", {"kind": "folder", **place, "prefix": "reports/"})
        self.post("/api/shares", {"kind": "upload", **place, "prefix": "inbox/"})
        copy = {"backend_id": "archive", "bucket": archive_bucket, "prefix": "copied/"}
        self._job("copy", {**place, "prefix": BIG_PREFIX}, copy)
        self._job("copy", {**place, "prefix": "reports/"}, {**copy, "backend_id": "cold"})
        self._job("scan", place, None)
        return keys

    def add_limits(self) -> None:
        """
        Limit buckets: one has room, one is above its warning, one is full.
        """
        for bucket, soft_bytes, hard_bytes in LIMITS:
            path = f"/api/backends/local/buckets/{bucket}/quota"
            body = {"soft_bytes": soft_bytes, "hard_bytes": hard_bytes}
            self.post(path, body, method="PUT")
            self.post(f"{path}/recompute", {})

    def _add_user(self, number: int, name: str) -> str:
        role = "readonly" if number % 9 == 4 else "admin" if number % 30 == 7 else "user"
        body = {"username": name, "password": PASSWORD, "role": role}
        made = self.post("/api/admin/users", {**body, "email": f"{name}@harbour.example"})
        if made and number % 11 == 5:
            path = f"/api/admin/users/{made['id']}"
            self.post(path, {"enabled": False}, method="PATCH")
        return str(made.get("id", ""))

    def _grant(self, subject: Mapping[str, str], access: str) -> None:
        body = {"subject": subject, "backend_id": "local", "bucket": BIG_BUCKET, "access": access}
        self.post("/api/admin/grants", body)

    def _job(self, kind: str, source: Mapping[str, str], target: Mapping[str, str] | None) -> None:
        body = {"kind": kind, "source": source, **({"target": target} if target else {})}
        self.post("/api/jobs", body)
