"""
URLs of the S3 endpoint that are their own proof.
"""

from app.errors import registry as errors
from app.snapshot.presigner import UrlRequest
from dashboard.call import Call
from dashboard.schemas import Body, Schema, Timestamp


class PresignCreate(Body):
    """
    What the URL is to be good for.
    """

    key: str = ""
    method: str = "GET"
    expires_in: int = 3600
    """Seconds, at most a week."""
    content_type: str = ""
    version_id: str = ""
    access_key: str = ""
    """The own credential that signs; empty picks one that may."""


class PresignedUrl(Schema):
    """
    A URL that whoever has it may use, with the headers that belong to it.
    """

    url: str
    headers: dict[str, str]
    expires_at: Timestamp
    access_key: str


async def create_url(call: Call) -> PresignedUrl:
    """
    Sign a URL with a credential of the caller's own.
    """
    if not call.services.config.s3_proxy.enabled:
        raise errors.S3_PROXY_DISABLED()
    body = await call.body(PresignCreate)
    wanted = UrlRequest(
        key=body.key,
        method=body.method.upper(),
        expires_seconds=body.expires_in,
        content_type=body.content_type,
        version_id=body.version_id,
        access_key=body.access_key,
    )
    made = await call.services.presigner.create(call.actor, call.place, wanted)
    return PresignedUrl(
        url=made.url,
        headers=dict(made.headers),
        expires_at=made.expires_at,
        access_key=made.access_key,
    )
