"""
Reading a secret where it is used; the configuration holds only where it stands.
"""

import os
from collections.abc import Mapping
from pathlib import Path

from app.config.problems import NOWHERE, ConfigError, Origin, Problem
from app.config.values import SecretSource

MAX_SECRET_BYTES = 64 * 1024


def resolve_secret(
    source: SecretSource, environ: Mapping[str, str], *, key: str, origin: Origin = NOWHERE
) -> str | None:
    """
    Return the secret, or nothing when the configuration names no source.

    White space around the content of a file is dropped; a variable is taken as it stands. `key`
    and `origin` say in a message which key is meant.

    Raises:
        ConfigError: the variable is not set or empty, or the file cannot be read or is empty.
    """
    if source.plain:
        return source.plain
    if source.env:
        return _from_variable(source.env, environ, key, origin)
    if source.file:
        return _from_file(source.file, key, origin)
    return None


def require_secret(
    source: SecretSource, environ: Mapping[str, str], *, key: str, origin: Origin = NOWHERE
) -> str:
    """
    Return the secret of a key that must have one.

    Raises:
        ConfigError: as `resolve_secret`, or no source is named.
    """
    secret = resolve_secret(source, environ, key=key, origin=origin)
    if secret is None:
        raise ConfigError([Problem(f"{key}_env or {key}_file is required", key, origin)])
    return secret


def _from_variable(name: str, environ: Mapping[str, str], key: str, origin: Origin) -> str:
    value = environ.get(name, "")
    if not value:
        message = f"the environment variable {name} is not set"
        raise ConfigError([Problem(message, f"{key}_env", origin)])
    return value


def _from_file(name: str, key: str, origin: Origin) -> str:
    try:
        with Path(name).open("rb") as file:
            raw = file.read(MAX_SECRET_BYTES)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else "it cannot be read"
        raise ConfigError([Problem(f"{name}: {reason}", f"{key}_file", origin)]) from error
    try:
        value = raw.decode().strip()
    except UnicodeDecodeError:
        value = ""
    if not value:
        raise ConfigError([Problem(f"{name} holds no text", f"{key}_file", origin)])
    return value
