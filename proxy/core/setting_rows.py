"""
The rows of the operation table for what is set on a bucket as a whole.

What each asks for stands in `app.rbac.actions`: reading needs `read` where a client must know it to
work (versioning, locks, encryption), else `configure`; changing needs `configure`.
"""

from typing import Any

from proxy.core.operation_rows import DOCUMENT, GRANTS, MFA, Rows, amz, names
from proxy.core.operations import Answerer, OperationClass, Target

_CLASS = OperationClass
_ID: dict[str, Any] = {"parameters": names("id")}
_TOKEN: dict[str, Any] = {"parameters": names("continuation-token")}

_get = Rows(Target.BUCKET, _CLASS.CONFIGURATION_READ).row
_set = Rows(Target.BUCKET, _CLASS.CONFIGURATION_WRITE).row

SETTING_READ_ROWS = (
    _get("GetBucketVersioning", "GET", "versioning"),
    _get("GetObjectLockConfiguration", "GET", "object-lock"),
    _get("GetBucketEncryption", "GET", "encryption"),
    _get("GetBucketTagging", "GET", "tagging"),
    _get("GetBucketRequestPayment", "GET", "requestPayment"),
    _get("GetBucketOwnershipControls", "GET", "ownershipControls"),
    _get("GetPublicAccessBlock", "GET", "publicAccessBlock"),
    _get("GetBucketPolicyStatus", "GET", "policyStatus"),
    _get("GetBucketAccelerateConfiguration", "GET", "accelerate"),
    _get("GetBucketAcl", "GET", "acl"),
    _get("GetBucketPolicy", "GET", "policy"),
    _get("GetBucketCors", "GET", "cors", answerer=Answerer.PROXY),
    _get("GetBucketLifecycleConfiguration", "GET", "lifecycle"),
    _get("GetBucketWebsite", "GET", "website"),
    _get("GetBucketLogging", "GET", "logging"),
    _get("GetBucketNotificationConfiguration", "GET", "notification"),
    _get("GetBucketReplication", "GET", "replication"),
    _get("GetBucketAnalyticsConfiguration", "GET", "analytics", **_ID),
    _get("ListBucketAnalyticsConfigurations", "GET", "analytics", **_TOKEN),
    _get("GetBucketInventoryConfiguration", "GET", "inventory", **_ID),
    _get("ListBucketInventoryConfigurations", "GET", "inventory", **_TOKEN),
    _get("GetBucketMetricsConfiguration", "GET", "metrics", **_ID),
    _get("ListBucketMetricsConfigurations", "GET", "metrics", **_TOKEN),
    _get("GetBucketIntelligentTieringConfiguration", "GET", "intelligent-tiering", **_ID),
    _get("ListBucketIntelligentTieringConfigurations", "GET", "intelligent-tiering", **_TOKEN),
    _get("GetBucketAbac", "GET", "abac"),
    _get("GetBucketMetadataConfiguration", "GET", "metadataConfiguration"),
    _get("GetBucketMetadataTableConfiguration", "GET", "metadataTable"),
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
    # The rules that count here are Stowage's own.
    _set("PutBucketCors", "PUT", "cors", answerer=Answerer.PROXY, **DOCUMENT),
    _set("DeleteBucketCors", "DELETE", "cors", answerer=Answerer.PROXY),
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
    _set("PutBucketLogging", "PUT", "logging", **DOCUMENT),
    _set(
        "PutBucketNotificationConfiguration",
        "PUT",
        "notification",
        fields=amz("skip-destination-validation"),
        **DOCUMENT,
    ),
    _set("PutBucketReplication", "PUT", "replication", fields=_LOCK_TOKEN, **DOCUMENT),
    _set("DeleteBucketReplication", "DELETE", "replication"),
    _set("PutBucketAnalyticsConfiguration", "PUT", "analytics", **_ID, **DOCUMENT),
    _set("DeleteBucketAnalyticsConfiguration", "DELETE", "analytics", **_ID),
    _set("PutBucketInventoryConfiguration", "PUT", "inventory", **_ID, **DOCUMENT),
    _set("DeleteBucketInventoryConfiguration", "DELETE", "inventory", **_ID),
    _set("CreateBucketMetadataConfiguration", "POST", "metadataConfiguration", **DOCUMENT),
    _set("DeleteBucketMetadataConfiguration", "DELETE", "metadataConfiguration"),
    _set("CreateBucketMetadataTableConfiguration", "POST", "metadataTable", **DOCUMENT),
    _set("DeleteBucketMetadataTableConfiguration", "DELETE", "metadataTable"),
    _set(
        "UpdateBucketMetadataInventoryTableConfiguration",
        "PUT",
        "metadataInventoryTable",
        **DOCUMENT,
    ),
    _set(
        "UpdateBucketMetadataJournalTableConfiguration", "PUT", "metadataJournalTable", **DOCUMENT
    ),
    _set(
        "UpdateBucketMetadataAnnotationTableConfiguration",
        "PUT",
        "metadataAnnotationTable",
        **DOCUMENT,
    ),
)
