"""
From the claims of a provider to who somebody is here: pure.

Providers differ in where they put roles and groups, so both are looked for by configured names, at
the top or along a dotted path. A role is chosen in a fixed order, the highest first.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from app.auth.user import is_username, parse_email
from app.config.identity import OidcConfig
from app.errors.raised import StowageError
from app.rbac.levels import Role

MAX_SUBJECT = 255
"""OpenID Connect Core 1.0, section 2: a subject has at most 255 characters."""

_PRECEDENCE = (Role.ADMIN, Role.USER, Role.READONLY)


@dataclass(frozen=True, slots=True)
class Claimed:
    """
    Who somebody is, as the provider says.
    """

    subject: str
    """The provider's own name for them, never given to anybody else."""
    username: str
    email: str
    """Empty where there is none."""
    is_email_verified: bool | None
    """`None`: the provider does not say."""
    role: Role | None
    """`None`: nothing maps to a role."""
    groups: frozenset[str]


def source_of(issuer: str) -> str:
    """
    Return the identity source of users of an issuer: `oidc:` and its host, with a port if any.
    """
    return f"oidc:{urlsplit(issuer).netloc}"


def read_claims(claims: Mapping[str, Any], config: OidcConfig) -> Claimed:
    """
    Return who the claims speak of; `sub` has been checked before.
    """
    email = _email(claims.get("email"))
    verified = claims.get("email_verified")
    return Claimed(
        subject=claims["sub"],
        username=_username(claims, email),
        email=email,
        is_email_verified=verified if isinstance(verified, bool) else None,
        role=_role(claims, config),
        groups=_values(claims, config.group_claim or "groups"),
    )


def _role(claims: Mapping[str, Any], config: OidcConfig) -> Role | None:
    held = _values(claims, config.role_claim or "groups")
    mapping = config.role_mapping
    wanted = {Role.ADMIN: mapping.admin, Role.USER: mapping.user, Role.READONLY: mapping.readonly}
    for role in _PRECEDENCE:
        if not held.isdisjoint(wanted[role]):
            return role
    return Role(config.default_role) if config.default_role else None


def _values(claims: Mapping[str, Any], name: str) -> frozenset[str]:
    found = _find(claims, name)
    if isinstance(found, str):
        return frozenset({found})
    if isinstance(found, list):
        return frozenset(value for value in found if isinstance(value, str))
    return frozenset()


def _find(claims: Mapping[str, Any], name: str) -> object:
    # A namespaced claim (`https://example.com/roles`) has dots in its name; that comes first.
    if name in claims:
        return claims[name]
    found: object = claims
    for step in name.split("."):
        found = found.get(step) if isinstance(found, Mapping) else None
    return found


def _username(claims: Mapping[str, Any], email: str) -> str:
    for candidate in (claims.get("preferred_username"), email, claims["sub"]):
        if isinstance(candidate, str) and is_username(candidate.strip()):
            return candidate.strip()
    return ""


def _email(value: object) -> str:
    if not isinstance(value, str):
        return ""
    try:
        return parse_email(value)
    except StowageError:
        return ""
