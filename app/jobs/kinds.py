"""
Which work belongs to which kind of job.
"""

from app.jobs.copying import Copying
from app.jobs.deleting import Deleting
from app.jobs.emptying import Emptying, EverythingInside
from app.jobs.engine import Source, Work
from app.jobs.job import Job, JobKind
from app.jobs.parts import JobParts
from app.jobs.recounting import NothingToWalk, Recounting
from app.jobs.restoring import DeletedObjects, Restoring
from app.jobs.scanning import Scanning
from app.jobs.tagging import Tagging
from app.jobs.walk import Walk

# Their own calls find out whether an object is there, and its size plays no part.
_NEEDS_NO_LOOK = frozenset({JobKind.DELETE, JobKind.TAG})


def work_of(job: Job, parts: JobParts) -> Work:
    """
    Return what is to be done with each object.
    """
    gate = parts.gate
    match job.kind:
        case JobKind.COPY | JobKind.MOVE:
            return Copying(gate, parts.copier, job)
        case JobKind.DELETE:
            return Deleting(gate, job)
        case JobKind.EMPTY:
            return Emptying(gate, job)
        case JobKind.RESTORE:
            return Restoring(gate, job)
        case JobKind.TAG:
            return Tagging(gate, job)
        case JobKind.SCAN:
            is_correcting = job.facts.corrects
            return Recounting(parts.scanner, job) if is_correcting else Scanning()


def source_of(job: Job, parts: JobParts) -> Source:
    """
    Return where the objects come from.
    """
    gate, database = parts.gate, parts.database
    if job.facts.corrects:
        return NothingToWalk()
    if job.kind is JobKind.RESTORE:
        return DeletedObjects(gate, database, job)
    walk = Walk(gate, database, job, looks=job.kind not in _NEEDS_NO_LOOK)
    return EverythingInside(gate, walk, job) if job.kind is JobKind.EMPTY else walk
