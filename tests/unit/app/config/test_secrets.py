from pathlib import Path

import pytest

from app.config.load import load_config
from app.config.problems import ConfigError, Origin, render_path
from app.config.secrets import require_secret, resolve_secret
from app.config.shape import walk_keys
from app.config.surroundings import find_missing
from app.config.values import SecretSource

KEY = "backends[0].secret_key"


def test_a_variable_is_taken_as_it_stands() -> None:
    assert resolve_secret(SecretSource(env="SK"), {"SK": " x "}, key=KEY) == " x "


def test_a_file_is_trimmed(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_text("  x\n")

    assert resolve_secret(SecretSource(file=str(path)), {}, key=KEY) == "x"


def test_a_secret_that_is_not_named_is_none() -> None:
    assert resolve_secret(SecretSource(), {}, key=KEY) is None


@pytest.mark.parametrize("environ", [{}, {"SK": ""}])
def test_a_variable_that_is_not_set_is_named_with_its_key(environ: dict[str, str]) -> None:
    with pytest.raises(ConfigError) as caught:
        resolve_secret(SecretSource(env="SK"), environ, key=KEY, origin=Origin("a.yaml", 3, 5))

    assert str(caught.value) == (
        "a.yaml:3:5: backends[0].secret_key_env: the environment variable SK is not set"
    )


@pytest.mark.parametrize("content", [None, b"", b"\n", b"\xff"])
def test_a_file_without_a_secret_is_named(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "secret"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(ConfigError) as caught:
        require_secret(SecretSource(file=str(path)), {}, key=KEY)

    assert str(path) in str(caught.value)
    assert "backends[0].secret_key_file" in str(caught.value)


def test_a_secret_that_must_be_there_is_asked_for() -> None:
    with pytest.raises(ConfigError, match="is required"):
        require_secret(SecretSource(), {}, key=KEY)


def test_every_secret_can_stand_in_a_variable_or_in_a_file() -> None:
    keys = {render_path(path) for path in walk_keys()}
    named = {key.removesuffix("_env") for key in keys if key.endswith("_env")}

    assert {key for key in named if f"{key}_file" not in keys} == set()
    assert {key.rpartition(".")[2] for key in named} == {
        *("access_key", "secret_key", "secret", "client_secret", "password_hash", "token", "url")
    }


def test_no_key_takes_a_secret_itself() -> None:
    words = ("secret", "password", "token", "hash")
    names = {str(path[-1]) for path in walk_keys()}

    named = {name for name in names if any(word in name for word in words)}
    assert {name for name in named if not name.endswith(("_env", "_file"))} == {
        "min_password_length",  # of shares
        "password",  # rules of a password
        "require_password",
        "tokens",  # rules of API tokens
    }


def test_everything_the_machine_lacks_is_found_at_once(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(
        f"""\
server:
  tls: {{cert_file: {tmp_path}/none.pem, key_file: {path}}}
  secret_key_file: {tmp_path}/none/key
db: {{sqlite: {{path: {tmp_path}/none/stowage.db}}}}
backends:
  - id: a
    type: s3v4
    endpoint: http://a
    access_key_env: AK
    secret_key_file: {tmp_path}/none
"""
    )
    loaded = load_config(path, {})

    missing = find_missing(loaded, {"AK": "x"})

    assert {one.key for one in missing} == {
        "backends[0].secret_key_file",
        "server.tls.cert_file",
        "db.sqlite.path",
        "db.sqlite.audit_path",
        "server.secret_key_file",
    }
    assert next(one for one in missing if "backends" in one.key).origin.line == 10


def test_nothing_is_missing_where_everything_is_there(tmp_path: Path) -> None:
    loaded = load_config(None, {"STOWAGE_SQLITE_PATH": str(tmp_path / "stowage.db")})

    assert find_missing(loaded, {}) == ()
