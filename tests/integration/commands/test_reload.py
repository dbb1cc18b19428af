"""
A configuration that changes while the server runs: files, links, signals, the API, and load.
"""

import json
import os
import signal
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import boto3
import httpx
import pytest
import yaml
from botocore.config import Config as ClientConfig
from botocore.exceptions import ClientError

from support.polling import wait_until
from support.seaweedfs import SeaweedFS
from support.stowage import Stowage, run_stowage, running_server

SECRETS = {
    "STOWAGE_SECRET_KEY": "22" * 32,
    "FIRST": "the-secret-of-the-first-robot",
    "SECOND": "the-secret-of-the-second-robot",
}
PASSWORD = "harbour-lantern-42"
# Two are promised, of a machine that does not run a test suite at the same time.
PATIENCE_SECONDS = 10.0


class Installation:
    """
    A configuration file, the server that follows it, and clients of both listeners.
    """

    def __init__(self, folder: Path, weed: SeaweedFS) -> None:
        self.file = folder / "config.yaml"
        self.environment = {**SECRETS, "AK": weed.access_key, "SK": weed.secret_key}
        self.bucket = f"reload-{uuid.uuid4().hex[:8]}"
        self.declared: dict[str, Any] = {
            "server": {"listen": "127.0.0.1:0"},
            "db": {"sqlite": {"path": str(folder / "stowage.db")}},
            "s3_proxy": {"enabled": True, "listen": "127.0.0.1:0", "workers": 1},
            "backends": [
                {
                    "id": "files",
                    "type": "s3v4",
                    "endpoint": weed.endpoint,
                    "path_style": True,
                    "access_key_env": "AK",
                    "secret_key_env": "SK",
                }
            ],
            "credentials": [self.credential("AKIAFIRST", "FIRST")],
        }
        self.addresses: dict[str, str] = {}
        self._second: Any = None
        self._clients: list[Any] = []

    def credential(self, access_key: str, variable: str) -> dict[str, Any]:
        return {
            "access_key": access_key,
            "backend": "files",
            "buckets": [self.bucket],
            "secret_env": variable,
        }

    def text(self, **changes: Any) -> str:
        self.declared |= changes
        return yaml.safe_dump(self.declared, sort_keys=False)

    def write(self, **changes: Any) -> None:
        self.file.write_text(self.text(**changes))

    @contextmanager
    def running(self, config: Path | None = None) -> Iterator[Stowage]:
        with running_server(config or self.file, environment=self.environment) as (stowage, found):
            self.addresses, self._second = found, None
            yield stowage
            for client in self._clients:
                client.close()

    def s3(self, access_key: str = "AKIAFIRST", variable: str = "FIRST") -> Any:
        client = boto3.client(
            "s3",
            endpoint_url=self.addresses["s3_endpoint"],
            region_name="us-east-1",
            aws_access_key_id=access_key,
            aws_secret_access_key=SECRETS[variable],
            config=ClientConfig(retries={"total_max_attempts": 1}),
        )
        self._clients.append(client)
        return client

    def second_key_works(self) -> bool:
        if self._second is None:
            self._second = self.s3("AKIASECOND", "SECOND")
        try:
            self._second.head_bucket(Bucket=self.bucket)
        except ClientError:
            return False
        return True

    def sign_in(self) -> httpx.Client:
        url = self.addresses["dashboard_url"]
        client = httpx.Client(base_url=url, headers={"Origin": url}, timeout=30)
        client.get("/api/auth/config")
        client.headers["X-CSRF-Token"] = client.cookies.get("stowage_csrf") or ""
        proof = {"username": "ada", "password": PASSWORD}
        assert client.post("/auth/login/local", json=proof).status_code == 200
        client.headers["X-CSRF-Token"] = client.cookies.get("stowage_csrf") or ""
        return client

    def make_admin(self) -> None:
        run_stowage(
            *("create-admin", "--config", self.file, "--username", "ada", "--password-stdin"),
            stdin=PASSWORD,
            environment=self.environment,
        )


@pytest.fixture
def installation(tmp_path: Path, seaweedfs: SeaweedFS) -> Iterator[Installation]:
    made = Installation(tmp_path, seaweedfs)
    upstream = boto3.client(
        "s3",
        endpoint_url=seaweedfs.endpoint,
        region_name=seaweedfs.region,
        aws_access_key_id=seaweedfs.access_key,
        aws_secret_access_key=seaweedfs.secret_key,
    )
    upstream.create_bucket(Bucket=made.bucket)
    made.write()
    yield made
    upstream.close()


class Load:
    """
    A client that puts and gets without a pause, and remembers what failed.
    """

    def __init__(self, installation: Installation) -> None:
        self.done = 0
        self.failures: list[str] = []
        self._client = installation.s3()
        self._bucket = installation.bucket
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._client.put_object(Bucket=self._bucket, Key="k", Body=b"x" * 10_000)
                self._client.get_object(Bucket=self._bucket, Key="k")["Body"].read()
            except Exception as error:  # noqa: BLE001  whatever it is, it must not happen
                self.failures.append(repr(error))
            self.done += 1

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()


def test_a_change_reaches_a_proxy_under_load_and_no_request_fails(
    installation: Installation,
) -> None:
    first, second = (
        installation.credential("AKIAFIRST", "FIRST"),
        installation.credential("AKIASECOND", "SECOND"),
    )
    with installation.running(), Load(installation) as load:
        wait_until(lambda: load.done > 5, what="load")

        installation.write(credentials=[first, second])
        wait_until(installation.second_key_works, PATIENCE_SECONDS, what="the new key works")
        installation.write(credentials=[first], gitops={"prune": ["credentials"]})
        wait_until(
            lambda: not installation.second_key_works(), PATIENCE_SECONDS, what="the key is gone"
        )
        seen = load.done
        wait_until(lambda: load.done > seen + 5, what="load goes on")

    assert load.failures == []


def test_a_bad_file_changes_nothing_and_says_why(installation: Installation) -> None:
    installation.make_admin()
    with installation.running() as stowage:
        client = installation.sign_in()
        good = installation.file.read_text()
        installation.file.write_text(good + "auth:\n  notise: hello\n")
        line = good.count("\n") + 2

        def last() -> dict[str, Any]:
            found: dict[str, Any] = client.get("/api/admin/config").json()["last_reload"]
            return found

        wait_until(lambda: last()["outcome"] == "rejected", what="the file is refused")
        (problem,) = last()["problems"]
        assert (problem["key"], problem["line"], problem["column"]) == ("auth.notise", line, 3)
        assert problem["suggestion"] == "notice"
        installation.s3().list_objects_v2(Bucket=installation.bucket)
        ready = client.get("/readyz")
        assert ready.status_code == 200
        notes = {check["name"]: check["detail"] for check in ready.json()["checks"]}
        assert notes["configuration"] == "the last change of the file was rejected"
        refused = client.post("/api/admin/config/reload", json={})
        assert (refused.status_code, refused.json()["error"]["code"]) == (409, "conflict")
        assert refused.json()["error"]["errors"][0]["pointer"] == f"{installation.file}:{line}:3"

        installation.file.write_text(good + "auth:\n  notice: hello\n")
        wait_until(lambda: last()["outcome"] == "applied", what="the file is taken over")
        assert client.get("/api/auth/config").json()["notice"] == "hello"
        assert last()["settings"] == ["auth.notice"]
        client.close()
        assert "auth.notise" in stowage.text


def test_what_a_restart_changes_is_named_and_left_alone(installation: Installation) -> None:
    installation.make_admin()
    with installation.running():
        client = installation.sign_in()
        installation.write(server={"listen": "127.0.0.1:1"}, log={"level": "warn"})

        plan = client.get("/api/admin/config/plan").json()
        assert plan["needs_restart"] == ["server.listen"]
        assert [one["path"] for one in plan["settings"]] in (["log.level"], [])
        answer = client.post("/api/admin/config/reload", json={}).json()

        assert answer["needs_restart"] == ["server.listen"]
        values = {one["path"]: one for one in client.get("/api/admin/config").json()["values"]}
        assert values["server.listen"]["value"] == "127.0.0.1:0"
        assert (values["log.level"]["value"], values["log.level"]["source"]) == ("warn", "file")
        assert values["log.level"]["source_line"] > 0
        client.close()


def test_a_plan_that_is_no_longer_what_was_seen_is_refused(installation: Installation) -> None:
    installation.declared["gitops"] = {"watch": False}
    installation.write()
    installation.make_admin()
    with installation.running():
        client = installation.sign_in()
        installation.write(auth={"notice": "one"})
        seen = client.get("/api/admin/config/plan").json()
        assert [one["path"] for one in seen["settings"]] == ["auth.notice"]
        installation.write(auth={"notice": "two"})

        refused = client.post("/api/admin/config/reload", json={"hash": seen["hash"]})
        assert (refused.status_code, refused.json()["error"]["code"]) == (409, "conflict")
        now = client.get("/api/admin/config/plan").json()
        done = client.post("/api/admin/config/reload", json={"hash": now["hash"]})
        assert done.json()["outcome"] == "applied"

        exported = yaml.safe_load(client.get("/api/admin/config/export").text)
        assert exported["auth"] == {"notice": "two"}
        assert exported["credentials"][0]["secret_env"] == "FIRST"
        assert "properties" in client.get("/api/admin/config/schema").json()
        client.close()


def test_without_watching_a_signal_takes_the_file_over(installation: Installation) -> None:
    second = installation.credential("AKIASECOND", "SECOND")
    installation.write(gitops={"watch": False})
    with installation.running() as stowage:
        wait_until(lambda: "configuration taken over" in stowage.text, what="the start is noted")
        installation.write(credentials=[*installation.declared["credentials"], second])
        assert not installation.second_key_works()

        os.kill(int(json.loads((installation.file.parent / "ready.json").read_text())["pid"]), 1)

        wait_until(installation.second_key_works, what="the new key works")
        assert signal.SIGHUP == 1
        assert stowage.process.poll() is None


def test_a_volume_of_kubernetes_is_followed_through_its_links(
    installation: Installation, tmp_path: Path
) -> None:
    """
    A ConfigMap is a folder with `..data -> ..2026_1`, which the kubelet points elsewhere at once.
    """
    volume = tmp_path / "volume"
    for number in (1, 2):
        (volume / f"..2026_{number}").mkdir(parents=True)
    second = installation.credential("AKIASECOND", "SECOND")
    (volume / "..2026_1" / "config.yaml").write_text(installation.text())
    both = [*installation.declared["credentials"], second]
    (volume / "..2026_2" / "config.yaml").write_text(installation.text(credentials=both))
    (volume / "..data").symlink_to("..2026_1")
    (volume / "config.yaml").symlink_to("..data/config.yaml")

    with installation.running(volume / "config.yaml"):
        assert not installation.second_key_works()
        (volume / "..new").symlink_to("..2026_2")
        (volume / "..new").rename(volume / "..data")

        wait_until(installation.second_key_works, what="the new key works")
