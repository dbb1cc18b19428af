"""
The operation table: every S3 operation that Stowage knows, a row each.

What each asks for stands in `app.rbac.actions`; parameters and fields follow the request syntax in
the Amazon S3 API reference. What is deliberately absent from a row is refused with it, for
example `x-amz-write-offset-bytes`, whose meaning a backend without it would silently change.
"""

from app.rbac.levels import Level
from app.rbac.policy import Action
from proxy.core.operation_rows import DOCUMENT, GRANTS, MFA, Rows, amz, names
from proxy.core.operations import (
    COPY_SOURCE,
    Answerer,
    BodyKind,
    OperationClass,
    OperationTable,
    Target,
)
from proxy.core.setting_rows import SETTING_READ_ROWS, SETTING_WRITE_ROWS

_CLASS = OperationClass


_CUSTOMER_KEY = amz(
    "server-side-encryption-customer-algorithm server-side-encryption-customer-key"
    " server-side-encryption-customer-key-md5"
)
_SOURCE_CUSTOMER_KEY = amz(
    "copy-source-server-side-encryption-customer-algorithm"
    " copy-source-server-side-encryption-customer-key"
    " copy-source-server-side-encryption-customer-key-md5"
)
_STORED = (
    GRANTS
    | _CUSTOMER_KEY
    | amz(
        "object-lock-event-hold object-lock-event-hold-duration-days"
        " object-lock-event-hold-duration-years object-lock-legal-hold object-lock-mode"
        " object-lock-retain-until-date server-side-encryption"
        " server-side-encryption-aws-kms-key-id server-side-encryption-bucket-key-enabled"
        " server-side-encryption-context storage-class tagging website-redirect-location"
    )
)
_SOURCE = frozenset({COPY_SOURCE}) | amz(
    "copy-source-if-match copy-source-if-modified-since copy-source-if-none-match"
    " copy-source-if-unmodified-since source-expected-bucket-owner"
)
_COPIED = amz("checksum-algorithm metadata-directive object-annotation-directive tagging-directive")
_LISTING = names("delimiter encoding-type max-keys prefix")
_ATTRIBUTES = amz("optional-object-attributes")
_RESPONSE = names(
    "response-cache-control response-content-disposition response-content-encoding"
    " response-content-language response-content-type response-expires"
)
_VERSION = names("versionId")
_BYPASS = amz("bypass-governance-retention")


_listing = Rows(Target.BUCKET, _CLASS.LIST).row
_read = Rows(Target.OBJECT, _CLASS.READ).row
_write = Rows(Target.OBJECT, _CLASS.WRITE).row
_delete = Rows(Target.OBJECT, _CLASS.DELETE).row
_configure = Rows(Target.OBJECT, _CLASS.CONFIGURATION_WRITE).row
_bucket_life = Rows(Target.BUCKET, _CLASS.BUCKET_LIFE).row
_never = Rows(Target.OBJECT, _CLASS.NEVER).row
_never_bucket = Rows(Target.BUCKET, _CLASS.NEVER).row
_service = Rows(Target.SERVICE, _CLASS.SYNTHESISED).row

SERVICE_ROWS = (
    _service(
        "ListBuckets",
        "GET",
        answerer=Answerer.PROXY,
        parameters=names("bucket-region continuation-token max-buckets prefix"),
    ),
    _service("SecurityTokenService", "POST", answerer=Answerer.LATER),
)

BUCKET_ROWS = (
    _listing("HeadBucket", "HEAD"),
    _listing("GetBucketLocation", "GET", "location"),
    _listing(
        "ListObjects",
        "GET",
        parameters=_LISTING | {"marker"},
        fields=_ATTRIBUTES,
    ),
    _listing(
        "ListObjectsV2",
        "GET",
        parameters=_LISTING | names("list-type continuation-token fetch-owner start-after"),
        fields=_ATTRIBUTES,
    ),
    _listing(
        "ListObjectVersions",
        "GET",
        "versions",
        parameters=_LISTING | names("key-marker version-id-marker"),
        fields=_ATTRIBUTES,
    ),
    _listing(
        "ListMultipartUploads",
        "GET",
        "uploads",
        parameters=names("delimiter encoding-type key-marker max-uploads prefix upload-id-marker"),
    ),
    Rows(Target.BUCKET, _CLASS.DELETE).row(
        "DeleteObjects",
        "POST",
        "delete",
        answerer=Answerer.PROXY,
        fields=MFA | _BYPASS,
        **DOCUMENT,
    ),
    Rows(Target.BUCKET, _CLASS.WRITE).row(
        "PostObject", "POST", answerer=Answerer.PROXY, body=BodyKind.PAYLOAD, creates_object=True
    ),
    _bucket_life(
        "CreateBucket",
        "PUT",
        fields=GRANTS | amz("bucket-namespace bucket-object-lock-enabled object-ownership"),
        **DOCUMENT,
    ),
    _bucket_life("DeleteBucket", "DELETE"),
    _never_bucket("CreateSession", "GET", "session", answerer=Answerer.NOBODY),
    _never_bucket("WriteGetObjectResponse", "POST", answerer=Answerer.NOBODY),
)

OBJECT_ROWS = (
    _read(
        "GetObject",
        "GET",
        parameters=_RESPONSE | names("partNumber versionId"),
        fields=_CUSTOMER_KEY,
    ),
    _read(
        "HeadObject",
        "HEAD",
        parameters=_RESPONSE | names("partNumber versionId"),
        fields=_CUSTOMER_KEY,
    ),
    _read(
        "GetObjectAttributes",
        "GET",
        "attributes",
        parameters=_VERSION,
        fields=_CUSTOMER_KEY | amz("max-parts object-attributes part-number-marker"),
    ),
    _read("GetObjectTagging", "GET", "tagging", parameters=_VERSION),
    Rows(Target.OBJECT, _CLASS.CONFIGURATION_READ).row(
        "GetObjectAcl", "GET", "acl", parameters=_VERSION
    ),
    _read("GetObjectRetention", "GET", "retention", parameters=_VERSION),
    _read("GetObjectLegalHold", "GET", "legal-hold", parameters=_VERSION),
    _read(
        "ListParts",
        "GET",
        "uploadId",
        parameters=names("max-parts part-number-marker"),
        fields=_CUSTOMER_KEY,
    ),
    _read(
        "SelectObjectContent",
        "POST",
        "select",
        parameters=names("select-type"),
        required=names("select-type"),
        fields=_CUSTOMER_KEY,
        **DOCUMENT,
    ),
    _write(
        "PutObject",
        "PUT",
        fields=_STORED,
        body=BodyKind.PAYLOAD,
        takes_metadata=True,
        creates_object=True,
    ),
    _write(
        "CopyObject",
        "PUT",
        fields=_STORED | _SOURCE | _SOURCE_CUSTOMER_KEY | _COPIED,
        takes_metadata=True,
        creates_object=True,
    ),
    _write(
        "UploadPart",
        "PUT",
        "uploadId",
        parameters=names("partNumber"),
        required=names("partNumber"),
        fields=_CUSTOMER_KEY,
        body=BodyKind.PAYLOAD,
    ),
    _write(
        "UploadPartCopy",
        "PUT",
        "uploadId",
        parameters=names("partNumber"),
        required=names("partNumber"),
        fields=_CUSTOMER_KEY | _SOURCE | _SOURCE_CUSTOMER_KEY | amz("copy-source-range"),
    ),
    _write(
        "CreateMultipartUpload",
        "POST",
        "uploads",
        fields=_STORED | amz("checksum-algorithm checksum-type"),
        takes_metadata=True,
    ),
    _write(
        "CompleteMultipartUpload",
        "POST",
        "uploadId",
        fields=_CUSTOMER_KEY | amz("checksum-type mp-object-size"),
        creates_object=True,
        verifies_checksums=False,
        **DOCUMENT,
    ),
    _write("AbortMultipartUpload", "DELETE", "uploadId", fields=amz("if-match-initiated-time")),
    _write("RestoreObject", "POST", "restore", parameters=_VERSION, **DOCUMENT),
    _write(
        "PutObjectTagging",
        "PUT",
        "tagging",
        parameters=_VERSION,
        changes_object=True,
        **DOCUMENT,
    ),
    _write("DeleteObjectTagging", "DELETE", "tagging", parameters=_VERSION, changes_object=True),
    _delete(
        "PutObjectRetention",
        "PUT",
        "retention",
        parameters=_VERSION,
        fields=_BYPASS,
        **DOCUMENT,
    ),
    _delete("PutObjectLegalHold", "PUT", "legal-hold", parameters=_VERSION, **DOCUMENT),
    _configure("PutObjectAcl", "PUT", "acl", parameters=_VERSION, fields=GRANTS, **DOCUMENT),
    _configure("UpdateObjectEncryption", "PUT", "encryption", parameters=_VERSION, **DOCUMENT),
    _delete(
        "DeleteObject",
        "DELETE",
        parameters=_VERSION,
        fields=MFA | _BYPASS | amz("if-match-last-modified-time if-match-size"),
        versioned_action=Action("DeleteObject", Level.DELETE_VERSION),
    ),
    # A rename can be given to no backend that is known here (directory buckets of AWS alone).
    _never("RenameObject", "PUT", "renameObject", answerer=Answerer.LATER),
    _never("GetObjectTorrent", "GET", "torrent", answerer=Answerer.NOBODY),
    _never("GetObjectAnnotation", "GET", "annotation", answerer=Answerer.LATER),
    _never("PutObjectAnnotation", "PUT", "annotation", answerer=Answerer.LATER),
    _never("DeleteObjectAnnotation", "DELETE", "annotation", answerer=Answerer.LATER),
)

TABLE = OperationTable(
    SERVICE_ROWS + BUCKET_ROWS + OBJECT_ROWS + SETTING_READ_ROWS + SETTING_WRITE_ROWS
)
"""What S3 requests may mean here; `TABLE.identify(request)` finds the row."""

BY_NAME = {row.name: row for row in TABLE.rows}
"""The rows by operation name."""
