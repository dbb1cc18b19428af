"""
Which work belongs to which kind of job.
"""

from app.database.engine import Database
from app.jobs.copying import Copying
from app.jobs.deleting import Deleting
from app.jobs.emptying import Emptying, EverythingInside
from app.jobs.engine import Source, Work
from app.jobs.job import Job, JobKind
from app.jobs.restoring import DeletedObjects, Restoring
from app.jobs.scanning import Scanning
from app.jobs.tagging import Tagging
from app.jobs.walk import Walk
from app.objects.copier import Copier
from app.objects.gate import Gate

# Their own calls find out whether an object is there, and its size plays no part.
_NEEDS_NO_LOOK = frozenset({JobKind.DELETE, JobKind.TAG})


def work_of(job: Job, gate: Gate, copier: Copier) -> Work:
    """
    Return what is to be done with each object.
    """
    match job.kind:
        case JobKind.COPY | JobKind.MOVE:
            return Copying(gate, copier, job)
        case JobKind.DELETE:
            return Deleting(gate, job)
        case JobKind.EMPTY:
            return Emptying(gate, job)
        case JobKind.RESTORE:
            return Restoring(gate, job)
        case JobKind.TAG:
            return Tagging(gate, job)
        case JobKind.SCAN:
            return Scanning()


def source_of(job: Job, gate: Gate, database: Database) -> Source:
    """
    Return where the objects come from.
    """
    if job.kind is JobKind.RESTORE:
        return DeletedObjects(gate, database, job)
    walk = Walk(gate, database, job, looks=job.kind not in _NEEDS_NO_LOOK)
    return EverythingInside(gate, walk, job) if job.kind is JobKind.EMPTY else walk
