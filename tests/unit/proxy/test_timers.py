import asyncio

from proxy.timers import NEVER, Deadlines


class Waiting:
    """
    Counts how often it expired, and goes on waiting for ever.
    """

    def __init__(self, deadline: float) -> None:
        self.deadline = deadline
        self.expired = asyncio.Event()

    def expire(self, now: float) -> None:
        assert now >= self.deadline
        self.deadline = NEVER
        self.expired.set()


async def test_what_is_late_expires_and_the_rest_does_not() -> None:
    loop = asyncio.get_running_loop()
    deadlines = Deadlines(loop, tick_seconds=0.01)
    late, early, gone = Waiting(loop.time()), Waiting(NEVER), Waiting(loop.time())
    for waiting in (late, early, gone):
        deadlines.add(waiting)
    deadlines.discard(gone)
    deadlines.start()

    async with asyncio.timeout(5):
        await late.expired.wait()
    deadlines.stop()

    assert not early.expired.is_set()
    assert not gone.expired.is_set()


async def test_who_leaves_the_list_while_it_is_looked_at_does_no_harm() -> None:
    loop = asyncio.get_running_loop()
    deadlines = Deadlines(loop, tick_seconds=0.01)

    class Leaving(Waiting):
        def expire(self, now: float) -> None:
            deadlines.discard(self)
            super().expire(now)

    leaving = [Leaving(loop.time()) for _ in range(10)]
    for waiting in leaving:
        deadlines.add(waiting)
    deadlines.start()

    async with asyncio.timeout(5):
        await asyncio.gather(*(waiting.expired.wait() for waiting in leaving))
    deadlines.stop()
