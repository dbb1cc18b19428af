"""
A write by somebody who may add but not replace, to a backend without conditional writes.

The backend is asked first whether the object is there. Two writers of one new key at the same
moment may both find nothing; only a backend with conditional writes can close that gap.
"""

from app.errors import registry as errors
from app.errors.raised import StowageError
from proxy.client_side import ClientSide
from proxy.core.decision import Forward
from proxy.core.outgoing import Outgoing, render_outgoing
from proxy.errand import Errand, Reply
from proxy.faults import status_error
from proxy.kept_back import KeptBack
from proxy.relay import Relay

_NOT_FOUND = 404
_FIRST_FAULT = 300


class AppendOnly(KeptBack):
    """
    Holds the request until the backend has said that there is no such object.
    """

    def __init__(self, client: ClientSide, forward: Forward) -> None:
        super().__init__(client)
        self._forward = forward
        self._started_at = client.now
        question = Outgoing("HEAD", forward.audited.bucket, forward.request.key)
        self._errand = Errand(
            client.pool_of(forward.backend),
            render_outgoing(question, forward.backend, client.wall_now),
            answers_head=True,
            is_idempotent=True,
            max_reply_bytes=0,
            on_reply=self._take_reply,
            on_failure=self._refuse,
        )

    def start(self, data: bytes) -> bytes:
        """
        Ask; the client waits meanwhile.
        """
        self.keep(data)
        self._errand.start()
        return b""

    def client_lost(self) -> None:
        """
        Give up.
        """
        self._errand.cancel()

    def check(self, now: float) -> None:
        """
        Give up when the backend does not answer in time.
        """
        if self._errand.is_waiting_for_connection:
            self._started_at = now
        elif now - self._started_at >= self._client.settings.response_timeout:
            self._errand.time_out()

    def _take_reply(self, reply: Reply) -> None:
        status = reply.head.status
        if status == _NOT_FOUND:
            self._client.carry(Relay(self._client, self._forward), self._held)
        elif status < _FIRST_FAULT:
            self._refuse(errors.FORBIDDEN(reason="object.append_only"))
        elif self._leads_elsewhere(reply):
            self._refuse(errors.BACKEND_ERROR(reason="backend.transient"))
        else:
            self._refuse(status_error(status, key=self._forward.request.key))

    def _leads_elsewhere(self, reply: Reply) -> bool:
        """
        Tell whether the backend has the bucket elsewhere; the client's next try goes there.
        """
        asked, bucket = self._forward.backend, self._forward.audited.bucket
        return self._client.learn_place(asked, bucket, reply.head, reply.body) is not None

    def _refuse(self, error: StowageError) -> None:
        self._client.refuse(error, keeps_alive=False)
