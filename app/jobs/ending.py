"""
What is left to do when a job is over: its open uploads, its row in the audit log.
"""

from datetime import datetime

import structlog

from app.audit.actions import AuditAction
from app.audit.event import Actor, AuditEvent, AuditStatus, DetailValue
from app.backends.stored import UploadRef
from app.errors.raised import StowageError
from app.jobs.job import Job, JobKind, JobState, Progress
from app.jobs.journal import open_copy_of
from app.jobs.run import Run
from app.objects.copy_order import CopyEnd
from app.objects.copy_parts import abort_unknown
from app.objects.gate import Gate
from app.rbac.principal import Principal, PrincipalKind

_ACTIONS = {
    JobKind.COPY: AuditAction.OBJECT_COPY_PREFIX,
    JobKind.MOVE: AuditAction.OBJECT_MOVE_PREFIX,
    JobKind.DELETE: AuditAction.OBJECT_DELETE_PREFIX,
    JobKind.EMPTY: AuditAction.BUCKET_EMPTY,
    JobKind.RESTORE: AuditAction.OBJECT_RESTORE_PREFIX,
    JobKind.TAG: AuditAction.OBJECT_TAG_PREFIX,
}
_VERBS = {JobKind.RESTORE: "restored", JobKind.TAG: "tagged"}
_log = structlog.get_logger(__name__)


async def abort_uploads(run: Run, gate: Gate) -> None:
    """
    Abort the multipart copies that were interrupted; what cannot be reached now is logged.
    """
    target = run.job.facts.target
    if target is None:
        return
    for key, stored in list(run.uploads.items()):
        known = open_copy_of(stored)
        try:
            live = gate.find(target.backend_id, by=_owner(run.job))
            if known.upload_id:
                upload = UploadRef(target.bucket, key, known.upload_id)
                await live.backend.uploads.abort(upload)
            else:
                await abort_unknown(CopyEnd(live, target.bucket, key), known)
        except StowageError as error:
            _log.warning("an upload stays open", job=run.job.id, key=key, error=str(error))
        else:
            run.uploads.pop(key, None)


def end_event(job: Job, done: Progress, state: JobState, now: datetime) -> AuditEvent | None:
    """
    Return the audit row of what was done; nothing for what changes nothing.
    """
    action = _action(job)
    if action is None:
        return None
    is_clean = state is JobState.DONE and not done.failed
    facts = job.facts
    return _owner(job).event(
        now,
        action,
        status=AuditStatus.OK if is_clean else AuditStatus.ERROR,
        backend_id=facts.source.backend_id,
        bucket=facts.source.bucket,
        detail=_detail(job, done, state),
    )


def _owner(job: Job) -> Actor:
    facts = job.facts
    principal = Principal(PrincipalKind.USER, job.created_by, user_id=job.created_by)
    return Actor(principal, facts.request_id, facts.ip, facts.user_agent)


def _action(job: Job) -> AuditAction | None:
    source, target = job.facts.source, job.facts.target
    is_across = target is not None and target.backend_id != source.backend_id
    if job.kind is JobKind.COPY and is_across:
        return AuditAction.OBJECT_TRANSFER_PREFIX
    return _ACTIONS.get(job.kind)


def _detail(job: Job, done: Progress, state: JobState) -> dict[str, DetailValue]:
    source, target = job.facts.source, job.facts.target
    detail: dict[str, DetailValue] = {"failed": done.failed}
    if job.id:
        detail["job_id"] = job.id
    if target is None:
        verb = _VERBS.get(job.kind, "deleted")
        detail |= {"prefix": source.prefix, verb: done.objects_done}
        if job.facts.tagging is not None:
            detail |= {"mode": job.facts.tagging.mode.value, "count": len(job.facts.tagging.tags)}
    else:
        detail |= {
            "src_prefix": source.prefix,
            "dst_prefix": target.prefix,
            "dst_backend": target.backend_id,
            "dst_bucket": target.bucket,
            "copied": done.objects_done,
            "skipped": done.skipped,
            "bytes": done.bytes_done,
        }
    if state is JobState.CANCELLED:
        detail["cancelled"] = True
    return detail
