"""
The reference's streams on prefixes, as its pages ask for them and read them.
"""

import json
from typing import Any

import httpx
import pytest

from support.api_objects import keys_of, put
from support.dashboard_people import Place
from support.polling import wait_until


def lines_of(answer: httpx.Response) -> list[dict[str, Any]]:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/x-ndjson"
    assert answer.headers["x-accel-buffering"] == "no"
    assert answer.text.endswith("}\n")
    return [json.loads(line) for line in answer.text.splitlines()]


def copy(client: httpx.Client, place: Place, **members: Any) -> httpx.Response:
    return client.post(f"{place.url}/objects/copy-prefix", json=members)


def test_a_copy_tells_every_object_in_the_references_words(uli: httpx.Client, place: Place) -> None:
    put(uli, place, "a/1", "a/ü")

    answer = copy(uli, place, src_prefix="a/", dst_prefix="b/")

    assert answer.text.splitlines()[0] == '{"event":"start","src_prefix":"a/","dst_prefix":"b/"}'
    assert lines_of(answer)[1:] == [
        {"event": "object", "src": "a/1", "dst": "b/1", "size": 5},
        {"event": "object", "src": "a/ü", "dst": "b/ü", "size": 5},
        {"event": "done", "copied": 2, "failed": 0, "bytes": 10},
    ]
    assert keys_of(uli, place) == ["a/1", "a/ü", "b/1", "b/ü"]


def test_a_delete_tells_every_object(uli: httpx.Client, place: Place) -> None:
    put(uli, place, "a/1", "a/2", "ab")

    answer = uli.post(f"{place.url}/objects/delete-prefix", json={"prefix": "a/"})

    assert lines_of(answer) == [
        {"event": "start", "prefix": "a/"},
        {"event": "object", "key": "a/1"},
        {"event": "object", "key": "a/2"},
        {"event": "done", "deleted": 2, "failed": 0},
    ]
    assert keys_of(uli, place) == ["ab"]


def test_a_failure_stands_in_its_line_and_stops_nothing(uli: httpx.Client, place: Place) -> None:
    put(uli, place, "a/1", "a/2")

    answer = copy(uli, place, src_prefix="a/", dst_prefix="b/", dst_bucket="t-no-such-bucket-here")

    (_, *failed, done) = lines_of(answer)
    assert [one["code"] for one in failed] == ["list_failed"]
    assert failed[0]["error"]["code"] == "not_found"
    assert failed[0]["error"]["request_id"] == answer.headers["x-request-id"]
    assert done == {"event": "done", "copied": 0, "failed": 1, "bytes": 0}


def test_a_key_too_long_for_its_new_place_is_told_alone(uli: httpx.Client, place: Place) -> None:
    put(uli, place, "a/" + "/".join(["k" * 199] * 5), "a/short")

    lines = lines_of(copy(uli, place, src_prefix="a/", dst_prefix="b" * 50 + "/"))

    codes = {line["src"][-5:]: line.get("code") for line in lines[1:-1]}
    assert codes == {"kkkkk": "invalid_key", "short": None}
    assert (lines[-1]["copied"], lines[-1]["failed"]) == (1, 1)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"src_prefix": "a", "dst_prefix": "b/"}, "invalid_prefix"),
        ({"src_prefix": "a/", "dst_prefix": "b"}, "invalid_prefix"),
        ({"src_prefix": "a/", "dst_prefix": "a/"}, "bad_request"),
        ({"src_prefix": "", "dst_prefix": "b/"}, "bad_request"),
        ({"src_prefix": "a/", "dst_prefix": "b/", "dst_bucket": "Bad_Name"}, "invalid_bucket"),
        ({"src_prefix": "a/", "dst_prefix": "b/", "dst_backend": "nowhere"}, "not_found"),
        ({"src_prefix": "a/", "dst_prefix": "b/", "metadata": {"a b": "x"}}, "invalid_metadata"),
        ("[", "bad_request"),
    ],
)
def test_what_cannot_be_copied_is_an_ordinary_error(
    uli: httpx.Client, place: Place, body: object, code: str
) -> None:
    content = body if isinstance(body, str) else json.dumps(body)

    answer = uli.post(f"{place.url}/objects/copy-prefix", content=content)

    assert answer.json()["error"]["code"] == code


@pytest.mark.parametrize("prefix", ["", "a", "../", "a\u0007/"])
def test_what_cannot_be_deleted_is_an_ordinary_error(
    uli: httpx.Client, place: Place, prefix: str
) -> None:
    answer = uli.post(f"{place.url}/objects/delete-prefix", json={"prefix": prefix})

    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_prefix")


def test_a_client_that_leaves_leaves_whole_objects_and_a_row(
    uli: httpx.Client, ada: httpx.Client, place: Place
) -> None:
    put(uli, place, *(f"a/{number:02}" for number in range(40)))

    with uli.stream(
        "POST", f"{place.url}/objects/copy-prefix", json={"src_prefix": "a/", "dst_prefix": "b/"}
    ) as answer:
        next(answer.iter_lines())

    def row() -> dict[str, Any] | None:
        query = {"action": "object.copy_prefix", "bucket": place.bucket}
        events = ada.get("/api/admin/audit", params=query).json()["events"]
        return json.loads(events[0]["detail"]) if events else None

    wait_until(row, what="the row of the copy")
    copied = [key for key in keys_of(uli, place) if key.startswith("b/")]
    told = row()
    assert told is not None
    # What was under way when the client left is whole, and may not have been counted.
    assert told["copied"] <= len(copied) <= 40
    assert uli.get(f"{place.url}/multipart/").json() == {"uploads": []}
