"""
SIGTERM and SIGINT: the first asks to finish, the second to stop at once.
"""

import asyncio
import signal
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

    def request(self, number: int) -> None:
        """
        Note one signal.
        """
        is_again = self.first.is_set()
        log.info("stopping at once" if is_again else "stopping", signal=signal.Signals(number).name)
        (self.second if is_again else self.first).set()
