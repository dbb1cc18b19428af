import os
import signal
import socket
import subprocess
import sys
import threading
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from app.snapshot.values import EMPTY
from app.snapshot.wire import DeltaMessage
from support.fake_upstream import Conversation, answer_all, running_fake_upstream
from support.polling import wait_until
from support.s3_proxy import (
    FULL,
    RunningProxy,
    make_credential,
    make_route,
    make_snapshot,
    running_proxy,
)
from support.s3_raw import RawConnection, connected, signed_head

BUCKET = "bucket"
PATH = "/bucket/key"
FORBIDDEN = ("sqlalchemy", "alembic", "aiobotocore", "botocore", "pydantic", "starlette")
LIVE = b"GET /_stowage/healthz HTTP/1.1\r\nHost: x\r\n\r\n"


def is_serving(port: int) -> bool:
    try:
        with connected(port) as connection:
            connection.send(LIVE)
            return connection.read_response().status == 200
    except ConnectionError:
        return False


def test_worker_never_loads_what_opens_a_database() -> None:
    with running_proxy(EMPTY) as proxy:
        modules = proxy.inspect()

    roots = {name.partition(".")[0] for name in modules}
    assert "proxy" in roots
    assert roots.isdisjoint(FORBIDDEN)
    assert "rich.console" not in modules
    assert not [name for name in modules if name.startswith(("app.database", "app.services"))]


def test_killed_worker_is_replaced_and_no_connection_is_lost() -> None:
    with running_proxy(EMPTY) as proxy:
        pid = proxy.fleet.workers[0].pid
        os.kill(pid, signal.SIGKILL)

        with connected(proxy.port) as connection:
            # Main holds the listening socket: the connection waits for the successor.
            connection.send(LIVE)
            assert connection.read_response().status == 200

        assert proxy.fleet.workers[0].pid != pid


def test_successor_knows_what_changed_meanwhile() -> None:
    with running_fake_upstream(answer_all) as upstream:
        route = make_route(f"http://127.0.0.1:{upstream.port}")
        with running_proxy(make_snapshot(route)) as proxy:
            credential = make_credential("AKTENANT", {BUCKET: FULL})
            proxy.publish(DeltaMessage(2, credentials={credential.access_key: credential}))
            proxy.inspect()
            os.kill(proxy.fleet.workers[0].pid, signal.SIGKILL)

            with connected(proxy.port) as connection:
                connection.send(signed_head(proxy.port, "GET", PATH))
                assert connection.read_response().status == 200


def test_revoked_credential_is_refused_on_kept_connections_of_every_worker() -> None:
    credential = make_credential("AKTENANT", {BUCKET: FULL})
    with running_fake_upstream(answer_all) as upstream, ExitStack() as stack:
        route = make_route(f"http://127.0.0.1:{upstream.port}")
        world = make_snapshot(route, credential)
        proxy = stack.enter_context(running_proxy(world, workers=2))
        ask = signed_head(proxy.port, "GET", PATH)
        kept: dict[str, RawConnection] = {}
        while len(kept) < 2:
            connection = stack.enter_context(connected(proxy.port))
            connection.send(ask)
            answer = connection.read_response()
            assert answer.status == 200
            # A worker's ids begin alike: that is how one is told from the other.
            kept[answer.headers["x-amz-request-id"][:12]] = connection

        proxy.publish(DeltaMessage(2, removed_credentials=("AKTENANT",)))

        def is_refused(connection: RawConnection) -> bool:
            connection.send(ask)
            return b"<Code>InvalidAccessKeyId</Code>" in connection.read_response().body

        # That it takes less than a second, `bench.dashboard` measures under load.
        for connection in kept.values():
            wait_until(partial(is_refused, connection))


def test_draining_finishes_what_runs_and_accepts_nothing_new() -> None:
    asked, release = threading.Event(), threading.Event()

    def script(conversation: Conversation) -> None:
        conversation.read_head()
        asked.set()
        release.wait(10)
        conversation.answer(b"finished")

    credential = make_credential("AKTENANT", {BUCKET: FULL})
    with running_fake_upstream(script) as upstream:
        route = make_route(f"http://127.0.0.1:{upstream.port}")
        with running_proxy(make_snapshot(route, credential)) as proxy:
            port = proxy.port
            with connected(port) as busy, connected(port) as idle:
                idle.send(LIVE)
                assert idle.read_response().status == 200
                busy.send(signed_head(port, "GET", PATH))
                asked.wait(10)
                draining = threading.Thread(target=proxy.drain, args=(10,))
                draining.start()

                assert idle.is_closed()
                wait_until(lambda: not is_serving(port))
                release.set()
                answer = busy.read_response()

                assert answer.body == b"finished"
                assert answer.headers["connection"] == "close"
            draining.join(10)
            assert any(event.action == "s3.proxy.getobject" for event in proxy.events) is False
            assert proxy.count("stowage_s3_request_total", "GET", "GetObject", "200") == 1


def test_clients_that_wait_to_be_accepted_are_served_before_a_worker_leaves() -> None:
    with ExitStack() as stack:
        proxy = stack.enter_context(running_proxy(EMPTY))
        os.kill(proxy.fleet.workers[0].pid, signal.SIGSTOP)
        clients = [stack.enter_context(connected(proxy.port)) for _ in range(20)]
        for client in clients:
            client.send(LIVE)
        draining = threading.Thread(target=proxy.drain, args=(10,))
        draining.start()
        wait_until(lambda: proxy.fleet.is_draining)
        os.kill(proxy.fleet.workers[0].pid, signal.SIGCONT)

        answers = [client.read_response() for client in clients]

        assert {answer.status for answer in answers} == {200}
        draining.join(20)


def test_requests_that_do_not_end_are_cut_at_the_deadline() -> None:
    credential = make_credential("AKTENANT", {BUCKET: FULL})
    asked = threading.Event()

    def script(conversation: Conversation) -> None:
        conversation.read_head()
        asked.set()
        conversation.upstream.released.wait(20)

    with running_fake_upstream(script) as upstream:
        route = make_route(f"http://127.0.0.1:{upstream.port}")
        with (
            running_proxy(make_snapshot(route, credential)) as proxy,
            connected(proxy.port) as busy,
        ):
            busy.send(signed_head(proxy.port, "GET", PATH))
            asked.wait(10)
            proxy.drain(0.2)

            assert busy.is_closed()


@pytest.mark.parametrize("is_shared", [False, True])
def test_taken_port_is_an_error(*, is_shared: bool) -> None:
    with socket.socket() as taken:
        if is_shared:
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        taken.bind(("127.0.0.1", 0))
        taken.listen()

        with (
            pytest.raises(OSError, match="in use"),
            running_proxy(EMPTY, workers=2, port=taken.getsockname()[1]),
        ):
            pass


ORPHAN = """
import asyncio, sys
from app.snapshot.values import EMPTY
from proxy.fleet import Fleet, FleetSettings

async def main():
    fleet = Fleet(FleetSettings("127.0.0.1", 0), receive=lambda *_: None, forget=lambda _: None)
    await fleet.start(EMPTY)
    print(fleet.address[1], fleet.workers[0].pid, flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


def test_worker_leaves_when_main_is_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", ORPHAN], stdout=subprocess.PIPE) as main:
        assert main.stdout is not None
        port, pid = map(int, main.stdout.readline().split())
        assert is_serving(port)

        main.kill()

        wait_until(lambda: not is_running(pid), what="the worker left")
        assert not is_serving(port)


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def events_of(proxy: RunningProxy, operation: str) -> list[Any]:
    return [event for event in proxy.events if event.action == f"s3.proxy.{operation}"]


def test_refusals_and_changes_leave_rows_and_successful_reads_do_not() -> None:
    credential = make_credential("AKTENANT", {BUCKET: FULL})
    with running_fake_upstream(answer_all) as upstream:
        route = make_route(f"http://127.0.0.1:{upstream.port}")
        with running_proxy(make_snapshot(route, credential)) as proxy:
            port = proxy.port
            with connected(port) as connection:
                connection.send(signed_head(port, "GET", PATH))
                connection.read_response()
                body = b"x" * 10
                connection.send(signed_head(port, "PUT", PATH, body=body), body)
                put = connection.read_response()
                connection.send(signed_head(port, "GET", "/other-bucket/key"))
                connection.read_response()
            wait_until(lambda: len(proxy.events) >= 2)

            (row,) = events_of(proxy, "putobject")
            assert (row.status, row.user_id, row.bucket, row.object_key, row.ip) == (
                *("ok", "user-of-AKTENANT", BUCKET, "key"),
                "127.0.0.1",
            )
            assert row.request_id == put.headers["x-request-id"]
            assert row.detail["access_key"] == "AKTENANT"
            assert row.detail["bytes_in"] == 10
            (row,) = events_of(proxy, "getobject")
            assert (row.status, row.detail["result"]) == ("denied", "scope-violation")
            wait_until(lambda: proxy.count("stowage_s3_request_total") == 3)
            assert proxy.count("stowage_s3_bytes_in_total", "PutObject") == 10
            assert proxy.count("stowage_s3_scope_violation_total") == 1


def test_refusals_of_strangers_are_merged() -> None:
    credential = make_credential("AKTENANT", {BUCKET: FULL})
    with running_proxy(make_snapshot(make_route("http://127.0.0.1:9"), credential)) as proxy:
        port = proxy.port
        with connected(port) as connection:
            for _ in range(50):
                connection.send(signed_head(port, "GET", PATH, secret_key="wrong"))
                assert connection.read_response().status == 403
        wait_until(
            lambda: sum(int(e.detail.get("count", 1)) for e in events_of(proxy, "getobject")) == 50
        )

        rows = events_of(proxy, "getobject")
        assert len(rows) <= 5
        assert {row.detail["reason"] for row in rows} == {"signature.mismatch"}
        assert proxy.count("stowage_s3_auth_failure_total", "bad-sig") == 50


def test_environment_of_a_worker_holds_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STOWAGE_SECRET_KEY", "sealing-key-of-main")

    with running_proxy(EMPTY) as proxy:
        environment = Path(f"/proc/{proxy.fleet.workers[0].pid}/environ").read_bytes()

    assert b"sealing-key-of-main" not in environment
