"""
Stock clients as their users run them: aws-cli, rclone and boto3, each with its own defaults.
"""

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from app.quickstart.record import Record
from support.clients import clients_bin


class ClientFailedError(AssertionError):
    """
    A client ended with an error; the message is what it said.
    """


class StockClient(Protocol):
    """
    What every client can do, in the words of S3.
    """

    def list_buckets(self) -> set[str]:
        """
        Return the names of the buckets it sees.
        """
        ...

    def put(self, file: Path, key: str) -> None:
        """
        Upload a file; large ones in parts.
        """
        ...

    def get(self, key: str, file: Path) -> None:
        """
        Download an object into a file.
        """
        ...

    def size(self, key: str) -> int:
        """
        Return the size that a HEAD answers.
        """
        ...

    def list(self) -> dict[str, int]:
        """
        Return every key with its size.
        """
        ...

    def copy(self, source: str, target: str) -> None:
        """
        Copy within the bucket, without the bytes coming here.
        """
        ...

    def delete(self, key: str) -> None:
        """
        Delete an object.
        """
        ...


@dataclass(frozen=True, slots=True)
class Terminal:
    """
    Where the clients run: with the credential of a record in the environment, and nothing else.
    """

    record: Record
    home: Path
    changes: Mapping[str, str] = field(default_factory=dict)
    """Fields of the record that are to be different: a wrong secret, another bucket."""

    def value(self, name: str) -> str:
        """
        Return a field of the record, as changed.
        """
        return self.changes.get(name) or str(getattr(self.record, name))

    def run(self, *words: str | Path, stdin: str = "") -> str:
        """
        Run a client and return what it prints.

        Raises:
            ClientFailedError: it ended with an error.
        """
        done = subprocess.run(
            [clients_bin() / words[0], *map(str, words[1:])],
            input=stdin,
            env=self._environment(),
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        if done.returncode != 0:
            raise ClientFailedError(done.stdout + done.stderr)
        return done.stdout

    def _environment(self) -> dict[str, str]:
        return {
            "PATH": f"{clients_bin()}:/usr/bin:/bin",
            "HOME": str(self.home),
            "AWS_ACCESS_KEY_ID": self.value("access_key_id"),
            "AWS_SECRET_ACCESS_KEY": self.value("secret_access_key"),
            "AWS_DEFAULT_REGION": self.record.region,
            "AWS_ENDPOINT_URL": self.record.s3_endpoint,
            "RCLONE_S3_PROVIDER": "Other",
            "RCLONE_S3_ENV_AUTH": "true",
            "RCLONE_S3_ENDPOINT": self.record.s3_endpoint,
            "RCLONE_S3_REGION": self.record.region,
            "RCLONE_S3_CHUNK_SIZE": "5M",
            "RCLONE_S3_UPLOAD_CUTOFF": "5M",
            "RCLONE_S3_COPY_CUTOFF": "5M",
            "RCLONE_RETRIES": "1",
        }


@dataclass(frozen=True, slots=True)
class AwsCli:
    """
    `aws s3` and `aws s3api`.
    """

    terminal: Terminal

    def list_buckets(self) -> set[str]:
        """
        `aws s3api list-buckets`.
        """
        answer = json.loads(self.terminal.run("aws", "s3api", "list-buckets", "--output", "json"))
        return {bucket["Name"] for bucket in answer["Buckets"]}

    def put(self, file: Path, key: str) -> None:
        """
        `aws s3 cp`: in parts from 8 MiB on.
        """
        self.terminal.run("aws", "s3", "cp", file, self._url(key))

    def get(self, key: str, file: Path) -> None:
        """
        `aws s3 cp`: in ranges from 8 MiB on.
        """
        self.terminal.run("aws", "s3", "cp", self._url(key), file)

    def size(self, key: str) -> int:
        """
        `aws s3api head-object`.
        """
        place = ("--bucket", self.terminal.value("bucket"), "--key", key)
        answer = self.terminal.run("aws", "s3api", "head-object", *place, "--output", "json")
        return int(json.loads(answer)["ContentLength"])

    def list(self) -> dict[str, int]:
        """
        `aws s3api list-objects-v2`.
        """
        place = ("--bucket", self.terminal.value("bucket"), "--output", "json")
        answer = json.loads(self.terminal.run("aws", "s3api", "list-objects-v2", *place))
        return {entry["Key"]: entry["Size"] for entry in answer["Contents"]}

    def copy(self, source: str, target: str) -> None:
        """
        `aws s3 cp` between keys: UploadPartCopy from 8 MiB on.
        """
        self.terminal.run("aws", "s3", "cp", self._url(source), self._url(target))

    def delete(self, key: str) -> None:
        """
        `aws s3 rm`.
        """
        self.terminal.run("aws", "s3", "rm", self._url(key))

    def _url(self, key: str) -> str:
        return f"s3://{self.terminal.value('bucket')}/{key}"


@dataclass(frozen=True, slots=True)
class Rclone:
    """
    `rclone` with a remote made of environment variables.
    """

    terminal: Terminal

    def list_buckets(self) -> set[str]:
        """
        `rclone lsjson` of the root.
        """
        return {
            entry["Name"] for entry in json.loads(self.terminal.run("rclone", "lsjson", ":s3:"))
        }

    def put(self, file: Path, key: str) -> None:
        """
        `rclone copyto`: in parts from 5 MiB on.
        """
        self.terminal.run("rclone", "copyto", file, self._path(key))

    def get(self, key: str, file: Path) -> None:
        """
        `rclone copyto`, which compares the hash itself.
        """
        self.terminal.run("rclone", "copyto", self._path(key), file)

    def size(self, key: str) -> int:
        """
        `rclone lsjson --stat`.
        """
        return int(
            json.loads(self.terminal.run("rclone", "lsjson", "--stat", self._path(key)))["Size"]
        )

    def list(self) -> dict[str, int]:
        """
        `rclone lsjson --recursive`.
        """
        answer = self.terminal.run("rclone", "lsjson", "-R", "--files-only", self._path(""))
        return {entry["Path"]: entry["Size"] for entry in json.loads(answer)}

    def copy(self, source: str, target: str) -> None:
        """
        `rclone copyto` between keys: UploadPartCopy from 5 MiB on.
        """
        self.terminal.run("rclone", "copyto", self._path(source), self._path(target))

    def delete(self, key: str) -> None:
        """
        `rclone deletefile`.
        """
        self.terminal.run("rclone", "deletefile", self._path(key))

    def _path(self, key: str) -> str:
        return f":s3:{self.terminal.value('bucket')}/{key}"


_BOTO3 = """
import json, sys
import boto3
bucket, name, *words = json.load(sys.stdin)
s3 = boto3.client("s3")
at = {"Bucket": bucket}
print(json.dumps({
    "buckets": lambda: [b["Name"] for b in s3.list_buckets()["Buckets"]],
    "put": lambda file, key: s3.upload_file(file, bucket, key),
    "get": lambda key, file: s3.download_file(bucket, key, file),
    "size": lambda key: s3.head_object(**at, Key=key)["ContentLength"],
    "list": lambda: {o["Key"]: o["Size"] for o in s3.list_objects_v2(**at)["Contents"]},
    "copy": lambda source, target: s3.copy({**at, "Key": source}, bucket, target),
    "delete": lambda key: s3.delete_object(**at, Key=key) and None,
}[name](*words)))
"""


@dataclass(frozen=True, slots=True)
class Boto3:
    """
    The newest boto3 with its default settings, in an interpreter of its own.
    """

    terminal: Terminal

    def list_buckets(self) -> set[str]:
        """
        ListBuckets.
        """
        return set(self._call("buckets"))

    def put(self, file: Path, key: str) -> None:
        """
        `upload_file`: in parts from 8 MiB on, with a CRC32 trailer.
        """
        self._call("put", str(file), key)

    def get(self, key: str, file: Path) -> None:
        """
        `download_file`: in ranges from 8 MiB on.
        """
        self._call("get", key, str(file))

    def size(self, key: str) -> int:
        """
        HeadObject.
        """
        return int(self._call("size", key))

    def list(self) -> dict[str, int]:
        """
        ListObjectsV2.
        """
        return dict(self._call("list"))

    def copy(self, source: str, target: str) -> None:
        """
        `copy`: UploadPartCopy from 8 MiB on.
        """
        self._call("copy", source, target)

    def delete(self, key: str) -> None:
        """
        DeleteObject.
        """
        self._call("delete", key)

    def _call(self, *words: str) -> Any:  # JSON
        call = json.dumps([self.terminal.value("bucket"), *words])
        return json.loads(self.terminal.run("python", "-c", _BOTO3, stdin=call))
