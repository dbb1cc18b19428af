"""
Keys of the process itself: listeners, log, metrics, databases.
"""

from pathlib import PurePath
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from app.config.urls import Network, WebUrl
from app.config.values import (
    DurationOrZero,
    Flag,
    Items,
    Listen,
    ListenOrEmpty,
    SecretSource,
    Section,
    restart,
)


class TlsConfig(Section):
    """
    A certificate and its key; both or neither. Read again when they change.
    """

    cert_file: str = Field("", json_schema_extra=restart())
    """PEM file with the certificate and its chain."""
    key_file: str = Field("", json_schema_extra=restart())
    """PEM file with the private key."""


class ServerConfig(Section):
    """
    The dashboard's listener and what concerns the whole process.
    """

    listen: Listen = Field(":8080", json_schema_extra=restart())
    """Address of the dashboard, the API, `/metrics` and the probes."""
    shutdown_timeout: DurationOrZero = 10.0
    """How long short requests may take to finish at the end."""
    drain_timeout: DurationOrZero = 60.0
    """How long running transfers may take, after `shutdown_timeout`."""
    public_url: WebUrl = ""
    """The dashboard as its users see it; for share links and the OIDC redirect."""
    trusted_proxies: Items[Network] = ()
    """Peers whose X-Forwarded-For is believed; empty means nobody."""
    secret_key_file: str = Field("", json_schema_extra=restart())
    """File of the sealing key; made with mode 0600 when it is missing."""
    tls: TlsConfig = TlsConfig()
    """Certificate of the dashboard's listener."""
    dev: Flag = False
    """Show exceptions in error answers. Never on a public installation."""


def _folded(value: object) -> object:
    return value.strip().lower() if isinstance(value, str) else value


def _level(value: object) -> object:
    return _folded(value) or "info"


def _format(value: object) -> object:
    return _folded(value) or "json"


def _driver(value: object) -> object:
    return _folded(value) or "sqlite"


class LogConfig(Section):
    """
    What is logged to standard output, and how.
    """

    level: Annotated[Literal["debug", "info", "warn", "error"], BeforeValidator(_level)] = "info"
    """The least severe level that is written; any case."""
    format: Annotated[Literal["json", "text"], BeforeValidator(_format)] = "json"
    """One JSON object a line, or text for people."""
    access: Flag = False
    """Write one line for every request, on both listeners."""


class MetricsConfig(Section):
    """
    Where Prometheus reads.
    """

    listen: ListenOrEmpty = Field("", json_schema_extra=restart())
    """An address of its own; empty means `/metrics` on the dashboard's listener."""
    token_env: str = ""
    """Variable with the bearer token that a scrape must show; no token means open."""
    token_file: str = ""
    """File with that token."""

    @property
    def token(self) -> SecretSource:
        """
        Where the bearer token is read from.
        """
        return SecretSource(self.token_env, self.token_file)


class SqliteConfig(Section):
    """
    The embedded database.
    """

    path: str = Field("./stowage.db", min_length=1, json_schema_extra=restart())
    """File of the database; its folder must exist."""
    audit_path: str = Field("", json_schema_extra=restart())
    """File of the audit log; empty means `path` with `-audit` before the ending."""

    @property
    def effective_audit_path(self) -> str:
        """
        The audit log's file, with the default worked out.
        """
        if self.audit_path:
            return self.audit_path
        path = PurePath(self.path)
        return str(path.with_name(f"{path.stem}-audit{path.suffix}"))


class PostgresConfig(Section):
    """
    The database of several replicas.
    """

    url: str = Field("", json_schema_extra=restart())
    """Address of the database, when it holds no password."""
    url_env: str = Field("", json_schema_extra=restart())
    """Variable with the address, password included."""
    url_file: str = Field("", json_schema_extra=restart())
    """File with the address, password included."""

    @property
    def source(self) -> SecretSource:
        """
        Where the address is read from.
        """
        return SecretSource(self.url_env, self.url_file, self.url)


class DatabaseConfig(Section):
    """
    Where Stowage keeps its own state.
    """

    driver: Annotated[Literal["sqlite", "postgres"], BeforeValidator(_driver)] = Field(
        "sqlite", json_schema_extra=restart()
    )
    """`sqlite` for one machine, `postgres` for several replicas."""
    sqlite: SqliteConfig = SqliteConfig()
    """The embedded database."""
    postgres: PostgresConfig = PostgresConfig()
    """The database of several replicas."""


class RedisConfig(Section):
    """
    A place for limits that several replicas share.
    """

    url: str = Field("", json_schema_extra=restart())
    """Address, when it holds no password; empty means limits live in the database."""
    url_env: str = Field("", json_schema_extra=restart())
    """Variable with the address, password included."""
    url_file: str = Field("", json_schema_extra=restart())
    """File with the address, password included."""

    @property
    def source(self) -> SecretSource:
        """
        Where the address is read from.
        """
        return SecretSource(self.url_env, self.url_file, self.url)
