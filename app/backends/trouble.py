"""
The seam to botocore and aiohttp: what they raise becomes a registry entry, here and nowhere else.

Every class of `botocore.exceptions` and of aiohttp's client errors stands in `REASONS`, by itself
or through a parent that is not the root; a test walks both libraries and fails on a gap.
"""

import re
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import aiohttp
from botocore import exceptions as boto

from app.errors import registry as errors
from app.errors.raised import ErrorEntry, ParamValue, StowageError

_CODE = re.compile(r"[A-Za-z0-9.:_-]{1,64}")
_BUG = "bug"

_UNREACHABLE = (
    boto.ConnectionError,
    boto.EndpointConnectionError,
    boto.ProxyConnectionError,
    aiohttp.ClientConnectorError,
    aiohttp.ServerFingerprintMismatch,
)
_TIMEOUT = (
    boto.ConnectTimeoutError,
    boto.ReadTimeoutError,
    aiohttp.ServerTimeoutError,
    TimeoutError,
)
_TLS = (boto.SSLError, aiohttp.ClientSSLError, ssl.SSLError)
_TRANSIENT = (
    boto.HTTPClientError,
    boto.IncompleteReadError,
    boto.UnseekableStreamError,
    boto.ChecksumError,
    boto.FlexibleChecksumError,
    boto.EventStreamError,
    aiohttp.ClientConnectionError,
    aiohttp.ClientPayloadError,
    aiohttp.ClientResponseError,
    aiohttp.UploadAbortedError,
)
_MISCONFIGURED = (
    boto.BaseEndpointResolverError,
    boto.EndpointProviderError,
    boto.InvalidDNSNameError,
    boto.InvalidHostLabelError,
    boto.InvalidEndpointConfigurationError,
    boto.InvalidEndpointDiscoveryConfigurationError,
    boto.InvalidProxiesConfigError,
    boto.InvalidRegionError,
    boto.InvalidS3AddressingStyleError,
    boto.UnknownRegionError,
    boto.ServiceNotInRegionError,
    boto.NoCredentialsError,
    boto.PartialCredentialsError,
    boto.CredentialRetrievalError,
    boto.UnknownCredentialError,
    boto.NoAuthTokenError,
    boto.TokenRetrievalError,
    boto.UnknownTokenProviderError,
    boto.SSOError,
    boto.LoginError,
    boto.RefreshWithMFAUnsupportedError,
    boto.ProfileNotFound,
    boto.ConfigParseError,
    boto.ConfigNotFound,
    boto.InvalidConfigError,
    boto.InvalidDefaultsMode,
    boto.InvalidRetryConfigurationError,
    boto.InvalidChecksumConfigError,
    boto.InvalidS3UsEast1RegionalEndpointConfigError,
    boto.InvalidSTSRegionalEndpointsConfigError,
    boto.InvalidIMDSEndpointError,
    boto.InvalidIMDSEndpointModeError,
    boto.MetadataRetrievalError,
    boto.CapacityNotAvailableError,
    boto.UnsupportedS3ConfigurationError,
    boto.UnsupportedS3ControlConfigurationError,
    boto.UnsupportedS3AccesspointConfigurationError,
    aiohttp.InvalidURL,
    aiohttp.RedirectClientError,
    aiohttp.NonHttpUrlClientError,
    FileNotFoundError,
    PermissionError,
)
# What only a fault of ours brings about: a wrong call, a missing dependency, a stub in production.
_OURS = (
    boto.DataNotFoundError,
    boto.ApiVersionNotFoundError,
    boto.UnknownSignatureVersionError,
    boto.UnsupportedSignatureVersionError,
    boto.UnsupportedServiceProtocolsError,
    boto.MissingParametersError,
    boto.ValidationError,
    boto.ParamValidationError,
    boto.UnknownServiceStyle,
    boto.UnknownClientMethodError,
    boto.UnsupportedS3ArnError,
    boto.UnsupportedS3ControlArnError,
    boto.UnsupportedOutpostResourceError,
    boto.PaginationError,
    boto.OperationNotPageableError,
    boto.WaiterError,
    boto.WaiterConfigError,
    boto.InvalidExpressionError,
    boto.StubResponseError,
    boto.MD5UnavailableError,
    boto.MissingDependencyException,
    boto.UndefinedModelAttributeError,
    boto.AwsChunkedWrapperError,
)
REASONS: Mapping[type[BaseException], str] = {
    **dict.fromkeys(_UNREACHABLE, "backend.unreachable"),
    **dict.fromkeys(_TIMEOUT, "backend.timeout"),
    **dict.fromkeys(_TLS, "backend.tls"),
    **dict.fromkeys(_TRANSIENT, "backend.transient"),
    **dict.fromkeys(_MISCONFIGURED, "backend.misconfigured"),
    **dict.fromkeys(_OURS, _BUG),
    socket.gaierror: "backend.dns",
    aiohttp.ClientConnectorDNSError: "backend.dns",
}
"""The reason for each class, found by the nearest class of its line of parents."""

_BACKEND = errors.BACKEND_ERROR
_S3_CODES: Mapping[str, tuple[ErrorEntry, str | None]] = {
    "NoSuchBucket": (errors.NOT_FOUND, "bucket.not_found"),
    "NoSuchKey": (errors.NOT_FOUND, "object.not_found"),
    "NoSuchVersion": (errors.NOT_FOUND, "version.not_found"),
    "NoSuchUpload": (errors.NOT_FOUND, "upload.not_found"),
    "BucketNotEmpty": (errors.CONFLICT, "bucket.not_empty"),
    "BucketAlreadyExists": (errors.CONFLICT, "bucket.exists"),
    "BucketAlreadyOwnedByYou": (errors.CONFLICT, "bucket.owned_by_you"),
    "PreconditionFailed": (errors.PRECONDITION_FAILED, None),
    "NotImplemented": (errors.NOT_SUPPORTED, "backend.not_implemented"),
    "InvalidRange": (errors.BAD_RANGE, "range.unsatisfiable"),
    "InvalidBucketName": (errors.INVALID_BUCKET_NAME, None),
    "InvalidAccessKeyId": (_BACKEND, "backend.auth_failed"),
    "SignatureDoesNotMatch": (_BACKEND, "backend.auth_failed"),
    "InvalidSecurity": (_BACKEND, "backend.auth_failed"),
    "ExpiredToken": (_BACKEND, "backend.auth_failed"),
    "InvalidToken": (_BACKEND, "backend.auth_failed"),
    "RequestTimeTooSkewed": (_BACKEND, "backend.clock"),
    "AuthorizationHeaderMalformed": (_BACKEND, "backend.misconfigured"),
    "PermanentRedirect": (_BACKEND, "backend.misconfigured"),
    "IllegalLocationConstraintException": (_BACKEND, "backend.misconfigured"),
    "RequestTimeout": (_BACKEND, "backend.timeout"),
    "SlowDown": (_BACKEND, "backend.rate_limited"),
    "Throttling": (_BACKEND, "backend.rate_limited"),
    "ThrottlingException": (_BACKEND, "backend.rate_limited"),
    "TooManyRequests": (_BACKEND, "backend.rate_limited"),
}
_STATUSES: Mapping[int, tuple[ErrorEntry, str | None]] = {
    301: (_BACKEND, "backend.misconfigured"),
    307: (_BACKEND, "backend.misconfigured"),
    401: (_BACKEND, "backend.auth_failed"),
    403: (_BACKEND, "backend.permission"),
    405: (errors.NOT_SUPPORTED, "backend.not_implemented"),
    408: (_BACKEND, "backend.timeout"),
    409: (errors.CONFLICT, "backend.refused"),
    412: (errors.PRECONDITION_FAILED, None),
    416: (errors.BAD_RANGE, "range.unsatisfiable"),
    429: (_BACKEND, "backend.rate_limited"),
    501: (errors.NOT_SUPPORTED, "backend.not_implemented"),
}
_NOT_FOUND = 404
_FIRST_SERVER_STATUS = 500


@dataclass(frozen=True, slots=True)
class CallPlace:
    """
    What a call is about, so that a bare 404 can say what is missing.
    """

    backend_id: str
    missing: str = "bucket.not_found"
    """The reason of `not_found` for an answer without a code that we know."""


@contextmanager
def translated(place: CallPlace) -> Iterator[None]:
    """
    Turn what the libraries raise inside the block into `StowageError`, with its cause.
    """
    try:
        yield
    except (boto.BotoCoreError, boto.ClientError, aiohttp.ClientError, OSError) as error:
        raise find_trouble(error, place) from error


def find_trouble(error: BaseException, place: CallPlace) -> StowageError:
    """
    Return the registry entry for an exception of botocore, aiohttp or the sockets below them.
    """
    if isinstance(error, boto.ClientError) and not isinstance(error, boto.EventStreamError):
        return _from_answer(error, place)
    reason = find_reason(error)
    if reason == _BUG:
        return errors.INTERNAL(reason=_BUG)
    return errors.BACKEND_ERROR(reason=reason, params={"backend": place.backend_id})


def find_reason(error: BaseException) -> str:
    """
    Return the reason for an exception, the most telling one of those that caused it.
    """
    reasons = [_own_reason(type(one)) for one in _causes(error)]
    for telling in ("backend.dns", "backend.tls"):
        if telling in reasons:
            return telling
    own = reasons[0]
    # HTTPClientError is the drawer for everything unforeseen; what it wraps may say more.
    if type(error) is boto.HTTPClientError and len(reasons) > 1 and reasons[1] != _BUG:
        return reasons[1]
    return own


def upstream_code(error: boto.ClientError) -> str:
    """
    Return the S3 code of an answer, or its status as text; never longer than 64 characters.
    """
    code = str(error.response.get("Error", {}).get("Code", ""))
    return code if _CODE.fullmatch(code) else str(upstream_status(error))


def upstream_status(error: boto.ClientError) -> int:
    """
    Return the HTTP status of an answer, 0 when it is not known.
    """
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


def _own_reason(kind: type[BaseException]) -> str:
    for parent in kind.__mro__:
        if parent in REASONS:
            return REASONS[parent]
    return "backend.unreachable" if issubclass(kind, OSError) else _BUG


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        wrapped = getattr(current, "kwargs", {}).get("error")
        inner = wrapped if isinstance(wrapped, BaseException) else None
        current = inner or current.__cause__ or current.__context__


def _from_answer(error: boto.ClientError, place: CallPlace) -> StowageError:
    code, status = upstream_code(error), upstream_status(error)
    entry, reason = _find_entry(code, status, place)
    params: dict[str, ParamValue] = {
        "backend": place.backend_id,
        "upstream_code": code,
        "upstream_status": status,
    }
    if reason == "range.unsatisfiable" and (size := _unsatisfied_size(error)) is not None:
        params["size_bytes"] = size
    return entry(reason=reason, params=params, detail="" if code.isdigit() else code)


def _unsatisfied_size(error: boto.ClientError) -> int | None:
    headers: Mapping[str, str] = error.response.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    # RFC 9110 section 14.4: a 416 carries `bytes */size`.
    size = headers.get("content-range", "").rpartition("/")[2]
    return int(size) if size.isascii() and size.isdigit() else None


def _find_entry(code: str, status: int, place: CallPlace) -> tuple[ErrorEntry, str | None]:
    if code in _S3_CODES:
        return _S3_CODES[code]
    if status == _NOT_FOUND:
        return errors.NOT_FOUND, place.missing
    if status in _STATUSES:
        return _STATUSES[status]
    if status >= _FIRST_SERVER_STATUS:
        return _BACKEND, "backend.transient"
    return _BACKEND, "backend.rejected"
