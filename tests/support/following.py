"""
A server that follows its file, clients of both its listeners, and load on the S3 one.
"""

import json
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import boto3
import httpx
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


class Installation:
    """
    A configuration file with two keys to a bucket of its own, and the server that follows it.
    """

    def __init__(self, folder: Path, weed: SeaweedFS) -> None:
        self.file = folder / "config.yaml"
        self.environment = {**SECRETS, "AK": weed.access_key, "SK": weed.secret_key}
        self.bucket = f"reload-{uuid.uuid4().hex[:8]}"
        self.first = self.credential("AKIAFIRST", "FIRST")
        self.second = self.credential("AKIASECOND", "SECOND")
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
            "credentials": [self.first],
            "gitops": {"prune": ["credentials"]},
        }
        self.addresses: dict[str, str] = {}
        self._second: Any = None
        self._clients: list[Any] = []

    def credential(self, access_key: str, variable: str) -> dict[str, Any]:
        """
        Return a credential for the bucket, its secret in a variable.
        """
        return {
            "access_key": access_key,
            "backend": "files",
            "buckets": [self.bucket],
            "secret_env": variable,
        }

    def text(self, **changes: Any) -> str:
        """
        Return the file's text with some sections replaced.
        """
        return yaml.safe_dump({**self.declared, **changes}, sort_keys=False)

    def write(self, **changes: Any) -> str:
        """
        Replace the file in one moment, as a deployment does; return its text.
        """
        fresh, text = self.file.with_suffix(".new"), self.text(**changes)
        fresh.write_text(text)
        fresh.replace(self.file)
        return text

    @property
    def pid(self) -> int:
        """
        The server's process.
        """
        return int(json.loads((self.file.parent / "ready.json").read_text())["pid"])

    @contextmanager
    def running(self) -> Iterator[Stowage]:
        """
        Run a server on the file until the end of the block.
        """
        with running_server(self.file, environment=self.environment) as (stowage, found):
            self.addresses, self._second = found, None
            yield stowage
            for client in self._clients:
                client.close()

    def s3(self, access_key: str = "AKIAFIRST", variable: str = "FIRST") -> Any:
        """
        Return a client with one of the keys that never tries again.
        """
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
        """
        Tell whether the endpoint knows the second key.
        """
        if self._second is None:
            self._second = self.s3("AKIASECOND", "SECOND")
        try:
            self._second.head_bucket(Bucket=self.bucket)
        except ClientError:
            return False
        return True

    def sign_in(self) -> httpx.Client:
        """
        Return a client of the API, as the administrator whom `make_admin` made.
        """
        url = self.addresses["dashboard_url"]
        client = httpx.Client(base_url=url, headers={"Origin": url}, timeout=30)
        client.get("/api/auth/config")
        client.headers["X-CSRF-Token"] = client.cookies.get("stowage_csrf") or ""
        proof = {"username": "ada", "password": PASSWORD}
        assert client.post("/auth/login/local", json=proof).status_code == 200
        client.headers["X-CSRF-Token"] = client.cookies.get("stowage_csrf") or ""
        return client

    def make_admin(self) -> None:
        """
        Make an administrator, before or while the server runs.
        """
        run_stowage(
            *("create-admin", "--config", self.file, "--username", "ada", "--password-stdin"),
            stdin=PASSWORD,
            environment=self.environment,
        )


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

    def go_on(self, rounds: int = 5) -> None:
        """
        Wait until some more rounds are done.
        """
        wanted = self.done + rounds
        wait_until(lambda: self.done > wanted, 60.0, what="load")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
