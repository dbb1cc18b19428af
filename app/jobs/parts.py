"""
What jobs work with.
"""

import asyncio
from dataclasses import dataclass, field
from weakref import WeakSet

from app.audit.log import AuditLog
from app.clock import Clock
from app.database.engine import Database
from app.jobs.owner import FindPrincipal
from app.metrics import Metrics
from app.objects.copier import Copier
from app.objects.gate import Gate
from app.quotas.scan import Scanner


class Bell:
    """
    Wakes every runner of this process when there is something new to do.
    """

    def __init__(self) -> None:
        self._listeners: WeakSet[asyncio.Event] = WeakSet()

    def listen(self) -> asyncio.Event:
        """
        Return what is set at every ring; each listener clears its own.
        """
        heard = asyncio.Event()
        self._listeners.add(heard)
        return heard

    def ring(self) -> None:
        """
        Wake them.
        """
        for heard in self._listeners:
            heard.set()


@dataclass(frozen=True, slots=True)
class JobParts:
    """
    The parts of the product that jobs stand on.
    """

    database: Database
    gate: Gate
    copier: Copier
    find_principal: FindPrincipal
    """Who is behind an id, as they are now."""
    audit: AuditLog
    clock: Clock
    metrics: Metrics
    scanner: Scanner
    """Counts whole buckets."""
    bell: Bell = field(default_factory=Bell)
    """Rung when there is something new to do in this process."""
