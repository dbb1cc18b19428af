"""
The first signal asks to finish, the second to stop at once.
"""

import signal

from app.commands.signals import StopRequests


async def test_the_second_signal_hurries() -> None:
    stop = StopRequests()

    stop.request(signal.SIGTERM)
    assert stop.first.is_set()
    assert not stop.second.is_set()

    stop.request(signal.SIGINT)
    assert stop.second.is_set()
