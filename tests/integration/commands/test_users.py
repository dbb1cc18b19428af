"""
Users from the command line: made with a password that never stands in the process list.
"""

import json
import sqlite3
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from support.stowage import run_stowage

PASSWORD = "harbour-lantern-42"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    file = tmp_path / "config.yaml"
    file.write_text(f"db: {{sqlite: {{path: '{tmp_path / 'stowage.db'}'}}}}\n")
    return file


def create_admin(config: Path, name: str, password: str = PASSWORD) -> tuple[int, str, str]:
    done = run_stowage(
        *("create-admin", "--config", config, "--username", name, "--password-stdin"),
        stdin=f"{password}\n",
    )
    return done.returncode, done.stdout, done.stderr


def users(config: Path) -> list[dict[str, object]]:
    done = run_stowage("user", "list", "--config", config, "--format", "json")
    assert done.returncode == 0, done.stderr
    listed: list[dict[str, object]] = json.loads(done.stdout)
    return listed


def test_an_administrator_is_made_and_named_with_the_id(config: Path) -> None:
    status, out, _ = create_admin(config, "ada")

    (user,) = users(config)
    assert (status, out) == (0, f"created admin ada {user['id']}\n")
    assert (user["username"], user["role"], user["is_enabled"]) == ("ada", "admin", True)


def test_a_taken_name_is_refused_with_3(config: Path) -> None:
    create_admin(config, "ada")

    status, out, error = create_admin(config, "ADA")

    assert (status, out) == (3, "")
    assert error.startswith("stowage: ")
    assert len(users(config)) == 1


def test_a_weak_password_is_refused_with_3(config: Path) -> None:
    status, _, error = create_admin(config, "ada", "short")

    assert status == 3
    assert "12" in error
    assert users(config) == []


def test_the_password_itself_is_never_repeated(config: Path) -> None:
    for password in (PASSWORD, "short"):
        _, out, error = create_admin(config, "ada", password)

        assert password not in out + error


def test_a_password_file_is_read(config: Path, tmp_path: Path) -> None:
    (tmp_path / "password").write_text(PASSWORD + "\n")

    done = run_stowage(
        *("create-admin", "--config", config, "--username", "ada"),
        *("--password-file", tmp_path / "password"),
    )

    assert done.returncode == 0, done.stderr


def test_without_a_username_or_a_password_usage_is_explained(config: Path) -> None:
    assert run_stowage("create-admin", "--config", config, "--password-stdin").returncode == 3
    done = run_stowage("create-admin", "--config", config, "--username", "ada")
    assert done.returncode == 1
    assert "--password-stdin" in done.stderr


def test_making_an_administrator_is_audited(config: Path, tmp_path: Path) -> None:
    create_admin(config, "ada")

    with sqlite3.connect(tmp_path / "stowage-audit.db") as audit:
        rows = audit.execute("SELECT action, user_id FROM audit_events").fetchall()
    audit.close()
    assert ("user.create", "command-line") in rows


def test_a_user_is_disabled_enabled_unlocked_and_given_a_password(config: Path) -> None:
    create_admin(config, "ada")
    made = run_stowage(
        *("user", "create", "ben", "--role", "user", "--config", config, "--password-stdin"),
        stdin=PASSWORD,
    )
    assert made.returncode == 0, made.stderr

    for words in (("disable", "ben"), ("enable", "ben"), ("unlock", "ben")):
        assert run_stowage("user", *words, "--config", config).returncode == 0
    reset = run_stowage(
        *("user", "reset-password", "ben", "--config", config, "--password-stdin"),
        stdin="another-lantern-43",
    )

    assert reset.returncode == 0, reset.stderr
    assert {user["username"]: user["is_enabled"] for user in users(config)} == {
        "ada": True,
        "ben": True,
    }


def test_an_unknown_user_ends_with_1(config: Path) -> None:
    done = run_stowage("user", "disable", "nobody", "--config", config)

    assert done.returncode == 1


def test_the_last_administrator_is_not_disabled(config: Path) -> None:
    create_admin(config, "ada")

    done = run_stowage("user", "disable", "ada", "--config", config)

    assert done.returncode == 3
    assert users(config)[0]["is_enabled"] is True


def test_a_hash_is_printed_alone_and_verifies() -> None:
    done = run_stowage("hash-password", "--password-stdin", stdin=PASSWORD + "\n")

    assert done.returncode == 0, done.stderr
    (line,) = done.stdout.splitlines()
    assert line.startswith("$argon2id$")
    assert PasswordHasher().verify(line, PASSWORD)


def test_users_are_imported_from_a_file(config: Path, tmp_path: Path) -> None:
    file = tmp_path / "users.csv"
    file.write_text(f"username,role,password\nann,user,{PASSWORD}\nbob,user,short\n")

    tried = run_stowage("user", "import", file, "--config", config, "--dry-run")
    done = run_stowage("user", "import", file, "--config", config)

    assert tried.returncode == done.returncode == 3
    assert tried.stdout == done.stdout
    assert done.stdout.startswith("line 2: create ann\nline 3: refuse bob: ")
