"""
Both ways to do the core's byte work: what holds for one must hold for the other.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from proxy.core import twin

CORES = (twin.PYTHON, twin.COMPILED)
_Result = TypeVar("_Result")


@contextmanager
def using(core: str) -> Iterator[None]:
    """
    Do the byte work that way until the end of the block.
    """
    before = twin.core
    twin.use(core)
    try:
        yield
    finally:
        twin.use(before)


def by_both(call: Callable[[], _Result]) -> tuple[_Result, _Result]:
    """
    Return what Python answers, and what the compiled twin answers.
    """
    with using(twin.PYTHON):
        first = call()
    with using(twin.COMPILED):
        return first, call()
