from dataclasses import replace
from datetime import UTC, datetime

import pytest

from app.audit.event import Actor
from app.errors import registry as errors
from app.jobs.job import Job, JobError, JobKind, JobPlace, JobState, NewJob, Progress, new_job
from app.rbac.principal import ANONYMOUS

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


def job(state: JobState = JobState.RUNNING, **progress: float | None) -> Job:
    made = new_job(Actor(ANONYMOUS), NewJob(JobKind.SCAN, JobPlace("b", "in")), NOW)
    return replace(made, state=state, progress=Progress(**progress))  # type: ignore[arg-type]  names of fields


@pytest.mark.parametrize(
    ("found", "seconds"),
    [
        (job(), None),
        (job(bytes_total=100, bytes_done=20), None),
        (job(bytes_total=100, bytes_done=20, bytes_per_second=10), 8),
        (job(bytes_total=100, bytes_done=20, bytes_moving=30, bytes_per_second=10), 5),
        (job(objects_total=50, objects_done=8, failed=1, skipped=1, objects_per_second=0.5), 80),
        # Small objects take their time however few bytes they are.
        (
            job(
                bytes_total=100,
                bytes_per_second=100,
                objects_total=60,
                objects_per_second=2.0,
            ),
            30,
        ),
        (job(bytes_total=10, bytes_done=20, bytes_per_second=1), 0),
        (job(JobState.DONE, bytes_total=100, bytes_per_second=1), None),
    ],
)
def test_the_end_is_foreseen_by_what_takes_longest(found: Job, seconds: int | None) -> None:
    assert found.eta_seconds == seconds


def test_an_error_is_told_in_todays_words() -> None:
    error = errors.QUOTA_EXCEEDED(reason="quota.bucket", params={"limit": 5, "used": 4})

    again = JobError.of(error).to_error()

    assert (again.code, again.reason, again.message) == (error.code, error.reason, error.message)


def test_a_reason_that_is_no_more_leaves_its_code() -> None:
    assert JobError("not_found", "sock.not_found").to_error().reason is None
