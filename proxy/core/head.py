"""
The strict HTTP/1.1 request head parser (RFC 9112): the bytes of a head to a value, or a refusal.

What two parsers could read in two ways is refused and not repaired: a bare CR or LF, folded
lines, a space before a colon, a field twice that may stand there once, a length that is not
digits, a length beside a transfer coding. Such ambiguity is what request smuggling is made of.
"""

import re
from collections.abc import Mapping

from msgspec import Struct

from app.errors import registry as errors
from app.errors.raised import StowageError
from proxy.core import twin

MAX_FIELDS = 200
"""Header fields in one head; the size limit alone would allow thousands of tiny ones."""

_CRLF = "\r\n"
# VCHAR, SP, HTAB and obs-text (RFC 9110 5.5); everything else is a control.
_TEXT = bytes([9, *range(32, 127), *range(128, 256)])
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_METHOD = re.compile(r"[A-Z]{1,20}")
_TARGET = re.compile(r"/[\x21\x22\x24-\x7e]*")
_MAX_LENGTH_DIGITS = 18

_SINGLE = frozenset(
    {
        "access-control-request-headers",
        "access-control-request-method",
        "authorization",
        "content-disposition",
        "content-language",
        "content-length",
        "content-md5",
        "content-range",
        "content-type",
        "date",
        "expect",
        "expires",
        "host",
        "if-match",
        "if-modified-since",
        "if-none-match",
        "if-range",
        "if-unmodified-since",
        "origin",
        "range",
        "transfer-encoding",
        "user-agent",
    }
)
# Lists, which some SDKs send as several lines (AWS SDK for Java v2), and free user metadata.
_AMZ_LISTS = ("x-amz-meta-", "x-amz-grant-", "x-amz-object-attributes", "x-amz-optional-object-")


# A struct is made in a tenth of the time that a frozen dataclass takes, for every request.
class Head(Struct, frozen=True, gc=False):
    """
    A request head that is framed beyond doubt.
    """

    method: str
    target: str
    """Origin form, as it stood on the wire: visible ASCII beginning with a slash."""
    headers: dict[str, str]
    """Names in lower case; values trimmed, ISO 8859-1; repeated lists joined with a comma."""
    is_http_10: bool
    is_persistent: bool
    """The connection may carry another request after this one."""
    content_length: int | None
    """`None` where no length is declared."""
    is_chunked: bool
    expects_continue: bool
    nominated: frozenset[str]
    """Names that the Connection field declares hop-by-hop."""

    def __repr__(self) -> str:
        return f"Head({self.method})"  # fields and target hold signatures and keys

    @property
    def wire_length(self) -> int | None:
        """
        How many body bytes follow: 0 for none, `None` until the last transfer chunk.
        """
        return None if self.is_chunked else (self.content_length or 0)


def parse_head(data: bytes, max_bytes: int = 65536) -> Head:
    """
    Read a whole request head, its final empty line included.

    Raises:
        StowageError: `bad_request` or `not_supported`. The framing of the connection is not to
            be trusted after that: answer and close.
    """
    if len(data) > max_bytes:
        raise errors.BAD_REQUEST(reason="s3.head_too_large", params={"limit": max_bytes})
    if (scanned := twin.scan_head(data, MAX_FIELDS)) is not None:
        return frame_head(*scanned)
    lines = data.decode("latin-1").split(_CRLF)
    # The controls of a sound head are its line ends, in order, and the empty line at its end.
    if data.translate(None, _TEXT) != b"\r\n" * (len(lines) - 1):
        raise _malformed("a control character or a line end that is not CR LF")
    if len(lines) < 3 or lines[-1] or lines[-2]:  # noqa: PLR2004 - request line, empty line, end
        raise _malformed("it does not end in one empty line")
    method, target, is_http_10 = _parse_request_line(lines[0])
    headers = _parse_fields(lines)
    return frame_head(method, target, headers, is_http_10=is_http_10)


def _parse_request_line(line: str) -> tuple[str, str, bool]:
    parts = line.split(" ")
    if len(parts) != 3:  # noqa: PLR2004 - RFC 9112 3: method SP target SP version
        raise _malformed("the request line has not three parts")
    method, target, version = parts
    if version not in {"HTTP/1.1", "HTTP/1.0"}:
        raise _malformed("the version is not HTTP/1.1 or HTTP/1.0")
    if not _METHOD.fullmatch(method):
        raise _malformed("the method is not in capital letters")
    # The absolute form is for forward proxies; nobody sends it here in good faith.
    if not _TARGET.fullmatch(target):
        raise errors.BAD_REQUEST(reason="s3.uri_invalid")
    return method, target, version == "HTTP/1.0"


def _parse_fields(lines: list[str]) -> dict[str, str]:
    if len(lines) > MAX_FIELDS + 3:
        raise _malformed(f"more than {MAX_FIELDS} header fields")
    headers: dict[str, str] = {}
    known = _names
    for line in lines[1:-2]:
        raw_name, colon, value = line.partition(":")
        name = known.get(raw_name) or _admit_name(raw_name)
        if not colon:
            raise _malformed("a header line without a colon")
        if name in headers:
            headers[name] = _join(name, headers[name], value)
        else:
            headers[name] = value.strip(" \t")
    return headers


_names: dict[str, str] = {}
_MAX_NAMES = 1024
_MAX_NAME_LENGTH = 64


def _admit_name(raw_name: str) -> str:
    """
    Check a field name and remember its lower-case form, for the few names that exist.
    """
    if not _TOKEN.fullmatch(raw_name):
        raise _malformed("a header name that is no token, or a folded line")
    name = raw_name.lower()
    is_usual = len(name) <= _MAX_NAME_LENGTH and not name.startswith("x-amz-meta-")
    if is_usual and len(_names) < _MAX_NAMES:
        _names[raw_name] = name
    return name


def _join(name: str, first: str, second: str) -> str:
    if name in _SINGLE or (name.startswith("x-amz-") and not name.startswith(_AMZ_LISTS)):
        raise _malformed(f"{name} stands there twice")
    return f"{first},{second.strip()}"


def frame_head(
    method: str, target: str, headers: dict[str, str], *, is_http_10: bool = False
) -> Head:
    """
    Return the head of which these are the sound parts, once its framing is understood.

    Raises:
        StowageError: as `parse_head`.
    """
    if not headers.get("host"):
        raise errors.BAD_REQUEST(reason="source.host_invalid")
    connection = headers.get("connection")
    tokens = _find_tokens(connection) if connection else _NO_TOKENS
    expectation = headers.get("expect")
    return Head(
        method,
        target,
        headers,
        is_http_10,
        # A client of HTTP/1.0 gets one answer per connection; nothing that signs S3 keeps it.
        not is_http_10 and "close" not in tokens,
        parse_length(headers.get("content-length")),
        "transfer-encoding" in headers and _is_chunked(headers, is_http_10=is_http_10),
        expectation is not None and _expects_continue(expectation, is_http_10=is_http_10),
        tokens,
    )


_FRAMING = frozenset({"authorization", "content-length", "host", "transfer-encoding"})
_NO_TOKENS: frozenset[str] = frozenset()
_KEPT = frozenset({"keep-alive"})


def _find_tokens(value: str) -> frozenset[str]:
    if value.lower() == "keep-alive":
        return _KEPT
    tokens = frozenset(token.strip(" \t").lower() for token in value.split(","))
    if "close" in tokens and "keep-alive" in tokens:
        raise _malformed("the connection is to be closed and kept")
    # Whoever passes a head on drops what is nominated, the signature's own fields for example.
    if any(name.startswith("x-amz-") or name in _FRAMING for name in tokens):
        raise _malformed("connection nominates a field that the request needs")
    return tokens


def parse_length(value: str | None) -> int | None:
    """
    Read Content-Length: digits alone; `None` where it is absent.

    Raises:
        StowageError: `bad_request`: it is no number.
    """
    if value is None:
        return None
    if not (value.isascii() and value.isdigit() and len(value) <= _MAX_LENGTH_DIGITS):
        raise _malformed("content-length is not a number")
    return int(value)


def _is_chunked(headers: Mapping[str, str], *, is_http_10: bool) -> bool:
    """
    Tell that the body comes in transfer chunks (RFC 9112 6.1 and 6.3).
    """
    if is_http_10:
        raise _malformed("transfer-encoding in HTTP/1.0")
    if "content-length" in headers:
        raise _malformed("content-length beside transfer-encoding")
    if headers["transfer-encoding"].lower() != "chunked":
        raise errors.NOT_SUPPORTED(reason="transfer_coding.unsupported")
    return True


def _expects_continue(value: str, *, is_http_10: bool) -> bool:
    if value.lower() != "100-continue":
        raise _malformed("an expectation other than 100-continue")
    return not is_http_10  # RFC 9110 10.1.1: to be ignored in HTTP/1.0


def _malformed(problem: str) -> StowageError:
    return errors.BAD_REQUEST(reason="s3.head_malformed", params={"problem": problem})
