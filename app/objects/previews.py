"""
What lifecycle rules would do to a bucket if they ran now: counted, never done.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from os.path import commonprefix

from app.audit.event import Actor
from app.backends.backend import Backend
from app.backends.settings import LifecycleRule
from app.backends.stored import ListQuery, ObjectInfo
from app.clock import Clock
from app.objects import actions
from app.objects.gate import Gate
from app.objects.place import BucketPlace
from app.objects.setting_rules import check_lifecycle

MAX_KEYS = 100_000
PREVIEW_SECONDS = 10.0
_PAGE_KEYS = 1000


@dataclass(slots=True)
class Preview:
    """
    How much rules would act on.
    """

    object_count: int = 0
    size_bytes: int = 0
    is_complete: bool = True
    """False where not everything was looked at, or a rule cannot be tried on a listing."""


class PreviewCalls:
    """
    Tries rules on the listing of a bucket.
    """

    def __init__(self, gate: Gate, clock: Clock) -> None:
        self._gate = gate
        self._clock = clock

    async def preview(
        self,
        actor: Actor,
        place: BucketPlace,
        rules: Sequence[LifecycleRule],
        *,
        has_unknown: bool = False,
    ) -> Preview:
        """
        Count the objects that enabled rules would expire or move now.

        At most 100,000 keys and ten seconds are spent. Tags and older versions are not looked at.

        Raises:
            StowageError: `not_found`, `forbidden`, `not_supported`, `invalid_lifecycle`.
        """
        live, _ = self._gate.enter(actor, actions.SET_LIFECYCLE, place)
        live.require("lifecycle")
        check_lifecycle(rules)
        acting = [rule for rule in rules if rule.enabled and _days(rule) and not rule.tags]
        is_partial = any(rule.enabled and (rule.tags or not _days(rule)) for rule in rules)
        preview = Preview(is_complete=not (has_unknown or is_partial))
        if not acting:
            return preview
        try:
            async with asyncio.timeout(PREVIEW_SECONDS):
                await self._walk(live.backend, place, acting, preview)
        except TimeoutError:
            preview.is_complete = False
        return preview

    async def _walk(
        self, backend: Backend, place: BucketPlace, rules: Sequence[LifecycleRule], preview: Preview
    ) -> None:
        now, token, seen = self._clock.now(), "", 0
        prefix = commonprefix([rule.prefix for rule in rules])  # noqa: RUF071  keys are no paths
        while seen < MAX_KEYS:
            query = ListQuery(prefix=prefix, token=token, max_keys=_PAGE_KEYS)
            page = await backend.objects.list(place.bucket, query)
            for found in page.objects:
                if any(_acts_on(rule, found, now) for rule in rules):
                    preview.object_count += 1
                    preview.size_bytes += found.size_bytes
            seen += len(page.objects)
            token = page.next_token
            if not token:
                return
        preview.is_complete = False


def _days(rule: LifecycleRule) -> int:
    """
    Return the age at which a rule acts on a current object; 0 where it never does.
    """
    ages = [days for days in (rule.expiration_days, rule.transition_days) if days]
    return min(ages, default=0)


def _acts_on(rule: LifecycleRule, found: ObjectInfo, now: datetime) -> bool:
    if not found.key.startswith(rule.prefix) or found.last_modified is None:
        return False
    if found.size_bytes <= rule.size_above and rule.size_above:
        return False
    if rule.size_below and found.size_bytes >= rule.size_below:
        return False
    return now - found.last_modified >= timedelta(days=_days(rule))
