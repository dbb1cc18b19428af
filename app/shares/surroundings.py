"""
What shares stand on.
"""

from dataclasses import dataclass

from app.audit.log import AuditLog
from app.auth.limits import RateLimits
from app.auth.passwords import PasswordHashes
from app.clock import Clock
from app.config.product import SharesConfig
from app.crypto import KeyRing
from app.database.engine import Database
from app.objects.service import ObjectService
from app.shares.owners import Owners


@dataclass(frozen=True, slots=True)
class ShareSurroundings:
    """
    The parts that links, visits and files share.
    """

    database: Database
    audit: AuditLog
    clock: Clock
    ring: KeyRing | None
    """Without it a restart forgets what visitors' browsers keep."""
    hashes: PasswordHashes
    limits: RateLimits
    owners: Owners
    objects: ObjectService
    config: SharesConfig
    """What the administrator allows."""
