"""
Requests like one before: recognised where nothing differs, answered as the whole way answers.
"""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from msgspec.structs import asdict

from app.snapshot.values import Snapshot
from proxy.core import mismatch, plain, twin
from proxy.core.decision import Forward, Refuse
from proxy.core.head import MAX_FIELDS
from proxy.core.lanes import KNOWN
from support.cores import by_both, using
from support.decisions import PHOTOS, ask, credential, refused, snapshot
from support.missing import missing_part
from support.signing import ACCESS_KEY, EMPTY, NOW, Client

CLIENT = Client(unsigned={"user-agent": "sdk/1", "connection": "keep-alive"})
WORLD = snapshot(credential("readwrite"))
BODY_SHA256 = "3608bca1e44ea6c4d268eb6db02260269892c0b42b86bbf1e77a6fa16c3c9282"
PUT = {"content-length": "1"}


KNOWN_PARTS = 7
"""Of so many parts is what the twin says of a request like one before."""


@pytest.fixture(autouse=True)
def _compiled() -> Iterator[None]:
    if not twin.is_built:
        missing_part("the compiled core was not built: make install, with a C compiler")
    with using(twin.COMPILED):
        yield


def is_known(data: bytes, world: Snapshot = WORLD) -> bool:
    found = twin.recognise(data, KNOWN.under(world), MAX_FIELDS)
    return found is not None and len(found) == KNOWN_PARTS


def both_say(data: bytes, world: Snapshot, **rest: float) -> tuple[object, object]:
    python, compiled = by_both(lambda: ask(data, world, **rest))  # type: ignore[arg-type]  # now
    assert type(python) is type(compiled)
    if isinstance(python, Refuse) and isinstance(compiled, Refuse):
        return (python.error.reason, python.audited), (compiled.error.reason, compiled.audited)
    return asdict(python), asdict(compiled)


@pytest.mark.parametrize(
    ("method", "query", "fields", "payload"),
    [
        ("GET", "", {"x-amz-checksum-mode": "ENABLED", "range": "bytes=0-9"}, EMPTY),
        ("GET", "?x-id=GetObject", {}, "UNSIGNED-PAYLOAD"),
        ("HEAD", "", {"if-match": '"e"'}, EMPTY),
        ("PUT", "?x-id=PutObject", PUT | {"content-type": "text/plain"}, BODY_SHA256),
        ("PUT", "", {"content-length": "0"}, EMPTY),
        ("DELETE", "", {}, EMPTY),
    ],
)
def test_the_next_one_is_known_and_forwarded_as_if_it_were_not(
    method: str, query: str, fields: dict[str, str], payload: str
) -> None:
    first = CLIENT.head(method, f"/photos/one{query}", fields, payload=payload)
    next_one = CLIENT.head(method, f"/photos/a/b-c_d~.e..f{query}", fields, payload=payload)
    assert isinstance(ask(first, WORLD), Forward)

    assert is_known(next_one)
    python, compiled = both_say(next_one, WORLD)

    assert compiled == python


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE"])
@pytest.mark.parametrize("query", ["", "?x-id=Any"])
def test_the_next_url_is_known_too(method: str, query: str) -> None:
    fields = {"content-length": "5"} if method == "PUT" else {}
    first = CLIENT.presigned(method, f"/photos/one{query}", fields)
    later = replace(CLIENT, now=NOW - 30).presigned(method, f"/photos/a/two{query}", fields)
    assert isinstance(ask(first, WORLD), Forward)

    assert is_known(later)
    python, compiled = both_say(later, WORLD)

    assert compiled == python


@pytest.mark.parametrize(
    "data",
    [
        CLIENT.presigned("GET", "/photos/two", expires=60),
        CLIENT.presigned("GET", "/photos/two?versionId=1"),
        CLIENT.presigned("GET", "/photos/two?response-content-type=a%2Fb"),
        CLIENT.presigned("GET", "/photos/two?X-Amz-Security-Token=t"),
        CLIENT.presigned("GET", "/photos/two").replace(b"%2F", b"%2f"),
        CLIENT.presigned("GET", "/photos/two").replace(b"%2F", b"/"),
        CLIENT.presigned("GET", "/photos/two").replace(b"X-Amz-Date=", b"X-Amz-Date=&X-Amz-Date="),
        CLIENT.presigned("GET", "/photos/two").replace(b" HTTP", b"& HTTP"),
        CLIENT.presigned("GET", "/photos/two").replace(b" HTTP", b"&a HTTP"),
        CLIENT.presigned("GET", "/photos/two").replace(b" HTTP", b"%4 HTTP"),
        CLIENT.presigned("GET", "/photos/two").replace(b"/two", b"/three"),
        CLIENT.presigned("GET", "/photos/two", {"x-amz-content-sha256": "UNSIGNED-PAYLOAD"}),
        replace(CLIENT, secret_key="another").presigned("GET", "/photos/two"),
    ],
)
def test_a_url_that_differs_goes_the_whole_way(data: bytes) -> None:
    assert isinstance(ask(CLIENT.presigned("GET", "/photos/one"), WORLD), Forward)

    assert not is_known(data)
    python, compiled = both_say(data, WORLD)

    assert compiled == python


@pytest.mark.parametrize(
    ("late", "reason"), [(3601, "s3.presign_expired"), (-901, "s3.presign_early"), (3600, None)]
)
def test_a_known_url_is_good_for_its_own_time(late: int, reason: str | None) -> None:
    data = CLIENT.presigned("GET", "/photos/one")
    ask(data, WORLD)

    answer = ask(data, WORLD, now=NOW + late)

    assert (answer.error.reason if isinstance(answer, Refuse) else None) == reason


def test_a_hash_and_a_length_of_ones_own_are_not_taken_from_the_request_before() -> None:
    ask(CLIENT.head("PUT", "/photos/one", PUT, payload=BODY_SHA256), WORLD)

    data = CLIENT.head("PUT", "/photos/two", {"content-length": "2"}, payload="UNSIGNED-PAYLOAD")

    assert is_known(data)
    python, compiled = both_say(data, WORLD)
    assert compiled == python


@pytest.mark.parametrize(
    "data",
    [
        CLIENT.head("GET", "/photos/a/../b"),
        CLIENT.head("GET", "/photos/.."),
        CLIENT.head("GET", "/photos/a%20b"),
        CLIENT.head("GET", "/photos/" + "k" * 1025),
        CLIENT.head("GET", "/photos"),
        CLIENT.head("GET", "/photos/"),
        CLIENT.head("GET", "/logs/key"),
        CLIENT.head("HEAD", "/photos/key"),
        CLIENT.head("GET", "/photos/key?versionId=1"),
        CLIENT.head("GET", "/photos/key", {"x-amz-acl": "private"}),
        CLIENT.head("GET", "/photos/key", payload="UNSIGNED-PAYLOAD"),
        Client(unsigned={"user-agent": "sdk/1", "connection": "close"}).head("GET", "/photos/key"),
        replace(CLIENT, secret_key="another").head("GET", "/photos/key"),
        replace(CLIENT, host="photos.s3.example.com").head("GET", "/photos/key"),
        CLIENT.head("GET", "/photos/key").replace(b"sdk/1", b"sdk/1\x00"),
        CLIENT.head("GET", "/photos/key").replace(b"\r\nuser", b"\r\nUser-Agent: b\r\nuser"),
    ],
)  # fmt: skip
def test_whatever_differs_goes_the_whole_way(data: bytes) -> None:
    assert isinstance(ask(CLIENT.head("GET", "/photos/one"), WORLD), Forward)

    assert not is_known(data)
    python, compiled = both_say(data, WORLD)

    assert compiled == python


@pytest.mark.parametrize("late", [-901, 901, 86400])
def test_a_known_request_of_another_moment_is_refused(late: int) -> None:
    data = CLIENT.head("GET", "/photos/one")
    ask(data, WORLD)

    answer = ask(data, WORLD, now=NOW + late)

    assert isinstance(answer, Refuse)
    assert answer.error.reason == "s3.time_skewed"


def test_what_one_snapshot_allowed_another_one_does_not_know() -> None:
    data = CLIENT.head("GET", "/photos/one")
    ask(data, WORLD)

    answer = ask(data, replace(WORLD, credentials={}))

    assert isinstance(answer, Refuse)
    assert answer.error.reason == "credential.unknown"


@pytest.mark.parametrize(
    "entry",
    [
        credential("readwrite", ("east", "photos-real", "photos/")),
        credential("append-only"),
        credential("readwrite", cidrs=("10.0.0.0/8", "192.0.2.0/24")),
        credential("readwrite", expires_at=NOW + 60),
        credential("readwrite", not_before=NOW - 60),
    ],
)
def test_a_credential_with_terms_is_looked_at_each_time(entry: object) -> None:
    world = replace(WORLD, credentials={ACCESS_KEY: entry})
    data = CLIENT.head("PUT", "/photos/photos/one", PUT, payload=BODY_SHA256)

    assert isinstance(ask(data, world), Forward)

    assert not is_known(data, world)


def test_a_form_that_nobody_has_used_is_known_to_nobody() -> None:
    world = replace(WORLD, revision=2)
    data = CLIENT.head("GET", "/photos/one")

    assert not is_known(data, world)
    assert world.credentials[ACCESS_KEY].buckets["photos"] == PHOTOS


class OfAnotherDay(Client):
    """
    A client whose credential says one day and whose moment is of the next.
    """

    @property
    def scope(self) -> str:
        return replace(CLIENT, now=NOW).scope


@pytest.mark.parametrize(
    ("data", "now", "expected"),
    [
        (
            OfAnotherDay(unsigned=CLIENT.unsigned, now=NOW + 86400).head(
                "PUT", "/photos/two", PUT, payload=BODY_SHA256
            ),
            NOW + 86400,
            "s3.authorization_malformed",
        ),
        (
            CLIENT.head("PUT", "/photos/two", {"content-length": "9999999999"}, payload="0" * 64),
            NOW,
            "body.limit",
        ),
        (
            CLIENT.head("PUT", "/photos/two", PUT, payload="no hash"),
            NOW,
            "s3.argument_invalid",
        ),
    ],
    ids=["day", "length", "hash"],
)
def test_a_value_that_cannot_be_is_refused_by_the_whole_way(
    data: bytes, now: float, expected: str
) -> None:
    ask(CLIENT.head("PUT", "/photos/one", PUT, payload=BODY_SHA256), WORLD)
    assert is_known(data)

    python, compiled = both_say(data, WORLD, now=now)

    assert compiled == python
    assert python[0] == expected  # type: ignore[index]  a refusal's reason and its record


def test_a_wrong_signature_is_made_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(ask(CLIENT.head("GET", "/photos/a"), WORLD), Forward)
    forger = Client(secret_key="wrong", unsigned=CLIENT.unsigned)
    spoilt = forger.head("GET", "/photos/b")
    monkeypatch.setattr(mismatch, "EXPLAINED_PER_SECOND", 0)
    made: list[object] = []
    monkeypatch.setattr(twin, "sign_plainly", made.append)

    answer = refused(spoilt, WORLD)

    assert (answer.error.reason, made) == ("signature.mismatch", [])
    assert answer.audited.access_key == ACCESS_KEY


def test_python_recognises_nothing_and_leaves_every_query_to_its_reader() -> None:
    assert plain.split_query(b"X-Amz-Signature=0") is None
