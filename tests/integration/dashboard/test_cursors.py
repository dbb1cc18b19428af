"""
Cursors of every list: each leads on in its own list alone, for the caller it was given to.
"""

import secrets
from collections.abc import Mapping

import httpx
import pytest

from dashboard.endpoint_facts import read_endpoint
from dashboard.routes import ROWS
from support.dashboard_people import BACKEND, PASSWORD, Place

P = "/api/backends/{bid}/buckets/{bucket}"
# The member that leads on, and the parameter that takes it back.
LISTS: Mapping[str, tuple[str, str]] = {
    f"{P}/objects": ("next_continuation_token", "token"),
    f"{P}/versions": ("next_token", "token"),
    "/api/shares": ("next_cursor", "cursor"),
    "/api/jobs": ("next_cursor", "cursor"),
    "/api/admin/groups": ("next_cursor", "cursor"),
    "/api/admin/grants": ("next_cursor", "cursor"),
    "/api/admin/users": ("next_cursor", "cursor"),
    "/api/admin/audit": ("next_cursor", "cursor"),
}
# A second page of these takes a thousand parts, errors or files; a wrong cursor takes nothing.
ALSO = {f"{P}/multipart/parts", "/api/jobs/{id}/errors", "/s/{code}/list"}
ONE = {"limit": "1", "max_keys": "1"}


@pytest.fixture
def full(root: httpx.Client, place: Place) -> Place:
    """
    A bucket, and two things in every list.
    """
    for key in ("one", "two"):
        file = {"file": ("x", b"x")}
        root.post(f"{place.url}/object", data={"key": key}, files=file).raise_for_status()
        source = {"backend_id": BACKEND, "bucket": place.bucket}
        root.post("/api/shares", json=source | {"key": key}).raise_for_status()
        root.post("/api/jobs", json={"kind": "scan", "source": source}).raise_for_status()
        name = {"name": f"team-{secrets.token_hex(4)}"}
        group = root.post("/api/admin/groups", json=name).raise_for_status().json()
        grant = {**source, "access": "readonly", "subject": {"kind": "group", "id": group["id"]}}
        root.post("/api/admin/grants", json=grant).raise_for_status()
    return place


def _url(path: str, place: Place) -> str:
    return path.replace(P, place.url)


def _code(answer: httpx.Response) -> tuple[int, str]:
    error = answer.json()["error"]
    return answer.status_code, error["reason"]


REFUSED = (400, "cursor.invalid")


def test_every_list_with_cursors_is_tried_here() -> None:
    found = {
        row.path.removesuffix("~")
        for row in ROWS
        if row.method == "GET" and {"cursor", "token"} & set(read_endpoint(row.endpoint).query)
    }

    assert found == {*LISTS, *ALSO}


def test_a_cursor_leads_on_in_its_own_list_alone(root: httpx.Client, full: Place) -> None:
    cursors = {}
    for path, (member, name) in LISTS.items():
        first = root.get(_url(path, full), params=ONE).raise_for_status().json()
        cursors[path] = first[member]
        second = root.get(_url(path, full), params=ONE | {name: first[member]}).json()
        held = "events" if path.endswith("audit") else path.rpartition("/")[2]
        assert len(first[held]) == len(second[held]) == 1
        assert first[held] != second[held], path

    for path, (_, name) in LISTS.items():
        for other, cursor in cursors.items():
            answer = root.get(_url(path, full), params=ONE | {name: cursor})
            assert answer.is_success if other == path else _code(answer) == REFUSED, (path, other)


def test_a_cursor_that_was_changed_or_made_elsewhere_is_refused(
    root: httpx.Client, uli: httpx.Client, full: Place
) -> None:
    for path, (member, name) in LISTS.items():
        url = _url(path, full)
        cursor = root.get(url, params=ONE).json()[member]
        changed = ("B" if cursor[0] == "A" else "A") + cursor[1:]
        for wrong in (changed, cursor[:-1], "x", "0"):
            assert _code(root.get(url, params=ONE | {name: wrong})) == REFUSED, path
        if not path.startswith("/api/admin"):
            assert _code(uli.get(url, params=ONE | {name: cursor})) == REFUSED, path


def test_a_cursor_does_not_outlive_its_filters(root: httpx.Client, full: Place) -> None:
    listed = f"{full.url}/objects"
    cursor = root.get(listed, params=ONE).json()["next_continuation_token"]

    assert _code(root.get(listed, params=ONE | {"token": cursor, "prefix": "t"})) == REFUSED
    assert root.get(listed, params={"token": cursor, "max_keys": "5"}).is_success


def test_users_are_paged_by_name(root: httpx.Client) -> None:
    mark = secrets.token_hex(6)
    names = [f"{mark}-{name}" for name in ("Ann", "bob", "Cleo")]
    for name in reversed(names):
        body = {"username": name, "password": PASSWORD, "role": "user"}
        root.post("/api/admin/users", json=body).raise_for_status()
    found, cursor = [], ""
    while True:
        asked = {"query": mark, "limit": "2", "cursor": cursor}
        page = root.get("/api/admin/users", params=asked).json()
        found.append([user["username"] for user in page["users"]])
        cursor = page.get("next_cursor", "")
        if not cursor:
            break

    assert found == [names[:2], names[2:]]


@pytest.mark.parametrize("path", sorted(ALSO))
def test_a_made_up_cursor_is_refused_where_pages_are_long(
    root: httpx.Client, stranger: httpx.Client, full: Place, path: str
) -> None:
    share = {"backend_id": BACKEND, "bucket": full.bucket, "kind": "folder", "prefix": "in/"}
    urls = {
        f"{P}/multipart/parts": f"{full.url}/multipart/parts?key=a&upload_id=b&token=5",
        "/api/jobs/{id}/errors": f"/api/jobs/{_last_job(root)}/errors?cursor=one",
        "/s/{code}/list": f"{root.post('/api/shares', json=share).json().get('url')}/list?cursor=5",
    }

    client = stranger if path.startswith("/s/") else root
    assert _code(client.get(urls[path])) == REFUSED


def _last_job(root: httpx.Client) -> str:
    job_id: str = root.get("/api/jobs").json()["jobs"][0]["id"]
    return job_id
