"""
What is known of one request when it is over, and where that goes: metrics, audit row, log line.

Every request ends in `Recorder.finish`, once, however it ended.
"""

import logging
import random
from collections.abc import Callable

import structlog
from msgspec import Struct

from app.audit.actions import s3_action
from app.audit.event import AuditEvent, AuditStatus, DetailValue
from app.clock import Clock
from app.errors.raised import StowageError
from app.snapshot.values import ProxySettings
from proxy.core.decision import Audited
from proxy.core.request import S3Request
from proxy.measures import UNPROVEN, Measures, name_method
from proxy.pace import Pace
from proxy.quotas import RunningHold
from proxy.redact import redact_target
from proxy.refusals import RefusalMerger
from proxy.response import ResponseHead
from proxy.results import RESULT_OK, name_result

CLIENT_GONE = 499
"""Status of a request whose client left before it was answered, as nginx counts it."""

_PROBES = frozenset({"Healthz", "Readyz"})
"""Asked every second by load balancers; neither counted nor written down."""
_FIRST_REFUSAL = 400
_FIRST_FAULT = 500
_MAX_USER_AGENT = 512
_MAX_REQUEST_ID = 128
_REQUEST_ID = b"x-amz-request-id"
_UNKNOWN = Audited("Unknown", "signed")
_log = structlog.get_logger("proxy")
_logger = logging.getLogger("proxy")


class Transaction(Struct):
    """
    One request, from its head to its end.
    """

    request_id: str
    started: float
    """Seconds of the loop's clock."""
    ip: str
    audited: Audited = _UNKNOWN
    request: S3Request | None = None
    status: int = 0
    """What the client was told; 0 until something was."""
    error: StowageError | None = None
    bytes_in: int = 0
    bytes_out: int = 0
    upstream_seconds: float = -1.0
    """Until the upstream's head came; negative where none did."""
    upstream_head: ResponseHead | None = None
    """Of the answer that was relayed."""
    running_key: str = ""
    """Counted as running under this key; empty where nothing limits that."""
    pace: Pace | None = None
    """Counts and slows the bytes of its credential; nearly nobody has one."""
    metering: RunningHold | None = None
    """What it holds of a bucket's limit; `None` where there is none."""
    was_redirected: bool = False
    """It went on to where the backend has the bucket."""
    detail: dict[str, DetailValue] = {}
    """More for the audit row: version id, copy source, keys of a multi-delete."""

    @property
    def upstream_request_id(self) -> str:
        """
        Return what the upstream calls the request, cut to a sane length.
        """
        found = None if self.upstream_head is None else self.upstream_head.find(_REQUEST_ID)
        return "" if found is None else found[:_MAX_REQUEST_ID].decode("latin-1")

    @property
    def user_agent(self) -> str:
        """
        Return what the client says it is, cut to a sane length.
        """
        if self.request is None:
            return ""
        return self.request.headers.get("user-agent", "")[:_MAX_USER_AGENT]


class Recorder:
    """
    Takes finished requests.
    """

    def __init__(
        self,
        clock: Clock,
        emit: Callable[[AuditEvent], None],
        chance: Callable[[], float] = random.random,
    ) -> None:
        self.tally = Measures()
        self.settings = ProxySettings()
        self._clock = clock
        self._emit = emit
        self._chance = chance
        self._refusals = RefusalMerger(emit)
        self._last_used: dict[str, float] = {}

    def finish(self, transaction: Transaction, seconds: float) -> None:
        """
        Record a request that is over.

        Args:
            transaction: What is known of it.
            seconds: How long it took, from its head to the last byte.
        """
        if transaction.audited.operation in _PROBES:
            return
        audited, settings = transaction.audited, self.settings
        result = name_result(transaction.error, transaction.status)
        self.tally.note(transaction, seconds, result)
        is_refused = transaction.status >= _FIRST_REFUSAL
        is_proven = transaction.error is None or _unproven_error(transaction) is None
        if audited.access_key and is_proven:
            self._last_used[audited.access_key] = self._clock.timestamp()
        rate = settings.read_audit_rate
        if is_refused or audited.is_write or (rate > 0 and self._chance() < rate):
            self._audit(transaction, seconds, result)
        elif settings.access_log:
            self._log(transaction, seconds, result)

    def take_last_used(self) -> dict[str, float]:
        """
        Return when each access key last proved itself, since the last call.
        """
        seen, self._last_used = self._last_used, {}
        return seen

    def flush(self) -> None:
        """
        Hand on merged refusals whose second is over.
        """
        self._refusals.flush(self._clock.now())

    def flush_all(self) -> None:
        """
        Hand on all merged refusals; for the end.
        """
        self._refusals.flush_all()

    def _audit(self, transaction: Transaction, seconds: float, result: str) -> None:
        refused = self._find_crowd(transaction)
        if refused is None:
            self._emit(self._event(transaction, seconds, result))
        elif self._refusals.merge(*refused):
            # A flood of bad signatures is one line a second, not a full disk.
            return
        else:
            who, reason, _ = refused
            self._refusals.add(self._event(transaction, seconds, result), who, reason)
        self._log(transaction, seconds, result)

    def _find_crowd(self, transaction: Transaction) -> tuple[str, str, int] | None:
        """
        Return who, why and when of a refusal that shares its row; `None` for a row of its own.
        """
        error = _unproven_error(transaction)
        if error is None:
            return None
        return transaction.ip, error.reason or error.code, int(self._clock.timestamp())

    def _event(self, transaction: Transaction, seconds: float, result: str) -> AuditEvent:
        audited = transaction.audited
        return AuditEvent(
            at=self._clock.now(),
            action=s3_action(audited.operation),
            status=_audit_status(transaction.status),
            user_id=audited.user_id,
            backend_id=audited.backend_id,
            bucket=audited.bucket,
            object_key=audited.key,
            request_id=transaction.request_id,
            ip=transaction.ip,
            user_agent=transaction.user_agent,
            detail=_detail(transaction, seconds, result),
        )

    def _log(self, transaction: Transaction, seconds: float, result: str) -> None:
        is_refused = transaction.status >= _FIRST_REFUSAL
        if not is_refused and not self.settings.access_log:
            return
        is_fault = transaction.status >= _FIRST_FAULT
        if not (is_fault or _logger.isEnabledFor(logging.INFO)):
            return  # asked first: what nobody reads need not be put together
        write = _log.warning if is_fault else _log.info
        request = transaction.request
        write(
            "s3 request",
            request_id=transaction.request_id,
            method=_method(transaction),
            host="" if request is None else request.host,
            path="" if request is None else redact_target(request.target),
            status=transaction.status,
            operation=transaction.audited.operation,
            result=result,
            reason="" if transaction.error is None else transaction.error.reason,
            auth_mode=transaction.audited.auth_mode,
            access_key=transaction.audited.access_key,
            ip=transaction.ip,
            latency_ms=round(seconds * 1000, 1),
            bytes_in=transaction.bytes_in,
            bytes_out=transaction.bytes_out,
        )


def _method(transaction: Transaction) -> str:
    return name_method("" if transaction.request is None else transaction.request.method)


def _unproven_error(transaction: Transaction) -> StowageError | None:
    """
    Return the error of a request that nobody we know stands behind: such rows are merged.
    """
    error = transaction.error
    if error is None:
        return None
    is_unproven = transaction.request is None or error.code in UNPROVEN
    return error if is_unproven else None


def _audit_status(status: int) -> AuditStatus:
    if status >= _FIRST_FAULT or status == CLIENT_GONE:
        return AuditStatus.ERROR
    return AuditStatus.DENIED if status >= _FIRST_REFUSAL else AuditStatus.OK


def _detail(transaction: Transaction, seconds: float, result: str) -> dict[str, DetailValue]:
    detail: dict[str, DetailValue] = {
        "auth_mode": transaction.audited.auth_mode,
        "result": result,
        "http_status": transaction.status,
        "duration_ms": round(seconds * 1000, 1),
        "bytes_in": transaction.bytes_in,
        "bytes_out": transaction.bytes_out,
    }
    if transaction.audited.access_key:
        detail["access_key"] = transaction.audited.access_key
    if transaction.error is not None and transaction.error.reason is not None:
        detail["reason"] = transaction.error.reason
        if difference := transaction.error.params.get("difference"):
            detail["difference"] = str(difference)
    if upstream_request_id := transaction.upstream_request_id:
        detail["upstream_request_id"] = upstream_request_id
    if result != RESULT_OK and transaction.request is not None:
        detail["path"] = redact_target(transaction.request.target)
    return detail | transaction.detail
