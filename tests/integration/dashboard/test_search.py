"""
Search over all backends: what the caller may see, in order or as it comes.
"""

import json
import secrets
from typing import Any

import httpx
import pytest

from support.api_objects import put
from support.dashboard import Dashboard
from support.dashboard_people import BACKEND, DEAD, Place, sign_in


@pytest.fixture
def word(uli: httpx.Client, place: Place) -> str:
    """
    A text that twelve keys of the place begin with, and no others.
    """
    text = f"inv-{secrets.token_hex(4)}"
    put(uli, place, *(f"{text}/{number:02}.pdf" for number in range(12)))
    return text


def found(client: httpx.Client, **query: Any) -> dict[str, Any]:
    answer = client.get("/api/search", params=query)
    assert answer.status_code == 200, answer.text
    result: dict[str, Any] = answer.json()
    return result


def test_objects_are_found_by_how_they_begin(uli: httpx.Client, place: Place, word: str) -> None:
    result = found(uli, q=f" {word} ", backend=BACKEND, bucket=place.bucket)

    assert result["query"] == word
    keys = [one["key"] for one in result["objects"]]
    assert keys == [f"{word}/{number:02}.pdf" for number in range(10)]
    assert result["objects"][0].keys() == {
        "backend_id", "bucket", "key", "size", "last_modified",
    }  # fmt: skip
    assert (result["objects"][0]["bucket"], result["objects"][0]["size"]) == (place.bucket, 5)
    # Ten of a bucket at most, and it is said that there are more.
    assert result["truncated"] is True
    all_of_them = found(uli, q=f"{word}/0", backend=BACKEND, bucket=place.bucket)
    assert (len(all_of_them["objects"]), all_of_them["truncated"]) == (10, False)
    cut = found(uli, q=f"{word}/0", backend=BACKEND, bucket=place.bucket, limit=3)
    assert (len(cut["objects"]), cut["truncated"]) == (3, True)


def test_buckets_are_found_by_a_part_of_their_names(uli: httpx.Client, place: Place) -> None:
    result = found(uli, q=place.bucket[3:].upper(), backend=BACKEND)

    assert result["buckets"] == [{"backend_id": BACKEND, "bucket": place.bucket}]


@pytest.mark.parametrize("text", ["", "x", " y "])
def test_too_short_a_text_finds_nothing(uli: httpx.Client, text: str) -> None:
    result = found(uli, q=text)

    assert result == {"query": text.strip(), "buckets": [], "objects": [], "truncated": False}


def test_a_backend_that_fails_is_named_and_hides_nothing(
    uli: httpx.Client, place: Place, word: str
) -> None:
    headers = {"Accept": "application/x-ndjson"}
    asked = {"q": f"{word}/0", "bucket": place.bucket}
    answer = uli.get("/api/search", params=asked, headers=headers)

    assert answer.headers["content-type"] == "application/x-ndjson"
    lines = [json.loads(line) for line in answer.text.splitlines()]
    hits = [line for line in lines if line["event"] == "object"]
    assert sorted(line["key"] for line in hits) == [f"{word}/0{number}.pdf" for number in range(10)]
    assert {line["bucket"] for line in hits} == {place.bucket}
    ended = {line["backend_id"]: line for line in lines if line["event"] == "backend"}
    assert ended[BACKEND] == {
        "event": "backend",
        "backend_id": BACKEND,
        "state": "done",
        "truncated": False,
    }
    assert (ended[DEAD]["state"], ended[DEAD]["error"]["code"]) == ("error", "backend_error")
    assert lines[-1] == {"event": "done", "truncated": True}


def test_nobody_finds_what_they_may_not_list(
    dashboard: Dashboard, root: httpx.Client, fresh_user: str, place: Place, word: str
) -> None:
    (user,) = [
        one
        for one in root.get("/api/admin/users", params={"query": fresh_user}).json()["users"]
        if one["username"] == fresh_user
    ]
    root.patch(f"/api/admin/users/{user['id']}", json={"role": "readonly"})
    reader = sign_in(dashboard, fresh_user)
    assert found(reader, q=word, backend=BACKEND, bucket=place.bucket)["objects"]
    assert reader.get("/api/search", params={"q": word, "backend": "nowhere"}).status_code == 404
    assert dashboard.client().get("/api/search", params={"q": word}).status_code == 401
