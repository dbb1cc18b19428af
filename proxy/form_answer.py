"""
What a form says beside its file: its tags, and how it wants to hear of success.
"""

from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit

from proxy.core.form import malformed
from proxy.errors import escape_text
from proxy.xml import DECLARATION, children, parse_document

OK, CREATED, NO_CONTENT = 200, 201, 204


def parse_tagging(document: str) -> str:
    """
    Return a form's tags, a document, as the header `x-amz-tagging` has them.
    """
    if not document:
        return ""
    root = parse_document(document.encode(), "Tagging")
    tags = [tag for name, tag_set in children(root) if name == "TagSet" for tag in tag_set]
    texts = [{name: child.text or "" for name, child in children(tag)} for tag in tags]
    return urlencode([(text.get("Key", ""), text.get("Value", "")) for text in texts])


def find_status(fields: Mapping[str, str]) -> int:
    """
    Return the status of success that the form wants: 200, 201, or 204.
    """
    status = fields.get("success_action_status", "").strip()
    return {"200": OK, "201": CREATED}.get(status, NO_CONTENT)


def find_redirect(fields: Mapping[str, str]) -> str:
    """
    Return where the browser is sent after the upload; empty for nowhere.

    Raises:
        StowageError: `form.malformed`: that is no address.
    """
    url = fields.get("success_action_redirect") or fields.get("redirect", "")
    if not url:
        return ""
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise malformed("the redirect is no URL") from error
    is_plain = url.isascii() and url.isprintable() and " " not in url
    if parts.scheme not in {"http", "https"} or not parts.netloc or not is_plain:
        raise malformed("the redirect is no URL")
    return url


def extend_url(url: str, **parameters: str) -> str:
    """
    Return the URL with more parameters.
    """
    parts = urlsplit(url)
    query = "&".join(filter(None, [parts.query, urlencode(parameters)]))
    return parts._replace(query=query).geturl()


def render_created(location: str, bucket: str, key: str, etag: str) -> bytes:
    """
    Return the document of a form that wants 201.
    """
    pairs = (("Location", location), ("Bucket", bucket), ("Key", key), ("ETag", etag))
    fields = "".join(f"<{name}>{escape_text(text)}</{name}>" for name, text in pairs)
    return f"{DECLARATION}<PostResponse>{fields}</PostResponse>".encode()
