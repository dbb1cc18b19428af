"""
The provider as it describes itself: addresses, keys, and the exchange of a code for tokens.

What it says is asked for at the first sign-in, not at start, and again after an hour or when a
token is signed with a key that is not known yet; so neither a provider that is away at our start
nor one that changes its keys needs a restart.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote_plus, urlencode, urlsplit

import httpx
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from app.auth.oidc.flow import Flow
from app.auth.oidc.transport import ProviderHttp
from app.clock import Clock
from app.config.identity import OidcConfig
from app.errors import registry as errors
from app.errors.raised import StowageError

DISCOVERY = "oidc.discovery_failed"
_FRESH = timedelta(hours=1)
# An unknown key may be a forgery: whoever sends many makes us ask no more often than this.
_ASK_AGAIN = timedelta(seconds=10)
_SCOPES = ("openid", "profile", "email")


@dataclass(frozen=True, slots=True)
class Metadata:
    """
    What a provider says of itself (OpenID Connect Discovery 1.0, section 3).
    """

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str = ""
    end_session_endpoint: str = ""
    auth_methods: tuple[str, ...] = ("client_secret_basic",)
    names_issuer: bool = False
    """It names itself in every answer (RFC 9207), so that an answer of another one is noticed."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """
    What a code was exchanged for.
    """

    id_token: str = field(repr=False)
    access_token: str = field(repr=False)


class Provider:
    """
    One provider, as one client of it.
    """

    def __init__(self, config: OidcConfig, client_secret: str, *, clock: Clock) -> None:
        self.config = config
        self._secret = client_secret
        self._clock = clock
        self._http = ProviderHttp()
        self._lock = asyncio.Lock()
        self._metadata: tuple[datetime, Metadata] | None = None
        self._keys: tuple[datetime, KeySet] | None = None
        self._asked_again: datetime | None = None
        self._failures = 0

    async def describe(self) -> Metadata:
        """
        Return what the provider says of itself, at most an hour old.

        Raises:
            StowageError: `oidc_failed`, reason `oidc.discovery_failed` or `oidc.misconfigured`.
        """
        failures = self._failures
        async with self._lock:
            if self._failures != failures:
                # It failed while this one waited; a queue must not try one after the other.
                raise errors.OIDC_FAILED(reason=DISCOVERY)
            now = self._clock.now()
            if self._metadata is None or now - self._metadata[0] >= _FRESH:
                self._metadata = (now, await self._fetch_metadata())
            return self._metadata[1]

    async def keys(self, *, known: KeySet | None = None) -> KeySet:
        """
        Return the keys that the provider signs with; newer ones than `known` if there may be any.

        Raises:
            StowageError: as `describe`.
        """
        metadata = await self.describe()
        async with self._lock:
            now = self._clock.now()
            held = self._keys
            is_old = held is None or now - held[0] >= _FRESH
            if held is None or is_old or self._may_ask_again(known, now):
                found = await self._http.get(metadata.jwks_uri, reason=DISCOVERY)
                held = self._keys = (now, _parse_keys(found))
            return held[1]

    async def authorization_url(self, flow: Flow, redirect_uri: str) -> str:
        """
        Return where the browser is to be sent.

        Raises:
            StowageError: as `describe`.
        """
        metadata = await self.describe()
        url: str = prepare_grant_uri(
            metadata.authorization_endpoint,
            self.config.client_id,
            "code",
            redirect_uri=redirect_uri,
            scope=" ".join(self.config.scopes or _SCOPES),
            state=flow.state,
            nonce=flow.nonce,
            code_challenge=create_s256_code_challenge(flow.verifier),
            code_challenge_method="S256",
        )
        return url

    async def exchange(self, code: str, flow: Flow, redirect_uri: str) -> Tokens:
        """
        Exchange the code that the browser brought back.

        Raises:
            StowageError: `oidc_failed`: `oidc.token_exchange_failed`, `oidc.misconfigured` when
                the provider does not accept us, or as `describe`.
        """
        metadata = await self.describe()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": flow.verifier,
        }
        auth = self._authenticate(form, metadata)
        reason = "oidc.token_exchange_failed"
        agreed, answer = await self._http.post(
            metadata.token_endpoint, form, reason=reason, auth=auth
        )
        if not agreed:
            is_ours = answer.get("error") in ("invalid_client", "unauthorized_client")
            problem = "the provider refuses our client id or secret"
            raise misconfigured(problem) if is_ours else errors.OIDC_FAILED(reason=reason)
        id_token, access_token = answer.get("id_token"), answer.get("access_token")
        if not isinstance(id_token, str) or not isinstance(access_token, str):
            raise errors.OIDC_FAILED(reason=reason)
        return Tokens(id_token, access_token)

    async def user_info(self, access_token: str) -> Mapping[str, Any]:
        """
        Return further claims; none where the provider has no such address.

        Raises:
            StowageError: `oidc_failed`, reason `oidc.userinfo_failed`.
        """
        metadata = await self.describe()
        if not metadata.userinfo_endpoint:
            return {}
        headers = {"Authorization": f"Bearer {access_token}", "Accept": "application/json"}
        reason = "oidc.userinfo_failed"
        return await self._http.get(metadata.userinfo_endpoint, reason=reason, headers=headers)

    async def logout_url(self, id_token: str, return_to: str) -> str:
        """
        Return where the browser ends its session at the provider; empty where it offers no such.

        Raises:
            StowageError: as `describe`.
        """
        metadata = await self.describe()
        if not metadata.end_session_endpoint:
            return ""
        # OpenID Connect RP-Initiated Logout 1.0, section 2.
        query = {"client_id": self.config.client_id, "post_logout_redirect_uri": return_to}
        if id_token:
            query["id_token_hint"] = id_token
        separator = "&" if urlsplit(metadata.end_session_endpoint).query else "?"
        return f"{metadata.end_session_endpoint}{separator}{urlencode(query)}"

    async def close(self) -> None:
        """
        Close every connection.
        """
        await self._http.close()

    async def _fetch_metadata(self) -> Metadata:
        url = f"{self.config.issuer}/.well-known/openid-configuration"
        try:
            return _parse_metadata(await self._http.get(url, reason=DISCOVERY), self.config.issuer)
        except StowageError:
            self._failures += 1
            raise

    def _may_ask_again(self, known: KeySet | None, now: datetime) -> bool:
        if known is None or self._keys is None or known is not self._keys[1]:
            return False
        if self._asked_again is not None and now - self._asked_again < _ASK_AGAIN:
            return False
        self._asked_again = now
        return True

    def _authenticate(self, form: dict[str, str], metadata: Metadata) -> httpx.BasicAuth | None:
        if not self._secret:
            form["client_id"] = self.config.client_id
            return None
        if "client_secret_basic" in metadata.auth_methods:
            # RFC 6749 section 2.3.1: both parts are form-encoded first.
            return httpx.BasicAuth(quote_plus(self.config.client_id), quote_plus(self._secret))
        form |= {"client_id": self.config.client_id, "client_secret": self._secret}
        return None


def misconfigured(problem: str) -> StowageError:
    """
    Return the refusal for which only an operator can do something.
    """
    return errors.OIDC_FAILED(reason="oidc.misconfigured", params={"problem": problem})


def _parse_metadata(found: Mapping[str, Any], issuer: str) -> Metadata:
    # Discovery section 4.3: the issuer must be the one that was asked.
    named = found.get("issuer")
    if not isinstance(named, str) or named.rstrip("/") != issuer:
        raise misconfigured("the provider names another issuer than auth.oidc.issuer")
    methods = found.get("token_endpoint_auth_methods_supported")
    return Metadata(
        issuer=named,
        authorization_endpoint=_address(found, "authorization_endpoint", issuer),
        token_endpoint=_address(found, "token_endpoint", issuer),
        jwks_uri=_address(found, "jwks_uri", issuer),
        userinfo_endpoint=_address(found, "userinfo_endpoint", issuer, is_needed=False),
        end_session_endpoint=_address(found, "end_session_endpoint", issuer, is_needed=False),
        auth_methods=tuple(methods) if isinstance(methods, list) else ("client_secret_basic",),
        names_issuer=found.get("authorization_response_iss_parameter_supported") is True,
    )


def _address(found: Mapping[str, Any], name: str, issuer: str, *, is_needed: bool = True) -> str:
    url = found.get(name, "")
    if not url and not is_needed:
        return ""
    is_web = isinstance(url, str) and url.startswith(("https://", "http://"))
    # A provider on https has no reason to send secrets over http.
    if not is_web or (issuer.startswith("https://") and not url.startswith("https://")):
        raise misconfigured(f"the provider's {name} is missing or not safe")
    return str(url)


def _parse_keys(found: Mapping[str, Any]) -> KeySet:
    try:
        return KeySet.import_key_set({"keys": found["keys"]})
    except (JoseError, KeyError, TypeError, ValueError) as error:
        raise errors.OIDC_FAILED(reason=DISCOVERY) from error
