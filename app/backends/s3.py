"""
`S3Backend`: a `Backend` that speaks S3 through aiobotocore.
"""

import asyncio
from collections.abc import Mapping

from app.backends.backend import BackendInfo, UpstreamKey
from app.backends.s3_buckets import S3Buckets
from app.backends.s3_connection import S3Connection, open_connection
from app.backends.s3_locks import S3Locks
from app.backends.s3_objects import S3Objects
from app.backends.s3_probe import probe_capabilities
from app.backends.s3_settings import S3Settings
from app.backends.s3_uploads import S3Uploads

PING_SECONDS = 5.0


class S3Backend:
    """
    One S3 storage, ready to be called. Made by `open_s3`.
    """

    def __init__(self, connection: S3Connection) -> None:
        self.info = connection.info
        self.buckets = S3Buckets(connection)
        self.objects = S3Objects(connection)
        self.uploads = S3Uploads(connection)
        self.settings = S3Settings(connection)
        self.locks = S3Locks(connection)
        self._connection = connection

    async def ping(self) -> None:
        """
        Ask for the list of buckets, once, for at most five seconds.
        """
        with self._connection.call():
            async with asyncio.timeout(PING_SECONDS):
                await self._connection.transfer.list_buckets()

    async def probe(self) -> Mapping[str, bool]:
        """
        Find out what the backend can do; what could not be found out is left out.
        """
        return await probe_capabilities(self._connection)

    async def close(self) -> None:
        """
        Let calls under way end for up to a minute, then close every connection.
        """
        await self._connection.close()


async def open_s3(info: BackendInfo, key: UpstreamKey) -> S3Backend:
    """
    Make a backend without contacting it.
    """
    return S3Backend(await open_connection(info, key))
