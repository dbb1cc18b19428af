"""
The people who use the dashboard in tests, and how they sign in.
"""

from dataclasses import dataclass

import httpx

from app.auth.argon import hash_password
from support.dashboard import Dashboard

PASSWORD = "wet-lantern-quarry-41"
STATIC_NAME = "root"
ENVIRON = {"STATIC_HASH": hash_password(PASSWORD)}
CONFIG = {
    "auth": {
        "modes": ["local", "static"],
        "static": {
            "enabled": True,
            "username": STATIC_NAME,
            "password_hash_env": "STATIC_HASH",
        },
    },
    "ratelimit": {
        "api_per_minute": 0,
        "login_per_15m": 0,
        "share_per_minute": 0,
        "unlock_per_15m": 3,
    },
    "s3_proxy": {"enabled": True, "listen": "127.0.0.1:8090", "public_url": "https://s3.example"},
}
BACKEND = "s"
DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Place:
    """
    A bucket of its own for one test.
    """

    bucket: str

    @property
    def url(self) -> str:
        return f"/api/backends/{BACKEND}/buckets/{self.bucket}"


def sign_in(
    dashboard: Dashboard, username: str, password: str = PASSWORD, **headers: str
) -> httpx.Client:
    """
    Return a client with a session, which sends the CSRF header as the pages do.
    """
    client = dashboard.client(headers)
    answer = client.post("/auth/login/local", json={"username": username, "password": password})
    assert answer.status_code == 200, answer.text
    client.headers["X-CSRF-Token"] = client.cookies["stowage_csrf"]
    return client
