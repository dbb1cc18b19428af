"""
Refusals that come in floods become few rows: one for each caller, reason and second, with a count.

So the log is no weapon: whoever is refused ten thousand times a second writes one row a second. The
count says how many it stands for, and nothing is dropped uncounted.
"""

from dataclasses import replace

from app.audit.event import AuditEvent

HOLD_SECONDS = 1.0
"""How long a row is held open for more of its kind."""
MAX_ROWS = 100
"""Different rows of one second; what is more becomes one row for each reason, of no address."""

_Key = tuple[str, str, str, object]


class MergedRefusals:
    """
    The refusals of the present second.
    """

    def __init__(self) -> None:
        self._rows: dict[_Key, tuple[AuditEvent, int]] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, event: AuditEvent) -> bool:
        """
        Take a refusal, whose detail names the `reason`; tell whether it became part of another.
        """
        key = _key(event)
        if key not in self._rows and len(self._rows) >= MAX_ROWS:
            event = replace(event, user_id="", ip="", user_agent="", request_id="")
            key = _key(event)
        first, count = self._rows.get(key, (event, 0))
        self._rows[key] = (first, count + 1)
        return count > 0

    def take(self) -> list[AuditEvent]:
        """
        Return the rows, each with its `count`, and begin anew.
        """
        rows = [
            replace(event, detail={**event.detail, "count": count})
            for event, count in self._rows.values()
        ]
        self._rows.clear()
        return rows


def _key(event: AuditEvent) -> _Key:
    return event.user_id, event.ip, event.action, event.detail.get("reason")
