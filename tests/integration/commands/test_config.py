"""
`stowage config …` as a platform team runs it: check, plan, apply, drift, export.
"""

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml
from typer.core import TyperGroup

from app.commands.program import app
from support.stowage import run_stowage

ENVIRONMENT = {
    "STOWAGE_SECRET_KEY": "11" * 32,
    "AK": "an-access-key",
    "SK": "a-secret-of-the-store",
    "ROBOT": "a-secret-of-sixteen-characters",
}
BACKEND = {
    "id": "main",
    "type": "s3v4",
    "endpoint": "http://127.0.0.1:9",
    "access_key_env": "AK",
    "secret_key_env": "SK",
}
ROBOT = {
    "access_key": "AKIAROBOT",
    "backend": "main",
    "buckets": ["logs"],
    "secret_env": "ROBOT",
}


class Checkout:
    """
    A folder with a configuration, and the command beside it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "config.yaml"

    def write(self, **declared: Any) -> None:
        settings = {
            "server": {"listen": "127.0.0.1:8080"},
            "db": {"sqlite": {"path": str(self.folder / "stowage.db")}},
        }
        self.file.write_text(yaml.safe_dump({**settings, **declared}, sort_keys=False))

    def run(self, command: str, *arguments: str | Path, status: int = 0) -> str:
        done = run_stowage(
            *("config", command, "--config", self.file, *arguments), environment=ENVIRONMENT
        )
        assert done.returncode == status, done.stdout + done.stderr
        assert "a-secret" not in done.stdout + done.stderr
        return done.stdout + done.stderr


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


def test_a_change_is_planned_applied_once_and_exported(checkout: Checkout) -> None:
    checkout.write(backends=[{**BACKEND, "enabled": False}], credentials=[ROBOT])

    assert "+ credentials AKIAROBOT" in checkout.run("plan", status=2)
    assert checkout.run("apply") == "+ backends main\n+ credentials AKIAROBOT\n"
    assert checkout.run("plan") == "Nothing to do.\n"
    assert checkout.run("apply") == "Nothing to do.\n"
    assert checkout.run("diff") == "Reality is as declared.\n"

    exported = checkout.run("export")
    document = yaml.safe_load(exported)
    assert document["credentials"][0]["secret_env"] == "ROBOT"
    assert document["backends"][0]["secret_key_env"] == "SK"
    checkout.file.write_text(exported)
    assert checkout.run("plan") == "Nothing to do.\n"


def test_who_only_looks_does_not_migrate_what_another_release_serves(checkout: Checkout) -> None:
    checkout.write(backends=[BACKEND])
    checkout.run("apply")
    path = checkout.folder / "stowage.db"
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE schema_version SET version_num = 'product_0000'")

    for command in ("plan", "diff", "export"):
        said = checkout.run(command, status=1)
        assert "another release wrote the product database (migration product_0000" in said
        assert "run it with the release that serves the database" in said
        assert "Traceback" not in said

    with closing(sqlite3.connect(path)) as database:
        found = database.execute("SELECT version_num FROM schema_version").fetchall()
    assert found == [("product_0000",)]


def test_a_difference_is_shown_value_by_value_and_never_a_secret(checkout: Checkout) -> None:
    checkout.write(backends=[BACKEND], credentials=[ROBOT])
    checkout.run("apply")
    checkout.write(
        backends=[{**BACKEND, "name": "Main"}], credentials=[{**ROBOT, "buckets": ["logs", "new"]}]
    )

    text = checkout.run("diff", status=2)
    assert '    name: "main" -> "Main"' in text
    assert f"~ backends main (name)  # {checkout.file}:7:3" in text
    found = json.loads(checkout.run("diff", "--format", "json", status=2))
    (scopes,) = found["steps"][1]["differences"]
    assert [one["bucket"] for one in scopes["declared"]] == ["logs", "new"]


def test_a_stale_plan_is_refused(checkout: Checkout, tmp_path: Path) -> None:
    checkout.write(backends=[BACKEND])
    plan = tmp_path / "plan.json"
    checkout.run("plan", "--out", plan, status=2)
    checkout.write(backends=[{**BACKEND, "name": "Main"}])

    assert "Something has changed since" in checkout.run("apply", "--plan", plan, status=3)

    checkout.run("plan", "--out", plan, status=2)
    checkout.run("apply", "--plan", plan)
    assert "Something has changed since" in checkout.run("apply", "--plan", plan, status=3)
    plan.write_text("{}")
    assert "is no plan" in checkout.run("apply", "--plan", plan, status=78)


def test_nothing_is_destroyed_by_leaving_it_out_or_without_being_asked(checkout: Checkout) -> None:
    checkout.write(backends=[BACKEND, {**BACKEND, "id": "old"}])
    checkout.run("apply")
    checkout.write(backends=[BACKEND])
    assert "! backends old is no longer declared" in checkout.run("apply")

    checkout.write(backends=[BACKEND], gitops={"prune": ["backends"]})
    assert "- backends old" in checkout.run("plan", status=2)
    refused = checkout.run("apply", status=3)
    assert "backends old" in refused
    assert "--allow-destroy" in refused
    assert checkout.run("apply", "--allow-destroy") == "- backends old\n"
    assert checkout.run("plan") == "Nothing to do.\n"


def test_an_invalid_file_ends_every_command_with_78(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(checkout.folder)
    (checkout.folder / "people.csv").write_text("username,role\nben,user\n")
    checkout.file.write_text("backends:\n  - id: Main\n")
    shown: dict[str, tuple[int, str]] = {}

    for words in commands_with_a_file():
        arguments = (*words.split(), *ARGUMENTS.get(words, ()), "--config", checkout.file)
        done = run_stowage(*arguments, stdin="harbour-lantern-42", environment=ENVIRONMENT)
        shown[words] = (done.returncode, done.stderr)

    assert {"serve", "config apply", "user list"} <= set(shown)
    assert {words: status for words, (status, _) in shown.items() if status != 78} == {}
    place = f"{checkout.file}:2:5: backends[0].id: 'Main' is no id"
    assert [words for words, (_, text) in shown.items() if place not in text] == []


ARGUMENTS = {
    "create-admin": ("--username", "ada", "--password-stdin"),
    "credential create": ("--backend", "main", "--bucket", "docs"),
    **{f"credential {one}": ("AKIAONE",) for one in ("delete", "disable", "enable", "rotate")},
    "explain": ("ada", "GetObject", "--backend", "main", "--bucket", "docs"),
    "quota clear": ("main/docs",),
    "quota set": ("main/docs", "--hard", "1G"),
    "quota show": ("main/docs",),
    **{f"user {one}": ("ben",) for one in ("disable", "enable", "unlock")},
    "user import": ("people.csv",),
    **{f"user {one}": ("ben", "--password-stdin") for one in ("create", "reset-password")},
}
"""What a command wants beside its configuration."""


def commands_with_a_file() -> Iterator[str]:
    """
    Yield the words of every command that takes `--config`.
    """
    whole = typer.main.get_command(app)
    assert isinstance(whole, TyperGroup)
    for name, command in whole.commands.items():
        parts = command.commands if isinstance(command, TyperGroup) else {"": command}
        for part, one in parts.items():
            if any("--config" in option.opts for option in one.params):
                yield f"{name} {part}".strip()


def test_a_plan_is_told_to_programs_as_json(checkout: Checkout) -> None:
    checkout.write(backends=[BACKEND], credentials=[ROBOT])

    found = json.loads(checkout.run("plan", "--format", "json", status=2))

    assert [(one["op"], one["kind"], one["id"]) for one in found["steps"]] == [
        ("create", "backends", "main"),
        ("create", "credentials", "AKIAROBOT"),
    ]
    assert found["steps"][0]["source_line"] == 7
    assert (found["orphans"], len(found["hash"])) == ([], 64)


def test_what_cannot_be_compared_ends_with_1(checkout: Checkout) -> None:
    bucket = {"backend": "main", "name": "logs", "versioning": True}
    checkout.write(backends=[BACKEND], buckets=[bucket])
    assert "not applied: " in checkout.run("apply", status=1)
    with sqlite3.connect(checkout.folder / "stowage.db") as database:
        database.execute(
            "INSERT INTO buckets (backend_id, name, settings, created_at, updated_at, source,"
            " source_file, source_line) VALUES ('main', 'logs', '{}', 0, 0, 'yaml', 'f', 1)"
        )
    database.close()

    assert "? buckets main/logs cannot be compared" in checkout.run("plan", status=1)
    checkout.write(db={"sqlite": {"path": str(checkout.folder / "none" / "stowage.db")}})
    assert "cannot be written" in checkout.run("plan", status=1)


def test_check_names_what_this_machine_lacks(checkout: Checkout, tmp_path: Path) -> None:
    checkout.write(
        backends=[{**BACKEND, "secret_key_env": "NOT_THERE", "ca_file": str(tmp_path / "ca.pem")}]
    )

    text = checkout.run("check", status=78)

    assert (
        "config.yaml:11:3: backends[0].secret_key_env: the environment variable NOT_THERE" in text
    )
    assert "backends[0].ca_file" in text
    assert "the configuration is valid" in checkout.run("check", "--files-only")


def test_values_are_printed_with_the_line_that_set_them(checkout: Checkout) -> None:
    checkout.write(backends=[BACKEND])

    lines = checkout.run("print", "--origin").splitlines()

    assert f'backends[0].id: "main"  # {checkout.file}:7:3' in lines
    assert 'server.drain_timeout: "1m"  # default' in lines


def test_a_folder_of_files_is_one_configuration(checkout: Checkout, tmp_path: Path) -> None:
    folder = tmp_path / "conf.d"
    folder.mkdir()
    checkout.write(include=["conf.d"])
    (folder / "10-one.yaml").write_text(yaml.safe_dump({"backends": [BACKEND]}))
    (folder / "20-two.yaml").write_text(yaml.safe_dump({"backends": [{**BACKEND, "id": "two"}]}))
    assert checkout.run("apply") == "+ backends main\n+ backends two\n"

    shutil.copy(folder / "20-two.yaml", folder / "30-three.yaml")
    assert "backends[2]: is declared twice" in checkout.run("plan", status=78)
