import hashlib
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.snapshot.values import ProxySettings
from support.polling import wait_until
from support.s3_proxy import (
    FULL,
    RunningProxy,
    make_credential,
    make_route,
    make_snapshot,
    running_proxy,
)
from support.s3_raw import connected, signed_head

OWN = "tenant-one"
MIB = 1024 * 1024


@pytest.fixture(scope="module")
def impatient(seaweedfs: Any, direct: Any) -> Iterator[RunningProxy]:
    """
    A proxy that waits less than a second for anything a client should do.
    """
    assert direct is not None
    route = make_route(
        seaweedfs.endpoint, access_key=seaweedfs.access_key, secret_key=seaweedfs.secret_key
    )
    settings = ProxySettings(
        head_timeout=0.5, idle_timeout=0.75, max_head_bytes=4096, max_connections=4
    )
    tenant = make_credential("AKTENANT", {OWN: FULL})
    with running_proxy(make_snapshot(route, tenant, settings=settings)) as running:
        yield running


def test_connection_serves_one_request_after_another(proxy: RunningProxy, key: str) -> None:
    path = f"/{OWN}/{hashlib.md5(key.encode()).hexdigest()}"  # noqa: S324  a name, not a secret
    with connected(proxy.port) as connection:
        for number in range(3):
            body = b"%d" % number * 1000
            connection.send(signed_head(proxy.port, "PUT", path, body=body), body)
            assert connection.read_response().status == 200
            connection.send(signed_head(proxy.port, "GET", path))
            assert connection.read_response().body == body
            connection.send(signed_head(proxy.port, "HEAD", path))
            head = connection.read_response(is_head=True)
            assert head.headers["content-length"] == "1000"
        connection.send(signed_head(proxy.port, "GET", path + "-missing"))
        assert connection.read_response().status == 404
        connection.send(signed_head(proxy.port, "GET", path))
        assert connection.read_response().status == 200


def test_pipelined_requests_are_answered_in_order(proxy: RunningProxy) -> None:
    port = proxy.port
    bodies = [os.urandom(10 + number * 20_000) for number in range(5)]
    wire = b""
    for number, body in enumerate(bodies):
        path = f"/{OWN}/pipelined-{number}"
        wire += signed_head(port, "PUT", path, body=body) + body + signed_head(port, "GET", path)
        wire += signed_head(port, "GET", path, secret_key="wrong")
    with connected(port) as connection:
        sender = threading.Thread(target=connection.send, args=(wire,))
        sender.start()

        for body in bodies:
            assert connection.read_response().status == 200
            assert connection.read_response().body == body
            assert connection.read_response().status == 403
        sender.join()


def test_hundreds_of_pipelined_refusals_are_all_answered(proxy: RunningProxy) -> None:
    with connected(proxy.port) as connection:
        connection.send(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" * 300)

        assert {connection.read_response().status for _ in range(300)} == {403}


def test_client_that_stops_sending_gets_all_its_answers(proxy: RunningProxy) -> None:
    head = signed_head(proxy.port, "GET", f"/{OWN}/nothing-here")
    with connected(proxy.port) as connection:
        connection.send(head + head + b"GET /_stowage/healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        connection.sock.shutdown(1)

        assert [connection.read_response().status for _ in range(3)] == [404, 404, 200]
        assert connection.is_closed()


def test_slow_sender_is_served(proxy: RunningProxy) -> None:
    body = os.urandom(2000)
    head = signed_head(proxy.port, "PUT", f"/{OWN}/slow", body=body)
    with connected(proxy.port) as connection:
        for at in range(0, len(head), 50):
            connection.send(head[at : at + 50])
        for at in range(0, len(body), 100):
            connection.send(body[at : at + 100])

        assert connection.read_response().status == 200
        connection.send(signed_head(proxy.port, "GET", f"/{OWN}/slow"))
        assert connection.read_response().body == body


def test_cut_upload_leaves_the_old_object(proxy: RunningProxy, direct: Any) -> None:
    direct.put_object(Bucket=OWN, Key="cut", Body=b"old")
    body = os.urandom(4 * MIB)
    with connected(proxy.port) as connection:
        connection.send(signed_head(proxy.port, "PUT", f"/{OWN}/cut", body=body), body[: 3 * MIB])

    wait_until(lambda: any(e.object_key == "cut" for e in proxy.events), what="the audit row")
    event = next(event for event in proxy.events if event.object_key == "cut")
    assert (event.status, event.detail["http_status"]) == ("error", 499)
    assert direct.get_object(Bucket=OWN, Key="cut")["Body"].read() == b"old"


def test_changed_body_is_refused_and_not_stored(proxy: RunningProxy, direct: Any) -> None:
    direct.put_object(Bucket=OWN, Key="flipped", Body=b"old")
    body = os.urandom(MIB)
    changed = body[:500_000] + bytes([body[500_000] ^ 1]) + body[500_001:]
    with connected(proxy.port) as connection:
        connection.send(signed_head(proxy.port, "PUT", f"/{OWN}/flipped", body=body), changed)

        answer = connection.read_response()

    assert answer.status == 400
    assert b"<Code>XAmzContentSHA256Mismatch</Code>" in answer.body
    assert direct.get_object(Bucket=OWN, Key="flipped")["Body"].read() == b"old"


def test_body_is_asked_for_only_after_authorisation(proxy: RunningProxy) -> None:
    port, body = proxy.port, b"x" * 100_000
    expect = {"Expect": "100-continue"}
    with connected(port) as connection:
        connection.send(
            signed_head(port, "PUT", f"/{OWN}/e", body=body, secret_key="no", unsigned=expect)
        )
        refused = connection.read_response()
        assert refused.status == 403
        assert refused.headers["connection"] == "close"
    with connected(port) as connection:
        connection.send(signed_head(port, "PUT", f"/{OWN}/e", body=body, unsigned=expect))
        assert connection.read_response().status == 100
        connection.send(body)
        assert connection.read_response().status == 200


def test_empty_body_is_asked_for_as_well(proxy: RunningProxy) -> None:
    """
    boto3 before 1.36 takes an answer without 100 as that of its next request too, and hangs.
    """
    waiting = {"Expect": "100-continue"}
    with connected(proxy.port) as client:
        client.send(signed_head(proxy.port, "PUT", f"/{OWN}/empty", unsigned=waiting))
        assert client.read_head()[0] == 100
        assert client.read_response().status == 200

        client.send(signed_head(proxy.port, "PUT", "/foreign/key", unsigned=waiting))
        answer = client.read_response()
        assert (answer.status, answer.headers["connection"]) == (403, "close")
        assert client.is_closed()


def test_refusal_reaches_a_client_that_sends_on(proxy: RunningProxy) -> None:
    body = b"x" * 200_000
    head = signed_head(proxy.port, "PUT", f"/{OWN}/refused", body=body, secret_key="wrong")
    with connected(proxy.port) as connection:
        connection.send(head)
        answer = connection.read_response()
        connection.send(body)

        assert answer.status == 403
        connection.sock.shutdown(1)
        assert connection.is_closed()


def test_unread_body_of_a_refusal_is_not_taken_for_a_request(proxy: RunningProxy) -> None:
    smuggled = signed_head(proxy.port, "GET", f"/{OWN}/slow")
    head = signed_head(proxy.port, "PUT", f"/{OWN}/x", body=smuggled, secret_key="wrong")
    with connected(proxy.port) as connection:
        connection.send(head)
        assert connection.read_response().status == 403
        connection.send(smuggled)
        connection.sock.shutdown(1)

        assert connection.is_closed()


@pytest.mark.parametrize(
    "garbage",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET / HTTP/1.1\nHost: x\n\n\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost : x\r\n\r\n",
    ],
)
def test_garbage_is_refused_and_the_connection_closed(proxy: RunningProxy, garbage: bytes) -> None:
    with connected(proxy.port) as connection:
        connection.send(garbage)

        answer = connection.read_response()

        assert answer.status == 400
        assert answer.headers["connection"] == "close"
        assert connection.is_closed()


def test_http_10_client_gets_its_answer_and_the_end(proxy: RunningProxy) -> None:
    with connected(proxy.port) as connection:
        connection.send(b"GET /_stowage/healthz HTTP/1.0\r\nHost: x\r\n\r\n")

        assert connection.read_response().body == b"ok\n"
        assert connection.is_closed()


def test_head_that_does_not_end_is_timed_out(impatient: RunningProxy) -> None:
    with connected(impatient.port) as connection:
        connection.send(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ")

        answer = connection.read_response()

        assert b"<Code>RequestTimeout</Code>" in answer.body
        assert connection.is_closed()


def test_silent_connection_is_closed(impatient: RunningProxy) -> None:
    with connected(impatient.port) as connection:
        assert connection.is_closed()


def test_body_that_does_not_go_on_is_timed_out(impatient: RunningProxy, direct: Any) -> None:
    direct.put_object(Bucket=OWN, Key="stalled", Body=b"old")
    body = b"x" * MIB
    with connected(impatient.port) as connection:
        head = signed_head(impatient.port, "PUT", f"/{OWN}/stalled", body=body)
        connection.send(head, body[:500_000])

        answer = connection.read_response()

        assert b"<Code>RequestTimeout</Code>" in answer.body
        assert connection.is_closed()
    assert direct.get_object(Bucket=OWN, Key="stalled")["Body"].read() == b"old"


def test_transfer_longer_than_every_timeout_is_finished(impatient: RunningProxy) -> None:
    body = os.urandom(30)
    with connected(impatient.port) as connection:
        connection.send(signed_head(impatient.port, "PUT", f"/{OWN}/long", body=body))
        started = time.monotonic()
        for at in range(len(body)):
            connection.send(body[at : at + 1])
            wait_until(lambda at=at: time.monotonic() - started > at * 0.1)  # type: ignore[misc]  bound per turn

        assert connection.read_response().status == 200


def test_too_large_a_head_is_refused(impatient: RunningProxy) -> None:
    with connected(impatient.port) as connection:
        connection.send(b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 5000)

        assert b"<Code>RequestHeaderSectionTooLarge</Code>" in connection.read_response().body


def test_clients_beyond_the_limit_are_told_to_come_back(impatient: RunningProxy) -> None:
    port = impatient.port
    with connected(port) as a, connected(port) as b, connected(port) as c, connected(port) as d:
        for connection in (a, b, c, d):
            connection.send(b"GET /_stowage/healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            assert connection.read_response().status == 200
        with connected(port) as fifth:
            answer = fifth.read_response()

            assert answer.status == 503
            assert answer.headers["retry-after"] == "1"


def memory(proxy: RunningProxy) -> int:
    """
    Return the bytes of memory that the workers use together.
    """
    total = 0
    for worker in proxy.fleet.workers:
        total += int(Path(f"/proc/{worker.pid}/statm").read_text().split()[1]) * 4096
    return total


def test_stalled_readers_cost_no_memory(proxy: RunningProxy, direct: Any) -> None:
    direct.put_object(Bucket=OWN, Key="large", Body=os.urandom(64 * MIB))
    before = memory(proxy)
    head = signed_head(proxy.port, "GET", f"/{OWN}/large")
    connections = [connected(proxy.port) for _ in range(8)]
    opened = [connection.__enter__() for connection in connections]
    try:
        for connection in opened:
            connection.send(head)
            assert connection.read_head()[0] == 200
        wait_until(lambda: is_quiet(proxy), what="the relays stand still")

        assert memory(proxy) - before < 8 * 2 * MIB
        assert len(opened[0].read_exactly(64 * MIB)) == 64 * MIB
    finally:
        for connection in connections:
            connection.__exit__(None, None, None)


def is_quiet(proxy: RunningProxy) -> bool:
    """
    Tell whether the workers use no processor for a moment.
    """

    def ticks() -> int:
        total = 0
        for worker in proxy.fleet.workers:
            fields = Path(f"/proc/{worker.pid}/stat").read_text().rpartition(")")[2].split()
            total += int(fields[11]) + int(fields[12])
        return total

    before = ticks()
    threading.Event().wait(0.2)
    return ticks() - before <= 1
