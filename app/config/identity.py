"""
Keys of who may come in and what they may do: sign-in, groups, grants, users.
"""

from typing import Annotated, Literal

from pydantic import Field

from app.config.urls import WebUrl
from app.config.values import (
    Count,
    Flag,
    Items,
    PositiveCount,
    PositiveDuration,
    SecretSource,
    Section,
    restart,
    without_effect,
)
from app.config.words import AccessText, Name, RoleName, RoleOrNone


class ScopeConfig(Section):
    """
    Levels at a place.
    """

    backend: str = Field("*", min_length=1)
    """Id of a backend, or `*` for all."""
    bucket: str = Field("*", min_length=1)
    """Name of a bucket, or `*` for all."""
    prefix: str = ""
    """Only keys that start with this."""
    access: AccessText
    """A preset (`readonly`, `readwrite`, `append-only`, `drop-box`, `full`) or a list of levels."""


class SessionConfig(Section):
    """
    How long a sign-in lasts.
    """

    lifetime: PositiveDuration = 28800.0
    """From sign-in to the end, however busy."""
    idle_timeout: PositiveDuration = 3600.0
    """From the last request to the end; at most `lifetime`."""


class PasswordConfig(Section):
    """
    What a local password must be.
    """

    min_length: Count = 12
    """Characters; 0 switches the rule off."""
    prevent_reuse: Flag = True
    """Refuse the present password as the new one."""
    zxcvbn_min_score: Annotated[int, Field(ge=0, le=4)] = 3
    """How hard to guess, 0 (anything) to 4."""


class LockoutConfig(Section):
    """
    When wrong passwords lock an account.
    """

    max_attempts: PositiveCount = 5
    """Wrong passwords within the window that lock the account."""
    window: PositiveDuration = 900.0
    """How long attempts are counted and the lock holds."""


class ResetEmailConfig(Section):
    """
    Kept for files of the reference.
    """

    enabled: Flag = Field(
        default=False, json_schema_extra=without_effect("there is no mail for forgotten passwords")
    )
    """Has no effect."""


class LocalAuthConfig(Section):
    """
    Accounts whose passwords Stowage keeps.
    """

    allow_self_registration: Flag = Field(
        default=False, json_schema_extra=without_effect("accounts are made by administrators")
    )
    """Told to the sign-in page, without further effect."""
    require_admin_approval: Flag = Field(
        default=False, json_schema_extra=without_effect("accounts are made by administrators")
    )
    """Has no effect."""
    password: PasswordConfig = PasswordConfig()
    """What a local password must be."""
    lockout: LockoutConfig = LockoutConfig()
    """When wrong passwords lock an account."""
    reset_email: ResetEmailConfig = ResetEmailConfig()
    """Has no effect."""


class RoleMappingConfig(Section):
    """
    Which groups of the provider make which role; the highest that fits wins.
    """

    admin: Items[str] = ()
    """Groups whose members are administrators."""
    user: Items[str] = ()
    """Groups whose members are users."""
    readonly: Items[str] = ()
    """Groups whose members may only list and read."""


class OidcConfig(Section):
    """
    Single sign-on with an OpenID provider.
    """

    issuer: WebUrl = Field("", json_schema_extra=restart())
    """The provider's issuer URL."""
    client_id: str = Field("", json_schema_extra=restart())
    """Our client id there."""
    client_secret_env: str = Field("", json_schema_extra=restart())
    """Variable with the client secret; none means a public client with PKCE."""
    client_secret_file: str = Field("", json_schema_extra=restart())
    """File with the client secret."""
    scopes: Items[str] = ("openid", "profile", "email")
    """What we ask for; empty means the default."""
    role_claim: str = ""
    """The claim that decides the role, through `role_mapping`."""
    role_mapping: RoleMappingConfig = RoleMappingConfig()
    """Which groups of the provider make which role."""
    name: str = "Single sign-on"
    """Label of the button on the sign-in page."""
    group_claim: str = "groups"
    """The claim with the user's groups; feeds `groups[].claim_values`."""
    default_role: RoleOrNone = ""
    """Role of users whom no mapping matches; empty refuses them."""
    link_by_email: Flag = False
    """Let a verified e-mail sign in to the local account that has it."""

    @property
    def client_secret(self) -> SecretSource:
        """
        Where the client secret is read from.
        """
        return SecretSource(self.client_secret_env, self.client_secret_file)


class StaticAuthConfig(Section):
    """
    One administrator who stands in the configuration alone.
    """

    enabled: Flag = Field(default=False, json_schema_extra=restart())
    """Allow it; `auth.modes` must name `static` too."""
    username: str = Field("", json_schema_extra=restart())
    """Its user name."""
    password_hash_env: str = Field("", json_schema_extra=restart())
    """Variable with its argon2id hash, as `stowage hash-password` prints it."""
    password_hash_file: str = Field("", json_schema_extra=restart())
    """File with that hash."""

    @property
    def password_hash(self) -> SecretSource:
        """
        Where the hash is read from.
        """
        return SecretSource(self.password_hash_env, self.password_hash_file)


class TokensConfig(Section):
    """
    API tokens.
    """

    max_lifetime: PositiveDuration = 31536000.0
    """The longest a token may be valid."""


class RoleGrantsConfig(Section):
    """
    What a role may do without any grant; a list that is given replaces the default.
    """

    user: Items[ScopeConfig] | None = None
    """For role `user`. Left out: read and write everywhere. Empty: nothing but what is granted."""
    readonly: Items[ScopeConfig] | None = None
    """For role `readonly`. Left out: read everywhere. It never exceeds list and read."""


class AuthConfig(Section):
    """
    Who may come in, and by which proof.
    """

    modes: Items[Literal["local", "oidc", "static"]] = Field(
        ("local",), min_length=1, json_schema_extra=restart()
    )
    """The ways of signing in."""
    session: SessionConfig = SessionConfig()
    """How long a sign-in lasts."""
    local: LocalAuthConfig = LocalAuthConfig()
    """Accounts whose passwords Stowage keeps."""
    oidc: OidcConfig = OidcConfig()
    """Single sign-on."""
    static: StaticAuthConfig = StaticAuthConfig()
    """The administrator in the configuration."""
    tokens: TokensConfig = TokensConfig()
    """API tokens."""
    role_grants: RoleGrantsConfig = RoleGrantsConfig()
    """What a role may do without any grant."""
    notice: str = ""
    """Text on the sign-in page."""

    @property
    def has_static(self) -> bool:
        """
        Tell whether the administrator in the configuration may come in.
        """
        return self.static.enabled and "static" in self.modes


class RateLimitConfig(Section):
    """
    How often the dashboard may be called; 0 switches a limit off.
    """

    api_per_minute: Count = 600
    """Calls of the API, for each session."""
    login_per_15m: Count = 10
    """Sign-ins, for each address."""
    share_per_minute: Count = 10
    """Calls of public share pages, for each address."""
    unlock_per_15m: Count = 10
    """Passwords tried on one share."""


class QuotaConfig(Section):
    """
    How many bytes somebody may add, over all buckets; 0 means that this limit is not set.
    """

    soft_bytes: Count = 0
    """From here on it is shown as nearly used up."""
    hard_bytes: Count = 0
    """Beyond this, uploads are refused."""


class GroupConfig(Section):
    """
    A group of users that grants can name.
    """

    name: Name
    """Its name, once."""
    members: Items[str] = ()
    """User names or e-mail addresses."""
    claim_values: Items[str] = ()
    """Values of `auth.oidc.group_claim` that make a member."""
    quota: QuotaConfig | None = None
    """What its members together may add. Left out, it is left alone."""


class GrantConfig(Section):
    """
    Access for one user, group or role.
    """

    user: str = ""
    """A user name or e-mail address."""
    group: str = ""
    """The name of a group."""
    role: RoleOrNone = ""
    """A role."""
    backend: str = Field("*", min_length=1)
    """Id of a backend, or `*`."""
    bucket: str = Field("*", min_length=1)
    """Name of a bucket, or `*`."""
    prefix: str = ""
    """Only keys that start with this."""
    access: AccessText
    """A preset or a list of levels."""


class UserConfig(Section):
    """
    A user who must exist.
    """

    username: Name
    """The name to sign in with, once."""
    email: str = ""
    """The e-mail address."""
    oidc_subject: str = ""
    """The provider's subject, instead of an e-mail address."""
    role: RoleName = "user"
    """What the user is."""
    enabled: Flag = True
    """Whether the user may come in and own live credentials."""
    kind: Literal["person", "service"] = "person"
    """A service account never signs in; it owns credentials."""
    quota: QuotaConfig | None = None
    """What the user may add, with every credential. Left out, it is left alone."""
