"""
Every action that an audit row can name.

The list is append-only: rows of years ago keep their meaning. A name is `<thing>.<verb>`, the
thing in the singular, the verb in the present. What goes through the S3 port is not listed one by
one: its rows are `s3.proxy.` and the operation's name in lower case (`s3.proxy.getobject`).
"""

from enum import StrEnum

S3_PREFIX = "s3.proxy."


class AuditAction(StrEnum):
    """
    The actions of the dashboard, the commands and the configuration.
    """

    AUTH_LOGIN = "auth.login"
    AUTH_LOGOUT = "auth.logout"
    AUTH_PASSWORD_CHANGE = "auth.password.change"  # noqa: S105  an action, not a password
    SESSION_REVOKE = "session.revoke"
    REQUEST_REFUSE = "request.refuse"

    USER_CREATE = "user.create"
    USER_UPDATE = "user.update"
    USER_RESET_PASSWORD = "user.reset_password"  # noqa: S105  an action, not a password
    USER_UNLOCK = "user.unlock"
    USER_DELETE = "user.delete"
    GROUP_CREATE = "group.create"
    GROUP_UPDATE = "group.update"
    GROUP_DELETE = "group.delete"
    GRANT_CREATE = "grant.create"
    GRANT_UPDATE = "grant.update"
    GRANT_DELETE = "grant.delete"
    TOKEN_CREATE = "token.create"  # noqa: S105  an action, not a token
    TOKEN_DELETE = "token.delete"  # noqa: S105  an action, not a token

    BACKEND_CREATE = "backend.create"
    BACKEND_UPDATE = "backend.update"
    BACKEND_DELETE = "backend.delete"
    BACKEND_TEST = "backend.test"

    BUCKET_CREATE = "bucket.create"
    BUCKET_DELETE = "bucket.delete"
    BUCKET_EMPTY = "bucket.empty"
    BUCKET_VERSIONING_SET = "bucket.versioning.set"
    BUCKET_CORS_SET = "bucket.cors.set"
    BUCKET_POLICY_SET = "bucket.policy.set"
    BUCKET_POLICY_DELETE = "bucket.policy.delete"
    BUCKET_LIFECYCLE_SET = "bucket.lifecycle.set"
    BUCKET_OBJECT_LOCK_SET = "bucket.object_lock.set"
    BUCKET_ENCRYPTION_SET = "bucket.encryption.set"
    BUCKET_ENCRYPTION_DELETE = "bucket.encryption.delete"
    BUCKET_TAGS_SET = "bucket.tags.set"
    BUCKET_SIZE_TRACKING_SET = "bucket.size_tracking.set"
    QUOTA_SET = "quota.set"
    QUOTA_DELETE = "quota.delete"
    QUOTA_RECOMPUTE = "quota.recompute"
    QUOTA_SOFT_LIMIT = "quota.soft_limit"
    ALIAS_CREATE = "alias.create"
    ALIAS_UPDATE = "alias.update"
    ALIAS_DELETE = "alias.delete"

    OBJECT_UPLOAD = "object.upload"
    UPLOAD_EXPIRE = "upload.expire"
    OBJECT_DOWNLOAD = "object.download"
    OBJECT_DELETE = "object.delete"
    OBJECT_BULK_DELETE = "object.bulk_delete"
    OBJECT_DELETE_PREFIX = "object.delete_prefix"
    OBJECT_CREATE_FOLDER = "object.create_folder"
    OBJECT_COPY = "object.copy"
    OBJECT_TRANSFER = "object.transfer"
    OBJECT_COPY_PREFIX = "object.copy_prefix"
    OBJECT_TRANSFER_PREFIX = "object.transfer_prefix"
    OBJECT_MOVE_PREFIX = "object.move_prefix"
    OBJECT_RESTORE_PREFIX = "object.restore_prefix"
    OBJECT_TAGS_SET = "object.tags.set"
    OBJECT_TAG_PREFIX = "object.tag_prefix"
    OBJECT_METADATA_SET = "object.metadata.set"
    OBJECT_ZIP = "object.zip"
    OBJECT_RETENTION_SET = "object.retention.set"
    OBJECT_LEGAL_HOLD_SET = "object.legal_hold.set"
    OBJECT_PRESIGN = "object.presign"

    SHARE_CREATE = "share.create"
    SHARE_UPDATE = "share.update"
    SHARE_REVOKE = "share.revoke"
    SHARE_ACCESS = "share.access"

    S3_CREDENTIAL_CREATE = "s3_credential.create"
    S3_CREDENTIAL_UPDATE = "s3_credential.update"
    S3_CREDENTIAL_ROTATE = "s3_credential.rotate"
    S3_CREDENTIAL_DELETE = "s3_credential.delete"
    S3_ANONYMOUS_UPSERT = "s3_anonymous.upsert"
    S3_ANONYMOUS_DELETE = "s3_anonymous.delete"

    JOB_CREATE = "job.create"
    JOB_CANCEL = "job.cancel"
    JOB_RETRY = "job.retry"
    CONFIG_APPLY = "config.apply"
    CONFIG_REJECT = "config.reject"


def s3_action(operation: str) -> str:
    """
    Return the action of an S3 operation, `GetObject` → `s3.proxy.getobject`.
    """
    return S3_PREFIX + operation.lower()
