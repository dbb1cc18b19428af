"""
What the heads of real SDKs look like: header names, order, letter case, what is signed.

Recorded from boto3 1.43, aws-cli 1.45 and the AWS SDK for JavaScript 3.1168 talking to a socket;
only the values that change from request to request were replaced by fields.
"""

from dataclasses import dataclass

_BOTO3_AGENT = (
    "Boto3/1.43.117 md/Botocore#1.43.117 md/awscrt#0.38.1 ua/2.1 os/linux#6.1 md/arch#x86_64"
    " lang/python#3.11.7 md/pyimpl#CPython m/e,Z,b,N,D cfg/retry-mode#legacy Botocore/1.43.117"
)
_CLI_AGENT = (
    "aws-cli/1.45.11 md/Botocore#1.43.11 ua/2.1 os/linux#6.1 md/arch#x86_64 lang/python#3.11.7"
    " md/pyimpl#CPython m/b,N,D,Z,g cfg/retry-mode#legacy botocore/1.43.11"
)
_JS_AGENT = (
    "aws-sdk-js/3.1168.0 ua/2.1 os/linux#6.1 lang/js md/nodejs#22.11.0 api/s3#3.1168.0 m/N,Z,b,E,e"
)


@dataclass(frozen=True, slots=True)
class Shape:
    """
    The header lines of one SDK for one kind of request.

    `{host}`, `{date}`, `{sha256}`, `{authorization}`, `{invocation}`, `{length}`, `{decoded}`
    and `{crc32}` are filled in for each request.
    """

    name: str
    lines: tuple[str, ...]
    unsigned: frozenset[str]
    """Names of headers that are sent and not signed."""
    query: str = ""
    """What the SDK itself adds to the query."""


_BOTO3_UNSIGNED = frozenset(
    (
        "accept-encoding",
        "user-agent",
        "amz-sdk-invocation-id",
        "amz-sdk-request",
        "expect",
        "content-length",
        "transfer-encoding",
        "authorization",
    )
)
_JS_UNSIGNED = frozenset(("user-agent", "expect", "connection", "authorization"))
_BOTO3_HEAD = ("Accept-Encoding: identity",)
_BOTO3_TAIL = (
    "host: {host}",
    "X-Amz-Date: {date}",
    "x-amz-content-sha256: {sha256}",
    "Authorization: {authorization}",
    "amz-sdk-invocation-id: {invocation}",
    "amz-sdk-request: attempt=1",
)
_JS_HEAD = ("x-amz-user-agent: aws-sdk-js/3.1168.0", f"user-agent: {_JS_AGENT}")
_JS_TAIL = (
    "host: {host}",
    "amz-sdk-invocation-id: {invocation}",
    "amz-sdk-request: attempt=1; max=3",
    "x-amz-date: {date}",
    "x-amz-content-sha256: {sha256}",
    "authorization: {authorization}",
    "Connection: keep-alive",
)
_CLI_TAIL = (
    f"User-Agent: {_CLI_AGENT}",
    "X-Amz-Date: {date}",
    "X-Amz-Content-SHA256: {sha256}",
    "Authorization: {authorization}",
    "amz-sdk-invocation-id: {invocation}",
    "amz-sdk-request: attempt=1",
)
_AGENT = f"User-Agent: {_BOTO3_AGENT}"
_CRC32 = ("x-amz-checksum-crc32: {crc32}", "x-amz-sdk-checksum-algorithm: CRC32")
_MODE = "x-amz-checksum-mode: ENABLED"
_LENGTH = "Content-Length: {length}"


def _boto3(name: str, *lines: str, end: tuple[str, ...] = ()) -> Shape:
    return Shape(name, (*_BOTO3_HEAD, *lines, *_BOTO3_TAIL, *end), _BOTO3_UNSIGNED)


BOTO3_GET = _boto3("boto3", _MODE, _AGENT)
BOTO3_PLAIN = _boto3("boto3", _AGENT)
"""HEAD, listings, ListBuckets."""
BOTO3_POST = _boto3("boto3", _AGENT, end=(_LENGTH,))
BOTO3_POST_SUMMED = _boto3("boto3", _AGENT, *_CRC32, end=(_LENGTH,))
BOTO3_PUT = _boto3("boto3", _AGENT, "Expect: 100-continue", *_CRC32, end=(_LENGTH,))
BOTO3_PUT_BARE = _boto3("boto3", _AGENT, "Expect: 100-continue", end=(_LENGTH,))
"""With `payload_signing_enabled` off and checksums only when required."""
BOTO3_TRAILER = _boto3(
    "boto3",
    _AGENT,
    "Expect: 100-continue",
    "Transfer-Encoding: chunked",
    "Content-Encoding: aws-chunked",
    "X-Amz-Trailer: x-amz-checksum-crc32",
    "X-Amz-Decoded-Content-Length: {decoded}",
    "x-amz-sdk-checksum-algorithm: CRC32",
)
CLI_GET = Shape(
    "aws-cli", ("Host: {host}", "Accept-Encoding: identity", _MODE, *_CLI_TAIL), _BOTO3_UNSIGNED
)
CLI_PLAIN = Shape(
    "aws-cli", ("Host: {host}", "Accept-Encoding: identity", *_CLI_TAIL), _BOTO3_UNSIGNED
)
JS_GET = Shape("js-v3", (_MODE, *_JS_HEAD, *_JS_TAIL), _JS_UNSIGNED, "x-id=GetObject")
JS_HEAD = Shape("js-v3", (*_JS_HEAD, *_JS_TAIL), _JS_UNSIGNED)
JS_PUT = Shape(
    "js-v3",
    (
        "content-type: application/octet-stream",
        "content-length: {length}",
        "x-amz-sdk-checksum-algorithm: CRC32",
        "x-amz-checksum-crc32: {crc32}",
        *_JS_HEAD,
        *_JS_TAIL,
    ),
    _JS_UNSIGNED,
    "x-id=PutObject",
)
CHUNKED_PUT = Shape(
    "signed-chunks",
    (
        "Host: {host}",
        "User-Agent: aws-sdk-java/2.33 md/io#sync ua/2.1 os/Linux#6.1 lang/java#21 m/D,N",
        "amz-sdk-invocation-id: {invocation}",
        "amz-sdk-request: attempt=1; max=4",
        "Content-Length: {length}",
        "Content-Type: application/octet-stream",
        "Content-Encoding: aws-chunked",
        "x-amz-decoded-content-length: {decoded}",
        "x-amz-content-sha256: {sha256}",
        "X-Amz-Date: {date}",
        "Authorization: {authorization}",
    ),
    frozenset(("user-agent", "authorization", "content-length")),
)
"""As the AWS page "Signature calculation: transferring a payload in multiple chunks" has it."""
URL_GET = Shape(
    "presigned",
    (
        "Host: {host}",
        "User-Agent: python-requests/2.32",
        "Accept-Encoding: identity",
        "Accept: */*",
        "Connection: keep-alive",
    ),
    frozenset(("user-agent", "accept-encoding", "accept", "connection")),
)
"""Whoever follows a presigned or a public URL."""
