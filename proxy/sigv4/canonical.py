"""
The canonical request, piece by piece.

AWS: "Signature Calculations for the Authorization Header: Transferring Payload in a Single
Chunk". Clients disagree on details, so that some pieces have more than one accepted form; the
first is the one that the page describes.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from urllib.parse import quote, unquote_to_bytes

_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]*")
_UNRESERVED_PATH = re.compile(r"[A-Za-z0-9._~/-]*")
_BLANKS = re.compile(r"[ \t]+")
_BLANKS_OR_QUOTED = re.compile(r'("[^"]*")|[ \t]+')

Pairs = Iterable[tuple[str, str]]


def uri_encode(text: str) -> str:
    """
    Escape everything but RFC 3986's unreserved characters, the slash too, as UTF-8.
    """
    return text if _UNRESERVED.fullmatch(text) else quote(text, safe="")


def uri_encode_path(text: str) -> str:
    """
    Escape as `uri_encode` does, but keep slashes.
    """
    return text if _UNRESERVED_PATH.fullmatch(text) else quote(text, safe="/")


def canonical_paths(raw_path: str) -> tuple[str, ...]:
    """
    Return the accepted forms of a path that is still escaped as on the wire.

    They are: each segment decoded and escaped anew; the same with an escaped slash as a slash;
    the path as it is, for old clients that leave `!'()*+$&,:;=@` literal.
    """
    if _UNRESERVED_PATH.fullmatch(raw_path):
        return (raw_path,)
    segments = raw_path.split("/")
    anew = "/".join(quote(unquote_to_bytes(segment), safe="") for segment in segments)
    whole = quote(unquote_to_bytes(raw_path), safe="/")
    return tuple(dict.fromkeys((anew, whole, raw_path)))


def canonical_query(pairs: Pairs) -> str:
    """
    Return decoded pairs escaped and sorted by escaped name, then escaped value.
    """
    escaped = sorted((uri_encode(name), uri_encode(value)) for name, value in pairs)
    return "&".join([f"{name}={value}" for name, value in escaped])


def canonical_headers(headers: Mapping[str, str], signed: Sequence[str]) -> tuple[str, ...] | None:
    """
    Return the accepted forms of the signed headers, a line each; `None` if one is absent.

    The forms differ where a value holds runs of blanks: collapsed; kept inside double quotes
    (the former AWS text); kept altogether (curl).
    """
    try:
        lines = "".join([f"{name}:{headers[name]}\n" for name in signed])
    except KeyError:
        return None
    if "  " not in lines and "\t" not in lines:
        return (lines,)
    collapsed = _BLANKS.sub(" ", lines)
    quoted = _BLANKS_OR_QUOTED.sub(lambda found: found.group(1) or " ", lines)
    return tuple(dict.fromkeys((collapsed, quoted, lines)))


def hash_request(  # noqa: PLR0913, PLR0917 - the six lines of the page
    method: str, path: str, query: str, headers: str, signed: str, payload_hash: str
) -> str:
    """
    Return the hex SHA-256 of the canonical request made of these six parts.
    """
    text = f"{method}\n{path}\n{query}\n{headers}\n{signed}\n{payload_hash}"
    return sha256(text.encode("latin-1")).hexdigest()
