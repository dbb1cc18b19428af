"""
A connection to a backend is made ready beside the event loop, and opened on it.
"""

import threading
from typing import Any

import pytest
from aiobotocore.client import AioClientCreator

from app.backends.backend import BackendInfo, UpstreamKey
from app.backends.s3_connection import open_connection


async def test_the_clients_of_a_backend_are_made_in_a_thread(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    threads: list[int] = []
    create = AioClientCreator.create_client

    async def noted(creator: AioClientCreator, *args: Any, **more: Any) -> Any:
        threads.append(threading.get_ident())
        return await create(creator, *args, **more)

    monkeypatch.setattr(AioClientCreator, "create_client", noted)
    info = BackendInfo("main", "Main", "http://127.0.0.1:9")

    connection = await open_connection(info, UpstreamKey("key", "secret"))
    await connection.close()

    assert len(threads) == 2
    assert threading.get_ident() not in threads
