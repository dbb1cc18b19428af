"""
Users from a CSV file over HTTP: what is tried, what is made, and what a wrong file is told.
"""

import secrets

import httpx
import pytest

from support.dashboard import Dashboard
from support.dashboard_people import PASSWORD

IMPORT = "/api/admin/users/import"


def _file(*lines: str) -> bytes:
    return "\n".join(("username,role,email,password", *lines)).encode()


def _told(answer: httpx.Response) -> list[tuple[int, str, str]]:
    assert answer.status_code == 200, answer.text
    rows = answer.json()["rows"]
    return [(row["line"], row["action"], row.get("error", {}).get("code", "")) for row in rows]


def test_a_file_is_tried_and_then_taken_over(dashboard: Dashboard, root: httpx.Client) -> None:
    name = f"user-{secrets.token_hex(6)}"
    file = _file(f"{name},user,,{PASSWORD}", f"{name}2,user,,short")
    find = {"query": name}

    tried = root.post(IMPORT, params={"dry_run": "true"}, content=file)
    assert root.get("/api/admin/users", params=find).json()["users"] == []
    done = root.post(IMPORT, content=file)

    assert _told(tried) == _told(done) == [(2, "create", ""), (3, "refuse", "weak_password")]
    (made,) = root.get("/api/admin/users", params=find).json()["users"]
    assert (made["username"], made["must_change_pw"]) == (name, True)
    assert _told(root.post(IMPORT, content=file))[0] == (2, "keep", "")
    dashboard.run(dashboard.services.audit.flush())
    events = root.get("/api/admin/audit", params={"action": "user.create", "limit": 5}).json()
    assert [event for event in events["events"] if name in event["detail"]]


def test_a_refused_line_says_where_and_why(root: httpx.Client) -> None:
    (row,) = root.post(IMPORT, content=_file("x,chief,,y")).json()["rows"]

    error = row["error"]
    assert (row["username"], error["reason"]) == ("x", "field.invalid")
    assert [item["pointer"] for item in error["errors"]] == ["csv:2:role"]


@pytest.mark.parametrize(
    ("query", "file", "status", "reason"),
    [
        ({}, b"name,role\nx,user\n", 400, "csv.invalid"),
        ({}, b"username\n" + b"x\n" * 501, 400, "csv.too_long"),
        ({}, b"username\n" + b"x" * 262_144, 413, "body.limit"),
        ({"dry_run": "1"}, b"username\nx\n", 400, "field.invalid"),
    ],
    ids=["another column", "too many lines", "too large", "a yes nobody knows"],
)
def test_a_file_that_cannot_be_taken_changes_nothing(
    root: httpx.Client, query: dict[str, str], file: bytes, status: int, reason: str
) -> None:
    answer = root.post(IMPORT, params=query, content=file)

    assert (answer.status_code, answer.json()["error"]["reason"]) == (status, reason)


def test_only_administrators_import(uli: httpx.Client) -> None:
    answer = uli.post(IMPORT, content=_file("x,user,,y"))

    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "forbidden")
