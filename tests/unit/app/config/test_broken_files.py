"""
Files that cannot be used: each names file, line, column, key and, where there is one, the way out.
"""

from dataclasses import dataclass
from pathlib import Path

import pytest

from app.config.load import load_config
from app.config.problems import ConfigError, Problem

BACKEND = """\
backends:
  - id: main
    type: s3v4
    endpoint: https://s3.example.com
    access_key_env: AK
    secret_key_env: SK
"""


@dataclass(frozen=True)
class Broken:
    text: str
    line: int
    column: int
    key: str
    message: str
    suggestion: str = ""


BROKEN = {
    "unknown_top_key": Broken("sever:\n  listen: ':1'\n", 1, 1, "sever", "no such key", "server"),
    "unknown_key": Broken(
        "server:\n  lisen: ':1'\n", 2, 3, "server.lisen", "no such key", "listen"
    ),
    "unknown_key_in_a_list": Broken(
        BACKEND + "    endpont: x\n", 7, 5, "backends[0].endpont", "no such key", "endpoint"
    ),
    "key_with_a_dash": Broken(
        "server:\n  public-url: x\n", 2, 3, "server.public-url", "no such key", "public_url"
    ),
    "key_of_another_section": Broken(
        "zxcvbn_min_score: 2\n",
        1,
        1,
        "zxcvbn_min_score",
        "no such key",
        "auth.local.password.zxcvbn_min_score",
    ),
    "section_is_text": Broken("server: here\n", 1, 1, "server", "a mapping of keys"),
    "list_is_text": Broken("auth:\n  modes: local\n", 2, 3, "auth.modes", "must be a list"),
    "text_is_a_number": Broken("log:\n  level: 5\n", 2, 3, "log.level", "must be one of debug"),
    "number_is_text": Broken(
        "ratelimit:\n  api_per_minute: many\n", 2, 3, "ratelimit.api_per_minute", "whole number"
    ),
    "name_is_a_number": Broken(
        BACKEND + "    name: 12\n", 7, 5, "backends[0].name", 'put it in quotes: "12"'
    ),
    "flag_is_a_word": Broken(
        "server:\n  dev: maybe\n", 2, 3, "server.dev", "must be true or false"
    ),
    "unknown_word": Broken(
        "auth:\n  modes: [locl]\n", 2, 11, "auth.modes[0]", "must be one of", "local"
    ),
    "no_modes": Broken("auth:\n  modes: []\n", 2, 3, "auth.modes", "must not be empty"),
    "duration_without_unit": Broken(
        "server:\n  drain_timeout: 30\n", 2, 3, "server.drain_timeout", "for example 30s"
    ),
    "duration_of_nonsense": Broken(
        "server:\n  drain_timeout: soon\n", 2, 3, "server.drain_timeout", "with a unit"
    ),
    "negative_duration": Broken(
        "server:\n  drain_timeout: -1s\n", 2, 3, "server.drain_timeout", "must not be negative"
    ),
    "zero_duration": Broken(
        "auth:\n  session:\n    lifetime: 0\n", 3, 5, "auth.session.lifetime", "longer than 0"
    ),
    "idle_longer_than_lifetime": Broken(
        "auth:\n  session:\n    lifetime: 1h\n    idle_timeout: 2h\n",
        4,
        5,
        "auth.session.idle_timeout",
        "must not be longer",
    ),
    "share_above_one": Broken(
        "audit:\n  sampling:\n    proxy_success_read_rate: 1.5\n",
        3,
        5,
        "audit.sampling.proxy_success_read_rate",
        "at most 1",
    ),
    "negative_rate": Broken(
        "s3_proxy:\n  global_rps: -1\n", 2, 3, "s3_proxy.global_rps", "at least 0"
    ),
    "blank_listen": Broken("server:\n  listen: ' '\n", 2, 3, "server.listen", "host:port"),
    "listen_without_brackets": Broken(
        "server:\n  listen: ::1:8080\n", 2, 3, "server.listen", "needs brackets"
    ),
    "same_listen_spelled_otherwise": Broken(
        "s3_proxy:\n  enabled: true\n  listen: 0.0.0.0:8080\n",
        3,
        3,
        "s3_proxy.listen",
        "is the address of server.listen too",
    ),
    "bad_network": Broken(
        "server:\n  trusted_proxies: [10.0.0.0/99]\n",
        2,
        21,
        "server.trusted_proxies[0]",
        "neither an address nor a network",
    ),
    "url_without_scheme": Broken(
        "server:\n  public_url: stowage.example.com\n", 2, 3, "server.public_url", "http://"
    ),
    "endpoint_with_path": Broken(
        BACKEND.replace("s3.example.com", "s3.example.com/x"),
        4,
        5,
        "backends[0].endpoint",
        "must hold no path",
    ),
    "endpoint_with_bad_port": Broken(
        BACKEND.replace("s3.example.com", "s3.example.com:99999"),
        4,
        5,
        "backends[0].endpoint",
        "Port out of range",
    ),
    "host_with_scheme": Broken(
        "s3_proxy:\n  public_hostname: https://s3.example.com\n",
        2,
        3,
        "s3_proxy.public_hostname",
        "bare host",
    ),
    "bad_host_suffix": Broken(
        "s3_proxy:\n  host_suffixes: ['s3 example']\n",
        2,
        19,
        "s3_proxy.host_suffixes[0]",
        "no host name",
    ),
    "backend_without_id": Broken(
        BACKEND.replace("  - id: main\n    type", "  - type"),
        2,
        5,
        "backends[0].id",
        "is required",
    ),
    "backend_without_type": Broken(
        BACKEND.replace("    type: s3v4\n", ""), 2, 5, "backends[0].type", "is required"
    ),
    "backend_of_unknown_type": Broken(
        BACKEND.replace("s3v4", "s3"), 3, 5, "backends[0].type", "must be one of s3v4", "s3v4"
    ),
    "backend_id_with_capitals": Broken(
        BACKEND.replace("main", "Main"), 2, 5, "backends[0].id", "is no id"
    ),
    "backend_id_reserved": Broken(
        BACKEND.replace("main", "health"), 2, 5, "backends[0].id", "is reserved"
    ),
    "backend_without_secret": Broken(
        BACKEND.replace("    secret_key_env: SK\n", ""),
        2,
        5,
        "backends[0].secret_key_env",
        "is required (or secret_key_file)",
    ),
    "backend_with_key_and_chain": Broken(
        BACKEND + "    credential_chain: true\n",
        7,
        5,
        "backends[0].credential_chain",
        "name no key beside it",
    ),
    "secret_from_two_sources": Broken(
        BACKEND + "    secret_key_file: /run/sk\n",
        6,
        5,
        "backends[0].secret_key_env",
        "not both",
    ),
    "preset_without_endpoint": Broken(
        BACKEND.replace("    endpoint: https://s3.example.com\n", "    preset: r2\n"),
        2,
        5,
        "backends[0].endpoint",
        "is required for preset r2",
    ),
    "duplicate_backend": Broken(
        BACKEND + BACKEND.removeprefix("backends:\n"),
        7,
        5,
        "backends[1]",
        "declared twice, first as backends[0]",
    ),
    "duplicate_key": Broken(
        "log:\n  level: info\n  level: warn\n", 3, 3, "log.level", "stands here twice"
    ),
    "tab": Broken("server:\n\tlisten: ':1'\n", 2, 1, "", "indent with spaces"),
    "two_documents": Broken("log: {}\n---\nlog: {}\n", 2, 1, "", "second document"),
    "unclosed_bracket": Broken("auth:\n  modes: [local\n", 3, 1, "", "is not valid YAML"),
    "list_on_top": Broken("- server\n", 1, 1, "", "is a mapping of keys"),
    "unknown_tag": Broken(
        "server:\n  listen: !!python/name:os.system x\n", 2, 11, "server.listen", "tag"
    ),
    "unknown_alias": Broken("server:\n  listen: *here\n", 2, 11, "", "no anchor"),
    "key_is_a_list": Broken("[a]: b\n", 1, 1, "", "a key must be a word"),
    "control_character": Broken("log:\n  level: in\x01fo\n", 2, 12, "", "does not allow"),
    "tls_without_key": Broken(
        "server:\n  tls:\n    cert_file: a\n", 2, 3, "server.tls", "key_file is missing"
    ),
    "dev_in_public": Broken(
        "server:\n  public_url: https://x.example\n  dev: true\n", 3, 3, "server.dev", "public"
    ),
    "password_in_a_url": Broken(
        "redis:\n  url: redis://:hunter2@h/0\n", 2, 3, "redis.url", "must hold no password"
    ),
    "postgres_without_url": Broken(
        "db:\n  driver: postgres\n", 1, 1, "db.postgres", "is required with driver postgres"
    ),
    "unknown_driver": Broken(
        "db:\n  driver: postgresql\n", 2, 3, "db.driver", "sqlite, postgres", "postgres"
    ),
    "oidc_in_the_clear": Broken(
        "auth:\n  modes: [oidc]\n  oidc:\n    client_id: x\n    issuer: http://id.example\n",
        5,
        5,
        "auth.oidc.issuer",
        "must start with https://",
    ),
    "oidc_without_issuer": Broken(
        "auth:\n  modes: [oidc]\n  oidc:\n    client_id: x\n",
        3,
        3,
        "auth.oidc.issuer",
        "while auth.modes names oidc",
    ),
    "static_not_enabled": Broken(
        "auth:\n  modes: [static]\n", 1, 1, "auth.static.enabled", "must be true"
    ),
    "unknown_role": Broken(
        "auth:\n  oidc:\n    role_mapping:\n      admins: [a]\n",
        4,
        7,
        "auth.oidc.role_mapping.admins",
        "no such key",
        "admin",
    ),
    "kubernetes": Broken(
        "operator:\n  enabled: true\n", 2, 3, "operator.enabled", "not supported yet"
    ),
    "workers_in_process": Broken(
        "s3_proxy:\n  in_process: true\n  workers: 4\n", 3, 3, "s3_proxy.workers", "0 or 1"
    ),
    "unknown_access": Broken(
        "grants:\n  - user: a\n    access: everything\n", 3, 5, "grants[0].access", "is no preset"
    ),
    "unknown_level": Broken(
        "grants:\n  - user: a\n    access: [reed]\n", 3, 5, "grants[0].access", "is no level"
    ),
    "grant_for_nobody": Broken(
        "grants:\n  - access: full\n", 2, 5, "grants[0]", "exactly one of user, group and role"
    ),
    "quota_upside_down": Broken(
        "buckets:\n  - backend: a\n    name: abc\n    quota: {soft_bytes: 2, hard_bytes: 1}\n",
        4,
        13,
        "buckets[0].quota.soft_bytes",
        "must not be larger",
    ),
    "quota_of_a_user_upside_down": Broken(
        "users:\n  - username: a\n    quota: {soft_bytes: 2, hard_bytes: 1}\n",
        3,
        13,
        "users[0].quota.soft_bytes",
        "must not be larger",
    ),
    "quota_without_a_limit": Broken(
        "groups:\n  - name: a\n    quota: {}\n", 3, 5, "groups[0].quota", "limits nothing"
    ),
    "bucket_name": Broken(
        "buckets:\n  - backend: a\n    name: A_B\n", 3, 5, "buckets[0].name", "no bucket name"
    ),
    "credential_without_secret": Broken(
        "credentials:\n  - access_key: AKIA1\n    backend: a\n    buckets: [b]\n",
        2,
        5,
        "credentials[0]",
        "exactly one of secret_env",
    ),
    "moment_without_zone": Broken(
        "credentials:\n  - access_key: AKIA1\n    expires_at: 2026-05-01T12:00:00\n",
        3,
        5,
        "credentials[0].expires_at",
        "give the time a zone",
    ),
    "unknown_capability": Broken(
        BACKEND + "    capabilities: {versionning: true}\n",
        7,
        20,
        "backends[0].capabilities.versionning",
        "no such key",
        "versioning",
    ),
    "one_address_twice": Broken(
        "users:\n  - {username: ann, email: A@x.org}\n  - {username: eve, email: a@x.org}\n",
        3,
        21,
        "users[1].email",
        "is that of users[0] too",
    ),
    "one_subject_twice": Broken(
        "users:\n  - {username: ann, oidc_subject: f}\n  - {username: eve, oidc_subject: f}\n",
        3,
        21,
        "users[1].oidc_subject",
        "is that of users[0] too",
    ),
    "subject_of_a_service": Broken(
        "users:\n  - username: eve\n    kind: service\n    oidc_subject: f-1\n",
        4,
        5,
        "users[0].oidc_subject",
        "a service never signs in",
    ),
    "kind_to_prune_unknown": Broken(
        "gitops:\n  prune: [bucket]\n",
        2,
        11,
        "gitops.prune[0]",
        "must be one of groups",
        "buckets",
    ),
    "cyclic_include": Broken("include: [config.yaml]\n", 1, 11, "include", "includes itself"),
    "include_of_nothing": Broken("include: [none.yaml]\n", 0, 0, "", "No such file"),
    "include_is_text": Broken("include: more.yaml\n", 1, 1, "include", "list of paths"),
}


def load(path: Path) -> tuple[Problem, ...]:
    with pytest.raises(ConfigError) as caught:
        load_config(path, {})
    return caught.value.problems


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_a_broken_file_says_where_and_what(broken: Broken, tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(broken.text)

    problems = load(path)

    found = [
        one
        for one in problems
        if one.message.find(broken.message) >= 0
        and (one.origin.line, one.origin.column) == (broken.line, broken.column)
    ]
    assert found, "\n".join(map(str, problems))
    assert found[0].key == broken.key
    assert found[0].suggestion == broken.suggestion
    assert Path(found[0].origin.file).suffix == ".yaml"


def test_every_problem_is_found_at_once(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("sever: {}\nlog:\n  level: loud\nauth:\n  modes: []\n")

    assert [one.origin.line for one in load(path)] == [1, 3, 5]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    (problem,) = load(tmp_path / "none.yaml")

    assert str(tmp_path / "none.yaml") in str(problem)
    assert "No such file" in problem.message


def test_a_file_of_other_text_is_refused_at_the_place(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_bytes(b"log:\n  level: \xff\xfe\n")

    (problem,) = load(path)

    assert (problem.origin.line, problem.origin.column) == (2, 10)
    assert problem.message == "is not UTF-8 text"


def test_aliases_that_unfold_without_end_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    lines = ["x-a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]"]
    for before, name in zip("abcdefg", "bcdefgh", strict=True):
        lines.append(f"x-{name}: &{name} [{', '.join(['*' + before] * 10)}]")
    path.write_text("\n".join(lines))

    (problem,) = load(path)

    assert "more than 100000 values" in problem.message
    assert problem.key.startswith("x-e[")


def test_an_alias_of_itself_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("x-a: &a\n  b: *a\n")

    assert "contains itself" in load(path)[0].message


@pytest.mark.parametrize("text", ["[" * 5000, "a: " + "{b: " * 3000])
def test_a_tower_of_brackets_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(text)

    assert "nested too deeply" in load(path)[0].message


def test_a_file_beyond_a_mebibyte_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("#" * (1024 * 1024 + 1))

    assert "larger than 1 MiB" in load(path)[0].message


def test_a_password_in_the_file_is_not_repeated(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("db:\n  driver: postgres\n  postgres:\n    url: postgres://u:hunter2@h/n\n")

    problems = load(path)

    assert "hunter2" not in "".join(map(str, problems))
