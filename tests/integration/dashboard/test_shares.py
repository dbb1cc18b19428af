"""
Links for strangers: what they open, when they end, and that they open nothing else.
"""

import secrets
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import httpx
import pytest

from app.errors.raised import StowageError
from app.objects.place import BucketPlace
from app.shares.share import NewShare, Target
from support.dashboard import Dashboard, running_dashboard
from support.dashboard_people import BACKEND, CONFIG, ENVIRON, STATIC_NAME, Place, sign_in
from support.seaweedfs import SeaweedFS
from support.stores import user_with

BODY = b"hello, world"
SHARE_PASSWORD = "open-sesame-77"


def put(client: httpx.Client, place: Place, key: str, body: bytes = BODY, **form: str) -> None:
    answer = client.post(
        f"{place.url}/object", data={"key": key, **form}, files={"file": ("x", body, "text/plain")}
    )
    assert answer.status_code == 201, answer.text


def share(client: httpx.Client, place: Place, **members: object) -> dict[str, Any]:
    body = {"backend_id": BACKEND, "bucket": place.bucket, **members}
    answer = client.post("/api/shares", json=body)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def told(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def in_days(days: float) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).isoformat()


@pytest.fixture
def file_share(uli: httpx.Client, place: Place) -> dict[str, Any]:
    put(uli, place, "a/hello.txt")
    return share(uli, place, key="a/hello.txt")


def test_a_stranger_downloads_what_is_shared(
    stranger: httpx.Client, file_share: dict[str, Any]
) -> None:
    info = stranger.get(f"{file_share['url']}/info")
    raw = stranger.get(f"{file_share['url']}/raw")

    assert info.status_code == 200
    assert info.headers["cache-control"] == "no-store"
    assert info.headers["x-robots-tag"] == "noindex, nofollow"
    assert info.json() | {"etag": "", "last_modified": ""} == {
        "code": file_share["code"],
        "kind": "object",
        "name": "hello.txt",
        "size": len(BODY),
        "content_type": "text/plain",
        "etag": "",
        "last_modified": "",
        "has_password": False,
        "download_count": 0,
        "disposition": "attachment",
        "preview_kind": "text",
        "raw_url": f"{file_share['url']}/raw",
    }
    assert raw.content == BODY
    assert raw.headers["content-disposition"] == 'attachment; filename="hello.txt"'
    assert raw.headers["content-security-policy"].startswith("sandbox; default-src 'none'")


def test_a_share_says_what_the_reference_says_of_it(
    uli: httpx.Client, place: Place, file_share: dict[str, Any]
) -> None:
    del place
    mine = uli.get("/api/shares").json()["shares"]

    assert len(file_share["code"]) == 14
    assert mine[0] == file_share
    assert {"id", "created_by", "created_at", "state"} <= file_share.keys()
    assert {name: file_share[name] for name in ("key", "revoked", "download_count")} == {
        "key": "a/hello.txt",
        "revoked": False,
        "download_count": 0,
    }
    assert file_share["url"] == f"/s/{file_share['code']}"
    assert "max_downloads" not in file_share
    assert "expires_at" not in file_share


@pytest.mark.parametrize(
    ("key", "content_type"),
    [("x.html", "text/html"), ("x.svg", "image/png"), ("x.txt", "application/xhtml+xml")],
)
def test_active_content_is_saved_whatever_the_link_asks_for(
    uli: httpx.Client, stranger: httpx.Client, place: Place, key: str, content_type: str
) -> None:
    put(uli, place, key, b"<script>alert(1)</script>", content_type=content_type)
    made = share(uli, place, key=key, disposition="inline")

    answer = stranger.get(f"{made['url']}/raw?inline=1")

    assert answer.headers["content-disposition"].startswith("attachment")
    assert "script-src" not in answer.headers["content-security-policy"]
    assert answer.headers["content-security-policy"].startswith("sandbox;")
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_download_counts_once_whatever_its_ranges(
    dashboard: Dashboard, uli: httpx.Client, place: Place
) -> None:
    put(uli, place, "x")
    made = share(uli, place, key="x", max_downloads=1)
    with dashboard.client() as visitor, dashboard.client() as other:
        first = visitor.get(f"{made['url']}/raw", headers={"Range": "bytes=0-3"})
        rest = visitor.get(f"{made['url']}/raw", headers={"Range": "bytes=4-"})
        again = visitor.get(f"{made['url']}/raw")
        late = other.get(f"{made['url']}/raw", headers={"Range": "bytes=4-"})

    assert first.content + rest.content == BODY
    assert told(again) == told(late) == (410, "exhausted")
    assert uli.get("/api/shares").json()["shares"][0]["download_count"] == 1


def test_a_browser_goes_on_with_several_downloads_at_once(
    uli: httpx.Client, stranger: httpx.Client, place: Place
) -> None:
    for key in ("docs/a", "docs/b"):
        put(uli, place, key)
    made = share(uli, place, kind="folder", prefix="docs/", max_downloads=2)
    url, first, rest = f"{made['url']}/raw", {"Range": "bytes=0-3"}, {"Range": "bytes=4-"}

    begun = [stranger.get(url, params={"path": name}, headers=first) for name in "ab"]
    ended = [stranger.get(url, params={"path": name}, headers=rest) for name in "ab"]
    other = stranger.get(url, params={"path": "c"}, headers=rest)

    assert [one.content + two.content for one, two in zip(begun, ended, strict=True)] == [BODY] * 2
    assert told(other) == (410, "exhausted")
    assert len(begun[1].headers.get_list("set-cookie")) == 1


def test_many_at_once_get_no_more_downloads_than_there_are(
    dashboard: Dashboard, uli: httpx.Client, place: Place
) -> None:
    put(uli, place, "x")
    made = share(uli, place, key="x", max_downloads=3)

    def visit(_: int) -> int:
        with dashboard.client() as visitor:
            return visitor.get(f"{made['url']}/raw").status_code

    with ThreadPoolExecutor(10) as threads:
        codes = sorted(threads.map(visit, range(10)))

    assert codes == [200] * 3 + [410] * 7


def test_a_range_outside_the_object_counts_nothing(
    uli: httpx.Client, stranger: httpx.Client, place: Place
) -> None:
    put(uli, place, "x")
    made = share(uli, place, key="x", max_downloads=1)

    assert told(stranger.get(f"{made['url']}/raw", headers={"Range": "bytes=99-"})) == (
        416,
        "bad_range",
    )
    assert stranger.get(f"{made['url']}/raw").content == BODY


def test_the_password_is_asked_once_and_then_kept_for_this_share_alone(
    uli: httpx.Client, stranger: httpx.Client, place: Place
) -> None:
    put(uli, place, "x")
    made = share(uli, place, key="x", password=SHARE_PASSWORD)
    other = share(uli, place, key="x", password=SHARE_PASSWORD)

    locked = [stranger.get(f"{made['url']}/{call}") for call in ("info", "raw", "list")]
    wrong = stranger.post(f"{made['url']}/unlock", json={"password": "wrong"})
    right = stranger.post(f"{made['url']}/unlock", json={"password": SHARE_PASSWORD})

    assert {told(answer) for answer in locked} == {(401, "password_required")}
    assert told(wrong) == (401, "password_mismatch")
    assert right.json()["has_password"] is True
    assert f"Path=/s/{made['code']}" in right.headers["set-cookie"]
    assert "HttpOnly" in right.headers["set-cookie"]
    assert stranger.get(f"{made['url']}/raw").content == BODY
    value = stranger.cookies[f"stowage_unlock_{made['code']}"]
    forged = {"Cookie": f"stowage_unlock_{other['code']}={value}"}
    assert told(stranger.get(f"{other['url']}/raw", headers=forged)) == (401, "password_required")


def test_another_password_locks_out_who_knew_the_old_one(
    uli: httpx.Client, stranger: httpx.Client, place: Place
) -> None:
    put(uli, place, "x")
    made = share(uli, place, key="x", password=SHARE_PASSWORD)
    stranger.post(f"{made['url']}/unlock", json={"password": SHARE_PASSWORD})
    assert stranger.get(f"{made['url']}/info").status_code == 200

    uli.patch(f"/api/shares/{made['id']}", json={"password": "another-one-88"})

    assert told(stranger.get(f"{made['url']}/info")) == (401, "password_required")


def test_wrong_passwords_are_counted_for_the_share_and_right_ones_are_not(
    uli: httpx.Client, stranger: httpx.Client, place: Place
) -> None:
    put(uli, place, "x")
    made = share(uli, place, key="x", password=SHARE_PASSWORD)
    url = f"{made['url']}/unlock"

    for _ in range(2):
        assert stranger.post(url, json={"password": SHARE_PASSWORD}).status_code == 200
    wrong = [stranger.post(url, json={"password": "wrong"}).status_code for _ in range(3)]
    shut = stranger.post(url, json={"password": SHARE_PASSWORD})

    assert wrong == [401] * 3
    assert told(shut) == (429, "rate_limited")
    assert int(shut.headers["retry-after"]) > 0


def test_a_share_ends_when_it_is_revoked_and_says_so(
    uli: httpx.Client, stranger: httpx.Client, file_share: dict[str, Any]
) -> None:
    url = f"/api/shares/{file_share['id']}"

    assert uli.delete(url).status_code == uli.delete(url).status_code == 204

    assert told(stranger.get(f"{file_share['url']}/raw")) == (410, "revoked")
    assert told(uli.patch(url, json={"note": "x"})) == (410, "revoked")
    revoked = uli.get("/api/shares?state=revoked").json()["shares"][0]
    assert (revoked["id"], revoked["state"]) == (file_share["id"], "revoked")
    assert "revoked_at" in revoked


def test_a_share_opens_and_closes_at_its_times(
    dashboard: Dashboard, uli: httpx.Client, stranger: httpx.Client, place: Place
) -> None:
    put(uli, place, "x")
    early = share(uli, place, key="x", starts_at=in_days(1), expires_at=in_days(2))
    soon = share(uli, place, key="x", expires_at=in_days(1))

    answer = stranger.get(f"{early['url']}/info")
    uli.patch(f"/api/shares/{early['id']}", json={"starts_at": ""})
    end_now(dashboard, soon)

    assert told(answer) == (403, "not_yet_active")
    assert "starts_at" in answer.json()["error"]["params"]
    assert stranger.get(f"{early['url']}/raw").content == BODY
    assert told(stranger.get(f"{soon['url']}/raw")) == (410, "expired")


def end_now(dashboard: Dashboard, made: Mapping[str, Any]) -> None:
    """
    Let a share's end come, as time would.
    """
    from app.database.tables import shares  # noqa: PLC0415  the only test that looks inside

    async def set_end() -> None:
        past = datetime.now(UTC) - timedelta(seconds=1)
        async with dashboard.services.database.write() as connection:
            await connection.execute(
                shares.update().where(shares.c.id == made["id"]).values(expires_at=past)
            )

    dashboard.run(set_end())


@pytest.fixture
def owner(dashboard: Dashboard, fresh_user: str) -> httpx.Client:
    """
    A user whom nobody else touches.
    """
    return sign_in(dashboard, fresh_user)


@pytest.mark.parametrize("ending", ["disabled", "deleted", "demoted"])
def test_a_share_ends_with_its_owners_right(
    root: httpx.Client, stranger: httpx.Client, owner: httpx.Client, place: Place, ending: str
) -> None:
    owner_id = owner.get("/api/me").json()["id"]
    put(owner, place, "x")
    made = share(owner, place, key="x")
    assert stranger.get(f"{made['url']}/info").status_code == 200

    url = f"/api/admin/users/{owner_id}"
    if ending == "deleted":
        assert root.delete(url).status_code == 204
    else:
        change = {"enabled": False} if ending == "disabled" else {"role": "readonly"}
        assert root.patch(url, json=change).status_code == 200

    assert told(stranger.get(f"{made['url']}/info")) == (410, "revoked")
    assert told(stranger.get(f"{made['url']}/raw")) == (410, "revoked")
    if ending != "deleted":
        root.patch(url, json={"enabled": True, "role": "user"})
        assert stranger.get(f"{made['url']}/raw").content == BODY


def test_a_bucket_that_is_deleted_takes_its_shares_along(
    root: httpx.Client, uli: httpx.Client, stranger: httpx.Client, place: Place
) -> None:
    put(uli, place, "x")
    made = share(uli, place, key="x")
    uli.delete(f"{place.url}/object?key=x")
    assert root.delete(place.url).status_code == 204
    root.post(f"/api/backends/{BACKEND}/buckets", json={"name": place.bucket})
    put(uli, place, "x", b"something else")

    assert told(stranger.get(f"{made['url']}/raw")) == (410, "revoked")


def test_an_object_that_was_deleted_is_told_apart_from_a_share_that_ended(
    uli: httpx.Client, stranger: httpx.Client, place: Place, file_share: dict[str, Any]
) -> None:
    uli.delete(f"{place.url}/object", params={"key": "a/hello.txt"})

    answers = [stranger.get(f"{file_share['url']}/{call}") for call in ("info", "raw")]

    assert {told(answer) for answer in answers} == {(502, "backend_error")}
    assert {answer.json()["error"]["reason"] for answer in answers} == {"backend.object_gone"}
    assert not any(place.bucket in answer.text for answer in answers)


def test_a_pinned_version_stays_what_it_was(
    root: httpx.Client,
    uli: httpx.Client,
    stranger: httpx.Client,
    place: Place,
    dashboard: Dashboard,
) -> None:
    del root
    buckets = dashboard.services.registry.get(BACKEND).backend.buckets
    dashboard.run(buckets.set_versioned(place.bucket, enabled=True))
    put(uli, place, "x", b"one")
    first = uli.get(f"{place.url}/object/versions?key=x").json()["versions"][0]["version_id"]
    put(uli, place, "x", b"two")

    pinned = share(uli, place, key="x", version_id=first)
    latest = share(uli, place, key="x")

    assert stranger.get(f"{pinned['url']}/raw").content == b"one"
    assert stranger.get(f"{latest['url']}/raw").content == b"two"


def test_a_folder_shows_what_lies_in_it_and_nothing_beside_it(
    uli: httpx.Client, stranger: httpx.Client, place: Place
) -> None:
    for key in ("docs/a.txt", "docs/sub/b.txt", "docs-secret/c.txt", "other.txt"):
        put(uli, place, key, key.encode())
    made = share(uli, place, kind="folder", prefix="docs/")

    top = stranger.get(f"{made['url']}/list").json()
    below = stranger.get(f"{made['url']}/list?path=sub/").json()
    file = stranger.get(f"{made['url']}/raw?path=sub/b.txt")
    strays = ["../other.txt", "/other.txt", "", ".", "sub/../../other.txt", "nope"]

    assert [one["path"] for one in top["files"]] == ["a.txt"]
    assert top["folders"] == [{"name": "sub", "path": "sub/"}]
    assert [one["path"] for one in below["files"]] == ["sub/b.txt"]
    assert file.content == b"docs/sub/b.txt"
    for path in strays:
        answer = stranger.get(f"{made['url']}/raw", params={"path": path})
        assert told(answer) == (404, "not_found"), path
    for path in ("../", "sub/../../", "nope"):
        answer = stranger.get(f"{made['url']}/list", params={"path": path})
        assert told(answer) == (404, "not_found"), path


def test_a_share_of_several_opens_just_these(
    uli: httpx.Client, stranger: httpx.Client, place: Place
) -> None:
    for key in ("a/one.txt", "a/b/two.txt", "a/three.txt"):
        put(uli, place, key, key.encode())
    made = share(uli, place, kind="objects", keys=["a/one.txt", "a/b/two.txt"])

    listed = stranger.get(f"{made['url']}/list").json()
    two = stranger.get(f"{made['url']}/raw?path=b/two.txt")

    assert [one["path"] for one in listed["files"]] == ["one.txt", "b/two.txt"]
    assert two.content == b"a/b/two.txt"
    assert told(stranger.get(f"{made['url']}/raw?path=three.txt")) == (404, "not_found")
    assert told(stranger.get(f"{made['url']}/raw")) == (404, "not_found")


def test_many_files_are_listed_page_by_page(
    uli: httpx.Client, stranger: httpx.Client, place: Place
) -> None:
    keys = [f"f{number:02}" for number in range(27)]
    for key in keys:
        put(uli, place, key)
    made = share(uli, place, kind="objects", keys=keys)

    first = stranger.get(f"{made['url']}/list").json()
    second = stranger.get(f"{made['url']}/list", params={"cursor": first["next_cursor"]}).json()

    assert [one["path"] for one in first["files"] + second["files"]] == keys
    assert "next_cursor" not in second


def test_an_address_opens_so_many_shares_a_minute_until_it_was_let_into_one(
    tmp_path: Path, seaweedfs: SeaweedFS
) -> None:
    config = {**CONFIG, "ratelimit": {"share_per_minute": 3, "login_per_15m": 0}}
    with running_dashboard(tmp_path, config, ENVIRON) as alone:
        root = sign_in(alone, STATIC_NAME)
        backend = {
            "id": BACKEND,
            "endpoint": seaweedfs.endpoint,
            "access_key": seaweedfs.access_key,
            "secret_key": seaweedfs.secret_key,
        }
        root.post("/api/admin/backends", json=backend)
        place = Place(f"t-{secrets.token_hex(6)}")
        root.post(f"/api/backends/{BACKEND}/buckets", json={"name": place.bucket})
        put(root, place, "x")
        made = share(root, place, key="x")
        with alone.client() as guest, alone.client() as guesser:
            assert guest.post(f"{made['url']}/unlock", json={}).status_code == 200
            tries = [guesser.get(f"/s/{'A' * 13}{number}/info") for number in range(3)]
            known = [guest.get(f"{made['url']}/raw").status_code for _ in range(5)]

    assert [answer.status_code for answer in tries] == [404, 404, 429]
    assert int(tries[-1].headers["retry-after"]) > 0
    assert known == [200] * 5


def test_what_is_shared_is_downloaded_together_and_counts_once(
    uli: httpx.Client, stranger: httpx.Client, place: Place
) -> None:
    for key in ("team/docs/a.txt", "team/docs/sub/b.txt", "team/docs/c.txt", "team/x.txt"):
        put(uli, place, key, key.encode())
    folder = share(uli, place, kind="folder", prefix="team/docs/", max_downloads=3)
    several = share(uli, place, kind="objects", keys=["team/x.txt", "team/docs/a.txt"])

    def names(url: str, *paths: str) -> list[str]:
        answer = stranger.get(f"{url}/zip", params=[("path", path) for path in paths])
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == "application/zip"
        with ZipFile(BytesIO(answer.content)) as archive:
            assert archive.testzip() is None
            return sorted(archive.namelist())

    assert names(folder["url"]) == ["a.txt", "c.txt", "sub/b.txt"]
    assert names(folder["url"], "sub/", "a.txt") == ["a.txt", "sub/b.txt"]
    assert names(several["url"]) == ["docs/a.txt", "x.txt"]
    for stray in ("../x.txt", "../", "sub/../../"):
        answer = stranger.get(f"{folder['url']}/zip", params={"path": stray})
        assert told(answer) == (404, "not_found"), stray
    assert names(folder["url"], "c.txt") == ["c.txt"]
    assert told(stranger.get(f"{folder['url']}/zip")) == (410, "exhausted")


@pytest.mark.parametrize("size", [0, 12, 21 * 2**20])
def test_a_stranger_sends_a_file_and_sees_nothing(
    uli: httpx.Client, stranger: httpx.Client, place: Place, size: int
) -> None:
    body = secrets.token_bytes(size)
    made = share(uli, place, kind="upload", prefix="inbox/")

    sent = stranger.put(f"{made['url']}/upload?name=report.pdf", content=body)

    assert sent.status_code == 201
    assert sent.json() == {"name": "report.pdf", "size": size}
    back = uli.get(f"{place.url}/object?key=inbox/report.pdf")
    assert back.content == body
    assert told(stranger.get(f"{made['url']}/raw?path=report.pdf")) == (404, "not_found")
    assert told(stranger.get(f"{made['url']}/list")) == (404, "not_found")


def test_a_file_that_is_sent_never_replaces_another(
    uli: httpx.Client, stranger: httpx.Client, place: Place
) -> None:
    put(uli, place, "inbox/report.pdf", b"mine")
    made = share(uli, place, kind="upload", prefix="inbox/")

    answers = [
        stranger.put(f"{made['url']}/upload?name=report.pdf", content=body)
        for body in (b"theirs", b"x" * (6 * 2**20))
    ]

    assert [answer.json()["name"] for answer in answers] == ["report.pdf", "report.pdf"]
    assert uli.get(f"{place.url}/object?key=inbox/report.pdf").content == b"mine"
    kept = uli.get(f"{place.url}/objects?prefix=inbox/").json()["objects"]
    assert sorted(one["size"] for one in kept) == [4, 6, 6 * 2**20]
    assert all(one["key"].endswith(".pdf") for one in kept)


def test_what_is_sent_is_bounded_in_number_bytes_and_type(
    uli: httpx.Client, stranger: httpx.Client, place: Place
) -> None:
    made = share(
        uli,
        place,
        kind="upload",
        prefix="inbox/",
        max_downloads=2,
        max_bytes=10,
        allowed_types=["image/*", ".CSV"],
    )

    def send(name: str, body: bytes, **headers: str) -> tuple[int, str]:
        answer = stranger.put(
            f"{made['url']}/upload", params={"name": name}, content=body, headers=headers
        )
        return (201, "") if answer.status_code == 201 else told(answer)

    assert send("a.exe", b"x") == (415, "type_not_allowed")
    assert send("a.png", b"x" * 11) == (413, "too_large")
    assert send("a.png", b"x" * 6) == (201, "")
    assert send("b.csv", b"x" * 6) == (413, "too_large")
    assert send("../c.csv", b"x") == (400, "invalid_key")
    assert send("a/c.csv", b"x") == (400, "invalid_key")
    assert send("c.csv", b"x" * 4) == (201, "")
    assert send("d.csv", b"") == (410, "exhausted")


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({"key": ""}, (400, "invalid_key")),
        ({"key": "x\n"}, (400, "invalid_key")),
        ({"key": "x", "bucket": ""}, (400, "bad_request")),
        ({"key": "x", "expires_at": "tomorrow"}, (400, "bad_request")),
        ({"key": "x", "expires_at": "2020-01-01T00:00:00Z"}, (400, "bad_request")),
        ({"key": "x", "max_downloads": -1}, (400, "bad_request")),
        ({"key": "x", "disposition": "framed"}, (400, "bad_request")),
        ({"key": "x", "note": "a\x00b"}, (400, "bad_request")),
        ({"key": "x", "password": "short"}, (400, "weak_password")),
        ({"key": "x", "backend_id": "nope"}, (502, "backend_error")),
        ({"key": "nope"}, (404, "not_found")),
        ({"kind": "folder", "prefix": ""}, (400, "invalid_prefix")),
        ({"kind": "folder", "prefix": "docs"}, (400, "invalid_prefix")),
        ({"kind": "folder", "prefix": "a/../"}, (400, "invalid_prefix")),
        ({"kind": "objects", "keys": []}, (400, "invalid_key")),
        ({"kind": "objects", "keys": ["x", "x"]}, (400, "bad_request")),
        ({"kind": "objects", "keys": ["k"] * 101}, (400, "too_many_keys")),
        ({"kind": "upload", "prefix": "a/", "allowed_types": ["*"]}, (400, "bad_request")),
        ({"kind": "else"}, (400, "bad_request")),
    ],
)
def test_what_cannot_be_shared_is_refused(
    uli: httpx.Client, place: Place, members: dict[str, object], expected: tuple[int, str]
) -> None:
    put(uli, place, "x")
    body = {"backend_id": BACKEND, "bucket": place.bucket, **members}

    assert told(uli.post("/api/shares/", json=body)) == expected


def test_shares_of_others_are_an_administrators(
    dashboard: Dashboard,
    root: httpx.Client,
    rea: httpx.Client,
    fresh_user: str,
    file_share: dict[str, Any],
) -> None:
    other = sign_in(dashboard, fresh_user)
    url = f"/api/shares/{file_share['id']}"

    assert other.get("/api/shares").json() == {"shares": []}
    assert told(other.get("/api/shares?scope=all")) == (403, "forbidden")
    assert told(other.patch(url, json={"note": "x"})) == (404, "not_found")
    assert told(other.delete(url)) == (404, "not_found")
    assert told(rea.post("/api/shares", json={})) == (403, "forbidden")
    everybodys = root.get("/api/shares?scope=all&limit=1000").json()["shares"]
    assert file_share["id"] in {one["id"] for one in everybodys}
    assert root.patch(url, json={"note": "seen"}).json()["note"] == "seen"


@pytest.mark.parametrize("kind", ["object", "objects", "folder"])
def test_nobody_shares_what_they_may_not_read(
    dashboard: Dashboard, uli: httpx.Client, place: Place, kind: Any
) -> None:
    for key in ("x", "mine/x", "a/x"):
        put(uli, place, key)
    keys = {"object": ("x",), "objects": ("mine/x", "x")}.get(kind, ())
    user = user_with({f"{BACKEND}/{place.bucket}/mine/": "full"})
    target = Target(kind, BucketPlace(BACKEND, place.bucket), keys, "" if keys else "a/")

    with pytest.raises(StowageError) as refused:
        dashboard.run(dashboard.services.shares.links.create(user, NewShare(target)))

    assert refused.value.code == "forbidden"


def test_a_reader_opens_no_inbox(dashboard: Dashboard, place: Place) -> None:
    user = user_with({f"{BACKEND}/{place.bucket}": "readonly"})
    target = Target("upload", BucketPlace(BACKEND, place.bucket), prefix="inbox/")

    with pytest.raises(StowageError) as refused:
        dashboard.run(dashboard.services.shares.links.create(user, NewShare(target)))

    assert refused.value.code == "forbidden"


def test_the_list_is_paged_from_the_newest(
    dashboard: Dashboard, place: Place, fresh_user: str
) -> None:
    owner = sign_in(dashboard, fresh_user)
    put(owner, place, "x")
    made = [share(owner, place, key="x")["id"] for _ in range(3)]

    first = owner.get("/api/shares?limit=2").json()
    second = owner.get(f"/api/shares?limit=2&cursor={first['next_cursor']}").json()

    listed = [one["id"] for one in first["shares"] + second["shares"]]
    assert sorted(listed) == sorted(made)
    assert listed == sorted(made, reverse=True)
    assert "next_cursor" not in second


def test_the_audit_log_names_the_share_and_never_its_code(
    root: httpx.Client,
    uli: httpx.Client,
    stranger: httpx.Client,
    place: Place,
    dashboard: Dashboard,
) -> None:
    put(uli, place, "x")
    made = share(uli, place, key="x", password=SHARE_PASSWORD)
    stranger.post(f"{made['url']}/unlock", json={"password": "wrong"})
    stranger.post(f"{made['url']}/unlock", json={"password": SHARE_PASSWORD})
    stranger.get(f"{made['url']}/raw")
    uli.delete(f"/api/shares/{made['id']}")
    stranger.get(f"{made['url']}/raw")
    dashboard.run(dashboard.services.audit.flush())

    answer = root.get("/api/admin/audit", params={"action": "share.", "bucket": place.bucket})

    events = [(one["action"], one["status"]) for one in reversed(answer.json()["events"])]
    assert events == [
        ("share.create", "ok"),
        ("share.access", "denied"),
        ("share.access", "ok"),
        ("share.revoke", "ok"),
        ("share.access", "denied"),
    ]
    assert all(made["id"] in one["detail"] for one in answer.json()["events"])
    assert made["code"] not in answer.text
    assert [one.get("user_id") for one in answer.json()["events"]].count(None) == 3


def test_unknown_codes_all_look_the_same(stranger: httpx.Client) -> None:
    for code in ("x", "A" * 14, "a%00b", "%C3%A9" * 14):
        for call in ("info", "raw", "list"):
            assert told(stranger.get(f"/s/{code}/{call}")) == (404, "not_found")
