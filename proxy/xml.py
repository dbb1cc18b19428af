"""
S3 XML in and out: bounded, without entities, document types or network.

Element names are compared without their namespace: SDKs send it, older tools leave it out.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from lxml import etree
from msgspec import Struct

from app.errors import registry as errors
from app.snapshot.values import CorsRule
from proxy.errors import escape_text

NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/"
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
MAX_DELETE_KEYS = 1000
"""As "DeleteObjects" in the Amazon S3 API reference says."""

_FLAGS = {"true": True, "1": True, "false": False, "0": False}
_RULE_ELEMENTS = (
    *("ID", "AllowedOrigin", "AllowedMethod", "AllowedHeader", "ExposeHeader", "MaxAgeSeconds"),
)
_MAX_AGE_DIGITS = 9
_OBJECT_ELEMENTS = frozenset({"ETag", "Key", "LastModifiedTime", "Size", "VersionId"})


class ObjectToDelete(Struct, frozen=True):
    """
    One entry of a multi-object delete.
    """

    key: str
    version_id: str = ""
    conditions: Mapping[str, str] = {}
    """`ETag`, `LastModifiedTime` and `Size`, as far as the client named them."""


@dataclass(frozen=True, slots=True)
class DeleteRequest:
    """
    The body of DeleteObjects.
    """

    objects: tuple[ObjectToDelete, ...]
    is_quiet: bool = False


@dataclass(frozen=True, slots=True)
class RefusedKey:
    """
    One key of a multi-object delete that was refused.
    """

    key: str
    version_id: str
    code: str
    message: str


def parse_document(body: bytes, root: str) -> etree._Element:
    """
    Return the root element of a document that must have this name.

    Raises:
        StowageError: `bad_request`, `s3.xml_malformed`: not well-formed, another root, or a
            document type, which S3 never needs and attacks do.
    """
    # The parser is made anew: lxml's are not to be shared between documents of strangers.
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_pis=True
    )
    try:
        element = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise errors.BAD_REQUEST(reason="s3.xml_malformed") from error
    if element.getroottree().docinfo.doctype or local_name(element) != root:
        raise errors.BAD_REQUEST(reason="s3.xml_malformed")
    return element


def local_name(element: etree._Element) -> str:
    """
    Return an element's name without its namespace; empty for a comment.
    """
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def children(element: etree._Element) -> Iterator[tuple[str, etree._Element]]:
    """
    Yield the child elements with their names, comments left out.
    """
    for child in element:
        if name := local_name(child):
            yield name, child


def parse_delete_request(body: bytes) -> DeleteRequest:
    """
    Read the body of DeleteObjects.

    Raises:
        StowageError: `s3.xml_malformed`, or `s3.too_many_keys` for none or more than 1000.
    """
    objects: list[ObjectToDelete] = []
    is_quiet = False
    for name, child in children(parse_document(body, "Delete")):
        if name == "Object":
            objects.append(_parse_object(child))
        elif name == "Quiet":
            is_quiet = _parse_flag(child.text)
        else:
            raise errors.BAD_REQUEST(reason="s3.xml_malformed")
    if not 1 <= len(objects) <= MAX_DELETE_KEYS:
        raise errors.BAD_REQUEST(reason="s3.too_many_keys")
    return DeleteRequest(tuple(objects), is_quiet)


def _parse_object(element: etree._Element) -> ObjectToDelete:
    fields: dict[str, str] = {}
    for name, child in children(element):
        # A key named twice could be judged by one value and deleted by the other.
        if name not in _OBJECT_ELEMENTS or name in fields or len(child):
            raise errors.BAD_REQUEST(reason="s3.xml_malformed")
        fields[name] = child.text or ""
    key = fields.pop("Key", "")
    if not key:
        raise errors.BAD_REQUEST(reason="s3.xml_malformed")
    return ObjectToDelete(key, fields.pop("VersionId", ""), fields)


def _parse_flag(text: str | None) -> bool:
    flag = _FLAGS.get((text or "").strip().lower())
    if flag is None:
        raise errors.BAD_REQUEST(reason="s3.xml_malformed")
    return flag


def render_delete_request(request: DeleteRequest) -> bytes:
    """
    Return the body of DeleteObjects as it goes upstream.
    """
    quiet = "<Quiet>true</Quiet>" if request.is_quiet else ""
    objects = "".join(_render_object(entry) for entry in request.objects)
    return f'{DECLARATION}<Delete xmlns="{NAMESPACE}">{quiet}{objects}</Delete>'.encode()


def _render_object(entry: ObjectToDelete) -> str:
    version = _element("VersionId", entry.version_id) if entry.version_id else ""
    conditions = "".join(_element(name, text) for name, text in entry.conditions.items())
    return f"<Object>{_element('Key', entry.key)}{version}{conditions}</Object>"


def render_delete_result(upstream: bytes | None, refused: Sequence[RefusedKey]) -> bytes:
    """
    Return the upstream's answer to DeleteObjects with the keys that we refused as errors in it.

    Raises:
        StowageError: `s3.xml_malformed`: the upstream's answer is no `DeleteResult`.
    """
    entries = "" if upstream is None else _render_entries(parse_document(upstream, "DeleteResult"))
    for entry in refused:
        version = _element("VersionId", entry.version_id) if entry.version_id else ""
        entries += (
            f"<Error>{_element('Key', entry.key)}{version}{_element('Code', entry.code)}"
            f"{_element('Message', entry.message)}</Error>"
        )
    return f'{DECLARATION}<DeleteResult xmlns="{NAMESPACE}">{entries}</DeleteResult>'.encode()


def parse_delete_errors(document: bytes) -> set[tuple[str, str]]:
    """
    Return key and version id of everything that an answer to DeleteObjects names as not deleted.

    Raises:
        StowageError: `s3.xml_malformed`.
    """
    root = parse_document(document, "DeleteResult")
    entries = [dict(_texts(child)) for name, child in children(root) if name == "Error"]
    return {(entry.get("Key", ""), entry.get("VersionId", "")) for entry in entries}


def _render_entries(result: etree._Element) -> str:
    return "".join(
        f"<{name}>{''.join(_element(part, child.text or '') for part, child in children(entry))}"
        f"</{name}>"
        for name, entry in children(result)
        if name in ("Deleted", "Error")
    )


def render_bucket_list(
    buckets: Iterable[tuple[str, str, str]],
    *,
    owner_id: str,
    prefix: str = "",
    continuation_token: str = "",
) -> bytes:
    """
    Return the answer to ListBuckets.

    Args:
        buckets: Name, creation date (RFC 3339, UTC) and region of each; an empty region is left
            out.
        owner_id: Who asks.
        prefix: Named in the answer when the request named one.
        continuation_token: Where the next page starts; empty on the last one.
    """
    listed = "".join(
        f"<Bucket>{_element('Name', name)}{_element('CreationDate', created)}"
        f"{_element('BucketRegion', region) if region else ''}</Bucket>"
        for name, created, region in buckets
    )
    owner = f"<Owner>{_element('ID', owner_id)}{_element('DisplayName', owner_id)}</Owner>"
    token = _element("ContinuationToken", continuation_token) if continuation_token else ""
    asked = _element("Prefix", prefix) if prefix else ""
    return (
        f'{DECLARATION}<ListAllMyBucketsResult xmlns="{NAMESPACE}">{owner}'
        f"<Buckets>{listed}</Buckets>{token}{asked}</ListAllMyBucketsResult>"
    ).encode()


def parse_bucket_list(body: bytes) -> list[tuple[str, str]]:
    """
    Return name and creation date of every bucket that a backend's ListBuckets names.

    Raises:
        StowageError: `s3.xml_malformed`.
    """
    root = parse_document(body, "ListAllMyBucketsResult")
    listed = []
    for name, child in children(root):
        if name == "Buckets":
            fields = [dict(_texts(bucket)) for _, bucket in children(child)]
            listed += [(field.get("Name", ""), field.get("CreationDate", "")) for field in fields]
    return listed


def _texts(element: etree._Element) -> Iterator[tuple[str, str]]:
    return ((name, child.text or "") for name, child in children(element))


def parse_cors_configuration(body: bytes) -> tuple[CorsRule, ...]:
    """
    Read the body of PutBucketCors. The ids of rules are names for people, and are not kept.

    Raises:
        StowageError: `s3.xml_malformed`: something else than rules, or a rule without an origin
            or method.
    """
    rules = []
    for name, child in children(parse_document(body, "CORSConfiguration")):
        if name != "CORSRule":
            raise errors.BAD_REQUEST(reason="s3.xml_malformed")
        rules.append(_parse_rule(child))
    if not rules:
        raise errors.BAD_REQUEST(reason="s3.xml_malformed")
    return tuple(rules)


def _parse_rule(element: etree._Element) -> CorsRule:
    found: dict[str, list[str]] = {name: [] for name in _RULE_ELEMENTS}
    for name, child in children(element):
        if name not in found or len(child):
            raise errors.BAD_REQUEST(reason="s3.xml_malformed")
        found[name].append((child.text or "").strip())
    ages = found["MaxAgeSeconds"]
    is_sound = len(ages) <= 1 and all(age.isascii() and age.isdigit() for age in ages)
    if not is_sound or len("".join(ages)) > _MAX_AGE_DIGITS:
        raise errors.BAD_REQUEST(reason="s3.xml_malformed")
    if not found["AllowedOrigin"] or not found["AllowedMethod"]:
        raise errors.BAD_REQUEST(reason="s3.xml_malformed")
    return CorsRule(
        tuple(found["AllowedOrigin"]),
        tuple(found["AllowedMethod"]),
        tuple(found["AllowedHeader"]),
        tuple(found["ExposeHeader"]),
        int(ages[0]) if ages else 0,
    )


def render_cors_configuration(rules: Iterable[CorsRule]) -> bytes:
    """
    Return the answer to GetBucketCors.
    """
    rendered = "".join(_render_rule(rule) for rule in rules)
    document = f'<CORSConfiguration xmlns="{NAMESPACE}">{rendered}</CORSConfiguration>'
    return f"{DECLARATION}{document}".encode()


def _render_rule(rule: CorsRule) -> str:
    lists = (
        ("AllowedOrigin", rule.allowed_origins),
        ("AllowedMethod", rule.allowed_methods),
        ("AllowedHeader", rule.allowed_headers),
        ("ExposeHeader", rule.expose_headers),
    )
    parts = "".join(_element(name, text) for name, texts in lists for text in texts)
    age = _element("MaxAgeSeconds", str(rule.max_age_seconds)) if rule.max_age_seconds else ""
    return f"<CORSRule>{parts}{age}</CORSRule>"


def _element(name: str, text: str) -> str:
    return f"<{name}>{escape_text(text)}</{name}>"
