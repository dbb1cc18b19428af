"""
What every S3 operation asks for, by its name in the Amazon S3 API reference.

The operation table of the proxy is built on this, and the explainer reads it, so that both say
the same. What is not in here is no operation.
"""

from collections.abc import Mapping

from app.rbac.levels import Level
from app.rbac.policy import Action


def _needing(
    levels: Level, names: str, *, whole_bucket: bool = False, whole_backend: bool = False
) -> dict[str, Action]:
    return {
        name: Action(
            name,
            levels,
            any_level=levels is Level.NONE,
            whole_bucket=whole_bucket,
            whole_backend=whole_backend,
        )
        for name in names.split()
    }


S3_ACTIONS: Mapping[str, Action] = {
    **_needing(Level.NONE, "ListBuckets HeadBucket GetBucketLocation"),
    **_needing(Level.LIST, "ListObjects ListObjectsV2 ListObjectVersions ListMultipartUploads"),
    **_needing(
        Level.READ,
        "GetObject HeadObject GetObjectAttributes GetObjectTagging GetObjectAcl"
        " GetObjectRetention GetObjectLegalHold ListParts SelectObjectContent",
    ),
    **_needing(
        Level.WRITE,
        "PutObject CopyObject UploadPart UploadPartCopy CreateMultipartUpload"
        " CompleteMultipartUpload AbortMultipartUpload RestoreObject PutObjectTagging"
        " DeleteObjectTagging PostObject",
    ),
    **_needing(Level.DELETE, "DeleteObject DeleteObjects"),
    **_needing(Level.DELETE_VERSION, "PutObjectRetention PutObjectLegalHold"),
    **_needing(Level.CONFIGURE, "PutObjectAcl UpdateObjectEncryption"),
    **_needing(
        Level.READ,
        "GetBucketVersioning GetObjectLockConfiguration GetBucketEncryption GetBucketTagging"
        " GetBucketRequestPayment GetBucketOwnershipControls GetPublicAccessBlock"
        " GetBucketPolicyStatus GetBucketAccelerateConfiguration",
        whole_bucket=True,
    ),
    **_needing(
        Level.CONFIGURE,
        "GetBucketAcl GetBucketPolicy GetBucketCors GetBucketLifecycleConfiguration"
        " GetBucketWebsite GetBucketLogging GetBucketNotificationConfiguration"
        " GetBucketReplication GetBucketAnalyticsConfiguration ListBucketAnalyticsConfigurations"
        " GetBucketInventoryConfiguration ListBucketInventoryConfigurations"
        " GetBucketMetricsConfiguration ListBucketMetricsConfigurations"
        " GetBucketIntelligentTieringConfiguration ListBucketIntelligentTieringConfigurations"
        " GetBucketAbac GetBucketMetadataConfiguration GetBucketMetadataTableConfiguration",
        whole_bucket=True,
    ),
    **_needing(
        Level.CONFIGURE,
        "PutBucketVersioning PutObjectLockConfiguration PutBucketEncryption"
        " DeleteBucketEncryption PutBucketTagging DeleteBucketTagging PutBucketRequestPayment"
        " PutBucketOwnershipControls DeleteBucketOwnershipControls PutPublicAccessBlock"
        " DeletePublicAccessBlock PutBucketAccelerateConfiguration PutBucketAcl PutBucketPolicy"
        " DeleteBucketPolicy PutBucketCors DeleteBucketCors PutBucketLifecycleConfiguration"
        " DeleteBucketLifecycle PutBucketWebsite DeleteBucketWebsite"
        " PutBucketMetricsConfiguration DeleteBucketMetricsConfiguration"
        " PutBucketIntelligentTieringConfiguration DeleteBucketIntelligentTieringConfiguration"
        " PutBucketAbac DeleteBucketReplication DeleteBucketAnalyticsConfiguration"
        " DeleteBucketInventoryConfiguration DeleteBucketMetadataConfiguration"
        " DeleteBucketMetadataTableConfiguration",
        whole_bucket=True,
    ),
    **_needing(Level.CONFIGURE, "CreateBucket DeleteBucket", whole_backend=True),
    # Their bodies name other buckets as targets: who writes them must hold all of the backend.
    **_needing(
        Level.CONFIGURE,
        "PutBucketLogging PutBucketNotificationConfiguration PutBucketReplication"
        " PutBucketAnalyticsConfiguration PutBucketInventoryConfiguration"
        " CreateBucketMetadataConfiguration CreateBucketMetadataTableConfiguration"
        " UpdateBucketMetadataInventoryTableConfiguration"
        " UpdateBucketMetadataJournalTableConfiguration"
        " UpdateBucketMetadataAnnotationTableConfiguration",
        whole_backend=True,
    ),
}
"""What Stowage can be asked for; who may is decided by these."""

REFUSED_ACTIONS: Mapping[str, Action] = _needing(
    Level.NONE,
    "SecurityTokenService CreateSession WriteGetObjectResponse RenameObject GetObjectTorrent"
    " GetObjectAnnotation PutObjectAnnotation DeleteObjectAnnotation",
)
"""What is known by name and refused for everybody."""

STRANGERS_MAY = frozenset({"HeadBucket", "ListObjects", "ListObjectsV2", "GetObject", "HeadObject"})
"""What a stranger may ask for where a binding lets them in."""
