"""
Every answer is counted under bounded labels, and an error leaves one line without secrets.
"""

from collections.abc import MutableMapping
from typing import Any

import pytest
from starlette.types import Receive, Scope, Send
from structlog.testing import capture_logs

from app.errors import registry as errors
from app.metrics import Metrics
from dashboard.exchange import Exchange, attach, exchange_of
from dashboard.peers import Peer
from dashboard.watch import Watch


async def _receive() -> MutableMapping[str, Any]:
    raise AssertionError


async def _send(_message: MutableMapping[str, Any]) -> None:
    return


async def serve(
    path: str,
    status: int,
    *,
    method: str = "GET",
    metrics: Metrics | None = None,
    access_log: bool = False,
) -> list[MutableMapping[str, Any]]:
    async def app(scope: Scope, _receive: Receive, send: Send) -> None:
        if status >= 400:
            error = errors.NOT_FOUND(reason="route.unknown")
            if status >= 500:
                error = errors.BACKEND_ERROR(reason="backend.timeout")
                error.__cause__ = TimeoutError("after 5 seconds")
            exchange_of(scope).error = error
        exchange_of(scope).backend_id = "minio"
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": b"12345"})

    scope: Scope = {"type": "http", "method": method, "path": path, "query_string": b"key=secret"}
    attach(scope, Exchange("01REQ", Peer("192.0.2.1", is_https=False, is_trusted=False)))
    watch = Watch(app, metrics=metrics or Metrics(), logs_every_request=access_log)
    with capture_logs() as lines:
        await watch(scope, _receive, _send)
    return list(lines)


async def test_a_call_is_counted_with_its_backend() -> None:
    metrics = Metrics()

    await serve("/api/backends/minio", 200, metrics=metrics)

    text = metrics.render()[0].decode()
    assert 'stowage_requests_total{backend="minio",method="GET",status_class="2xx"} 1.0' in text


async def test_pages_and_assets_are_not_counted() -> None:
    metrics = Metrics()

    await serve("/assets/app.js", 200, metrics=metrics)

    assert "stowage_requests_total{" not in metrics.render()[0].decode()


async def test_a_made_up_method_is_no_label() -> None:
    metrics = Metrics()

    await serve("/api/me", 405, method="BREW", metrics=metrics)

    text = metrics.render()[0].decode()
    assert 'method="OTHER"' in text
    assert "BREW" not in text


async def test_an_error_is_counted_and_leaves_one_line() -> None:
    metrics = Metrics()

    lines = await serve("/api/nothing", 404, metrics=metrics)

    assert len(lines) == 1
    assert lines[0]["event"] == "http"
    assert lines[0]["request_id"] == "01REQ"
    assert (lines[0]["status"], lines[0]["bytes"]) == (404, 5)
    assert (lines[0]["code"], lines[0]["reason"]) == ("not_found", "route.unknown")
    assert (
        'stowage_errors_total{code="not_found",surface="dashboard"} 1.0'
        in metrics.render()[0].decode()
    )


@pytest.mark.parametrize(("access_log", "count"), [(False, 0), (True, 1)])
async def test_success_is_logged_only_when_asked(*, access_log: bool, count: int) -> None:
    assert len(await serve("/api/me", 200, access_log=access_log)) == count


async def test_the_line_holds_neither_query_nor_share_code() -> None:
    lines = await serve("/s/Xk3secretcode/raw", 404)

    assert lines[0]["path"] == "/s/…/raw"
    assert "secret" not in str(lines[0])


async def test_a_server_fault_is_logged_as_an_error_with_its_cause() -> None:
    refused = (await serve("/api/x", 404))[0]
    failed = (await serve("/api/x", 502))[0]

    assert (refused["log_level"], refused["cause"]) == ("info", None)
    assert (failed["log_level"], failed["cause"]) == ("error", "TimeoutError: after 5 seconds")
