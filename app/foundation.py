"""
What the services stand on: where the databases are, the sealing keys, the static account.
"""

from collections.abc import Mapping
from pathlib import Path

import structlog

from app.auth.argon import is_bearable
from app.auth.static import StaticAccount
from app.clock import Clock
from app.config.models import Config
from app.config.secrets import require_secret
from app.crypto import KeyRing, parse_keys, read_key_file
from app.database.engine import Database, Place, PostgresServer, SqliteFile
from app.database.sealing import holds_sealed_secrets, verify_keys
from app.errors.start import StartError

SECRET_KEY_VARIABLE = "STOWAGE_SECRET_KEY"  # noqa: S105  the variable's name
_log = structlog.get_logger(__name__)


def find_databases(config: Config, environ: Mapping[str, str]) -> tuple[Place, Place]:
    """
    Return where the product's tables and the audit log lie.

    Raises:
        ConfigError: the URL of the server, which the configuration names, is not there.
    """
    if config.db.driver == "postgres":
        source = config.db.postgres.source
        server = PostgresServer(require_secret(source, environ, key="db.postgres.url"))
        return server, server
    sqlite = config.db.sqlite
    product, audit = Path(sqlite.path).absolute(), Path(sqlite.effective_audit_path).absolute()
    return SqliteFile(product), SqliteFile(audit)


def find_spool(config: Config) -> Path:
    """
    Return the file that audit events wait in while their database does not take them.
    """
    path = Path(config.db.sqlite.effective_audit_path).absolute()
    return path.with_name(path.name + ".spool")


def load_keys(config: Config, environ: Mapping[str, str]) -> KeyRing | None:
    """
    Return the sealing keys, from the environment or from their file; nothing where none are set.

    Raises:
        StartError: the keys or their file cannot be used.
    """
    if text := environ.get(SECRET_KEY_VARIABLE):
        return parse_keys(text)
    if not config.server.secret_key_file:
        return None
    path = Path(config.server.secret_key_file)
    ring, is_new = read_key_file(path)
    if is_new:
        _log.warning(
            "a sealing key was made: back it up, without it no stored secret can be read",
            file=str(path),
        )
    return ring


async def check_keys(
    config: Config, database: Database, ring: KeyRing | None, clock: Clock
) -> None:
    """
    Refuse keys that do not open what the database holds, or none where one is needed.

    Raises:
        StartError: see above.
    """
    if ring is not None:
        await verify_keys(database, ring, clock)
    elif config.s3_proxy.enabled:
        raise StartError(
            f"s3_proxy.enabled needs a sealing key: set {SECRET_KEY_VARIABLE} "
            "or server.secret_key_file"
        )
    elif await holds_sealed_secrets(database):
        _log.warning("the sealing key is missing: no stored secret can be read")


def load_static(config: Config, environ: Mapping[str, str]) -> StaticAccount | None:
    """
    Return the account that stands in the configuration, if there is one.

    Raises:
        ConfigError: its hash, which the configuration names, is not there.
        StartError: it is no hash.
    """
    static = config.auth.static
    if not config.auth.has_static:
        return None
    phc = require_secret(static.password_hash, environ, key="auth.static.password_hash")
    if not is_bearable(phc):
        raise StartError(
            "auth.static.password_hash is no Argon2id hash; make one with stowage hash-password"
        )
    return StaticAccount(static.username, phc)
