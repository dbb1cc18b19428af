"""
Files that a generated secret is written to: the bare secret, or a Secret of Kubernetes.

A file is made once, with mode 0600, before the credential is stored: a start that was cut off
between the two finds the file and takes the secret from it.
"""

import json
import os
from contextlib import suppress
from pathlib import Path

import yaml

from app.config.problems import ConfigError, Origin, Problem

_MANIFESTS = (".yaml", ".yml", ".json")
_ACCESS_KEY = "AWS_ACCESS_KEY_ID"
_SECRET_KEY = "AWS_SECRET_ACCESS_KEY"  # noqa: S105  the name of a member
_MAX_BYTES = 64 * 1024


def read_generated(path: Path, key: str, origin: Origin) -> str | None:
    """
    Return the secret that was written here before, or nothing if there is no file.

    Raises:
        ConfigError: the file is there and cannot be used.
    """
    try:
        with path.open("rb") as file:
            text = file.read(_MAX_BYTES).decode()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text"
        raise ConfigError([Problem(f"{path}: {why}", key, origin)]) from error
    secret = _from_manifest(text) if path.suffix in _MANIFESTS else text.strip()
    if not secret:
        raise ConfigError([Problem(f"{path} holds no secret", key, origin)])
    return secret


def check_folder(path: Path, key: str, origin: Origin) -> None:
    """
    Refuse a place where no file can be made, before anything is changed.

    Raises:
        ConfigError: its folder is not there, or not ours to write.
    """
    folder = path.absolute().parent
    if not folder.is_dir():
        raise ConfigError([Problem(f"the folder {folder} does not exist", key, origin)])
    if not os.access(folder, os.W_OK | os.X_OK):
        raise ConfigError([Problem(f"the folder {folder} cannot be written", key, origin)])


def write_generated(path: Path, *, access_key: str, secret_key: str) -> None:
    """
    Write a new secret to a file of its own; it is whole or not there.

    Raises:
        OSError: it cannot be written, or somebody else made it meanwhile.
    """
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    with suppress(FileNotFoundError):
        fresh.unlink()
    number = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(number, "w") as file:
            file.write(_render(path, access_key, secret_key))
            file.flush()
            os.fsync(file.fileno())
        os.link(fresh, path)  # unlike a rename it never replaces what is there
    finally:
        fresh.unlink()


def _render(path: Path, access_key: str, secret_key: str) -> str:
    if path.suffix not in _MANIFESTS:
        return secret_key + "\n"
    manifest = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": _object_name(path.stem)},
        "type": "Opaque",
        "stringData": {_ACCESS_KEY: access_key, _SECRET_KEY: secret_key},
    }
    if path.suffix == ".json":
        return json.dumps(manifest, indent=2) + "\n"
    return yaml.safe_dump(manifest, sort_keys=False)


def _object_name(stem: str) -> str:
    """
    Return a name as RFC 1123 has it, which is what Kubernetes takes.
    """
    plain = "".join(one if one.isascii() and one.isalnum() else "-" for one in stem.lower())
    return plain.strip("-")[:253] or "stowage"


def _from_manifest(text: str) -> str:
    try:
        manifest = yaml.safe_load(text)  # JSON is YAML
    except yaml.YAMLError:
        return ""
    data = manifest.get("stringData") if isinstance(manifest, dict) else None
    secret = data.get(_SECRET_KEY) if isinstance(data, dict) else None
    return secret if isinstance(secret, str) else ""
