"""
Large answers from socket to socket: whole, in order, cut where they are cut, and never read by us.
"""

import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from app.snapshot.values import ProxySettings
from proxy.splicing import IS_POSSIBLE, MIN_BYTES
from support.fake_upstream import Conversation, running_fake_upstream
from support.missing import missing_part
from support.polling import wait_until
from support.s3_proxy import (
    FULL,
    HOST,
    RunningProxy,
    make_credential,
    make_route,
    make_snapshot,
    running_proxy,
)
from support.s3_raw import RawConnection, connected, signed_head

LARGE = os.urandom(1024 * 1024) * 16
PATH = "/bucket/large"


@contextmanager
def proxying(script: object, **settings: float) -> Iterator[tuple[RunningProxy, RawConnection]]:
    with running_fake_upstream(script) as upstream, ExitStack() as stack:  # type: ignore[arg-type]  # a function
        world = make_snapshot(
            make_route(f"http://{HOST}:{upstream.port}"),
            make_credential("AKTENANT", {"bucket": FULL}),
            settings=ProxySettings(**settings),  # type: ignore[arg-type]  # numbers
        )
        proxy = stack.enter_context(running_proxy(world))
        yield proxy, stack.enter_context(connected(proxy.port))


def serve(conversation: Conversation) -> None:
    while head := conversation.read_head():
        conversation.answer(LARGE if b"large" in head else b"small")


def read_by(pid: int) -> int:
    """
    Return how many bytes a process has read; what is spliced is not among them.
    """
    lines = Path(f"/proc/{pid}/io").read_text().splitlines()
    return int(dict(line.split(": ") for line in lines)["rchar"])


def test_a_large_answer_passes_by_unread_and_the_connections_go_on() -> None:
    if not IS_POSSIBLE:
        missing_part("this system has no splice()")
    with proxying(serve) as (proxy, client):
        pid = proxy.fleet.workers[0].pid
        for path, body in ((PATH, LARGE), ("/bucket/key", b"small"), (PATH, LARGE)):
            before = read_by(pid)

            client.send(signed_head(proxy.port, "GET", path))

            assert client.read_response().body == body
            assert read_by(pid) - before < 2 * 1024 * 1024


def test_pipelined_requests_are_answered_in_order() -> None:
    with proxying(serve) as (proxy, client):
        large, small = (signed_head(proxy.port, "GET", path) for path in (PATH, "/bucket/key"))

        client.send(large + small + large)

        assert [client.read_response().body for _ in range(3)] == [LARGE, b"small", LARGE]


def test_a_client_that_reads_late_gets_all_of_it() -> None:
    with proxying(serve) as (proxy, client):
        client.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16384)

        client.send(signed_head(proxy.port, "GET", PATH))
        client.read_head()

        assert client.read_exactly(len(LARGE)) == LARGE


def test_an_answer_that_ends_too_early_is_cut_for_the_client_too() -> None:
    def cut(conversation: Conversation) -> None:
        conversation.read_head()
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(LARGE)}\r\n\r\n"
        conversation.send(head.encode() + LARGE[: 4 * MIN_BYTES])

    with proxying(cut) as (proxy, client):
        client.send(signed_head(proxy.port, "GET", PATH))
        client.read_head()

        with pytest.raises(ConnectionError):
            client.read_exactly(len(LARGE))


def test_a_backend_that_stalls_in_the_midst_is_given_up() -> None:
    def stall(conversation: Conversation) -> None:
        conversation.read_head()
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(LARGE)}\r\n\r\n"
        conversation.send(head.encode() + LARGE[: 4 * MIN_BYTES])
        conversation.upstream.released.wait(20)

    with proxying(stall, idle_timeout=1.0) as (proxy, client):
        client.send(signed_head(proxy.port, "GET", PATH))
        client.read_head()

        with pytest.raises(ConnectionError):
            client.read_exactly(len(LARGE))


def test_a_client_that_goes_away_frees_everything() -> None:
    with proxying(serve) as (proxy, client):
        client.send(signed_head(proxy.port, "GET", "/bucket/key"))
        assert client.read_response().body == b"small"
        files = Path(f"/proc/{proxy.fleet.workers[0].pid}/fd")
        before = len(list(files.iterdir()))
        with connected(proxy.port) as other:
            other.send(signed_head(proxy.port, "GET", PATH))
            other.read_head()
            wait_until(lambda: len(list(files.iterdir())) >= before + 4)

        wait_until(lambda: len(list(files.iterdir())) <= before)
        client.send(signed_head(proxy.port, "GET", PATH))
        assert client.read_response().body == LARGE
