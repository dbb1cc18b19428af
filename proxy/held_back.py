"""
A request that waits for its turn before it begins.
"""

from typing import Protocol

from app.errors.raised import StowageError
from proxy.client_side import Carrier, ClientSide
from proxy.kept_back import KeptBack
from proxy.pace import Pace


class Successor(Protocol):
    """
    Makes who carries the request out once it may begin.
    """

    def __call__(self) -> Carrier:
        """
        Make it.

        Raises:
            StowageError: the request is refused.
        """
        ...


class HeldBack(KeptBack):
    """
    Keeps a request from beginning while its credential is in debt.

    Without it, many small requests would each end before they could be told to wait.
    """

    def __init__(self, client: ClientSide, pace: Pace, successor: Successor) -> None:
        super().__init__(client)
        self._pace = pace
        self._successor = successor

    def start(self, data: bytes) -> bytes:
        """
        Wait, with what came of the body.
        """
        self.keep(data)
        self._pace.wait(self)
        return b""

    def resume_pace(self) -> None:
        """
        Let the request begin.
        """
        try:
            carrier = self._successor()
        except StowageError as error:
            self._client.refuse(error, keeps_alive=False)
            return
        self._client.carry(carrier, self._held)

    def client_lost(self) -> None:
        """
        Give up.
        """
        self._pace.leave(self)

    def check(self, now: float) -> None:
        """
        Nothing to do: the wait has an end of its own.
        """
