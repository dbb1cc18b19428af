"""
The key that the machine itself has, for backends whose file names none: AWS's credential chain.

Environment, assumed role, web identity, shared files, container and instance metadata, in the order
of every SDK ("Standardized credential providers", AWS SDKs and Tools Reference Guide). What ends
is renewed a quarter of an hour before it does.
"""

import asyncio
from typing import TYPE_CHECKING

import structlog

from app.backends.backend import UpstreamKey
from app.errors.raised import StowageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from aiobotocore.session import AioSession

FIND_SECONDS = 20.0

_log = structlog.get_logger(__name__)


def _open_session() -> "AioSession":
    # Most commands look for no key, and the clients of stores take a while to import.
    from aiobotocore.session import AioSession  # noqa: PLC0415  see above

    return AioSession()


class CredentialChain:
    """
    The machine's key as it was last found.
    """

    def __init__(self, *, open_session: "Callable[[], AioSession]" = _open_session) -> None:
        self._open_session = open_session
        self._session: AioSession | None = None
        self._lock = asyncio.Lock()
        self.key: UpstreamKey | None = None
        """`None` until one was found."""
        self.is_news = False
        """The key is another one than whoever cleared this has seen."""

    async def find(self) -> None:
        """
        Look for the key unless there is one already.
        """
        if self.key is None:
            await self.renew()

    async def renew(self) -> None:
        """
        Ask for the key; where that fails the one that is there stays, and the log says why.
        """
        from app.backends.trouble import CallPlace, translated  # noqa: PLC0415  as `_open_session`

        async with self._lock:
            try:
                with translated(CallPlace("credential chain")):
                    async with asyncio.timeout(FIND_SECONDS):
                        key = await self._ask()
            except (StowageError, RuntimeError) as error:
                # botocore has no class of its own for a key that ended before it arrived.
                _log.warning("the machine's key cannot be renewed", error=str(error))
                return
            if key != self.key:
                self.key, self.is_news = key, True
                _log.info("the machine's key", access_key=key.access_key if key else "none")

    async def _ask(self) -> UpstreamKey | None:
        from aiobotocore.credentials import AioRefreshableCredentials  # noqa: PLC0415  as above

        session = self._session = self._session or self._open_session()
        found = await session.get_credentials()
        if not isinstance(found, AioRefreshableCredentials):
            self._session = None  # a file may hold another key the next time
        if found is None:
            return None
        frozen = await found.get_frozen_credentials()
        if not frozen.access_key or not frozen.secret_key:
            return None
        return UpstreamKey(frozen.access_key, frozen.secret_key, frozen.token or "")
