"""
S3 over a bare socket: signed heads, sent in whatever pieces a test wants.
"""

import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from support.s3_proxy import HOST, REGION, SECRET

END = b"\r\n\r\n"


def signed_head(  # noqa: PLR0913  every test names the few that it needs
    port: int,
    method: str,
    path: str,
    *,
    body: bytes = b"",
    access_key: str = "AKTENANT",
    secret_key: str = SECRET,
    headers: Mapping[str, str] | None = None,
    unsigned: Mapping[str, str] | None = None,
    is_chunked: bool = False,
) -> bytes:
    """
    Return a request head for a body that is declared by hash and length.

    Args:
        headers: More headers, signed; they win over those made here.
        unsigned: Headers that are sent and not signed.
        is_chunked: The body comes in transfer chunks, without a declared length.
    """
    fields = {
        "Content-Length": str(len(body)),
        **(headers or {}),
    }
    if is_chunked or (method == "GET" and not body):
        del fields["Content-Length"]
    request = AWSRequest(method, f"http://{HOST}:{port}{path}", headers=fields, data=body)
    signer = S3SigV4Auth(Credentials(access_key, secret_key), "s3", REGION)
    signer.add_auth(request)
    lines = [f"{method} {path} HTTP/1.1", f"Host: {HOST}:{port}"]
    lines += [f"{name}: {value}" for name, value in request.headers.items()]
    lines += [f"{name}: {value}" for name, value in (unsigned or {}).items()]
    if is_chunked:
        lines.append("Transfer-Encoding: chunked")
    return "\r\n".join(lines).encode() + END


@dataclass
class Response:
    """
    One response, read to its end.
    """

    status: int
    headers: dict[str, str]
    body: bytes


class RawConnection:
    """
    A socket that reads responses.
    """

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.buffer = b""

    def send(self, *pieces: bytes) -> None:
        """
        Send pieces one after the other.
        """
        for piece in pieces:
            self.sock.sendall(piece)

    def read_head(self) -> tuple[int, dict[str, str]]:
        """
        Return status and headers of the next response, informational ones included.
        """
        while END not in self.buffer:
            data = self.sock.recv(65536)
            if not data:
                raise ConnectionError(f"closed after {self.buffer!r}")
            self.buffer += data
        head, _, self.buffer = self.buffer.partition(END)
        status, *lines = head.decode("latin-1").split("\r\n")
        pairs = [line.partition(":") for line in lines]
        return int(status.split()[1]), {n.lower(): v.strip() for n, _, v in pairs}

    def read_exactly(self, size: int) -> bytes:
        """
        Return so many bytes.
        """
        read = bytearray(self.buffer)
        while len(read) < size:
            data = self.sock.recv(65536)
            if not data:
                raise ConnectionError(f"closed after {len(read)} of {size} bytes")
            read += data
        self.buffer = bytes(read[size:])
        return bytes(read[:size])

    def read_response(self, *, is_head: bool = False) -> Response:
        """
        Return the next response with its body.
        """
        status, headers = self.read_head()
        if is_head or status in (100, 204, 304):
            return Response(status, headers, b"")
        if headers.get("transfer-encoding") == "chunked":
            return Response(status, headers, self._read_chunks())
        return Response(status, headers, self.read_exactly(int(headers["content-length"])))

    def _read_chunks(self) -> bytes:
        body = b""
        while True:
            while b"\r\n" not in self.buffer:
                self.buffer += self.sock.recv(65536)
            line, _, self.buffer = self.buffer.partition(b"\r\n")
            data = self.read_exactly(int(line, 16) + 2)
            if int(line, 16) == 0:
                return body
            body += data[:-2]

    def is_closed(self) -> bool:
        """
        Tell whether the other end closes now, in order or not, without another byte.
        """
        try:
            return not self.buffer and self.sock.recv(1) == b""
        except ConnectionResetError:
            return True


@contextmanager
def connected(port: int) -> Iterator[RawConnection]:
    """
    Open a connection to the proxy.
    """
    with socket.create_connection((HOST, port), timeout=20) as sock:
        yield RawConnection(sock)
