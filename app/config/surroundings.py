"""
Whether the machine has what the configuration names: variables, files, folders.

Apart from `load_config`, so that a configuration can be checked where it does not run.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from app.config.load import LoadedConfig
from app.config.models import Config
from app.config.problems import ConfigError, Problem, render_path
from app.config.problems import Path as KeyPath
from app.config.rules import walk_secrets
from app.config.secrets import resolve_secret


def find_missing(loaded: LoadedConfig, environ: Mapping[str, str]) -> tuple[Problem, ...]:
    """
    Return every variable and file that the configuration names and this machine lacks.
    """
    problems: list[Problem] = []
    for path, name, source in walk_secrets(loaded.config):
        key = f"{render_path(path)}.{name}"
        named = f"{key}_env" if source.env else f"{key}_file"
        try:
            resolve_secret(source, environ, key=key, origin=loaded.origin(named))
        except ConfigError as error:
            problems += error.problems
    for path, message in _files(loaded.config):
        key = render_path(path)
        problems.append(Problem(message, key, loaded.origin(key)))
    return tuple(problems)


def _files(config: Config) -> Iterator[tuple[KeyPath, str]]:
    for section, tls in (("server", config.server.tls), ("s3_proxy", config.s3_proxy.tls)):
        for name in ("cert_file", "key_file"):
            yield from _unreadable((section, "tls", name), getattr(tls, name))
    for index, backend in enumerate(config.backends):
        yield from _unreadable(("backends", index, "ca_file"), backend.ca_file)
    if config.db.driver == "sqlite":
        sqlite = config.db.sqlite
        yield from _no_folder(("db", "sqlite", "path"), sqlite.path)
        yield from _no_folder(("db", "sqlite", "audit_path"), sqlite.effective_audit_path)
    yield from _no_folder(("server", "secret_key_file"), config.server.secret_key_file)


def _unreadable(path: KeyPath, name: str) -> Iterator[tuple[KeyPath, str]]:
    if not name:
        return
    try:
        with Path(name).open("rb") as file:
            file.read(1)
    except OSError as error:
        yield path, f"{name}: {error.strerror}"


def _no_folder(path: KeyPath, name: str) -> Iterator[tuple[KeyPath, str]]:
    if name and not Path(name).absolute().parent.is_dir():
        yield path, f"the folder {Path(name).parent} does not exist"
