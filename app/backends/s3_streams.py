"""
Bodies that pass through: a stream sent as a part, and the body of a download.
"""

import hashlib
from collections.abc import AsyncIterable, AsyncIterator
from io import UnsupportedOperation
from typing import Protocol

from app.backends.s3_connection import S3Connection
from app.errors import registry as errors

PIECE_BYTES = 64 * 1024


class RawBody(Protocol):
    """
    What aiobotocore gives as the body of an answer.
    """

    async def read(self, amt: int | None = None) -> bytes:
        """
        Read at most that many bytes; nothing at the end.
        """
        ...

    def close(self) -> None:
        """
        Drop the connection.
        """
        ...


class UploadStream:
    """
    A stream of known length, in the form that botocore and aiohttp take as a body.

    The stream is read as fast as the backend takes it. `failure` is what the stream itself raised:
    aiohttp hides it behind a connection error.
    """

    def __init__(self, chunks: AsyncIterable[bytes], size_bytes: int) -> None:
        self._chunks = chunks
        self._size_bytes = size_bytes
        self.failure: BaseException | None = None
        self._md5 = hashlib.md5(usedforsecurity=False)

    @property
    def digest(self) -> str:
        """
        The MD5 of what was given so far, in hex: what most backends use as the ETag.
        """
        return self._md5.hexdigest()

    def read(self, _size: int = -1) -> bytes:
        """
        Refuse: botocore and the CRT's signer only look for the method, aiohttp iterates.
        """
        raise UnsupportedOperation

    def seek(self, _offset: int, _whence: int = 0) -> int:
        """
        Refuse, as `read`: a stream that went out does not come back.
        """
        raise UnsupportedOperation

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """
        Give exactly the declared number of bytes, or fail so that the backend stores nothing.
        """
        left = self._size_bytes
        try:
            async for chunk in self._chunks:
                left = self._count(left, chunk)
                self._md5.update(chunk)
                for start in range(0, len(chunk), PIECE_BYTES):
                    yield chunk[start : start + PIECE_BYTES]
            _check_end(left)
        except Exception as failure:
            self.failure = failure
            raise

    def _count(self, left: int, chunk: bytes) -> int:
        if len(chunk) > left:
            raise _length_differs("longer")
        return left - len(chunk)


def _check_end(left: int) -> None:
    if left:
        raise _length_differs("shorter")


def _length_differs(how: str) -> Exception:
    problem = f"the body is {how} than its declared length"
    return errors.BAD_REQUEST(reason="field.invalid", params={"field": "body", "problem": problem})


class DownloadBody:
    """
    The body of a download. It holds the connection until it ends or is closed.
    """

    def __init__(self, raw: RawBody, connection: S3Connection) -> None:
        self._raw = raw
        self._connection = connection
        self._is_open = True
        connection.hold()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """
        Give the body in pieces of at most 64 KiB; nothing is fetched before it is asked for.

        Raises:
            StowageError: `backend_error`: the backend broke off. What was given is incomplete.
        """
        try:
            while self._is_open:
                with self._connection.call():
                    piece = await self._raw.read(PIECE_BYTES)
                if not piece:
                    return
                yield piece
        finally:
            await self.aclose()

    async def aclose(self) -> None:
        """
        Release the connection; the rest of the body is lost.
        """
        if self._is_open:
            self._is_open = False
            self._raw.close()
            self._connection.release()
