"""
A real SeaweedFS for the tests, started by the code that the quickstart uses.
"""

import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from app.errors.start import StartError
from app.quickstart import weed as seaweed
from support.missing import missing_part
from support.polling import wait_until

START_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class SeaweedFS:
    """
    A running store, with the one key pair that may do everything there.
    """

    endpoint: str
    access_key: str
    secret_key: str = field(repr=False)
    region: str
    log: Path
    weed: seaweed.Weed = field(repr=False)
    """How it runs, for those who look behind its S3 interface."""


@contextmanager
def running_seaweedfs() -> Iterator[SeaweedFS]:
    """
    Start a server in a folder of its own; kill it at the end.

    The folder goes with it, unless an error passes through here: then the log stays.
    """
    folder = Path(tempfile.mkdtemp(prefix="stowage-weed-"))
    weed = seaweed.Weed(
        folder, seaweed.choose_ports(), secrets.token_hex(10), secrets.token_hex(20)
    )
    try:
        binary = seaweed.find_binary()
    except StartError as error:
        missing_part(str(error))
    process = seaweed.launch(weed, binary)
    try:
        wait_until(lambda: seaweed.is_ready(weed) or process.poll() is not None, START_SECONDS)
        log = folder / "weed.log"
        assert process.poll() is None, log.read_text()[-4000:]
        yield SeaweedFS(weed.endpoint, weed.access_key, weed.secret_key, seaweed.REGION, log, weed)
    finally:
        seaweed.kill(process, weed)
        shutil.rmtree(folder / "data", ignore_errors=True)


def remove_log(store: SeaweedFS) -> None:
    """
    Remove what `running_seaweedfs` leaves for the post-mortem.
    """
    shutil.rmtree(store.log.parent, ignore_errors=True)
