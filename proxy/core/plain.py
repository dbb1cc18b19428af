"""
What the compiled twin does, in Python: used where it was not built, and what it is held against.
"""

from typing import TYPE_CHECKING

from proxy.sigv4.canonical import canonical_headers, hash_request
from proxy.sigv4.signature import ALGORITHM, sign_with, string_to_sign

if TYPE_CHECKING:
    from proxy.core._fast import Lane

    Known = tuple[Lane, str, str, str, dict[str, str], str, str]
    Scanned = tuple[str, str, dict[str, str], str]
    Lanes = dict[tuple[str, str, str, str, tuple[str, ...]], Lane]


def scan_head(
    data: bytes,  # noqa: ARG001 - the twin's signature
    max_fields: int,  # noqa: ARG001 - the twin's signature
) -> tuple[str, str, dict[str, str]] | None:
    """
    Leave every request head to `parse_head`.
    """
    return None


def scan_response(
    data: bytes,  # noqa: ARG001 - the twin's signature
) -> tuple[int, tuple[tuple[bytes, bytes], ...], int] | None:
    """
    Leave every answer's head to `parse_response_head`.
    """
    return None


def sign_plainly(  # noqa: PLR0913, PLR0917 - the lines of the page
    key: tuple[bytes, bytes],
    timestamp: str,
    scope: str,
    method: str,
    path: str,
    query: str,
    headers: dict[str, str],
    names: tuple[str, ...],
    signed: str,
    payload: str,
) -> str | None:
    """
    Return the signature of a request; `None` where a header is absent or has several forms.

    Args:
        key: The padded blocks of a `SigningKey`.
        timestamp: Of the signature.
        scope: Of the signature.
        method: The request's.
        path: In canonical form.
        query: In canonical form.
        headers: Names in lower case.
        names: Those that are signed, sorted.
        signed: The same as one text.
        payload: The value of `x-amz-content-sha256`.
    """
    forms = canonical_headers(headers, names)
    if forms is None or len(forms) > 1 or "  " in forms[0] or "\t" in forms[0]:
        return None
    digest = hash_request(method, path, query, forms[0], signed, payload)
    return sign_with(key, string_to_sign(timestamp, scope, digest))


def sign_head(  # noqa: PLR0913, PLR0917 - as above
    key: tuple[bytes, bytes],
    access_key: str,
    timestamp: str,
    scope: str,
    method: str,
    address: tuple[str, str, str],
    fields: dict[str, str],
    signed: tuple[tuple[str, ...], str],
    payload: str,
    frame: str,
) -> bytes | None:
    """
    Return the signed head of a request; `None` where a field has several forms.

    Args:
        key: The padded blocks of a `SigningKey`.
        access_key: Of the credential.
        timestamp: Of the signature.
        scope: Of the signature.
        method: The request's.
        address: Host, path and query, in canonical form.
        fields: Those that go on, without host, length and date.
        signed: The fields that are signed, sorted, and the same as one text.
        payload: The payload's hash, or what stands for one.
        frame: The lines that tell of the body's length.
    """
    host, path, query = address
    names, text = signed
    written = {"host": host, "x-amz-content-sha256": payload, "x-amz-date": timestamp, **fields}
    signature = sign_plainly(
        key, timestamp, scope, method, path, query, written, names, text, payload
    )
    if signature is None:
        return None
    lines = "".join([f"{name}: {value}\r\n" for name, value in written.items()])
    return (
        f"{method} {path}{'?' if query else ''}{query} HTTP/1.1\r\n{lines}"
        f"authorization: {ALGORITHM} Credential={access_key}/{scope}, "
        f"SignedHeaders={text}, Signature={signature}\r\n{frame}\r\n"
    ).encode("latin-1")


def split_query(data: bytes) -> tuple[str, str, str, str] | None:  # noqa: ARG001 - the twin's signature
    """
    Leave every query to `parse_query`.
    """
    return None


def recognise(
    data: bytes,  # noqa: ARG001 - the twin's signature
    lanes: "Lanes",  # noqa: ARG001 - the twin's signature
    max_fields: int,  # noqa: ARG001 - the twin's signature
) -> "Known | Scanned | None":
    """
    Recognise nothing: every request goes the whole way.
    """
    return None


def join_head(first: str, fields: dict[str, str], last: str) -> bytes:
    """
    Return a head of a first line, fields and last lines, each line with its end.
    """
    lines = "".join([f"{name}: {value}\r\n" for name, value in fields.items()])
    return f"{first}{lines}{last}".encode("latin-1")


def pass_fields(
    headers: tuple[tuple[bytes, bytes], ...],  # noqa: ARG001 - the twin's signature
    fates: dict[bytes, int],  # noqa: ARG001 - the twin's signature
    has_length: bool,  # noqa: ARG001, FBT001 - the twin's signature
) -> tuple[bytes, bool] | None:
    """
    Leave every answer's fields to `render_answer_head`.
    """
    return None
