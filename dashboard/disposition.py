"""
How the bytes of a stored object may reach a browser: under which name, shown or saved.

Whoever may write an object chooses its bytes, its name and its type. None of the three may become
part of our pages: active content is always saved, never shown, and runs in a sandbox at most.
"""

import re
from typing import Literal, get_args
from urllib.parse import quote

from app.errors import registry as errors

Disposition = Literal["attachment", "inline"]
OBJECT_POLICY = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; media-src 'self'; "
    "frame-ancestors 'none'"
)
"""The content policy of object bytes; the sandbox takes scripts and our origin away from them."""

_ACTIVE_TYPES = frozenset(
    {"text/html", "text/xml", "text/xsl", "application/xml", "multipart/x-mixed-replace"}
)
_ACTIVE_ENDINGS = (".svg", ".html", ".htm", ".xhtml", ".xml", ".xht", ".shtml", ".mhtml")
_HIDDEN = re.compile('["\\\\\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]')
_ATTR_CHARS = "!#$&+-.^_`|~"  # RFC 5987 section 3.2.1, beside letters and digits
# What may load object bytes: a navigation, our own fetch, and the elements that only draw.
_HARMLESS_DESTINATIONS = frozenset({"", "empty", "document", "image", "video", "audio"})


def parse_disposition(text: str) -> Disposition:
    """
    Read the query parameter; empty means `attachment`.

    Raises:
        StowageError: `bad_request`, reason `field.invalid`.
    """
    for known in get_args(Disposition):
        if text == known:
            return "inline" if known == "inline" else "attachment"
    if not text:
        return "attachment"
    raise errors.BAD_REQUEST(
        reason="field.invalid",
        params={"field": "disposition", "problem": "use attachment or inline"},
    )


def verify_destination(destination: str) -> None:
    """
    Refuse to be the script, style, worker or frame of a page.

    Args:
        destination: The `Sec-Fetch-Dest` header; empty where the client sends none.

    Raises:
        StowageError: `source_untrusted`, reason `source.destination`.
    """
    if destination.lower() not in _HARMLESS_DESTINATIONS:
        raise errors.SOURCE_UNTRUSTED(reason="source.destination")


def is_active(content_type: str, key: str) -> bool:
    """
    Tell whether a browser might run what is in the object.
    """
    media_type = content_type.partition(";")[0].strip().lower()
    is_markup = media_type in _ACTIVE_TYPES or media_type.endswith("+xml")
    return is_markup or key.lower().endswith(_ACTIVE_ENDINGS)


def render_disposition(wanted: Disposition, content_type: str, key: str) -> str:
    """
    Return the Content-Disposition header; active content is an attachment whatever was wanted.
    """
    kind = "attachment" if is_active(content_type, key) else wanted
    name = file_name(key)
    ascii_name = re.sub(r"[^\x20-\x7e]", "_", name)
    plain = f'{kind}; filename="{ascii_name}"'
    if ascii_name == name:
        return plain
    # RFC 6266 section 4.3: both forms, the plain one for those who do not know the other.
    return f"{plain}; filename*=UTF-8''{quote(name, safe=_ATTR_CHARS)}"


def file_name(key: str) -> str:
    """
    Return the last segment of the key without what could break a header or deceive a reader.
    """
    last = key.rpartition("/")[2]
    return _HIDDEN.sub("", last) or "download"
