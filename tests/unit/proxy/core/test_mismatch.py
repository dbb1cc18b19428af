from collections.abc import Callable
from dataclasses import replace

import pytest

from proxy.core.mismatch import EXPLAINED_PER_SECOND, UNKNOWN
from support.decisions import ask, credential, reason, refused, snapshot
from support.signing import NOW, SECRET_KEY, Client

HEADERS = {"range": "bytes=0-1"}


def changed(data: bytes, old: str, new: str) -> bytes:
    assert old.encode() in data
    return data.replace(old.encode(), new.encode(), 1)


def by_proxy(client: Client) -> bytes:
    data = client.head("GET", "/photos/key", {"x-forwarded-host": "files.example.org"})
    return changed(data, "host: files.example.org", "host: 127.0.0.1:8090")


SIGNED_OTHERWISE: dict[str, tuple[str, Callable[[Client], bytes]]] = {
    "a proxy that tells the host": (
        "signed as another",
        lambda client: by_proxy(replace(client, host="files.example.org")),
    ),
    "a proxy before the public address": (
        "signed as another",
        lambda client: changed(
            replace(client, host="public.example.org").head("GET", "/photos/key"),
            "host: public.example.org",
            "host: internal",
        ),
    ),
    "a port left out": (
        "another port",
        lambda client: changed(
            client.head("GET", "/photos/key"), "host: s3.example.com", "host: s3.example.com:443"
        ),
    ),
    "another method": (
        "another method",
        lambda client: changed(client.head("GET", "/photos/key"), "GET /", "HEAD /"),
    ),
    "another query": (
        "the query",
        lambda client: changed(
            client.head("GET", "/photos"), "GET /photos", "GET /photos?list-type=2"
        ),
    ),
    "a path escaped twice": (
        "the path",
        lambda client: client.head("GET", "/photos/a%20b", path="/photos/a%2520b"),
    ),
    "another payload": (
        "the payload",
        lambda client: changed(
            client.head("GET", "/photos/key", payload="UNSIGNED-PAYLOAD"),
            "x-amz-content-sha256: UNSIGNED-PAYLOAD",
            f"x-amz-content-sha256: {'0' * 64}",
        ),
    ),
    "another coding": (
        "Accept-Encoding",
        lambda client: changed(
            client.head("GET", "/photos/key", {"accept-encoding": "identity"}),
            "accept-encoding: identity",
            "accept-encoding: br",
        ),
    ),
    "another secret": (
        "check the secret key",
        lambda client: replace(client, secret_key="other").head("GET", "/photos/key"),
    ),
    "another header": (
        "check the secret key",
        lambda client: changed(client.head("GET", "/photos/key", HEADERS), "=0-1", "=0-2"),
    ),
}


@pytest.mark.parametrize(("words", "send"), SIGNED_OTHERWISE.values(), ids=SIGNED_OTHERWISE.keys())
def test_what_was_signed_otherwise_is_named(words: str, send: Callable[[Client], bytes]) -> None:
    world = snapshot()
    world = replace(
        world, settings=replace(world.settings, public_url="https://public.example.org")
    )

    error = refused(send(Client()), world).error

    assert error.reason == "signature.mismatch"
    assert words in error.message
    assert SECRET_KEY not in error.message


def test_nothing_is_told_of_a_key_that_does_not_exist() -> None:
    data = Client(access_key="AKNOBODY").head("GET", "/photos/key")

    error = refused(data, snapshot(credential())).error

    assert error.reason == "credential.unknown"
    assert not error.params
    assert ask(data) is not None


def test_a_flood_of_wrong_signatures_is_not_explained() -> None:
    world = snapshot()
    wrong = Client(secret_key="wrong").head("GET", "/photos/key")
    unknown = Client(access_key="AKNOBODY").head("GET", "/photos/key")
    moved = Client().head("GET", "/photos/key").replace(b"GET ", b"HEAD ", 1)

    for number in range(EXPLAINED_PER_SECOND):
        assert reason(wrong if number % 2 else unknown, world) in {
            "signature.mismatch",
            "credential.unknown",
        }

    assert refused(moved, world).error.params == {"difference": UNKNOWN}
    later = refused(moved, world, now=NOW + 1).error.params
    assert later == {"difference": "another method was signed"}
