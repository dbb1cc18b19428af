"""
Requests to backends on a client's behalf, written as one coroutine that awaits their answers.

For operations that take several; what is relayed as it arrives takes no task.
"""

import asyncio
from collections.abc import Callable, Coroutine

import structlog

from app.errors import registry as errors
from app.errors.raised import StowageError
from app.snapshot.values import BackendRoute
from proxy.client_side import ClientSide
from proxy.core.outgoing import Outgoing, render_outgoing
from proxy.errand import Errand, Reply

MAX_REPLY_BYTES = 8 * 1024 * 1024
_log = structlog.get_logger("proxy")


class Inquiries:
    """
    The requests of one operation, one after the other.
    """

    def __init__(self, client: ClientSide) -> None:
        self._client = client
        self._task: asyncio.Task[None] | None = None
        self._errand: Errand | None = None
        self._asked_at = client.now

    def begin(
        self,
        work: Coroutine[object, object, None],
        fail: Callable[[StowageError], None] | None = None,
    ) -> None:
        """
        Run the coroutine.

        Args:
            work: A `StowageError` that it raises is the client's answer.
            fail: Tells the client of it, where that is not done by `refuse`.
        """
        run = self._run(work, fail or self._refuse)
        self._task = asyncio.get_running_loop().create_task(run)

    async def ask(
        self,
        route: BackendRoute,
        outgoing: Outgoing,
        body: bytes = b"",
        *,
        is_idempotent: bool = True,
    ) -> Reply:
        """
        Ask a backend and return what it answers, whatever its status.

        One that has the bucket elsewhere is asked there.

        Raises:
            StowageError: `backend_error` or the like: there is no answer.
        """
        reply = await self._ask_once(route, outgoing, body, is_idempotent=is_idempotent)
        there = self._client.learn_place(route, outgoing.bucket, reply.head, reply.body)
        if there is None:
            return reply
        return await self._ask_once(there, outgoing, body, is_idempotent=is_idempotent)

    async def _ask_once(
        self, route: BackendRoute, outgoing: Outgoing, body: bytes, *, is_idempotent: bool
    ) -> Reply:
        answered: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._asked_at = self._client.now
        self._errand = Errand(
            self._client.pool_of(route),
            render_outgoing(outgoing, route, self._client.wall_now) + body,
            answers_head=outgoing.method == "HEAD",
            is_idempotent=is_idempotent,
            max_reply_bytes=MAX_REPLY_BYTES,
            on_reply=lambda reply: _settle(answered, reply),
            on_failure=lambda error: _settle(answered, error),
        )
        self._errand.start()
        try:
            return await answered
        finally:
            self._errand = None

    def cancel(self) -> None:
        """
        Give up: nobody wants the answer any more.
        """
        if self._errand is not None:
            self._errand.cancel()
        if self._task is not None:
            self._task.cancel()

    def check(self, now: float) -> None:
        """
        Give up when the backend does not answer in time.
        """
        errand = self._errand
        if errand is None:
            return
        if errand.is_waiting_for_connection:
            self._asked_at = now
        elif now - self._asked_at >= self._client.settings.response_timeout:
            errand.time_out()

    async def _run(
        self, work: Coroutine[object, object, None], fail: Callable[[StowageError], None]
    ) -> None:
        try:
            await work
        except StowageError as error:
            fail(error)
        except Exception:  # noqa: BLE001  the edge: a fault of ours ends this request, no other
            request_id = self._client.transaction.request_id
            _log.exception("a request failed", request_id=request_id)
            fail(errors.INTERNAL(reason="bug"))

    def _refuse(self, error: StowageError) -> None:
        keeps_alive = self._client.may_persist and error.code != "internal"
        self._client.refuse(error, keeps_alive=keeps_alive)


def _settle(answered: asyncio.Future[Reply], outcome: Reply | StowageError) -> None:
    if answered.done():
        return
    if isinstance(outcome, Reply):
        answered.set_result(outcome)
    else:
        answered.set_exception(outcome)
