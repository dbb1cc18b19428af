"""
Accepting clients: listening sockets handed to the loop, TLS where a certificate is given.
"""

import asyncio
import ssl
from dataclasses import dataclass
from socket import socket

import structlog

from app.errors.start import StartError
from proxy.connection import ClientConnection
from proxy.listening import BACKLOG
from proxy.plane import Plane

_log = structlog.get_logger("proxy.server")


@dataclass(frozen=True, slots=True)
class Certificate:
    """
    The files of the listener's certificate.
    """

    cert_file: str
    key_file: str

    def load(self) -> ssl.SSLContext:
        """
        Return a context that speaks TLS 1.2 or newer.

        Raises:
            OSError: a file cannot be read, or holds no matching pair.
        """
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(self.cert_file, self.key_file)
        return context


def verify_certificate(certificate: Certificate | None) -> None:
    """
    Say at once what a worker would only log.

    Raises:
        StartError: the certificate cannot be used.
    """
    if certificate is None:
        return
    try:
        certificate.load()
    except OSError as error:
        files = f"{certificate.cert_file} and {certificate.key_file}"
        raise StartError(f"s3_proxy.tls: {files} cannot be used: {error}") from error


class Server:
    """
    Serves a plane on one socket.
    """

    def __init__(self, plane: Plane) -> None:
        self._plane = plane
        self._server: asyncio.Server | None = None

    async def start(self, listener: socket, certificate: Certificate | None = None) -> None:
        """
        Accept from now on.

        Raises:
            OSError: the certificate cannot be loaded.
        """
        plane = self._plane
        plane.deadlines.start()
        self._server = await plane.loop.create_server(
            lambda: ClientConnection(plane),
            sock=listener,
            backlog=BACKLOG,
            ssl=None if certificate is None else certificate.load(),
        )

    async def drain(self, seconds: float) -> bool:
        """
        Accept nothing new and finish what runs; tell whether all was finished in time.
        """
        plane = self._plane
        if self._server is not None:
            self._server.close()
        plane.drain()
        try:
            async with asyncio.timeout(seconds):
                await plane.emptied.wait()
        except TimeoutError:
            _log.warning("requests are cut off", requests=plane.requests_in_flight)
        is_finished = not plane.requests_in_flight
        plane.close()
        return is_finished
