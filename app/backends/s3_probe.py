"""
Finding out what an S3 backend can do, by doing it in a scratch bucket and looking at the result.

An answer "yes" that nothing follows is common among S3-compatible servers, so each step reads back
what it wrote. Hosted services are not tried: their presets say what they publish, and the rest is
asked of an existing bucket without changing it. So is what can be, where no bucket can be made.
"""

import asyncio
import json
import zlib
from base64 import b64encode
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from app.backends.presets import find_preset
from app.backends.s3_buckets import S3Buckets
from app.backends.s3_connection import S3Connection
from app.backends.s3_scratch import is_scratch, remove_left_behind, scratch_bucket
from app.errors import registry as errors
from app.errors.raised import StowageError

if TYPE_CHECKING:
    from botocore.awsrequest import AWSRequest
    from types_aiobotocore_s3 import S3Client

PROBE_SECONDS = 60.0
_STEP_SECONDS = 10.0
_BODY = b"Stowage tries what this storage can do."
_KEY = "probe/object"
_CHUNKED_KEY = "stowage-probe/chunked"
_FRAMED = b"%x\r\n%b\r\n0\r\nx-amz-checksum-crc32:%b\r\n\r\n" % (
    len(_BODY),
    _BODY,
    b64encode(zlib.crc32(_BODY).to_bytes(4, "big")),
)
_INCONCLUSIVE = {
    "backend.permission",
    "backend.auth_failed",
    "backend.timeout",
    "backend.transient",
    "backend.rate_limited",
    "backend.unreachable",
    "backend.dns",
    "backend.tls",
    "backend.clock",
    "bug",
}

Step = Callable[["S3Client", str], Awaitable[bool]]


async def probe_capabilities(connection: S3Connection) -> Mapping[str, bool]:
    """
    Return what was found out; what stayed open is left out. Takes a minute at most.

    Raises:
        StowageError: the backend does not even list its buckets.
    """
    preset = find_preset(connection.info.preset, connection.info.endpoint)
    if not preset.may_try:
        unknown = {
            name: step for name, step in QUESTIONS.items() if name not in preset.capabilities
        }
        return await _ask_existing(connection, unknown) if unknown else {}
    buckets = list(await S3Buckets(connection).list())
    found: dict[str, bool] = {}
    try:
        async with asyncio.timeout(PROBE_SECONDS):
            await remove_left_behind(connection, buckets)
            async with scratch_bucket(connection) as scratch:
                await take_steps(connection, scratch, TRIALS, found)
    except StowageError:
        existing = next((one.name for one in buckets if not is_scratch(one.name)), "")
        if existing:
            await take_steps(connection, existing, QUESTIONS, found)
    except TimeoutError:
        pass
    return found


async def _ask_existing(
    connection: S3Connection, questions: Mapping[str, Step]
) -> Mapping[str, bool]:
    """
    Ask the first bucket of a hosted service; without one, or without the right to see any, nothing.
    """
    try:
        buckets = list(await S3Buckets(connection).list())
    except StowageError as error:
        if error.reason != "backend.permission":
            raise
        return {}
    if not buckets:
        raise errors.NOT_FOUND(reason="bucket.not_found")
    found: dict[str, bool] = {}
    await take_steps(connection, buckets[0].name, questions, found)
    return found


async def take_steps(
    connection: S3Connection, bucket: str, steps: Mapping[str, Step], found: dict[str, bool]
) -> None:
    """
    Take each step in a bucket and note its outcome; a step that stays open notes nothing.
    """
    for name, step in steps.items():
        outcome = await _outcome(connection, bucket, step)
        if outcome is not None:
            found[name] = outcome


async def _outcome(connection: S3Connection, bucket: str, step: Step) -> bool | None:
    try:
        async with asyncio.timeout(_STEP_SECONDS):
            with connection.call():
                return await step(connection.control, bucket)
    except StowageError as error:
        return None if error.reason in _INCONCLUSIVE else False
    except TimeoutError:
        return None


async def _try_object_lock(client: "S3Client", bucket: str) -> bool:
    answer = await client.get_object_lock_configuration(Bucket=bucket)
    return answer.get("ObjectLockConfiguration", {}).get("ObjectLockEnabled") == "Enabled"


async def _try_versioning(client: "S3Client", bucket: str) -> bool:
    await client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    for body in (b"first", b"second"):
        await client.put_object(Bucket=bucket, Key="probe/versions", Body=body)
    answer = await client.list_object_versions(Bucket=bucket, Prefix="probe/versions")
    versions = {one.get("VersionId") for one in answer.get("Versions", [])}
    return len(versions) > 1


async def _try_tagging(client: "S3Client", bucket: str) -> bool:
    await client.put_object(Bucket=bucket, Key=_KEY, Body=_BODY)
    tags: Any = [{"Key": "probe", "Value": "stowage"}]
    await client.put_object_tagging(Bucket=bucket, Key=_KEY, Tagging={"TagSet": tags})
    answer = await client.get_object_tagging(Bucket=bucket, Key=_KEY)
    # A server that overlooks `?tagging` has stored the tags as the object, and gives them back.
    stored = await client.head_object(Bucket=bucket, Key=_KEY)
    return bool(answer.get("TagSet", []) == tags) and stored["ContentLength"] == len(_BODY)


async def _try_cors(client: "S3Client", bucket: str) -> bool:
    rule: Any = {"AllowedOrigins": ["https://probe.invalid"], "AllowedMethods": ["GET"]}
    await client.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": [rule]})
    answer = await client.get_bucket_cors(Bucket=bucket)
    return any("https://probe.invalid" in one["AllowedOrigins"] for one in answer["CORSRules"])


async def _try_lifecycle(client: "S3Client", bucket: str) -> bool:
    rule: Any = {
        "ID": "probe",
        "Status": "Disabled",
        "Filter": {"Prefix": "never/"},
        "Expiration": {"Days": 3650},
    }
    await client.put_bucket_lifecycle_configuration(
        Bucket=bucket, LifecycleConfiguration={"Rules": [rule]}
    )
    answer = await client.get_bucket_lifecycle_configuration(Bucket=bucket)
    return len(answer.get("Rules", [])) == 1


async def _try_policy(client: "S3Client", bucket: str) -> bool:
    # It allows nothing that matters: no object ever has this name.
    statement = {
        "Sid": "Probe",
        "Effect": "Allow",
        "Principal": {"AWS": ["*"]},
        "Action": ["s3:GetObject"],
        "Resource": [f"arn:aws:s3:::{bucket}/probe/never"],
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    await client.put_bucket_policy(Bucket=bucket, Policy=policy)
    answer = await client.get_bucket_policy(Bucket=bucket)
    await client.delete_bucket_policy(Bucket=bucket)
    return "probe/never" in answer.get("Policy", "")


async def _try_encryption(client: "S3Client", bucket: str) -> bool:
    rule: Any = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    await client.put_bucket_encryption(
        Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": [rule]}
    )
    answer = await client.get_bucket_encryption(Bucket=bucket)
    await client.delete_bucket_encryption(Bucket=bucket)
    return bool(answer.get("ServerSideEncryptionConfiguration", {}).get("Rules"))


async def _try_conditional_write(client: "S3Client", bucket: str) -> bool:
    key = "probe/once"
    await client.put_object(Bucket=bucket, Key=key, Body=_BODY, IfNoneMatch="*")
    try:
        await client.put_object(Bucket=bucket, Key=key, Body=b"again", IfNoneMatch="*")
    except client.exceptions.ClientError as error:
        return error.response.get("ResponseMetadata", {}).get("HTTPStatusCode") in (409, 412)
    return False


async def _try_chunked(client: "S3Client", bucket: str) -> bool:
    with _framing(client, "PutObject"):
        await client.put_object(Bucket=bucket, Key=_CHUNKED_KEY, Body=_FRAMED)
    answer = await client.get_object(Bucket=bucket, Key=_CHUNKED_KEY)
    async with answer["Body"] as body:
        return await body.read() == _BODY


async def _ask_chunked(client: "S3Client", bucket: str) -> bool:
    """
    Send one part of an upload that is given up: no object comes of it, nor a version.
    """
    upload = await client.create_multipart_upload(Bucket=bucket, Key=_CHUNKED_KEY)
    place: Any = {"Bucket": bucket, "Key": _CHUNKED_KEY, "UploadId": upload["UploadId"]}
    try:
        with _framing(client, "UploadPart"):
            await client.upload_part(**place, PartNumber=1, Body=_FRAMED)
        answer = await client.list_parts(**place)
        # A server that knows nothing of the framing has stored it with the bytes.
        return [one.get("Size") for one in answer.get("Parts", [])] == [len(_BODY)]
    finally:
        await client.abort_multipart_upload(**place)


@contextmanager
def _framing(client: "S3Client", operation: str) -> Iterator[None]:
    handler = (f"before-sign.s3.{operation}", _frame, "stowage-probe-chunked")
    client.meta.events.register(handler[0], handler[1], unique_id=handler[2])
    try:
        yield
    finally:
        client.meta.events.unregister(handler[0], handler[1], unique_id=handler[2])


def _frame(request: "AWSRequest", **_: object) -> None:
    """
    Declare the body as aws-chunked with a trailer ("Signature calculations: trailing checksums").
    """
    if not str(request.url).split("?")[0].endswith(_CHUNKED_KEY):
        return
    request.headers["Content-Encoding"] = "aws-chunked"
    request.headers["X-Amz-Decoded-Content-Length"] = str(len(_BODY))
    request.headers["X-Amz-Trailer"] = "x-amz-checksum-crc32"
    request.context["checksum"] = {"request_algorithm": {"in": "trailer"}}


async def _try_dot_segments(client: "S3Client", bucket: str) -> bool:
    literal = "probe/dots/../literal"
    await client.put_object(Bucket=bucket, Key=literal, Body=_BODY)
    answer = await client.list_objects_v2(Bucket=bucket, Prefix="probe/")
    keys = {one.get("Key") for one in answer.get("Contents", [])}
    return literal in keys and "probe/literal" not in keys


TRIALS: Mapping[str, Step] = {
    "object_lock": _try_object_lock,
    "versioning": _try_versioning,
    "tagging": _try_tagging,
    "cors": _try_cors,
    "lifecycle": _try_lifecycle,
    "bucket_policy": _try_policy,
    "server_side_encrypt": _try_encryption,
    "conditional_writes": _try_conditional_write,
    "chunked_upload": _try_chunked,
    "literal_dot_segments": _try_dot_segments,
}
"""What is tried in a scratch bucket, in this order."""


def _ask(operation: str, empty_code: str) -> Step:
    async def ask(client: "S3Client", bucket: str) -> bool:
        try:
            await getattr(client, operation)(Bucket=bucket)
        except client.exceptions.ClientError as error:
            if error.response.get("Error", {}).get("Code") == empty_code:
                return True
            raise
        return True

    return ask


QUESTIONS: Mapping[str, Step] = {
    "versioning": _ask("get_bucket_versioning", ""),
    "cors": _ask("get_bucket_cors", "NoSuchCORSConfiguration"),
    "lifecycle": _ask("get_bucket_lifecycle_configuration", "NoSuchLifecycleConfiguration"),
    "bucket_policy": _ask("get_bucket_policy", "NoSuchBucketPolicy"),
    "server_side_encrypt": _ask(
        "get_bucket_encryption", "ServerSideEncryptionConfigurationNotFoundError"
    ),
    "object_lock": _ask("get_object_lock_configuration", "ObjectLockConfigurationNotFoundError"),
    "chunked_upload": _ask_chunked,
}
"""What can be asked of an existing bucket without changing it; weaker than trying."""
