"""
What jobs work with.
"""

import asyncio
from dataclasses import dataclass, field

from app.audit.log import AuditLog
from app.clock import Clock
from app.database.engine import Database
from app.jobs.owner import FindPrincipal
from app.metrics import Metrics
from app.objects.copier import Copier
from app.objects.gate import Gate
from app.quotas.scan import Scanner


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
    created: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when there is something new to do in this process."""
