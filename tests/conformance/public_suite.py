"""
A public suite of S3 tests, versitygw's, held once with a store itself and once through Stowage.

`make test-suite`, which needs Go; not part of `make test`. The suite judges by Amazon's own words,
which no store meets everywhere; the measure here is another one: what passes straight passes
through, but for what `NOT_ALIKE` names. Its tests of users, roles and websites are left out.
"""

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from support.s3_clients import make_client
from support.s3_proxy import (
    FULL,
    REGION,
    SECRET,
    make_credential,
    make_route,
    make_snapshot,
    running_proxy,
)
from support.seaweedfs import SeaweedFS, running_seaweedfs

ROOT = Path(__file__).parents[2]
PROGRAM = ROOT / ".venv-clients" / "go" / "versitygw"
LEFT_OUT = (
    *("IAM", "S3IAM", "AccessControl", "Authentication", "PublicBucket", "NoAcl", "Preflight"),
    *("Website", "PutBucketWebsite", "GetBucketWebsite", "DeleteBucketWebsite", "Posix", "Scoutfs"),
    *("PutBucketPolicy", "CreateUser", "DeleteUser", "AdminMethods"),
    # Those rules are Stowage's own.
    *("PutBucketCors", "GetBucketCors", "DeleteBucketCors"),
)
_NAME = re.compile(r"^ +(\w+_\w+) +Runs \1 integration test$", re.MULTILINE)
_SECONDS = 30
NOT_ALIKE = {
    **dict.fromkeys(
        (
            "CreateBucket_invalid_bucket_name",
            "PostObject_missing_boundary",
            "PresignedAuth_exceeding_expiration_query_param",
            "PresignedAuth_incorrect_secret_key",
            "PresignedAuth_malformed_creds_invalid_parts",
            "PresignedAuth_missing_expiration_query_param",
            "PresignedAuth_negative_expiration_query_param",
            "PutObject_invalid_credentials",
        ),
        "the code is Amazon's, the words are Stowage's",
    ),
    **dict.fromkeys(
        (
            "CreateMultipartUpload_with_object_lock",
            "GetObjectLegalHold_success",
            "GetObjectRetention_success",
            "PutObjectLegalHold_success",
            "PutObject_with_object_lock",
        ),
        "it sends an empty versionId, which Amazon refuses",
    ),
    "DeleteObjects_empty_input": "it names no key, which Amazon calls malformed",
    "PutObject_checksum_algorithm_and_header_mismatch": "both refuse it, for another of its faults",
    "PostObject_should_ignore_anything_after_file": "the file must be the last part",
}
"""Tests that pass straight and not through, each with its reason."""


def find_names() -> list[str]:
    """
    Return the tests that the program has, those left out that are about something else.
    """
    listed = subprocess.run([PROGRAM, "test", "--help"], capture_output=True, text=True, check=True)
    return [name for name in sorted(_NAME.findall(listed.stdout)) if not name.startswith(LEFT_OUT)]


@dataclass(frozen=True, slots=True)
class Server:
    """
    Where a test is held, and the store that lies behind it.
    """

    endpoint: str
    access_key: str
    secret_key: str
    store: SeaweedFS

    def hold(self, name: str, folder: Path) -> str:
        """
        Hold a test; return its complaint, empty where it passed.
        """
        who = ["--access", self.access_key, "--secret", self.secret_key]
        done = subprocess.run(
            [str(PROGRAM), "test", *who, "--endpoint", self.endpoint, name],
            cwd=folder,
            env={"PATH": f"{PROGRAM.parent}:{os.environ['PATH']}", "HOME": str(folder)},
            capture_output=True,
            text=True,
            check=False,
            timeout=_SECONDS,
        )
        told = done.stdout + done.stderr
        if "PASS" in told and "FAIL" not in told:
            return ""
        self._clean()
        return told or f"status {done.returncode}"

    def _clean(self) -> None:
        """
        Remove what a test left behind: all of them name their buckets alike.
        """
        store = self.store
        owner = make_client(store.endpoint, store.access_key, store.secret_key)
        for entry in owner.list_buckets()["Buckets"]:
            with suppress(ClientError):
                _empty(owner, entry["Name"])
                owner.delete_bucket(Bucket=entry["Name"])
        owner.close()


def _empty(owner: Any, bucket: str) -> None:
    for page in owner.get_paginator("list_object_versions").paginate(Bucket=bucket):
        for entry in [*page.get("Versions", []), *page.get("DeleteMarkers", [])]:
            place = {"Bucket": bucket, "Key": entry["Key"], "VersionId": entry["VersionId"]}
            with suppress(ClientError):
                owner.put_object_legal_hold(**place, LegalHold={"Status": "OFF"})
            owner.delete_object(**place, BypassGovernanceRetention=True)


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[Server, Server]]:
    """
    A store by itself, and another one behind Stowage: the tests name their buckets alike.
    """
    with ExitStack() as stack:
        alone, behind = (stack.enter_context(running_seaweedfs()) for _ in range(2))
        route = make_route(
            behind.endpoint,
            access_key=behind.access_key,
            secret_key=behind.secret_key,
            capabilities=frozenset({"chunked_upload", "conditional_writes"}),
        )
        world = make_snapshot(route, make_credential("AKWHOLEBACKEND", {"*": FULL}))
        assert alone.region == REGION
        proxy = stack.enter_context(running_proxy(world))
        yield (
            Server(alone.endpoint, alone.access_key, alone.secret_key, alone),
            Server(proxy.endpoint, "AKWHOLEBACKEND", SECRET, behind),
        )


@pytest.mark.parametrize("name", find_names())
def test_what_passes_straight_passes_through(
    name: str, servers: tuple[Server, Server], tmp_path: Path
) -> None:
    straight, through = servers
    if straight.hold(name, tmp_path):
        return  # the store does not meet it; what Stowage then says is compared elsewhere

    assert bool(through.hold(name, tmp_path)) == (name in NOT_ALIKE)
