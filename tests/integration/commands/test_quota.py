"""
Limits from the command line.
"""

import json
import sqlite3
from pathlib import Path

import pytest

from support.stowage import run_stowage


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """
    A configuration with one user and one backend in its database, at which nobody answers.
    """
    file = tmp_path / "config.yaml"
    file.write_text(
        f"db: {{sqlite: {{path: '{tmp_path / 'stowage.db'}'}}}}\n"
        f"server: {{secret_key_file: '{tmp_path / 'key'}'}}\n"
        "s3_proxy: {enabled: false}\n"
    )
    assert run(file, "list") == (0, "")
    with sqlite3.connect(tmp_path / "stowage.db") as database:
        database.execute(
            "INSERT INTO backends (id, name, endpoint, path_style, capabilities, is_enabled,"
            " is_in_maintenance, created_at, updated_at)"
            " VALUES ('main', 'Main', 'http://127.0.0.1:9', 1, '{}', 1, 0, 0, 0)"
        )
        database.execute(
            "INSERT INTO users (id, username, username_folded, role, is_enabled,"
            " must_change_password, password_changed_at, created_at, updated_at)"
            " VALUES ('01ULI', 'uli', 'uli', 'user', 1, 0, 0, 0, 0)"
        )
    database.close()
    return file


def run(config: Path, *words: str) -> tuple[int, str]:
    done = run_stowage("quota", *words, "--config", config)
    return done.returncode, done.stdout if done.returncode == 0 else done.stderr


def test_a_limit_is_set_shown_and_cleared(config: Path) -> None:
    status, out = run(config, "set", "main/docs", "--soft", "900M", "--hard", "1G")
    assert status == 0, out

    status, out = run(config, "show", "main/docs", "--format", "json")
    facts = json.loads(out)
    assert (facts["soft_bytes"], facts["hard_bytes"]) == (900 * 2**20, 2**30)

    status, out = run(config, "set", "user:uli", "--hard", "1G")
    assert (status, out) == (0, "user:01ULI  used 0 bytes, hard 1073741824\n")

    assert run(config, "clear", "main/docs") == (0, "main/docs has no limit\n")
    assert run(config, "list") == (0, out)


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("set", "main/docs"), 3),
        (("set", "main/docs", "--hard", "lots"), 3),
        (("set", "docs", "--hard", "1G"), 3),
        (("set", "nope/docs", "--hard", "1G"), 1),
    ],
    ids=str,
)
def test_what_makes_no_sense_is_refused(config: Path, words: tuple[str, ...], status: int) -> None:
    assert run(config, *words)[0] == status
