"""
The whole product for tests, dashboard services and S3 endpoint, running in a thread of its own.
"""

import asyncio
import os
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml

from app.config.load import load_config
from app.credentials.credential import MadeCredential, NewCredential
from app.quotas.limits import QuotaPlace
from app.services import Services, open_services, run_services
from app.snapshot.values import BucketTarget
from proxy.fleet import Fleet
from proxy.supervisor import ProxySupervisor
from support.polling import wait_until
from support.s3_clients import make_client
from support.seaweedfs import SeaweedFS
from support.stores import ADMIN, weed_backend

T = TypeVar("T")
BACKEND = "weed"
ENVIRONMENT = {"STOWAGE_SECRET_KEY": "00" * 32}
_SECONDS = 60.0


@dataclass(slots=True)
class Endpoint:
    """
    A running product over one store, and a credential for all of it.
    """

    services: Services
    supervisor: ProxySupervisor
    made: MadeCredential
    _loop: asyncio.AbstractEventLoop

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """
        Run something in the product's own event loop.
        """
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(_SECONDS)

    @property
    def port(self) -> int:
        """
        Where the S3 endpoint listens on loopback.
        """
        return self.supervisor.engine.address[1]

    def client(self, **options: Any) -> Any:
        """
        Return a client of the S3 endpoint.
        """
        made = self.made
        return make_client(
            self.supervisor.address, made.credential.access_key, made.secret_key, **options
        )

    @property
    def fleet(self) -> Fleet:
        """
        The workers.
        """
        engine = self.supervisor.engine
        assert isinstance(engine, Fleet)
        return engine

    def wait_for_limit(self, place: QuotaPlace, *, is_there: bool = True) -> None:
        """
        Return once every worker knows that a bucket has a limit, or has none.
        """
        target = BucketTarget(*place)
        fleet = self.fleet
        wait_until(lambda: (target in fleet.snapshot.quotas) is is_there)
        for worker in fleet.workers:
            self.run(worker.inspect())


@contextmanager
def running_endpoint(
    folder: Path, store: SeaweedFS, *, workers: int = 2, in_process: bool = False
) -> Iterator[Endpoint]:
    """
    Run the product on the database in a folder, which is made where it is not there yet.
    """
    file = folder / "config.yaml"
    settings = {
        "db": {"sqlite": {"path": str(folder / "stowage.db")}},
        "s3_proxy": {
            "enabled": True,
            "listen": "127.0.0.1:0",
            "workers": 1 if in_process else workers,
            "in_process": in_process,
        },
        "quotas": {"scan_interval": "-1s"},
        "log": {"level": "error"},
    }
    file.write_text(yaml.safe_dump(settings))
    ready: list[Endpoint] = []
    failure: list[BaseException] = []
    stop = threading.Event()

    def serve() -> None:
        try:
            asyncio.run(_serve(file, store, ready, stop))
        except BaseException as error:  # noqa: BLE001  the test's own thread must hear of it
            failure.append(error)

    thread = threading.Thread(target=serve, name="endpoint")
    thread.start()
    try:
        wait_until(lambda: ready or failure, _SECONDS, what="the endpoint")
        if failure:
            raise failure[0]
        yield ready[0]
    finally:
        stop.set()
        thread.join(_SECONDS)
    assert not thread.is_alive()
    if failure:
        raise failure[0]


async def _serve(
    file: Path, store: SeaweedFS, ready: list[Endpoint], stop: threading.Event
) -> None:
    config = load_config(file, {**os.environ, **ENVIRONMENT}).config
    async with open_services(config, environ=ENVIRONMENT) as services:
        if BACKEND not in services.registry.ids:
            await services.backends.create(
                ADMIN, weed_backend(store, BACKEND, capabilities={"chunked_upload": True})
            )
        made = await services.credentials.create(
            ADMIN, NewCredential(backend_id=BACKEND, buckets=["*"])
        )
        async with run_services(services):
            supervisor = ProxySupervisor(services)
            await supervisor.start()
            loop = asyncio.get_running_loop()
            try:
                ready.append(Endpoint(services, supervisor, made, loop))
                await loop.run_in_executor(None, stop.wait)
            finally:
                await supervisor.drain()
