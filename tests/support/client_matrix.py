"""
The stock clients of the matrix: how each is called, and what of it is checked.
"""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from support.missing import missing_part

ROOT = Path(__file__).parents[2]
SCRIPTS = ROOT / "tests" / "conformance" / "clients"
NEWEST = ROOT / ".venv-clients"
ASYNC = NEWEST / "async"
"""Packages that pin a botocore of their own."""
BEFORE_CHECKSUMS = NEWEST / "before-checksums"
NAMES = ("empty.bin", "a b+\u00fc.bin", "large.bin")
COPIED = NAMES[1]
TIMEOUT_SECONDS = 300


class ClientFailedError(Exception):
    """
    A client did not do what it was told; the message is what it said.
    """


@dataclass(frozen=True, slots=True)
class Setting:
    """
    Where a client works: an endpoint, a bucket, a prefix of its own, a folder of files.
    """

    endpoint: str
    access_key: str
    secret_key: str
    region: str
    bucket: str
    prefix: str
    folder: Path
    ca_file: str = ""

    @property
    def environment(self) -> dict[str, str]:
        """
        What every client finds in its environment, by the names that AWS's tools use.
        """
        trusted = dict.fromkeys(("AWS_CA_BUNDLE", "SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS"), "")
        return {
            "PATH": f"{NEWEST / 'bin'}:{os.environ['PATH']}",
            "HOME": str(self.folder),
            "LANG": "C.UTF-8",
            "AWS_ACCESS_KEY_ID": self.access_key,
            "AWS_SECRET_ACCESS_KEY": self.secret_key,
            "AWS_DEFAULT_REGION": self.region,
            "AWS_REGION": self.region,
            "AWS_ENDPOINT_URL": self.endpoint,
            "MATRIX_ENDPOINT": self.endpoint,
            "MATRIX_BUCKET": self.bucket,
            "MATRIX_PREFIX": self.prefix,
            "MATRIX_FOLDER": str(self.folder),
            "MATRIX_NAMES": "|".join(NAMES),
            **(dict.fromkeys(trusted, self.ca_file) if self.ca_file else {}),
            **({"MATRIX_CA_FILE": self.ca_file} if self.ca_file else {}),
        }

    def key(self, name: str) -> str:
        """
        Return the key of a file.
        """
        return f"{self.prefix}/{name}"

    def url(self, name: str = "") -> str:
        """
        Return the address of a file, or of the prefix, as command lines write it.
        """
        return f"s3://{self.bucket}/{self.key(name)}"

    def run(self, *command: str | Path, more: Mapping[str, str] | None = None) -> str:
        """
        Run a client; return what it printed.

        Raises:
            ClientFailedError: it ended with another status than 0.
        """
        done = subprocess.run(
            [str(part) for part in command],
            env={**self.environment, **(more or {})},
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
            timeout=TIMEOUT_SECONDS,
        )
        if done.returncode != 0:
            raise ClientFailedError((done.stdout + done.stderr)[-4000:])
        return done.stdout

    def say_listed(self, keys: list[str]) -> None:
        """
        Note what a listing showed.
        """
        (self.folder / "listed").write_text("\n".join(sorted(keys)))


Step = Callable[[Setting], object]


@dataclass(frozen=True, slots=True)
class StockClient:
    """
    One row of the matrix.
    """

    name: str
    store: Step
    """Uploads the files, copies one, lists and downloads all."""
    clear: Step
    """Deletes them."""
    find_version: Callable[[], str]
    does: str
    keeps_names: bool = True
    """Objects are the files; otherwise only what comes back is compared."""
    packages: str = field(default="")


def version_of(*command: str | Path, environment: Mapping[str, str] | None = None) -> str:
    """
    Return the version that a program prints.
    """
    if shutil.which(str(command[0])) is None:
        missing_part(f"{command[0]} is not installed: run make test-clients")
    done = subprocess.run(
        [str(part) for part in command],
        env={**os.environ, **(environment or {})},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    found = re.search(r"\d+(?:\.\d+)+", done.stdout or done.stderr)
    assert found is not None, done.stdout
    return found.group()


def _script(name: str, package: str, folder: Path | None = None) -> dict[str, Step]:
    """
    Return the steps of a client that is a library.
    """
    found = {"PYTHONPATH": str(folder)} if folder else {}
    python = NEWEST / "bin" / "python3"

    def step(phase: str) -> Step:
        return lambda setting: setting.run(python, SCRIPTS / f"{name}.py", phase, more=found)

    say = f"import importlib.metadata as m; print(m.version({package!r}))"
    return {
        "store": step("store"),
        "clear": step("clear"),
        "find_version": lambda: version_of(python, "-c", say, environment=found),
    }  # type: ignore[dict-item]  # the last is handed on by its name


def _aws_store(setting: Setting) -> None:
    setting.run("aws", "s3", "ls")
    for name in NAMES:
        setting.run("aws", "s3", "cp", name, setting.url(name))
    setting.run("aws", "s3", "cp", setting.url(COPIED), setting.url(f"{COPIED}.copy"))
    for name in (*NAMES, f"{COPIED}.copy"):
        setting.run("aws", "s3", "cp", setting.url(name), f"back/{name}")
    place = ("--bucket", setting.bucket, "--prefix", f"{setting.prefix}/", "--page-size", "2")
    listed = json.loads(setting.run("aws", "s3api", "list-objects-v2", *place, "--output", "json"))
    setting.say_listed([entry["Key"] for entry in listed["Contents"]])


def _s3cmd(setting: Setting, *arguments: str) -> str:
    host = setting.endpoint.partition("://")[2]
    secure = ("--ssl", f"--ca-certs={setting.ca_file}") if setting.ca_file else ("--no-ssl",)
    return setting.run(
        *("s3cmd", "--config=/dev/null", f"--host={host}", f"--host-bucket={host}", *secure),
        *(f"--access_key={setting.access_key}", f"--secret_key={setting.secret_key}"),
        *(f"--region={setting.region}", "--no-progress", *arguments),
    )


def _s3cmd_store(setting: Setting) -> None:
    for name in NAMES:
        _s3cmd(setting, "put", name, setting.url(name))
    # Without the option it copies the object's ACL as well, which needs `configure`.
    copy = (setting.url(COPIED), setting.url(f"{COPIED}.copy"))
    _s3cmd(setting, "cp", "--acl-private", *copy)
    for name in (*NAMES, f"{COPIED}.copy"):
        _s3cmd(setting, "get", setting.url(name), f"back/{name}")
    lines = _s3cmd(setting, "ls", "--recursive", setting.url()).splitlines()
    setting.say_listed([line.partition(f"s3://{setting.bucket}/")[2] for line in lines])


def _s5cmd_store(setting: Setting) -> None:
    for name in NAMES:
        setting.run("s5cmd", "cp", name, setting.url(name), more=_s5cmd_settings(setting))
    copy = (setting.url(COPIED), setting.url(f"{COPIED}.copy"))
    setting.run("s5cmd", "cp", *copy, more=_s5cmd_settings(setting))
    for name in (*NAMES, f"{COPIED}.copy"):
        place = (setting.url(name), f"back/{name}")
        setting.run("s5cmd", "cp", *place, more=_s5cmd_settings(setting))
    found = setting.run("s5cmd", "--json", "ls", setting.url("*"), more=_s5cmd_settings(setting))
    keys = [json.loads(line)["key"] for line in found.splitlines()]
    setting.say_listed([key.removeprefix(f"s3://{setting.bucket}/") for key in keys])


def _s5cmd_settings(setting: Setting) -> dict[str, str]:
    return {"S3_ENDPOINT_URL": setting.endpoint}


def _rclone_settings(setting: Setting) -> dict[str, str]:
    settings = {
        "TYPE": "s3",
        "PROVIDER": "Other",
        "ACCESS_KEY_ID": setting.access_key,
        "SECRET_ACCESS_KEY": setting.secret_key,
        "ENDPOINT": setting.endpoint,
        "REGION": setting.region,
    }
    found = {f"RCLONE_CONFIG_S_{name}": value for name, value in settings.items()}
    secure = {"RCLONE_CA_CERT": setting.ca_file} if setting.ca_file else {}
    return {**found, **secure, "RCLONE_CONFIG": "/notfound"}


def _rclone(setting: Setting, *arguments: str) -> str:
    return setting.run("rclone", *arguments, more=_rclone_settings(setting))


def _rclone_store(setting: Setting) -> None:
    place = f"s:{setting.bucket}/{setting.prefix}"
    for name in NAMES:
        _rclone(setting, "copyto", name, f"{place}/{name}")
    _rclone(setting, "copyto", f"{place}/{COPIED}", f"{place}/{COPIED}.copy")
    _rclone(setting, "copy", place, "back")
    _rclone(setting, "check", place, "back")
    listed = _rclone(setting, "lsf", "-R", place).splitlines()
    setting.say_listed([setting.key(name) for name in listed])


def _restic(setting: Setting, *arguments: str | Path) -> str:
    place = f"s3:{setting.endpoint}/{setting.bucket}/{setting.prefix}"
    secure = ("--cacert", setting.ca_file) if setting.ca_file else ()
    secret = {"RESTIC_PASSWORD": "matrix"}
    return setting.run("restic", "--no-cache", *secure, "-r", place, *arguments, more=secret)


def _restic_store(setting: Setting) -> None:
    _restic(setting, "init")
    _restic(setting, "backup", *(setting.folder / name for name in NAMES))
    _restic(setting, "check", "--read-data")
    _restic(setting, "restore", "latest", "--target", "restored")
    for name in NAMES:
        restored = setting.folder / "restored" / setting.folder.relative_to("/") / name
        restored.rename(setting.folder / "back" / name)


def _restic_clear(setting: Setting) -> None:
    _restic(setting, "forget", "--prune", "--keep-last", "1")
    setting.run("aws", "s3", "rm", "--recursive", setting.url())


def _node(phase: str) -> Step:
    return lambda setting: setting.run("node", SCRIPTS / "with_aws_sdk.mjs", phase)


def node_version(package: str = "@aws-sdk/client-s3") -> str:
    """
    Return the version of a package of the JavaScript clients.
    """
    facts = SCRIPTS / "node_modules" / package / "package.json"
    if not facts.exists():
        missing_part("the JavaScript clients are not installed: run make test-clients")
    version: str = json.loads(facts.read_text())["version"]
    return version


_ALL = "upload in one and in parts, copy, download, list in pages, delete"
CLIENTS = (
    StockClient("boto3", **_script("with_boto3", "boto3"), does=f"{_ALL} many, presigned URL"),
    StockClient(
        "boto3 before default checksums",
        **_script("with_boto3", "boto3", BEFORE_CHECKSUMS),
        does=f"{_ALL} many, presigned URL",
    ),
    StockClient(
        "aws-cli",
        _aws_store,
        lambda setting: setting.run("aws", "s3", "rm", "--recursive", setting.url()),
        lambda: version_of(NEWEST / "bin" / "aws", "--version"),
        does=_ALL,
    ),
    StockClient(
        "aiobotocore",
        **_script("with_aiobotocore", "aiobotocore", ASYNC),
        does="upload, copy, download, list, delete many",
    ),
    StockClient("s3fs", **_script("with_s3fs", "s3fs", ASYNC), does=f"{_ALL} a folder"),
    StockClient(
        "s3cmd",
        _s3cmd_store,
        lambda setting: _s3cmd(setting, "del", "--recursive", "--force", setting.url()),
        lambda: version_of(NEWEST / "bin" / "s3cmd", "--version"),
        does=f"{_ALL}; its `cp` needs `--acl-private`, and its `info` the level `configure`",
    ),
    StockClient(
        "rclone",
        _rclone_store,
        lambda setting: _rclone(setting, "purge", f"s:{setting.bucket}/{setting.prefix}"),
        lambda: version_of(NEWEST / "bin" / "rclone", "version"),
        does=f"{_ALL}, check of hashes",
    ),
    StockClient(
        "s5cmd",
        _s5cmd_store,
        lambda setting: setting.run("s5cmd", "rm", setting.url("*"), more=_s5cmd_settings(setting)),
        lambda: version_of(NEWEST / "bin" / "s5cmd", "version"),
        does=f"{_ALL} many",
    ),
    StockClient("minio-py", **_script("with_minio", "minio"), does=f"{_ALL} many"),
    StockClient("PyArrow", **_script("with_pyarrow", "pyarrow"), does=f"{_ALL} a folder"),
    StockClient("obstore", **_script("with_obstore", "obstore"), does=f"{_ALL} many"),
    StockClient(
        "AWS SDK for JavaScript v3 (Node)",
        _node("store"),
        _node("clear"),
        node_version,
        does=f"{_ALL} many, presigned URL",
    ),
    StockClient(
        "restic",
        _restic_store,
        _restic_clear,
        lambda: version_of("restic", "version"),
        does="make a repository, back up, check all data, restore, forget",
        keeps_names=False,
    ),
)
