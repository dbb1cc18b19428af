"""
What of the audit log survives the end of the process: everything on SIGTERM, all but the last
second on SIGKILL.
"""

import signal
import sqlite3
from pathlib import Path

import httpx
import pytest
import yaml

from support.polling import wait_until
from support.stowage import running_server

PATIENCE_SECONDS = 60.0


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.yaml"
    values = {
        "server": {"listen": "127.0.0.1:0"},
        "db": {"sqlite": {"path": str(tmp_path / "stowage.db")}},
        "ratelimit": {"login_per_15m": 0},
    }
    path.write_text(yaml.safe_dump(values))
    return path


def fail_to_sign_in(url: str, count: int) -> None:
    """
    Leave rows in the audit log: a refused sign-in each, and a refused call each of its own reason.
    """
    with httpx.Client(base_url=url, timeout=PATIENCE_SECONDS) as client:
        for number in range(count):
            body = {"username": f"nobody-{number}", "password": "x"}
            assert client.post("/auth/login/local", json=body).status_code == 401
        client.post("/auth/logout", headers={"Origin": "https://evil.example"})


def stored(config: Path, action: str) -> int:
    database = sqlite3.connect(config.with_name("stowage-audit.db"))
    try:
        query = "SELECT count(*) FROM audit_events WHERE action = ?"
        return int(database.execute(query, (action,)).fetchone()[0])
    finally:
        database.close()


def test_a_server_that_is_told_to_stop_loses_no_row(config: Path) -> None:
    with running_server(config) as (stowage, addresses):
        fail_to_sign_in(addresses["dashboard_url"], 5)
        assert stowage.stop(signal.SIGTERM) == 0, stowage.text

    # The refused call was still held open for more of its kind.
    assert (stored(config, "auth.login"), stored(config, "request.refuse")) == (5, 1)


def test_a_server_that_is_killed_keeps_what_is_older_than_a_second(config: Path) -> None:
    with running_server(config) as (stowage, addresses):
        fail_to_sign_in(addresses["dashboard_url"], 5)
        wait_until(lambda: stored(config, "auth.login") == 5, what="the rows are stored")
        fail_to_sign_in(addresses["dashboard_url"], 1)
        stowage.process.send_signal(signal.SIGKILL)
        stowage.process.wait(PATIENCE_SECONDS)

    assert 5 <= stored(config, "auth.login") <= 6
    with running_server(config) as (_, addresses):
        assert httpx.get(addresses["dashboard_url"] + "/readyz").status_code == 200
