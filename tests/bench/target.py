"""
What a target is: an address to send the load to, and the program whose processor time is counted.
"""

import os
import ssl
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from bench.process import Program, Usage
from bench.signing import Key

LOOPBACK = "127.0.0.1"


class Meter(Protocol):
    """
    What tells how much a program and its children have used.
    """

    def usage(self) -> Usage: ...

    def rss_mib(self) -> float: ...


@dataclass(frozen=True, slots=True)
class Upstream:
    """
    Where the targets get their objects from.
    """

    name: str
    port: int
    key: Key
    """The key that an authenticating target signs with upstream."""
    meter: Meter


@dataclass(frozen=True, slots=True)
class Certificate:
    """
    A self-signed certificate for the loopback address, made for this run.
    """

    cert: Path
    key: Path
    both: Path
    """Certificate and key in one file."""


@dataclass(frozen=True, slots=True)
class Setting:
    """
    Under which circumstances a target is to run.
    """

    upstream: Upstream
    folder: Path
    processors: frozenset[int]
    workers: int = 1
    certificate: Certificate | None = None
    """Set for TLS on the listener."""
    credentials: int = 10
    backends: int = 1


@dataclass(frozen=True, slots=True)
class Target:
    """
    A running target.
    """

    name: str
    port: int
    keys: Sequence[Key]
    """What the load is signed with, in turn."""
    meter: Meter
    features: frozenset[str]
    """Of `auth`, `scopes`, `anonymous`: what cases may ask for."""
    settle_seconds: float = 0.0
    """For how long after a burst it may still work on it (batched audit rows)."""
    notes: Mapping[str, str] = field(default_factory=dict)


class Adapter(Protocol):
    """
    How one kind of target is found and started.
    """

    name: str

    def find(self) -> str:
        """
        Return the program's version for the report; empty where it is not on this machine.
        """

    def run(self, setting: Setting) -> AbstractContextManager[Target]:
        """
        Start it, yield it while it serves, stop it.
        """


class Stopped(Protocol):
    """
    A program that can be ended.
    """

    def stop(self) -> None: ...


def version_of(*command: str) -> str:
    """
    Return the first line that the program says about itself; empty where there is none.
    """
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    lines = (done.stdout + done.stderr).strip().splitlines()
    return lines[0].strip() if lines else ""


def start(setting: Setting, command: Sequence[str], **environ: str) -> Program:
    """
    Start a target's program in a folder of its own.
    """
    folder = Path(tempfile.mkdtemp(prefix="target-", dir=setting.folder))
    return Program(command, folder=folder, processors=setting.processors, environ=environ)


def client_tls(certificate: Certificate | None) -> ssl.SSLContext | None:
    """
    Return what a client trusts that knows this certificate.
    """
    if certificate is None:
        return None
    return ssl.create_default_context(cafile=str(certificate.cert))


def make_certificate(folder: Path) -> Certificate:
    """
    Make a P-256 certificate with the `openssl` program.

    Raises:
        OSError: there is no such program.
        subprocess.CalledProcessError: it failed.
    """
    cert, key, both = folder / "cert.pem", folder / "key.pem", folder / "both.pem"
    curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2")
    names = ("-subj", "/CN=localhost", "-addext", f"subjectAltName=IP:{LOOPBACK}")
    command = ["openssl", "req", "-x509", *curve, *names, "-out", str(cert), "-keyout", str(key)]
    subprocess.run(command, check=True, capture_output=True, timeout=30)
    both.write_bytes(cert.read_bytes() + key.read_bytes())
    for file in (key, both):
        os.chmod(file, 0o600)  # noqa: PTH101
    return Certificate(cert, key, both)
