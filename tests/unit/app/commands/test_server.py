import asyncio
import sys

from starlette.types import Receive, Scope, Send

from app.commands.server import Listener, switching_soon
from app.config.models import Config


async def _answer(_scope: Scope, _receive: Receive, _send: Send) -> None:
    """
    Answer nothing.
    """


async def test_the_time_to_finish_is_what_the_configuration_grants_at_the_end() -> None:
    listener = Listener(_answer, Config())
    now = Config.model_validate({"server": {"shutdown_timeout": "1s", "drain_timeout": "2s"}})

    assert await listener.stop(asyncio.create_task(asyncio.sleep(0)), now)

    assert listener.config.timeout_graceful_shutdown == 3.0


def test_a_thread_that_computes_lets_the_loop_go_on_after_a_millisecond() -> None:
    before = sys.getswitchinterval()

    with switching_soon():
        assert sys.getswitchinterval() <= 0.001
    assert sys.getswitchinterval() == before
