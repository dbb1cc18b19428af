"""
One S3 conversation, held twice: straight with the store, and through the endpoint.

A side signs each request by itself, sends it as exact bytes, and writes down what came back. What
no two conversations share (moments, ids, the bucket's name) is written down as a word.
"""

import hashlib
import re
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from support.s3_raw import RawConnection, Response
from support.signing import Client

_MOMENT = re.compile(
    rb"\b1[0-9]{18}\b"  # nanoseconds
    rb"|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z"
    rb"|\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT"
)


@dataclass(frozen=True, slots=True)
class Style:
    """
    How a client addresses and proves itself.
    """

    name: str
    is_virtual: bool = False
    is_presigned: bool = False
    is_tls: bool = False


PATH_STYLE = Style("path style")
VIRTUAL_HOSTED = Style("virtual-hosted style", is_virtual=True)
PRESIGNED = Style("presigned", is_presigned=True)
TLS = Style("TLS", is_tls=True)
STYLES = (PATH_STYLE, VIRTUAL_HOSTED, PRESIGNED, TLS)


@dataclass(frozen=True, slots=True)
class Place:
    """
    An endpoint, and who one is there.
    """

    host: str
    port: int
    access_key: str
    secret_key: str = field(repr=False)
    region: str
    suffix: str = ""
    """The name of the endpoint in virtual-hosted style."""
    authority: ssl.SSLContext | None = None


@dataclass(frozen=True, slots=True)
class Exchange:
    """
    One request and its answer, comparable.
    """

    asked: str
    status: int
    headers: Mapping[str, str]
    body: bytes


class Side:
    """
    One of the two conversations.
    """

    def __init__(self, place: Place, style: Style, bucket: str) -> None:
        self._heard: list[tuple[str, Response]] = []
        self.bucket = bucket
        self._place = place
        self._style = style
        self._words: dict[bytes, bytes] = {}
        self._connection: RawConnection | None = None
        scheme = "http" if place.authority is None else "https"
        self.learn("BASE", f"{scheme}://{place.host}:{place.port}/{bucket}")
        self.learn("BASE", f"{scheme}://{bucket}.{place.suffix}")
        self.learn("BUCKET", bucket)

    def learn(self, word: str, value: str) -> str:
        """
        Write a word in place of a value, wherever it stands in the transcript; return the value.
        """
        if value:
            self._words[value.encode()] = word.encode()
        return value

    def ask(  # noqa: PLR0913  a request has these parts
        self,
        method: str,
        key: str = "",
        query: str = "",
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        bucket: str | None = None,
    ) -> Response:
        """
        Send a request and write down what came back.
        """
        client, target, fields = self._address(bucket or self.bucket, key, query)
        fields |= {name.lower(): value for name, value in (headers or {}).items()}
        if method in {"PUT", "POST"}:
            fields["content-length"] = str(len(body))
        message = self._sign(client, method, target, fields, body)
        if self._connection is None:
            self._connection = self._connect()
        self._connection.send(message + body)
        response = self._connection.read_response(is_head=method == "HEAD")
        if response.headers.get("connection", "").lower() == "close":
            self.close()
        self._heard.append((f"{method} {target}", response))
        return response

    @property
    def transcript(self) -> list[Exchange]:
        """
        What was asked and answered, in order.
        """
        return [self._comparable(asked, response) for asked, response in self._heard]

    def close(self) -> None:
        """
        Hang up.
        """
        if self._connection is not None:
            self._connection.sock.close()
            self._connection = None

    def _address(self, bucket: str, key: str, query: str) -> tuple[Client, str, dict[str, str]]:
        place = self._place
        host, path = f"{place.host}:{place.port}", quote(key, safe="/~")
        if self._style.is_virtual and place.suffix:
            host, target = f"{bucket}.{place.suffix}", f"/{path}"
        else:
            target = f"/{bucket}/{path}" if key else f"/{bucket}"
        client = Client(
            place.access_key, place.secret_key, place.region, host=host, now=time.time()
        )
        return client, f"{target}?{query}" if query else target, {}

    def _sign(
        self, client: Client, method: str, target: str, fields: dict[str, str], body: bytes
    ) -> bytes:
        if self._style.is_presigned:
            return client.presigned(method, target, fields)
        return client.head(method, target, fields, payload=hashlib.sha256(body).hexdigest())

    def _connect(self) -> RawConnection:
        place = self._place
        sock = socket.create_connection((place.host, place.port), timeout=20)
        if place.authority is not None:
            sock = place.authority.wrap_socket(sock, server_hostname=place.host)
        return RawConnection(sock)

    def _comparable(self, asked: str, response: Response) -> Exchange:
        headers = {name: self._plain(value) for name, value in response.headers.items()}
        body = self._plain_bytes(response.body)
        if body != response.body:
            # Moments have as many digits as it happens.
            headers["content-length"] = "LENGTH"
        shown = self._plain(asked.partition("X-Amz-Algorithm")[0].rstrip("?&"))
        return Exchange(shown, response.status, headers, body)

    def _plain(self, text: str) -> str:
        return self._plain_bytes(text.encode("latin-1")).decode("latin-1")

    def _plain_bytes(self, data: bytes) -> bytes:
        for value, word in self._words.items():
            data = data.replace(value, word)
        return _MOMENT.sub(b"MOMENT", data)


def element(response: Response, name: str) -> str:
    """
    Return the text of the first element of that name; empty where there is none.
    """
    found = re.search(rf"<{name}>([^<]*)</{name}>".encode(), response.body)
    return "" if found is None else found[1].decode()
