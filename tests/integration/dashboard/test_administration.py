"""
Administration over HTTP: users, backends, credentials, the audit log.
"""

import csv
import io
import json
import secrets
from typing import Any

import httpx
import pytest

from app.audit.event import AuditEvent
from support.dashboard import Dashboard
from support.dashboard_people import BACKEND, DEAD, PASSWORD, Place, sign_in
from support.seaweedfs import SeaweedFS

USERS = "/api/admin/users"
BACKENDS = "/api/admin/backends"


def told(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def new_name() -> str:
    return f"user-{secrets.token_hex(6)}"


def make_user(root: httpx.Client, **members: Any) -> dict[str, Any]:
    body = {"username": new_name(), "password": PASSWORD, "role": "user"} | members
    answer = root.post(USERS, json=body)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


# Users


def test_a_user_is_made_read_changed_and_deleted(root: httpx.Client) -> None:
    made = make_user(root, email="Zoë@example.org", role="viewer")

    assert set(made) == {
        "id",
        "username",
        "email",
        "role",
        "kind",
        "groups",
        "identity_source",
        "enabled",
        "must_change_pw",
        "failed_attempts",
        "created_at",
        "source",
    }
    assert (made["role"], made["must_change_pw"]) == ("readonly", True)
    assert root.get(f"{USERS}/{made['id']}").json() == made
    changed = root.patch(f"{USERS}/{made['id']}", json={"role": "editor", "email": ""}).json()
    assert (changed["role"], changed.get("email")) == ("user", None)
    assert root.delete(f"{USERS}/{made['id']}").status_code == 204
    assert told(root.get(f"{USERS}/{made['id']}")) == (404, "not_found")


def test_names_and_addresses_are_taken_in_any_case(root: httpx.Client) -> None:
    address = f"{new_name()}@example.org"
    first = make_user(root, email=address)
    second = make_user(root)
    body = {"password": PASSWORD, "role": "user"}

    same_name = root.post(USERS, json=body | {"username": first["username"].upper()})
    same_mail = root.post(USERS, json=body | {"username": new_name(), "email": address.upper()})
    patched = root.patch(f"{USERS}/{second['id']}", json={"email": address.upper()})

    assert told(same_name) == (409, "username_taken")
    assert told(same_mail) == told(patched) == (409, "email_taken")


def test_users_are_found_by_text_role_and_state(root: httpx.Client) -> None:
    made = make_user(root, role="readonly")
    root.patch(f"{USERS}/{made['id']}", json={"enabled": False})

    def find(**query: str) -> list[str]:
        answer = root.get(f"{USERS}/", params={"query": made["username"][5:], **query})
        return [user["id"] for user in answer.json()["users"]]

    assert find() == find(role="viewer") == find(enabled="false") == [made["id"]]
    assert find(enabled="true") == find(role="admin") == find(offset="1") == []


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"username": "", "password": PASSWORD, "role": "user"}, "bad_request"),
        ({"password": PASSWORD, "role": "user"}, "bad_request"),
        ({"username": "x", "password": PASSWORD, "role": "boss"}, "bad_request"),
        ({"username": " x", "password": PASSWORD, "role": "user"}, "bad_request"),
        ({"username": "x", "password": PASSWORD, "role": "user", "email": "x"}, "bad_request"),
        ({"username": 7, "password": PASSWORD, "role": "user"}, "bad_request"),
        ({"username": "x", "password": "elevenchars", "role": "user"}, "weak_password"),
        ({"username": "x", "password": "password1234", "role": "user"}, "weak_password"),
    ],
)
def test_a_user_that_cannot_be_is_refused(
    root: httpx.Client, body: dict[str, Any], code: str
) -> None:
    assert told(root.post(USERS, json=body)) == (400, code)


def test_nobody_removes_themselves_or_the_last_administrator(
    dashboard: Dashboard, root: httpx.Client, ada: httpx.Client
) -> None:
    ada_id = ada.get("/api/me").json()["id"]

    assert told(ada.delete(f"{USERS}/{ada_id}")) == (403, "self_delete")
    assert told(ada.patch(f"{USERS}/{ada_id}", json={"role": "user"})) == (409, "last_admin")
    assert told(root.delete(f"{USERS}/{ada_id}")) == (409, "last_admin")
    second = make_user(root, role="admin", must_change_pw=False)
    assert told(ada.patch(f"{USERS}/{ada_id}", json={"role": "user"})) == (
        403,
        "self_role_change",
    )
    assert ada.patch(f"{USERS}/{ada_id}", json={"role": "admin"}).status_code == 200
    other = sign_in(dashboard, second["username"])
    assert other.delete(f"{USERS}/{second['id']}").status_code == 403
    assert ada.delete(f"{USERS}/{second['id']}").status_code == 204
    assert other.get("/api/me").status_code == 401


def test_an_administrator_gives_another_password(dashboard: Dashboard, root: httpx.Client) -> None:
    made = make_user(root, must_change_pw=False)
    client = sign_in(dashboard, made["username"])

    weak = root.post(f"{USERS}/{made['id']}/reset-password", json={"new_password": "short"})
    done = root.post(
        f"{USERS}/{made['id']}/reset-password", json={"new_password": "copper-sail-ninety-3"}
    )

    assert told(weak) == (400, "weak_password")
    assert done.json() == {"status": "ok"}
    assert client.get("/api/me").status_code == 401
    again = sign_in(dashboard, made["username"], "copper-sail-ninety-3")
    assert again.get("/api/me").json()["must_change_pw"] is True


def test_the_static_account_is_nobodys_to_change(root: httpx.Client) -> None:
    assert told(root.patch(f"{USERS}/static", json={"enabled": False})) == (403, "static_user")
    assert told(root.post("/api/me/password", content=b"{")) == (403, "static_user")


def test_an_unknown_user_is_not_found(root: httpx.Client) -> None:
    assert told(root.patch(f"{USERS}/NOBODY", json={})) == (404, "not_found")
    assert told(root.post(f"{USERS}/NOBODY/unlock")) == (404, "not_found")
    assert told(root.delete(f"{USERS}/NOBODY")) == (404, "not_found")


# Backends


def new_backend(seaweedfs: SeaweedFS, **members: Any) -> dict[str, Any]:
    return {
        "id": f"b-{secrets.token_hex(4)}",
        "endpoint": seaweedfs.endpoint,
        "access_key": seaweedfs.access_key,
        "secret_key": seaweedfs.secret_key,
    } | members


def test_a_backend_is_made_tried_changed_and_deleted(
    root: httpx.Client, uli: httpx.Client, seaweedfs: SeaweedFS
) -> None:
    body = new_backend(seaweedfs, name="Archive")
    made = root.post(f"{BACKENDS}/", json=body)
    url = f"{BACKENDS}/{body['id']}"

    assert made.status_code == 201
    assert (made.json()["secret_set"], made.json()["healthy"]) == (True, True)
    assert seaweedfs.secret_key not in made.text + root.get(BACKENDS).text + root.get(url).text
    assert uli.get(f"/api/backends/{body['id']}").json()["name"] == "Archive"
    assert uli.get(f"/api/backends/{body['id']}/health").json()["healthy"] is True
    renamed = root.patch(url, json={"name": "Attic", "enabled": False}).json()
    assert (renamed["name"], renamed["enabled"]) == ("Attic", False)
    assert told(uli.get(f"/api/backends/{body['id']}")) == (404, "not_found")
    assert root.delete(url).status_code == 204
    assert told(root.get(url)) == (404, "not_found")


def test_a_backend_is_refused_in_the_documented_order(
    root: httpx.Client, seaweedfs: SeaweedFS
) -> None:
    body = new_backend(seaweedfs)

    def reason(**members: Any) -> str:
        answer = root.post(BACKENDS, json=body | members)
        assert told(answer) == (400, "bad_request")
        found: str = answer.json()["error"]["reason"]
        return found

    assert reason(id="Not An Id", endpoint="x") == "backend.id_invalid"
    assert reason(id="health") == "backend.id_reserved"
    assert reason(endpoint="ftp://x") == "backend.endpoint_invalid"
    assert reason(secret_key="") == "backend.key_missing"
    assert reason(type="azure") == "backend.type_unknown"
    assert told(root.post(BACKENDS, content=b"{")) == (400, "bad_request")
    assert told(root.post(BACKENDS, json=body | {"id": BACKEND})) == (409, "id_taken")


def test_trying_an_endpoint_says_at_which_step_it_fails(
    root: httpx.Client, seaweedfs: SeaweedFS
) -> None:
    body = new_backend(seaweedfs)

    good = root.post(f"{BACKENDS}/test", json=body).json()
    wrong_key = root.post(f"{BACKENDS}/test", json=body | {"secret_key": "wrong"}).json()
    closed = root.post(f"{BACKENDS}/test", json=body | {"endpoint": "http://127.0.0.1:9"}).json()

    assert (good["healthy"], [step["ok"] for step in good["steps"]]) == (True, [True] * 7)
    assert "error" not in good
    assert wrong_key["healthy"] is False
    assert wrong_key["steps"][-1]["reason"] == "backend.auth_failed"
    assert closed["steps"][-1]["name"] == "tcp"


def test_only_administrators_are_told_why_a_backend_is_ill(
    root: httpx.Client, uli: httpx.Client
) -> None:
    told_root = root.get(f"/api/backends/{DEAD}/health").json()
    told_uli = uli.get(f"/api/backends/{DEAD}/health").json()

    assert told_root["healthy"] is told_uli["healthy"] is False
    assert told_uli["last_error"] == "The backend does not answer."
    assert told_root["last_error"]
    found = root.get(f"{BACKENDS}/health").json()["backends"]
    assert {DEAD, BACKEND} <= {one["id"] for one in found}


# Credentials


@pytest.mark.parametrize("is_own", [True, False], ids=["own", "anybody's"])
def test_a_credential_shows_its_secret_once(
    root: httpx.Client, uli: httpx.Client, place: Place, *, is_own: bool
) -> None:
    client = uli if is_own else root
    url = "/api/me/s3-credentials" if is_own else "/api/admin/s3-credentials"
    made = client.post(
        f"{url}/",
        json={"backend_id": BACKEND, "buckets": [place.bucket], "description": "for the test"},
    )
    secret, access_key = made.json()["secret_key"], made.json()["access_key"]

    assert made.status_code == 201
    assert len(secret) == 40
    assert made.json()["access"] == "readwrite"
    assert made.json()["endpoint_url"] == "https://s3.example"
    assert made.json()["bucket_urls"] == {place.bucket: f"https://s3.example/{place.bucket}"}
    listed = client.get(url)
    assert access_key in listed.text
    assert secret not in listed.text
    changed = client.patch(
        f"{url}/{access_key}", json={"enabled": False, "access": ["list", "read"]}
    ).json()
    assert (changed["enabled"], changed["access"]) == (False, "readonly")
    assert client.delete(f"{url}/{access_key}").status_code == 204
    assert told(client.delete(f"{url}/{access_key}")) == (404, "not_found")


def test_a_credential_of_somebody_else_is_not_there(
    ada: httpx.Client, uli: httpx.Client, place: Place
) -> None:
    body = {"backend_id": BACKEND, "buckets": [place.bucket]}
    access_key = ada.post("/api/me/s3-credentials", json=body).json()["access_key"]

    assert access_key not in uli.get("/api/me/s3-credentials").text
    url = f"/api/me/s3-credentials/{access_key}"
    assert told(uli.patch(url, json={"enabled": False})) == (404, "not_found")
    assert told(uli.delete(url)) == (404, "not_found")
    assert ada.delete(url).status_code == 204


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"backend_id": BACKEND},
        {"backend_id": BACKEND, "buckets": []},
        {"backend_id": "nope", "buckets": ["docs"]},
        {"backend_id": BACKEND, "buckets": ["Not A Bucket"]},
        {"backend_id": BACKEND, "buckets": ["docs"], "expires_at": "soon"},
        {"backend_id": BACKEND, "buckets": ["docs"], "expires_at": "2020-01-01T00:00:00Z"},
        {"backend_id": BACKEND, "buckets": ["docs"], "access": "everything"},
        {"backend_id": BACKEND, "buckets": ["docs"], "description": "x" * 513},
        {"backend_id": BACKEND, "buckets": ["docs"], "cidrs": ["here"]},
    ],
)
def test_a_credential_that_makes_no_sense_is_refused(
    uli: httpx.Client, body: dict[str, Any]
) -> None:
    assert told(uli.post("/api/me/s3-credentials", json=body)) == (400, "invalid_request")


# What one may do


def test_one_is_told_what_one_may_do_and_why(uli: httpx.Client, place: Place) -> None:
    asked = {"backend_id": BACKEND, "bucket": place.bucket, "key": "x"}

    may = uli.get("/api/me/access", params=asked | {"action": "GetObject"}).json()
    may_not = uli.get("/api/me/access", params=asked | {"action": "CreateBucket"}).json()

    assert (may["role"], may["grants"][0]["source"]) == ("user", "role:user")
    assert may["decision"]["allowed"] is True
    assert may_not["decision"]["allowed"] is False
    assert may_not["decision"]["reason"] == "grant.missing"
    assert told(uli.get("/api/me/access", params={"action": "Fly"})) == (400, "bad_request")


def test_pins_are_kept_once_and_per_user(uli: httpx.Client, rea: httpx.Client) -> None:
    body = {"backend_id": BACKEND, "bucket": f"pin-{secrets.token_hex(4)}"}

    first = uli.post("/api/me/pins/", json=body)
    again = uli.post("/api/me/pins", json=body)
    pins = uli.get("/api/me/pins").json()["pins"]

    assert first.status_code == again.status_code == 201
    assert [pin["bucket"] for pin in pins].count(body["bucket"]) == 1
    assert body["bucket"] not in rea.get("/api/me/pins/").text
    url = f"/api/me/pins/{BACKEND}/{body['bucket']}"
    assert uli.delete(url).status_code == uli.delete(url).status_code == 204


def test_a_service_needs_no_password_and_groups_are_shown_with_their_members(
    root: httpx.Client,
) -> None:
    name = f"robot-{secrets.token_hex(6)}"
    made = root.post(USERS, json={"username": name, "role": "user", "kind": "service"}).json()
    group = {"name": f"g-{name}", "members": [made["id"]]}
    root.post("/api/admin/groups", json=group).raise_for_status()

    listed = root.get(USERS, params={"query": name}).json()["users"]
    person = root.post(USERS, json={"username": f"{name}-2", "role": "user"})
    odd = root.post(USERS, json={"username": f"{name}-3", "role": "user", "kind": "robot"})

    assert (made["kind"], made["groups"], made["must_change_pw"]) == ("service", [], False)
    assert [(user["kind"], user["groups"]) for user in listed] == [("service", [f"g-{name}"])]
    assert root.get(f"{USERS}/{made['id']}").json()["groups"] == [f"g-{name}"]
    assert person.json()["error"]["reason"] == "field.missing"
    assert odd.json()["error"]["reason"] == "field.invalid"


# The audit log


def test_the_audit_log_is_searched_and_paged(
    dashboard: Dashboard, root: httpx.Client, place: Place
) -> None:
    for number in range(3):
        root.post(f"{place.url}/objects/folder", json={"key": f"f{number}"})
    dashboard.run(dashboard.services.audit.flush())
    filters = {"bucket": place.bucket, "action": "object."}

    whole = root.get("/api/admin/audit", params=filters).json()
    first = root.get("/api/admin/audit", params=filters | {"limit": 2}).json()
    rest = root.get(
        "/api/admin/audit", params=filters | {"limit": 2, "cursor": first["next_cursor"]}
    ).json()
    nobody = root.get("/api/admin/audit", params=filters | {"user": "nobody"}).json()
    named = root.get("/api/admin/audit", params=filters | {"from": "2001-01-01T00:00:00Z"}).json()

    assert whole["total"] == first["total"] == named["total"] == 3
    assert [row["key"] for row in whole["events"]] == ["f2/", "f1/", "f0/"]
    assert first["events"] + rest["events"] == whole["events"]
    assert nobody == {"events": [], "total": 0}
    assert told(root.get("/api/admin/audit", params={"from": "soon"})) == (400, "bad_request")
    assert told(root.get("/api/admin/audit", params={"cursor": "x"})) == (400, "bad_request")


def test_the_audit_log_names_people_and_comes_as_lines(
    dashboard: Dashboard, root: httpx.Client, uli: httpx.Client, place: Place
) -> None:
    uli.post(f"{place.url}/objects/folder", json={"key": "in/"})
    dashboard.run(dashboard.services.audit.flush())
    filters = {"bucket": place.bucket, "action": "object."}

    listed = root.get("/api/admin/audit", params=filters).json()
    lines = root.get("/api/admin/audit.ndjson", params=filters)
    histogram = root.get("/api/admin/audit/histogram", params=filters).json()

    assert [event["username"] for event in listed["events"]] == ["uli"]
    assert lines.headers["content-type"] == "application/x-ndjson"
    assert [json.loads(line) for line in lines.text.splitlines()] == listed["events"]
    assert histogram["step"] == 900
    assert [count for _, count in histogram["counts"]] == [1]
    assert "is_total_capped" not in listed


def test_a_long_export_comes_in_few_pieces_and_whole(
    dashboard: Dashboard, root: httpx.Client
) -> None:
    name = f"load.{secrets.token_hex(4)}"

    async def fill() -> None:
        now = dashboard.services.clock.now()
        for number in range(3000):
            event = AuditEvent(now, name, object_key=f"{number:05}" + "x" * 100)
            dashboard.services.audit.record(event)
        await dashboard.services.audit.flush()

    dashboard.run(fill())
    url = f"{dashboard.url}/api/admin/audit.ndjson?limit=5000&action={name}"
    with httpx.stream("GET", url, cookies=dict(root.cookies)) as answer:
        pieces = list(answer.iter_raw())

    keys = [json.loads(line)["key"][:5] for line in b"".join(pieces).splitlines()]
    assert keys == [f"{number:05}" for number in reversed(range(3000))]
    assert len(pieces) < 300


def test_a_span_of_time_that_ends_before_it_begins_is_refused(root: httpx.Client) -> None:
    span = {"from": "2026-05-02T00:00:00Z", "to": "2026-05-01T00:00:00Z"}

    assert told(root.get("/api/admin/audit/histogram", params=span)) == (400, "bad_request")


def test_the_audit_log_comes_as_a_table_that_no_spreadsheet_runs(
    dashboard: Dashboard, root: httpx.Client, place: Place
) -> None:
    key = '=cmd|" /C calc"!A0'
    root.post(f"{place.url}/objects/folder", json={"key": key})
    dashboard.run(dashboard.services.audit.flush())

    answer = root.get("/api/admin/audit.csv", params={"bucket": place.bucket})

    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"].startswith('attachment; filename="audit-')
    assert [row["action"] for row in rows] == ["object.create_folder", "bucket.create"]
    assert rows[0]["key"] == f"'{key}/"
