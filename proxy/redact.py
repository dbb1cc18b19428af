"""
Request targets for log lines and audit rows, without what would let the reader sign in.
"""

from urllib.parse import unquote_plus

REDACTED = "REDACTED"
MAX_TARGET_CHARACTERS = 2048

_SECRET_PARAMETERS = frozenset(
    {
        *("x-amz-signature", "x-amz-credential", "x-amz-security-token"),
        # SigV2's presigned form.
        *("signature", "awsaccesskeyid"),
        # SSE-C keys, which presigners may hoist into the query.
        *(
            "x-amz-server-side-encryption-customer-key",
            "x-amz-copy-source-server-side-encryption-customer-key",
        ),
    }
)


def redact_target(target: str) -> str:
    """
    Return a request target with the values of secret query parameters replaced.

    Names are compared decoded and without regard to case, since some server will read them so.
    """
    path, mark, query = target.partition("?")
    if mark:
        path = f"{path}?{'&'.join(_redact(part) for part in query.split('&'))}"
    return path[:MAX_TARGET_CHARACTERS]


def _redact(part: str) -> str:
    name, sign, _ = part.partition("=")
    is_secret = sign and unquote_plus(name).strip().lower() in _SECRET_PARAMETERS
    return f"{name}={REDACTED}" if is_secret else part
