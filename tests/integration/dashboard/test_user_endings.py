"""
What a user leaves behind who is deleted or shut out, over HTTP: nothing goes on by itself.
"""

import secrets
from dataclasses import dataclass

import httpx
import pytest

from support.dashboard import Dashboard
from support.dashboard_people import BACKEND, PASSWORD, Place, sign_in

USERS = "/api/admin/users"
KEYS = "/api/admin/s3-credentials"


@dataclass(frozen=True, slots=True)
class Leaver:
    """
    A user with a session, a key and a share of `x`.
    """

    id: str
    client: httpx.Client
    access_key: str
    share_url: str


def _make(root: httpx.Client) -> dict[str, str]:
    name = f"user-{secrets.token_hex(6)}"
    body = {"username": name, "password": PASSWORD, "role": "user", "must_change_pw": False}
    made: dict[str, str] = root.post(USERS, json=body).raise_for_status().json()
    return made


@pytest.fixture
def leaver(dashboard: Dashboard, root: httpx.Client, place: Place) -> Leaver:
    made = _make(root)
    client = sign_in(dashboard, made["username"])
    file = {"file": ("x", b"x")}
    client.post(f"{place.url}/object", data={"key": "x"}, files=file).raise_for_status()
    where = {"backend_id": BACKEND, "bucket": place.bucket}
    key = {"backend_id": BACKEND, "buckets": [place.bucket]}
    credential = client.post("/api/me/s3-credentials", json=key).raise_for_status().json()
    share = client.post("/api/shares", json={**where, "key": "x"}).raise_for_status().json()
    return Leaver(made["id"], client, credential["access_key"], share["url"])


def _key(root: httpx.Client, access_key: str) -> dict[str, object]:
    found = root.get(KEYS).json()["credentials"]
    (one,) = [key for key in found if key["access_key"] == access_key]
    return {"user_id": one.get("user_id"), "enabled": one["enabled"]}


def test_a_deleted_user_s_key_and_share_end_for_good(
    root: httpx.Client, stranger: httpx.Client, leaver: Leaver
) -> None:
    assert root.delete(f"{USERS}/{leaver.id}").status_code == 204

    assert leaver.client.get("/api/me").status_code == 401
    assert not _key(root, leaver.access_key)["enabled"]
    assert stranger.get(f"{leaver.share_url}/raw").json()["error"]["code"] == "revoked"


def test_an_heir_takes_over_what_a_deleted_user_leaves(
    dashboard: Dashboard, root: httpx.Client, stranger: httpx.Client, leaver: Leaver
) -> None:
    heir = _make(root)

    done = root.delete(f"{USERS}/{leaver.id}", params={"transfer_to": heir["id"]})

    assert done.status_code == 204
    assert _key(root, leaver.access_key) == {"user_id": heir["id"], "enabled": True}
    assert stranger.get(f"{leaver.share_url}/raw").content == b"x"
    shares = sign_in(dashboard, heir["username"]).get("/api/shares").json()["shares"]
    assert [share["url"] for share in shares] == [leaver.share_url]
    dashboard.run(dashboard.services.audit.flush())
    found = root.get("/api/admin/audit", params={"action": "user.delete", "limit": 1}).json()
    assert heir["id"] in found["events"][0]["detail"]


@pytest.mark.parametrize("is_own", [False, True], ids=["nobody", "the user"])
def test_without_the_heir_nothing_is_deleted(
    root: httpx.Client, leaver: Leaver, *, is_own: bool
) -> None:
    heir = leaver.id if is_own else "01NOBODY"

    answer = root.delete(f"{USERS}/{leaver.id}", params={"transfer_to": heir})

    assert (answer.status_code, answer.json()["error"]["reason"]) == (404, "user.not_found")
    assert leaver.client.get("/api/me").status_code == 200
    assert _key(root, leaver.access_key) == {"user_id": leaver.id, "enabled": True}


def test_who_gets_another_role_is_signed_out_everywhere_at_once(
    root: httpx.Client, leaver: Leaver
) -> None:
    root.patch(f"{USERS}/{leaver.id}", json={"role": "readonly"}).raise_for_status()

    assert leaver.client.get("/api/me").status_code == 401
