"""
Groups, grants and what follows from them, over HTTP: on the dashboard and for a user's keys.
"""

import secrets
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from app.audit.event import AuditEvent
from app.grants.groups import GroupChange
from app.rbac.levels import Level
from app.rbac.policy import Action, Resource, authorize
from support.dashboard import Dashboard, running_dashboard
from support.dashboard_people import BACKEND, CONFIG, ENVIRON, PASSWORD, STATIC_NAME, sign_in
from support.declared import COMMAND_LINE, from_file
from support.polling import wait_until
from support.seaweedfs import SeaweedFS

GROUPS, GRANTS = "/api/admin/groups", "/api/admin/grants"
GET = Action("GetObject", Level.READ)


def told(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def made(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body


@pytest.fixture(scope="module")
def closed(
    tmp_path_factory: pytest.TempPathFactory, seaweedfs: SeaweedFS
) -> Iterator[tuple[Dashboard, httpx.Client]]:
    """
    A dashboard where users may do nothing but what is granted, and its administrator.
    """
    config = {**CONFIG, "auth": {**CONFIG["auth"], "role_grants": {"user": []}}}
    with running_dashboard(tmp_path_factory.mktemp("closed"), config, ENVIRON) as running:
        root = sign_in(running, STATIC_NAME)
        backend = {
            "id": BACKEND,
            "endpoint": seaweedfs.endpoint,
            "access_key": seaweedfs.access_key,
            "secret_key": seaweedfs.secret_key,
        }
        made(root.post("/api/admin/backends", json=backend))
        yield running, root


@pytest.fixture
def bucket(closed: tuple[Dashboard, httpx.Client]) -> str:
    name = f"t-{secrets.token_hex(6)}"
    made(closed[1].post(f"/api/backends/{BACKEND}/buckets", json={"name": name}))
    return name


@pytest.fixture
def member(closed: tuple[Dashboard, httpx.Client]) -> tuple[str, httpx.Client]:
    """
    The id of a user who holds nothing yet, and their browser.
    """
    name = f"user-{secrets.token_hex(6)}"
    body = {"username": name, "password": PASSWORD, "role": "user", "must_change_pw": False}
    user = made(closed[1].post("/api/admin/users", json=body))
    return user["id"], sign_in(closed[0], name)


def give(root: httpx.Client, subject: dict[str, str], bucket: str, **more: Any) -> dict[str, Any]:
    body = {"subject": subject, "backend_id": BACKEND, "bucket": bucket, "access": "readonly"}
    return made(root.post(GRANTS, json=body | more))


def test_granting_and_revoking_changes_what_the_dashboard_shows(
    closed: tuple[Dashboard, httpx.Client], member: tuple[str, httpx.Client], bucket: str
) -> None:
    root, (user_id, browser) = closed[1], member
    objects = f"/api/backends/{BACKEND}/buckets/{bucket}/objects"
    assert told(browser.get(objects)) == (404, "not_found")

    grant = give(root, {"kind": "user", "id": user_id}, bucket)

    assert browser.get(objects).status_code == 200
    assert bucket in browser.get(f"/api/backends/{BACKEND}/buckets").text
    folder = f"{objects}/folder"
    assert told(browser.post(folder, json={"key": "x"})) == (403, "forbidden")
    changed = root.patch(f"{GRANTS}/{grant['id']}", json={"access": ["list", "read", "write"]})
    assert changed.json()["access"] == ["list", "read", "write"]
    assert browser.post(folder, json={"key": "x"}).status_code == 201
    assert root.delete(f"{GRANTS}/{grant['id']}").status_code == 204
    assert told(browser.get(objects)) == (404, "not_found")
    assert told(root.delete(f"{GRANTS}/{grant['id']}")) == (404, "not_found")


def test_granting_to_a_group_and_leaving_it_changes_what_a_key_may_do(
    closed: tuple[Dashboard, httpx.Client], member: tuple[str, httpx.Client], bucket: str
) -> None:
    (dashboard, root), (user_id, browser) = closed, member
    body = {"backend_id": BACKEND, "buckets": [bucket]}
    key = made(browser.post("/api/me/s3-credentials", json=body))["access_key"]
    spot = Resource(BACKEND, bucket, key="a")
    feed = dashboard.services.feed

    def may_read() -> bool:
        entry = feed.current.credentials.get(key)
        return entry is not None and bool(authorize(entry.principal, GET, spot))

    wait_until(lambda: key in feed.current.credentials, 5, what="the key")
    assert not may_read()

    name = f"team-{secrets.token_hex(4)}"
    group = made(root.post(GROUPS, json={"name": name, "members": [user_id]}))
    give(root, {"kind": "group", "id": group["id"]}, bucket)

    wait_until(may_read, 5, what="the right of the group")
    assert browser.get("/api/me").json()["groups"] == [name]
    root.patch(f"{GROUPS}/{group['id']}", json={"members": []})
    wait_until(lambda: not may_read(), 5, what="the end of the right")
    root.patch(f"{GROUPS}/{group['id']}", json={"members": [user_id]})
    wait_until(may_read, 5, what="the right again")
    assert root.delete(f"{GROUPS}/{group['id']}").status_code == 204
    wait_until(lambda: not may_read(), 5, what="the end of the group")
    assert group["id"] not in root.get(GRANTS).text


def test_a_users_access_is_shown_to_administrators_with_its_sources(
    closed: tuple[Dashboard, httpx.Client], member: tuple[str, httpx.Client], bucket: str
) -> None:
    root, (user_id, browser) = closed[1], member
    grant = give(root, {"kind": "user", "id": user_id}, bucket, prefix="in/")
    asked = {"action": "GetObject", "backend_id": BACKEND, "bucket": bucket, "key": "in/a"}

    shown = root.get(f"/api/admin/users/{user_id}/access", params=asked).json()

    assert shown == browser.get("/api/me/access", params=asked).json()
    assert [one["source"] for one in shown["grants"]] == [f"grant:{grant['id']}"]
    assert shown["decision"]["allowed"] is True
    assert shown["decision"]["trace"][0]["source"] == f"grant:{grant['id']}"
    assert told(root.get("/api/admin/users/nobody/access")) == (404, "not_found")


@pytest.mark.parametrize(
    "wrong",
    [
        {"subject": {"kind": "planet", "id": "x"}},
        {"subject": {"kind": "user", "id": "nobody"}},
        {"subject": {"kind": "user", "id": "static"}},
        {"subject": {"kind": "group", "id": "none"}},
        {"subject": {"kind": "role", "id": "admin"}},
        {"backend_id": "nope"},
        {"bucket": "Not A Bucket"},
        {"prefix": "a/../b"},
        {"access": "everything"},
        {"access": []},
    ],
)
def test_a_grant_that_makes_no_sense_is_refused(root: httpx.Client, wrong: dict[str, Any]) -> None:
    body = {"subject": {"kind": "role", "id": "user"}, "backend_id": "*", "bucket": "*"} | wrong

    assert told(root.post(GRANTS, json=body)) == (400, "invalid_request")


@pytest.mark.parametrize(
    "wrong",
    [{"name": ""}, {"name": "x" * 129}, {"members": ["nobody"]}, {"claim_values": [""]}],
)
def test_a_group_that_makes_no_sense_is_refused(root: httpx.Client, wrong: dict[str, Any]) -> None:
    body = {"name": f"team-{secrets.token_hex(4)}"} | wrong

    assert told(root.post(GROUPS, json=body)) == (400, "invalid_request")


def test_groups_are_named_once_paged_and_audited(dashboard: Dashboard, root: httpx.Client) -> None:
    names = [f"team-{secrets.token_hex(4)}" for _ in range(3)]
    groups = [made(root.post(f"{GROUPS}/", json={"name": name})) for name in names]

    assert told(root.post(GROUPS, json={"name": names[0]})) == (409, "conflict")
    url = f"{GROUPS}/{groups[1]['id']}"
    assert told(root.patch(url, json={"name": names[0]})) == (409, "conflict")
    assert root.patch(url, json={"claim_values": ["a"]}).json()["claim_values"] == ["a"]
    assert root.get(url).json()["name"] == names[1]
    seen, cursor = [], ""
    while True:
        page = root.get(GROUPS, params={"limit": "1", "cursor": cursor}).json()
        seen += [group["name"] for group in page["groups"]]
        cursor = page.get("next_cursor", "")
        if not cursor:
            break
    assert [name for name in seen if name in names] == names
    assert told(root.get(GROUPS, params={"cursor": "x"})) == (400, "bad_request")
    for group in groups:
        assert root.delete(f"{GROUPS}/{group['id']}").status_code == 204
    assert told(root.get(url)) == (404, "not_found")
    dashboard.run(dashboard.services.audit.flush())
    rows = root.get("/api/admin/audit", params={"action": "group."}).json()["events"]
    actions = [row["action"] for row in rows if groups[1]["id"] in row["detail"]]
    assert actions == ["group.delete", "group.update", "group.create"]


def test_a_declared_group_is_changed_by_its_file_only(
    dashboard: Dashboard, root: httpx.Client
) -> None:
    name = f"team-{secrets.token_hex(4)}"
    group = dashboard.run(
        dashboard.services.groups.create(
            COMMAND_LINE, GroupChange(name), by=from_file(f"group/{name}")
        )
    )

    assert told(root.patch(f"{GROUPS}/{group.id}", json={"members": []})) == (409, "yaml_managed")
    assert told(root.delete(f"{GROUPS}/{group.id}")) == (409, "yaml_managed")


def test_only_administrators_see_groups_and_grants(uli: httpx.Client) -> None:
    for url in (GROUPS, GRANTS, "/api/admin/users/x/access"):
        assert told(uli.get(url)) == (403, "forbidden")


# The explainer

EXPLAIN = "/api/admin/access/explain"


def test_it_is_explained_what_a_key_may_do_and_why_not(
    closed: tuple[Dashboard, httpx.Client], member: tuple[str, httpx.Client], bucket: str
) -> None:
    (dashboard, root), (user_id, browser) = closed, member
    grant = give(root, {"kind": "user", "id": user_id}, bucket)
    body = {"backend_id": BACKEND, "buckets": [bucket]}
    key = made(browser.post("/api/me/s3-credentials", json=body))["access_key"]
    feed = dashboard.services.feed
    wait_until(lambda: key in feed.current.credentials, 5, what="the key")

    def ask(action: str, **more: str) -> dict[str, Any]:
        params = {"principal": key, "action": action, "bucket": bucket, "key": "a", **more}
        answer: dict[str, Any] = root.get(EXPLAIN, params=params).json()
        return answer

    may = ask("GetObject")
    assert (may["allowed"], may["reason"]) == (True, "")
    assert [step["source"] for step in may["trace"] if step["matched"]] == [
        "credential",
        f"grant:{grant['id']}",
    ]
    assert ask("PutObject")["reason"] == "owner.missing_right"
    assert ask("PutBucketPolicy")["reason"] == "grant.missing"
    assert ask("GetObject", bucket="elsewhere")["reason"] == "bucket.out_of_scope"
    browser.patch(f"/api/me/s3-credentials/{key}", json={"enabled": False})
    wait_until(lambda: key not in feed.current.credentials, 5, what="the end of the key")
    assert ask("GetObject")["reason"] == "credential.unknown"


def test_it_is_explained_what_a_user_may_do(
    closed: tuple[Dashboard, httpx.Client], member: tuple[str, httpx.Client], bucket: str
) -> None:
    root, (user_id, _) = closed[1], member
    asked = {"principal": user_id, "action": "ListObjectsV2", "backend_id": BACKEND}
    give(root, {"kind": "user", "id": user_id}, bucket, prefix="in/")

    below = root.get(EXPLAIN, params=asked | {"bucket": bucket}).json()
    elsewhere = root.get(EXPLAIN, params=asked | {"bucket": "elsewhere"}).json()

    assert (below["allowed"], below["trace"][0]["matched"]) == (True, True)
    assert (elsewhere["allowed"], elsewhere["reason"]) == (False, "grant.missing")
    assert root.get(EXPLAIN, params=asked | {"principal": "static"}).json()["allowed"] is True
    root.patch(f"/api/admin/users/{user_id}", json={"enabled": False})
    disabled = root.get(EXPLAIN, params=asked | {"bucket": bucket}).json()
    assert (disabled["allowed"], disabled["reason"]) == (False, "session.revoked")


def test_it_is_explained_what_strangers_may_do(
    tmp_path_factory: pytest.TempPathFactory, seaweedfs: SeaweedFS
) -> None:
    config = {**CONFIG, "s3_proxy": {**CONFIG["s3_proxy"], "anonymous_enabled": True}}
    with running_dashboard(tmp_path_factory.mktemp("open"), config, ENVIRON) as running:
        root = sign_in(running, STATIC_NAME)
        backend = {
            "id": BACKEND,
            "endpoint": seaweedfs.endpoint,
            "access_key": seaweedfs.access_key,
            "secret_key": seaweedfs.secret_key,
        }
        made(root.post("/api/admin/backends", json=backend))
        terms = {"backend_id": BACKEND, "bucket": "docs", "prefix": "public/"}
        assert root.post("/api/admin/s3-anonymous", json=terms).status_code == 200
        feed = running.services.feed
        wait_until(lambda: "docs" in feed.current.anonymous, 5, what="the binding")

        def ask(action: str, bucket: str, key: str) -> str:
            asked = {"principal": "anonymous", "action": action, "bucket": bucket, "key": key}
            answer = root.get(EXPLAIN, params=asked).json()
            return "yes" if answer["allowed"] else str(answer["reason"])

        assert ask("GetObject", "docs", "public/a") == "yes"
        assert ask("GetObject", "docs", "a") == "grant.missing"
        assert ask("GetObjectTagging", "docs", "public/a") == "grant.missing"
        assert ask("GetObject", "other", "public/a") == "s3.unsigned"


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"principal": "nobody", "action": "GetObject"}, (404, "not_found")),
        ({"principal": "static", "action": "Fly"}, (400, "bad_request")),
        ({"principal": "static", "action": "CreateSession"}, (400, "bad_request")),
        ({"principal": "static"}, (400, "bad_request")),
        ({"action": "GetObject"}, (400, "bad_request")),
    ],
)
def test_a_question_without_sense_is_refused(
    root: httpx.Client, asked: dict[str, str], expected: tuple[int, str]
) -> None:
    assert told(root.get(EXPLAIN, params=asked)) == expected


def test_only_administrators_ask_about_others(uli: httpx.Client) -> None:
    asked = {"principal": "static", "action": "GetObject"}

    assert told(uli.get(EXPLAIN, params=asked)) == (403, "forbidden")


def note_forged(dashboard: Dashboard, key: str, **changes: Any) -> str:
    """
    Write down a request whose signature did not fit; return its id.
    """
    request_id = secrets.token_hex(8)
    event = AuditEvent(
        at=datetime.now(UTC),
        action="s3.proxy.getobject",
        status="denied",
        request_id=request_id,
        detail={
            "access_key": key,
            "http_status": 403,
            "reason": "signature.mismatch",
            "difference": "another method was signed",
            "canonical_request": "GET\n/docs/a",
        },
    )
    dashboard.services.audit.record(replace(event, **changes))
    return request_id


def test_the_canonical_request_is_shown_to_the_owner_of_the_key_alone(
    closed: tuple[Dashboard, httpx.Client], member: tuple[str, httpx.Client], bucket: str
) -> None:
    (dashboard, root), (_, browser) = closed, member
    name = f"user-{secrets.token_hex(6)}"
    user = {"username": name, "password": PASSWORD, "role": "user", "must_change_pw": False}
    made(root.post("/api/admin/users", json=user))
    other = sign_in(dashboard, name)
    body = {"backend_id": BACKEND, "buckets": [bucket]}
    key = made(browser.post("/api/me/s3-credentials", json=body))["access_key"]
    old = datetime.now(UTC) - timedelta(days=1)
    own = note_forged(dashboard, key)
    hidden = [
        note_forged(dashboard, key, at=old),
        note_forged(dashboard, key, user_id="somebody-else"),
        note_forged(dashboard, "AKNOBODY"),
        note_forged(dashboard, ""),
    ]

    def asked(client: httpx.Client, request_id: str) -> httpx.Response:
        return client.get(f"/api/me/access/requests/{request_id}")

    for request_id in (own, *hidden):
        url = f"/api/admin/access/requests/{request_id}"
        wait_until(lambda url=url: root.get(url).status_code == 200, 5, what="the row")
    found = asked(browser, own).json()

    assert found["request"]["canonical_request"] == "GET\n/docs/a"
    assert found["request"]["difference"] == "another method was signed"
    as_admin = root.get(f"/api/admin/access/requests/{own}").json()
    assert found["request"] == {**as_admin["request"], "canonical_request": "GET\n/docs/a"}
    assert as_admin["request"]["canonical_request"] == ""
    asked_log = {"request_id": own}
    for path in ("audit", "audit.csv", "audit.ndjson"):
        shown = root.get(f"/api/admin/{path}", params=asked_log).text
        assert "signature.mismatch" in shown
        assert "docs/a" not in shown
    refused = [asked(other, own), asked(root, own), asked(browser, "none")]
    refused += [asked(browser, request_id) for request_id in hidden]
    told_apart = {
        (answer.status_code, answer.json()["error"]["reason"], answer.json()["error"]["message"])
        for answer in refused
    }
    assert len(told_apart) == 1
    assert {(status, reason) for status, reason, _ in told_apart} == {(404, "request.not_found")}


def test_request_of_the_past_is_explained_by_its_id(
    closed: tuple[Dashboard, httpx.Client], member: tuple[str, httpx.Client], bucket: str
) -> None:
    (dashboard, root), (_, browser) = closed, member
    body = {"backend_id": BACKEND, "buckets": [bucket]}
    key = made(browser.post("/api/me/s3-credentials", json=body))["access_key"]
    wait_until(lambda: key in dashboard.services.feed.current.credentials, 5, what="the key")
    request_id = secrets.token_hex(8)
    event = AuditEvent(
        at=datetime.now(UTC),
        action="s3.proxy.getobject",
        status="denied",
        backend_id=BACKEND,
        bucket=bucket,
        object_key="a",
        request_id=request_id,
        ip="192.0.2.7",
        detail={"access_key": key, "http_status": 403, "reason": "owner.missing_right"},
    )
    dashboard.services.audit.record(event)
    url = f"/api/admin/access/requests/{request_id}"
    wait_until(lambda: root.get(url).status_code == 200, 5, what="the row")

    found = root.get(url).json()

    assert found["request"]["status"] == 403
    assert found["request"]["reason"] == found["now"]["reason"] == "owner.missing_right"
    assert (found["request"]["access_key"], found["request"]["key"]) == (key, "a")
    unknown = root.get("/api/admin/access/requests/none")
    assert (unknown.status_code, unknown.json()["error"]["reason"]) == (404, "request.not_found")
    assert browser.get(url).status_code == 403
