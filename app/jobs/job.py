"""
What a job is: what was asked for, how far it is, and what became of single items.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from app.audit.event import Actor
from app.errors.raised import ParamValue, StowageError
from app.errors.registry import REGISTRY
from app.jobs.tag_change import TagChange
from app.rbac.principal import Scope
from app.types import new_ulid


class JobKind(StrEnum):
    """
    What a job does to what it was given.
    """

    COPY = "copy"
    MOVE = "move"
    DELETE = "delete"
    EMPTY = "empty"
    """Delete everything in a bucket: objects, versions, delete markers, open uploads."""
    RESTORE = "restore"
    """Take delete markers away, so that deleted objects are there again."""
    TAG = "tag"
    """Change the tags of many objects."""
    SCAN = "scan"
    """Count objects and bytes. A whole bucket, by an administrator: versions and open uploads as
    well, and what is known of the bucket is corrected."""


class JobState(StrEnum):
    """
    Where a job stands. The last three are final.
    """

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


FINAL = frozenset({JobState.DONE, JobState.FAILED, JobState.CANCELLED})


class OnConflict(StrEnum):
    """
    What a copy does where the target has an object of that key.
    """

    SKIP = "skip"
    REPLACE = "replace"
    KEEP_BOTH = "keep_both"
    """Write beside it, as `name (2).ext`."""
    NEWER = "newer"
    """Replace it if the source was modified later."""


@dataclass(frozen=True, slots=True)
class JobPlace:
    """
    A prefix of a bucket; empty means the whole bucket.
    """

    backend_id: str
    bucket: str
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class NewJob:
    """
    What somebody asks for.
    """

    kind: JobKind
    source: JobPlace
    target: JobPlace | None = None
    """Only of a copy or a move."""
    keys: Sequence[str] = ()
    """Keys below the prefix, of which those with a slash at the end mean everything below; none
    stands for all that is below the prefix."""
    on_conflict: OnConflict = OnConflict.SKIP
    tagging: TagChange | None = None
    """Only of a tagging."""


@dataclass(frozen=True, slots=True)
class JobFacts:
    """
    What does not change while a job runs.
    """

    source: JobPlace
    target: JobPlace | None = None
    on_conflict: OnConflict = OnConflict.SKIP
    tagging: TagChange | None = None
    has_items: bool = False
    """Whether it works on the keys it was given and not on the whole prefix."""
    folders: tuple[str, ...] = ()
    """Those keys that stand for everything below them."""
    scopes: tuple[Scope, ...] = ()
    """What its owner could do when it was made; it may never do more, whatever they get later."""
    corrects: bool = False
    """Of a scan: what is known of the bucket is replaced by what is counted."""
    retry_of: str = ""
    request_id: str = ""
    ip: str = ""
    user_agent: str = ""

    @property
    def walked(self) -> tuple[str, ...]:
        """
        The prefixes that are listed while the job works.
        """
        return self.folders if self.has_items else (self.source.prefix,)


@dataclass(slots=True)
class Progress:
    """
    What was counted so far; the one thing of a job that changes all the time.
    """

    objects_done: int = 0
    objects_total: int | None = None
    bytes_done: int = 0
    bytes_total: int | None = None
    failed: int = 0
    skipped: int = 0
    bytes_moving: int = 0
    """Of objects that are under way: what was sent of them."""
    bytes_per_second: int = 0
    objects_per_second: float = 0.0


@dataclass(frozen=True, slots=True)
class Job:
    """
    A job as it is stored.
    """

    id: str
    kind: JobKind
    state: JobState
    created_by: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    facts: JobFacts
    progress: Progress
    is_cancelled: bool
    """Somebody asked for its end."""
    error: "JobError | None" = None
    """Why it failed as a whole."""

    @property
    def eta_seconds(self) -> int | None:
        """
        How long it will go on at its present speed; `None` where that cannot be said.
        """
        if self.state is not JobState.RUNNING:
            return None
        done = self.progress
        left = [
            _seconds(done.bytes_total, done.bytes_done + done.bytes_moving, done.bytes_per_second),
            _seconds(
                done.objects_total,
                done.objects_done + done.failed + done.skipped,
                done.objects_per_second,
            ),
        ]
        known = [seconds for seconds in left if seconds is not None]
        return max(known) if known else None


@dataclass(frozen=True, slots=True)
class JobError:
    """
    A registry entry as it is stored with a job or with one of its items.
    """

    code: str
    reason: str | None = None
    params: Mapping[str, ParamValue] = field(default_factory=dict)
    detail: str = ""

    @classmethod
    def of(cls, error: StowageError) -> "JobError":
        """
        Keep what can be told of an error later.
        """
        return cls(error.code, error.reason, dict(error.params), error.detail)

    def to_error(self) -> StowageError:
        """
        Return the error again, with the texts of today's registry.
        """
        entry = REGISTRY[self.code]
        known = {reason.name for reason in entry.reasons}
        reason = self.reason if self.reason in known else None
        return entry(reason=reason, params=self.params, detail=self.detail)


@dataclass(frozen=True, slots=True)
class ItemError:
    """
    One object that a job could not do.
    """

    key: str
    error: JobError


def new_job(actor: Actor, new: NewJob, now: datetime) -> Job:
    """
    Return what somebody asks for as a job that has not begun.
    """
    facts = JobFacts(
        source=new.source,
        target=new.target,
        on_conflict=new.on_conflict,
        tagging=new.tagging,
        has_items=bool(new.keys),
        folders=tuple(key for key in dict.fromkeys(new.keys) if key.endswith("/")),
        scopes=actor.principal.scopes,
        corrects=_is_recount(actor, new),
        request_id=actor.request_id,
        ip=actor.ip,
        user_agent=actor.user_agent,
    )
    return Job(
        id=new_ulid(now.timestamp()),
        kind=new.kind,
        state=JobState.QUEUED,
        created_by=actor.id,
        created_at=now,
        started_at=None,
        finished_at=None,
        facts=facts,
        progress=Progress(),
        is_cancelled=False,
    )


def _is_recount(actor: Actor, new: NewJob) -> bool:
    is_whole = not new.source.prefix and not new.keys
    return new.kind is JobKind.SCAN and is_whole and actor.principal.is_admin


def _seconds(total: int | None, done: int, rate: float) -> int | None:
    if total is None or rate <= 0:
        return None
    return round(max(0, total - done) / rate)
