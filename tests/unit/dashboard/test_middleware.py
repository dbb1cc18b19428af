"""
What every answer carries and what every request passes, whatever the route.
"""

import asyncio
import re
from collections.abc import AsyncIterator, MutableMapping
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from structlog.testing import capture_logs

from app.errors import registry as errors
from dashboard.exchange import exchange_of
from dashboard.middleware import RequestFacts, Rescue, SameOrigin, SecurityHeaders
from dashboard.origin import OwnOrigin
from dashboard.pages import page_policy
from dashboard.peers import TrustedProxies

PROXY = "10.0.0.1"


async def facts(request: Request) -> Response:
    exchange = exchange_of(request.scope)
    exchange.cookies.append("flavour=oat; Path=/")
    exchange.cookies.append("size=large; Path=/")
    return JSONResponse(
        {"ip": exchange.peer.ip, "id": exchange.request_id, "https": exchange.peer.is_https}
    )


async def page(_request: Request) -> Response:
    return HTMLResponse("<p>")


async def own_policy(_request: Request) -> Response:
    return Response("bytes", headers={"Content-Security-Policy": "sandbox"})


async def crash(_request: Request) -> Response:
    raise RuntimeError("password=hunter2 in /srv/app.py")


async def refuse(request: Request) -> Response:
    exchange_of(request.scope).cookies.append("gone=; Max-Age=0")
    raise errors.NOT_FOUND(reason="bucket.not_found")


async def lose_client(_request: Request) -> Response:
    raise ClientDisconnect


async def break_off(_request: Request) -> Response:
    async def body() -> AsyncIterator[bytes]:
        yield b"first"
        raise OSError("upstream went away")

    return StreamingResponse(body(), headers={"Content-Length": "100"})


def build() -> Starlette:
    return Starlette(
        routes=[
            Route("/api/facts", facts, methods=["GET", "POST", "DELETE"]),
            Route("/page", page),
            Route("/own-policy", own_policy),
            Route("/crash", crash),
            Route("/refuse", refuse),
            Route("/break-off", break_off),
            Route("/lose-client", lose_client),
        ],
        middleware=[
            Middleware(RequestFacts, proxies=TrustedProxies.parse([PROXY])),
            Middleware(SecurityHeaders),
            Middleware(Rescue, public_url="", show_debug=False),
            Middleware(SameOrigin, own=OwnOrigin()),
        ],
    )


def client(ip: str = PROXY) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(build(), raise_app_exceptions=False, client=(ip, 1234))
    return httpx.AsyncClient(transport=transport, base_url="http://files.example")


async def test_a_request_id_of_ours_is_a_ulid_and_is_echoed() -> None:
    async with client("198.51.100.7") as http:
        answer = await http.get("/api/facts", headers={"X-Request-Id": "chosen-by-a-stranger"})

    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{26}", answer.headers["x-request-id"])
    assert answer.json()["id"] == answer.headers["x-request-id"]


@pytest.mark.parametrize(
    ("offered", "is_taken"),
    [
        ("trace/01:a.b_c-d", True),
        ("x" * 128, True),
        ("x" * 129, False),
        ("", False),
        ("has space", False),
        ('quote"', False),
    ],
)
async def test_a_trusted_proxy_may_name_the_request(offered: str, *, is_taken: bool) -> None:
    async with client() as http:
        answer = await http.get("/api/facts", headers={"X-Request-Id": offered})

    assert (answer.headers["x-request-id"] == offered) is is_taken


async def test_every_answer_carries_the_security_headers() -> None:
    async with client() as http:
        answers = [
            await http.get(path)
            for path in ("/api/facts", "/page", "/own-policy", "/crash", "/refuse", "/nothing")
        ]

    for answer in answers:
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert (
            answer.headers["permissions-policy"]
            == "geolocation=(), microphone=(), camera=(), payment=(), usb=()"
        )
        assert "content-security-policy" in answer.headers
        assert "strict-transport-security" not in answer.headers


async def test_data_pages_and_object_bytes_have_their_own_policy() -> None:
    async with client() as http:
        data, page_answer, own = [
            (await http.get(path)).headers["content-security-policy"]
            for path in ("/api/facts", "/page", "/own-policy")
        ]

    assert data == "default-src 'none'; frame-ancestors 'none'"
    assert page_answer == page_policy()
    assert own == "sandbox"


async def test_https_from_a_trusted_proxy_is_made_to_last() -> None:
    headers = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "198.51.100.7"}

    async with client() as http, client("198.51.100.7") as stranger:
        behind_proxy = await http.get("/api/facts", headers=headers)
        direct = await stranger.get("/api/facts", headers=headers)

    assert (
        behind_proxy.headers["strict-transport-security"] == "max-age=31536000; includeSubDomains"
    )
    assert behind_proxy.json()["ip"] == "198.51.100.7"
    assert "strict-transport-security" not in direct.headers


async def test_a_crash_tells_nothing_of_the_inside() -> None:
    async with client() as http:
        answer = await http.get("/crash")

    assert answer.status_code == 500
    assert answer.json()["error"]["code"] == "internal"
    assert answer.json()["error"]["request_id"] == answer.headers["x-request-id"]
    assert "hunter2" not in answer.text
    assert "RuntimeError" not in answer.text


async def test_cookies_go_out_with_answers_and_with_errors() -> None:
    async with client() as http:
        good = await http.get("/api/facts")
        bad = await http.get("/refuse")

    assert good.headers.get_list("set-cookie") == ["flavour=oat; Path=/", "size=large; Path=/"]
    assert (bad.status_code, bad.headers["set-cookie"]) == (404, "gone=; Max-Age=0")


async def serve_raw(path: str) -> list[MutableMapping[str, Any]]:
    sent: list[MutableMapping[str, Any]] = []
    scope = {"type": "http", "method": "GET", "path": path, "headers": []}

    async def receive() -> MutableMapping[str, Any]:
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    await build()(scope | {"scheme": "http", "client": (PROXY, 1)}, receive, send)
    return sent


async def test_an_answer_that_breaks_off_is_left_unfinished() -> None:
    """The server then closes the connection, so that the client knows that bytes are missing."""
    sent = await serve_raw("/break-off")

    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]
    assert sent[-1]["more_body"] is True


async def test_a_client_that_leaves_is_no_crash() -> None:
    with capture_logs() as lines:
        sent = await serve_raw("/lose-client")

    assert (sent, lines) == ([], [])


@pytest.mark.parametrize("method", ["POST", "DELETE"])
async def test_another_site_may_not_change_anything(method: str) -> None:
    async with client() as http:
        foreign = await http.request(
            method, "/api/facts", headers={"Origin": "http://evil.example"}
        )
        own = await http.request(method, "/api/facts", headers={"Origin": "http://files.example"})

    assert (foreign.status_code, foreign.json()["error"]["code"]) == (403, "source_untrusted")
    assert own.status_code == 200


async def test_another_site_may_link_to_a_read() -> None:
    async with client() as http:
        answer = await http.get(
            "/api/facts", headers={"Origin": "http://evil.example", "Sec-Fetch-Site": "cross-site"}
        )

    assert answer.status_code == 200


async def test_the_error_comes_as_a_problem_when_asked_for() -> None:
    async with client() as http:
        answer = await http.get("/refuse", headers={"Accept": "application/problem+json"})

    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == "/docs/errors#not_found"
