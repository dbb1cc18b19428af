"""
The documents of the listings: a backend's read, one of our own written.
"""

from collections.abc import Iterator
from urllib.parse import quote, unquote_plus

from lxml import etree

from proxy.core.listing import Cut, Entry, ListingQuery, Page, render_token
from proxy.errors import escape_text
from proxy.xml import DECLARATION, NAMESPACE, children, parse_document

_TRUE = "true"


def parse_page(body: bytes, query: ListingQuery) -> Page:
    """
    Read a backend's listing, as far as the client asked for it.

    Raises:
        StowageError: `s3.xml_malformed`.
    """
    kind = query.kind
    root = parse_document(body, kind.root)
    fields = {name: child.text or "" for name, child in children(root) if not len(child)}
    is_encoded = fields.get("EncodingType") == "url"
    marker = "NextMarker" if kind.second == "" else "NextKeyMarker"
    second = f"Next{_element_name(kind.second)}" if kind.second else ""
    return Page(
        tuple(_parse_entries(root, query, is_encoded=is_encoded)),
        fields.get("IsTruncated", "").strip() == _TRUE,
        _decode(fields.get(marker, ""), is_encoded=is_encoded),
        fields.get(second, ""),
    )


def _parse_entries(
    root: etree._Element, query: ListingQuery, *, is_encoded: bool
) -> Iterator[Entry]:
    kind = query.kind
    dropped = {"Key", "Owner"} if _hides_owner(query) else {"Key"}
    for name, child in children(root):
        texts = {part: element.text or "" for part, element in children(child)}
        if name == "CommonPrefixes":
            yield Entry(_decode(texts.get("Prefix", ""), is_encoded=is_encoded), is_prefix=True)
        elif name in kind.entries:
            yield Entry(
                _decode(texts.get("Key", ""), is_encoded=is_encoded),
                texts.get(kind.second_element, ""),
                element=name,
                rest="".join(
                    _copy(part) for field, part in children(child) if field not in dropped
                ),
            )


def _hides_owner(query: ListingQuery) -> bool:
    """
    Version 2 names owners only where it is asked to; the backend is asked in version 1.
    """
    is_wanted = query.given.get("fetch-owner", "").lower() == _TRUE
    return query.operation == "ListObjectsV2" and not is_wanted


def _copy(element: etree._Element) -> str:
    """
    Write an element anew, without namespaces and attributes.
    """
    name = etree.QName(element).localname
    inner = "".join(_copy(child) for _, child in children(element))
    return f"<{name}>{inner or escape_text(element.text or '')}</{name}>"


def _decode(text: str, *, is_encoded: bool) -> str:
    # As S3 and botocore have it, a space is written as a plus.
    return unquote_plus(text) if is_encoded else text


def _element_name(parameter: str) -> str:
    """
    Return the element that repeats a parameter: `key-marker` is `KeyMarker`.
    """
    return "".join(part.capitalize() for part in parameter.split("-"))


def render_cut(cut: Cut, bucket: str) -> bytes:
    """
    Return the answer to a listing.

    Args:
        cut: The page.
        bucket: As the client names it.
    """
    query = cut.query
    kind = query.kind
    head = [("Bucket" if kind.selector == "uploads" else "Name", bucket)]
    head.append(("Prefix", _name(query, query.prefix)))
    head += _render_position(cut)
    head.append((_element_name(kind.size), str(query.limit)))
    if query.delimiter:
        head.append(("Delimiter", _name(query, query.delimiter)))
    if query.is_url_encoded:
        head.append(("EncodingType", "url"))
    head.append(("IsTruncated", _TRUE if cut.is_truncated else "false"))
    texts = "".join(f"<{name}>{escape_text(text)}</{name}>" for name, text in head)
    entries = "".join(_render_entry(query, entry) for entry in cut.entries)
    return f'{DECLARATION}<{kind.root} xmlns="{NAMESPACE}">{texts}{entries}</{kind.root}>'.encode()


def _render_position(cut: Cut) -> list[tuple[str, str]]:
    query, kind = cut.query, cut.query.kind
    if query.operation == "ListObjectsV2":
        return _render_tokens(cut)
    first = _element_name(kind.marker)
    lines = [(first, _name(query, query.given.get(kind.marker, "")))]
    if kind.second:
        lines.append((_element_name(kind.second), query.second))
    if cut.is_truncated:
        lines.append((f"Next{first}", _name(query, cut.marker)))
        if cut.second:
            lines.append((f"Next{_element_name(kind.second)}", cut.second))
    return lines


def _render_tokens(cut: Cut) -> list[tuple[str, str]]:
    query = cut.query
    lines = [("KeyCount", str(len(cut.entries)))]
    if "start-after" in query.given:
        lines.append(("StartAfter", _name(query, query.given["start-after"])))
    if "continuation-token" in query.given:
        lines.append(("ContinuationToken", query.given["continuation-token"]))
    if cut.is_truncated:
        lines.append(("NextContinuationToken", render_token(cut.marker)))
    return lines


def _render_entry(query: ListingQuery, entry: Entry) -> str:
    name = escape_text(_name(query, entry.name))
    if entry.is_prefix:
        return f"<CommonPrefixes><Prefix>{name}</Prefix></CommonPrefixes>"
    return f"<{entry.element}><Key>{name}</Key>{entry.rest}</{entry.element}>"


def _name(query: ListingQuery, name: str) -> str:
    return quote(name, safe="/*~ ").replace(" ", "+") if query.is_url_encoded else name
