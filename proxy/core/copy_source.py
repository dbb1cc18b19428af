"""
The source of a server-side copy: read, resolved and written anew, never passed on as it came.

Reading it is a right of its own: whoever may write here may not thereby read there.
"""

from dataclasses import dataclass

from app.errors import registry as errors
from app.errors.raised import StowageError
from app.snapshot.values import BackendRoute
from app.types import is_bucket_name
from proxy.core.names import verify_bucket, verify_key
from proxy.core.request import unescape
from proxy.sigv4.canonical import uri_encode, uri_encode_path

_VERSION = "versionId="


@dataclass(frozen=True, slots=True)
class CopySource:
    """
    An object, perhaps a version of it, by the client's bucket name.
    """

    bucket: str
    key: str
    version_id: str | None = None

    def render(self, bucket: str) -> str:
        """
        Return the field's value for a backend where the bucket has this name.
        """
        version = "" if self.version_id is None else f"?{_VERSION}{uri_encode(self.version_id)}"
        return f"{bucket}/{uri_encode_path(self.key)}{version}"


@dataclass(frozen=True, slots=True)
class ForeignSource:
    """
    A source that lies on another backend than the copy will: it is streamed from there.
    """

    source: CopySource
    backend: BackendRoute
    bucket: str
    """Its name there."""


def parse_copy_source(value: str) -> CopySource:
    """
    Read `[/]bucket/key[?versionId=id]`, escaped once; ARNs and access points are refused.

    Args:
        value: The field as it came, one character per byte.

    Raises:
        StowageError: `bad_request` with `s3.copy_source_invalid` or another reason of the part.
    """
    path, mark, query = value.partition("?")
    # S3 reads a plus as a blank here, and s5cmd writes one so; a plus that is meant is escaped.
    bucket, slash, key = _decode(path.replace("+", " ")).removeprefix("/").partition("/")
    if not slash or not key or not is_bucket_name(bucket):
        raise _invalid()
    verify_bucket(bucket)
    verify_key(key)
    return CopySource(bucket, key, _parse_version(query) if mark else None)


def _parse_version(query: str) -> str:
    version_id = _decode(query.removeprefix(_VERSION))
    if not query.startswith(_VERSION) or not version_id or "&" in query:
        raise _invalid()
    return version_id


def _decode(raw: str) -> str:
    try:
        text = raw.encode("latin-1").decode("utf-8")
    except UnicodeDecodeError as error:
        raise _invalid() from error
    return unescape(text)


def _invalid() -> StowageError:
    return errors.BAD_REQUEST(reason="s3.copy_source_invalid")
