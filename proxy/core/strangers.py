"""
What a stranger may ask of a bucket that is open to them: an allow-list, read-only.
"""

from app.errors import registry as errors
from app.rbac.levels import level_names
from app.snapshot.strangers import find_stranger
from app.snapshot.values import Snapshot
from proxy.core.operations import Operation
from proxy.core.proof import Proof
from proxy.core.request import S3Request
from proxy.sigv4.payload import PayloadMode

# Neither a version nor another answer's headers: both would show what was not meant to be shown.
_PARAMETERS = frozenset(
    {
        "continuation-token",
        "delimiter",
        "encoding-type",
        "fetch-owner",
        "list-type",
        "marker",
        "max-keys",
        "partNumber",
        "prefix",
        "start-after",
        "x-id",
    }
)
_FIELDS = frozenset(
    {"x-amz-checksum-mode", "x-amz-content-sha256", "x-amz-date", "x-amz-user-agent"}
)


def admit_stranger(request: S3Request, operation: Operation, snapshot: Snapshot) -> Proof:
    """
    Return who a stranger is at this bucket, if they may ask this of it at all.

    Raises:
        StowageError: `unauthorized` where no binding lets strangers in, else `forbidden`, or
            `bad_request` for an overridden response header.
    """
    binding = (
        snapshot.anonymous.get(request.bucket) if snapshot.settings.is_anonymous_enabled else None
    )
    if binding is None:
        raise errors.UNAUTHORIZED(reason="s3.unsigned")
    names = {name for name, _ in request.query}
    if any(name.startswith("response-") for name in names):
        raise errors.BAD_REQUEST(reason="s3.anonymous_override")
    if (
        not operation.is_anonymous
        or not names <= _PARAMETERS
        or not _FIELDS.issuperset(request.amz)
    ):
        raise errors.FORBIDDEN(
            reason="grant.missing",
            params={
                "action": operation.name,
                "levels": ", ".join(level_names(operation.action.levels)) or "any",
            },
        )
    return Proof(find_stranger(binding), None, binding, PayloadMode.UNSIGNED)
