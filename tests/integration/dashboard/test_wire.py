"""
What reaches the dashboard's socket and is no proper request is answered as every other error.
"""

import json
import socket
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import urlsplit

import pytest

from dashboard import wire
from support.dashboard import Dashboard


@pytest.fixture
def connection(dashboard: Dashboard) -> Iterator[socket.socket]:
    address = urlsplit(dashboard.url)
    with closing(socket.create_connection((address.hostname, address.port), timeout=10)) as found:
        yield found


def read_all(connection: socket.socket) -> bytes:
    received = b""
    while chunk := connection.recv(65_536):
        received += chunk
    return received


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"nonsense\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nno colon\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: many\r\n\r\n",
        b"GET / HTTP/1.1\r\nX: " + b"a" * (wire.MAX_HEAD_BYTES + 1),
    ],
    ids=["nonsense", "version", "bytes", "header", "length", "too long"],
)
def test_what_is_no_request_is_told_so_in_our_words(
    connection: socket.socket, request_bytes: bytes
) -> None:
    connection.sendall(request_bytes)

    head, _, body = read_all(connection).partition(b"\r\n\r\n")

    assert head.startswith(b"HTTP/1.1 400 ")
    error = json.loads(body)["error"]
    assert (error["code"], error["reason"]) == ("bad_request", "http.malformed")
    assert f"x-request-id: {error['request_id']}".encode() in head
    assert b"content-type: application/json" in head


@pytest.mark.parametrize("beginning", [b"", b"GET / HTTP/1.1\r\nHost: x\r\n"])
def test_a_head_that_never_ends_does_not_hold_a_connection(
    dashboard: Dashboard, monkeypatch: pytest.MonkeyPatch, beginning: bytes
) -> None:
    monkeypatch.setattr(wire, "HEAD_SECONDS", 0.2)
    address = urlsplit(dashboard.url)
    with closing(socket.create_connection((address.hostname, address.port), timeout=10)) as slow:
        slow.sendall(beginning)

        assert read_all(slow) == b""


def test_a_connection_is_used_again_after_a_long_body(connection: socket.socket) -> None:
    body = b'{"username":"nobody","password":"' + b"x" * 3000 + b'"}'
    head = b"POST /auth/login/local HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(body)

    connection.sendall(head + body)
    first = connection.recv(65_536)
    connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    second = read_all(connection)

    assert b" 401 " in first.split(b"\r\n")[0]
    assert b'"status":"ok"' in second
