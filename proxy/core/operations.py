"""
What a request means: an explicit allow-list of method, target and at most one sub-resource.

Whatever is not in the table of `proxy.core.operation_table` is refused, and so is any parameter
or `x-amz-…` field that its row does not list: the upstream credential is an administrator's, so
that nothing unknown may travel on it. Names are those of the Amazon S3 API reference.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from app.errors import registry as errors
from app.errors.raised import StowageError
from app.rbac.policy import Action
from proxy.core.request import S3Request
from proxy.core.shape import CHECKSUM_FIELDS

COPY_SOURCE = "x-amz-copy-source"
POST_OBJECT = "PostObject"
SECURITY_TOKENS = "SecurityTokenService"
"""The STS query API: `POST /` with a form."""
WRITE_RESPONSE = "WriteGetObjectResponse"


class Target(Enum):
    """
    What a request is addressed to.
    """

    SERVICE = "service"
    BUCKET = "bucket"
    OBJECT = "object"


class OperationClass(Enum):
    """
    The kind of an operation; the levels that it needs follow from it.
    """

    LIST = "L"
    READ = "R"
    WRITE = "W"
    DELETE = "X"
    CONFIGURATION_READ = "CR"
    CONFIGURATION_WRITE = "CW"
    BUCKET_LIFE = "ADM"
    SYNTHESISED = "SYN"
    NEVER = "NO"


class Answerer(Enum):
    """
    Who answers.
    """

    BACKEND = "backend"
    PROXY = "proxy"
    NOBODY = "nobody"
    """Refused for everybody: it would hand out more than a scope can hold."""
    LATER = "later"
    """Refused until Stowage can do it itself."""


class BodyKind(Enum):
    """
    What the request's body is.
    """

    NONE = "none"
    DOCUMENT = "document"
    """XML of bounded size."""
    PAYLOAD = "payload"
    """The bytes of an object or part."""


@dataclass(frozen=True, slots=True, eq=False)
class Operation:
    """
    One row of the table; there is one of each, which is compared and looked up as itself.
    """

    name: str
    method: str
    target: Target
    selector: str | None
    """The one sub-resource in the query; `None` for no sub-resource."""
    kind: OperationClass
    action: Action
    answerer: Answerer = Answerer.BACKEND
    parameters: frozenset[str] = frozenset()
    fields: frozenset[str] = frozenset()
    """The `x-amz-…` fields that it takes beside the common ones; they are forwarded."""
    body: BodyKind = BodyKind.NONE
    takes_metadata: bool = False
    is_anonymous: bool = False
    """Strangers may ask for it where a binding lets them in."""
    versioned_action: Action | None = None
    """Needed instead of `action` where the request names a version."""
    required: frozenset[str] = frozenset()
    """Parameters without which it is another request, or none."""
    verifies_checksums: bool = True
    """Its checksum fields are about its body; false where they are about the whole object."""
    creates_object: bool = False
    """An object that is there already would be replaced by it."""
    changes_object: bool = False
    """It changes what an object that is there carries."""

    is_idempotent: bool = field(init=False)
    """The request may be sent again when its connection failed."""
    is_write: bool = field(init=False)
    """It changes something."""
    wants_md5: bool = field(init=False)
    """Its document must come with an integrity header, which for old backends is Content-MD5."""

    def __post_init__(self) -> None:
        """
        Note what follows from method and class.
        """
        object.__setattr__(self, "is_idempotent", self.method in {"GET", "HEAD"})
        object.__setattr__(self, "is_write", self.kind in _WRITING)
        wants_md5 = self.kind is OperationClass.CONFIGURATION_WRITE or self.name in _WITH_MD5
        object.__setattr__(self, "wants_md5", wants_md5 and self.body is BodyKind.DOCUMENT)


_WITH_MD5 = frozenset({"PutObjectLegalHold", "PutObjectRetention", "PutObjectTagging"})
_WRITING = frozenset(
    {
        OperationClass.WRITE,
        OperationClass.DELETE,
        OperationClass.CONFIGURATION_WRITE,
        OperationClass.BUCKET_LIFE,
    }
)

CONSUMED_FIELDS = frozenset(
    {
        "x-amz-api-version",  # of the C++ SDK, thus of PyArrow; there is one
        "x-amz-content-sha256",
        "x-amz-date",
        "x-amz-decoded-content-length",
        "x-amz-sdk-checksum-algorithm",
        "x-amz-security-token",
        "x-amz-trailer",
        "x-amz-user-agent",
    }
)
"""Taken with every operation; they speak to us, what of them goes on is decided elsewhere."""
COMMON_FIELDS = frozenset(
    {"x-amz-checksum-mode", "x-amz-expected-bucket-owner", "x-amz-request-payer"}
)
"""Taken with every operation and forwarded."""
COMMON_PARAMETERS = frozenset({"x-id"})
_META = "x-amz-meta-"


class OperationTable:
    """
    The rows, arranged for finding the one that a request means.
    """

    def __init__(self, rows: tuple[Operation, ...]) -> None:
        self.rows = rows
        self.service = _Rows(Target.SERVICE, rows)
        self.bucket = _Rows(Target.BUCKET, rows)
        self.object = _Rows(Target.OBJECT, rows)

    def identify(self, request: S3Request) -> Operation:
        """
        Return the row of this request, by method, target, sub-resource and copy source.

        Raises:
            StowageError: `method_not_allowed`, `not_supported`, or `bad_request` for two
                sub-resources.
        """
        found = self._find_rows(request)
        parameters = request.parameters
        selector = _find_selector(found.selectors, parameters) if parameters else None
        variant = _find_variant(request, found.target, selector)
        row = found.by_request.get((request.method, selector, variant))
        if row is None:
            raise errors.METHOD_NOT_ALLOWED(params={"method": request.method})
        return row

    def _find_rows(self, request: S3Request) -> "_Rows":
        if request.key:
            return self.object
        return self.bucket if request.bucket else self.service


class _Rows:
    """
    The rows of one target, by what tells their requests apart.
    """

    def __init__(self, target: Target, rows: tuple[Operation, ...]) -> None:
        mine = [row for row in rows if row.target is target]
        self.target = target
        self.selectors = frozenset(row.selector for row in mine if row.selector)
        self.by_request = {(row.method, row.selector, _variant_of(row)): row for row in mine}


def _find_selector(selectors: frozenset[str], parameters: Mapping[str, str]) -> str | None:
    found = [name for name in parameters if name in selectors]
    if len(found) > 1:
        raise errors.BAD_REQUEST(
            reason="s3.selector_conflict", params={"first": found[0], "second": found[1]}
        )
    return found[0] if found else None


def _variant_of(row: Operation) -> str:
    if COPY_SOURCE in row.fields:
        return COPY_SOURCE
    if row.name in {POST_OBJECT, SECURITY_TOKENS, WRITE_RESPONSE}:
        return row.name
    for name in ("list-type", "id"):
        if name in row.parameters and row.method == "GET":
            return name
    return ""


def _find_variant(request: S3Request, target: Target, selector: str | None) -> str:
    """
    Tell apart the rows that differ neither in method nor in sub-resource.
    """
    match request.method:
        case "PUT" if target is Target.OBJECT and selector in {None, "uploadId"}:
            return COPY_SOURCE if COPY_SOURCE in request.fields else ""
        case "GET" if target is Target.BUCKET and request.parameters:
            return _find_list_variant(request.parameters, selector)
        case "POST" if selector is None and target is not Target.OBJECT:
            return _find_post_variant(request, target)
    return ""


def _find_list_variant(parameters: Mapping[str, str], selector: str | None) -> str:
    if selector is None and "list-type" in parameters:
        return "list-type"
    return "id" if selector in ID_SELECTORS and "id" in parameters else ""


def _find_post_variant(request: S3Request, target: Target) -> str:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if target is Target.SERVICE:
        return SECURITY_TOKENS if media_type == "application/x-www-form-urlencoded" else ""
    if request.bucket == WRITE_RESPONSE:
        return WRITE_RESPONSE
    return POST_OBJECT if media_type == "multipart/form-data" else ""


ID_SELECTORS = frozenset({"analytics", "intelligent-tiering", "inventory", "metrics"})
"""Configurations that a bucket has several of: with `id` one is read, without they are listed."""


def verify_request(operation: Operation, request: S3Request) -> None:
    """
    Refuse an operation that nobody answers, and what its row does not list.

    Raises:
        StowageError: `not_supported`, or `bad_request` with `s3.header_unsupported` or
            `s3.argument_invalid`.
    """
    if operation.answerer is Answerer.NOBODY:
        raise errors.NOT_SUPPORTED(reason="operation.refused", params={"operation": operation.name})
    if operation.answerer is Answerer.LATER:
        raise errors.NOT_SUPPORTED(reason="operation.later", params={"operation": operation.name})
    if operation not in request.shape.taken:
        for name in request.amz:
            if name not in COMMON_FIELDS and name not in CONSUMED_FIELDS:
                _verify_field(operation, name)
        request.shape.taken.add(operation)
    for name, value in request.parameters.items():
        _verify_parameter(operation, name, value)
    for name in operation.required:
        if name not in request.parameters:
            raise _invalid(name)


def _verify_field(operation: Operation, name: str) -> None:
    if (
        name in operation.fields
        or (name.startswith(_META) and operation.takes_metadata)
        or (name in CHECKSUM_FIELDS and operation.body is not BodyKind.NONE)
    ):
        return
    raise errors.BAD_REQUEST(
        reason="s3.header_unsupported",
        params={"header": name[:80], "operation": operation.name},
    )


MAX_PART_NUMBER = 10000
_NOT_EMPTY = frozenset({"uploadId", "versionId"})
_FIXED = {"list-type": "2", "select-type": "2"}


def _verify_parameter(operation: Operation, name: str, value: str) -> None:
    if name not in operation.parameters and name != operation.selector:
        # S3 keeps `x-…` parameters for its users' own access logs and takes no other notice.
        if name in COMMON_PARAMETERS or name.startswith("x-"):
            return
        raise errors.NOT_SUPPORTED(
            reason="s3.parameter_unsupported",
            params={"parameter": name[:80], "operation": operation.name},
        )
    if not value if name in _NOT_EMPTY else value != _FIXED.get(name, value):
        raise _invalid(name)
    if name == "partNumber" and not _is_part(value):
        raise _invalid(name)


def _invalid(name: str) -> StowageError:
    return errors.BAD_REQUEST(reason="s3.argument_invalid", params={"argument": name})


def _is_part(value: str) -> bool:
    is_number = value.isascii() and value.isdigit() and len(value) <= len(str(MAX_PART_NUMBER))
    return is_number and 1 <= int(value) <= MAX_PART_NUMBER
