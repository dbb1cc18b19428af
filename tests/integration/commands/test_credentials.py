"""
Virtual credentials from the command line.
"""

import json
import secrets
import sqlite3
from pathlib import Path

import pytest

from support.stowage import run_stowage

PASSWORD = "harbour-lantern-42"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """
    A configuration with one backend in its database, and a user.
    """
    file = tmp_path / "config.yaml"
    file.write_text(
        f"db: {{sqlite: {{path: '{tmp_path / 'stowage.db'}'}}}}\n"
        f"server: {{secret_key_file: '{tmp_path / 'key'}'}}\n"
    )
    made = run_stowage(
        *("user", "create", "ben", "--role", "user", "--config", file, "--password-stdin"),
        stdin=PASSWORD,
    )
    assert made.returncode == 0, made.stderr
    with sqlite3.connect(tmp_path / "stowage.db") as database:
        database.execute(
            "INSERT INTO backends (id, name, endpoint, path_style, capabilities, is_enabled,"
            " is_in_maintenance, created_at, updated_at)"
            " VALUES ('main', 'Main', 'http://127.0.0.1:9', 1, '{}', 1, 0, 0, 0)"
        )
    database.close()
    return file


def run(config: Path, *words: str) -> tuple[int, str]:
    done = run_stowage("credential", *words, "--config", config)
    return done.returncode, done.stdout if done.returncode == 0 else done.stderr


def listed(config: Path) -> dict[str, dict[str, object]]:
    _, out = run(config, "list", "--format", "json")
    return {one["access_key"]: one for one in json.loads(out)}


def test_a_credential_is_made_changed_rotated_and_deleted(config: Path) -> None:
    options = ("--backend", "main", "--bucket", "docs", "--user", "ben", "--access", "list,read")
    status, out = run(config, "create", *options, "--format", "json")
    assert status == 0, out
    made = json.loads(out)
    key = made["access_key"]

    assert len(made["secret_key"]) == 40
    assert made["scopes"][0]["access"] == "readonly"
    assert made["user_id"]
    assert run(config, "disable", key)[0] == 0
    assert listed(config)[key]["is_enabled"] is False
    assert run(config, "enable", key)[0] == 0
    status, out = run(config, "rotate", key, "--format", "json")
    assert status == 0, out
    assert set(listed(config)) == {key, json.loads(out)["access_key"]}
    assert listed(config)[key]["expires_at"]
    assert run(config, "delete", key)[0] == 0
    assert key not in listed(config)
    assert made["secret_key"] not in run(config, "list")[1]


def test_what_cannot_be_is_refused_and_said(config: Path) -> None:
    stray = f"b-{secrets.token_hex(4)}"
    create = ("create", "--bucket", "docs", "--backend")

    assert run(config, *create, stray)[0] == 3
    assert run(config, *create, "main", "--user", "nobody")[0] == 1
    assert run(config, *create, "main", "--access", "everything")[0] == 3
    assert run(config, "delete", "AKIANOTHERE")[0] == 1
    assert listed(config) == {}


def test_it_is_explained_what_a_user_may_do(config: Path) -> None:
    def ask(action: str) -> tuple[int, str]:
        place = ("--backend", "main", "--bucket", "docs", "--key", "a", "--config", config)
        done = run_stowage("explain", "ben", action, *place)
        return done.returncode, done.stdout

    assert ask("GetObject") == (
        0,
        "allowed\n+ role:user  */*/: list, read, write, delete, delete-version\n",
    )
    assert ask("PutBucketPolicy")[0] == 1
    assert ask("PutBucketPolicy")[1].startswith("denied: grant.missing\n- role:user")
    assert ask("Fly")[0] == 3


def test_request_that_left_no_row_is_not_explained(config: Path) -> None:
    done = run_stowage("explain", "--request", "0" * 20, "--config", config)

    assert done.returncode == 1
    assert "No audit row has this request id" in done.stderr
    assert run_stowage("explain", "--config", config).returncode == 3
