"""
The managed store of the quickstart: started, watched, started again when it dies, stopped.
"""

import asyncio
import json
import secrets
import subprocess
from pathlib import Path

import structlog

from app.errors.start import StartError
from app.quickstart import weed as seaweed
from app.quickstart.ports import claim_port
from app.quickstart.secret_files import keep_secret, write_secret
from app.quickstart.weed import Weed

READY_SECONDS = 60.0
_PROBE_SECONDS = 0.05
_WATCH_SECONDS = 0.5
_MAX_PAUSE_SECONDS = 30.0
_STEADY_SECONDS = 60.0

log = structlog.get_logger(__name__)


def load_weed(folder: Path) -> Weed:
    """
    Return the server of this folder: its own keys always, its own ports if they are free.

    Raises:
        OSError: the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    access_key = keep_secret(access_key_file(folder), "SW" + secrets.token_hex(9).upper())
    secret_key = keep_secret(secret_key_file(folder), secrets.token_urlsafe(30))
    return Weed(folder, _choose_ports(folder / "ports.json"), access_key, secret_key)


def access_key_file(folder: Path) -> Path:
    """
    Return the file with the access key id of the store in this folder.
    """
    return folder / "access_key"


def secret_key_file(folder: Path) -> Path:
    """
    Return the file with the secret access key of the store in this folder.
    """
    return folder / "secret_key"


def _choose_ports(file: Path) -> tuple[int, ...]:
    """
    Claim the ports of the last run, so that the store's address stays; else others.
    """
    former = _read_ports(file)
    if former and all(claim_port(port) for port in former):
        return former
    ports = seaweed.choose_ports()
    write_secret(file, json.dumps(ports))
    return ports


def _read_ports(file: Path) -> tuple[int, ...]:
    try:
        ports = tuple(int(port) for port in json.loads(file.read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return ()
    return ports if len(ports) == seaweed.PORT_COUNT else ()


class ManagedStore:
    """
    One SeaweedFS that lives as long as we do.

    Launch and stop it from the main thread; see `app.quickstart.tether`.
    """

    def __init__(self, weed: Weed, binary: Path) -> None:
        self.weed = weed
        self._binary = binary
        self._process: subprocess.Popen[bytes] | None = None

    def launch(self) -> None:
        """
        Start the server and return at once; it needs about three seconds to serve.

        Raises:
            OSError: its folder cannot be written, or the program cannot be run.
        """
        self._process = seaweed.launch(self.weed, self._binary)

    async def wait_until_ready(self) -> None:
        """
        Return when the store serves S3.

        Raises:
            StartError: it ended, or does not serve after a minute.
        """
        deadline = asyncio.get_running_loop().time() + READY_SECONDS
        while not await asyncio.to_thread(seaweed.is_ready, self.weed):
            if self._has_ended() or asyncio.get_running_loop().time() > deadline:
                raise StartError(f"SeaweedFS does not start; see {self.weed.folder / 'weed.log'}")
            await asyncio.sleep(_PROBE_SECONDS)

    async def supervise(self) -> None:
        """
        Start the server again whenever it ends, with growing pauses; runs until cancelled.
        """
        loop = asyncio.get_running_loop()
        pause, started_at = 1.0, loop.time()
        while True:
            await asyncio.sleep(_WATCH_SECONDS)
            if not self._has_ended():
                continue
            is_steady = loop.time() - started_at > _STEADY_SECONDS
            pause = 1.0 if is_steady else min(pause * 2, _MAX_PAUSE_SECONDS)
            log.error("seaweedfs ended, starting it again", pause_seconds=pause)
            await asyncio.sleep(pause)
            self.launch()
            started_at = loop.time()

    def stop(self) -> None:
        """
        Ask the server to end, and after three seconds make it; harmless when it has ended.
        """
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(seaweed.POLITE_SECONDS)
        except subprocess.TimeoutExpired:
            log.debug("seaweedfs takes its time, killing it")
        finally:
            seaweed.kill(process, self.weed)

    def kill(self) -> None:
        """
        End the server at once; harmless when it has ended.
        """
        process, self._process = self._process, None
        if process is not None:
            seaweed.kill(process, self.weed)

    def _has_ended(self) -> bool:
        return self._process is None or self._process.poll() is not None
