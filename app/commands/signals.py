"""
SIGTERM and SIGINT: the first asks to finish, the second to stop at once. SIGHUP: read again.
"""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import structlog

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class StopRequests:
    """
    What the person or the service manager has asked for so far.
    """

    first: asyncio.Event = field(default_factory=asyncio.Event)
    second: asyncio.Event = field(default_factory=asyncio.Event)

    def listen(self) -> None:
        """
        Take both signals from now on; call it inside the running loop of the main thread.
        """
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.request, number)

    def on_hangup(self, ask: Callable[[], None]) -> None:
        """
        Call this at SIGHUP, which asks to read the configuration again.
        """
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, ask)

    @asynccontextmanager
    async def cancelling(self) -> AsyncIterator[None]:
        """
        Cancel the current task at the first signal, for a block that has nothing to finish.
        """
        task = asyncio.current_task()

        async def watch() -> None:
            await self.first.wait()
            if task is not None:
                task.cancel()

        watching = asyncio.create_task(watch())
        try:
            yield
        finally:
            watching.cancel()

    def request(self, number: int) -> None:
        """
        Note one signal.
        """
        is_again = self.first.is_set()
        log.info("stopping at once" if is_again else "stopping", signal=signal.Signals(number).name)
        (self.second if is_again else self.first).set()
