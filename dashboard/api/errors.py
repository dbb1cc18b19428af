"""
The error registry as JSON, for clients and for the UI.
"""

from app.errors.raised import ErrorEntry, Reason
from app.errors.registry import REGISTRY
from dashboard.call import Call
from dashboard.errors import docs_path
from dashboard.schemas import ErrorItem, Schema


class ErrorDetail(Schema):
    """
    An error: the registry row, the reason, and the facts of this occurrence.
    """

    code: str
    message: str
    detail: str
    reason: str | None
    params: dict[str, str | int | float | bool | list[str] | None]
    errors: list[ErrorItem]
    request_id: str
    docs: str
    retryable: bool
    retry_after: int | None


class ErrorBody(Schema):
    """
    The body of every answer that is an error.
    """

    error: ErrorDetail


class ReasonSchema(Schema):
    """
    A refinement of one code.
    """

    reason: str
    status: int
    message: str
    params: list[str]
    retryable: bool


class ErrorEntrySchema(Schema):
    """
    One row of the registry.
    """

    code: str
    status: int
    title: str
    message: str
    cure: str
    params: list[str]
    reasons: list[ReasonSchema]
    retryable: bool
    audience: str
    since: str
    docs: str


class ErrorEntryList(Schema):
    """
    Every error there is.
    """

    errors: list[ErrorEntrySchema]


async def list_errors(_call: Call) -> ErrorEntryList:
    """
    Return the whole registry.
    """
    return ErrorEntryList(errors=[_entry(row) for row in REGISTRY.values()])


def _entry(row: ErrorEntry) -> ErrorEntrySchema:
    return ErrorEntrySchema(
        code=row.code,
        status=row.status,
        title=row.title,
        message=row.message,
        cure=row.cure,
        params=list(row.params),
        reasons=[_reason(row, reason) for reason in row.reasons],
        retryable=row.retryable,
        audience=row.audience,
        since=row.since,
        docs=docs_path(row.code),
    )


def _reason(row: ErrorEntry, reason: Reason) -> ReasonSchema:
    return ReasonSchema(
        reason=reason.name,
        status=row.status if reason.status is None else reason.status,
        message=reason.message or row.message,
        params=list(dict.fromkeys(row.params + reason.params)),
        retryable=row.retryable if reason.retryable is None else reason.retryable,
    )
