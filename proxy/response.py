"""
The head of an upstream's response, parsed strictly, and where its body ends.

What two readers could understand differently is refused, never repaired (RFC 9112, sections 2.2,
5 and 6.3): the connection is closed and the client is told that the backend failed.
"""

import re
from typing import Final

from msgspec import Struct

from proxy.core import twin

MAX_HEAD_BYTES = 65536
END_OF_HEAD = b"\r\n\r\n"

_HEAD: Final = re.compile(
    rb"HTTP/1\.([01]) ([1-5][0-9][0-9])(?: [^\x00-\x08\x0a-\x1f\x7f]*)?\r\n"
    rb"(?:[!#$%&'*+.^_`|~0-9A-Za-z-]+:[^\x00-\x08\x0a-\x1f\x7f]*\r\n)*\r\n"
)
_FIELD: Final = re.compile(rb"\r\n([^:\r]+):[ \t]*([^\r]*)")
_PLAIN: Final[set[bytes]] = set()
"""Names as they were sent that say nothing of where the body ends or the connection goes."""
_MAX_PLAIN: Final = 1024
_MAX_PLAIN_LENGTH: Final = 64
_LENGTH: Final = re.compile(rb"[0-9]{1,19}")
_BODILESS: Final = frozenset({204, 304})


class MalformedResponseError(Exception):
    """
    The upstream did not speak HTTP/1.1 as it must; the connection cannot be trusted any more.
    """


class ResponseHead(Struct, frozen=True, gc=False):
    """
    The head of one response.
    """

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    """Names as sent, values without the white space around them, in the order sent."""
    length: int | None
    """Bytes of body; `None` where only the end of the chunks or of the connection tells."""
    is_chunked: bool
    keeps_alive: bool
    """The upstream will take another request on this connection."""
    connection: bytes = b""
    """The tokens of the Connection header, lower case, separated by commas alone."""

    @property
    def ends_with_connection(self) -> bool:
        """
        Tell whether the body goes on until the upstream closes.
        """
        return self.length is None and not self.is_chunked

    def find(self, name: bytes) -> bytes | None:
        """
        Return the first value of a header, or `None`; the name in lower case.
        """
        size = len(name)
        for sent, value in self.headers:
            if len(sent) == size and sent.lower() == name:
                return value
        return None


def parse_response_head(data: bytes, *, answers_head: bool) -> ResponseHead:
    """
    Read a response head.

    Args:
        data: Everything up to and with the empty line.
        answers_head: The request was HEAD, so that no body follows whatever the headers say.

    Raises:
        MalformedResponseError: bytes or framing that HTTP/1.1 forbids.
    """
    if (scanned := twin.scan_response(data)) is not None:
        return _frame(*scanned, answers_head=answers_head)
    match = _HEAD.fullmatch(data)
    if match is None:
        raise MalformedResponseError("the response head is malformed")
    status = int(match[2])
    headers = tuple(_FIELD.findall(data))
    if b" \r\n" in data or b"\t\r\n" in data:
        headers = tuple([(name, value.rstrip(b" \t")) for name, value in headers])
    length, is_chunked, connection = _find_framing(headers)
    keeps_alive = match[1] == b"1" if not connection else _keeps_alive(match[1], connection)
    if answers_head or status in _BODILESS or status < 200:  # noqa: PLR2004  1xx has no body
        return ResponseHead(status, headers, 0, False, keeps_alive, connection)
    ends_with_connection = length is None and not is_chunked
    keeps_alive = keeps_alive and not ends_with_connection
    return ResponseHead(status, headers, length, is_chunked, keeps_alive, connection)


def _frame(
    status: int, headers: tuple[tuple[bytes, bytes], ...], length: int, *, answers_head: bool
) -> ResponseHead:
    """
    Return a head of HTTP/1.1 that says nothing of its connection or of chunks.
    """
    if answers_head or status in _BODILESS or status < 200:  # noqa: PLR2004  1xx has no body
        return ResponseHead(status, headers, 0, False, True)
    if length < 0:
        return ResponseHead(status, headers, None, False, False)
    return ResponseHead(status, headers, length, False, True)


def _find_framing(headers: tuple[tuple[bytes, bytes], ...]) -> tuple[int | None, bool, bytes]:
    """
    Return the length, whether there are chunks, and the tokens of Connection.
    """
    length: int | None = None
    coding = connection = b""
    for name, value in headers:
        if name in _PLAIN:
            continue
        folded = name.lower()
        if folded == b"content-length":
            length = _parse_length(value, length)
        elif folded == b"transfer-encoding":
            coding = _parse_coding(value, coding)
        elif folded == b"connection":
            connection += b"," + value.lower().translate(None, b" \t")
        elif len(_PLAIN) < _MAX_PLAIN and len(name) <= _MAX_PLAIN_LENGTH:
            _PLAIN.add(name)
    if coding and length is not None:
        raise MalformedResponseError("both a content length and a transfer coding")
    return length, bool(coding), connection[1:]


def _parse_length(value: bytes, before: int | None) -> int:
    if before is not None or _LENGTH.fullmatch(value) is None:
        raise MalformedResponseError("the content length is repeated or no number")
    return int(value)


def _parse_coding(value: bytes, before: bytes) -> bytes:
    if before or value.lower() != b"chunked":
        raise MalformedResponseError("a transfer coding other than chunked alone")
    return b"chunked"


def _keeps_alive(minor_version: bytes, connection: bytes) -> bool:
    tokens = connection.split(b",")
    if minor_version == b"0":
        return b"keep-alive" in tokens
    return b"close" not in tokens
