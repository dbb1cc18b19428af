"""
ZIP downloads as browsers ask for them.
"""

import io
import json
import os
import re
import zipfile
from urllib.parse import quote

import httpx

from support.api_objects import put
from support.dashboard import Dashboard
from support.dashboard_people import BACKEND, Place
from support.polling import wait_until


def archive_of(client: httpx.Client, place: Place, *keys: str) -> dict[str, bytes]:
    answer = client.get(f"{place.url}/objects/zip", params={"key": list(keys)})
    assert answer.status_code == 200, answer.text
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_keys_and_folders_come_as_one_file(
    dashboard: Dashboard, uli: httpx.Client, ada: httpx.Client, place: Place
) -> None:
    tree = {"a/1.txt": b"one", "a/b/ü.txt": b"x" * 200_000, "c": b"see", "d": b"not asked for"}
    for key, body in tree.items():
        put(uli, place, key, body=body)
    uli.post(f"{place.url}/objects/folder", json={"key": "a/empty"})

    found = archive_of(uli, place, "a/", "c", "a/1.txt")

    assert found == {key: tree[key] for key in ("a/1.txt", "a/b/ü.txt", "c")}
    dashboard.run(dashboard.services.audit.flush())
    rows = ada.get("/api/admin/audit", params={"action": "object.zip", "bucket": place.bucket})
    detail = json.loads(rows.json()["events"][0]["detail"])
    assert detail == {"keys": 2, "objects": 3, "bytes": 200_006, "skipped": 0}


def test_it_is_a_download_of_a_stream(uli: httpx.Client, place: Place) -> None:
    put(uli, place, "c")

    answer = uli.get(f"{place.url}/objects/zip?key=c")

    headers = answer.headers
    name = re.escape(place.bucket) + r"-\d{8}-\d{6}\.zip"
    assert re.fullmatch(f'attachment; filename="{name}"', headers["content-disposition"])
    assert (headers["content-type"], headers["x-accel-buffering"]) == ("application/zip", "no")
    assert "content-length" not in headers


def test_a_ticket_stands_for_keys_that_no_address_could_carry(
    uli: httpx.Client, rea: httpx.Client, place: Place
) -> None:
    put(uli, place, "c", body=b"see")
    url = f"{place.url}/objects/zip"
    keys = ["c", *(f"missing/{number:04}" + "x" * 50 for number in range(1500))]

    made = uli.post(url, json={"keys": keys})

    assert made.status_code == 201, made.text
    assert made.json().keys() == {"ticket", "expires_at"}
    ticket = {"ticket": made.json()["ticket"]}
    assert rea.get(url, params=ticket).status_code == 404
    answer = uli.get(url, params=ticket)
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.read("c") == b"see"
        assert archive.namelist() == ["c", "SKIPPED.txt"]
    again = uli.get(url, params=ticket).json()["error"]
    assert (again["code"], again["reason"]) == ("not_found", "ticket.not_found")
    too_many = uli.post(url, json={"keys": [str(number) for number in range(10_001)]})
    assert too_many.json()["error"]["code"] == "too_many_keys"
    assert uli.post(url, json={}).status_code == 400
    too_long = uli.post(url, json={"keys": [f"{number:04}" + "x" * 500 for number in range(2500)]})
    refused = too_long.json()["error"]
    assert (too_long.status_code, refused["code"], refused["params"]) == (
        413,
        "too_large",
        {"limit": 2**20},
    )


def test_a_ticket_takes_more_keys_than_one_request_can_carry(
    uli: httpx.Client, rea: httpx.Client, place: Place
) -> None:
    put(uli, place, "first", body=b"1")
    put(uli, place, "last", body=b"2")
    url = f"{place.url}/objects/zip"
    ticket = uli.post(url, json={"keys": ["first"]}).json()["ticket"]

    foreign = rea.post(url, json={"keys": ["last"], "ticket": ticket})
    added = uli.post(url, json={"keys": ["last"], "ticket": ticket})
    too_many = uli.post(url, json={"keys": ["x"] * 9_999, "ticket": ticket})

    assert (foreign.status_code, foreign.json()["error"]["reason"]) == (404, "ticket.not_found")
    assert (added.status_code, added.json()["ticket"]) == (201, ticket)
    assert too_many.json()["error"]["code"] == "too_many_keys"
    answer = uli.get(url, params={"ticket": ticket})
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.namelist() == ["first", "last"]
    over = uli.post(url, json={"keys": ["last"], "ticket": ticket})
    assert (over.status_code, over.json()["error"]["reason"]) == (404, "ticket.not_found")


def test_what_is_missing_is_named_in_the_archive(uli: httpx.Client, place: Place) -> None:
    put(uli, place, "c")

    found = archive_of(uli, place, "c", "gone")

    assert set(found) == {"c", "SKIPPED.txt"}
    assert b"'gone'" in found["SKIPPED.txt"]


def test_what_cannot_be_packed_is_an_ordinary_error(
    uli: httpx.Client, stranger: httpx.Client, place: Place
) -> None:
    url = f"{place.url}/objects/zip"
    many = "&".join(f"key={number}" for number in range(1001))
    asked = {
        url: "bad_request",
        f"{url}?{many}": "too_many_keys",
        f"{url}?key=a/../b": "invalid_key",
        f"{url}?key={quote(chr(0x202E))}x": "invalid_key",
        f"/api/backends/nowhere/buckets/{place.bucket}/objects/zip?key=a": "not_found",
    }

    codes = {path: uli.get(path).json()["error"]["code"] for path in asked}

    assert codes == asked
    assert stranger.get(f"{url}?key=a").status_code == 401


def test_a_reader_who_leaves_is_written_down(
    uli: httpx.Client, ada: httpx.Client, place: Place
) -> None:
    for number in range(8):
        put(uli, place, f"big/{number}", body=os.urandom(5_000_000))

    with uli.stream("GET", f"{place.url}/objects/zip?key=big/") as answer:
        next(answer.iter_bytes(1))

    def row() -> list[dict[str, str]]:
        query = {"action": "object.zip", "bucket": place.bucket, "backend": BACKEND}
        found: list[dict[str, str]] = ada.get("/api/admin/audit", params=query).json()["events"]
        return found

    wait_until(row, what="the row of the archive")
    assert row()[0]["status"] == "error"
