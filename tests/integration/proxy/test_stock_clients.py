"""
aws-cli and rclone as their users have them, through the proxy: nothing is set but the endpoint.
"""

import hashlib
import json
import os
import secrets
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from support.clients import clients_bin
from support.s3_proxy import REGION, SECRET, RunningProxy

OWN = "tenant-one"
MIB = 1024 * 1024
Run = Callable[..., str]


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def runner(program: str, environment: dict[str, str], folder: Path) -> Run:
    """
    Return a function that runs the program and gives what it printed.
    """

    def run(*arguments: str, status: int = 0) -> str:
        done = subprocess.run(
            [clients_bin() / program, *arguments],
            env={"PATH": os.environ["PATH"], "HOME": str(folder), **environment},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout + done.stderr

    return run


@pytest.fixture
def aws(proxy: RunningProxy, tmp_path: Path) -> Run:
    environment = {
        "AWS_ACCESS_KEY_ID": "AKTENANT",
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ENDPOINT_URL": proxy.endpoint,
    }
    return runner("aws", environment, tmp_path)


@pytest.fixture
def rclone(proxy: RunningProxy, tmp_path: Path) -> Run:
    return rclone_as("AKTENANT", proxy, tmp_path)


def rclone_as(access_key: str, proxy: RunningProxy, folder: Path) -> Run:
    settings = {
        "TYPE": "s3",
        "PROVIDER": "Other",
        "ACCESS_KEY_ID": access_key,
        "SECRET_ACCESS_KEY": SECRET,
        "ENDPOINT": proxy.endpoint,
        "REGION": REGION,
    }
    environment = {f"RCLONE_CONFIG_S_{name}": value for name, value in settings.items()}
    return runner("rclone", {**environment, "RCLONE_CONFIG": "/notfound"}, folder)


@pytest.fixture(params=[1000, 20 * MIB], ids=["small", "20-mib"])
def source(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    file = tmp_path / "source.bin"
    file.write_bytes(os.urandom(request.param))
    return file


def test_aws_cli_does_its_round(aws: Run, direct: Any, source: Path, key: str) -> None:
    assert direct is not None
    place, back = f"s3://{OWN}/{key}", source.with_name("back.bin")

    assert OWN in aws("s3", "ls")
    aws("s3", "cp", str(source), place)
    aws("s3", "cp", place, str(back))
    head = json.loads(aws("s3api", "head-object", "--bucket", OWN, "--key", key))
    aws("s3", "cp", place, place + ".copy")
    listed = aws("s3", "ls", f"s3://{OWN}/folder/")
    aws("s3", "rm", f"s3://{OWN}/folder/", "--recursive", "--exclude", "*", "--include", "*.copy")

    assert digest(back) == digest(source)
    assert head["ContentLength"] == source.stat().st_size
    assert f"{key.removeprefix('folder/')}.copy" in listed
    assert f"{key.removeprefix('folder/')}.copy" not in aws("s3", "ls", f"s3://{OWN}/folder/")
    assert "AccessDenied" in aws("s3", "ls", "s3://tenant-two", status=255)


def test_rclone_does_its_round(rclone: Run, direct: Any, source: Path, key: str) -> None:
    assert direct is not None
    place, back = f"s:{OWN}/{key}", source.with_name("back.bin")

    assert OWN in rclone("lsd", "s:")
    rclone("copyto", str(source), place)
    rclone("copyto", place, str(back))
    entry = json.loads(rclone("lsjson", "--hash", place))[0]
    rclone("copyto", place, place + ".copy")
    names = rclone("lsf", f"s:{OWN}/folder")
    rclone("deletefile", place + ".copy")

    assert digest(back) == digest(source)
    assert entry["Size"] == source.stat().st_size
    assert f"{key.removeprefix('folder/')}.copy" in names
    assert f"{key.removeprefix('folder/')}.copy" not in rclone("lsf", f"s:{OWN}/folder")
    assert "AccessDenied" in rclone("lsf", "s:tenant-two", status=1)


def test_rclone_makes_fills_and_purges_a_bucket_of_its_own(
    proxy: RunningProxy, tmp_path: Path
) -> None:
    """
    With a credential over the whole backend; a tenant's own bucket is there already.
    """
    rclone, bucket = rclone_as("AKADMIN", proxy, tmp_path), f"made-{secrets.token_hex(4)}"
    (tmp_path / "file").write_text("text")

    rclone("mkdir", f"s:{bucket}")
    rclone("mkdir", f"s:{bucket}")
    rclone("copy", str(tmp_path / "file"), f"s:{bucket}/folder")
    assert sorted(rclone("lsf", "-R", f"s:{bucket}").split()) == ["folder/", "folder/file"]
    assert bucket in rclone("lsd", "s:")
    assert "BucketNotEmpty" in rclone("rmdir", f"s:{bucket}", status=1)
    rclone("purge", f"s:{bucket}")
    assert bucket not in rclone("lsd", "s:")

    tenant = rclone_as("AKTENANT", proxy, tmp_path)
    tenant("mkdir", f"s:{OWN}")
    assert "AccessDenied" in tenant("mkdir", f"s:{bucket}", status=1)
