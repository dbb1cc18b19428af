"""
A 403 to HEAD: without a body it does not say whether the client is refused or Stowage's own key.

The backend is asked something small that has a body. Where its answer speaks of our key, clock or
settings, the client is told that the backend failed; else the refusal is the client's.
"""

from proxy.client_side import ClientSide
from proxy.core.decision import Forward
from proxy.core.outgoing import Outgoing, render_outgoing
from proxy.delivery import Delivery, Relayed
from proxy.errand import Errand, Reply
from proxy.faults import read_fault
from proxy.response import ResponseHead

FORBIDDEN = 403
_MAX_REPLY_BYTES = 65536
_OUR_FAULTS = frozenset({"backend.auth_failed", "backend.clock", "backend.misconfigured"})


class Unexplained:
    """
    Holds such an answer until it is known whose fault it is.
    """

    has_begun = False

    def __init__(
        self, client: ClientSide, forward: Forward, head: ResponseHead, *, keeps_alive: bool
    ) -> None:
        self._client = client
        self._forward = forward
        self._keeps_alive = keeps_alive
        self._errand: Errand | None = None
        self._refusal: Delivery = Relayed(client, forward, head, keeps_alive=keeps_alive)

    def take(self, _body: bytes, *, is_complete: bool) -> None:
        """
        Ask, once the answer is over; HEAD has no body.
        """
        if not is_complete:
            return
        client, backend = self._client, self._forward.backend
        question = Outgoing("GET", self._forward.audited.bucket, parameters=(("location", ""),))
        self._errand = Errand(
            client.pool_of(backend),
            render_outgoing(question, backend, client.wall_now),
            is_idempotent=True,
            max_reply_bytes=_MAX_REPLY_BYTES,
            on_reply=self._judge,
            on_failure=lambda _: self._pass_on(),
        )
        self._errand.start()

    def cancel(self) -> None:
        """
        Give up: nobody waits for the answer any more.
        """
        if self._errand is not None:
            self._errand.cancel()

    def _judge(self, reply: Reply) -> None:
        fault = read_fault(reply.head.status, reply.body, self._forward.backend, key="").error
        if reply.head.status != FORBIDDEN or fault.reason not in _OUR_FAULTS:
            self._pass_on()
        else:
            self._client.refuse(fault, keeps_alive=self._keeps_alive)

    def _pass_on(self) -> None:
        self._refusal.take(b"", is_complete=True)
