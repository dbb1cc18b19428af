"""
The client's side: collects a head, asks `decide`, has the answer carried out, keeps the order.

No rule lives here. Requests on one connection are answered one after the other, as they came
(RFC 9112, section 9.3.2); a request that could not be read to its end is the last one.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, cast

import structlog

from app.errors import registry as errors
from app.errors.raised import StowageError
from proxy.append_only import AppendOnly
from proxy.client_flow import ClientFlow
from proxy.core.decide import decide
from proxy.core.decision import Answer, Forward, Local, Peer, Refuse
from proxy.digested import Digested
from proxy.errors import NO_EXTRAS, Occasion, render_error
from proxy.held_back import HeldBack
from proxy.link import LINGER_SECONDS, Link
from proxy.local import Collector, open_local
from proxy.metered import Metered, is_metered
from proxy.plane import Plane
from proxy.record import CLIENT_GONE, Transaction
from proxy.relay import Relay

if TYPE_CHECKING:
    from proxy.client_side import Carrier

_END_OF_HEAD = b"\r\n\r\n"
_END_LENGTH = len(_END_OF_HEAD)
_HEADS_AT_ONCE = 16
"""Pipelined requests answered before other connections get their turn."""
_log = structlog.get_logger("proxy")


class ClientConnection(ClientFlow, asyncio.Protocol):
    """
    One connection of a client.
    """

    def __init__(self, plane: Plane) -> None:
        super().__init__(plane)
        self.transaction = cast("Transaction", None)
        self.deadline = 0.0
        self._is_pumping = False
        self._waits_for_head = False

    # --- the transport ----------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """
        Take a new client, unless there is no room.
        """
        plane = self._plane
        self._link = link = Link(cast("asyncio.Transport", transport))
        self._peer = Peer(link.address, link.is_tls)
        self.deadline = self.now + self.settings.head_timeout
        if not plane.admit(self):
            self._begin_transaction()
            self.refuse(errors.RATE_LIMITED(reason="rate.connections"), keeps_alive=False)

    def data_received(self, data: bytes) -> None:
        """
        Take bytes: of a body, of the next head, or of nothing anybody wants.
        """
        if self._link.is_leaving:
            self._link.throw_away(data)
            return
        carrier = self._carrier
        if carrier is not None and carrier.wants_body:
            if self.transaction.pace is not None:
                self._spend(self.transaction.pace, len(data))
            data = self._guarded(carrier.body_received, data)
            if not data and self._carrier is carrier:
                return
        self._buffer = self._buffer + data if self._buffer else data
        self._pump()

    def eof_received(self) -> bool:
        """
        Answer what was asked; a body that ends here is cut. Return whether to stay open.
        """
        self._link.has_eof = True
        carrier = self._carrier
        return carrier is not None and not carrier.wants_body and not self._peer.is_tls

    def connection_lost(self, _exc: Exception | None) -> None:
        """
        Give up what is left.
        """
        self._plane.dismiss(self)
        carrier, self._carrier = self._carrier, None
        self._link.is_leaving = True
        self._end_pacing()
        if carrier is not None:
            self.transaction.status = CLIENT_GONE
            carrier.client_lost()
            self._plane.record(self.transaction)

    def expire(self, now: float) -> None:
        """
        Look whether anything still moves; see `Deadlines`.
        """
        if self._carrier is not None:
            self.deadline = now + self.check_seconds
            self._carrier.check(now)
        elif self._link.is_sending_still():
            self.deadline = now + self.settings.idle_timeout
        elif self._link.is_leaving or not self._buffer:
            self._link.abort()
        else:
            self._begin_transaction()
            self.refuse(errors.BAD_REQUEST(reason="s3.request_timeout"), keeps_alive=False)

    def abort(self) -> None:
        """
        Cut the connection.
        """
        self._link.abort()

    def leave_when_idle(self) -> None:
        """
        Close as soon as nothing is being asked or answered; for draining.
        """
        is_asking = self._carrier is not None or self._buffer or self._link.has_unread
        if not is_asking and not self._link.is_leaving:
            self._leave()

    # --- requests ---------------------------------------------------------------------------

    def _pump(self) -> None:
        """
        Begin the requests that are complete, one after the other.
        """
        if self._is_pumping:
            return
        self._is_pumping = True
        try:
            left = _HEADS_AT_ONCE
            while self._buffer and self._begin_next():
                left -= 1
                if not left:
                    self._plane.loop.call_soon(self._pump)
                    break
        finally:
            self._is_pumping = False
        self._update_reading()

    def _begin_next(self) -> bool:
        """
        Begin the next request; tell whether there may be another one.
        """
        if self._carrier is not None or self._link.is_leaving or self._is_write_paused:
            return False
        buffer = self._buffer
        end = buffer.find(_END_OF_HEAD)
        if end < 0:
            self._wait_for_head(buffer)
            return False
        end += _END_LENGTH
        self._waits_for_head = False
        head, self._buffer = buffer, b""
        if end < len(buffer):
            head, self._buffer = buffer[:end], buffer[end:]
        # RFC 9112 2.2: an empty line in front of a request is to be ignored.
        head = head.removeprefix(b"\r\n")
        try:
            self._begin(head)
        except Exception:  # noqa: BLE001  the edge: a fault of ours ends this request, no other
            self._fail()
        return True

    def _wait_for_head(self, buffer: bytes) -> None:
        limit = self.settings.max_head_bytes
        if not self._waits_for_head:
            self._waits_for_head = True
            self.deadline = self.now + self.settings.head_timeout
        if len(buffer) > limit:
            self._begin_transaction()
            error = errors.BAD_REQUEST(reason="s3.head_too_large", params={"limit": limit})
            self.refuse(error, keeps_alive=False)
        elif not (buffer[:1].isalpha() or buffer[:1] == b"\r"):
            # A TLS greeting, for example: no line will ever end it.
            self._begin_transaction()
            problem = {"problem": "it does not begin with a method"}
            error = errors.BAD_REQUEST(reason="s3.head_malformed", params=problem)
            self.refuse(error, keeps_alive=False)

    def _begin_transaction(self) -> Transaction:
        plane = self._plane
        plane.requests_in_flight += 1
        self.transaction = transaction = Transaction(
            plane.next_request_id(), time.monotonic(), self._peer.address
        )
        return transaction

    def _begin(self, head: bytes) -> None:
        transaction = self._begin_transaction()
        try:
            answer = self._decide(head, transaction)
            if isinstance(answer, Refuse):
                self._refuse_unread(answer.error, closes=answer.closes, extras=answer.extra)
                return
            carrier = self._open_carrier(answer)
        except StowageError as error:
            self._refuse_unread(error, closes=False)
            return
        pace = transaction.pace
        if pace is not None and pace.is_in_debt:
            carrier = HeldBack(self, pace, lambda: self._open_late(answer))
        data, self._buffer = self._buffer, b""
        self.carry(carrier, data)

    def _decide(self, head: bytes, transaction: Transaction) -> Answer:
        """
        Decide, between the limits that come before and those that come after it.

        Raises:
            StowageError: `rate_limited`.
        """
        plane = self._plane
        snapshot, limits, now = plane.snapshot, plane.limits, transaction.started
        limits.screen(transaction.ip, snapshot, now)
        answer = decide(head, snapshot, plane.now(), self._peer)
        transaction.audited = answer.audited
        request = transaction.request = answer.request
        if request is not None and (hops := request.headers.get("x-forwarded-for")):
            transaction.ip = plane.addresses.read(self._peer.address, hops)
            limits.screen(transaction.ip, snapshot, now)
        if isinstance(answer, Refuse):
            limits.note_refusal(answer, transaction.ip, snapshot, now)
            if answer.canonical_request:
                transaction.detail["canonical_request"] = answer.canonical_request
            return answer
        limits.hold(answer, transaction, snapshot)
        if plane.places.has_any:
            return plane.places.aim(answer, self.now, plane.now())
        return answer

    def _open_carrier(self, answer: Forward | Local) -> "Carrier":
        if isinstance(answer, Local):
            return open_local(self, answer)
        limited, credential = self._plane.snapshot.quotas, answer.credential
        has_limits = limited or (credential is not None and credential.charged)
        if has_limits and answer.audited.is_write and is_metered(answer, limited):
            return Metered(self, answer)
        if answer.wants_md5:
            return Collector(self, answer, Digested(self, answer))
        return AppendOnly(self, answer) if answer.must_not_exist else Relay(self, answer)

    def _open_late(self, answer: Forward | Local) -> "Carrier":
        """
        Open as `_open_carrier` does, unless the credential was revoked while the request waited.

        Raises:
            StowageError: `invalid_credentials` among others.
        """
        credential = answer.credential
        if credential is not None and credential.access_key not in self.snapshot.credentials:
            raise errors.INVALID_CREDENTIALS(reason="credential.unknown")
        return self._open_carrier(answer)

    def _refuse_unread(
        self, error: StowageError, *, closes: bool, extras: Mapping[str, str] = NO_EXTRAS
    ) -> None:
        """
        Answer at once; the body of the request is read only as far as it is here already.
        """
        request = self.transaction.request
        length = None if request is None else request.head.wire_length
        is_read = length is not None and length <= len(self._buffer) and not closes
        if request is not None and request.head.expects_continue and length == 0:
            is_read = False  # boto3 before 1.36 takes no other answer on such a connection
        if is_read:
            self._buffer = self._buffer[length:]
        self.refuse(error, keeps_alive=is_read and self.may_persist, extras=extras)

    def _guarded(self, take: Callable[[bytes], bytes], data: bytes) -> bytes:
        """
        Hand body bytes to the carrier; a fault of ours ends this request and no other.
        """
        self._is_pumping = True
        try:
            return take(data)
        except Exception:  # noqa: BLE001  the edge, as above
            self._fail()
            return b""
        finally:
            self._is_pumping = False

    def _fail(self) -> None:
        _log.exception("a request failed", request_id=self.transaction.request_id)
        carrier, self._carrier = self._carrier, None
        if carrier is not None:
            carrier.client_lost()
        if self._link.is_leaving:
            return
        self.refuse(errors.INTERNAL(reason="bug"), keeps_alive=False)

    # --- what a carrier may do --------------------------------------------------------------

    @property
    def may_persist(self) -> bool:
        """
        Tell whether another request may follow on this connection.
        """
        request = self.transaction.request
        is_kept = request is not None and request.head.is_persistent
        # A client that has stopped sending may still wait for what it has asked already.
        is_last = self._link.has_eof and not self._buffer
        return is_kept and not self._plane.is_draining and not is_last

    def carry(self, carrier: "Carrier", data: bytes) -> None:
        """
        Let somebody carry the request on, from these bytes of its body.
        """
        self._carrier = carrier
        self._is_body_paused = False
        self.deadline = self.now + self.check_seconds
        self._buffer = carrier.start(data)
        if not self._is_pumping:
            self._pump()

    def repeat(self, forward: Forward) -> None:
        """
        Have a request without a body carried out once more, another way.
        """
        data, self._buffer = self._buffer, b""
        self.carry(Relay(self, forward), data)

    def refuse(
        self, error: StowageError, *, keeps_alive: bool, extras: Mapping[str, str] = NO_EXTRAS
    ) -> None:
        """
        Answer an error and end the request.
        """
        transaction = self.transaction
        error.__traceback__ = None  # as in `decide`: kept, it would keep our frames
        transaction.error = error
        request = transaction.request
        occasion = Occasion(
            request_id=transaction.request_id,
            resource="" if request is None else request.raw_path,
            is_head=request is not None and request.method == "HEAD",
            keeps_alive=keeps_alive,
            headers=self.extra_headers(),
        )
        self.write([render_error(error, occasion, extras)])
        self.end(error.s3.status, keeps_alive=keeps_alive)

    def end(self, status: int, *, keeps_alive: bool) -> None:
        """
        End a request whose answer is out; begin the next one.
        """
        self.transaction.status = status
        self._carrier = None
        self._is_body_paused = False
        self._end_pacing()
        self._plane.record(self.transaction)
        if not keeps_alive or (self._link.has_eof and not self._buffer):
            self._leave()
            return
        self.deadline = self.now + self.settings.idle_timeout
        if not self._is_pumping:
            self._pump()

    def cut(self, error: StowageError) -> None:
        """
        End a request in the middle of its answer: reset the connection.
        """
        self.transaction.error = error
        self.transaction.status = error.s3.status
        self._carrier = None
        self._end_pacing()
        self._plane.record(self.transaction)
        self._link.reset()

    # --- leaving ----------------------------------------------------------------

    def _leave(self) -> None:
        """
        Close after the client has had time to read the last answer.
        """
        self._buffer = b""
        self._is_body_paused = False
        if self._link.leave():
            self.deadline = self.now + LINGER_SECONDS
