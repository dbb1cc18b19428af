"""
Stock clients work unmodified with the credential that the quickstart prints.
"""

import hashlib
import os
import uuid
from collections.abc import Callable
from pathlib import Path

import boto3
import pytest

from app.quickstart.record import Record
from support.stock_clients import AwsCli, Boto3, ClientFailedError, Rclone, StockClient, Terminal
from support.stowage import Quickstart

MakeClient = Callable[[Terminal], StockClient]
MEBIBYTE = 1024 * 1024
SIZES = {"small": 1_000, "20 MiB in parts": 20 * MEBIBYTE}
CLIENTS: dict[str, MakeClient] = {"boto3": Boto3, "aws-cli": AwsCli, "rclone": Rclone}


@pytest.fixture
def record(quickstart: Quickstart) -> Record:
    return quickstart.record


@pytest.fixture(params=list(CLIENTS))
def make(request: pytest.FixtureRequest) -> MakeClient:
    return CLIENTS[request.param]


def digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def is_made_of_parts(record: Record, key: str) -> bool:
    """
    Tell whether the store put the object together: its ETag then ends with a count.
    """
    client = boto3.client(
        "s3",
        endpoint_url=record.s3_endpoint,
        region_name=record.region,
        aws_access_key_id=record.access_key_id,
        aws_secret_access_key=record.secret_access_key,
    )
    tag: str = client.head_object(Bucket=record.bucket, Key=key)["ETag"]
    client.close()
    return "-" in tag


def test_only_the_bucket_of_the_credential_is_listed(
    make: MakeClient, record: Record, tmp_path: Path
) -> None:
    assert make(Terminal(record, tmp_path)).list_buckets() == {record.bucket}


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES.keys())
def test_an_object_is_put_got_headed_listed_copied_and_deleted(
    make: MakeClient, record: Record, tmp_path: Path, size: int
) -> None:
    client = make(Terminal(record, tmp_path))
    original, fetched, fetched_copy = (tmp_path / name for name in ("original", "fetched", "copy"))
    original.write_bytes(os.urandom(size))
    key, copied = (f"clients/{uuid.uuid4().hex}/{name}" for name in ("a b.bin", "c+d.bin"))

    client.put(original, key)
    client.copy(key, copied)
    client.get(key, fetched)
    client.get(copied, fetched_copy)

    assert client.size(key) == size
    for name in (key, copied):
        assert is_made_of_parts(record, name) == (size > MEBIBYTE)
    assert {name: client.list().get(name) for name in (key, copied)} == {key: size, copied: size}
    assert digest(fetched) == digest(fetched_copy) == digest(original)

    client.delete(key)
    client.delete(copied)
    assert not {key, copied} & client.list().keys()


REFUSALS = {
    "a wrong secret": ({"secret_access_key": "x" * 40}, "SignatureDoesNotMatch"),
    "an unknown key": ({"access_key_id": "AKIAAAAAAAAAAAAAAAAA"}, "InvalidAccessKeyId"),
    "another bucket": ({"bucket": "somebody-elses"}, "AccessDenied"),
}


@pytest.mark.parametrize(("changes", "code"), REFUSALS.values(), ids=REFUSALS.keys())
def test_a_refusal_reaches_the_user_of_the_client_by_its_code(
    make: MakeClient, record: Record, tmp_path: Path, changes: dict[str, str], code: str
) -> None:
    with pytest.raises(ClientFailedError, match=code):
        make(Terminal(record, tmp_path, changes)).list()


@pytest.mark.parametrize(("changes", "code"), REFUSALS.values(), ids=REFUSALS.keys())
def test_a_refusal_is_403_with_its_code_in_the_xml(
    record: Record, changes: dict[str, str], code: str
) -> None:
    terminal = Terminal(record, Path(), changes)
    client = boto3.client(
        "s3",
        endpoint_url=record.s3_endpoint,
        region_name=record.region,
        aws_access_key_id=terminal.value("access_key_id"),
        aws_secret_access_key=terminal.value("secret_access_key"),
    )

    with pytest.raises(client.exceptions.ClientError) as caught:
        client.list_objects_v2(Bucket=terminal.value("bucket"))

    answer = caught.value.response
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 403
    assert answer["ResponseMetadata"]["HTTPHeaders"]["content-type"] == "application/xml"
    assert answer["Error"]["Code"] == code
    client.close()
