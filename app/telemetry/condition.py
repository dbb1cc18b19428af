"""
How this server and its surroundings are: room on its disks, certificates, clocks.
"""

import asyncio
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from cryptography import x509

from app.audit.event import Actor
from app.backends.outside import Outside, look_at
from app.backends.registry import BackendRegistry
from app.clock import Clock
from app.config.models import Config


@dataclass(frozen=True, slots=True)
class Disk:
    """
    The disk that something of ours grows on.
    """

    name: Literal["database", "audit"]
    free_bytes: int
    total_bytes: int


@dataclass(frozen=True, slots=True)
class Listener:
    """
    A certificate that we show.
    """

    name: Literal["server", "s3_proxy"]
    """As the configuration calls it."""
    ends_at: datetime | None
    """`None` where the file cannot be read any more."""


@dataclass(frozen=True, slots=True)
class Condition:
    """
    Everything at one moment.
    """

    disks: Sequence[Disk]
    listeners: Sequence[Listener]
    backends: Mapping[str, Outside]


async def find_condition(
    actor: Actor, config: Config, registry: BackendRegistry, clock: Clock
) -> Condition:
    """
    Look at disks, certificates and clocks; takes at most a few seconds, however many backends.

    Raises:
        StowageError: `forbidden`.
    """
    actor.require_admin()
    ids = list(registry.ids)
    endpoints = [registry.describe(backend_id).info.endpoint for backend_id in ids]
    seen = await asyncio.gather(*(look_at(endpoint, clock) for endpoint in endpoints))
    disks, listeners = await asyncio.to_thread(_look_at_ourselves, config)
    return Condition(disks, listeners, dict(zip(ids, seen, strict=True)))


def _look_at_ourselves(config: Config) -> tuple[list[Disk], list[Listener]]:
    listeners = []
    if file := config.server.tls.cert_file:
        listeners.append(Listener("server", _end_of(file)))
    if file := config.s3_proxy.tls.cert_file:
        listeners.append(Listener("s3_proxy", _end_of(file)))
    return _disks(config), listeners


def _disks(config: Config) -> list[Disk]:
    """
    Return the disks of our databases where they are files; one disk is listed once.
    """
    if config.db.driver == "postgres":
        return []
    sqlite = config.db.sqlite
    files: dict[Literal["database", "audit"], str] = {
        "database": sqlite.path,
        "audit": sqlite.effective_audit_path,
    }
    found: dict[int, Disk] = {}
    for name, file in files.items():
        folder = Path(file).absolute().parent
        try:
            device, usage = folder.stat().st_dev, shutil.disk_usage(folder)
        except OSError:
            continue
        found.setdefault(device, Disk(name, usage.free, usage.total))
    return list(found.values())


def _end_of(file: str) -> datetime | None:
    try:
        return x509.load_pem_x509_certificate(Path(file).read_bytes()).not_valid_after_utc
    except (OSError, ValueError):
        return None
