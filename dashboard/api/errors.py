"""
The error registry as JSON, for clients and for the UI.
"""

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
