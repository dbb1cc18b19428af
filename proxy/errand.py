"""
A small request of our own to a backend, on behalf of a client: asked, answered, done.

It shares the pools with the relayed requests; its answer is collected up to a limit.
"""

from collections.abc import Callable
from dataclasses import dataclass

from app.errors import registry as errors
from app.errors.raised import StowageError
from proxy.pool import Pool
from proxy.response import ResponseHead
from proxy.upstream import UpstreamConnection


@dataclass(frozen=True, slots=True)
class Reply:
    """
    What a backend answered.
    """

    head: ResponseHead
    body: bytes


class Errand:
    """
    One such request. Exactly one of the two callbacks is called, unless it is cancelled.
    """

    def __init__(  # noqa: PLR0913  each is named at the call
        self,
        pool: Pool,
        message: bytes,
        *,
        answers_head: bool = False,
        is_idempotent: bool,
        max_reply_bytes: int,
        on_reply: Callable[[Reply], None],
        on_failure: Callable[[StowageError], None],
    ) -> None:
        self.answers_head = answers_head
        self.received_bytes = 0
        self._pool = pool
        self._message = message
        self._is_idempotent = is_idempotent
        self._max_reply_bytes = max_reply_bytes
        self._on_reply = on_reply
        self._on_failure = on_failure
        self._upstream: UpstreamConnection | None = None
        self._head: ResponseHead | None = None
        self._body = bytearray()
        self._is_over = False
        self._was_repeated = False

    def start(self) -> None:
        """
        Send it as soon as there is a connection.
        """
        self._pool.acquire(self, is_repeatable=self._is_idempotent)

    @property
    def is_waiting_for_connection(self) -> bool:
        """
        Tell whether the pool's time-outs run, and not the caller's.
        """
        return not self._is_over and self._upstream is None

    def cancel(self) -> None:
        """
        Give up; neither callback will be called any more.
        """
        self._is_over = True
        upstream, self._upstream = self._upstream, None
        if upstream is None:
            self._pool.cancel(self)
        else:
            upstream.abort()

    def time_out(self) -> None:
        """
        Give up because no answer came in time.
        """
        self.cancel()
        self._pool.timed_out()
        self._on_failure(errors.BACKEND_ERROR(reason="backend.timeout"))

    # --- the backend's direction ------------------------------------------------------------

    def upstream_ready(self, connection: UpstreamConnection) -> None:
        """
        Send all of it.
        """
        self._upstream = connection
        connection.begin(self, [self._message], is_whole=True)

    def upstream_unavailable(self, error: StowageError) -> None:
        """
        Pass on that the backend cannot be had.
        """
        self._fail(error)

    def response_started(self, head: ResponseHead, body: bytes, *, is_complete: bool) -> None:
        """
        Keep the head.
        """
        self._head = head
        self.response_continued(body, is_complete=is_complete)

    def response_continued(self, body: bytes, *, is_complete: bool) -> None:
        """
        Keep the body; answer at its end.
        """
        if self._is_over or self._head is None:
            return
        self.received_bytes += len(body)
        self._body += body
        if is_complete:
            self._upstream = None
        if len(self._body) > self._max_reply_bytes:
            self.cancel()
            self._on_failure(errors.BACKEND_ERROR(reason="backend.transient"))
        elif is_complete:
            self._is_over = True
            self._on_reply(Reply(self._head, bytes(self._body)))

    def upstream_failed(self, error: StowageError, *, is_untouched: bool) -> None:
        """
        Try once more where that is safe.
        """
        connection, self._upstream = self._upstream, None
        is_stale = is_untouched and connection is not None and connection.is_reused
        if is_stale and self._is_idempotent and not self._was_repeated:
            self._was_repeated = True
            self._pool.acquire_fresh(self)
        else:
            self._fail(error)

    def upstream_paused(self) -> None:
        """
        Nothing to do: all is written already.
        """

    def upstream_resumed(self) -> None:
        """
        Nothing to do: all is written already.
        """

    def _fail(self, error: StowageError) -> None:
        if not self._is_over:
            self._is_over = True
            self._on_failure(error)
