"""
A request's body as it comes off the wire: where it ends, and what of it is payload.
"""

from proxy.core.chunked import open_decoder
from proxy.core.decision import BodyDecoder, BodyPlan


class Intake:
    """
    Takes the bytes of one body; the first byte behind it belongs to the next request.
    """

    __slots__ = ("_decoder", "_missing", "is_complete", "leftover")

    def __init__(self, plan: BodyPlan) -> None:
        self._decoder: BodyDecoder | None = open_decoder(plan) if plan.needs_decoder else None
        self._missing = plan.wire_length or 0
        """Bytes still to come; without meaning where there is a decoder."""
        self.is_complete = False
        """The whole body came, and what was to be verified is verified."""
        self.leftover = b""
        """What came behind the body; only once it is complete."""

    @property
    def has_decoder(self) -> bool:
        """
        Tell whether something is to be verified.
        """
        return self._decoder is not None

    def take(self, data: bytes) -> bytes:
        """
        Take the next bytes off the wire; return the payload that may go upstream (maybe none).

        An empty body is complete only after `take(b"")`.

        Raises:
            StowageError: framing, a length, a hash, a checksum or a signature is wrong.
        """
        if self._decoder is not None:
            return self._decode(self._decoder, data)
        size = len(data)
        if size < self._missing:
            self._missing -= size
            return data
        payload = data
        if size > self._missing:
            self.leftover = data[self._missing :]
            payload = data[: self._missing]
        self._missing = 0
        self.is_complete = True
        return payload

    def _decode(self, decoder: BodyDecoder, data: bytes) -> bytes:
        payload = decoder.feed(data)
        if not decoder.is_complete:
            return payload
        payload += decoder.finish()
        self.leftover = decoder.leftover
        self.is_complete = True
        return payload
