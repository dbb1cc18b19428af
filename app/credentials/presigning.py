"""
Presigned URLs: Amazon S3's "Authenticating requests: using query parameters", by botocore.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

REGION = "us-east-1"
"""The S3 endpoint takes any region in a signature."""
_UNRESERVED = "-._~"


@dataclass(frozen=True, slots=True)
class SignedObject:
    """
    A request for one object that is to be signed.
    """

    method: str
    base_url: str
    """The S3 endpoint, without a slash at its end."""
    bucket: str
    key: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    """What the client must send as well."""


def presign(wanted: SignedObject, *, access_key: str, secret_key: str, expires_seconds: int) -> str:
    """
    Return the URL, which whoever has it may use until it expires.
    """
    # Most processes sign nothing, and botocore takes a while to import.
    from botocore.auth import S3SigV4QueryAuth  # noqa: PLC0415  see above
    from botocore.awsrequest import AWSRequest  # noqa: PLC0415  see above
    from botocore.credentials import Credentials  # noqa: PLC0415  see above

    path = f"{quote(wanted.bucket, safe='')}/{quote(wanted.key, safe=f'/{_UNRESERVED}')}"
    request = AWSRequest(
        method=wanted.method,
        url=f"{wanted.base_url}/{path}",
        params=dict(wanted.query),
        headers=dict(wanted.headers),
    )
    signer = S3SigV4QueryAuth(
        Credentials(access_key, secret_key), "s3", REGION, expires=expires_seconds
    )
    signer.add_auth(request)
    return str(request.url)
