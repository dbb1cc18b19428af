"""
`S3Request`: what a head asks of S3, path-style and virtual-hosted-style made one.

The raw path is split before anything is decoded, so that an escaped slash never separates a
bucket from a key. Names are read here, judged in `proxy.core.names`.
"""

import re
from collections.abc import Mapping
from enum import Enum
from functools import lru_cache
from types import MappingProxyType
from urllib.parse import unquote_to_bytes

from msgspec import Struct

from app.errors import registry as errors
from app.errors.raised import StowageError
from proxy.core.head import Head
from proxy.core.shape import CHECKSUM_FIELDS, Shape, find_shape

MAX_PARAMETERS = 100
"""Query parameters in one request; S3 itself knows far fewer."""
AUTHENTICATION_PARAMETERS = frozenset(
    {
        "AWSAccessKeyId",
        "Expires",
        "Signature",
        "X-Amz-Algorithm",
        "X-Amz-Credential",
        "X-Amz-Date",
        "X-Amz-Expires",
        "X-Amz-Signature",
        "X-Amz-SignedHeaders",
    }
)
"""They say who asks, not what; their case matters."""

_HOST = re.compile(r"(?:[A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_FIELD_NAME = re.compile(r"[a-z0-9-]+")
_FIELD_VALUE = re.compile(r"[\x20-\x7e\x80-\xff]*")
NO_PARAMETERS: Mapping[str, str] = MappingProxyType({})
"""Of a request without a query."""
# AWS SDK for JavaScript v3 signs them into a URL over a body that it does not have; S3 ignores
# them there (and so do we).
_IGNORED_IN_QUERY = CHECKSUM_FIELDS | {"x-amz-sdk-checksum-algorithm"}
# boto3 puts these into a version 2 URL, beside the `x-amz-…` fields.
_HOISTED_BY_BOTO3 = frozenset({"content-md5", "content-type"})


class AddressStyle(Enum):
    """
    Where the bucket stands: in the path or in the host.
    """

    PATH = "path"
    VIRTUAL = "virtual"


class S3Request(Struct, frozen=True, gc=False):
    """
    One request, parsed: the head and what of S3 it names.
    """

    head: Head
    raw_path: str
    """The path as it stood on the wire, still escaped."""
    bucket: str
    """As the client names it, decoded; empty at service level."""
    key: str
    """Decoded; empty where no object is named."""
    query: tuple[tuple[str, str], ...]
    """Decoded names and values in wire order; `+` is a space; no name stands there twice."""
    parameters: Mapping[str, str]
    """The query without what authenticates and without fields that belong into the head."""
    fields: Mapping[str, str]
    """The header fields, with those that a presigned URL carries in its query."""
    shape: Shape
    """What the names of those fields tell."""
    style: AddressStyle

    def __repr__(self) -> str:
        return f"S3Request({self.head!r})"  # the query and the fields hold signatures and keys

    @property
    def amz(self) -> tuple[str, ...]:
        """
        The names of the fields that begin with `x-amz-`.
        """
        return self.shape.amz

    @property
    def method(self) -> str:
        """
        The verb, in capital letters.
        """
        return self.head.method

    @property
    def target(self) -> str:
        """
        The request target as it stood on the wire.
        """
        return self.head.target

    @property
    def host(self) -> str:
        """
        The Host field as sent, port included.
        """
        return self.head.headers["host"]

    @property
    def headers(self) -> Mapping[str, str]:
        """
        The header fields as sent, by lower-case name.
        """
        return self.head.headers


def parse_request(head: Head, host_suffixes: tuple[str, ...] = ()) -> S3Request:
    """
    Read bucket, key, query and fields out of a head.

    Args:
        head: A head that `parse_head` let pass.
        host_suffixes: Domains under which a label in front is a bucket; lower case, a leading
            dot is tolerated.

    Raises:
        StowageError: `bad_request`: `s3.uri_invalid`, `s3.parameter_repeated` or
            `source.host_invalid`. The framing is sound; the connection may go on.
    """
    raw_path, _, raw_query = head.target.partition("?")
    host = head.headers["host"]
    find = _find_bucket_in_host_cached if len(host) <= _CACHED_LENGTH else _find_bucket_in_host
    bucket = find(host, host_suffixes)
    style = AddressStyle.PATH if bucket is None else AddressStyle.VIRTUAL
    raw_key = raw_path[1:]
    if bucket is None:
        raw_bucket, _, raw_key = raw_key.partition("/")
        bucket = unescape(raw_bucket)
    query = parse_query(raw_query) if raw_query else ()
    parameters, fields = _sort_query(query, head.headers)
    key = unescape(raw_key)
    shape = find_shape(fields)
    return S3Request(head, raw_path, bucket, key, query, parameters, fields, shape, style)


def parse_query(raw_query: str) -> tuple[tuple[str, str], ...]:
    """
    Decode a query: `&` separates, `+` is a space, `;` is itself, a name alone has value "".

    Raises:
        StowageError: `bad_request`: an escape is invalid, or a name stands there twice, which
            two servers could read in two ways.
    """
    pairs: list[tuple[str, str]] = []
    seen: set[str] = set()
    for part in raw_query.replace("+", " ").split("&"):
        if not part:
            continue
        raw_name, _, raw_value = part.partition("=")
        name = unescape(raw_name)
        if name in seen:
            raise _repeated(name)
        if len(seen) == MAX_PARAMETERS:
            raise errors.BAD_REQUEST(reason="s3.argument_invalid", params={"argument": "the query"})
        seen.add(name)
        pairs.append((name, unescape(raw_value)))
    return tuple(pairs)


def unescape(raw: str) -> str:
    """
    Undo percent escapes; the result is UTF-8 text without NUL.

    Raises:
        StowageError: `bad_request`, reason `s3.uri_invalid`.
    """
    if "%" not in raw:
        return raw
    if _BAD_ESCAPE.search(raw):
        raise _uri_invalid()
    try:
        text = unquote_to_bytes(raw).decode("utf-8")
    except UnicodeDecodeError as error:
        raise _uri_invalid() from error
    if "\x00" in text:
        raise _uri_invalid()
    return text


def _find_bucket_in_host(host: str, host_suffixes: tuple[str, ...]) -> str | None:
    if not _HOST.fullmatch(host):
        raise errors.BAD_REQUEST(reason="source.host_invalid")
    if not host_suffixes or host.startswith("["):
        return None
    name = host.partition(":")[0].lower()
    for suffix in host_suffixes:
        ending = "." + suffix.lstrip(".").lower()
        if len(ending) > 1 and name.endswith(ending) and len(name) > len(ending):
            return name[: -len(ending)]
    return None


_find_bucket_in_host_cached = lru_cache(maxsize=1024)(_find_bucket_in_host)
_CACHED_LENGTH = 255
"""Of a host name (RFC 1035 2.3.4); a longer one is nobody's, and fills no cache."""


def _sort_query(
    query: tuple[tuple[str, str], ...], headers: Mapping[str, str]
) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """
    Tell parameters from header fields that a presigner hoisted into the query.
    """
    if not query:
        return NO_PARAMETERS, headers
    parameters: dict[str, str] = {}
    fields: dict[str, str] | None = None
    for name, value in query:
        lower = name.lower()
        if name in AUTHENTICATION_PARAMETERS or lower in _IGNORED_IN_QUERY:
            continue
        if lower.startswith("x-amz-") or name in _HOISTED_BY_BOTO3:
            fields = dict(headers) if fields is None else fields
            _hoist(lower, value, fields)
        else:
            parameters[name] = value
    return parameters, headers if fields is None else fields


def _hoist(name: str, value: str, fields: dict[str, str]) -> None:
    text = value.encode("utf-8").decode("latin-1").strip(" ")
    if not _FIELD_NAME.fullmatch(name) or not _FIELD_VALUE.fullmatch(text):
        raise errors.BAD_REQUEST(reason="s3.argument_invalid", params={"argument": name[:80]})
    if fields.setdefault(name, text) != text:
        raise _repeated(name)


def _repeated(name: str) -> StowageError:
    return errors.BAD_REQUEST(reason="s3.parameter_repeated", params={"parameter": name[:80]})


def _uri_invalid() -> StowageError:
    return errors.BAD_REQUEST(reason="s3.uri_invalid")
