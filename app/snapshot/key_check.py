"""
`KeyCheck`: does a virtual credential work right now, asked of the S3 endpoint as a client would.
"""

import time
from dataclasses import dataclass

from app.audit.event import Actor
from app.config.models import Config
from app.config.values import parse_listen_address
from app.credentials.presigning import SignedObject, presign
from app.credentials.service import CredentialService
from app.errors import registry as errors
from app.errors.rejected import rejected
from app.snapshot.feed import SnapshotFeed
from app.snapshot.settings import public_url
from app.snapshot.values import CredentialEntry
from app.types import is_bucket_name

CHECK_SECONDS = 10.0
_URL_SECONDS = 60


@dataclass(frozen=True, slots=True)
class CheckResult:
    """
    What the endpoint answered.
    """

    is_ok: bool
    status: int
    """0 where it did not answer at all."""
    error: str
    """S3's code and our reason; empty when all is well."""
    latency_ms: int


class KeyCheck:
    """
    Lists a bucket with somebody's key, through the real endpoint.
    """

    def __init__(self, feed: SnapshotFeed, credentials: CredentialService, config: Config) -> None:
        self._feed = feed
        self._credentials = credentials
        self._config = config

    async def check(
        self, actor: Actor, access_key: str, bucket: str, *, owner: str | None = None
    ) -> CheckResult:
        """
        Ask for one key of a bucket; what is answered is what a client of that key would be told.

        Args:
            actor: The owner or, with no `owner`, an administrator.
            access_key: The key to try.
            bucket: The name by which a client would ask; empty picks one that the key may use.
            owner: Whose key it must be.

        Raises:
            StowageError: `forbidden`, `not_found`; `invalid_request`: the key is switched off, or
                there is no bucket to ask for; `s3_proxy_disabled`: nobody knows where it listens.
        """
        await self._credentials.get(actor, access_key, owner=owner)
        entry = self._feed.current.credentials.get(access_key)
        if entry is None:
            raise rejected("access_key", "it is disabled, or its owner is")
        if entry.session_token is not None:
            raise rejected("access_key", "a temporary credential is checked by its holder alone")
        name = bucket or next(iter(sorted(entry.buckets)), "")
        if not is_bucket_name(name):
            raise rejected("bucket", "name a bucket")
        base_url = _endpoint(self._config)
        if not base_url:
            raise errors.S3_PROXY_DISABLED(reason="s3.no_public_url")
        return await _ask(base_url, entry, name)


async def _ask(base_url: str, entry: CredentialEntry, bucket: str) -> CheckResult:
    wanted = SignedObject("GET", base_url, bucket, "", {"list-type": "2", "max-keys": "1"})
    url = presign(
        wanted,
        access_key=entry.access_key,
        secret_key=entry.secret_key,
        expires_seconds=_URL_SECONDS,
    )
    import httpx  # noqa: PLC0415  only here, and it takes a while to import

    started = time.monotonic()
    try:
        async with httpx.AsyncClient(timeout=CHECK_SECONDS, trust_env=False) as client:
            answer = await client.get(url)
    except httpx.HTTPError as fault:
        return CheckResult(False, 0, type(fault).__name__, _elapsed(started))
    code, reason = (answer.headers.get(f"x-error-{part}", "") for part in ("code", "reason"))
    error = "" if answer.is_success else f"{code} {reason}".strip() or str(answer.status_code)
    return CheckResult(answer.is_success, answer.status_code, error, _elapsed(started))


def _elapsed(started: float) -> int:
    return round((time.monotonic() - started) * 1000)


def _endpoint(config: Config) -> str:
    """
    Return where this process reaches the endpoint: itself, unless a certificate names a host.
    """
    proxy = config.s3_proxy
    address = parse_listen_address(proxy.listen)
    if proxy.tls.cert_file or not address.port:
        return public_url(config)
    host = "127.0.0.1" if not address.host or address.is_every_interface else address.host
    return f"http://{f'[{host}]' if ':' in host else host}:{address.port}"
