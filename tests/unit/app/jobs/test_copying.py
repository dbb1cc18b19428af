"""
A move whose source another process takes away under its hands.
"""

from datetime import UTC, datetime
from typing import Any

from app.audit.event import SYSTEM
from app.backends.backend import NO_CAPABILITIES, BackendInfo
from app.backends.registry import LiveBackend
from app.backends.stored import ObjectInfo, ObjectRef
from app.clock import SystemClock
from app.errors import registry as errors
from app.jobs.copying import Copying
from app.jobs.job import JobKind, JobPlace, NewJob, new_job
from app.jobs.run import Step
from app.jobs.streams import LooseEffort
from app.objects.copier import Copier
from app.rbac.policy import Allowed

NOW = datetime(2026, 5, 1, tzinfo=UTC)


class Store:
    """
    A backend in which what was copied is deleted by somebody else at once.
    """

    def __init__(self) -> None:
        self.keys = {"in/x"}
        self.deleted: list[str] = []

    @property
    def objects(self) -> "Store":
        return self

    async def head(self, bucket: str, ref: ObjectRef) -> ObjectInfo:
        if ref.key not in self.keys:
            raise errors.NOT_FOUND(reason="object.not_found")
        return ObjectInfo(ref.key, 3, etag=f'"{bucket}"', last_modified=NOW)

    async def copy(
        self, source: tuple[str, ObjectRef], target: tuple[str, str], *_: object, **__: object
    ) -> ObjectInfo:
        self.keys = self.keys - {source[1].key} | {target[1]}
        return ObjectInfo(target[1], 3)

    async def delete(self, bucket: str, ref: ObjectRef) -> ObjectRef:
        self.deleted.append(f"{bucket}/{ref.key}")
        return ref


class Open:
    """
    A gate and a standing that stop nobody.
    """

    def __init__(self, store: Any) -> None:
        self._live = LiveBackend(BackendInfo("b", "b", "http://b"), store, NO_CAPABILITIES)

    async def actor(self) -> object:
        return SYSTEM

    def enter(self, *_: object, **__: object) -> tuple[LiveBackend, Allowed]:
        return self._live, Allowed()


async def test_a_source_that_is_gone_when_its_copy_is_there_was_moved() -> None:
    store = Store()
    everybody: Any = Open(store)
    new = NewJob(JobKind.MOVE, JobPlace("b", "docs", "in/"), JobPlace("b", "docs", "out/"))
    effort = LooseEffort()
    effort.begin([Step("in/x", 3, "out/x")])
    moving = Copying(everybody, Copier(SystemClock()), new_job(SYSTEM, new, NOW))

    (outcome,) = [one async for one in moving.perform(everybody, effort)]

    assert outcome.error is None
    assert (store.keys, store.deleted) == ({"out/x"}, [])
