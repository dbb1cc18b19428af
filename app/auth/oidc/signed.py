"""
What a provider has signed: ID tokens and logout tokens, verified whole before a claim is believed.
"""

from collections.abc import Mapping
from typing import Any

from authlib.oauth2.claims import JWTClaims
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import Key, KeySet
from joserfc.jws import extract_compact

from app.auth.oidc.claims import MAX_SUBJECT
from app.auth.oidc.provider import Provider, Tokens
from app.clock import Clock
from app.crypto import is_same
from app.errors import registry as errors

# Asymmetric ones alone: with HS256 whoever knows the client secret could sign.
ALGORITHMS = (
    *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    *("ES256", "ES384", "ES512", "EdDSA", "Ed25519"),
)
LEEWAY_SECONDS = 60
MAX_TOKEN = 32_768
_MAX_LOGOUT_AGE_SECONDS = 300
_LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"


class SignedTokens:
    """
    Verifies what the provider signed, with the keys that it has now.
    """

    def __init__(self, provider: Provider, *, clock: Clock) -> None:
        self._provider = provider
        self._clock = clock

    async def verify_id_token(self, tokens: Tokens, nonce: str) -> Mapping[str, Any]:
        """
        Return the claims of an ID token (OpenID Connect Core 1.0, section 3.1.3.7).

        Raises:
            StowageError: `oidc_failed`: `oidc.token_invalid`, `oidc.nonce_mismatch`, or the
                provider does not tell its keys.
        """
        reason = "oidc.token_invalid"
        decoded = await self._verify(tokens.id_token, reason)
        params = {
            "client_id": self._provider.config.client_id,
            "access_token": tokens.access_token,
        }
        claims = CodeIDToken(decoded.claims, decoded.header, await self._options(), params)
        self._validate(claims, reason)
        if not is_same(str(claims.get("nonce", "")), nonce):
            raise errors.OIDC_FAILED(reason="oidc.nonce_mismatch")
        _check_subject(claims, reason)
        return dict(claims)

    async def verify_logout_token(self, text: str) -> Mapping[str, Any]:
        """
        Return the claims of a logout token (OpenID Connect Back-Channel Logout 1.0, section 2.6).

        Raises:
            StowageError: `oidc_failed`, reason `oidc.logout_token_invalid`, or the provider does
                not tell its keys.
        """
        reason = "oidc.logout_token_invalid"
        decoded = await self._verify(text, reason)
        claims = JWTClaims(decoded.claims, decoded.header, await self._options())
        self._validate(claims, reason)
        issued, now = claims.get("iat"), self._clock.now().timestamp()
        is_fresh = isinstance(issued, int | float) and now - issued < _MAX_LOGOUT_AGE_SECONDS
        events = claims.get("events")
        is_logout = isinstance(events, Mapping) and _LOGOUT_EVENT in events
        names_somebody = any(isinstance(claims.get(name), str) for name in ("sub", "sid"))
        # With a nonce it would be an ID token, passed off as something else.
        if not (is_fresh and is_logout and names_somebody) or "nonce" in claims:
            raise errors.OIDC_FAILED(reason=reason)
        return dict(claims)

    async def _options(self) -> dict[str, Any]:
        metadata = await self._provider.describe()
        return {
            "iss": {"essential": True, "value": metadata.issuer},
            "aud": {"essential": True, "value": self._provider.config.client_id},
        }

    def _validate(self, claims: JWTClaims, reason: str) -> None:
        try:
            claims.validate(now=int(self._clock.now().timestamp()), leeway=LEEWAY_SECONDS)
        except (JoseError, TypeError, ValueError) as error:
            raise errors.OIDC_FAILED(reason=reason) from error

    async def _verify(self, text: str, reason: str) -> jwt.Token:
        header = _header_of(text, reason)
        keys = await self._provider.keys()
        if not _matching(keys, header):
            keys = await self._provider.keys(known=keys)
        for key in _matching(keys, header):
            try:
                return jwt.decode(text, key, algorithms=list(ALGORITHMS))
            except (JoseError, ValueError, TypeError):
                continue
        raise errors.OIDC_FAILED(reason=reason)


def _header_of(text: str, reason: str) -> Mapping[str, Any]:
    refusal = errors.OIDC_FAILED(reason=reason)
    if len(text) > MAX_TOKEN:
        raise refusal
    try:
        header: Mapping[str, Any] = extract_compact(text.encode()).headers()
    except (JoseError, ValueError, TypeError) as error:
        raise refusal from error
    if header.get("alg") not in ALGORITHMS:
        raise refusal
    return header


def _matching(keys: KeySet, header: Mapping[str, Any]) -> list[Key]:
    wanted = header.get("kid")
    return [key for key in keys if wanted is None or key.kid == wanted]


def _check_subject(claims: Mapping[str, Any], reason: str) -> None:
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= MAX_SUBJECT:
        raise errors.OIDC_FAILED(reason=reason)
