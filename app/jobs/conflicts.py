"""
What happens where the target has an object of that key: decided once, before anything is copied.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from app.audit.event import Actor
from app.backends.stored import ObjectInfo
from app.errors import registry as errors
from app.errors.raised import StowageError
from app.jobs.attempts import try_again
from app.jobs.job import ItemError, Job, JobError, OnConflict
from app.jobs.run import Step
from app.types import MAX_KEY_BYTES

_LOOKS_AT_ONCE = 16
_MAX_NAMES = 100


class Target(Protocol):
    """
    The place that is copied to.
    """

    @property
    def job(self) -> Job:
        """
        The job that asks.
        """
        ...

    async def look(self, key: str) -> ObjectInfo | None:
        """
        Return what is there under a key, or nothing.
        """
        ...

    async def may_overwrite(self, actor: Actor, step: Step) -> bool:
        """
        Tell whether the actor may replace the target of a step.
        """
        ...


async def decide(
    target: Target, actor: Actor, steps: Sequence[Step], sources: Mapping[str, ObjectInfo]
) -> tuple[list[Step], list[ItemError]]:
    """
    Return the steps with what is to become of each, and those that cannot be.
    """
    free = asyncio.Semaphore(_LOOKS_AT_ONCE)
    # What one object evades to must not be where another one goes.
    taken = {step.target for step in steps}

    async def decide_one(step: Step) -> Step | ItemError:
        async with free:
            try:
                return await _decide(target, actor, step, sources[step.key], taken)
            except StowageError as error:
                return ItemError(step.key, JobError.of(error))

    decided = await asyncio.gather(*(decide_one(step) for step in steps))
    return (
        [one for one in decided if isinstance(one, Step)],
        [one for one in decided if isinstance(one, ItemError)],
    )


async def _decide(
    target: Target, actor: Actor, step: Step, source: ObjectInfo, taken: set[str]
) -> Step:
    rule = target.job.facts.on_conflict
    may_overwrite = await target.may_overwrite(actor, step)
    if rule is OnConflict.REPLACE and may_overwrite:
        return step
    there = await try_again(lambda: target.look(step.target))
    if there is None:
        return step
    if rule is OnConflict.KEEP_BOTH:
        return replace(step, target=await _free_name(target, step.target, taken))
    if rule is OnConflict.SKIP or (rule is OnConflict.NEWER and not _is_newer(source, there)):
        return replace(step, is_skipped=True)
    if not may_overwrite:
        raise errors.FORBIDDEN(reason="object.append_only")
    return step


def _is_newer(source: ObjectInfo, there: ObjectInfo) -> bool:
    if source.last_modified is None or there.last_modified is None:
        return False
    return source.last_modified > there.last_modified


async def _free_name(target: Target, key: str, taken: set[str]) -> str:
    for number in range(2, _MAX_NAMES):
        name = numbered(key, number)
        if name in taken:
            continue
        taken.add(name)
        if await target.look(name) is None:
            return name
    raise errors.OBJECT_EXISTS()


def numbered(key: str, number: int) -> str:
    """
    Return `a/name.ext` as `a/name (2).ext`, and a folder's key with its slash still at the end.

    Raises:
        StowageError: `invalid_key`: it would be too long.
    """
    slash = "/" if key.endswith("/") else ""
    folder, separator, name = key.removesuffix("/").rpartition("/")
    stem, dot, ending = name.rpartition(".")
    # A dot in front is no ending: `.bashrc`.
    stem, ending = (stem, dot + ending) if stem else (name, "")
    result = f"{folder}{separator}{stem} ({number}){ending}{slash}"
    size_bytes = len(result.encode())
    if size_bytes > MAX_KEY_BYTES:
        params = {"limit": MAX_KEY_BYTES, "size_bytes": size_bytes}
        raise errors.INVALID_KEY(reason="key.length", params=params)
    return result
