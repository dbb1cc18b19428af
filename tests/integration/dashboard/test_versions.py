"""
Older versions of objects: listed, brought back, purged; delete markers, taken away.
"""

import httpx
import pytest

from app.audit.event import Actor
from app.backends.stored import ObjectRef
from app.errors.raised import StowageError
from app.objects.place import BucketPlace
from support.dashboard import Dashboard
from support.dashboard_people import BACKEND, Place
from support.stores import user_with


@pytest.fixture
def versioned(root: httpx.Client, place: Place) -> Place:
    assert root.put(f"{place.url}/versioning", json={"enabled": True}).status_code == 200
    return place


def put(client: httpx.Client, place: Place, key: str, body: bytes) -> str:
    answer = client.post(f"{place.url}/object", data={"key": key}, files={"file": ("x", body)})
    version: str = answer.json()["version_id"]
    return version


def versions(client: httpx.Client, place: Place, key: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = client.get(
        f"{place.url}/object/versions", params={"key": key}
    ).json()["versions"]
    return found


def content(client: httpx.Client, place: Place, key: str) -> bytes:
    return client.get(f"{place.url}/object", params={"key": key}).content


def test_an_older_version_is_brought_back_by_copying_it(
    uli: httpx.Client, versioned: Place
) -> None:
    first = put(uli, versioned, "x", b"one")
    put(uli, versioned, "x", b"two")

    restored = uli.post(
        f"{versioned.url}/object/copy",
        json={"src_key": "x", "dst_key": "x", "version_id": first},
    )

    assert restored.status_code == 200, restored.text
    assert content(uli, versioned, "x") == b"one"
    assert len(versions(uli, versioned, "x")) == 3


def test_a_deleted_object_comes_back_without_its_marker(
    uli: httpx.Client, versioned: Place
) -> None:
    put(uli, versioned, "x", b"one")
    uli.delete(f"{versioned.url}/object?key=x")
    marker = versions(uli, versioned, "x")[0]

    named = {"key": "x", "version_id": str(marker["version_id"])}
    removed = uli.delete(f"{versioned.url}/object", params=named)

    assert marker["is_delete_marker"] is True
    assert removed.status_code == 204
    assert content(uli, versioned, "x") == b"one"


def test_a_purged_version_is_gone_for_good(uli: httpx.Client, versioned: Place) -> None:
    first = put(uli, versioned, "x", b"one")
    put(uli, versioned, "x", b"two")

    purged = uli.delete(f"{versioned.url}/object", params={"key": "x", "version_id": first})

    assert purged.status_code == 204
    assert [one["version_id"] for one in versions(uli, versioned, "x")] != [first]
    assert len(versions(uli, versioned, "x")) == 1


def delete(
    dashboard: Dashboard, actor: Actor, place: Place, key: str, version_id: str
) -> StowageError | None:
    writing = dashboard.services.objects.writing
    ref = ObjectRef(key, version_id)
    try:
        dashboard.run(writing.delete(actor, BucketPlace(BACKEND, place.bucket), ref))
    except StowageError as error:
        return error
    return None


def test_who_may_delete_takes_markers_away_and_purges_nothing(
    dashboard: Dashboard, uli: httpx.Client, versioned: Place
) -> None:
    version = put(uli, versioned, "x", b"one")
    uli.delete(f"{versioned.url}/object?key=x")
    marker = str(versions(uli, versioned, "x")[0]["version_id"])
    deleter = user_with({f"{BACKEND}/{versioned.bucket}": ["list", "read", "delete"]})
    writer = user_with({f"{BACKEND}/{versioned.bucket}": ["list", "read", "write"]})

    purge = delete(dashboard, deleter, versioned, "x", version)
    others = delete(dashboard, writer, versioned, "x", marker)
    removed = delete(dashboard, deleter, versioned, "x", marker)

    assert purge is not None
    assert (purge.code, purge.reason) == ("forbidden", "grant.missing")
    assert others is not None
    assert others.code == "forbidden"
    assert removed is None
    assert content(uli, versioned, "x") == b"one"


def test_versions_below_a_prefix_are_listed_page_by_page(
    uli: httpx.Client, versioned: Place
) -> None:
    for key in ("a/1", "a/2", "b/1"):
        put(uli, versioned, key, b"one")
        put(uli, versioned, key, b"two")
    uli.delete(f"{versioned.url}/object?key=a/1")

    page = uli.get(f"{versioned.url}/versions", params={"prefix": "a/"}).json()
    first = uli.get(f"{versioned.url}/versions", params={"prefix": "a/", "max_keys": 2}).json()
    folders = uli.get(f"{versioned.url}/versions", params={"delimiter": "/"}).json()

    assert sorted({one["key"] for one in page["versions"]}) == ["a/1", "a/2"]
    assert len(page["versions"]) == 5
    assert [one for one in page["versions"] if one.get("is_delete_marker")] != []
    assert (page["is_truncated"], page["next_token"]) == (False, "")
    assert first["is_truncated"] is True
    assert folders["common_prefixes"] == ["a/", "b/"]
    assert uli.get(f"{versioned.url}/versions?token=x").json()["error"]["code"] == "bad_request"


def test_metadata_is_replaced_and_everything_else_stays(uli: httpx.Client, place: Place) -> None:
    uli.post(
        f"{place.url}/object",
        data={"key": "x", "content_type": "text/x-special"},
        files={"file": ("x", b"hello")},
    )
    uli.put(f"{place.url}/object/tags?key=x", json={"tags": {"a": "b"}})
    url = f"{place.url}/object/metadata?key=x"

    set_to = uli.put(url, json={"metadata": {"colour": "blue"}})
    cleared = uli.put(url, json={"metadata": {}})
    refused = uli.put(url, json={"metadata": {"a\nb": "x"}})

    assert set_to.status_code == 200
    assert set_to.json()["metadata"] == {"colour": "blue"}
    assert (set_to.json()["size"], set_to.json()["content_type"]) == (5, "text/x-special")
    assert "metadata" not in cleared.json()
    assert uli.get(f"{place.url}/object/tags?key=x").json() == {"tags": {"a": "b"}}
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "invalid_metadata")
    missing = uli.put(f"{place.url}/object/metadata?key=nope", json={})
    assert (missing.status_code, missing.json()["error"]["code"]) == (404, "not_found")


def test_headers_are_replaced_only_of_the_object_that_was_looked_at(
    uli: httpx.Client, place: Place
) -> None:
    uli.post(f"{place.url}/object", data={"key": "x"}, files={"file": ("x", b"hello")})
    uli.put(f"{place.url}/object/tags?key=x", json={"tags": {"a": "b"}})
    etag = uli.get(f"{place.url}/object/info?key=x").json()["etag"]
    url = f"{place.url}/object/metadata?key=x"
    wanted = {
        "content_type": "text/markdown",
        "cache_control": "max-age=60",
        "content_disposition": 'attachment; filename="y.md"',
        "content_encoding": "",
        "content_language": "de",
    }

    changed = uli.put(
        url, json={"metadata": {"a": "1"}, "headers": wanted}, headers={"If-Match": etag}
    )
    kept = uli.put(url, json={"metadata": {"a": "2"}})
    removed = uli.put(url, json={"metadata": {"a": "2"}, "headers": {"content_type": "text/plain"}})
    other = uli.put(url, json={"headers": wanted}, headers={"If-Match": '"another"'})
    split = uli.put(url, json={"headers": wanted | {"cache_control": "a\r\nx-evil: 1"}})

    given = {name: value for name, value in wanted.items() if value}
    assert changed.status_code == 200, changed.text
    assert given.items() <= changed.json().items()
    assert given.items() <= kept.json().items()
    assert kept.json()["metadata"] == {"a": "2"}
    assert not {"cache_control", "content_language"} & removed.json().keys()
    assert removed.json()["content_type"] == "text/plain"
    assert (other.status_code, other.json()["error"]["code"]) == (412, "precondition_failed")
    assert (split.status_code, split.json()["error"]["code"]) == (400, "invalid_metadata")
    assert uli.get(f"{place.url}/object/tags?key=x").json() == {"tags": {"a": "b"}}
