"""
What a request may cost, counted: system calls, tasks, connections, code that is entered.
"""

import asyncio
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from app.snapshot.values import ProxySettings
from proxy.fleet import FleetSettings
from proxy.in_process import InProcess
from proxy.outbox import FLUSH_SECONDS
from support.fake_upstream import Conversation, running_fake_upstream
from support.s3_proxy import (
    FULL,
    HOST,
    RunningProxy,
    make_credential,
    make_route,
    make_snapshot,
    running_proxy,
)
from support.s3_raw import connected, signed_head

BUCKET = "bucket"
PATH = "/bucket/key"
CLIENTS = 4
ROUNDS = 125
BODY = b"x" * 1024
CREDENTIAL = make_credential("AKTENANT", {BUCKET: FULL})
# Per flush a batch of audit rows, the counters and the last-used times, at most.
MESSAGES_PER_FLUSH = 3


def store(conversation: Conversation) -> None:
    """
    Take every PUT with its kilobyte, answer every GET with one.
    """
    while head := conversation.read_head():
        if head.startswith(b"PUT"):
            conversation.read_body(len(BODY))
            conversation.answer()
        else:
            conversation.answer(BODY)


def writes_of(pid: int) -> int:
    """
    Return how many times a process has written to a socket or file.
    """
    lines = Path(f"/proc/{pid}/io").read_text().splitlines()
    return int(dict(line.split(": ") for line in lines)["syscw"])


@contextmanager
def main_is_busy(proxy: RunningProxy) -> Iterator[None]:
    """
    Keep the main process from doing anything, so that whoever waits for it waits.
    """
    is_over, has_begun = threading.Event(), threading.Event()

    def hold() -> None:
        has_begun.set()
        is_over.wait(60)

    proxy.loop.call_soon_threadsafe(hold)
    has_begun.wait(10)
    try:
        yield
    finally:
        is_over.set()


def test_thousand_requests_cost_two_writes_each_and_ask_main_for_nothing() -> None:
    with running_fake_upstream(store) as upstream, ExitStack() as stack:
        route = make_route(f"http://{HOST}:{upstream.port}")
        proxy = stack.enter_context(running_proxy(make_snapshot(route, CREDENTIAL)))
        pid, port = proxy.fleet.workers[0].pid, proxy.port
        clients = [stack.enter_context(connected(port)) for _ in range(CLIENTS)]
        put = signed_head(port, "PUT", PATH, body=BODY) + BODY
        messages = [signed_head(port, "GET", PATH), put]
        statuses: Counter[int] = Counter()

        with main_is_busy(proxy):
            before, started = writes_of(pid), time.monotonic()
            for _ in range(ROUNDS):
                for message in messages:
                    for client in clients:
                        client.send(message)
                    statuses.update(client.read_response().status for client in clients)
            written, seconds = writes_of(pid) - before, time.monotonic() - started

        requests = 2 * CLIENTS * ROUNDS
        assert requests == 1000
        assert statuses == {200: requests}
        assert upstream.connections <= CLIENTS
        messages_to_main = (seconds / FLUSH_SECONDS + 2) * MESSAGES_PER_FLUSH
        assert written <= 2 * requests + messages_to_main + CLIENTS
        # Without a database in it, the worker cannot have asked one.
        assert not {"sqlalchemy", "aiosqlite", "asyncpg"} & set(proxy.inspect())


async def ask(streams: "Streams", message: bytes) -> bytes:
    reader, writer = streams
    writer.write(message)
    head = await reader.readuntil(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200"), head
    length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
    return await reader.readexactly(length)


Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@contextmanager
def entered_code() -> Iterator[set[str]]:
    """
    Collect the modules of ours in which a function is called.
    """
    modules: set[str] = set()

    def note(frame: FrameType, event: str, _: Any) -> None:
        if event == "call" and frame.f_code.co_name not in LOOKS:
            modules.add(frame.f_globals.get("__name__", ""))

    sys.setprofile(note)
    try:
        yield modules
    finally:
        sys.setprofile(None)


# What only those pay for who use it: rates and bandwidth, networks, strangers, CORS, aliases,
# copies, forms, cut listings, and every coroutine of the data plane.
UNUSED = {
    *("proxy.buckets", "proxy.pace", "proxy.held_back", "proxy.client_address"),
    *("proxy.core.strangers", "proxy.core.cors", "proxy.core.copy_source", "proxy.renamed"),
    *("proxy.core.form", "proxy.core.listing", "proxy.inquiries", "proxy.xml"),
    *("proxy.errors", "proxy.faults", "proxy.local", "proxy.append_only", "proxy.core.region"),
}
# Functions that answer by a look at one attribute whether there is anything to do.
LOOKS = {"is_preflight", "is_renamed", "is_empty"}


async def test_request_creates_no_task_and_enters_no_code_that_its_credential_does_not_use() -> (
    None
):
    loop = asyncio.get_running_loop()
    with running_fake_upstream(store) as upstream:
        engine = InProcess(FleetSettings(HOST, 0), receive=lambda *_: None)
        route = make_route(f"http://{HOST}:{upstream.port}")
        await engine.start(make_snapshot(route, CREDENTIAL, settings=ProxySettings()))
        port = engine.address[1]
        streams = await asyncio.open_connection(HOST, port)
        get = signed_head(port, "GET", PATH)
        put = signed_head(port, "PUT", PATH, body=BODY) + BODY
        await ask(streams, get)
        await ask(streams, put)

        created: list[str] = []

        def create(loop: asyncio.AbstractEventLoop, work: Any, **options: Any) -> Any:
            created.append(work.__qualname__)
            return asyncio.Task(work, loop=loop, **options)

        loop.set_task_factory(create)
        try:
            with entered_code() as modules:
                for _ in range(20):
                    assert await ask(streams, get) == BODY
                    assert await ask(streams, put) == b""
        finally:
            loop.set_task_factory(None)
            streams[1].close()
            await engine.stop()

    assert created == []
    assert "proxy.connection" in modules
    assert sorted(modules & UNUSED) == []
