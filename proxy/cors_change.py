"""
PutBucketCors and DeleteBucketCors: the rules are Stowage's own, so main changes them.
"""

from app.errors import registry as errors
from app.errors.raised import StowageError
from app.snapshot.calls import SetCors
from app.snapshot.values import BucketTarget, CorsRule
from proxy.client_side import ClientSide
from proxy.core.decision import Local
from proxy.errors import Occasion, render_response
from proxy.xml import parse_cors_configuration

_OK, _NO_CONTENT = 200, 204
_NO_CALL = 0


class CorsChange:
    """
    One such request.
    """

    def __init__(self, client: ClientSide, local: Local) -> None:
        self._client = client
        self._local = local
        self._number = _NO_CALL
        self._asked_at = client.now

    def run(self, body: bytes) -> None:
        """
        Ask main to take the rules.

        Raises:
            StowageError: the document is malformed, or main cannot be reached.
        """
        is_put = self._local.request.method == "PUT"
        rules = parse_cors_configuration(body) if is_put else ()
        self._asked_at = self._client.now
        self._number = self._client.calls.begin(
            lambda number: self._call(number, rules), self._answer
        )

    def cancel(self) -> None:
        """
        Wait no longer.
        """
        self._client.calls.forget(self._number)

    def check(self, now: float) -> None:
        """
        Give up when main does not answer in time.
        """
        if now - self._asked_at >= self._client.settings.response_timeout:
            self.cancel()
            self._answer(errors.STORE_UNAVAILABLE())

    def _call(self, number: int, rules: tuple[CorsRule, ...]) -> SetCors:
        audited, transaction = self._local.audited, self._client.transaction
        return SetCors(
            number,
            audited.access_key,
            BucketTarget(audited.backend_id, audited.bucket),
            rules,
            request_id=transaction.request_id,
            ip=transaction.ip,
            user_agent=transaction.user_agent,
        )

    def _answer(self, error: StowageError | None) -> None:
        client = self._client
        keeps_alive = client.may_persist
        if error is not None:
            client.refuse(error, keeps_alive=keeps_alive)
            return
        status = _OK if self._local.request.method == "PUT" else _NO_CONTENT
        occasion = Occasion(
            request_id=client.transaction.request_id,
            keeps_alive=keeps_alive,
            headers=client.extra_headers(),
        )
        client.write([render_response(status, occasion, (), b"")])
        client.end(status, keeps_alive=keeps_alive)
