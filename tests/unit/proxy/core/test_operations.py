"""
The operation table: what requests mean, what their rows take, and that nothing of S3 is missing.
"""

import botocore.session
import pytest
from botocore.model import OperationModel

from app.errors.raised import StowageError
from proxy.core.head import parse_head
from proxy.core.operation_table import BY_NAME, TABLE
from proxy.core.operations import (
    COMMON_FIELDS,
    CONSUMED_FIELDS,
    Answerer,
    BodyKind,
    Operation,
    OperationClass,
    Target,
    verify_request,
)
from proxy.core.request import S3Request, parse_request
from proxy.core.shape import CHECKSUM_FIELDS
from support.signing import render

# Old names of the model for what has a newer one; what only another kind of bucket has.
OTHER_NAMES = {
    "GetBucketLifecycle": "GetBucketLifecycleConfiguration",
    "GetBucketNotification": "GetBucketNotificationConfiguration",
    "PutBucketLifecycle": "PutBucketLifecycleConfiguration",
    "PutBucketNotification": "PutBucketNotificationConfiguration",
    "ListDirectoryBuckets": "ListBuckets",
    "ListObjectAnnotations": "GetObjectAnnotation",
}
# Deliberately not taken; see the table's docstring.
NOT_TAKEN = {
    "PutObject": {"x-amz-write-offset-bytes"},
    "ListBuckets": {"max-directory-buckets"},
}
MODEL = botocore.session.get_session().get_service_model("s3")


def parse(method: str, target: str, **headers: str) -> S3Request:
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    return parse_request(parse_head(render(method, target, {"host": "h", **fields})))


def identify(method: str, target: str, **headers: str) -> Operation:
    request = parse(method, target, **headers)
    operation = TABLE.identify(request)
    verify_request(operation, request)
    return operation


def refusal(method: str, target: str, **headers: str) -> StowageError:
    with pytest.raises(StowageError) as caught:
        identify(method, target, **headers)
    return caught.value


def modelled_row(model: OperationModel) -> Operation:
    return BY_NAME[OTHER_NAMES.get(model.name, model.name)]


@pytest.mark.parametrize("name", MODEL.operation_names)
def test_every_operation_of_the_s3_model_has_its_row(name: str) -> None:
    model = MODEL.operation_model(name)
    row = modelled_row(model)

    assert row.method == model.http["method"]
    if row.answerer is not Answerer.BACKEND or model.input_shape is None:
        return
    not_taken = NOT_TAKEN.get(name, set())
    taken = row.fields | COMMON_FIELDS | CONSUMED_FIELDS
    if row.body is not BodyKind.NONE:
        taken |= CHECKSUM_FIELDS
    for member in model.input_shape.members.values():
        location, wire = (member.serialization.get(key) for key in ("location", "name"))
        if location == "querystring":
            assert wire in row.parameters | {row.selector}, wire
        elif location == "header" and wire.lower().startswith("x-amz-"):
            assert wire.lower() in taken | not_taken, wire
        elif location == "headers":
            assert row.takes_metadata


def test_every_row_is_an_operation_of_the_model_or_of_its_protocol() -> None:
    beyond = {row.name for row in TABLE.rows} - set(MODEL.operation_names)

    assert beyond == {"PostObject", "SecurityTokenService"}


def test_no_two_rows_mean_the_same_request() -> None:
    found = [table.by_request for table in (TABLE.service, TABLE.bucket, TABLE.object)]

    assert sum(map(len, found)) == len(TABLE.rows) == len(BY_NAME)


@pytest.mark.parametrize(
    ("method", "target", "name"),
    [
        ("GET", "/", "ListBuckets"),
        ("GET", "/?x-id=ListBuckets&prefix=a", "ListBuckets"),
        ("HEAD", "/b", "HeadBucket"),
        ("GET", "/b", "ListObjects"),
        ("GET", "/b/?prefix=a&marker=b", "ListObjects"),
        ("GET", "/b?list-type=2&start-after=a", "ListObjectsV2"),
        ("GET", "/b?versions&prefix=a", "ListObjectVersions"),
        ("GET", "/b?uploads", "ListMultipartUploads"),
        ("GET", "/b?location", "GetBucketLocation"),
        ("GET", "/b?analytics", "ListBucketAnalyticsConfigurations"),
        ("GET", "/b?analytics&id=1", "GetBucketAnalyticsConfiguration"),
        ("GET", "/b/k", "GetObject"),
        ("GET", "/b/k?versionId=1&partNumber=3&response-content-type=a", "GetObject"),
        ("GET", "/b/k?x-id=GetObject&x-tracking=1", "GetObject"),
        ("HEAD", "/b/k", "HeadObject"),
        ("GET", "/b/k?uploadId=1&max-parts=2", "ListParts"),
        ("GET", "/b/k?attributes", "GetObjectAttributes"),
        ("PUT", "/b/k", "PutObject"),
        ("PUT", "/b/k?partNumber=10000&uploadId=1", "UploadPart"),
        ("POST", "/b/k?uploads", "CreateMultipartUpload"),
        ("POST", "/b/k?uploadId=1", "CompleteMultipartUpload"),
        ("DELETE", "/b/k?uploadId=1", "AbortMultipartUpload"),
        ("DELETE", "/b/k?versionId=1", "DeleteObject"),
        ("POST", "/b/k?select&select-type=2", "SelectObjectContent"),
        ("POST", "/b?delete", "DeleteObjects"),
        ("PUT", "/b", "CreateBucket"),
        ("DELETE", "/b/", "DeleteBucket"),
        ("PUT", "/b?versioning", "PutBucketVersioning"),
        ("DELETE", "/b?policy", "DeleteBucketPolicy"),
        ("PUT", "/b/k?acl", "PutObjectAcl"),
        ("PUT", "/b?acl", "PutBucketAcl"),
    ],
)
def test_what_requests_mean(method: str, target: str, name: str) -> None:
    assert identify(method, target).name == name


READS = {OperationClass.READ, OperationClass.CONFIGURATION_READ}
CHANGES = {OperationClass.CONFIGURATION_WRITE}
NEVER = {OperationClass.NEVER}
BUCKET_SETTINGS = (
    "tagging versioning acl policy policyStatus lifecycle cors encryption object-lock notification "
    "logging replication website inventory analytics metrics intelligent-tiering accelerate "
    "requestPayment ownershipControls publicAccessBlock abac metadataTable metadataConfiguration"
)


@pytest.mark.parametrize(
    ("target", "selector", "reading", "changing"),
    [
        *((Target.BUCKET, name, READS, CHANGES) for name in BUCKET_SETTINGS.split()),
        (Target.BUCKET, "versions", {OperationClass.LIST}, set()),
        (Target.BUCKET, "session", NEVER, set()),
        (Target.OBJECT, "tagging", READS, {OperationClass.WRITE}),
        (Target.OBJECT, "acl", READS, CHANGES),
        (Target.OBJECT, "retention", READS, {OperationClass.DELETE}),
        (Target.OBJECT, "legal-hold", READS, {OperationClass.DELETE}),
        (Target.OBJECT, "attributes", READS, set()),
        (Target.OBJECT, "select", set(), READS),
        (Target.OBJECT, "restore", set(), {OperationClass.WRITE}),
        (Target.OBJECT, "torrent", NEVER, set()),
        (Target.OBJECT, "renameObject", set(), NEVER),
    ],
)
def test_sub_resources_are_of_the_class_that_they_should(
    target: Target,
    selector: str,
    reading: set[OperationClass],
    changing: set[OperationClass],
) -> None:
    rows = [row for row in TABLE.rows if (row.target, row.selector) == (target, selector)]

    assert rows
    assert {row.kind for row in rows if row.method == "GET"} <= reading
    assert {row.kind for row in rows if row.method != "GET"} <= changing


def test_a_copy_source_makes_another_operation() -> None:
    source = {"x_amz_copy_source": "b/k"}

    assert identify("PUT", "/b/k", **source).name == "CopyObject"
    assert identify("PUT", "/b/k?uploadId=1&partNumber=1", **source).name == "UploadPartCopy"
    assert identify("PUT", "/b/k?X-Amz-Copy-Source=b%2Fk").name == "CopyObject"
    assert refusal("PUT", "/b/k?tagging", **source).reason == "s3.header_unsupported"
    assert refusal("GET", "/b/k", **source).reason == "s3.header_unsupported"
    assert refusal("PUT", "/b", **source).reason == "s3.header_unsupported"


def test_a_form_makes_another_operation() -> None:
    assert identify("POST", "/b", content_type="Multipart/Form-Data; boundary=a").name == (
        "PostObject"
    )
    assert refusal("POST", "/b").code == "method_not_allowed"
    assert refusal("POST", "/b/k", content_type="multipart/form-data").code == (
        "method_not_allowed"
    )


@pytest.mark.parametrize(
    ("method", "target", "reason"),
    [
        ("GET", "/b?session", "operation.refused"),
        ("GET", "/b/k?torrent", "operation.refused"),
        ("POST", "/WriteGetObjectResponse", "operation.refused"),
        ("PUT", "/b/k?renameObject", "operation.later"),
        ("GET", "/b?unknown", "s3.parameter_unsupported"),
        ("GET", "/b?ACL", "s3.parameter_unsupported"),
        ("GET", "/b/k?versioning", "s3.parameter_unsupported"),
        ("GET", "/b/k?prefix=a", "s3.parameter_unsupported"),
        ("PUT", "/b/k?append&position=0", "s3.parameter_unsupported"),
        ("PUT", "/b/k?partNumber=1", "s3.parameter_unsupported"),
        ("GET", "/b?max-directory-buckets=1", "s3.parameter_unsupported"),
    ],
)
def test_what_is_known_or_not_but_never_served(method: str, target: str, reason: str) -> None:
    error = refusal(method, target)

    assert (error.reason, error.s3.code, error.s3.status) == (reason, "NotImplemented", 501)


def test_the_token_service_is_not_served_yet() -> None:
    error = refusal("POST", "/", content_type="application/x-www-form-urlencoded; charset=utf-8")

    assert error.reason == "operation.later"


@pytest.mark.parametrize(
    ("method", "target"),
    [
        ("PUT", "/"),
        ("HEAD", "/"),
        ("DELETE", "/"),
        ("POST", "/"),
        ("PATCH", "/b/k"),
        ("OPTIONS", "/b"),
        ("POST", "/b/k"),
        ("POST", "/b?versioning"),
        ("PUT", "/b?uploads"),
        ("DELETE", "/b?versions"),
        ("GET", "/b?delete"),
        ("GET", "/b/k?restore"),
    ],
)
def test_the_wrong_method_is_not_allowed(method: str, target: str) -> None:
    assert refusal(method, target).s3.status == 405


@pytest.mark.parametrize(
    "target", ["/b?acl&policy", "/b/k?tagging&uploadId=1", "/b?delete&uploads"]
)
def test_two_sub_resources_are_a_contradiction(target: str) -> None:
    assert refusal("GET", target).reason == "s3.selector_conflict"


@pytest.mark.parametrize(
    ("method", "target"),
    [
        ("GET", "/b/k?versionId="),
        ("GET", "/b/k?uploadId="),
        ("PUT", "/b/k?uploadId=1"),
        ("PUT", "/b/k?uploadId=1&partNumber=0"),
        ("PUT", "/b/k?uploadId=1&partNumber=10001"),
        ("PUT", "/b/k?uploadId=1&partNumber=-1"),
        ("PUT", "/b/k?uploadId=1&partNumber=100000"),
        ("PUT", "/b/k?uploadId=1&partNumber=%C2%B2"),
        ("GET", "/b?list-type=1"),
        ("POST", "/b/k?select"),
        ("POST", "/b/k?select&select-type=1"),
    ],
)
def test_a_parameter_must_make_sense(method: str, target: str) -> None:
    assert refusal(method, target).reason == "s3.argument_invalid"


@pytest.mark.parametrize(
    ("method", "target", "name"),
    [
        ("PUT", "/b/k", "x-amz-write-offset-bytes"),
        ("PUT", "/b/k", "x-amz-made-up"),
        ("GET", "/b/k", "x-amz-meta-a"),
        ("GET", "/b/k", "x-amz-acl"),
        ("GET", "/b/k", "x-amz-checksum-crc32"),
        ("DELETE", "/b/k", "x-amz-tagging"),
        ("PUT", "/b/k?uploadId=1&partNumber=1", "x-amz-meta-a"),
        ("GET", "/", "x-amz-bypass-governance-retention"),
    ],
)
def test_a_field_that_the_row_does_not_take_is_refused(method: str, target: str, name: str) -> None:
    assert refusal(method, target, **{name.replace("-", "_"): "1"}).reason == (
        "s3.header_unsupported"
    )


def test_fields_that_the_row_takes_pass() -> None:
    fields = ("meta-a", "acl", "checksum-crc64nvme", "storage-class", "object-lock-mode", "trailer")

    headers = {f"x_amz_{name.replace('-', '_')}": "1" for name in fields}

    assert identify("PUT", "/b/k", **headers).name == "PutObject"


def test_writing_is_told_from_reading() -> None:
    reading = {OperationClass.LIST, OperationClass.READ, OperationClass.CONFIGURATION_READ}

    for row in TABLE.rows:
        assert row.is_write is (
            row.kind not in reading | {OperationClass.SYNTHESISED, OperationClass.NEVER}
        )
    assert BY_NAME["GetObject"].is_idempotent
    assert not BY_NAME["SelectObjectContent"].is_idempotent
