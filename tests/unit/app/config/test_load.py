from pathlib import Path

import pytest

from app.config.load import load_config
from app.config.models import Config
from app.config.problems import NOWHERE, ConfigError, Origin

REFERENCE_DEMO = """\
server:
  listen: ":8080"
  secret_key_file: ./stowage.key
log: {level: INFO, format: text}
db: {driver: sqlite, sqlite: {path: ./stowage-demo.db}}
auth:
  modes: [local]
  local:
    allow_self_registration: no
    require_admin_approval: yes
    password: {min_length: 12, prevent_reuse: off, zxcvbn_min_score: 0}
    lockout: {max_attempts: 10, window: 15m}
ratelimit: {api_per_minute: 0}
s3_proxy: {enabled: true, listen: ":8090", anonymous_enabled: true, kubernetes: {enabled: false}}
operator: {enabled: false, webhook: {port: 9443}}
backends:
  - id: local-minio
    type: s3v4
    endpoint: http://127.0.0.1:9000
    region: us-east-1
    access_key_env: MINIO_ACCESS_KEY
    secret_key_env: MINIO_SECRET_KEY
    path_style: true
"""
REFERENCE_WHOLE = """\
server:
  listen: ":8080"
  shutdown_timeout: 10s
  public_url: ""
  trusted_proxies: [10.0.0.0/8, 192.0.2.1]
  secret_key_file: /data/stowage.key
log: {level: warn, format: text}
db: {driver: "", sqlite: {path: /data/stowage.db}}
auth:
  modes: [local, oidc, static, local]
  session: {lifetime: 8h, idle_timeout: 1h}
  local:
    allow_self_registration: false
    require_admin_approval: false
    password: {min_length: 8, prevent_reuse: true}
    lockout: {max_attempts: 1000000, window: 1m}
    reset_email: {enabled: false}
  oidc:
    issuer: https://id.example.com
    client_id: stowage
    client_secret_env: OIDC_SECRET
    scopes: []
    role_claim: groups
    role_mapping: {admin: [ops], user: [staff], readonly: []}
  static: {enabled: true, username: root, password_hash_env: STATIC_HASH}
backends:
  - id: minio
    name: MinIO
    type: s3v4
    endpoint: http://minio:9000
    region: us-east-1
    access_key_env: MINIO_ACCESS_KEY
    secret_key_env: MINIO_SECRET_KEY
    path_style: true
quotas: {scan_interval: 30m}
ratelimit: {api_per_minute: 0}
audit: {sampling: {proxy_success_read_rate: 0}}
s3_proxy:
  enabled: true
  listen: ":8090"
  host_suffixes: [s3.example.com]
  global_rps: 0
  per_key_rps: 0.5
  anonymous_enabled: true
  anonymous_rps: 100000
  public_hostname: s3.example.com:8443
  kubernetes: {enabled: false, namespace: stowage-system, kubeconfig: ""}
operator:
  enabled: false
  kubeconfig: ""
  metrics_addr: ""
  ops_namespace: stowage-system
  proxy_url: http://stowage-proxy.stowage-system.svc.cluster.local:8080
  webhook: {enabled: true, port: 9443, cert_dir: /etc/stowage/webhook/certs}
"""


def write(folder: Path, text: str, name: str = "config.yaml") -> Path:
    path = folder / name
    path.write_text(text)
    return path


def test_no_file_gives_the_defaults() -> None:
    loaded = load_config(None, {})

    assert loaded.config == Config()
    assert loaded.origins == {}


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n", "server:\n", "backends: ~\n"])
def test_a_file_without_values_gives_the_defaults(text: str, tmp_path: Path) -> None:
    assert load_config(write(tmp_path, text), {}).config == Config()


def test_a_file_of_the_reference_loads_and_says_what_has_no_effect(tmp_path: Path) -> None:
    loaded = load_config(write(tmp_path, REFERENCE_DEMO), {})

    assert loaded.config.backends[0].id == "local-minio"
    assert loaded.config.log.level == "info"
    assert loaded.config.auth.local.password.prevent_reuse is False
    assert [one.key for one in loaded.warnings] == [
        "auth.local.allow_self_registration",
        "auth.local.require_admin_approval",
        "operator.webhook.port",
        "metrics",
    ]
    assert loaded.warnings[1].origin.line == 10


def test_a_file_with_every_key_of_the_reference_loads(tmp_path: Path) -> None:
    loaded = load_config(write(tmp_path, REFERENCE_WHOLE), {})

    assert loaded.config.db.driver == "sqlite"
    assert {one.key for one in loaded.warnings if "no effect" in one.message} == {
        "auth.local.allow_self_registration",
        "auth.local.require_admin_approval",
        "auth.local.reset_email.enabled",
        *(
            f"operator.{one}"
            for one in ("kubeconfig", "metrics_addr", "ops_namespace", "proxy_url")
        ),
        *(f"operator.webhook.{one}" for one in ("cert_dir", "enabled", "port")),
        *(f"s3_proxy.kubernetes.{one}" for one in ("kubeconfig", "namespace")),
    }


def test_every_value_knows_where_it_stands(tmp_path: Path) -> None:
    path = write(tmp_path, REFERENCE_DEMO)

    loaded = load_config(path, {})

    assert loaded.origins["backends[0].endpoint"] == Origin(str(path), 19, 5)
    assert loaded.origins["log.format"] == Origin(str(path), 4, 20)
    assert loaded.origin("backends[0].name") == loaded.origins["backends[0]"]
    assert loaded.origin("metrics.listen") is NOWHERE


def test_unknown_keys_can_be_softened_to_warnings(tmp_path: Path) -> None:
    path = write(tmp_path, "server: {lisen: ':1', listen: ':2'}\n")

    loaded = load_config(path, {}, unknown_keys="warn")

    assert loaded.config.server.listen == ":2"
    assert (loaded.warnings[0].key, loaded.warnings[0].suggestion) == ("server.lisen", "listen")


def test_anchors_may_live_under_keys_of_the_files_own(tmp_path: Path) -> None:
    text = """\
x-place: &place
  type: s3v4
  access_key_env: AK
  secret_key_env: SK
backends:
  - {<<: *place, id: one, endpoint: "http://one"}
  - {<<: [*place], id: two, access_key_env: OTHER, endpoint: "http://two"}
"""
    config = load_config(write(tmp_path, text), {}).config

    assert [one.access_key_env for one in config.backends] == ["AK", "OTHER"]


def test_lists_replace_the_default_and_maps_are_joined(tmp_path: Path) -> None:
    text = "auth: {modes: [local, oidc], oidc: {issuer: 'https://id.example/', client_id: x}}\n"

    auth = load_config(write(tmp_path, text), {}).config.auth

    assert auth.modes == ("local", "oidc")
    assert auth.oidc.issuer == "https://id.example"
    assert auth.oidc.scopes == ("openid", "profile", "email")


def test_a_fixed_file_no_longer_complains(tmp_path: Path) -> None:
    path = write(tmp_path, "log: {level: loud}\n")
    with pytest.raises(ConfigError):
        load_config(path, {})
    write(tmp_path, "log: {level: warn}\n")

    assert load_config(path, {}).config.log.level == "warn"
