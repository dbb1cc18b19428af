"""
What a proof of identity is, and the checks that both signature versions share.
"""

import os
import time
from hmac import compare_digest

from msgspec import Struct

from app.errors import registry as errors
from app.errors.raised import StowageError
from app.rbac.principal import Principal
from app.snapshot.values import AnonymousBinding, CredentialEntry
from proxy.core.mismatch import UNKNOWN
from proxy.core.request import S3Request
from proxy.core.trail import Trail
from proxy.sigv4.payload import ChunkSeed, PayloadMode

MAX_SKEW_SECONDS = 900
"""How far the client's clock may be off: 15 minutes, as S3 has it."""

_NOBODYS_SECRET = os.urandom(30).hex()


class Proof(Struct, frozen=True, gc=False):
    """
    Who asks, and how the body is vouched for.
    """

    principal: Principal
    credential: CredentialEntry | None
    """`None` for a stranger."""
    binding: AnonymousBinding | None
    """Set for a stranger."""
    payload_mode: PayloadMode
    payload_sha256: str = ""
    """The declared hash of the body, where it is one."""
    seed: ChunkSeed | None = None
    """Set where the body's chunks are signed."""
    scope: str = ""
    """`day/region/s3/aws4_request` of a version 4 signature."""


def find_secret(credential: CredentialEntry | None) -> str:
    """
    Return the secret to verify with; for an unknown key one that nobody has.

    The work is then the same, and the time of the answer does not tell which keys exist.
    """
    return _NOBODYS_SECRET if credential is None else credential.secret_key


def verify_credential(
    credential: CredentialEntry | None, request: S3Request, now: float, *, is_signed: bool
) -> CredentialEntry:
    """
    Return the credential if it is one, the signature is its own, and it holds at this moment.

    Raises:
        StowageError: `invalid_credentials`, `unauthorized` or `forbidden`.
    """
    if credential is None:
        raise errors.INVALID_CREDENTIALS(reason="credential.unknown")
    if not is_signed:
        raise errors.INVALID_CREDENTIALS(
            reason="signature.mismatch", params={"difference": UNKNOWN}
        )
    if credential.expires_at is not None and now >= credential.expires_at:
        if credential.session_token is not None:
            raise errors.UNAUTHORIZED(reason="s3.token_expired")
        raise errors.INVALID_CREDENTIALS(reason="credential.unknown")
    token = request.fields.get("x-amz-security-token")
    if (token is not None or credential.session_token is not None) and not _is_token(
        credential.session_token, token
    ):
        raise errors.UNAUTHORIZED(reason="s3.token_invalid")
    if credential.not_before is not None and now < credential.not_before:
        raise errors.FORBIDDEN(reason="credential.not_yet_valid")
    return credential


def _is_token(expected: str | None, given: str | None) -> bool:
    if expected is None or given is None:
        return False
    return compare_digest(expected.encode("utf-8"), given.encode("latin-1"))


def verify_window(first: int, last: int, now: float, trail: Trail) -> None:
    """
    Refuse a presigned URL outside the seconds it is good for.

    Raises:
        StowageError: `unauthorized`: `s3.presign_early` or `s3.presign_expired`.
    """
    if now < first:
        raise errors.UNAUTHORIZED(reason="s3.presign_early")
    if now > last:
        trail.extra["Expires"] = iso_moment(last)
        trail.extra["ServerTime"] = iso_moment(now)
        raise errors.UNAUTHORIZED(reason="s3.presign_expired")


def iso_moment(moment: float) -> str:
    """
    Return seconds since the epoch as AWS's error documents write them.
    """
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment))


def query_malformed(problem: str) -> StowageError:
    """
    Return the refusal of authentication parameters that cannot be read.
    """
    return errors.BAD_REQUEST(reason="s3.query_auth_malformed", params={"problem": problem})
