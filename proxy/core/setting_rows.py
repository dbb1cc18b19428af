"""
The rows of the operation table for what is set on a bucket as a whole.

Reading needs `read` where a client must know it to work (versioning, locks, encryption), else
`configure`; changing needs `configure`. All of it counts without a prefix only.
"""

from typing import Any

from app.rbac.levels import Level
from proxy.core.operation_rows import DOCUMENT, GRANTS, MFA, Rows, amz, names
from proxy.core.operations import Answerer, OperationClass, Target

_CLASS = OperationClass
_ID: dict[str, Any] = {"parameters": names("id")}
_TOKEN: dict[str, Any] = {"parameters": names("continuation-token")}

_setting = Rows(Target.BUCKET, _CLASS.CONFIGURATION_READ, Level.READ, whole_bucket=True).row
_guarded = Rows(Target.BUCKET, _CLASS.CONFIGURATION_READ, Level.CONFIGURE, whole_bucket=True).row
_set = Rows(Target.BUCKET, _CLASS.CONFIGURATION_WRITE, Level.CONFIGURE, whole_bucket=True).row
# Their bodies name other buckets as targets: who writes them must hold all of the backend.
_set_target = Rows(
    Target.BUCKET, _CLASS.CONFIGURATION_WRITE, Level.CONFIGURE, whole_backend=True
).row

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

_CONFIRM = amz("confirm-remove-self-bucket-access")
_MINIMUM = amz("transition-default-minimum-object-size")
_LOCK_TOKEN = amz("bucket-object-lock-token")

SETTING_WRITE_ROWS = (
    _set("PutBucketVersioning", "PUT", "versioning", fields=MFA, **DOCUMENT),
    _set("PutObjectLockConfiguration", "PUT", "object-lock", fields=_LOCK_TOKEN, **DOCUMENT),
    _set("PutBucketEncryption", "PUT", "encryption", **DOCUMENT),
    _set("DeleteBucketEncryption", "DELETE", "encryption"),
    _set("PutBucketTagging", "PUT", "tagging", **DOCUMENT),
    _set("DeleteBucketTagging", "DELETE", "tagging"),
    _set("PutBucketRequestPayment", "PUT", "requestPayment", **DOCUMENT),
    _set("PutBucketOwnershipControls", "PUT", "ownershipControls", **DOCUMENT),
    _set("DeleteBucketOwnershipControls", "DELETE", "ownershipControls"),
    _set("PutPublicAccessBlock", "PUT", "publicAccessBlock", **DOCUMENT),
    _set("DeletePublicAccessBlock", "DELETE", "publicAccessBlock"),
    _set("PutBucketAccelerateConfiguration", "PUT", "accelerate", **DOCUMENT),
    _set("PutBucketAcl", "PUT", "acl", fields=GRANTS, **DOCUMENT),
    _set("PutBucketPolicy", "PUT", "policy", fields=_CONFIRM, **DOCUMENT),
    _set("DeleteBucketPolicy", "DELETE", "policy"),
    # The rules that count here are Stowage's own, edited in the dashboard.
    _set("PutBucketCors", "PUT", "cors", answerer=Answerer.LATER, **DOCUMENT),
    _set("DeleteBucketCors", "DELETE", "cors", answerer=Answerer.LATER),
    _set("PutBucketLifecycleConfiguration", "PUT", "lifecycle", fields=_MINIMUM, **DOCUMENT),
    _set("DeleteBucketLifecycle", "DELETE", "lifecycle"),
    _set("PutBucketWebsite", "PUT", "website", **DOCUMENT),
    _set("DeleteBucketWebsite", "DELETE", "website"),
    _set("PutBucketMetricsConfiguration", "PUT", "metrics", **_ID, **DOCUMENT),
    _set("DeleteBucketMetricsConfiguration", "DELETE", "metrics", **_ID),
    _set(
        "PutBucketIntelligentTieringConfiguration", "PUT", "intelligent-tiering", **_ID, **DOCUMENT
    ),
    _set("DeleteBucketIntelligentTieringConfiguration", "DELETE", "intelligent-tiering", **_ID),
    _set("PutBucketAbac", "PUT", "abac", **DOCUMENT),
    _set_target("PutBucketLogging", "PUT", "logging", **DOCUMENT),
    _set_target(
        "PutBucketNotificationConfiguration",
        "PUT",
        "notification",
        fields=amz("skip-destination-validation"),
        **DOCUMENT,
    ),
    _set_target("PutBucketReplication", "PUT", "replication", fields=_LOCK_TOKEN, **DOCUMENT),
    _set("DeleteBucketReplication", "DELETE", "replication"),
    _set_target("PutBucketAnalyticsConfiguration", "PUT", "analytics", **_ID, **DOCUMENT),
    _set("DeleteBucketAnalyticsConfiguration", "DELETE", "analytics", **_ID),
    _set_target("PutBucketInventoryConfiguration", "PUT", "inventory", **_ID, **DOCUMENT),
    _set("DeleteBucketInventoryConfiguration", "DELETE", "inventory", **_ID),
    _set_target("CreateBucketMetadataConfiguration", "POST", "metadataConfiguration", **DOCUMENT),
    _set("DeleteBucketMetadataConfiguration", "DELETE", "metadataConfiguration"),
    _set_target("CreateBucketMetadataTableConfiguration", "POST", "metadataTable", **DOCUMENT),
    _set("DeleteBucketMetadataTableConfiguration", "DELETE", "metadataTable"),
    _set_target(
        "UpdateBucketMetadataInventoryTableConfiguration",
        "PUT",
        "metadataInventoryTable",
        **DOCUMENT,
    ),
    _set_target(
        "UpdateBucketMetadataJournalTableConfiguration", "PUT", "metadataJournalTable", **DOCUMENT
    ),
    _set_target(
        "UpdateBucketMetadataAnnotationTableConfiguration",
        "PUT",
        "metadataAnnotationTable",
        **DOCUMENT,
    ),
)
