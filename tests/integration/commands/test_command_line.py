"""
The command line: help, version, usage errors and the configuration commands.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from support.stowage import run_stowage, start_stowage


@pytest.mark.parametrize("words", [("-h",), ("--help",), ("help",), ("serve", "-h")], ids=" ".join)
def test_help_ends_with_0(words: tuple[str, ...]) -> None:
    done = run_stowage(*words)

    assert done.returncode == 0
    assert "Usage: stowage" in done.stdout


def test_every_command_is_named_in_the_help() -> None:
    text = run_stowage("--help").stdout

    for name in ("serve", "quickstart", "create-admin", "hash-password", "config", "user"):
        assert f"  {name} " in text


@pytest.mark.parametrize(
    "words", [(), ("fly",), ("serve", "--fly"), ("user", "fly"), ("config",)], ids=" ".join
)
def test_wrong_usage_ends_with_3(words: tuple[str, ...]) -> None:
    done = run_stowage(*words)

    assert done.returncode == 3
    assert "Usage: stowage" in done.stderr


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("version",), 0),
        (("config", "check"), 0),
        (("config", "export"), 0),
        (("user", "list"), 0),
        (("credential", "list"), 0),
        (("quota", "list"), 0),
        (("explain", "--request", "0" * 20), 1),
    ],
    ids=lambda one: " ".join(one[:2]) if isinstance(one, tuple) else None,
)
def test_a_command_imports_what_it_needs(
    words: tuple[str, ...], status: int, tmp_path: Path
) -> None:
    """
    The other tests of commands fork a process that has everything imported.
    """
    file = tmp_path / "config.yaml"
    file.write_text(f"db: {{sqlite: {{path: '{tmp_path / 'stowage.db'}'}}}}\n")
    config = () if words == ("version",) else ("--config", file)

    done = start_stowage(*words, *config)

    assert done.returncode == status, done.stderr
    assert "Traceback" not in done.stderr


def test_commands_import_no_clients_of_stores() -> None:
    """
    Nor Alembic: each takes longer to import than most commands to run.
    """
    heavy = ("aiobotocore", "botocore", "aiohttp", "httpx", "alembic", "authlib", "lxml", "zxcvbn")
    listing = f"import sys, app.services; print([one for one in {heavy} if one in sys.modules])"

    done = subprocess.run(
        [sys.executable, "-c", listing], capture_output=True, text=True, check=True
    )

    assert done.stdout == "[]\n"


def test_the_version_is_that_of_the_package() -> None:
    assert run_stowage("version").stdout.startswith("stowage 0.")
    assert json.loads(run_stowage("version", "--format", "json").stdout)["version"]


def test_a_valid_configuration_is_said_to_be_valid(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("server: {listen: '127.0.0.1:0'}\n")

    done = run_stowage("config", "check", "--config", file)

    assert (done.returncode, done.stdout) == (0, "the configuration is valid\n")


def test_an_invalid_configuration_ends_with_78_and_names_line_and_key(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("server:\n  lisen: 'x'\ns3_proxy:\n  workers: many\n")

    done = run_stowage("config", "check", "--config", file)

    assert done.returncode == 78
    assert f"{file}:2:" in done.stderr
    assert "did you mean" in done.stderr
    assert "s3_proxy.workers" in done.stderr


def test_unknown_keys_can_be_let_pass_with_a_warning(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("server:\n  lisen: 'x'\n")

    done = run_stowage("config", "check", "--unknown-keys", "warn", "--config", file)

    assert done.returncode == 0
    assert done.stderr.startswith(f"warning: {file}:2:3: server.lisen")


def test_problems_are_told_to_programs_as_json(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("s3_proxy:\n  workers: many\n")

    done = run_stowage("config", "check", "--format", "json", "--config", file)

    assert done.returncode == 78
    (problem,) = json.loads(done.stdout)["problems"]
    assert (problem["key"], problem["line"]) == ("s3_proxy.workers", 2)


def test_a_missing_file_ends_with_78(tmp_path: Path) -> None:
    done = run_stowage("serve", "--config", tmp_path / "none.yaml")

    assert done.returncode == 78
    assert "none.yaml" in done.stderr


def test_the_configuration_is_printed_with_the_origin_of_each_value(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("server:\n  listen: '127.0.0.1:1234'\n")
    environment = {"STOWAGE_LOG_LEVEL": "warn"}

    done = run_stowage("config", "print", "--origin", "--config", file, environment=environment)

    lines = dict(line.split(": ", 1) for line in done.stdout.splitlines())
    assert lines["server.listen"] == f'"127.0.0.1:1234"  # {file}:2:3'
    assert lines["log.level"] == '"warn"  # environment variable STOWAGE_LOG_LEVEL'
    assert lines["log.format"].endswith("# default")


def test_the_schema_knows_every_section() -> None:
    schema = json.loads(run_stowage("config", "schema").stdout)

    assert {"server", "s3_proxy", "backends"} <= schema["properties"].keys()


def test_flags_with_one_dash_are_understood(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("")

    assert run_stowage("config", "check", "-config", file).returncode == 0
