"""
The circuit breaker of one backend: after repeated failures callers are refused at once.

A backend that hangs would otherwise hold every client for the whole time-out. After a pause one
caller may try; what happens to it decides for all. Pure: the time is an argument.
"""

FAILURES_TO_OPEN = 5
"""This many connections in a row failed, with no answer between them."""
FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 30.0


class Breaker:
    """
    Counts failures in a row; each pause that ends in another failure doubles the next one.
    """

    __slots__ = ("_failures", "_is_probing", "_pause_seconds", "_retry_at")

    def __init__(self) -> None:
        self._failures = 0
        self._pause_seconds = FIRST_PAUSE_SECONDS
        self._retry_at = 0.0
        self._is_probing = False

    @property
    def is_closed(self) -> bool:
        """
        Tell whether requests flow.
        """
        return self._failures < FAILURES_TO_OPEN

    def admits(self, now: float) -> bool:
        """
        Tell whether a request may try; while open, one per pause may.
        """
        if self._failures < FAILURES_TO_OPEN:
            return True
        if now < self._retry_at:
            return False
        self._is_probing = True
        self._retry_at = now + self._pause_seconds
        return True

    def record_success(self) -> None:
        """
        Note an answer, whatever it says: the backend is there.
        """
        self._failures = 0
        self._pause_seconds = FIRST_PAUSE_SECONDS
        self._is_probing = False

    def record_failure(self, now: float) -> None:
        """
        Note a connection that could not be made, or an answer that did not come.
        """
        self._failures += 1
        if self._failures == FAILURES_TO_OPEN:
            self._retry_at = now + self._pause_seconds
        elif self._is_probing:
            self._is_probing = False
            self._pause_seconds = min(self._pause_seconds * 2, LONGEST_PAUSE_SECONDS)
            self._retry_at = now + self._pause_seconds
