"""
Accepting clients: listening sockets handed to the loop, TLS where a certificate is given.
"""

import asyncio
from socket import socket
from typing import TYPE_CHECKING

import structlog

from app.certificate import LOOK_SECONDS, Certificate, LiveCertificate, load_certificate
from proxy.connection import ClientConnection
from proxy.listening import BACKLOG
from proxy.plane import Plane

if TYPE_CHECKING:
    import ssl

_SETTING = "s3_proxy.tls"
_log = structlog.get_logger("proxy.server")


def verify_certificate(certificate: Certificate | None) -> None:
    """
    Say at once what a worker would only log.

    Raises:
        StartError: the certificate cannot be used.
    """
    if certificate is not None:
        load_certificate(certificate, setting=_SETTING)


class Server:
    """
    Serves a plane on one socket.
    """

    def __init__(self, plane: Plane) -> None:
        self._plane = plane
        self._listener: socket | None = None
        self._server: asyncio.Server | None = None
        self._tls: ssl.SSLContext | None = None

    async def start(self, listener: socket, certificate: Certificate | None = None) -> None:
        """
        Accept from now on.

        Raises:
            StartError: the certificate cannot be loaded.
        """
        plane = self._plane
        plane.deadlines.start()
        if certificate is not None:
            live = load_certificate(certificate, setting=_SETTING)
            self._tls = live.context
            plane.deadlines.add(_Renewal(live))
        self._listener = listener
        self._server = await plane.loop.create_server(
            lambda: ClientConnection(plane), sock=listener, backlog=BACKLOG, ssl=self._tls
        )

    async def drain(self, seconds: float) -> bool:
        """
        Accept nothing new and finish what runs; tell whether all was finished in time.
        """
        plane = self._plane
        joining = self._stop_accepting()
        plane.drain()
        try:
            async with asyncio.timeout(seconds):
                await asyncio.gather(*joining, return_exceptions=True)
                while plane.connections:
                    plane.emptied.clear()
                    await plane.emptied.wait()
        except TimeoutError:
            _log.warning("requests are cut off", requests=plane.requests_in_flight)
        is_finished = not plane.requests_in_flight
        plane.close()
        return is_finished

    def _stop_accepting(self) -> "list[asyncio.Task[None]]":
        """
        Take those who are connected already and wait to be accepted: closing would reset them.
        """
        if self._server is None:
            return []
        joining = [asyncio.create_task(self._connect(client)) for client in self._take_waiting()]
        self._server.close()
        return joining

    def _take_waiting(self) -> list[socket]:
        assert self._listener is not None  # noqa: S101  there is a server on it
        clients: list[socket] = []
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:  # none is left
                return clients
            client.setblocking(False)
            clients.append(client)

    async def _connect(self, client: socket) -> None:
        plane = self._plane
        await plane.loop.connect_accepted_socket(
            lambda: ClientConnection(plane),
            client,
            ssl=self._tls,
            ssl_handshake_timeout=None
            if self._tls is None
            else plane.snapshot.settings.head_timeout,
        )


class _Renewal:
    """
    Looks at the certificate's files every now and then, on the plane's clock.
    """

    def __init__(self, certificate: LiveCertificate) -> None:
        self._certificate = certificate
        self.deadline = 0.0

    def expire(self, now: float) -> None:
        """
        Look.
        """
        self.deadline = now + LOOK_SECONDS
        self._certificate.refresh()
