"""
The canonical request that was computed here, for whoever owns the key to hold beside their own.

It holds nothing to sign in with: no signature, and no value of a secret header or parameter.
"""

import re
from collections.abc import Sequence

from proxy.core.request import S3Request
from proxy.sigv4.canonical import canonical_headers, canonical_paths, canonical_query

MAX_CHARACTERS = 4096
REDACTED = "REDACTED"
SECRET_NAMES = frozenset(
    {
        *("authorization", "proxy-authorization", "cookie"),
        *("x-amz-security-token", "x-amz-signature", "signature"),
        # SSE-C keys, which presigners may hoist into the query.
        *(
            "x-amz-server-side-encryption-customer-key",
            "x-amz-copy-source-server-side-encryption-customer-key",
        ),
    }
)
"""Headers and query parameters, in lower case, whose values nobody is shown."""
_SIGNATURE = "X-Amz-Signature"
_ABSENT = "(did not arrive)"
_CONTROL = re.compile(r"[^\n\x20-\x7e]")


def render_computed(request: S3Request, signed_headers: Sequence[str], payload: str) -> str:
    """
    Return the canonical request of a request, in printable ASCII of `MAX_CHARACTERS` at most.

    Args:
        request: As it arrived.
        signed_headers: The names that its signature is over, in lower case; one of them that did
            not arrive is said to be absent.
        payload: The hash, or what stands for one.
    """
    query = [(name, _shown(name, value)) for name, value in request.query if name != _SIGNATURE]
    fields = {name: _shown(name, request.headers.get(name, _ABSENT)) for name in signed_headers}
    parts = (
        request.method,
        canonical_paths(request.raw_path)[0],
        canonical_query(query),
        (canonical_headers(fields, signed_headers) or ("",))[0],
        ";".join(signed_headers),
        payload,
    )
    # A terminal would obey what is not printable.
    text = "\n".join(parts).encode("ascii", "backslashreplace").decode("ascii")
    return _CONTROL.sub("?", text)[:MAX_CHARACTERS]


def _shown(name: str, value: str) -> str:
    return REDACTED if name.strip().lower() in SECRET_NAMES else value
