from pathlib import Path

import pytest

from app.config.load import LoadedConfig, load_config
from app.config.problems import ConfigError
from app.plan.backends import declare_backends

ENVIRON = {"AK": "key", "SK": "secret"}


def load(folder: Path, text: str) -> LoadedConfig:
    path = folder / "config.yaml"
    path.write_text(text)
    return load_config(path, {})


def test_a_declared_backend_is_complete_and_knows_its_line(tmp_path: Path) -> None:
    (tmp_path / "sk").write_text("from-file\n")
    loaded = load(
        tmp_path,
        f"""\
backends:
  - id: store
    type: s3v4
    preset: minio
    endpoint: http://127.0.0.1:9000/
    access_key_env: AK
    secret_key_file: {tmp_path}/sk
    maintenance: true
    capabilities: {{versioning: false}}
""",
    )

    (declared,) = declare_backends(loaded, ENVIRON)

    new = declared.item
    assert (new.name, new.region, new.path_style) == ("store", "us-east-1", True)
    assert (new.access_key, new.secret_key) == ("key", "from-file")
    assert new.endpoint == "http://127.0.0.1:9000"
    assert new.is_in_maintenance
    assert new.capabilities == {"versioning": False}
    assert (declared.by.source, declared.by.line) == ("yaml", 2)
    assert declared.by.file.endswith("config.yaml")
    assert "from-file" not in repr(declared)


def test_every_missing_secret_is_named_with_its_place(tmp_path: Path) -> None:
    one = "{{id: {0}, type: s3v4, endpoint: 'http://x', access_key_env: {1}, secret_key_env: {2}}}"
    text = (
        f"backends:\n  - {one.format('a', 'AK', 'NONE')}\n  - {one.format('b', 'NO', 'NEITHER')}\n"
    )
    loaded = load(tmp_path, text)

    with pytest.raises(ConfigError) as caught:
        declare_backends(loaded, ENVIRON)

    assert [(one.key, one.origin.line) for one in caught.value.problems] == [
        ("backends[0].secret_key_env", 2),
        ("backends[1].access_key_env", 3),
        ("backends[1].secret_key_env", 3),
    ]
    assert "NONE is not set" in str(caught.value)


def test_a_backend_may_go_by_the_machines_own_key(tmp_path: Path) -> None:
    text = "backends:\n  - {id: cloud, type: s3v4, preset: aws, credential_chain: true}\n"

    (declared,) = declare_backends(load(tmp_path, text), {})

    assert declared.item.uses_chain
    assert (declared.item.access_key, declared.item.secret_key) == ("", "")
    assert declared.values["access_key"] == ""
