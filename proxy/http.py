"""
What both directions need of HTTP/1.1: status texts and the Date header.
"""

import asyncio
import time
from email.utils import formatdate
from http import HTTPStatus

STATUS_TEXTS: dict[int, str] = {status.value: status.phrase for status in HTTPStatus}

NO_CONTENT = 204
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class _DateCache:
    """
    The Date header changes once a second; it is written once a second.
    """

    def __init__(self) -> None:
        self.second = -1
        self.text = ""


_cache = _DateCache()


def http_date() -> str:
    """
    Return the moment as RFC 9110 5.6.7 wants it in a Date header.
    """
    second = int(time.time())
    if second != _cache.second:
        _cache.second = second
        _cache.text = formatdate(second, usegmt=True)
    return _cache.text


LAST_CHUNK = b"0\r\n\r\n"


_JOINED_BYTES = 65536


def send_pieces(transport: asyncio.WriteTransport, pieces: list[bytes]) -> None:
    """
    Send pieces with one write: small ones joined, which costs less than a vector of them.
    """
    if len(pieces) == 1:
        transport.write(pieces[0])
    elif len(pieces) == 2 and len(pieces[1]) <= _JOINED_BYTES:  # noqa: PLR2004 - head and body
        transport.write(pieces[0] + pieces[1])
    elif sum(map(len, pieces)) <= _JOINED_BYTES:
        transport.write(b"".join(pieces))
    else:
        transport.writelines(pieces)


def find_plain_file(transport: asyncio.BaseTransport) -> int:
    """
    Return the descriptor of a transport's socket; -1 under TLS, or where there is no socket.
    """
    raw = transport.get_extra_info("socket")
    if raw is None or transport.get_extra_info("sslcontext") is not None:
        return -1
    return int(raw.fileno())


def frame_chunk(data: bytes) -> list[bytes]:
    """
    Return one transfer chunk as pieces (RFC 9112, section 7.1); no data gives no chunk.
    """
    return [b"%x\r\n" % len(data), data, b"\r\n"] if data else []
