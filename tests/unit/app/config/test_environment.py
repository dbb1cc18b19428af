import json
import re
from collections.abc import Sequence
from pathlib import Path as FilePath
from typing import Any

import pytest
import yaml

from app.config.load import load_config
from app.config.models import Config
from app.config.problems import ConfigError, Origin, Path, render_path
from app.config.product import KINDS
from app.config.shape import find_shape, walk_keys


def config(**environ: str) -> Config:
    return load_config(None, environ).config


def problem(**environ: str) -> str:
    with pytest.raises(ConfigError) as caught:
        load_config(None, environ)
    (found,) = caught.value.problems
    return str(found)


def test_the_short_names_of_the_reference_work() -> None:
    found = config(
        STOWAGE_LISTEN="127.0.0.1:1",
        STOWAGE_PUBLIC_URL="http://x/",
        STOWAGE_LOG_LEVEL="DEBUG",
        STOWAGE_LOG_FORMAT="text",
        STOWAGE_SQLITE_PATH="/x.db",
        STOWAGE_SECRET_KEY_FILE="/x.key",
    )

    assert (found.server.listen, found.server.public_url) == ("127.0.0.1:1", "http://x")
    assert (found.log.level, found.log.format) == ("debug", "text")
    assert (found.db.sqlite.path, found.server.secret_key_file) == ("/x.db", "/x.key")


@pytest.mark.parametrize(
    ("name", "text", "key", "value"),
    [
        ("STOWAGE_S3_PROXY__WORKERS", "3", ("s3_proxy", "workers"), 3),
        ("STOWAGE_S3_PROXY__ENABLED", "true", ("s3_proxy", "enabled"), True),
        ("STOWAGE_S3_PROXY__GLOBAL_RPS", "1.5", ("s3_proxy", "global_rps"), 1.5),
        ("STOWAGE_S3_PROXY__ANONYMOUS_RPS", "2", ("s3_proxy", "anonymous_rps"), 2.0),
        ("STOWAGE_S3_PROXY__TIMEOUTS__IDLE", "90s", ("s3_proxy", "timeouts", "idle"), 90.0),
        ("STOWAGE_UPLOADS__STALE_AFTER", "0", ("uploads", "stale_after"), 0.0),
        ("STOWAGE_AUTH__NOTICE", "yes: 5", ("auth", "notice"), "yes: 5"),
        ("STOWAGE_AUTH__MODES", '["local"]', ("auth", "modes"), ("local",)),
    ],
)
def test_every_kind_of_key_can_be_overridden(
    name: str, text: str, key: tuple[str, ...], value: object
) -> None:
    found: object = config(**{name: text})
    for step in key:
        found = getattr(found, step)

    assert found == value


def test_every_setting_has_a_variable() -> None:
    defaults = Config().model_dump(mode="json")
    settings = {path: _value_at(defaults, path) for path in walk_keys() if _is_setting(path)}
    environ = {
        "STOWAGE_" + "__".join(map(str, path)).upper(): value
        if isinstance(value, str)
        else json.dumps(value)
        for path, value in settings.items()
        if value not in ("", None)
    }

    loaded = load_config(None, environ)

    assert loaded.config == Config()
    assert len(environ) > 70
    assert {origin.file for origin in loaded.origins.values()} == {
        f"environment variable {name}" for name in environ
    }


PAIRS = {"cert_file": "key_file", "key_file": "cert_file"}
"""What is given with its other half or not at all."""
FILLED = {
    "server.public_url": "https://stowage.example.com",
    "server.secret_key_file": "/run/key",
    "server.tls.cert_file": "/run/tls.crt",
    "server.tls.key_file": "/run/tls.key",
    "metrics.listen": "127.0.0.1:9100",
    "metrics.token_env": "TOKEN",
    "metrics.token_file": "/run/token",
    "db.sqlite.audit_path": "/data/audit.db",
    "db.postgres.url": "postgresql://stowage@db/stowage",
    "db.postgres.url_env": "DATABASE_URL",
    "db.postgres.url_file": "/run/database",
    "redis.url": "redis://cache:6379",
    "redis.url_env": "REDIS_URL",
    "redis.url_file": "/run/redis",
    "auth.oidc.issuer": "https://id.example.com",
    "auth.oidc.client_id": "stowage",
    "auth.oidc.client_secret_env": "OIDC_SECRET",
    "auth.oidc.client_secret_file": "/run/oidc",
    "auth.oidc.role_claim": "roles",
    "auth.oidc.default_role": "readonly",
    "auth.static.username": "root",
    "auth.static.password_hash_env": "HASH",
    "auth.static.password_hash_file": "/run/hash",
    "auth.role_grants.user": '[{"backend": "*", "bucket": "shared", "access": "readonly"}]',
    "auth.role_grants.readonly": "[]",
    "auth.notice": "For staff only",
    "s3_proxy.public_hostname": "s3.example.com",
    "s3_proxy.public_url": "https://s3.example.com",
    "s3_proxy.tls.cert_file": "/run/s3.crt",
    "s3_proxy.tls.key_file": "/run/s3.key",
    "s3_proxy.kubernetes.kubeconfig": "/run/kube",
    "operator.kubeconfig": "/run/kube",
    "operator.metrics_addr": "127.0.0.1:9101",
    "operator.proxy_url": "http://stowage",
}


def test_what_is_empty_by_default_has_a_variable_too() -> None:
    defaults = Config().model_dump(mode="json")
    empty = {
        render_path(path)
        for path in walk_keys()
        if _is_setting(path) and _value_at(defaults, path) in ("", None)
    }
    assert empty == set(FILLED)

    for key, text in FILLED.items():
        section, _, name = key.rpartition(".")
        environ = {_variable(key): text}
        if name in PAIRS:
            other = f"{section}.{PAIRS[name]}"
            environ[_variable(other)] = FILLED[other]
        found = _value_at(load_config(None, environ).config.model_dump(mode="json"), key.split("."))
        if isinstance(found, list):
            assert [one["bucket"] for one in found] == [one["bucket"] for one in json.loads(text)]
        else:
            assert found == text


def test_everything_that_can_be_declared_can_stand_in_a_variable(tmp_path: FilePath) -> None:
    example = FilePath(__file__).parents[4] / "config.yaml"
    whole = tmp_path / "config.yaml"
    whole.write_text(re.sub(r"^( *)#(?! \S| *$)", r"\1", example.read_text(), flags=re.MULTILINE))
    declared, inline = load_config(whole, {}).config, yaml.safe_load(whole.read_text())

    environ = {f"STOWAGE_{kind.upper()}": json.dumps(inline[kind], default=str) for kind in KINDS}
    found = load_config(None, environ).config

    for kind in KINDS:
        assert getattr(found, kind) == getattr(declared, kind), kind
        assert getattr(found, kind), kind


def _variable(key: str) -> str:
    return "STOWAGE_" + key.upper().replace(".", "__")


def _is_setting(path: Path) -> bool:
    shape = find_shape(path)
    return shape is not None and shape.kind != "section" and path[0] not in (*KINDS, "include")


def _value_at(values: Any, path: Sequence[str | int]) -> Any:
    for step in path:
        values = values[step]
    return values


def test_a_list_of_things_is_json() -> None:
    backend = {
        "id": "a",
        "type": "s3v4",
        "endpoint": "http://a",
        "access_key_env": "A",
        "secret_key_env": "S",
    }

    found = load_config(None, {"STOWAGE_BACKENDS": json.dumps([backend])})

    assert found.config.backends[0].id == "a"
    assert found.origin("backends[0].id") == Origin("environment variable STOWAGE_BACKENDS")


def test_the_environment_wins_over_the_file(tmp_path: FilePath) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("server: {listen: ':1', dev: true}\n")

    loaded = load_config(path, {"STOWAGE_SERVER__LISTEN": ":2"})

    assert (loaded.config.server.listen, loaded.config.server.dev) == (":2", True)
    assert loaded.origins["server.listen"].file == "environment variable STOWAGE_SERVER__LISTEN"


def test_an_empty_variable_is_not_set() -> None:
    assert config(STOWAGE_LISTEN="", STOWAGE_S3_PROXY__WORKERS="") == Config()


def test_variables_of_others_are_left_alone() -> None:
    found = config(
        STOWAGE_SECRET_KEY="x",
        STOWAGE_PORT="tcp://10.0.0.1:80",
        STOWAGE_PORT_8080_TCP_ADDR="10.0.0.1",
        STOWAGE_QUICKSTART_MINIO_ACCESS_KEY="x",
        STOWAGE_MY__KEY="x",
        OTHER="x",
    )

    assert found == Config()


def test_a_misspelled_key_names_the_right_variable() -> None:
    assert problem(STOWAGE_S3_PROXY__WORKER="2") == (
        "environment variable STOWAGE_S3_PROXY__WORKER: s3_proxy.worker: there is no such key "
        "(did you mean STOWAGE_S3_PROXY__WORKERS?)"
    )


def test_a_key_below_a_value_is_refused() -> None:
    assert "there is no such key" in problem(STOWAGE_SERVER__LISTEN__PORT="1")


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("STOWAGE_S3_PROXY__WORKERS", "two", "must be a whole number"),
        ("STOWAGE_S3_PROXY__ENABLED", "perhaps", "must be true or false"),
        ("STOWAGE_S3_PROXY__GLOBAL_RPS", "nan", "must be at least 0"),
        ("STOWAGE_AUTH__MODES", "local", "must be JSON"),
        ("STOWAGE_AUTH__MODES", "{}", "must be a JSON array"),
        ("STOWAGE_SERVER__DRAIN_TIMEOUT", "30", "for example 30s"),
    ],
)
def test_a_bad_value_names_its_variable(name: str, text: str, message: str) -> None:
    found = problem(**{name: text})

    assert found.startswith(f"environment variable {name}: ")
    assert message in found


def test_two_names_of_one_key_must_agree() -> None:
    assert config(STOWAGE_LISTEN=":1", STOWAGE_SERVER__LISTEN=":1").server.listen == ":1"
    assert "say different things" in problem(STOWAGE_LISTEN=":1", STOWAGE_SERVER__LISTEN=":2")
