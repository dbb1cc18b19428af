"""
Answers that are made while they are sent.
"""

from collections.abc import AsyncGenerator, Mapping

from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send


class GeneratedResponse(StreamingResponse):
    """
    The pieces of a generator, which is closed however the answer ends: a reader may leave.
    """

    def __init__(
        self,
        pieces: AsyncGenerator[bytes, None],
        *,
        media_type: str,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self._pieces = pieces
        told = {"Cache-Control": "no-store", "X-Accel-Buffering": "no", **(headers or {})}
        super().__init__(pieces, media_type=media_type, headers=told)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """
        Send the pieces at the pace of the reader.
        """
        try:
            await super().__call__(scope, receive, send)
        finally:
            await self._pieces.aclose()
