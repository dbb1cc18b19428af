"""
Which part of an object a request asks for, and whether it has the object already (RFC 9110).
"""

import re
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

from app.backends.stored import ByteRange, Conditions
from app.errors import registry as errors

_SINGLE = re.compile(r"(\d{0,18})\s*-\s*(\d{0,18})")


def parse_range(header: str | None) -> ByteRange | None:
    """
    Read a Range header; `None` stands for the whole object.

    Another unit and a list of ranges are ignored, as section 14.2 allows.

    Raises:
        StowageError: `bad_range`, reason `range.malformed`.
    """
    unit, separator, ranges = (header or "").partition("=")
    if unit.strip().lower() != "bytes" or not separator or "," in ranges:
        return None
    match = _SINGLE.fullmatch(ranges.strip())
    if match is None:
        raise errors.BAD_RANGE(reason="range.malformed")
    first, last = (int(text) if text else None for text in match.groups())
    is_backwards = first is not None and last is not None and last < first
    if is_backwards or (first is None and last is None):
        raise errors.BAD_RANGE(reason="range.malformed")
    return ByteRange(first, last)


def parse_conditions(
    if_none_match: str | None, if_modified_since: str | None, if_match: str | None = None
) -> Conditions:
    """
    Read the headers of a client that has a copy. `If-None-Match` wins over the date, 13.2.2.
    """
    wanted = if_match or ""
    if if_none_match:
        return Conditions(if_match=wanted, if_none_match=if_none_match)
    return Conditions(if_match=wanted, if_modified_since=parse_http_date(if_modified_since))


def may_continue(if_range: str, *, etag: str, last_modified: datetime | None) -> bool:
    """
    Tell whether a part may be sent: the client's copy is the object as it is now.

    A weak ETag never fits, section 13.1.5.
    """
    wanted = if_range.strip()
    if wanted.startswith(('"', "W/")):
        return wanted == etag and not wanted.startswith("W/")
    date = parse_http_date(wanted)
    if date is None or last_modified is None:
        return False
    return date == last_modified.replace(microsecond=0)


def parse_http_date(text: str | None) -> datetime | None:
    """
    Read a date as HTTP writes it; `None` where there is none or it is not one.
    """
    if not text:
        return None
    try:
        date = parsedate_to_datetime(text)
    except ValueError:
        return None
    return date if date.tzinfo is not None else None


def render_http_date(moment: datetime) -> str:
    """
    Write an aware moment of any zone as HTTP wants it.
    """
    return format_datetime(moment.astimezone(UTC), usegmt=True)
