"""
Request targets for log lines and audit rows, without what would let the reader sign in.
"""

from urllib.parse import unquote_plus

from proxy.core.computed import REDACTED, SECRET_NAMES

MAX_TARGET_CHARACTERS = 2048

_SECRET_PARAMETERS = SECRET_NAMES | {"x-amz-credential", "awsaccesskeyid"}


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
