"""
What a backend shows to anybody who connects: its clock, and when its certificate ends.

Nothing is signed and no key is sent, so that an expired certificate is looked at as well; whether
it may be trusted is what probes say.
"""

import asyncio
import ssl
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import aiohttp
from cryptography import x509

from app.clock import Clock

LOOK_SECONDS = 5.0
"""For both looks at one backend together."""
_TLS_PORT = 443
_FAILURES = (OSError, TimeoutError, aiohttp.ClientError, ValueError)


@dataclass(frozen=True, slots=True)
class Outside:
    """
    What was seen of one backend; `None` for what could not be, or is not there.
    """

    skew_seconds: int | None = None
    """How far its clock is ahead of ours, to the second; negative if it is behind."""
    certificate_ends_at: datetime | None = None


async def look_at(endpoint: str, clock: Clock) -> Outside:
    """
    Look at a backend from outside. Never fails: what cannot be seen in time is not known.
    """
    skew, ends_at = await asyncio.gather(_skew(endpoint, clock), _certificate_end(endpoint))
    return Outside(skew, ends_at)


async def _skew(endpoint: str, clock: Clock) -> int | None:
    """
    Compare the Date of any answer, a refusal included (RFC 9110, 6.6.1), with our clock.
    """
    asked_at = clock.now().replace(microsecond=0)
    try:
        async with asyncio.timeout(LOOK_SECONDS), aiohttp.ClientSession() as session:
            request = session.head(endpoint, allow_redirects=False, ssl=_unverified())
            async with request as answer:
                told = parsedate_to_datetime(answer.headers.get("Date", ""))
        # It was told at some moment between, so that a slow answer is no wrong clock.
        nearest = min(max(told, asked_at), clock.now())
        return round((told - nearest).total_seconds())
    except (*_FAILURES, TypeError):
        # A Date without a zone cannot be compared, which is a TypeError.
        return None


async def _certificate_end(endpoint: str) -> datetime | None:
    parts = urlsplit(endpoint)
    if parts.scheme != "https":
        return None
    host = parts.hostname or ""
    try:
        async with asyncio.timeout(LOOK_SECONDS):
            _, writer = await asyncio.open_connection(
                host, parts.port or _TLS_PORT, ssl=_unverified(), server_hostname=host
            )
    except _FAILURES:
        return None
    try:
        shown = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    finally:
        writer.close()
    return x509.load_der_x509_certificate(shown).not_valid_after_utc if shown else None


def _unverified() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
