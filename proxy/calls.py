"""
What workers ask main to do, and who waits for the answer.
"""

import itertools
import os
from collections.abc import Callable

from app.errors import registry as errors
from app.errors.raised import StowageError
from app.snapshot.calls import CorsSet, SetCors

Answered = Callable[[StowageError | None], None]
"""Told `None` once it is done, else why it is not."""


class Calls:
    """
    The calls of one worker that are under way.
    """

    def __init__(self) -> None:
        self._send: Callable[[SetCors], None] | None = None
        # A worker's successor must not take an answer for its own that came too late for another.
        self._numbers = itertools.count(int.from_bytes(os.urandom(5), "big"))
        self._waiting: dict[int, Answered] = {}

    def connect(self, send: Callable[[SetCors], None]) -> None:
        """
        Send calls this way from now on.
        """
        self._send = send

    def begin(self, make: Callable[[int], SetCors], answered: Answered) -> int:
        """
        Send a call; return its number.

        Args:
            make: Writes the call under the number it gets.
            answered: Is told how it ended, once; not at all after `forget`.

        Raises:
            StowageError: `store_unavailable`: main cannot be reached.
        """
        if self._send is None:
            raise errors.STORE_UNAVAILABLE()
        number = next(self._numbers)
        self._waiting[number] = answered
        self._send(make(number))
        return number

    def forget(self, number: int) -> None:
        """
        Wait no longer for an answer; the change may be made all the same.
        """
        self._waiting.pop(number, None)

    def answer(self, message: CorsSet) -> None:
        """
        Take main's answer.
        """
        answered = self._waiting.pop(message.number, None)
        if answered is None:
            return
        if not message.code:
            answered(None)
            return
        entry = errors.REGISTRY[message.code]
        answered(entry(reason=message.reason, params=message.params))

    def lose(self) -> None:
        """
        End every call: main is gone.
        """
        self._send = None
        waiting, self._waiting = self._waiting, {}
        for answered in waiting.values():
            answered(errors.STORE_UNAVAILABLE())
