import hashlib
import os
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from boto3.s3.transfer import TransferConfig
from botocore.exceptions import ClientError

from app.snapshot.wire import DeltaMessage
from support.s3_proxy import READWRITE, REGION, RunningProxy, make_credential

MIB = 1024 * 1024
OWN = "tenant-one"
OTHER = "tenant-two"


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def refusal(call: Callable[..., Any], **arguments: Any) -> tuple[int, dict[str, str]]:
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    response = caught.value.response
    return response["ResponseMetadata"]["HTTPStatusCode"], response["Error"]


@pytest.mark.parametrize("size", [0, 1, 1024, 300_000, 3 * MIB])
def test_object_comes_back_as_it_was_sent(client: Any, direct: Any, key: str, size: int) -> None:
    data = os.urandom(size)

    client.put_object(Bucket=OWN, Key=key, Body=data, Metadata={"colour": "blue"})

    stored = direct.get_object(Bucket=OWN, Key=key)
    assert digest(stored["Body"].read()) == digest(data)
    answer = client.get_object(Bucket=OWN, Key=key)
    assert digest(answer["Body"].read()) == digest(data)
    assert answer["Metadata"] == {"colour": "blue"}
    head = client.head_object(Bucket=OWN, Key=key)
    assert head["ContentLength"] == size
    assert head["ETag"] == stored["ETag"]


def test_multipart_upload_of_20_mib_comes_back(client: Any, key: str, tmp_path: Any) -> None:
    data = os.urandom(20 * MIB)
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(data)
    config = TransferConfig(multipart_threshold=8 * MIB, multipart_chunksize=8 * MIB)

    client.upload_file(str(source), OWN, key, Config=config)
    client.download_file(OWN, key, str(target), Config=config)

    assert digest(target.read_bytes()) == digest(data)
    assert client.head_object(Bucket=OWN, Key=key)["ETag"].endswith('-3"')


def test_completed_upload_names_our_address(client: Any, proxy: Any, key: str) -> None:
    upload = client.create_multipart_upload(Bucket=OWN, Key=key)["UploadId"]
    where = {"Bucket": OWN, "Key": key, "UploadId": upload}
    part = client.upload_part(**where, PartNumber=1, Body=b"part")
    parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}

    done = client.complete_multipart_upload(**where, MultipartUpload=parts)

    assert done["Location"].startswith(proxy.endpoint + "/")
    assert done["Bucket"] == OWN


def test_range_is_answered_exactly(client: Any, key: str) -> None:
    data = os.urandom(10_000)
    client.put_object(Bucket=OWN, Key=key, Body=data)

    part = client.get_object(Bucket=OWN, Key=key, Range="bytes=100-199")

    assert part["ResponseMetadata"]["HTTPStatusCode"] == 206
    assert part["ContentRange"] == "bytes 100-199/10000"
    assert part["Body"].read() == data[100:200]
    status, error = refusal(client.get_object, Bucket=OWN, Key=key, Range="bytes=20000-")
    assert (status, error["Code"]) == (416, "InvalidRange")


def test_copy_list_and_delete(client: Any, key: str) -> None:
    client.put_object(Bucket=OWN, Key=key, Body=b"original")

    client.copy_object(Bucket=OWN, Key=key + ".copy", CopySource={"Bucket": OWN, "Key": key})

    listed = client.list_objects_v2(Bucket=OWN, Prefix=key)["Contents"]
    assert [entry["Key"] for entry in listed] == [key, key + ".copy"]
    assert client.get_object(Bucket=OWN, Key=key + ".copy")["Body"].read() == b"original"
    client.delete_object(Bucket=OWN, Key=key)
    assert refusal(client.get_object, Bucket=OWN, Key=key)[1]["Code"] == "NoSuchKey"


def test_missing_object_tells_code_and_reason(client: Any, key: str) -> None:
    status, error = refusal(client.get_object, Bucket=OWN, Key=key)

    assert status == 404
    assert error["Code"] == "NoSuchKey"
    assert error["Reason"] == "object.not_found"
    assert error["Resource"].startswith(f"/{OWN}/folder/")
    with pytest.raises(ClientError) as caught:
        client.head_object(Bucket=OWN, Key=key)
    headers = caught.value.response["ResponseMetadata"]["HTTPHeaders"]
    assert headers["x-error-code"] == "not_found"
    assert headers["x-error-reason"] == "object.not_found"


def test_wrong_secret_is_a_signature_mismatch(new_client: Any, key: str) -> None:
    client = new_client(secret_key="wrong")

    status, error = refusal(client.put_object, Bucket=OWN, Key=key, Body=b"x" * MIB)

    assert (status, error["Code"]) == (403, "SignatureDoesNotMatch")


def test_unknown_key_is_told_so(new_client: Any, key: str) -> None:
    status, error = refusal(new_client("AKNOBODY").get_object, Bucket=OWN, Key=key)

    assert (status, error["Code"]) == (403, "InvalidAccessKeyId")


def test_foreign_bucket_is_denied(client: Any, direct: Any, key: str) -> None:
    direct.put_object(Bucket=OTHER, Key=key, Body=b"secret")

    for call in (client.get_object, client.delete_object):
        status, error = refusal(call, Bucket=OTHER, Key=key)
        assert (status, error["Code"]) == (403, "AccessDenied")
    source = {"Bucket": OTHER, "Key": key}
    status, error = refusal(client.copy_object, Bucket=OWN, Key=key, CopySource=source)
    assert (status, error["Code"]) == (403, "AccessDenied")


def test_request_id_is_ours_and_once(client: Any, key: str) -> None:
    answer = client.put_object(Bucket=OWN, Key=key, Body=b"x")

    headers = answer["ResponseMetadata"]["HTTPHeaders"]
    assert headers["x-amz-request-id"] == headers["x-request-id"]
    assert answer["ResponseMetadata"]["RequestId"] == headers["x-request-id"]
    assert "server" not in headers


def test_conditional_write_is_refused_when_the_object_is_there(client: Any, key: str) -> None:
    client.put_object(Bucket=OWN, Key=key, Body=b"first")

    status, error = refusal(client.put_object, Bucket=OWN, Key=key, Body=b"second", IfNoneMatch="*")

    assert (status, error["Code"]) == (412, "PreconditionFailed")
    assert client.get_object(Bucket=OWN, Key=key)["Body"].read() == b"first"


def test_presigned_url_serves_a_browser(client: Any, key: str) -> None:
    import urllib.request  # noqa: PLC0415  the one test without an SDK

    client.put_object(Bucket=OWN, Key=key, Body=b"shared")
    url = client.generate_presigned_url("get_object", {"Bucket": OWN, "Key": key}, ExpiresIn=60)

    with urllib.request.urlopen(url) as answer:
        assert answer.read() == b"shared"


def test_region_of_a_bucket_is_told_also_to_those_who_may_not_enter(client: Any) -> None:
    allowed = client.head_bucket(Bucket=OWN)["ResponseMetadata"]
    with pytest.raises(ClientError) as refused:
        client.head_bucket(Bucket=OTHER)

    assert allowed["HTTPHeaders"]["x-amz-bucket-region"] == REGION
    metadata = refused.value.response["ResponseMetadata"]
    assert metadata["HTTPStatusCode"] == 403
    assert metadata["HTTPHeaders"]["x-amz-bucket-region"] == REGION


def test_temporary_credential_works_with_its_token_alone(
    proxy: RunningProxy, new_client: Callable[..., Any], key: str
) -> None:
    temporary = make_credential("AKTEMPORARY", {OWN: READWRITE}, session_token="the-token")
    proxy.publish(DeltaMessage(3, credentials={"AKTEMPORARY": temporary}))
    proxy.settle()
    holder = new_client("AKTEMPORARY", aws_session_token="the-token")

    holder.put_object(Bucket=OWN, Key=key, Body=b"x")
    link = holder.generate_presigned_url("get_object", Params={"Bucket": OWN, "Key": key})

    with urllib.request.urlopen(link) as answer:
        assert answer.read() == b"x"
    place = {"Bucket": OWN, "Key": key}
    for token in ("another-token", None):
        thief = new_client("AKTEMPORARY", aws_session_token=token)
        status, error = refusal(thief.get_object, **place)
        assert (status, error["Code"]) == (403, "InvalidToken")


def test_of_many_who_create_one_object_at_once_one_wins(
    new_client: Callable[..., Any], direct: Any, key: str
) -> None:
    def create(number: int) -> str:
        client = new_client()
        try:
            client.put_object(Bucket=OWN, Key=key, Body=b"%d" % number, IfNoneMatch="*")
        except ClientError as error:
            return str(error.response["ResponseMetadata"]["HTTPStatusCode"])
        return "won"

    with ThreadPoolExecutor(8) as people:
        outcomes = list(people.map(create, range(8)))

    assert outcomes.count("won") == 1
    assert set(outcomes) <= {"won", "409", "412"}
    winner = outcomes.index("won")
    assert direct.get_object(Bucket=OWN, Key=key)["Body"].read() == b"%d" % winner
