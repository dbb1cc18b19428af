"""
What a client claims: the Authorization header and the query parameters of a presigned URL.

AWS: "Authenticating Requests: Using the Authorization Header" and "… Using Query Parameters".
"""

import calendar
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import lru_cache

from proxy.sigv4.signature import ALGORITHM, TERMINATOR

MAX_EXPIRES_SECONDS = 604800
"""Seven days, the longest that a presigned URL may live."""

_CACHED_LENGTH = 1024
_SIGNATURE_HEX = 64
_SIGNATURE = re.compile(r"[0-9a-fA-F]{64}")
_TIMESTAMP = re.compile(r"[0-9]{8}T[0-9]{6}Z")
_DAY = re.compile(r"[0-9]{8}")
_SCOPE_PARTS = 5
_NAMES = frozenset({"Credential", "SignedHeaders", "Signature"})
_LAST = "Signature="


class MalformedError(ValueError):
    """
    A claim that cannot be read; the text says what is wrong with it, without secrets.
    """


@dataclass(frozen=True, slots=True)
class Claim:
    """
    Who claims to have signed, for which scope, over which headers.
    """

    access_key: str
    day: str
    region: str
    scope: str
    """The credential scope without the access key id."""
    signed_headers: tuple[str, ...]
    """Lower case, sorted."""
    signed_text: str
    """The same as one text, joined with semicolons."""
    signed_set: frozenset[str]


@dataclass(frozen=True, slots=True)
class Presigned:
    """
    The authentication parameters of a presigned URL.
    """

    claim: Claim
    timestamp: str
    expires_seconds: int
    signature: str
    token: str | None


def parse_authorization(value: str) -> tuple[Claim, str]:
    """
    Read the header `AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…`.

    The fields may stand in any order, with or without a space after the comma. All but the
    signature is the same all day for one client, and is then found in a cache.

    Raises:
        MalformedError: it is not that.
    """
    head, signature = value[:-_SIGNATURE_HEX], value[-_SIGNATURE_HEX:]
    if head.endswith(_LAST) and _SIGNATURE.fullmatch(signature):
        parse = _parse_prefix_cached if len(head) <= _CACHED_LENGTH else _parse_prefix
        return parse(head), signature.lower()
    fields = _parse_fields(value)
    return _parse_claim(fields), _parse_signature(fields.get("Signature", ""))


def _parse_prefix(head: str) -> Claim:
    return _parse_claim(_parse_fields(head))


_parse_prefix_cached = lru_cache(maxsize=8192)(_parse_prefix)


def _parse_fields(value: str) -> dict[str, str]:
    algorithm, _, rest = value.partition(" ")
    if algorithm != ALGORITHM:
        raise MalformedError(f"the algorithm is not {ALGORITHM}")
    fields: dict[str, str] = {}
    for part in rest.split(","):
        name, _, text = part.strip().partition("=")
        if name not in _NAMES or name in fields:
            raise MalformedError("expected Credential, SignedHeaders and Signature, once each")
        fields[name] = text
    if len(fields) != len(_NAMES):
        raise MalformedError("expected Credential, SignedHeaders and Signature, once each")
    return fields


def _parse_claim(fields: Mapping[str, str]) -> Claim:
    return parse_claim(fields["Credential"], fields["SignedHeaders"])


def parse_claim(credential: str, signed_headers: str) -> Claim:
    """
    Read `<access key id>/<day>/<region>/<service>/aws4_request` and `host;x-amz-date;…`.

    Raises:
        MalformedError: one of them is not that.
    """
    parts = credential.split("/")
    if len(parts) != _SCOPE_PARTS or not all(parts):
        raise MalformedError("the credential has not five parts")
    access_key, day, region, service, terminator = parts
    if not credential.isascii() or not _DAY.fullmatch(day):
        raise MalformedError("the date in the credential is not YYYYMMDD")
    if service != "s3":
        raise MalformedError("the service in the credential is not s3")
    if terminator != TERMINATOR:
        raise MalformedError(f"the credential does not end in {TERMINATOR}")
    names = sorted(name for name in signed_headers.lower().split(";") if name)
    if not names or not signed_headers.isascii():
        raise MalformedError("no header is signed")
    scope = credential[len(access_key) + 1 :]
    return Claim(access_key, day, region, scope, tuple(names), ";".join(names), frozenset(names))


def _parse_signature(text: str) -> str:
    if not _SIGNATURE.fullmatch(text):
        raise MalformedError("the signature is not 64 hex digits")
    return text.lower()


def parse_presigned(query: Mapping[str, str]) -> Presigned:
    """
    Read the `X-Amz-…` parameters of a presigned URL; their names are case-sensitive.

    Raises:
        MalformedError: one is missing or not what it should be.
    """
    if _required(query, "X-Amz-Algorithm") != ALGORITHM:
        raise MalformedError(f"X-Amz-Algorithm is not {ALGORITHM}")
    credential = _required(query, "X-Amz-Credential")
    signed_headers = _required(query, "X-Amz-SignedHeaders")
    parse = (
        _parse_claim_cached
        if len(credential) + len(signed_headers) <= _CACHED_LENGTH
        else parse_claim
    )
    timestamp = _required(query, "X-Amz-Date")
    if not _TIMESTAMP.fullmatch(timestamp):
        raise MalformedError("X-Amz-Date is not YYYYMMDDThhmmssZ")
    return Presigned(
        parse(credential, signed_headers),
        timestamp,
        _parse_expires(_required(query, "X-Amz-Expires")),
        _parse_signature(_required(query, "X-Amz-Signature")),
        query.get("X-Amz-Security-Token"),
    )


_parse_claim_cached = lru_cache(maxsize=8192)(parse_claim)


def _required(query: Mapping[str, str], name: str) -> str:
    value = query.get(name)
    if not value:
        raise MalformedError(f"{name} is missing")
    return value


def _parse_expires(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(MAX_EXPIRES_SECONDS))):
        raise MalformedError("X-Amz-Expires is not a number of seconds")
    if not 1 <= int(text) <= MAX_EXPIRES_SECONDS:
        raise MalformedError(f"X-Amz-Expires is not between 1 and {MAX_EXPIRES_SECONDS}")
    return int(text)


@lru_cache(maxsize=4096)
def parse_timestamp(text: str) -> int | None:
    """
    Return `YYYYMMDDThhmmssZ` as seconds since the epoch; `None` if it is no such moment.
    """
    if len(text) != len("YYYYMMDDThhmmssZ") or not _TIMESTAMP.fullmatch(text):
        return None
    try:
        return calendar.timegm(time.strptime(text, "%Y%m%dT%H%M%SZ"))
    except ValueError:
        return None


def find_timestamp(headers: Mapping[str, str]) -> str | None:
    """
    Return the request's time as `YYYYMMDDThhmmssZ`: from x-amz-date, else from Date.

    `None` if there is neither, or it is not a time.
    """
    text = headers.get("x-amz-date") or headers.get("date")
    if text is None or parse_timestamp(text) is not None:
        return text
    try:
        moment = parsedate_to_datetime(text)
        return time.strftime("%Y%m%dT%H%M%SZ", moment.utctimetuple())
    except (ValueError, OverflowError):
        return None
