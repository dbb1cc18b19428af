import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from app.snapshot.values import ProxySettings
from app.snapshot.wire import DeltaMessage
from support.fake_upstream import (
    Conversation,
    FakeUpstream,
    Script,
    answer_all,
    running_fake_upstream,
)
from support.polling import wait_until
from support.s3_proxy import (
    FULL,
    RunningProxy,
    make_credential,
    make_route,
    make_snapshot,
    running_proxy,
)
from support.s3_raw import RawConnection, Response, connected, signed_head

BUCKET = "bucket"
PATH = "/bucket/key"
MIB = 1024 * 1024
SETTINGS = ProxySettings(
    connect_timeout=0.75, response_timeout=0.75, idle_timeout=1.0, pool_wait_timeout=0.75
)


@pytest.fixture(scope="module")
def bench() -> Iterator[RunningProxy]:
    """
    One impatient proxy; each test brings an upstream with a script of its own.
    """
    nowhere = make_route("http://127.0.0.1:9")
    tenant = make_credential("AKTENANT", {BUCKET: FULL})
    with running_proxy(make_snapshot(nowhere, tenant, settings=SETTINGS)) as proxy:
        yield proxy


@contextmanager
def scripted(proxy: RunningProxy, script: Script) -> Iterator[tuple[RawConnection, FakeUpstream]]:
    """
    Put an upstream that follows a script behind the proxy; give a client's connection.
    """
    with running_fake_upstream(script) as upstream:
        endpoint = f"http://127.0.0.1:{upstream.port}"
        route = make_route(endpoint, capabilities=frozenset({"chunked_upload"}))
        proxy.publish(DeltaMessage(2, backends={route.id: route}))
        proxy.inspect()  # answered in order: the worker has taken the route
        with connected(proxy.port) as connection:
            yield connection, upstream


def get(connection: RawConnection, port: int) -> Response:
    connection.send(signed_head(port, "GET", PATH))
    return connection.read_response()


def put(connection: RawConnection, port: int, body: bytes = b"x" * 1000) -> Response:
    connection.send(signed_head(port, "PUT", PATH, body=body), body)
    return connection.read_response()


def test_connection_to_the_backend_is_kept(bench: RunningProxy) -> None:
    with scripted(bench, answer_all) as (connection, upstream):
        for _ in range(5):
            assert get(connection, bench.port).status == 200

        assert upstream.connections == 1


def test_request_on_a_stale_connection_is_repeated_once(bench: RunningProxy) -> None:
    def script(conversation: Conversation) -> None:
        conversation.read_head()
        conversation.answer(b"%d" % conversation.number)
        if conversation.number == 1:
            conversation.read_head()
            conversation.reset()
        else:
            answer_all(conversation)

    with scripted(bench, script) as (connection, upstream):
        assert get(connection, bench.port).body == b"1"
        assert get(connection, bench.port).body == b"2"
        assert upstream.connections == 2


def test_upload_on_a_stale_connection_is_not_repeated(bench: RunningProxy) -> None:
    def script(conversation: Conversation) -> None:
        conversation.read_head()
        conversation.answer(b"%d" % conversation.number)
        conversation.read_head()
        conversation.reset()

    with scripted(bench, script) as (connection, upstream):
        assert get(connection, bench.port).status == 200
        answer = put(connection, bench.port)

        assert answer.status == 503
        assert b"<Code>ServiceUnavailable</Code>" in answer.body
        assert b"<Reason>backend.transient</Reason>" in answer.body
        assert upstream.connections == 1


def test_upload_looks_at_an_idle_connection_before_it_uses_it(bench: RunningProxy) -> None:
    def script(conversation: Conversation) -> None:
        head = conversation.read_head()
        if head.startswith(b"GET"):
            conversation.answer()
            return
        assert conversation.read_body(1000) == b"x" * 1000
        conversation.answer()

    with scripted(bench, script) as (connection, upstream):
        assert get(connection, bench.port).status == 200
        assert put(connection, bench.port).status == 200
        assert upstream.connections == 2


def test_reset_of_a_fresh_connection_is_not_repeated(bench: RunningProxy) -> None:
    def script(conversation: Conversation) -> None:
        conversation.read_head()
        conversation.reset()

    with scripted(bench, script) as (connection, upstream):
        assert get(connection, bench.port).status == 503
        assert upstream.connections == 1


def test_silent_backend_is_given_up(bench: RunningProxy) -> None:
    def script(conversation: Conversation) -> None:
        conversation.read_head()
        conversation.upstream.released.wait(10)

    with scripted(bench, script) as (connection, _):
        answer = get(connection, bench.port)

        assert answer.status == 503
        assert answer.headers["x-error-reason"] == "backend.timeout"
        assert answer.headers["retry-after"] == "1"


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
        b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        b"X: a\nInjected: b\r\nContent-Length: 0\r\n\r\n",
        b"X: " + b"a" * 70_000 + b"\r\nContent-Length: 0\r\n\r\n",
    ],
    ids=["two-lengths", "length-and-chunks", "coding", "bare-lf", "huge"],
)
def test_ambiguous_answer_is_refused(bench: RunningProxy, head: bytes) -> None:
    def script(conversation: Conversation) -> None:
        conversation.read_head()
        conversation.send(b"HTTP/1.1 200 OK\r\n" + head)

    with scripted(bench, script) as (connection, _):
        answer = get(connection, bench.port)

        assert answer.status == 503
        assert b"hello" not in answer.body


def test_half_a_body_resets_the_client(bench: RunningProxy) -> None:
    def script(conversation: Conversation) -> None:
        conversation.read_head()
        conversation.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + b"x" * 500)

    with scripted(bench, script) as (connection, _):
        connection.send(signed_head(bench.port, "GET", PATH))
        assert connection.read_head()[0] == 200

        with pytest.raises(ConnectionResetError):
            connection.read_exactly(1000)


def test_half_of_the_chunks_resets_the_client(bench: RunningProxy) -> None:
    def script(conversation: Conversation) -> None:
        conversation.read_head()
        conversation.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")

    with scripted(bench, script) as (connection, _):
        connection.send(signed_head(bench.port, "GET", PATH))
        with pytest.raises(ConnectionResetError):
            connection.read_response()


def test_stall_in_the_body_resets_the_client(bench: RunningProxy) -> None:
    def script(conversation: Conversation) -> None:
        conversation.read_head()
        conversation.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + b"x" * 500)
        conversation.upstream.released.wait(10)

    with scripted(bench, script) as (connection, _):
        connection.send(signed_head(bench.port, "GET", PATH))
        with pytest.raises(ConnectionResetError):
            connection.read_response()


def test_bytes_beyond_the_body_reach_nobody(bench: RunningProxy) -> None:
    def script(conversation: Conversation) -> None:
        if conversation.number > 1:
            answer_all(conversation)
            return
        conversation.read_head()
        conversation.send(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhelloHTTP/1.1 200 OK\r\n")
        conversation.send(b"Content-Length: 6\r\n\r\npoison")

    with scripted(bench, script) as (connection, upstream):
        assert get(connection, bench.port).body == b"hello"
        assert get(connection, bench.port).body.startswith(b"GET ")
        assert upstream.connections == 2


def test_answer_that_nobody_asked_for_closes_the_connection(bench: RunningProxy) -> None:
    poisoned = threading.Event()

    def script(conversation: Conversation) -> None:
        if conversation.number > 1:
            answer_all(conversation)
            return
        conversation.read_head()
        conversation.answer(b"first")
        conversation.answer(b"poison")
        poisoned.set()

    with scripted(bench, script) as (connection, upstream):
        assert get(connection, bench.port).body == b"first"
        poisoned.wait(5)
        assert get(connection, bench.port).body.startswith(b"GET ")
        assert upstream.connections == 2


def test_early_answer_is_relayed_and_both_connections_close(bench: RunningProxy) -> None:
    ends: list[bool] = []

    def script(conversation: Conversation) -> None:
        conversation.read_head()
        body = b"<Error><Code>EntityTooLarge</Code><Message>No.</Message></Error>"
        conversation.answer(body, status="400 Bad Request")
        ends.append(conversation.read_to_end()[1])

    with scripted(bench, script) as (connection, _):
        body = b"x" * (4 * MIB)
        connection.send(signed_head(bench.port, "PUT", PATH, body=body), body[: 2 * MIB])

        answer = connection.read_response()

        assert answer.status == 400
        assert b"<Code>EntityTooLarge</Code>" in answer.body
        assert answer.headers["connection"] == "close"
        assert connection.is_closed()
        wait_until(lambda: ends)


def test_chunked_answer_is_framed_anew(bench: RunningProxy) -> None:
    def script(conversation: Conversation) -> None:
        conversation.read_head()
        conversation.send(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-A\r\n\r\n"
            b"5;ext=secret\r\nhello\r\n6\r\n world\r\n0\r\nX-A: leak\r\n\r\n"
        )
        answer_all(conversation)

    with scripted(bench, script) as (connection, upstream):
        answer = get(connection, bench.port)

        assert answer.body == b"hello world"
        assert "trailer" not in answer.headers
        assert get(connection, bench.port).status == 200
        assert upstream.connections == 1


def test_body_until_close_is_relayed_in_chunks(bench: RunningProxy) -> None:
    def script(conversation: Conversation) -> None:
        conversation.read_head()
        conversation.send(b"HTTP/1.0 200 OK\r\n\r\nold style")

    with scripted(bench, script) as (connection, _):
        assert get(connection, bench.port).body == b"old style"
        assert get(connection, bench.port).body == b"old style"


def test_informational_answers_are_skipped(bench: RunningProxy) -> None:
    def script(conversation: Conversation) -> None:
        conversation.read_head()
        conversation.send(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nA: b\r\n\r\n")
        conversation.answer(b"final")

    with scripted(bench, script) as (connection, _):
        assert get(connection, bench.port).body == b"final"


@pytest.mark.parametrize("code", ["InvalidAccessKeyId", "SignatureDoesNotMatch"])
def test_refusal_of_our_key_is_the_backends_failure(bench: RunningProxy, code: str) -> None:
    def script(conversation: Conversation) -> None:
        conversation.read_head()
        body = f"<Error><Code>{code}</Code><AWSAccessKeyId>upstream-key</AWSAccessKeyId></Error>"
        conversation.answer(body.encode(), status="403 Forbidden")

    with scripted(bench, script) as (connection, _):
        answer = get(connection, bench.port)

        assert answer.status == 503
        assert b"<Code>ServiceUnavailable</Code>" in answer.body
        assert b"<Reason>backend.auth_failed</Reason>" in answer.body
        assert b"upstream-key" not in answer.body


@pytest.mark.parametrize(
    ("code", "status", "reason"),
    [
        ("SignatureDoesNotMatch", 503, "backend.auth_failed"),
        ("AccessDenied", 403, "backend.permission"),
    ],
)
def test_refused_head_says_whose_key_was_refused(
    bench: RunningProxy, code: str, status: int, reason: str
) -> None:
    """
    A HEAD has no body to tell; the backend is asked something that has one.
    """

    def script(conversation: Conversation) -> None:
        while head := conversation.read_head():
            body = (
                b"" if head.startswith(b"HEAD") else f"<Error><Code>{code}</Code></Error>".encode()
            )
            conversation.answer(body, status="403 Forbidden")

    with scripted(bench, script) as (connection, upstream):
        for _ in range(2):
            connection.send(signed_head(bench.port, "HEAD", PATH))
            answer = connection.read_response(is_head=True)
            assert (answer.status, answer.headers["x-error-reason"]) == (status, reason)
        assert len(upstream.heads) == 4


def test_nothing_of_the_backend_shows(bench: RunningProxy) -> None:
    places: list[str] = []

    def script(conversation: Conversation) -> None:
        conversation.read_head()
        place = f"127.0.0.1:{conversation.upstream.port}"
        places.append(place)
        headers = (
            f"Location: http://{place}/bucket/key\r\nServer: Secret/1\r\nSet-Cookie: a=b\r\n"
            "Access-Control-Allow-Origin: *\r\nX-Amz-Request-Id: theirs\r\nx-amz-id-2: theirs\r\n"
            "Strict-Transport-Security: max-age=1\r\nAlt-Svc: h3\r\nConnection: X-Hop\r\n"
            "X-Hop: 1\r\nx-amz-meta-a: kept\r\n"
        )
        conversation.answer(b"<a/>", headers=headers)
        conversation.read_head()
        body = (
            f"<Error><Code>NoSuchKey</Code><Message>not on {place}</Message><Key>key</Key>"
            f"<Endpoint>{place}</Endpoint><HostId>{place}</HostId></Error>"
        )
        conversation.answer(body.encode(), status="404 Not Found", headers=headers)
        conversation.read_head()
        conversation.answer(f"<h1>{place}</h1>".encode(), status="404 Not Found", headers=headers)
        conversation.read_head()
        conversation.answer(b"", status="307 Temporary Redirect", headers=headers)

    with scripted(bench, script) as (connection, _):
        answers = [get(connection, bench.port) for _ in range(4)]

    assert [answer.status for answer in answers] == [200, 404, 404, 503]
    for answer in answers:
        everything = repr(answer.headers).encode() + answer.body
        for secret in (
            places[0].encode(),
            b"theirs",
            b"Secret",
            b"a=b",
            b"h3",
            b"max-age",
            b"x-hop",
        ):
            assert secret not in everything
    assert answers[0].headers["location"] == f"http://127.0.0.1:{bench.port}/bucket/key"
    assert answers[0].headers["x-amz-meta-a"] == "kept"
    assert b"<Key>key</Key>" in answers[1].body


def test_backend_hears_of_an_upload_only_with_its_first_bytes(bench: RunningProxy) -> None:
    def script(conversation: Conversation) -> None:
        conversation.read_head()
        conversation.read_body(100_000)
        conversation.answer()

    with scripted(bench, script) as (connection, upstream):
        body = os.urandom(100_000)
        port = bench.port
        connection.send(
            signed_head(port, "PUT", PATH, body=body, unsigned={"Expect": "100-continue"})
        )
        assert connection.read_response().status == 100
        assert upstream.connections == 0
        connection.send(body)
        assert connection.read_response().status == 200


@pytest.mark.parametrize("is_chunked", [False, True])
def test_cut_upload_never_ends_in_order_upstream(bench: RunningProxy, *, is_chunked: bool) -> None:
    seen: list[tuple[bytes, bool]] = []

    def script(conversation: Conversation) -> None:
        conversation.read_head()
        seen.append(conversation.read_to_end())

    with scripted(bench, script) as (connection, upstream):
        body = os.urandom(MIB)
        if is_chunked:
            head = signed_head(bench.port, "PUT", PATH, body=body, is_chunked=True)
            connection.send(head, b"80000\r\n" + body[:0x80000] + b"\r\n")
        else:
            head = signed_head(bench.port, "PUT", PATH, body=body)
            connection.send(head, body[: MIB // 2])
        wait_until(lambda: upstream.heads)
        connection.sock.close()
        wait_until(lambda: seen)
    data, _ = seen[0]
    assert len(data) < MIB
    assert not data.endswith(b"0\r\n\r\n")


def test_forged_body_is_cut_upstream(bench: RunningProxy) -> None:
    seen: list[bytes] = []

    def script(conversation: Conversation) -> None:
        conversation.read_head()
        seen.append(conversation.read_to_end()[0])

    with scripted(bench, script) as (connection, _):
        body = os.urandom(MIB)
        head = signed_head(bench.port, "PUT", PATH, body=body)
        connection.send(head, body[:-1] + bytes([body[-1] ^ 1]))

        assert connection.read_response().status == 400
        wait_until(lambda: seen)
    assert len(seen[0]) < MIB


def test_backend_that_does_not_read_stalls_its_client_only(bench: RunningProxy) -> None:
    def script(conversation: Conversation) -> None:
        conversation.read_head()
        conversation.upstream.released.wait(10)

    with scripted(bench, script) as (connection, _):
        body = b"x" * (32 * MIB)
        head = signed_head(bench.port, "PUT", PATH, body=body)
        answers: list[Response] = []
        reader = threading.Thread(target=lambda: answers.append(connection.read_response()))
        reader.start()
        with pytest.raises((ConnectionResetError, BrokenPipeError)):
            connection.send(head, body)
        reader.join(10)

    assert [answer.headers["x-error-reason"] for answer in answers] in ([], ["backend.timeout"])


def test_unreachable_backend_opens_its_breaker_and_no_other(bench: RunningProxy) -> None:
    with running_fake_upstream(answer_all) as gone:
        port = gone.port
    dead = make_route(f"http://127.0.0.1:{port}")
    with (
        running_proxy(
            make_snapshot(dead, make_credential("AKTENANT", {BUCKET: FULL}), settings=SETTINGS)
        ) as proxy,
        connected(proxy.port) as connection,
    ):
        reasons = [get(connection, proxy.port).headers["x-error-reason"] for _ in range(8)]

        assert reasons == ["backend.unreachable"] * 8
    with scripted(bench, answer_all) as (connection, _):
        assert get(connection, bench.port).status == 200
