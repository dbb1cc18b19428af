"""
One forwarded request: its body to the backend, the answer to the client, neither ever held whole.

The client is told nothing that is not certain: until the answer's head is out, a failure is an S3
error; afterwards the client's connection is cut, so that a truncated body looks truncated. The
backend is never told that a body ended which did not: its connection is cut instead.
"""

import time
from typing import TYPE_CHECKING

from app.errors import registry as errors
from app.errors.raised import StowageError
from proxy.body import Intake
from proxy.client_side import ClientSide
from proxy.core.decision import Forward
from proxy.delivery import Delivery, Relayed, open_delivery, relay_whole
from proxy.http import CONTINUE, LAST_CHUNK, frame_chunk
from proxy.response import ResponseHead
from proxy.splicing import IS_POSSIBLE, MIN_BYTES, Splice
from proxy.unexplained import FORBIDDEN, Unexplained
from proxy.upstream import HIGH_WATER_BYTES, UpstreamConnection

if TYPE_CHECKING:
    from proxy.pool import Pool


class Relay:
    """
    Carries a `Forward` out, driven by what arrives on both connections.
    """

    __slots__ = (
        "_client",
        "_delivery",
        "_forward",
        "_intake",
        "_is_acquiring",
        "_is_over",
        "_pending",
        "_pending_bytes",
        "_pool",
        "_progress",
        "_progressed_at",
        "_received_bytes",
        "_sent_at",
        "_splice",
        "_upstream",
        "_was_repeated",
        "answers_head",
    )

    def __init__(self, client: ClientSide, forward: Forward) -> None:
        self._client = client
        self._forward = forward
        self.answers_head = forward.answers_head
        self._intake = Intake(forward.body)
        self._pool: Pool = client.pool_of(forward.backend)
        self._upstream: UpstreamConnection | None = None
        self._delivery: Delivery | None = None
        self._pending: list[bytes] = [forward.head]
        """What goes upstream as soon as there is a connection."""
        self._pending_bytes = 0
        self._is_acquiring = False
        self._was_repeated = False
        self._is_over = False
        self._progress = (0, 0, 0, 0)
        self._progressed_at = client.now
        self._received_bytes = 0
        self._sent_at = 0.0
        self._splice: Splice | None = None
        """Set while the rest of the answer goes from socket to socket."""

    # --- the client's direction -------------------------------------------------------------

    @property
    def wants_body(self) -> bool:
        """
        Tell whether the request's body goes on.
        """
        return not self._intake.is_complete

    def start(self, data: bytes) -> bytes:
        """
        Begin with what came behind the head; return what lies behind the body.
        """
        intake, forward = self._intake, self._forward
        if forward.body.wire_length == 0 and not (forward.expects_continue or intake.has_decoder):
            # Nearly all requests have no body: what came is the next one.
            intake.is_complete = self._is_acquiring = True
            self._pool.acquire(self, is_repeatable=forward.is_idempotent)
            return data
        if forward.expects_continue and not data:
            # Authorised: only now the client is asked for its body (RFC 9110, 10.1.1). An empty
            # one is asked for too: boto3 before 1.36 hangs on its next request otherwise.
            self._client.write([CONTINUE])
        return self.body_received(data)

    def body_received(self, data: bytes) -> bytes:
        """
        Pass on more of the request's body; return what lies behind it.
        """
        intake = self._intake
        try:
            payload = intake.take(data)
        except StowageError as error:
            self._refuse(error)
            return b""
        self._client.transaction.bytes_in += len(data) - len(intake.leftover)
        self._pass_on(payload)
        return intake.leftover

    def _pass_on(self, payload: bytes) -> None:
        is_whole = self._intake.is_complete
        if self._delivery is not None:
            return  # answered early: the rest of the body is nobody's
        if self._forward.body.payload_length is None:
            pieces = frame_chunk(payload)
            if is_whole:
                pieces.append(LAST_CHUNK)
        else:
            pieces = [payload] if payload else []
        if self._upstream is not None:
            self._upstream.send(pieces, is_whole=is_whole)
            return
        self._pending += pieces
        self._pending_bytes += len(payload)
        if self._pending_bytes > HIGH_WATER_BYTES:
            self._client.pause_body()
        if (payload or is_whole) and not self._is_acquiring:
            # Not before there are bytes in hand: a slow client holds no backend connection.
            self._is_acquiring = True
            self._pool.acquire(self, is_repeatable=self._is_repeatable)

    @property
    def _is_repeatable(self) -> bool:
        return self._forward.is_idempotent and self._forward.body.wire_length == 0

    def client_lost(self) -> None:
        """
        Let go of the backend: cut, so that a partial body is not taken for a whole one.
        """
        self._is_over = True
        self._let_go()

    def client_paused(self) -> None:
        """
        Let the backend wait.
        """
        if self._upstream is not None:
            self._upstream.pause()

    def client_resumed(self) -> None:
        """
        Let the backend go on.
        """
        if self._upstream is not None and self._splice is None:
            self._upstream.resume()

    # --- the backend's direction ------------------------------------------------------------

    def upstream_ready(self, connection: UpstreamConnection) -> None:
        """
        Send the head with what has come of the body.
        """
        self._is_acquiring = False
        self._upstream = connection
        self._progressed_at = self._client.now
        self._sent_at = time.monotonic()
        if self._pending_bytes > HIGH_WATER_BYTES:
            self._client.resume_body()
        self._pending_bytes = 0
        pieces = self._pending
        if not self._is_repeatable:
            self._pending = []
        connection.begin(self, pieces, is_whole=self._intake.is_complete)

    def upstream_unavailable(self, error: StowageError) -> None:
        """
        Tell the client that the backend cannot be had.
        """
        self._is_acquiring = False
        self._refuse(error)

    def upstream_paused(self) -> None:
        """
        Let the client wait.
        """
        if self.wants_body:
            self._client.pause_body()

    def upstream_resumed(self) -> None:
        """
        Let the client go on, unless the answer has come already.
        """
        if self._delivery is None:
            self._client.resume_body()

    def response_started(self, head: ResponseHead, body: bytes, *, is_complete: bool) -> None:
        """
        Begin to answer; an answer before the end of the body ends both connections.
        """
        client = self._client
        transaction = client.transaction
        transaction.upstream_head = head
        transaction.upstream_seconds = time.monotonic() - self._sent_at
        self._received_bytes += len(body)
        is_early = not self._intake.is_complete
        if is_complete:
            self._upstream = None
            if not is_early:
                self._is_over = True
                may_persist = client.may_persist
                if relay_whole(client, self._forward, head, body, keeps_alive=may_persist):
                    return
        if is_early:
            client.pause_body()
        deliver = open_delivery
        if head.status == FORBIDDEN and self._forward.answers_head:
            deliver = Unexplained
        self._delivery = delivery = deliver(
            client, self._forward, head, keeps_alive=client.may_persist and not is_early
        )
        self._is_over = is_complete
        delivery.take(body, is_complete=is_complete)
        if not is_complete and IS_POSSIBLE and not is_early:
            self._splice_rest((head.length or 0) - len(body))

    def response_continued(self, body: bytes, *, is_complete: bool) -> None:
        """
        Go on answering.
        """
        if self._delivery is None:
            return
        self._received_bytes += len(body)
        if is_complete:
            self._upstream = None
            self._is_over = True
        self._delivery.take(body, is_complete=is_complete)

    def upstream_failed(self, error: StowageError, *, is_untouched: bool) -> None:
        """
        Try once more where that is safe; otherwise tell the client, or cut it off.
        """
        connection, self._upstream = self._upstream, None
        self._end_splice()
        if self._is_over:
            return
        is_stale = is_untouched and connection is not None and connection.is_reused
        if is_stale and self._is_repeatable and not self._was_repeated:
            # The upstream closed an idle connection just as we used it; it has done nothing.
            self._was_repeated = True
            self._is_acquiring = True
            self._pool.acquire_fresh(self)
        elif self._delivery is not None and self._delivery.has_begun:
            self._is_over = True
            self._client.cut(error)
        else:
            self._refuse(error)

    # --- from socket to socket ----------------------------------------------------------------

    def _splice_rest(self, missing: int) -> None:
        """
        Let the rest of the answer pass us by, if it is long and nobody has to look at it.
        """
        client, upstream = self._client, self._upstream
        if missing < MIN_BYTES or upstream is None or client.transaction.pace is not None:
            return
        if type(self._delivery) is not Relayed or upstream.plain_file < 0 or client.plain_file < 0:
            return
        source, sink = upstream.plain_file, client.plain_file
        try:
            self._splice = Splice(client.loop, self, source=source, sink=sink, size_bytes=missing)
        except OSError:
            return
        upstream.pause()

    @property
    def unsent_bytes(self) -> int:
        """
        How much of what was written still waits for the client to take it.
        """
        return self._client.unsent_bytes

    def spliced(self, size_bytes: int) -> None:
        """
        Count what went to the client.
        """
        self._received_bytes += size_bytes
        self._client.transaction.bytes_out += size_bytes

    def splice_ended(self) -> None:
        """
        End the answer: all of it is out.
        """
        self._splice = None
        if self._upstream is not None:
            self._upstream.skip_body()

    def splice_failed(self, *, is_source: bool) -> None:
        """
        Let go of both: whichever broke off, what has come is a part.
        """
        self._splice = None
        if not is_source:
            self._client.abort()
        elif self._upstream is not None:
            self._upstream.break_body()

    def _end_splice(self) -> None:
        splice, self._splice = self._splice, None
        if splice is not None:
            splice.cancel()

    # --- the end ----------------------------------------------------------------------------

    def check(self, now: float) -> None:
        """
        End the request when nothing has moved for too long; the whole may take any time.
        """
        client = self._client
        upstream = self._upstream
        if client.is_paced:
            self._progressed_at = now
            return
        if upstream is None and self._is_acquiring:
            return  # the pool has time-outs of its own
        unsent = 0 if upstream is None else upstream.unsent_bytes
        progress = (
            client.transaction.bytes_in,
            self._received_bytes,
            client.unsent_bytes,
            unsent,
        )
        if progress != self._progress:
            self._progress = progress
            self._progressed_at = now
            return
        is_awaiting_head = self._delivery is None and self._intake.is_complete and not unsent
        settings = client.settings
        limit = settings.response_timeout if is_awaiting_head else settings.idle_timeout
        if now - self._progressed_at >= limit:
            self._time_out(is_upstream=is_awaiting_head or bool(unsent))

    def _time_out(self, *, is_upstream: bool) -> None:
        delivery, splice = self._delivery, self._splice
        error = errors.BAD_REQUEST(reason="s3.request_timeout")
        is_client_slow = bool(self._client.unsent_bytes)
        if splice is not None:
            is_client_slow = not splice.is_waiting_for_source
        if is_upstream or (delivery is not None and not is_client_slow):
            error = errors.BACKEND_ERROR(reason="backend.timeout")
            self._pool.timed_out()
        if delivery is None or not delivery.has_begun:
            self._refuse(error)
            return
        self._is_over = True
        self._let_go()
        self._client.cut(error)

    def _refuse(self, error: StowageError) -> None:
        self._is_over = True
        self._let_go()
        keeps_alive = self._client.may_persist and self._intake.is_complete
        self._client.refuse(error, keeps_alive=keeps_alive)

    def _let_go(self) -> None:
        if isinstance(self._delivery, Unexplained):
            self._delivery.cancel()
        self._end_splice()
        upstream, self._upstream = self._upstream, None
        if upstream is not None:
            upstream.abort()
        elif self._is_acquiring:
            self._pool.cancel(self)
