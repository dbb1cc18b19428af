"""
What carriers share that keep a request back until something is known.
"""

from proxy.client_side import ClientSide


class KeptBack:
    """
    Keeps what comes of the body, and reads no more of it.
    """

    wants_body = True

    def __init__(self, client: ClientSide) -> None:
        self._client = client
        self._held = b""

    def keep(self, data: bytes) -> None:
        """
        Let the client wait, with what came of the body.
        """
        self._held = data
        self._client.pause_body()

    def body_received(self, data: bytes) -> bytes:
        """
        Keep what was on its way already.
        """
        self._held += data
        return b""

    def client_paused(self) -> None:
        """
        Nothing to do: nothing is being written.
        """

    def client_resumed(self) -> None:
        """
        Nothing to do: nothing is being written.
        """
