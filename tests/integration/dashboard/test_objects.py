"""
Objects through the dashboard: the bytes come back as they went, and never run in our pages.
"""

import hashlib
import http.client
import json
import os
import secrets

import httpx
import pytest

from support.dashboard import Dashboard
from support.dashboard_people import BACKEND, DEAD, Place

PART = 16 * 2**20
KEYS = ["plain.txt", "a/b/größe 100%+&?#.txt", " leading", "emoji-\U0001f9ff.bin", "//x", "tab\t"]


def upload(
    client: httpx.Client,
    place: Place,
    key: str,
    body: bytes,
    *,
    content_type: str = "text/plain",
    **headers: str,
) -> httpx.Response:
    return client.post(
        f"{place.url}/object",
        data={"key": key},
        files={"file": ("upload.bin", body, content_type)},
        headers=headers,
    )


def download(client: httpx.Client, place: Place, key: str, **params: str) -> httpx.Response:
    return client.get(f"{place.url}/object", params={"key": key, **params})


def md5(body: bytes) -> str:
    # Amazon S3, "Object": the ETag of a plain upload is that.
    return hashlib.md5(body, usedforsecurity=False).hexdigest()


def told(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


@pytest.mark.parametrize("key", KEYS)
def test_a_small_file_comes_back_byte_for_byte(uli: httpx.Client, place: Place, key: str) -> None:
    body = os.urandom(100_001)

    stored = upload(uli, place, key, body)
    back = download(uli, place, key)

    assert stored.status_code == 201
    assert (stored.json()["key"], stored.json()["size"]) == (key, len(body))
    assert back.content == body
    assert back.headers["etag"] == stored.json()["etag"] == f'"{md5(body)}"'


def test_a_large_file_goes_in_parts_and_comes_back_whole(uli: httpx.Client, place: Place) -> None:
    body = os.urandom(20 * 2**20)
    key = "large/20 MiB.bin"
    begun = uli.post(
        f"{place.url}/multipart/",
        params={"key": key},
        json={"content_type": "application/x-test", "metadata": {"colour": "blue"}},
    )
    upload_id = begun.json()["upload_id"]
    named = {"key": key, "upload_id": upload_id}

    parts = []
    for number, start in enumerate(range(0, len(body), PART), start=1):
        chunk = body[start : start + PART]
        part = uli.put(f"{place.url}/multipart/parts/{number}", params=named, content=chunk)
        assert part.json()["size"] == len(chunk)
        parts.append({"PartNumber": number, "ETag": part.json()["etag"]})
    open_uploads = uli.get(f"{place.url}/multipart", params={"prefix": "large/"}).json()
    listed = uli.get(f"{place.url}/multipart/parts", params=named).json()
    done = uli.post(f"{place.url}/multipart/complete", params=named, json={"parts": parts})

    assert begun.json() == {"bucket": place.bucket, "key": key, "upload_id": upload_id}
    assert [one["upload_id"] for one in open_uploads["uploads"]] == [upload_id]
    assert [one["size"] for one in listed["parts"]] == [PART, len(body) - PART]
    assert (done.status_code, done.json()["size"]) == (200, len(body))
    back = download(uli, place, key)
    assert hashlib.sha256(back.content).digest() == hashlib.sha256(body).digest()
    assert back.headers["content-type"] == "application/x-test"
    info = uli.get(f"{place.url}/object/info", params={"key": key}).json()
    assert info["metadata"] == {"colour": "blue"}


def test_an_aborted_upload_is_gone(uli: httpx.Client, place: Place) -> None:
    begun = uli.post(f"{place.url}/multipart", params={"key": "x"}).json()
    named = {"key": "x", "upload_id": begun["upload_id"]}

    assert uli.delete(f"{place.url}/multipart", params=named).status_code == 204

    assert uli.get(f"{place.url}/multipart").json() == {"uploads": []}


def test_readers_who_leave_give_their_connections_back(uli: httpx.Client, place: Place) -> None:
    """More of them leave than there are connections to a backend; the next one is served."""
    body = os.urandom(5 * 2**20)
    upload(uli, place, "big", body)

    for _ in range(70):
        with uli.stream("GET", f"{place.url}/object", params={"key": "big"}) as answer:
            first = next(answer.iter_raw(65536))
        assert body.startswith(first)

    assert download(uli, place, "big").content == body


@pytest.mark.parametrize(
    ("header", "first", "last"),
    [("bytes=0-4", 0, 4), ("bytes=5-", 5, 11), ("bytes=-4", 8, 11), ("bytes=8-999", 8, 11)],
)
def test_a_part_of_an_object(
    uli: httpx.Client, place: Place, header: str, first: int, last: int
) -> None:
    body = b"hello, world"
    upload(uli, place, "hello.txt", body)

    answer = uli.get(f"{place.url}/object?key=hello.txt", headers={"Range": header})

    assert (answer.status_code, answer.content) == (206, body[first : last + 1])
    assert answer.headers["content-range"] == f"bytes {first}-{last}/12"
    assert answer.headers["accept-ranges"] == "bytes"


def test_a_range_outside_or_malformed_is_told_apart(uli: httpx.Client, place: Place) -> None:
    upload(uli, place, "hello.txt", b"hello, world")
    url = f"{place.url}/object?key=hello.txt"

    outside = uli.get(url, headers={"Range": "bytes=999999-"})
    malformed = uli.get(url, headers={"Range": "bytes=five-"})
    several = uli.get(url, headers={"Range": "bytes=0-1,4-5"})

    assert told(outside) == (416, "bad_range")
    assert outside.headers["content-range"] == "bytes */12"
    assert told(malformed) == (400, "bad_range")
    assert (several.status_code, several.content) == (200, b"hello, world")


def test_a_copy_that_the_reader_has_is_not_sent_again(uli: httpx.Client, place: Place) -> None:
    upload(uli, place, "hello.txt", b"hello, world")
    url = f"{place.url}/object?key=hello.txt"
    etag = uli.get(url).headers["etag"]

    same = uli.get(url, headers={"If-None-Match": etag})
    other = uli.get(url, headers={"If-None-Match": '"other"'})
    continued = uli.get(url, headers={"Range": "bytes=7-", "If-Range": etag})
    restarted = uli.get(url, headers={"Range": "bytes=7-", "If-Range": '"other"'})

    assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", etag)
    assert other.status_code == 200
    assert (continued.status_code, continued.content) == (206, b"world")
    assert (restarted.status_code, restarted.content) == (200, b"hello, world")


@pytest.mark.parametrize(
    ("key", "content_type"),
    [
        ("page.html", "text/html"),
        ("page", "text/html; charset=utf-8"),
        ("picture.svg", "image/svg+xml"),
        ("picture.svg", "image/png"),
        ("feed", "application/xml"),
    ],
)
def test_what_could_run_is_never_shown(
    uli: httpx.Client, place: Place, key: str, content_type: str
) -> None:
    upload(uli, place, key, b"<script>alert(1)</script>", content_type=content_type)

    answer = download(uli, place, key, disposition="inline")

    assert answer.headers["content-disposition"].startswith("attachment;")
    assert answer.headers["content-security-policy"].startswith("sandbox;")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "private, no-store"
    assert answer.headers["x-frame-options"] == "DENY"


def test_an_object_may_be_shown_but_not_run_as_a_script(uli: httpx.Client, place: Place) -> None:
    upload(uli, place, "notes.txt", b"notes")

    shown = download(uli, place, "notes.txt", disposition="inline")
    as_script = uli.get(f"{place.url}/object?key=notes.txt", headers={"Sec-Fetch-Dest": "script"})

    assert shown.headers["content-disposition"] == 'inline; filename="notes.txt"'
    assert told(as_script) == (403, "source_untrusted")
    assert told(download(uli, place, "notes.txt", disposition='inline"; x')) == (
        400,
        "bad_request",
    )


def test_a_listing_stops_at_slashes_unless_told_otherwise(uli: httpx.Client, place: Place) -> None:
    for key in ("a.txt", "dir/b.txt", "dir/sub/c.txt"):
        upload(uli, place, key, b"1")

    top = uli.get(f"{place.url}/objects").json()
    below = uli.get(f"{place.url}/objects", params={"prefix": "dir/"}).json()
    flat = uli.get(f"{place.url}/objects?delimiter=").json()
    first = uli.get(f"{place.url}/objects?delimiter=&max_keys=2").json()
    rest = uli.get(
        f"{place.url}/objects",
        params={"delimiter": "", "token": first["next_continuation_token"]},
    ).json()

    assert set(top) == {
        "prefix",
        "delimiter",
        "common_prefixes",
        "is_truncated",
        "next_continuation_token",
        "objects",
    }
    assert (top["common_prefixes"], [one["key"] for one in top["objects"]]) == (
        ["dir/"],
        ["a.txt"],
    )
    assert below["common_prefixes"] == ["dir/sub/"]
    assert len(flat["objects"]) == 3
    assert (first["is_truncated"], rest["is_truncated"]) == (True, False)
    assert len(first["objects"]) + len(rest["objects"]) == 3


def test_a_folder_is_made_looked_at_and_deleted(uli: httpx.Client, place: Place) -> None:
    made = uli.post(f"{place.url}/objects/folder", json={"key": "folder"})

    assert (made.status_code, made.json()["key"], made.json()["size"]) == (201, "folder/", 0)
    assert uli.get(f"{place.url}/objects").json()["common_prefixes"] == ["folder/"]
    assert uli.delete(f"{place.url}/object", params={"key": "folder/"}).status_code == 204
    assert uli.get(f"{place.url}/objects").json()["common_prefixes"] == []


def test_many_objects_go_at_once_and_each_is_reported(uli: httpx.Client, place: Place) -> None:
    for key in ("a", "b", "c"):
        upload(uli, place, key, b"1")

    answer = uli.post(
        f"{place.url}/objects/delete", json={"keys": [{"key": "a"}, {"key": "b"}, {"key": "nope"}]}
    ).json()

    assert sorted(one["key"] for one in answer["deleted"]) == ["a", "b", "nope"]
    assert answer["errors"] == []
    assert [one["key"] for one in uli.get(f"{place.url}/objects").json()["objects"]] == ["c"]


def test_a_copy_keeps_bytes_and_type(uli: httpx.Client, place: Place) -> None:
    upload(uli, place, "von ä+%.csv", b"1,2", content_type="text/csv")

    answer = uli.post(
        f"{place.url}/object/copy", json={"src_key": "von ä+%.csv", "dst_key": "nach/ö.csv"}
    )

    assert answer.status_code == 200
    assert answer.json()["bucket"] == place.bucket
    back = download(uli, place, "nach/ö.csv")
    assert (back.content, back.headers["content-type"]) == (b"1,2", "text/csv")


def test_tags_are_replaced_as_a_whole(uli: httpx.Client, place: Place) -> None:
    upload(uli, place, "x", b"1")
    url = f"{place.url}/object/tags?key=x"

    assert uli.get(url).json() == {"tags": {}}
    assert uli.put(url, json={"tags": {"a": "1", "b": "2"}}).status_code == 204
    assert uli.put(url, json={"tags": {"c": "3"}}).status_code == 204
    assert uli.get(url).json() == {"tags": {"c": "3"}}


def test_an_object_without_versioning_has_one_version(uli: httpx.Client, place: Place) -> None:
    upload(uli, place, "x", b"12")

    found = uli.get(f"{place.url}/object/versions?key=x").json()["versions"]

    assert [(one["key"], one["size"], one["is_latest"]) for one in found] == [("x", 2, True)]


def test_what_is_known_of_an_object_comes_with_get_and_head(
    uli: httpx.Client, place: Place
) -> None:
    upload(uli, place, "x.txt", b"12")

    info = uli.get(f"{place.url}/object/info?key=x.txt")
    head = uli.head(f"{place.url}/object?key=x.txt")

    assert (info.json()["size"], info.json()["content_type"]) == (2, "text/plain")
    assert head.headers["etag"] == info.headers["etag"] == info.json()["etag"]
    assert (head.headers["content-type"], head.content) == ("application/json", b"")
    assert head.headers["content-length"] == info.headers["content-length"]


def test_nothing_is_replaced_when_only_a_new_object_was_wanted(
    uli: httpx.Client, place: Place
) -> None:
    first = upload(uli, place, "x", b"first", **{"If-None-Match": "*"})
    second = upload(uli, place, "x", b"second", **{"If-None-Match": "*"})
    begun = uli.post(f"{place.url}/multipart?key=x", headers={"If-None-Match": "*"})

    assert first.status_code == 201
    assert told(second) == (409, "object_exists")
    assert told(begun) == (409, "object_exists")
    assert download(uli, place, "x").content == b"first"


def test_an_upload_without_a_key_takes_the_name_of_the_file(
    uli: httpx.Client, place: Place
) -> None:
    answer = uli.post(
        f"{place.url}/object",
        files={"file": ("C:\\Users\\me\\report.csv", b"1", "text/csv")},
        data={"content_type": "text/plain"},
    )

    assert (answer.json()["key"], answer.json()["content_type"]) == ("report.csv", "text/plain")


def test_an_upload_is_refused_in_the_documented_order(uli: httpx.Client, place: Place) -> None:
    url = f"{place.url}/object"
    five = b"x" * (5 * 2**20)

    at_the_limit = upload(uli, place, "limit", five)
    too_large = upload(uli, place, "../", five + b"x")
    much_too_large = upload(uli, place, "", five + b"x" * 2**17)
    no_form = uli.post(url, content=b"x", headers={"Content-Type": "text/plain"})
    broken = uli.post(
        url, content=b"--x\r\n", headers={"Content-Type": "multipart/form-data; boundary=x"}
    )
    no_file = uli.post(url, data={"key": "a"}, files={"other": b"x"})
    no_key = uli.post(url, files={"file": ("", b"x")})
    bad_key = upload(uli, place, "a/../b", b"x")

    assert at_the_limit.status_code == 201
    assert told(too_large) == told(much_too_large) == (413, "too_large")
    assert told(no_form) == told(broken) == told(no_file) == told(no_key) == (400, "bad_request")
    assert told(bad_key) == (400, "invalid_key")


def test_a_part_is_refused_in_the_documented_order(uli: httpx.Client, place: Place) -> None:
    begun = uli.post(f"{place.url}/multipart", params={"key": "x"}).json()
    named = {"key": "x", "upload_id": begun["upload_id"]}
    url = f"{place.url}/multipart/parts"
    elsewhere = url.replace(f"/{BACKEND}/", "/nope/")

    assert told(uli.put(f"{elsewhere}/0")) == (404, "not_found")
    assert told(uli.put(f"{url}/1")) == (400, "bad_request")
    assert told(uli.put(f"{url}/0", params=named, content=b"x")) == (400, "bad_request")
    assert told(uli.put(f"{url}/10001", params=named, content=b"x")) == (400, "bad_request")
    assert told(uli.put(f"{url}/one", params=named, content=b"x")) == (400, "bad_request")
    assert told(uli.put(f"{url}/1", params=named, content=b"")) == (411, "length_required")
    chunked = uli.put(f"{url}/1", params=named, content=(b"x" for _ in range(3)))
    assert told(chunked) == (411, "length_required")


def test_a_part_that_is_too_large_is_refused_before_it_is_read(
    dashboard: Dashboard, uli: httpx.Client, place: Place
) -> None:
    begun = uli.post(f"{place.url}/multipart", params={"key": "x"}).json()
    query = f"key=x&upload_id={begun['upload_id']}"
    connection = http.client.HTTPConnection(dashboard.url.removeprefix("http://"), timeout=10)
    connection.putrequest("PUT", f"{place.url}/multipart/parts/1?{query}")
    connection.putheader("Content-Length", str(64 * 2**20 + 1))
    connection.putheader("Cookie", f"stowage_session={uli.cookies['stowage_session']}")
    connection.putheader("X-CSRF-Token", uli.headers["X-CSRF-Token"])
    connection.endheaders()

    answer = connection.getresponse()
    body = json.loads(answer.read())
    connection.close()

    assert (answer.status, body["error"]["code"]) == (413, "too_large")
    assert body["error"]["params"] == {"limit": 64 * 2**20}


def test_a_backend_that_is_away_is_said_to_be(uli: httpx.Client) -> None:
    answer = uli.get(f"/api/backends/{DEAD}/buckets")

    error = answer.json()["error"]
    assert told(answer) == (502, "backend_error")
    assert error["reason"] == "backend.unreachable"
    assert "127.0.0.1" not in answer.text


def test_what_is_not_there_is_not_found(uli: httpx.Client, place: Place) -> None:
    no_bucket = f"/api/backends/{BACKEND}/buckets/no-{secrets.token_hex(4)}"

    assert download(uli, place, "nope").json()["error"]["reason"] == "object.not_found"
    assert uli.get(f"{no_bucket}/objects").json()["error"]["reason"] == "bucket.not_found"
    assert uli.get("/api/backends/nope/buckets").json()["error"]["reason"] == "backend.unknown"


def test_a_reader_reads_and_may_not_write(
    uli: httpx.Client, rea: httpx.Client, place: Place
) -> None:
    upload(uli, place, "x", b"1")

    assert download(rea, place, "x").content == b"1"
    assert told(upload(rea, place, "y", b"1")) == (403, "forbidden")
    assert told(rea.delete(f"{place.url}/object?key=x")) == (403, "forbidden")
    assert rea.get(f"{place.url}/access").json() == {
        "levels": ["list", "read"],
        "rules": {"list": "role:readonly", "read": "role:readonly"},
    }


def test_buckets_are_made_and_deleted_by_those_who_configure_the_backend(
    ada: httpx.Client, uli: httpx.Client
) -> None:
    name = f"t-{secrets.token_hex(6)}"
    url = f"/api/backends/{BACKEND}/buckets"

    assert told(uli.post(url, json={"name": name})) == (403, "forbidden")
    assert ada.post(url, json={"name": name}).json() == {"name": name}
    assert told(ada.post(url, json={"name": name})) == (409, "conflict")
    assert name in [bucket["name"] for bucket in uli.get(f"{url}/").json()["buckets"]]
    assert told(uli.delete(f"{url}/{name}")) == (403, "forbidden")
    upload(ada, Place(name), "x", b"1")
    assert told(ada.delete(f"{url}/{name}")) == (409, "conflict")
    ada.delete(f"{url}/{name}/object?key=x")
    assert ada.delete(f"{url}/{name}/").status_code == 204


def test_every_change_is_in_the_audit_log(
    dashboard: Dashboard, uli: httpx.Client, root: httpx.Client, place: Place
) -> None:
    stored = upload(uli, place, "a b.txt", b"123")
    uli.put(f"{place.url}/object/tags?key=a b.txt", json={"tags": {"x": "1"}})
    uli.delete(f"{place.url}/object", params={"key": "a b.txt"})
    dashboard.run(dashboard.services.audit.flush())

    rows = root.get("/api/admin/audit", params={"bucket": place.bucket}).json()["events"]

    assert [(row["action"], row.get("key"), row["status"]) for row in reversed(rows)] == [
        ("bucket.create", None, "ok"),
        ("object.upload", "a b.txt", "ok"),
        ("object.tags.set", "a b.txt", "ok"),
        ("object.delete", "a b.txt", "ok"),
    ]
    assert rows[2]["request_id"] == stored.headers["x-request-id"]
    assert rows[2]["user_id"] == uli.get("/api/me").json()["id"]
