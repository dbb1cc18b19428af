"""
The shape of a registry row and the one exception that carries it.

An edge renders the row (`dashboard.errors` as JSON, `proxy.errors` as S3 XML); nobody else
decides a status. Only the standard library is imported here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

ParamValue = str | int | float | bool | None | list[str]
Audience = Literal["stranger", "user", "admin", "operator"]
NO_PARAMS: Mapping[str, ParamValue] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class S3Pair:
    """
    AWS's error code and HTTP status for an answer on the S3 port.
    """

    code: str
    status: int


@dataclass(frozen=True, slots=True)
class Reason:
    """
    A refinement of one code: what exactly happened, with the texts and statuses that differ.
    """

    name: str
    message: str = ""
    """Replaces the row's message; `{param}` places are filled from the occurrence."""
    status: int | None = None
    s3: S3Pair | None = None
    params: tuple[str, ...] = ()
    retryable: bool | None = None


@dataclass(frozen=True, slots=True)
class FieldError:
    """
    What is wrong at one place of the input.
    """

    pointer: str
    """JSON Pointer into the body, or `query:name`, `header:name`, `file:line:column`."""
    reason: str
    message: str
    params: Mapping[str, ParamValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ErrorEntry:
    """
    One row of the registry. Call it to make the exception: `raise errors.NOT_FOUND(...)`.
    """

    code: str
    status: int
    title: str
    message: str
    cure: str
    """What the reader can do next, one or two sentences."""
    s3: S3Pair
    reasons: tuple[Reason, ...] = ()
    retryable: bool = False
    audience: Audience = "user"
    params: tuple[str, ...] = ()
    since: str = "0.1"

    def __call__(
        self,
        *,
        reason: str | None = None,
        params: Mapping[str, ParamValue] = NO_PARAMS,
        detail: str = "",
        errors: Sequence[FieldError] = (),
        retry_after_seconds: int | None = None,
    ) -> "StowageError":
        """
        Make the exception for one occurrence.
        """
        return StowageError(
            self,
            reason=reason,
            params=params,
            detail=detail,
            errors=tuple(errors),
            retry_after_seconds=retry_after_seconds,
        )

    def find_reason(self, name: str | None) -> Reason | None:
        """
        Return the row's reason of that name, or `None` for no name.

        Raises:
            LookupError: the row has no such reason; a fault of the caller.
        """
        if name is None:
            return None
        for reason in self.reasons:
            if reason.name == name:
                return reason
        raise LookupError(f"{self.code} has no reason {name!r}")


@dataclass(slots=True, eq=False)
class StowageError(Exception):
    """
    An answer that is an error: a registry row, the reason, and the facts of this occurrence.
    """

    entry: ErrorEntry
    reason: str | None = None
    params: Mapping[str, ParamValue] = field(default_factory=dict)
    detail: str = ""
    errors: tuple[FieldError, ...] = ()
    retry_after_seconds: int | None = None
    _found: Reason | None = field(init=False, repr=False, default=None)

    def __post_init__(self) -> None:
        """
        Refuse a reason that the row does not list, where the mistake is made.
        """
        self._found = self.entry.find_reason(self.reason)

    @property
    def code(self) -> str:
        """
        The stable string that clients switch on.
        """
        return self.entry.code

    @property
    def status(self) -> int:
        """
        The HTTP status on every surface but the S3 port.
        """
        reason = self._found
        return self.entry.status if reason is None or reason.status is None else reason.status

    @property
    def s3(self) -> S3Pair:
        """
        AWS's code and status for the S3 port.
        """
        reason = self._found
        return self.entry.s3 if reason is None or reason.s3 is None else reason.s3

    @property
    def retryable(self) -> bool:
        """
        Tell whether the same request may work later, unchanged.
        """
        reason = self._found
        if reason is None or reason.retryable is None:
            return self.entry.retryable
        return reason.retryable

    @property
    def message(self) -> str:
        """
        An English sentence for the person who must act.
        """
        reason = self._found
        template = reason.message if reason is not None and reason.message else self.entry.message
        return fill(template, self.params)

    def __str__(self) -> str:
        name = self.code if self.reason is None else f"{self.code} ({self.reason})"
        return f"{name}: {self.message}" + (f" {self.detail}" if self.detail else "")


def fill(template: str, params: Mapping[str, ParamValue]) -> str:
    """
    Put the params into the `{name}` places of a message; a missing one stays readable as `?`.
    """
    text = template
    for name, value in params.items():
        text = text.replace("{" + name + "}", str(value))
    return _strip_unfilled(text)


def _strip_unfilled(text: str) -> str:
    while (start := text.find("{")) != -1 and (end := text.find("}", start)) != -1:
        text = text[:start] + "?" + text[end + 1 :]
    return text
