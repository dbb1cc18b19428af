"""
The operation table: every S3 operation that Stowage knows, a row each.

Class and levels follow the page "Access levels"; parameters and fields follow the request syntax
in the Amazon S3 API reference. What is deliberately absent from a row is refused with it, for
example `x-amz-write-offset-bytes`, whose meaning a backend without it would silently change.
"""

from dataclasses import dataclass
from typing import Any

from app.rbac.levels import Level
from app.rbac.policy import Action
from proxy.core.operations import (
    COPY_SOURCE,
    Answerer,
    BodyKind,
    Operation,
    OperationClass,
    OperationTable,
    Target,
)

_CLASS = OperationClass


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _amz(text: str) -> frozenset[str]:
    return frozenset(f"x-amz-{name}" for name in text.split())


_CUSTOMER_KEY = _amz(
    "server-side-encryption-customer-algorithm server-side-encryption-customer-key"
    " server-side-encryption-customer-key-md5"
)
_SOURCE_CUSTOMER_KEY = _amz(
    "copy-source-server-side-encryption-customer-algorithm"
    " copy-source-server-side-encryption-customer-key"
    " copy-source-server-side-encryption-customer-key-md5"
)
_GRANTS = _amz("acl grant-full-control grant-read grant-read-acp grant-write grant-write-acp")
_STORED = (
    _GRANTS
    | _CUSTOMER_KEY
    | _amz(
        "object-lock-event-hold object-lock-event-hold-duration-days"
        " object-lock-event-hold-duration-years object-lock-legal-hold object-lock-mode"
        " object-lock-retain-until-date server-side-encryption"
        " server-side-encryption-aws-kms-key-id server-side-encryption-bucket-key-enabled"
        " server-side-encryption-context storage-class tagging website-redirect-location"
    )
)
_SOURCE = frozenset({COPY_SOURCE}) | _amz(
    "copy-source-if-match copy-source-if-modified-since copy-source-if-none-match"
    " copy-source-if-unmodified-since source-expected-bucket-owner"
)
_COPIED = _amz(
    "checksum-algorithm metadata-directive object-annotation-directive tagging-directive"
)
_LISTING = _names("delimiter encoding-type max-keys prefix")
_ATTRIBUTES = _amz("optional-object-attributes")
_RESPONSE = _names(
    "response-cache-control response-content-disposition response-content-encoding"
    " response-content-language response-content-type response-expires"
)
_VERSION = _names("versionId")
_MFA = _amz("mfa")
_BYPASS = _amz("bypass-governance-retention")


@dataclass(frozen=True, slots=True)
class _Rows:
    """
    Writes rows that share target, class and levels.
    """

    target: Target
    kind: OperationClass
    levels: Level
    whole_bucket: bool = False
    whole_backend: bool = False

    def row(self, name: str, method: str, selector: str | None = None, **rest: Any) -> Operation:  # noqa: ANN401 - the remaining fields of `Operation`
        """
        Return a row; `rest` are fields of `Operation`.
        """
        action = Action(
            name,
            self.levels,
            any_level=self.levels is Level.NONE,
            whole_bucket=self.whole_bucket,
            whole_backend=self.whole_backend,
        )
        return Operation(name, method, self.target, selector, self.kind, action, **rest)


_listing = _Rows(Target.BUCKET, _CLASS.LIST, Level.LIST).row
_any = _Rows(Target.BUCKET, _CLASS.LIST, Level.NONE).row
_read = _Rows(Target.OBJECT, _CLASS.READ, Level.READ).row
_write = _Rows(Target.OBJECT, _CLASS.WRITE, Level.WRITE).row
_delete = _Rows(Target.OBJECT, _CLASS.DELETE, Level.DELETE).row
_hold = _Rows(Target.OBJECT, _CLASS.DELETE, Level.DELETE_VERSION).row
_configure = _Rows(Target.OBJECT, _CLASS.CONFIGURATION_WRITE, Level.CONFIGURE).row
_setting = _Rows(Target.BUCKET, _CLASS.CONFIGURATION_READ, Level.READ, whole_bucket=True).row
_guarded = _Rows(Target.BUCKET, _CLASS.CONFIGURATION_READ, Level.CONFIGURE, whole_bucket=True).row
_set = _Rows(Target.BUCKET, _CLASS.CONFIGURATION_WRITE, Level.CONFIGURE, whole_bucket=True).row
# Their bodies name other buckets as targets: who writes them must hold all of the backend.
_set_target = _Rows(
    Target.BUCKET, _CLASS.CONFIGURATION_WRITE, Level.CONFIGURE, whole_backend=True
).row
_bucket_life = _Rows(Target.BUCKET, _CLASS.BUCKET_LIFE, Level.CONFIGURE, whole_backend=True).row
_never = _Rows(Target.OBJECT, _CLASS.NEVER, Level.NONE).row
_never_bucket = _Rows(Target.BUCKET, _CLASS.NEVER, Level.NONE).row
_service = _Rows(Target.SERVICE, _CLASS.SYNTHESISED, Level.NONE).row
_ID: dict[str, Any] = {"parameters": _names("id")}
_TOKEN: dict[str, Any] = {"parameters": _names("continuation-token")}
_DOCUMENT: dict[str, Any] = {"body": BodyKind.DOCUMENT}

SERVICE_ROWS = (
    _service(
        "ListBuckets",
        "GET",
        answerer=Answerer.PROXY,
        parameters=_names("bucket-region continuation-token max-buckets prefix"),
    ),
    _service("SecurityTokenService", "POST", answerer=Answerer.LATER),
)

BUCKET_ROWS = (
    _any("HeadBucket", "HEAD", is_anonymous=True),
    _any("GetBucketLocation", "GET", "location"),
    _listing(
        "ListObjects",
        "GET",
        parameters=_LISTING | {"marker"},
        fields=_ATTRIBUTES,
        is_anonymous=True,
    ),
    _listing(
        "ListObjectsV2",
        "GET",
        parameters=_LISTING | _names("list-type continuation-token fetch-owner start-after"),
        fields=_ATTRIBUTES,
        is_anonymous=True,
    ),
    _listing(
        "ListObjectVersions",
        "GET",
        "versions",
        parameters=_LISTING | _names("key-marker version-id-marker"),
        fields=_ATTRIBUTES,
    ),
    _listing(
        "ListMultipartUploads",
        "GET",
        "uploads",
        parameters=_names("delimiter encoding-type key-marker max-uploads prefix upload-id-marker"),
    ),
    _Rows(Target.BUCKET, _CLASS.DELETE, Level.DELETE).row(
        "DeleteObjects",
        "POST",
        "delete",
        answerer=Answerer.PROXY,
        fields=_MFA | _BYPASS,
        **_DOCUMENT,
    ),
    _Rows(Target.BUCKET, _CLASS.WRITE, Level.WRITE).row(
        "PostObject", "POST", answerer=Answerer.PROXY, body=BodyKind.PAYLOAD, creates_object=True
    ),
    _bucket_life(
        "CreateBucket",
        "PUT",
        fields=_GRANTS | _amz("bucket-namespace bucket-object-lock-enabled object-ownership"),
        **_DOCUMENT,
    ),
    _bucket_life("DeleteBucket", "DELETE"),
    _never_bucket("CreateSession", "GET", "session", answerer=Answerer.NOBODY),
    _never_bucket("WriteGetObjectResponse", "POST", answerer=Answerer.NOBODY),
)

OBJECT_ROWS = (
    _read(
        "GetObject",
        "GET",
        parameters=_RESPONSE | _names("partNumber versionId"),
        fields=_CUSTOMER_KEY,
        is_anonymous=True,
    ),
    _read(
        "HeadObject",
        "HEAD",
        parameters=_RESPONSE | _names("partNumber versionId"),
        fields=_CUSTOMER_KEY,
        is_anonymous=True,
    ),
    _read(
        "GetObjectAttributes",
        "GET",
        "attributes",
        parameters=_VERSION,
        fields=_CUSTOMER_KEY | _amz("max-parts object-attributes part-number-marker"),
    ),
    _read("GetObjectTagging", "GET", "tagging", parameters=_VERSION),
    _Rows(Target.OBJECT, _CLASS.CONFIGURATION_READ, Level.READ).row(
        "GetObjectAcl", "GET", "acl", parameters=_VERSION
    ),
    _read("GetObjectRetention", "GET", "retention", parameters=_VERSION),
    _read("GetObjectLegalHold", "GET", "legal-hold", parameters=_VERSION),
    _read(
        "ListParts",
        "GET",
        "uploadId",
        parameters=_names("max-parts part-number-marker"),
        fields=_CUSTOMER_KEY,
    ),
    _read(
        "SelectObjectContent",
        "POST",
        "select",
        parameters=_names("select-type"),
        required=_names("select-type"),
        fields=_CUSTOMER_KEY,
        **_DOCUMENT,
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
        parameters=_names("partNumber"),
        required=_names("partNumber"),
        fields=_CUSTOMER_KEY,
        body=BodyKind.PAYLOAD,
    ),
    _write(
        "UploadPartCopy",
        "PUT",
        "uploadId",
        parameters=_names("partNumber"),
        required=_names("partNumber"),
        fields=_CUSTOMER_KEY | _SOURCE | _SOURCE_CUSTOMER_KEY | _amz("copy-source-range"),
    ),
    _write(
        "CreateMultipartUpload",
        "POST",
        "uploads",
        fields=_STORED | _amz("checksum-algorithm checksum-type"),
        takes_metadata=True,
    ),
    _write(
        "CompleteMultipartUpload",
        "POST",
        "uploadId",
        fields=_CUSTOMER_KEY | _amz("checksum-type mp-object-size"),
        creates_object=True,
        verifies_checksums=False,
        **_DOCUMENT,
    ),
    _write("AbortMultipartUpload", "DELETE", "uploadId", fields=_amz("if-match-initiated-time")),
    _write("RestoreObject", "POST", "restore", parameters=_VERSION, **_DOCUMENT),
    _write(
        "PutObjectTagging",
        "PUT",
        "tagging",
        parameters=_VERSION,
        changes_object=True,
        **_DOCUMENT,
    ),
    _write("DeleteObjectTagging", "DELETE", "tagging", parameters=_VERSION, changes_object=True),
    _hold(
        "PutObjectRetention",
        "PUT",
        "retention",
        parameters=_VERSION,
        fields=_BYPASS,
        **_DOCUMENT,
    ),
    _hold("PutObjectLegalHold", "PUT", "legal-hold", parameters=_VERSION, **_DOCUMENT),
    _configure("PutObjectAcl", "PUT", "acl", parameters=_VERSION, fields=_GRANTS, **_DOCUMENT),
    _configure("UpdateObjectEncryption", "PUT", "encryption", parameters=_VERSION, **_DOCUMENT),
    _delete(
        "DeleteObject",
        "DELETE",
        parameters=_VERSION,
        fields=_MFA | _BYPASS | _amz("if-match-last-modified-time if-match-size"),
        versioned_action=Action("DeleteObject", Level.DELETE_VERSION),
    ),
    # A rename can be given to no backend that is known here (directory buckets of AWS alone).
    _never("RenameObject", "PUT", "renameObject", answerer=Answerer.LATER),
    _never("GetObjectTorrent", "GET", "torrent", answerer=Answerer.NOBODY),
    _never("GetObjectAnnotation", "GET", "annotation", answerer=Answerer.LATER),
    _never("PutObjectAnnotation", "PUT", "annotation", answerer=Answerer.LATER),
    _never("DeleteObjectAnnotation", "DELETE", "annotation", answerer=Answerer.LATER),
)

SETTING_READ_ROWS = (
    _setting("GetBucketVersioning", "GET", "versioning"),
    _setting("GetObjectLockConfiguration", "GET", "object-lock"),
    _setting("GetBucketEncryption", "GET", "encryption"),
    _setting("GetBucketTagging", "GET", "tagging"),
    _setting("GetBucketRequestPayment", "GET", "requestPayment"),
    _setting("GetBucketOwnershipControls", "GET", "ownershipControls"),
    _setting("GetPublicAccessBlock", "GET", "publicAccessBlock"),
    _setting("GetBucketPolicyStatus", "GET", "policyStatus"),
    _setting("GetBucketAccelerateConfiguration", "GET", "accelerate"),
    _guarded("GetBucketAcl", "GET", "acl"),
    _guarded("GetBucketPolicy", "GET", "policy"),
    _guarded("GetBucketCors", "GET", "cors", answerer=Answerer.PROXY),
    _guarded("GetBucketLifecycleConfiguration", "GET", "lifecycle"),
    _guarded("GetBucketWebsite", "GET", "website"),
    _guarded("GetBucketLogging", "GET", "logging"),
    _guarded("GetBucketNotificationConfiguration", "GET", "notification"),
    _guarded("GetBucketReplication", "GET", "replication"),
    _guarded("GetBucketAnalyticsConfiguration", "GET", "analytics", **_ID),
    _guarded("ListBucketAnalyticsConfigurations", "GET", "analytics", **_TOKEN),
    _guarded("GetBucketInventoryConfiguration", "GET", "inventory", **_ID),
    _guarded("ListBucketInventoryConfigurations", "GET", "inventory", **_TOKEN),
    _guarded("GetBucketMetricsConfiguration", "GET", "metrics", **_ID),
    _guarded("ListBucketMetricsConfigurations", "GET", "metrics", **_TOKEN),
    _guarded("GetBucketIntelligentTieringConfiguration", "GET", "intelligent-tiering", **_ID),
    _guarded("ListBucketIntelligentTieringConfigurations", "GET", "intelligent-tiering", **_TOKEN),
    _guarded("GetBucketAbac", "GET", "abac"),
    _guarded("GetBucketMetadataConfiguration", "GET", "metadataConfiguration"),
    _guarded("GetBucketMetadataTableConfiguration", "GET", "metadataTable"),
)

_CONFIRM = _amz("confirm-remove-self-bucket-access")
_MINIMUM = _amz("transition-default-minimum-object-size")
_LOCK_TOKEN = _amz("bucket-object-lock-token")

SETTING_WRITE_ROWS = (
    _set("PutBucketVersioning", "PUT", "versioning", fields=_MFA, **_DOCUMENT),
    _set("PutObjectLockConfiguration", "PUT", "object-lock", fields=_LOCK_TOKEN, **_DOCUMENT),
    _set("PutBucketEncryption", "PUT", "encryption", **_DOCUMENT),
    _set("DeleteBucketEncryption", "DELETE", "encryption"),
    _set("PutBucketTagging", "PUT", "tagging", **_DOCUMENT),
    _set("DeleteBucketTagging", "DELETE", "tagging"),
    _set("PutBucketRequestPayment", "PUT", "requestPayment", **_DOCUMENT),
    _set("PutBucketOwnershipControls", "PUT", "ownershipControls", **_DOCUMENT),
    _set("DeleteBucketOwnershipControls", "DELETE", "ownershipControls"),
    _set("PutPublicAccessBlock", "PUT", "publicAccessBlock", **_DOCUMENT),
    _set("DeletePublicAccessBlock", "DELETE", "publicAccessBlock"),
    _set("PutBucketAccelerateConfiguration", "PUT", "accelerate", **_DOCUMENT),
    _set("PutBucketAcl", "PUT", "acl", fields=_GRANTS, **_DOCUMENT),
    _set("PutBucketPolicy", "PUT", "policy", fields=_CONFIRM, **_DOCUMENT),
    _set("DeleteBucketPolicy", "DELETE", "policy"),
    # The rules that count here are Stowage's own, edited in the dashboard.
    _set("PutBucketCors", "PUT", "cors", answerer=Answerer.LATER, **_DOCUMENT),
    _set("DeleteBucketCors", "DELETE", "cors", answerer=Answerer.LATER),
    _set("PutBucketLifecycleConfiguration", "PUT", "lifecycle", fields=_MINIMUM, **_DOCUMENT),
    _set("DeleteBucketLifecycle", "DELETE", "lifecycle"),
    _set("PutBucketWebsite", "PUT", "website", **_DOCUMENT),
    _set("DeleteBucketWebsite", "DELETE", "website"),
    _set("PutBucketMetricsConfiguration", "PUT", "metrics", **_ID, **_DOCUMENT),
    _set("DeleteBucketMetricsConfiguration", "DELETE", "metrics", **_ID),
    _set(
        "PutBucketIntelligentTieringConfiguration", "PUT", "intelligent-tiering", **_ID, **_DOCUMENT
    ),
    _set("DeleteBucketIntelligentTieringConfiguration", "DELETE", "intelligent-tiering", **_ID),
    _set("PutBucketAbac", "PUT", "abac", **_DOCUMENT),
    _set_target("PutBucketLogging", "PUT", "logging", **_DOCUMENT),
    _set_target(
        "PutBucketNotificationConfiguration",
        "PUT",
        "notification",
        fields=_amz("skip-destination-validation"),
        **_DOCUMENT,
    ),
    _set_target("PutBucketReplication", "PUT", "replication", fields=_LOCK_TOKEN, **_DOCUMENT),
    _set("DeleteBucketReplication", "DELETE", "replication"),
    _set_target("PutBucketAnalyticsConfiguration", "PUT", "analytics", **_ID, **_DOCUMENT),
    _set("DeleteBucketAnalyticsConfiguration", "DELETE", "analytics", **_ID),
    _set_target("PutBucketInventoryConfiguration", "PUT", "inventory", **_ID, **_DOCUMENT),
    _set("DeleteBucketInventoryConfiguration", "DELETE", "inventory", **_ID),
    _set_target("CreateBucketMetadataConfiguration", "POST", "metadataConfiguration", **_DOCUMENT),
    _set("DeleteBucketMetadataConfiguration", "DELETE", "metadataConfiguration"),
    _set_target("CreateBucketMetadataTableConfiguration", "POST", "metadataTable", **_DOCUMENT),
    _set("DeleteBucketMetadataTableConfiguration", "DELETE", "metadataTable"),
    _set_target(
        "UpdateBucketMetadataInventoryTableConfiguration",
        "PUT",
        "metadataInventoryTable",
        **_DOCUMENT,
    ),
    _set_target(
        "UpdateBucketMetadataJournalTableConfiguration", "PUT", "metadataJournalTable", **_DOCUMENT
    ),
    _set_target(
        "UpdateBucketMetadataAnnotationTableConfiguration",
        "PUT",
        "metadataAnnotationTable",
        **_DOCUMENT,
    ),
)

TABLE = OperationTable(
    SERVICE_ROWS + BUCKET_ROWS + OBJECT_ROWS + SETTING_READ_ROWS + SETTING_WRITE_ROWS
)
"""What S3 requests may mean here; `TABLE.identify(request)` finds the row."""

BY_NAME = {row.name: row for row in TABLE.rows}
"""The rows by operation name."""
