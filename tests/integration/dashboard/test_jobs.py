"""
Jobs over HTTP: made, watched, cancelled, tried again, and nobody else's business.
"""

import csv
import io
import json
import socket
from typing import Any

import httpx
import pytest

from support.api_objects import keys_of, put
from support.dashboard import Dashboard
from support.dashboard_people import BACKEND, Place
from support.polling import wait_until


def body(kind: str, place: Place, prefix: str, to: str = "", **more: Any) -> dict[str, Any]:
    asked: dict[str, Any] = {
        "kind": kind,
        "source": {"backend_id": BACKEND, "bucket": place.bucket, "prefix": prefix},
        **more,
    }
    if to:
        asked["target"] = {"backend_id": BACKEND, "bucket": place.bucket, "prefix": to}
    return asked


def done(client: httpx.Client, job: dict[str, Any]) -> dict[str, Any]:
    """
    Poll as the pages do, until the job is over.
    """
    found: dict[str, Any] = job

    def is_over() -> bool:
        nonlocal found
        answer = client.get(f"/api/jobs/{job['id']}")
        assert answer.status_code == 200, answer.text
        found = answer.json()
        return found["state"] not in ("queued", "running")

    wait_until(is_over, 60, what="the job")
    return found


def test_a_job_is_made_watched_and_listed(uli: httpx.Client, place: Place) -> None:
    put(uli, place, "in/a", "in/b")

    answer = uli.post("/api/jobs", json=body("move", place, "in/", "out/"))

    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert made["source"] == {"backend_id": BACKEND, "bucket": place.bucket, "prefix": "in/"}
    assert (made["kind"], made["state"], made["objects_total"]) == ("move", "queued", None)
    job = done(uli, made)
    assert (job["state"], job["objects_done"], job["objects_total"]) == ("done", 2, 2)
    assert (job["bytes_done"], job["bytes_total"], job["failed"]) == (10, 10, 0)
    assert job["created_at"] <= job["started_at"] <= job["finished_at"]
    assert keys_of(uli, place) == ["out/a", "out/b"]
    listed = uli.get("/api/jobs", params={"state": "done", "limit": 1}).json()
    assert listed["jobs"] == [job]


def test_a_client_that_leaves_in_the_middle_leaves_no_job(
    dashboard: Dashboard, uli: httpx.Client, place: Place
) -> None:
    before = job_ids(uli)
    asked = json.dumps(body("scan", place, "")).encode()
    address = httpx.URL(dashboard.url)
    headers = {
        "Host": address.host,
        "Cookie": "; ".join(f"{one.name}={one.value}" for one in uli.cookies.jar),
        "X-CSRF-Token": uli.cookies["stowage_csrf"],
        "Content-Length": str(len(asked) + 1),
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    with socket.create_connection((address.host, address.port or 80)) as given_up:
        given_up.sendall(f"POST /api/jobs HTTP/1.1\r\n{head}\r\n".encode() + asked)
        given_up.shutdown(socket.SHUT_WR)
        while given_up.recv(4096):
            pass  # until the server has heard of it

    assert job_ids(uli) == before


def job_ids(client: httpx.Client) -> set[str]:
    return {job["id"] for job in client.get("/api/jobs").json()["jobs"]}


def test_many_objects_are_tagged(uli: httpx.Client, place: Place) -> None:
    put(uli, place, "in/a", "in/b")
    options = {"tags": {"team": "x"}, "tag_mode": "set"}

    made = uli.post("/api/jobs", json=body("tag", place, "in/", options=options)).json()

    assert (made["tags"], made["tag_mode"]) == ({"team": "x"}, "set")
    job = done(uli, made)
    assert (job["state"], job["objects_done"], job["failed"]) == ("done", 2, 0)
    found = uli.get(f"{place.url}/object/tags", params={"key": "in/b"}).json()
    assert found == {"tags": {"team": "x"}}


def test_a_job_is_its_owners_alone(
    uli: httpx.Client, rea: httpx.Client, ada: httpx.Client, place: Place
) -> None:
    job = uli.post("/api/jobs", json=body("scan", place, "")).json()

    for path in ("", "/errors"):
        assert rea.get(f"/api/jobs/{job['id']}{path}").status_code == 404
    for verb in ("cancel", "retry"):
        refused = rea.post(f"/api/jobs/{job['id']}/{verb}").json()["error"]
        assert (refused["code"], refused["reason"]) == ("not_found", "job.not_found")
    assert job["id"] not in [one["id"] for one in rea.get("/api/jobs").json()["jobs"]]
    assert rea.get("/api/jobs", params={"scope": "all"}).status_code == 403
    everybody = ada.get("/api/jobs", params={"scope": "all"}).json()["jobs"]
    assert job["id"] in [one["id"] for one in everybody]
    assert done(ada, job)["state"] == "done"


@pytest.mark.parametrize(
    ("kind", "status"),
    [("copy", 403), ("move", 403), ("delete", 403), ("empty", 403), ("tag", 403)],
)
def test_who_may_only_read_changes_nothing(
    rea: httpx.Client, place: Place, kind: str, status: int
) -> None:
    to = "out/" if kind in ("copy", "move") else ""
    prefix = "" if kind == "empty" else "in/"

    options = {"tags": {"a": "1"}} if kind == "tag" else {}

    answer = rea.post("/api/jobs", json=body(kind, place, prefix, to, options=options))

    assert answer.status_code == status
    assert answer.json()["error"]["code"] == "forbidden"


def test_what_can_never_be_done_is_refused_at_once(uli: httpx.Client, place: Place) -> None:
    source = {"backend_id": BACKEND, "bucket": place.bucket}
    asked = {
        "no slash": (body("copy", place, "in", "out/"), "invalid_prefix"),
        "climbing": (body("copy", place, "a/../b/", "out/"), "invalid_prefix"),
        "bidi": (body("delete", place, "a\u202eb/"), "invalid_prefix"),
        "too long": (body("delete", place, "x" * 1024 + "/"), "invalid_prefix"),
        "everything": (body("delete", place, ""), "invalid_prefix"),
        "into itself": (body("copy", place, "in/", "in/deep/"), "bad_request"),
        "onto itself": (body("move", place, "in/", "in/"), "bad_request"),
        "no target": (body("copy", place, "in/"), "bad_request"),
        "a target": (body("delete", place, "in/", "out/"), "bad_request"),
        "no tags": (body("tag", place, "in/"), "bad_request"),
        "an unknown way": (
            body("tag", place, "in/", options={"tags": {"a": "1"}, "tag_mode": "swap"}),
            "bad_request",
        ),
        "tags of a copy": (
            body("copy", place, "in/", "out/", options={"tags": {"a": "1"}}),
            "bad_request",
        ),
        "part of a bucket": (body("empty", place, "in/"), "bad_request"),
        "no kind": (body("launder", place, "in/"), "bad_request"),
        "a bad key": (
            body("delete", place, "", source={**source, "keys": ["a\x07b"]}),
            "invalid_key",
        ),
        "a key elsewhere": (
            body("delete", place, "", source={**source, "prefix": "in/", "keys": ["out/x"]}),
            "bad_request",
        ),
        "too many": (
            body("delete", place, "", source={**source, "keys": [f"{n}" for n in range(10_001)]}),
            "too_many_keys",
        ),
        "no backend": (body("scan", place, "", source={**source, "backend_id": "x"}), "not_found"),
        "no bucket": (body("scan", place, "", source={**source, "bucket": "../x"}), "not_found"),
        "a bad bucket": (
            body("copy", place, "in/", target={"backend_id": BACKEND, "bucket": "Bad_Name"}),
            "invalid_bucket",
        ),
    }

    answers = {name: uli.post("/api/jobs", json=asked[name][0]) for name in asked}

    codes = {name: answer.json()["error"]["code"] for name, answer in answers.items()}
    assert codes == {name: code for name, (_, code) in asked.items()}
    assert max(answer.status_code for answer in answers.values()) < 500


def test_what_failed_is_told_and_tried_again(uli: httpx.Client, place: Place) -> None:
    put(uli, place, "in/a")
    source = {
        "backend_id": BACKEND,
        "bucket": place.bucket,
        "prefix": "in/",
        "keys": ["in/a", "in/=late"],
    }
    asked = body("copy", place, "in/", "out/") | {"source": source}

    job = done(uli, uli.post("/api/jobs", json=asked).json())

    assert (job["state"], job["objects_done"], job["failed"]) == ("done", 1, 1)
    (failed,) = uli.get(f"/api/jobs/{job['id']}/errors").json()["errors"]
    assert (failed["key"], failed["error"]["code"]) == ("in/=late", "not_found")
    table = uli.get(f"/api/jobs/{job['id']}/errors", params={"format": "csv"})
    assert table.headers["content-disposition"].startswith("attachment")
    rows = list(csv.reader(io.StringIO(table.text)))
    assert rows[1][:3] == ["in/=late", "not_found", "object.not_found"]
    put(uli, place, "in/=late", "in/other")
    again = uli.post(f"/api/jobs/{job['id']}/retry")
    assert again.status_code == 201
    assert again.json()["retry_of"] == job["id"]
    assert done(uli, again.json())["objects_done"] == 1
    assert keys_of(uli, place)[-2:] == ["out/=late", "out/a"]
    nothing = uli.post(f"/api/jobs/{again.json()['id']}/retry").json()["error"]
    assert (nothing["code"], nothing["reason"]) == ("conflict", "job.nothing_failed")


def test_a_job_that_cannot_begin_says_why(uli: httpx.Client) -> None:
    source = {"backend_id": BACKEND, "bucket": "t-no-such-bucket", "prefix": "in/"}

    job = done(uli, uli.post("/api/jobs", json={"kind": "delete", "source": source}).json())

    assert job["state"] == "failed"
    assert (job["error"]["code"], job["error"]["reason"]) == ("not_found", "bucket.not_found")


def test_a_job_is_cancelled(uli: httpx.Client, place: Place) -> None:
    put(uli, place, *(f"in/{number}" for number in range(30)))
    job = uli.post("/api/jobs", json=body("copy", place, "in/", "out/")).json()

    answer = uli.post(f"/api/jobs/{job['id']}/cancel")

    assert answer.status_code == 202
    over = done(uli, job)
    # It may have been over before it was asked to end.
    assert over["state"] in ("cancelled", "done")
    assert not over["is_cancelling"]
    assert uli.post(f"/api/jobs/{job['id']}/cancel").json() == over


def test_unknown_states_are_refused(uli: httpx.Client) -> None:
    assert uli.get("/api/jobs", params={"state": "asleep"}).status_code == 400
    assert uli.get("/api/jobs", params={"cursor": "x"}).status_code == 400
