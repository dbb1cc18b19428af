"""
`stowage serve` against an S3 endpoint named in a file, with the keys from the environment.
"""

import json
import re
import signal
import socket
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import httpx
import pytest

from support.polling import wait_until
from support.seaweedfs import SeaweedFS
from support.stowage import PATIENCE_SECONDS, run_stowage, running_server, running_stowage

CONFIG = """\
server:
  listen: 127.0.0.1:0
  secret_key_file: {folder}/sealing.key
  shutdown_timeout: 5s
  drain_timeout: 5s
log: {{level: info, format: {log_format}, access: true}}
db: {{sqlite: {{path: {folder}/stowage.db}}}}
s3_proxy: {{enabled: true, listen: "127.0.0.1:0", workers: 1}}
backends:
  - id: files
    name: Our files
    type: s3v4
    endpoint: {endpoint}
    path_style: true
    access_key_env: FILES_ACCESS_KEY
    secret_key_env: FILES_SECRET_KEY
"""


def write_config(folder: Path, endpoint: str, log_format: str = "json") -> Path:
    file = folder / "config.yaml"
    file.write_text(CONFIG.format(folder=folder, endpoint=endpoint, log_format=log_format))
    return file


@pytest.fixture
def config(tmp_path: Path, seaweedfs: SeaweedFS) -> Path:
    return write_config(tmp_path, seaweedfs.endpoint)


@pytest.fixture
def keys(seaweedfs: SeaweedFS) -> dict[str, str]:
    return {"FILES_ACCESS_KEY": seaweedfs.access_key, "FILES_SECRET_KEY": seaweedfs.secret_key}


@pytest.fixture
def upstream(seaweedfs: SeaweedFS) -> Iterator[Any]:
    client = boto3.client(
        "s3",
        endpoint_url=seaweedfs.endpoint,
        region_name=seaweedfs.region,
        aws_access_key_id=seaweedfs.access_key,
        aws_secret_access_key=seaweedfs.secret_key,
    )
    yield client
    client.close()


def sign_in(url: str, username: str, password: str) -> httpx.Client:
    client = httpx.Client(base_url=url, headers={"Origin": url}, timeout=PATIENCE_SECONDS)
    client.get("/api/auth/config")
    client.headers["X-CSRF-Token"] = client.cookies.get("stowage_csrf") or ""
    answer = client.post("/auth/login/local", json={"username": username, "password": password})
    assert answer.status_code == 200, answer.text
    client.headers["X-CSRF-Token"] = client.cookies.get("stowage_csrf") or ""
    return client


def test_buckets_of_the_backend_in_the_file_are_listed(
    config: Path,
    keys: dict[str, str],
    upstream: Any,
) -> None:
    bucket = f"serve-{uuid.uuid4().hex}"
    upstream.create_bucket(Bucket=bucket)
    run_stowage(
        *("create-admin", "--config", config, "--username", "ada", "--password-stdin"),
        stdin="harbour-lantern-42",
        environment=keys,
    )

    with running_server(config, environment=keys) as (_, addresses):
        client = sign_in(addresses["dashboard_url"], "ada", "harbour-lantern-42")
        answer = client.get("/api/backends/files/buckets")
        client.close()

    assert bucket in {entry["name"] for entry in answer.json()["buckets"]}


def test_a_stranger_at_the_s3_endpoint_is_refused_in_xml(
    config: Path, keys: dict[str, str]
) -> None:
    with running_server(config, environment=keys) as (_, addresses):
        answer = httpx.get(addresses["s3_endpoint"])

    assert answer.status_code == 403
    assert "<Code>AccessDenied</Code>" in answer.text


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda n: n.name)
def test_a_signal_ends_it_with_0(
    config: Path, keys: dict[str, str], number: signal.Signals
) -> None:
    with running_server(config, environment=keys) as (stowage, _):
        assert stowage.stop(number) == 0, stowage.text


def test_every_log_line_is_json_and_the_request_id_is_that_of_the_answer(
    config: Path, keys: dict[str, str]
) -> None:
    with running_server(config, environment=keys) as (stowage, addresses):
        ours = httpx.get(addresses["dashboard_url"] + "/api/nothing").headers["X-Request-Id"]
        theirs = httpx.get(addresses["s3_endpoint"] + "/bucket/key").headers["x-amz-request-id"]
        stowage.stop()
        lines = [json.loads(line) for line in stowage.text.splitlines()]

    assert {ours, theirs} <= {line.get("request_id") for line in lines}


def test_text_lines_carry_the_request_id_too(
    tmp_path: Path, seaweedfs: SeaweedFS, keys: dict[str, str]
) -> None:
    config = write_config(tmp_path, seaweedfs.endpoint, log_format="text")

    with running_server(config, environment=keys) as (stowage, addresses):
        ours = httpx.get(addresses["dashboard_url"] + "/api/nothing").headers["X-Request-Id"]
        stowage.stop()

        assert f"request_id={ours}" in stowage.text


def test_no_key_of_the_backend_is_in_any_log_line(config: Path, keys: dict[str, str]) -> None:
    with running_server(config, environment=keys) as (stowage, addresses):
        httpx.get(addresses["dashboard_url"] + "/readyz")
        stowage.stop()

        assert keys["FILES_SECRET_KEY"] not in stowage.text


def test_a_missing_key_is_one_line_that_names_the_variable(
    config: Path, keys: dict[str, str]
) -> None:
    del keys["FILES_SECRET_KEY"]

    done = run_stowage("serve", "--config", config, environment=keys)

    assert done.returncode in (1, 78)
    assert "FILES_SECRET_KEY" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("section", ["server", "s3_proxy"])
def test_a_taken_port_is_one_line_and_status_1(
    config: Path, keys: dict[str, str], section: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = f"127.0.0.1:{other.getsockname()[1]}"

        done = run_stowage(
            *("serve", "--config", config),
            environment={**keys, f"STOWAGE_{section.upper()}__LISTEN": taken},
        )

    assert done.returncode == 1
    assert f"stowage: cannot listen on {taken} ({section}.listen): the port is taken" in done.stderr


def test_a_backend_that_is_down_does_not_keep_it_from_starting(
    tmp_path: Path, keys: dict[str, str], free_port: int
) -> None:
    config = write_config(tmp_path, f"http://127.0.0.1:{free_port}")

    with running_server(config, environment=keys) as (_, addresses):
        assert httpx.get(addresses["dashboard_url"] + "/readyz").status_code == 200


def test_a_second_signal_ends_it_at_once(config: Path, keys: dict[str, str]) -> None:
    """
    A request whose body never comes would hold the first signal up for ten seconds.
    """
    with running_server(config, environment=keys) as (stowage, addresses):
        host, _, port = addresses["dashboard_url"].removeprefix("http://").partition(":")
        with socket.create_connection((host, int(port))) as client:
            client.sendall(
                b"POST /auth/login/local HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n"
            )
            stowage.process.send_signal(signal.SIGTERM)
            wait_until(lambda: "stopping" in stowage.text, what="the first signal is taken")
            stowage.process.send_signal(signal.SIGTERM)

            assert stowage.process.wait(PATIENCE_SECONDS) == 1, stowage.text


def test_a_transfer_that_is_cut_off_at_the_end_is_status_1(
    config: Path, keys: dict[str, str]
) -> None:
    config.write_text(config.read_text().replace(": 5s", ": 0s"))
    form = b"POST /bucket HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n"
    form += b"Content-Type: multipart/form-data; boundary=b\r\nExpect: 100-continue\r\n\r\n"

    with running_server(config, environment=keys) as (stowage, addresses):
        host, _, port = addresses["s3_endpoint"].removeprefix("http://").partition(":")
        with socket.create_connection((host, int(port)), timeout=20) as client:
            client.sendall(form)
            assert client.recv(1000).startswith(b"HTTP/1.1 100")

            assert stowage.stop() == 1, stowage.text
        assert "requests were cut off" in stowage.text


def test_a_certificate_that_is_none_is_one_line_and_status_1(
    config: Path, keys: dict[str, str], tmp_path: Path
) -> None:
    for name in ("cert.pem", "key.pem"):
        (tmp_path / name).write_text("this is no PEM")
    tls = {
        "STOWAGE_SERVER__TLS__CERT_FILE": str(tmp_path / "cert.pem"),
        "STOWAGE_SERVER__TLS__KEY_FILE": str(tmp_path / "key.pem"),
    }

    done = run_stowage("serve", "--config", config, environment={**keys, **tls})

    assert done.returncode == 1
    assert "stowage: server.tls: " in done.stderr
    assert "Traceback" not in done.stderr


def test_a_signal_during_the_start_ends_it_at_once(config: Path, keys: dict[str, str]) -> None:
    """
    The backend takes connections and never answers, so applying the file waits for it.
    """
    with socket.create_server(("127.0.0.1", 0)) as silent:
        text = config.read_text()
        endpoint = f"http://127.0.0.1:{silent.getsockname()[1]}"
        config.write_text(re.sub(r"endpoint: .*", f"endpoint: {endpoint}", text))
        silent.settimeout(30)

        with running_stowage("serve", "--config", config, environment=keys) as stowage:
            silent.accept()[0].close()
            connection, _ = silent.accept()
            stowage.process.send_signal(signal.SIGTERM)

            assert stowage.process.wait(PATIENCE_SECONDS) == 0, stowage.text
            connection.close()


def test_without_the_s3_endpoint_only_the_dashboard_listens(tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(
        f"server: {{listen: '127.0.0.1:0'}}\ndb: {{sqlite: {{path: '{tmp_path / 's.db'}'}}}}\n"
    )

    with running_server(config) as (_, addresses):
        assert addresses["s3_endpoint"] == ""
        assert httpx.get(addresses["dashboard_url"] + "/healthz").status_code == 200
