"""
Every error code of the registry is produced over HTTP, and the catalogue is whole.
"""

import secrets
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from app.auth.user import NewUser
from app.backends.rows import NewBackend
from app.database.declared import Declaration
from app.errors.registry import REGISTRY
from app.plan.apply import CONFIGURATION
from support.dashboard import Dashboard, check_error, running_dashboard
from support.dashboard_people import (
    BACKEND,
    CONFIG,
    DEAD,
    ENVIRON,
    PASSWORD,
    STATIC_NAME,
    Place,
    sign_in,
)
from support.polling import wait_until
from support.seaweedfs import SeaweedFS

# Codes of the S3 endpoint alone; `tests/integration/proxy/test_limits.py` provokes this one.
AT_THE_ENDPOINT = {"ip_denied"}
CODES_FILE = Path(__file__).parents[2] / "vectors" / "catalogue_codes.txt"
CATALOGUE = {
    line.split()[0]: [int(status) for status in line.split()[1:]]
    for line in CODES_FILE.read_text().splitlines()
    if line and not line.startswith("#")
}
"""The codes that every client of the reference knows, with their statuses."""
NOTHING: Mapping[str, object] = {}


@dataclass(frozen=True, slots=True)
class World:
    """
    Who and what a trigger may use.
    """

    dashboard: Dashboard
    root: httpx.Client
    ada: httpx.Client
    uli: httpx.Client
    rea: httpx.Client
    stranger: httpx.Client
    place: Place
    store: SeaweedFS
    folder: Path

    def put(
        self, key: str, body: bytes = b"hello", *, only_if_absent: bool = False
    ) -> httpx.Response:
        return self.uli.post(
            f"{self.place.url}/object",
            data={"key": key},
            files={"file": ("x", body)},
            headers={"If-None-Match": "*"} if only_if_absent else {},
        )

    def make_user(self, **members: object) -> httpx.Response:
        body = {"username": f"user-{secrets.token_hex(6)}", "password": PASSWORD, "role": "user"}
        return self.root.post("/api/admin/users", json=body | members)

    def make_backend(self, **members: object) -> httpx.Response:
        body = {
            "id": f"b-{secrets.token_hex(4)}",
            "endpoint": self.store.endpoint,
            "access_key": self.store.access_key,
            "secret_key": self.store.secret_key,
        }
        return self.root.post("/api/admin/backends", json=body | members)

    def ask_alone(
        self,
        ask: Callable[[httpx.Client], httpx.Response],
        config: Mapping[str, object] = NOTHING,
        *,
        spoil: str = "",
    ) -> httpx.Response:
        """
        Ask a dashboard of its own, after signing in and then spoiling its database.
        """
        with running_dashboard(self.folder, {**CONFIG, **config}, ENVIRON) as alone:
            client = sign_in(alone, STATIC_NAME)
            if spoil:
                with sqlite3.connect(self.folder / "stowage.db") as database:
                    database.execute(spoil)
                database.close()
            return ask(client)


@pytest.fixture
def world(  # noqa: PLR0913, PLR0917  everything there is
    dashboard: Dashboard,
    root: httpx.Client,
    ada: httpx.Client,
    uli: httpx.Client,
    rea: httpx.Client,
    stranger: httpx.Client,
    place: Place,
    seaweedfs: SeaweedFS,
    folder: Path,
) -> World:
    return World(dashboard, root, ada, uli, rea, stranger, place, seaweedfs, folder)


TRIGGERS: dict[str, Callable[[World], httpx.Response]] = {}


def produces(code: str) -> Callable[[Callable[[World], httpx.Response]], None]:
    """
    Register the function that provokes a code.
    """

    def register(trigger: Callable[[World], httpx.Response]) -> None:
        TRIGGERS[code] = trigger

    return register


@produces("bad_request")
def _(world: World) -> httpx.Response:
    return world.stranger.post("/auth/login/local", content=b"{")


@produces("invalid_request")
def _(world: World) -> httpx.Response:
    return world.uli.post("/api/me/s3-credentials", json={})


@produces("invalid_bucket")
def _(world: World) -> httpx.Response:
    body = {"src_key": "a", "dst_key": "b", "dst_bucket": "Bad_Name"}
    return world.uli.post(f"{world.place.url}/object/copy", json=body)


@produces("invalid_bucket_name")
def _(world: World) -> httpx.Response:
    return world.ada.post(f"/api/backends/{BACKEND}/buckets", json={"name": "a_b"})


@produces("invalid_key")
def _(world: World) -> httpx.Response:
    return world.put("a\u202eb")


@produces("invalid_prefix")
def _(world: World) -> httpx.Response:
    source = {"backend_id": BACKEND, "bucket": world.place.bucket, "prefix": "no-slash"}
    return world.uli.post("/api/jobs", json={"kind": "scan", "source": source})


@produces("invalid_quota")
def _(world: World) -> httpx.Response:
    limits = {"soft_bytes": 10, "hard_bytes": 5}
    return world.ada.put(f"{world.place.url}/quota", json=limits)


@produces("quota_exceeded")
def _(world: World) -> httpx.Response:
    world.ada.put(f"{world.place.url}/quota", json={"hard_bytes": 10})
    assert world.put("full", b"x" * 10).status_code == 201
    return world.put("x", b"x" * 11)


@produces("size_tracking_disabled")
def _(world: World) -> httpx.Response:
    world.ada.put(f"{world.place.url}/size-tracking", json={"enabled": False})
    return world.uli.get(f"{world.place.url}/prefix-size")


@produces("invalid_tag")
def _(world: World) -> httpx.Response:
    tags = {"tags": {"k" * 129: "v"}}
    return world.uli.put(f"{world.place.url}/object/tags?key=x", json=tags)


@produces("too_many_tags")
def _(world: World) -> httpx.Response:
    tags = {"tags": {str(number): "v" for number in range(11)}}
    return world.uli.put(f"{world.place.url}/object/tags?key=x", json=tags)


@produces("too_many_keys")
def _(world: World) -> httpx.Response:
    keys = [{"key": f"k{number}"} for number in range(1001)]
    return world.uli.post(f"{world.place.url}/objects/delete", json={"keys": keys})


@produces("invalid_metadata")
def _(world: World) -> httpx.Response:
    body = {"metadata": {"": "x"}}
    return world.uli.post(f"{world.place.url}/multipart?key=x", json=body)


@produces("invalid_cors")
def _(world: World) -> httpx.Response:
    return world.root.put(f"{world.place.url}/cors", json={"rules": [{"allowed_methods": ["GET"]}]})


@produces("invalid_lifecycle")
def _(world: World) -> httpx.Response:
    return world.root.put(f"{world.place.url}/lifecycle", json={"rules": [{"id": "x"}]})


@produces("invalid_policy")
def _(world: World) -> httpx.Response:
    return world.root.put(f"{world.place.url}/policy", json={"policy": "{"})


@produces("bad_range")
def _(world: World) -> httpx.Response:
    world.put("x")
    return world.uli.get(f"{world.place.url}/object?key=x", headers={"Range": "bytes=999999-"})


@produces("length_required")
def _(world: World) -> httpx.Response:
    url = f"{world.place.url}/multipart/parts/1?key=x&upload_id=y"
    return world.uli.put(url, content=b"")


@produces("unauthorized")
def _(world: World) -> httpx.Response:
    return world.stranger.get("/api/me")


@produces("invalid_credentials")
def _(world: World) -> httpx.Response:
    return world.stranger.post("/auth/login/local", json={"username": "a", "password": "b"})


@produces("account_locked")
def _(world: World) -> httpx.Response:
    name = world.make_user().json()["username"]
    wrong = {"username": name, "password": "wrong"}
    for _attempt in range(5):
        world.stranger.post("/auth/login/local", json=wrong)
    return world.stranger.post("/auth/login/local", json=wrong | {"password": PASSWORD})


@produces("password_change_required")
def _(world: World) -> httpx.Response:
    name = world.make_user().json()["username"]
    return sign_in(world.dashboard, name).get("/api/backends")


@produces("password_mismatch")
def _(world: World) -> httpx.Response:
    name = world.make_user().json()["username"]
    body = {"current_password": "no", "new_password": "humid-violin-crater-77"}
    return sign_in(world.dashboard, name).post("/api/me/password", json=body)


@produces("weak_password")
def _(world: World) -> httpx.Response:
    return world.make_user(password="elevenchars")


@produces("mode_disabled")
def _(world: World) -> httpx.Response:
    return world.stranger.get("/auth/login/oidc")


@produces("oidc_failed")
def _(world: World) -> httpx.Response:
    oidc = {"issuer": "http://127.0.0.1:9", "client_id": "stowage"}
    auth = {**CONFIG["auth"], "modes": ["oidc", "static"], "oidc": oidc}  # type: ignore[dict-item]  # a mapping of several types
    return world.ask_alone(lambda client: client.get("/auth/login/oidc"), {"auth": auth})


@produces("register_failed")
def _(world: World) -> httpx.Response:
    body = {"id": "m", "endpoint": "http://127.0.0.1:9", "access_key": "a", "secret_key": "s"}
    with running_dashboard(world.folder, CONFIG, ENVIRON) as alone:
        client = sign_in(alone, STATIC_NAME)
        # A late look at the table may have noticed that the row went; then it is there once more.
        while (answer := client.post("/api/admin/backends", json=body)).is_success:
            with sqlite3.connect(world.folder / "stowage.db") as database:
                database.execute("DELETE FROM backends")
            database.close()
        assert client.get("/api/admin/backends/m").status_code == 404
        return answer


@produces("precondition_failed")
def _(world: World) -> httpx.Response:
    world.put("x")
    url = f"{world.place.url}/object?key=x"
    return world.uli.get(url, headers={"If-Match": '"another"'})


@produces("session_error")
def _(world: World) -> httpx.Response:
    body = {"username": STATIC_NAME, "password": PASSWORD}
    return world.ask_alone(
        lambda client: client.post("/auth/login/local", json=body),
        spoil="ALTER TABLE sessions RENAME TO elsewhere",
    )


@produces("csrf_invalid")
def _(world: World) -> httpx.Response:
    return world.uli.post("/api/me/pins", headers={"X-CSRF-Token": "wrong"})


@produces("source_untrusted")
def _(world: World) -> httpx.Response:
    return world.uli.post("/auth/logout", headers={"Origin": "https://evil.example"})


@produces("forbidden")
def _(world: World) -> httpx.Response:
    return world.uli.get("/api/admin/users")


@produces("not_found")
def _(world: World) -> httpx.Response:
    return world.uli.get(f"{world.place.url}/object?key=nope")


@produces("method_not_allowed")
def _(world: World) -> httpx.Response:
    return world.uli.put("/api/me")


@produces("conflict")
def _(world: World) -> httpx.Response:
    return world.ada.post(f"/api/backends/{BACKEND}/buckets", json={"name": world.place.bucket})


@produces("object_exists")
def _(world: World) -> httpx.Response:
    world.put("x")
    return world.put("x", only_if_absent=True)


@produces("username_taken")
def _(world: World) -> httpx.Response:
    return world.make_user(username="ULI")


@produces("email_taken")
def _(world: World) -> httpx.Response:
    address = f"{secrets.token_hex(6)}@example.org"
    world.make_user(email=address)
    return world.make_user(email=address.upper())


@produces("id_taken")
def _(world: World) -> httpx.Response:
    return world.make_backend(id=BACKEND)


@produces("last_admin")
def _(world: World) -> httpx.Response:
    ada_id = world.ada.get("/api/me").json()["id"]
    return world.root.delete(f"/api/admin/users/{ada_id}")


@produces("self_delete")
def _(world: World) -> httpx.Response:
    ada_id = world.ada.get("/api/me").json()["id"]
    return world.ada.delete(f"/api/admin/users/{ada_id}")


@produces("self_role_change")
def _(world: World) -> httpx.Response:
    other = world.make_user(role="admin").json()["id"]
    ada_id = world.ada.get("/api/me").json()["id"]
    answer = world.ada.patch(f"/api/admin/users/{ada_id}", json={"role": "user"})
    world.root.delete(f"/api/admin/users/{other}")
    return answer


@produces("static_user")
def _(world: World) -> httpx.Response:
    return world.root.post("/api/me/password", content=b"{")


@produces("not_local")
def _(world: World) -> httpx.Response:
    new = NewUser(f"robot-{secrets.token_hex(4)}", "", "user", kind="service")
    robot = world.dashboard.run(world.dashboard.services.users.create(CONFIGURATION, new))
    body = {"new_password": "humid-violin-crater-77"}
    return world.root.post(f"/api/admin/users/{robot.id}/reset-password", json=body)


def _change_declared(world: World, file: Path) -> httpx.Response:
    declared = Declaration("yaml", str(file), 7, f"d-{secrets.token_hex(4)}")
    new = NewBackend(declared.declared_id or "", world.store.endpoint, "key", "secret")
    backends = world.dashboard.services.backends
    world.dashboard.run(backends.create(CONFIGURATION, new, by=declared))
    answer = world.root.patch(f"/api/admin/backends/{new.id}", content=b"{")
    world.dashboard.run(backends.delete(CONFIGURATION, new.id, by=declared))
    return answer


@produces("yaml_managed")
def _(world: World) -> httpx.Response:
    return _change_declared(world, world.folder / "config.yaml")


@produces("k8s_managed")
def _(world: World) -> httpx.Response:
    # As the kubelet lays out the volume of a ConfigMap.
    version = world.folder / "..2026_05_01_12_00_00.1"
    version.mkdir()
    (version / "config.yaml").touch()
    (world.folder / "..data").symlink_to(version.name)
    (world.folder / "config.yaml").symlink_to("..data/config.yaml")
    return _change_declared(world, world.folder / "config.yaml")


def _share(world: World, **members: object) -> dict[str, str]:
    world.put("x")
    body = {"backend_id": BACKEND, "bucket": world.place.bucket, "key": "x", **members}
    made: dict[str, str] = world.uli.post("/api/shares", json=body).json()
    return made


@produces("expired")
def _(world: World) -> httpx.Response:
    end = datetime.now(UTC) + timedelta(seconds=2)
    info = f"{_share(world, expires_at=end.isoformat())['url']}/info"
    wait_until(lambda: world.stranger.get(info).is_error, what="the end of the share")
    return world.stranger.get(info)


@produces("exhausted")
def _(world: World) -> httpx.Response:
    url = _share(world, max_downloads=1)["url"]
    return [world.stranger.get(f"{url}/raw") for _ in range(2)][1]


@produces("revoked")
def _(world: World) -> httpx.Response:
    made = _share(world)
    world.uli.delete(f"/api/shares/{made['id']}")
    return world.stranger.get(f"{made['url']}/raw")


@produces("not_yet_active")
def _(world: World) -> httpx.Response:
    return world.stranger.get(f"{_share(world, starts_at='2999-01-01T00:00:00Z')['url']}/info")


@produces("password_required")
def _(world: World) -> httpx.Response:
    return world.stranger.get(f"{_share(world, password='open-sesame-77')['url']}/info")


@produces("type_not_allowed")
def _(world: World) -> httpx.Response:
    made = _share(world, kind="upload", prefix="in/", allowed_types=[".pdf"])
    return world.stranger.put(f"{made['url']}/upload?name=a.exe", content=b"x")


@produces("feature_disabled")
def _(world: World) -> httpx.Response:
    off = {"shares": {"enabled": False}}
    body = {"backend_id": BACKEND, "bucket": "b", "key": "x"}
    return world.ask_alone(lambda client: client.post("/api/shares", json=body), off)


@produces("too_large")
def _(world: World) -> httpx.Response:
    return world.put("x", b"x" * (5 * 2**20 + 1))


@produces("rate_limited")
def _(world: World) -> httpx.Response:
    limits = {"ratelimit": {"api_per_minute": 1, "login_per_15m": 0}}
    return world.ask_alone(lambda client: [client.get("/api/me"), client.get("/api/me")][1], limits)


@produces("not_supported")
def _(world: World) -> httpx.Response:
    backend_id = world.make_backend(capabilities={"tagging": False}).json()["id"]
    url = f"/api/backends/{backend_id}/buckets/{world.place.bucket}/object/tags?key=x"
    answer = world.uli.get(url)
    world.root.delete(f"/api/admin/backends/{backend_id}")
    return answer


@produces("backend_error")
def _(world: World) -> httpx.Response:
    return world.uli.get(f"/api/backends/{DEAD}/buckets")


@produces("maintenance")
def _(world: World) -> httpx.Response:
    backend_id = world.make_backend(maintenance=True).json()["id"]
    answer = world.uli.get(f"/api/backends/{backend_id}/buckets")
    world.root.delete(f"/api/admin/backends/{backend_id}")
    return answer


@produces("internal")
def _(world: World) -> httpx.Response:
    return world.ask_alone(
        lambda client: client.get("/api/me/pins"),
        spoil="INSERT INTO bucket_pins VALUES ('static', 'b', 'docs', 'no time')",
    )


@produces("store_unavailable")
def _(world: World) -> httpx.Response:
    return world.ask_alone(
        lambda client: client.get("/api/me/pins"),
        spoil="ALTER TABLE bucket_pins RENAME TO elsewhere",
    )


@produces("secret_key_unset")
def _(world: World) -> httpx.Response:
    keyless = {"server": {"secret_key_file": ""}, "s3_proxy": {"enabled": False}}
    return world.ask_alone(lambda client: client.post("/api/admin/backends", content=b"{"), keyless)


@produces("s3_proxy_disabled")
def _(world: World) -> httpx.Response:
    off = {"s3_proxy": {"enabled": False}}
    return world.ask_alone(lambda client: client.get("/api/me/s3-credentials"), off)


@pytest.mark.parametrize("code", sorted(TRIGGERS))
def test_the_code_is_produced_with_its_status(world: World, code: str) -> None:
    answer = TRIGGERS[code](world)

    assert answer.status_code >= 400, answer.text
    assert check_error(answer)[0] == code
    assert answer.status_code in CATALOGUE.get(code, [answer.status_code])


def test_every_code_of_the_registry_is_produced() -> None:
    assert set(REGISTRY) == set(TRIGGERS) | AT_THE_ENDPOINT


def test_every_code_of_the_catalogue_is_produced_with_its_status() -> None:
    assert len(CATALOGUE) == 53
    assert set(CATALOGUE) <= set(TRIGGERS)
    for code, statuses in CATALOGUE.items():
        entry = REGISTRY[code]
        told = {entry.status, *(reason.status or entry.status for reason in entry.reasons)}
        assert told == set(statuses), code
