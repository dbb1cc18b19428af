"""
The arithmetic of a limit: no interleaving of writers and workers passes it.
"""

from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from app.quotas.counter import MAX_SPARE_BYTES, MIN_SPARE_BYTES, SHARE, Counter, allot, spare_of


def test_what_fits_exactly_is_granted() -> None:
    counter = Counter(used=3, ceiling=10)

    assert counter.take(7)
    assert counter.free == 0
    assert not counter.take(1)
    assert counter.take(0)


def test_without_a_hard_limit_everything_is_granted() -> None:
    counter = Counter(ceiling=None)

    assert counter.take(10**15)
    assert counter.free is None


def test_what_is_freed_makes_room() -> None:
    counter = Counter(used=10, ceiling=10)
    assert not counter.take(1)

    assert counter.settle(0, -4) == -4

    assert counter.take(4)
    assert not counter.take(1)


def test_usage_never_falls_below_nothing() -> None:
    counter = Counter(used=3, ceiling=10)

    assert counter.settle(0, -5) == -3
    assert counter.used == 0


def test_what_is_lent_shrinks_as_the_limit_nears() -> None:
    assert spare_of(10**15) == MAX_SPARE_BYTES
    assert spare_of(16 * MIN_SPARE_BYTES) == 16 * MIN_SPARE_BYTES // SHARE
    assert spare_of(SHARE * MIN_SPARE_BYTES - 1) == 0
    assert spare_of(0) == 0


@given(
    room=st.integers(-100, 10**12),
    held=st.integers(0, 10**12),
    wanted=st.integers(0, 10**12),
    is_busy=st.booleans(),
)
def test_an_allotment_covers_what_is_held_and_stays_within_the_room(
    room: int, held: int, wanted: int, *, is_busy: bool
) -> None:
    mine = allot(room_bytes=room, held_bytes=held, wanted_bytes=wanted, is_busy=is_busy)

    assert mine >= held
    assert mine <= max(room, held)
    if held + wanted <= room:
        assert mine >= held + wanted


@dataclass
class World:
    """
    A counter, the workers that borrow from it, and the bytes that really lie in the bucket.
    """

    counter: Counter
    leases: dict[int, int] = field(default_factory=dict)
    running: list[tuple[int, int]] = field(default_factory=list)
    """What each write that runs holds, and what it will store."""
    stored: list[int] = field(default_factory=list)

    @property
    def real_bytes(self) -> int:
        return sum(self.stored)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["begin", "lend", "borrow", "recall", "store", "fail", "delete"]),
        st.integers(0, 3),
        st.integers(0, 40),
    ),
    max_size=120,
)


def take_step(world: World, name: str, who: int, size: int) -> None:
    counter, leases = world.counter, world.leases
    match name:
        case "begin" if counter.take(size):
            world.running.append((size, size))
        case "lend" if counter.take(size):
            leases[who] = leases.get(who, 0) + size
        case "borrow" if leases.get(who, 0) >= size:
            leases[who] = leases.get(who, 0) - size
            world.running.append((size, size))
        case "recall":
            counter.give_back(leases.pop(who, 0))
        case "store" if world.running:
            held, stored = world.running.pop(who % len(world.running))
            counter.settle(held, stored)
            world.stored.append(stored)
        case "fail" if world.running:
            held, _ = world.running.pop(who % len(world.running))
            counter.give_back(held)
        case "delete" if world.stored:
            counter.settle(0, -world.stored.pop(who % len(world.stored)))


@given(hard=st.integers(0, 200), steps=STEPS)
def test_no_interleaving_passes_the_limit_or_loses_room(
    hard: int, steps: list[tuple[str, int, int]]
) -> None:
    world = World(Counter(ceiling=hard))

    for step in steps:
        take_step(world, *step)

        counter = world.counter
        assert counter.used + counter.held <= hard
        assert world.real_bytes == counter.used
        assert counter.held == sum(world.leases.values()) + sum(one for one, _ in world.running)
