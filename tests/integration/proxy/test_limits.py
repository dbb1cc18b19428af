import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from app.snapshot.values import (
    AnonymousBinding,
    BackendRoute,
    BucketTarget,
    CredentialLimits,
    ProxySettings,
    Snapshot,
)
from support.fake_upstream import Conversation, answer_all, running_fake_upstream
from support.s3_proxy import (
    BACKEND,
    FULL,
    HOST,
    RunningProxy,
    make_credential,
    make_route,
    make_snapshot,
    running_proxy,
)
from support.s3_raw import RawConnection, Response, connected, signed_head

BUCKET = "bucket"
PATH = "/bucket/key"


def world(
    route: BackendRoute, settings: ProxySettings, limits: CredentialLimits | None = None
) -> Snapshot:
    credential = make_credential("AKTENANT", {BUCKET: FULL}, limits=limits)
    other = make_credential("AKOTHER", {BUCKET: FULL})
    binding = AnonymousBinding(BUCKET, BucketTarget(BACKEND, BUCKET), requests_per_second=2.0)
    return Snapshot(
        1,
        settings,
        {BACKEND: route},
        {"AKTENANT": credential, "AKOTHER": other},
        anonymous={BUCKET: binding},
    )


def get(connection: RawConnection, port: int, access_key: str = "AKTENANT") -> Response:
    connection.send(signed_head(port, "GET", PATH, access_key=access_key))
    return connection.read_response()


def test_credential_may_ask_so_often_and_others_are_not_concerned() -> None:
    with running_fake_upstream(answer_all) as upstream:
        route = make_route(f"http://{HOST}:{upstream.port}")
        limits = CredentialLimits(requests_per_second=0.5)
        with (
            running_proxy(world(route, ProxySettings(), limits)) as proxy,
            connected(proxy.port) as connection,
        ):
            answers = [get(connection, proxy.port) for _ in range(3)]

            assert [answer.status for answer in answers] == [200, 200, 503]
            assert b"<Code>SlowDown</Code>" in answers[2].body
            assert answers[2].headers["x-error-reason"] == "rate.key"
            assert int(answers[2].headers["retry-after"]) >= 1
            assert get(connection, proxy.port, "AKOTHER").status == 200


def test_everybody_together_may_ask_so_often() -> None:
    with running_fake_upstream(answer_all) as upstream:
        route = make_route(f"http://{HOST}:{upstream.port}")
        settings = ProxySettings(global_requests_per_second=0.5)
        with (
            running_proxy(world(route, settings)) as proxy,
            connected(proxy.port) as connection,
        ):
            keys = ("AKTENANT", "AKOTHER", "AKOTHER")
            answers = [get(connection, proxy.port, key) for key in keys]

            assert [answer.status for answer in answers] == [200, 200, 503]
            connection.send(b"GET /_stowage/readyz HTTP/1.1\r\nHost: x\r\n\r\n")
            assert connection.read_response().status == 200


def test_credential_may_ask_so_much_at_once() -> None:
    asked = threading.Semaphore(0)

    def script(conversation: Conversation) -> None:
        while conversation.read_head():
            asked.release()
            conversation.upstream.released.wait(10)
            conversation.answer()

    with running_fake_upstream(script) as upstream:
        route = make_route(f"http://{HOST}:{upstream.port}")
        limits = CredentialLimits(concurrency=2)
        with (
            running_proxy(world(route, ProxySettings(), limits)) as proxy,
            connected(proxy.port) as first,
            connected(proxy.port) as second,
            connected(proxy.port) as third,
        ):
            for connection in (first, second):
                connection.send(signed_head(proxy.port, "GET", PATH))
                asked.acquire(timeout=10)
            assert get(third, proxy.port).headers["x-error-reason"] == "rate.key"
            upstream.released.set()
            assert first.read_response().status == second.read_response().status == 200

            assert get(third, proxy.port).status == 200


def test_stranger_may_ask_so_often() -> None:
    head = b"GET /bucket/key HTTP/1.1\r\nHost: x\r\n\r\n"
    with running_fake_upstream(answer_all) as upstream:
        route = make_route(f"http://{HOST}:{upstream.port}")
        settings = ProxySettings(is_anonymous_enabled=True)
        with (
            running_proxy(world(route, settings)) as proxy,
            connected(proxy.port) as connection,
        ):
            connection.send(head * 6)
            statuses = [connection.read_response().status for _ in range(6)]

            assert statuses == [200] * 5 + [503]


def test_address_that_fails_too_often_is_refused_before_its_signature_is_looked_at() -> None:
    settings = ProxySettings(failed_auth_requests_per_second=2.0, trusted_proxies=("127.0.0.1",))
    with running_proxy(world(make_route("http://127.0.0.1:9"), settings)) as proxy:
        forwarded = {"X-Forwarded-For": "203.0.113.9"}
        bad = signed_head(proxy.port, "GET", PATH, secret_key="wrong", unsigned=forwarded)
        good = signed_head(proxy.port, "GET", "/other/key", unsigned=forwarded)
        elsewhere = signed_head(proxy.port, "GET", "/other/key")
        with connected(proxy.port) as connection:
            reasons = []
            for head in [bad] * 6 + [good, elsewhere]:
                connection.send(head)
                reasons.append(connection.read_response().headers["x-error-reason"])

        assert reasons[:5] == ["signature.mismatch"] * 5
        assert reasons[5:7] == ["rate.address"] * 2
        assert reasons[7] == "bucket.out_of_scope"


RATE = 4_000_000
BODY = bytes(6_000_000)


def test_credential_downloads_no_faster_than_its_rate() -> None:
    """
    A second's worth passes at once; the rest takes its time, though the backend could do it now.
    """

    def script(conversation: Conversation) -> None:
        while conversation.read_head():
            conversation.answer(BODY)

    with (
        running_fake_upstream(script) as upstream,
        limited(upstream.port) as proxy,
        connected(proxy.port) as connection,
    ):
        started = time.monotonic()
        assert get(connection, proxy.port).body == BODY
        assert get(connection, proxy.port, "AKOTHER").body == BODY
        assert get(connection, proxy.port).body == BODY

        assert time.monotonic() - started >= (2 * len(BODY) - 2 * RATE) / RATE


def test_credential_uploads_no_faster_than_its_rate_on_all_its_connections() -> None:
    def script(conversation: Conversation) -> None:
        while conversation.read_head():
            conversation.read_body(len(BODY))
            conversation.answer()

    with (
        running_fake_upstream(script) as upstream,
        limited(upstream.port) as proxy,
        ThreadPoolExecutor(2) as clients,
    ):
        started = time.monotonic()
        statuses = list(clients.map(lambda _: put(proxy.port), range(2)))

        assert statuses == [200, 200]
        assert time.monotonic() - started >= (2 * len(BODY) - 2 * RATE) / RATE


def test_many_small_requests_keep_to_the_rate_as_well() -> None:
    def script(conversation: Conversation) -> None:
        while conversation.read_head():
            conversation.answer(BODY[:100_000])

    with (
        running_fake_upstream(script) as upstream,
        limited(upstream.port, idle_timeout=60) as proxy,
        connected(proxy.port) as connection,
    ):
        started = time.monotonic()
        statuses = [get(connection, proxy.port).status for _ in range(101)]

        assert statuses == [200] * 101
        assert time.monotonic() - started >= (10_000_000 - 2 * RATE) / RATE


def put(port: int) -> int:
    with connected(port) as connection:
        connection.send(signed_head(port, "PUT", PATH, body=BODY), BODY)
        return connection.read_response().status


@contextmanager
def limited(upstream_port: int, idle_timeout: float = 0.5) -> Iterator[RunningProxy]:
    route = make_route(f"http://{HOST}:{upstream_port}")
    # Shorter than the waits that the rate asks for: being slowed down is not being idle.
    settings = ProxySettings(idle_timeout=idle_timeout)
    limits = CredentialLimits(bytes_per_second=RATE)
    with running_proxy(world(route, settings, limits)) as proxy:
        yield proxy


def test_a_credential_bound_to_networks_is_refused_from_elsewhere() -> None:
    with running_fake_upstream(answer_all) as upstream:
        route = make_route(f"http://{HOST}:{upstream.port}")
        here = make_credential("AKHERE", {BUCKET: FULL}, cidrs=("127.0.0.0/8",))
        elsewhere = make_credential("AKELSEWHERE", {BUCKET: FULL}, cidrs=("203.0.113.0/24",))
        snapshot = make_snapshot(route, here, elsewhere)
        with running_proxy(snapshot) as proxy, connected(proxy.port) as connection:
            allowed = get(connection, proxy.port, "AKHERE")
            refused = get(connection, proxy.port, "AKELSEWHERE")

    assert (allowed.status, refused.status) == (200, 403)
    assert refused.headers["x-error-code"] == "ip_denied"
    assert refused.headers["x-error-reason"] == "ip.credential"
