"""
Jobs as rows: from and to the JSON columns.
"""

from dataclasses import asdict
from typing import Any

from sqlalchemy import RowMapping

from app.jobs.job import (
    Job,
    JobError,
    JobFacts,
    JobKind,
    JobPlace,
    JobState,
    OnConflict,
    Progress,
)
from app.jobs.tag_change import TagChange, TagMode
from app.rbac.levels import Level
from app.rbac.principal import Scope


def job_of(row: RowMapping) -> Job:
    """
    Return the job of a row.
    """
    return Job(
        id=row["id"],
        kind=JobKind(row["kind"]),
        state=JobState(row["state"]),
        created_by=row["created_by"],
        created_at=row["created_at"],
        started_at=row["started_at"],
        finished_at=row["finished_at"],
        facts=facts_of(row["facts"]),
        progress=Progress(**row["progress"]),
        is_cancelled=row["is_cancelled"],
        error=None if row["error"] is None else JobError(**row["error"]),
    )


def facts_of(stored: dict[str, Any]) -> JobFacts:
    """
    Return the facts of a row.
    """
    target, tagging = stored["target"], stored["tagging"]
    return JobFacts(
        **{
            **stored,
            "source": JobPlace(**stored["source"]),
            "target": None if target is None else JobPlace(**target),
            "on_conflict": OnConflict(stored["on_conflict"]),
            "tagging": None if tagging is None else _change_of(tagging),
            "folders": tuple(stored["folders"]),
            "scopes": tuple(_scope_of(one) for one in stored["scopes"]),
        }
    )


def facts_row(facts: JobFacts) -> dict[str, Any]:
    """
    Return the facts as JSON has them.
    """
    return asdict(facts)


def _change_of(stored: dict[str, Any]) -> TagChange:
    return TagChange(TagMode(stored["mode"]), stored["tags"])


def _scope_of(stored: dict[str, Any]) -> Scope:
    return Scope(**{**stored, "levels": Level(stored["levels"])})


def blank_row(job: Job) -> dict[str, Any]:
    """
    Return the row of a job that has not begun.
    """
    return {
        "id": job.id,
        "kind": job.kind.value,
        "state": job.state.value,
        "created_by": job.created_by,
        "created_at": job.created_at,
        "facts": facts_row(job.facts),
        "progress": asdict(job.progress),
        "position": {"at": {}, "following": {}, "index": 0},
        "uploads": {},
        "is_cancelled": False,
    }
