"""
Backends that are slow, full, out of reach, or under another key than a moment ago.
"""

import asyncio
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from email.utils import formatdate
from functools import partial
from pathlib import Path

import httpx
import pytest

from app.errors.raised import StowageError
from app.snapshot.values import BucketTarget, ProxySettings
from app.snapshot.wire import DeltaMessage
from proxy.pool import MAX_CONNECTIONS, Pool
from proxy.sigv4.v2 import sign_v2
from proxy.timers import Deadlines
from proxy.upstream import UpstreamConnection
from support.fake_upstream import (
    Conversation,
    FakeUpstream,
    answer_all,
    running_fake_upstream,
)
from support.polling import wait_until, wait_until_async
from support.s3_proxy import (
    FULL,
    SECRET,
    RunningProxy,
    make_credential,
    make_route,
    make_snapshot,
    running_proxy,
)
from support.s3_raw import connected, signed_head
from support.signed_forms import policy_for

BUCKET = "bucket"
SETTINGS = ProxySettings(connect_timeout=0.5, response_timeout=1.0, idle_timeout=1.0)


@pytest.fixture(scope="module")
def bench() -> Iterator[RunningProxy]:
    """
    One proxy over two backends; each test brings their upstreams.
    """
    tenant = make_credential("AKTENANT", {BUCKET: FULL, "other": FULL})
    other = {**tenant.buckets, "other": BucketTarget("other", "other")}
    scopes = tuple(
        replace(scope, backend_id="other") if scope.bucket == "other" else scope
        for scope in tenant.principal.scopes
    )
    principal = replace(tenant.principal, scopes=scopes)
    nowhere = make_route("http://127.0.0.1:9")
    world = make_snapshot(
        nowhere, replace(tenant, buckets=other, principal=principal), settings=SETTINGS
    )
    with running_proxy(world) as proxy:
        yield proxy


def lead(proxy: RunningProxy, port: int, **changes: object) -> None:
    """
    Have a backend lie at a port from now on.
    """
    route = make_route(f"http://127.0.0.1:{port}", **changes)
    proxy.publish(DeltaMessage(2, backends={route.id: route}))
    proxy.inspect()  # answered in order: the worker has taken the route


@contextmanager
def black_hole() -> Iterator[int]:
    """
    Give a port that takes no connection and refuses none: its queue is full.
    """
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(listener.getsockname())
        yield listener.getsockname()[1]
        for one in waiting:
            one.close()


def test_backend_that_takes_no_connection_is_given_up_and_the_others_serve_meanwhile(
    bench: RunningProxy,
) -> None:
    with running_fake_upstream(answer_all) as sound, black_hole() as port:
        lead(bench, port)
        lead(bench, sound.port, id="other")
        with connected(bench.port) as waiting, connected(bench.port) as served:
            waiting.send(signed_head(bench.port, "GET", f"/{BUCKET}/key"))
            served.send(signed_head(bench.port, "GET", "/other/key"))

            assert served.read_response().status == 200
            answer = waiting.read_response()

    assert (answer.status, answer.headers["x-error-reason"]) == (503, "backend.timeout")
    assert answer.headers["retry-after"] == "1"


def test_download_longer_than_every_timeout_is_finished(bench: RunningProxy) -> None:
    def script(conversation: Conversation) -> None:
        conversation.read_head()
        conversation.send(b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n")
        for _ in range(20):
            conversation.upstream.released.wait(0.1)
            conversation.send(b"x")

    with running_fake_upstream(script) as upstream, connected(bench.port) as connection:
        lead(bench, upstream.port)
        connection.send(signed_head(bench.port, "GET", f"/{BUCKET}/key"))

        assert connection.read_response().body == b"x" * 20


def test_another_upstream_key_is_used_at_once_and_no_request_fails(bench: RunningProxy) -> None:
    with running_fake_upstream(answer_all) as upstream, connected(bench.port) as connection:
        used = []
        for access_key in ("key-one", "key-two", "key-three"):
            lead(bench, upstream.port, access_key=access_key, session_token=f"of-{access_key}")
            connection.send(signed_head(bench.port, "GET", f"/{BUCKET}/key"))
            answer = connection.read_response()
            assert answer.status == 200
            used.append(answer.body.partition(b"Credential=")[2].partition(b"/")[0])
            assert b"x-amz-security-token: of-%b\r\n" % access_key.encode() in answer.body

    assert used == [b"key-one", b"key-two", b"key-three"]
    assert upstream.connections == 1


def test_backend_whose_clock_is_off_is_signed_to_by_its_own(bench: RunningProxy) -> None:
    def script(conversation: Conversation) -> None:
        moment = time.time() + 7200
        while head := conversation.read_head():
            day = time.strftime("%Y%m%dT%H", time.gmtime(moment)).encode()
            if b"x-amz-date: " + day in head:
                conversation.answer(b"welcome")
                continue
            body = b"<Error><Code>RequestTimeTooSkewed</Code></Error>"
            date = f"Date: {formatdate(moment, usegmt=True)}\r\n"
            conversation.answer(body, status="403 Forbidden", headers=date)

    with running_fake_upstream(script) as upstream, connected(bench.port) as connection:
        lead(bench, upstream.port)
        answers = []
        for _ in range(2):
            connection.send(signed_head(bench.port, "GET", f"/{BUCKET}/key"))
            answers.append(connection.read_response())
        lead(bench, upstream.port, access_key="another")
        connection.send(signed_head(bench.port, "GET", f"/{BUCKET}/key"))
        answers.append(connection.read_response())

    assert answers[0].headers["x-error-reason"] == "backend.clock"
    assert [answer.status for answer in answers] == [503, 200, 200]


def test_file_of_a_form_reaches_the_backend_with_its_length(bench: RunningProxy) -> None:
    bodies: list[bytes] = []

    def script(conversation: Conversation) -> None:
        conversation.read_head()
        bodies.append(conversation.read_body(100_000))
        conversation.answer(headers='ETag: "e"\r\n')

    with running_fake_upstream(script) as upstream:
        lead(bench, upstream.port)
        policy = policy_for(BUCKET, {"key": "form"})
        fields = {
            "key": "form",
            "AWSAccessKeyId": "AKTENANT",
            "policy": policy,
            "signature": sign_v2(SECRET, policy),
        }

        answer = httpx.post(
            f"{bench.endpoint}/{BUCKET}", data=fields, files={"file": ("f", b"x" * 100_000)}
        )

    assert answer.status_code == 204, answer.text
    head = upstream.heads[0]
    assert b"content-length: 100000\r\n" in head
    assert b"transfer-encoding" not in head
    assert bodies == [b"x" * 100_000]


def test_clients_that_go_away_leave_no_socket_behind(bench: RunningProxy) -> None:
    def script(conversation: Conversation) -> None:
        head = conversation.read_head()
        if head.startswith(b"GET"):
            conversation.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nx")
        conversation.read_to_end()

    before = sockets_of(bench)
    with running_fake_upstream(script) as upstream:
        lead(bench, upstream.port)
        for number, method in enumerate(("GET", "PUT") * 10):
            with connected(bench.port) as connection:
                body = b"x" * 200_000 if method == "PUT" else b""
                head = signed_head(bench.port, method, f"/{BUCKET}/key", body=body)
                connection.send(head, body[:100_000])
                wait_until(partial(heard_of, upstream, number + 1))

        wait_until(lambda: sockets_of(bench) <= before, what="the sockets are closed")


def heard_of(upstream: FakeUpstream, count: int) -> bool:
    return len(upstream.heads) == count


def sockets_of(proxy: RunningProxy) -> int:
    """
    Return how many sockets the worker has open.
    """
    folder = Path(f"/proc/{proxy.fleet.workers[0].pid}/fd")
    return sum(1 for one in folder.iterdir() if is_socket(one))


def is_socket(file: Path) -> bool:
    try:
        return str(file.readlink()).startswith("socket:")
    except FileNotFoundError:
        return False


class Waiter:
    """
    Somebody who wants a connection.
    """

    def __init__(self) -> None:
        self.connection: UpstreamConnection | None = None
        self.error: StowageError | None = None

    def upstream_ready(self, connection: UpstreamConnection) -> None:
        """
        Keep it.
        """
        self.connection = connection

    def upstream_unavailable(self, error: StowageError) -> None:
        """
        Keep the reason.
        """
        self.error = error


async def are_served(waiters: list[Waiter]) -> bool:
    return all(one.connection is not None for one in waiters)


async def test_who_waits_too_long_for_a_connection_is_told_to_come_back() -> None:
    loop = asyncio.get_running_loop()
    deadlines = Deadlines(loop)
    listener = socket.create_server(("127.0.0.1", 0), backlog=2 * MAX_CONNECTIONS)
    route = make_route(f"http://127.0.0.1:{listener.getsockname()[1]}")
    pool = Pool(route, ProxySettings(pool_wait_timeout=5), deadlines, loop)
    holders = [Waiter() for _ in range(MAX_CONNECTIONS)]
    try:
        for holder in holders:
            pool.acquire(holder, is_repeatable=True)
        await wait_until_async(lambda: are_served(holders))
        early, late = Waiter(), Waiter()
        pool.acquire(early, is_repeatable=True)
        pool.expire(deadlines.now + 4)
        assert early.error is None

        pool.expire(deadlines.now + 6)

        assert early.error is not None
        assert (early.error.s3.code, early.error.s3.status) == ("SlowDown", 503)
        assert early.error.reason == "rate.upstream_pool"
        pool.acquire(late, is_repeatable=True)
        freed = holders[0].connection
        assert freed is not None
        pool.release(freed, is_reusable=True)
        assert late.connection is freed
    finally:
        pool.retire()
        for holder in holders:
            if holder.connection is not None:
                holder.connection.abort()
        listener.close()
