"""
The banner says where to go, and keeps secrets off command lines.
"""

import shlex

from app.quickstart.banner import paste_commands, render_banner
from app.quickstart.record import Record

RECORD = Record(
    "http://127.0.0.1:8080",
    "http://127.0.0.1:8090",
    "us-east-1",
    "admin",
    "correct horse",
    "AKIDEXAMPLE",
    "s3cr3t/with+signs",
    "demo",
)


def test_the_password_is_shown_on_the_first_run_only() -> None:
    assert "correct horse" in render_banner(RECORD, shows_password=True)
    assert "correct horse" not in render_banner(RECORD, shows_password=False)


def test_both_addresses_and_three_commands_are_shown() -> None:
    text = render_banner(RECORD, shows_password=False)

    assert RECORD.dashboard_url in text
    assert RECORD.s3_endpoint in text
    assert all(command in text for command in paste_commands(RECORD).values())
    assert len(paste_commands(RECORD)) == 3


def test_secrets_go_through_the_environment_of_each_command() -> None:
    for command in paste_commands(RECORD).values():
        words = shlex.split(command)
        program = next(i for i, word in enumerate(words) if "=" not in word)

        assert any(RECORD.secret_access_key in word for word in words[:program])
        assert not any(RECORD.secret_access_key in word for word in words[program:])


def test_a_record_shows_no_secret_when_printed() -> None:
    assert "correct horse" not in repr(RECORD)
    assert "s3cr3t" not in repr(RECORD)
