"""
`ObjectService`: buckets and objects of every backend, behind the one permission model.
"""

from app.audit.log import AuditLog
from app.backends.registry import BackendRegistry
from app.clock import Clock
from app.database.engine import Database
from app.objects.archive import ArchiveCalls
from app.objects.buckets import BucketCalls
from app.objects.copier import Copier
from app.objects.copy_parts import CopyLimits
from app.objects.cors import CorsCalls
from app.objects.gate import Gate
from app.objects.locks import LockCalls
from app.objects.previews import PreviewCalls
from app.objects.reading import ReadingCalls
from app.objects.search import SearchCalls
from app.objects.settings import SettingCalls
from app.objects.sizes import SizeCalls
from app.objects.tickets import ZipTickets
from app.objects.uploads import UploadCalls
from app.objects.versions import VersionCalls
from app.objects.writing import WritingCalls
from app.quotas.service import QuotaService

DEFAULT_MAX_PART_BYTES = 64 * 1024 * 1024


class ObjectService:
    """
    The calls by what they are about; each checks the actor's rights and audits what it changes.
    """

    def __init__(  # noqa: PLR0913  what it stands on, and two limits of sizes
        self,
        registry: BackendRegistry,
        *,
        database: Database,
        audit: AuditLog,
        clock: Clock,
        quotas: QuotaService,
        max_part_bytes: int = DEFAULT_MAX_PART_BYTES,
        copy_limits: CopyLimits | None = None,
    ) -> None:
        gate = Gate(registry, audit=audit, clock=clock, metered=quotas.metered)
        self.gate = gate
        """What every call passes; for work that goes on behind the calls."""
        self.copier = Copier(clock, copy_limits)
        self.buckets = BucketCalls(gate, database)
        self.cors = CorsCalls(gate, database, clock=clock)
        self.reading = ReadingCalls(gate)
        self.sizes = SizeCalls(gate, quotas, clock)
        self.search = SearchCalls(gate, registry, self.buckets)
        self.archives = ArchiveCalls(gate, clock)
        self.zip_tickets = ZipTickets(database, self.archives, clock)
        self.writing = WritingCalls(gate, self.copier)
        self.settings = SettingCalls(gate, database)
        self.locks = LockCalls(gate, clock)
        self.versions = VersionCalls(gate)
        self.previews = PreviewCalls(gate, clock)
        self.uploads = UploadCalls(gate, max_part_bytes=max_part_bytes)
