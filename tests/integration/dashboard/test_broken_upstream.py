"""
A backend that breaks off: the reader must notice, and nobody else may suffer.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import httpx
import pytest

PROMISED, SENT = 1_000_000, 100_000


class Breaking(BaseHTTPRequestHandler):
    """
    Promises a million bytes, gives a tenth of them and hangs up.
    """

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(PROMISED))
        self.send_header("ETag", '"e"')
        self.end_headers()
        self.wfile.write(b"x" * SENT)
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  its own name
        """
        Say nothing.
        """


@contextmanager
def broken_store() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Breaking)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def read_until_it_breaks(answer: httpx.Response) -> bytes:
    pieces = answer.iter_raw()
    received = [next(pieces)]
    with pytest.raises(httpx.RemoteProtocolError):
        received.extend(pieces)
    return b"".join(received)


def test_a_download_that_breaks_off_ends_with_a_closed_connection(
    root: httpx.Client, uli: httpx.Client
) -> None:
    backend_id = f"b-{secrets.token_hex(4)}"
    with broken_store() as endpoint:
        body = {"id": backend_id, "endpoint": endpoint, "access_key": "a", "secret_key": "b"}
        root.post("/api/admin/backends", json=body)
        url = f"/api/backends/{backend_id}/buckets/docs/object?key=x"

        with uli.stream("GET", url) as answer:
            received = read_until_it_breaks(answer)

        root.delete(f"/api/admin/backends/{backend_id}")
    assert (answer.status_code, answer.headers["content-length"]) == (200, str(PROMISED))
    # Not a byte of an error message stands in the file.
    assert set(received) <= set(b"x")
    assert 0 < len(received) <= SENT
    assert 'code="backend_error",surface="dashboard"' in root.get("/metrics").text
    assert uli.get("/api/me").status_code == 200
