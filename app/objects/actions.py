"""
What each call on buckets and objects asks for, as `design.md` lists it under "dashboard".
"""

from app.rbac.levels import Level
from app.rbac.policy import Action

SEE_BUCKET = Action("SeeBucket", Level.NONE, any_level=True)
CREATE_BUCKET = Action("CreateBucket", Level.CONFIGURE, whole_backend=True)
DELETE_BUCKET = Action("DeleteBucket", Level.CONFIGURE, whole_backend=True)
EMPTY_BUCKET = Action(
    "EmptyBucket",
    Level.LIST | Level.WRITE | Level.DELETE | Level.DELETE_VERSION,
    whole_bucket=True,
)
GET_VERSIONING = Action("GetBucketVersioning", Level.READ, whole_bucket=True)
SET_VERSIONING = Action("PutBucketVersioning", Level.CONFIGURE, whole_bucket=True)
GET_CORS = Action("GetBucketCors", Level.CONFIGURE, whole_bucket=True)
SET_CORS = Action("PutBucketCors", Level.CONFIGURE, whole_bucket=True)

GET_DECLARED = Action("GetDeclaredSettings", Level.CONFIGURE, whole_bucket=True)
GET_POLICY = Action("GetBucketPolicy", Level.CONFIGURE, whole_bucket=True)
SET_POLICY = Action("PutBucketPolicy", Level.CONFIGURE, whole_bucket=True)
GET_LIFECYCLE = Action("GetBucketLifecycleConfiguration", Level.CONFIGURE, whole_bucket=True)
SET_LIFECYCLE = Action("PutBucketLifecycleConfiguration", Level.CONFIGURE, whole_bucket=True)
GET_OBJECT_LOCK = Action("GetObjectLockConfiguration", Level.CONFIGURE, whole_bucket=True)
SET_OBJECT_LOCK = Action("PutObjectLockConfiguration", Level.CONFIGURE, whole_bucket=True)
GET_ENCRYPTION = Action("GetBucketEncryption", Level.CONFIGURE, whole_bucket=True)
SET_ENCRYPTION = Action("PutBucketEncryption", Level.CONFIGURE, whole_bucket=True)
GET_BUCKET_TAGS = Action("GetBucketTagging", Level.CONFIGURE, whole_bucket=True)
SET_BUCKET_TAGS = Action("PutBucketTagging", Level.CONFIGURE, whole_bucket=True)

LIST_OBJECTS = Action("ListObjects", Level.LIST)
LIST_VERSIONS = Action("ListObjectVersions", Level.LIST)
READ_OBJECT = Action("GetObject", Level.READ)
WRITE_OBJECT = Action("PutObject", Level.WRITE)
DELETE_OBJECT = Action("DeleteObject", Level.DELETE)
DELETE_VERSION = Action("DeleteObjectVersion", Level.DELETE_VERSION)
GET_TAGS = Action("GetObjectTagging", Level.READ)
SET_TAGS = Action("PutObjectTagging", Level.WRITE)

GET_RETENTION = Action("GetObjectRetention", Level.READ)
SET_RETENTION = Action("PutObjectRetention", Level.DELETE_VERSION)
GET_LEGAL_HOLD = Action("GetObjectLegalHold", Level.READ)
SET_LEGAL_HOLD = Action("PutObjectLegalHold", Level.DELETE_VERSION)

LIST_UPLOADS = Action("ListMultipartUploads", Level.LIST)
LIST_PARTS = Action("ListParts", Level.WRITE)
ABORT_UPLOAD = Action("AbortMultipartUpload", Level.WRITE)
