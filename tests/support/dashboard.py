"""
The real dashboard over real sockets: services on SQLite, served by uvicorn in a thread.
"""

import asyncio
import threading
from collections.abc import Coroutine, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import httpx
import uvicorn
import yaml

from app.config.load import load_config
from app.errors.registry import REGISTRY
from app.services import Services, open_services, run_services
from dashboard.app import create_dashboard
from dashboard.readiness import Readiness
from dashboard.wire import IDLE_SECONDS, BoundedHttp
from support.audited import Change
from support.documented import check_documented
from support.polling import wait_until

T = TypeVar("T")
START_SECONDS = 20.0


@dataclass(slots=True, eq=False)
class Dashboard:
    """
    A running dashboard.
    """

    url: str
    services: Services
    readiness: Readiness
    _loop: asyncio.AbstractEventLoop
    sent: set[tuple[str, str | None]] = field(default_factory=set)
    """Every (code, reason) that a client of this dashboard was sent."""
    secrets: set[str] = field(default_factory=set)
    """What no answer may ever hold."""
    changes: list[Change] = field(default_factory=list)
    """Every call that may have changed something, and succeeded."""
    _clients: list[httpx.Client] = field(default_factory=list)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """
        Run something in the server's own event loop.
        """
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(START_SECONDS)

    def client(self, headers: Mapping[str, str] | None = None) -> httpx.Client:
        """
        Return a client without a session; every error it is sent is checked and noted.
        """
        client = httpx.Client(
            base_url=self.url,
            headers=dict(headers or {}),
            timeout=30,
            event_hooks={"response": [self._check]},
        )
        self._clients.append(client)
        return client

    def close_clients(self) -> None:
        """
        Close every client that was given out.
        """
        for client in self._clients:
            client.close()

    def _check(self, response: httpx.Response) -> None:
        request_id = response.headers["x-request-id"]
        assert request_id
        method, path = response.request.method, response.request.url.path
        if method not in ("GET", "HEAD") and response.status_code < 400:
            self.changes.append(Change(method, path, request_id))
        assert "content-security-policy" in response.headers
        is_json = response.headers.get("content-type", "").endswith("json")
        if not is_json and response.status_code < 400:
            return
        told = response.read().decode()
        assert not [secret for secret in self.secrets if secret in told]
        if response.status_code < 400:
            return
        if response.request.method != "HEAD" and response.request.url.path != "/readyz":
            code, reason = check_error(response)
            check_documented(response.request.method, response.request.url.path, code)
            self.sent.add((code, reason))


def check_error(response: httpx.Response) -> tuple[str, str | None]:
    """
    Check an error answer against the registry; nothing may be sent that is not in it.
    """
    assert response.headers["content-type"] in ("application/json", "application/problem+json")
    body = response.json()
    error = body.get("error", body)
    entry = REGISTRY[error["code"]]
    reason = entry.find_reason(error["reason"])
    status = entry.status if reason is None or reason.status is None else reason.status
    assert response.status_code == status, error
    assert isinstance(error["detail"], str)
    assert error["request_id"] == response.headers["x-request-id"]
    assert response.status_code != 429 or error["retry_after"], error
    assert response.headers["vary"] == "Accept"
    assert (str(error["retry_after"]) if error["retry_after"] else None) == response.headers.get(
        "retry-after"
    )
    return entry.code, error["reason"]


@contextmanager
def running_dashboard(
    folder: Path, config: Mapping[str, Any], environ: Mapping[str, str]
) -> Iterator[Dashboard]:
    """
    Serve a configuration; database and sealing key lie in the folder unless it says otherwise.
    """
    whole = {
        "db": {"sqlite": {"path": str(folder / "stowage.db")}},
        **config,
        "server": {
            "listen": "127.0.0.1:0",
            "secret_key_file": str(folder / "key"),
            **config.get("server", {}),
        },
    }
    path = folder / "config.yaml"
    path.write_text(yaml.safe_dump(whole))
    ready: list[Dashboard] = []
    failure: list[BaseException] = []
    stop = threading.Event()
    thread = threading.Thread(
        target=_serve, args=(path, environ, ready, failure, stop), name="dashboard"
    )
    thread.start()
    try:
        wait_until(lambda: ready or failure, START_SECONDS, what="the dashboard")
        if failure:
            raise failure[0]
        try:
            yield ready[0]
        finally:
            ready[0].close_clients()
    finally:
        stop.set()
        thread.join(START_SECONDS)
    assert not thread.is_alive()


def _serve(
    path: Path,
    environ: Mapping[str, str],
    ready: list[Dashboard],
    failure: list[BaseException],
    stop: threading.Event,
) -> None:
    try:
        asyncio.run(_serve_until(path, environ, ready, stop))
    except BaseException as error:  # noqa: BLE001  the test's own thread must hear of it
        failure.append(error)


async def _serve_until(
    path: Path, environ: Mapping[str, str], ready: list[Dashboard], stop: threading.Event
) -> None:
    loaded = load_config(path, environ)
    async with (
        open_services(loaded.config, environ=environ) as services,
        run_services(services),
    ):
        readiness = Readiness(services.probes())
        app = create_dashboard(services, readiness=readiness, environ=environ)
        server = uvicorn.Server(
            uvicorn.Config(
                app,
                http=BoundedHttp,
                timeout_keep_alive=IDLE_SECONDS,
                host="127.0.0.1",
                port=0,
                log_config=None,
                lifespan="off",
                access_log=False,
                server_header=False,
                proxy_headers=False,
                timeout_graceful_shutdown=5,
            )
        )
        serving = asyncio.create_task(server.serve())
        while not server.started:
            assert not serving.done()
            await asyncio.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        loop = asyncio.get_running_loop()
        ready.append(Dashboard(f"http://127.0.0.1:{port}", services, readiness, loop))
        await loop.run_in_executor(None, stop.wait)
        server.should_exit = True
        await serving
