"""
A second kind of S3 server: `rclone serve s3` over a folder, which keeps no versions and no tags.
"""

import secrets
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from app.quickstart.ports import claim_ports
from support.clients import clients_bin
from support.polling import wait_until

START_SECONDS = 30.0


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class RcloneServer:
    """
    A running server.
    """

    endpoint: str
    access_key: str
    secret_key: str = field(repr=False)


@contextmanager
def running_rclone() -> Iterator[RcloneServer]:
    """
    Serve an empty folder until the end of the block.
    """
    program = clients_bin() / "rclone"
    (port,) = claim_ports(1)
    key, secret = secrets.token_hex(10), secrets.token_hex(20)
    with tempfile.TemporaryDirectory(prefix="stowage-rclone-") as folder:
        Path(folder, "data").mkdir()
        command = [program, "serve", "s3", f"{folder}/data", "--addr", f"127.0.0.1:{port}"]
        command += ["--auth-key", f"{key},{secret}", "--config", f"{folder}/rclone.conf"]
        command += ["--cache-dir", f"{folder}/cache", "--vfs-cache-mode", "off"]
        with Path(folder, "log").open("wb") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)
        try:
            wait_until(lambda: _answers(port) or process.poll() is not None, START_SECONDS)
            assert process.poll() is None, Path(folder, "log").read_text()
            yield RcloneServer(f"http://127.0.0.1:{port}", key, secret)
        finally:
            process.kill()
            process.wait()
