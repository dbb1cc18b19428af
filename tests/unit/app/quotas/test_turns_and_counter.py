"""
Counter and turns together: whatever writers of the same keys do in whatever order, no byte that is
stored is missing from the counter, and the limit holds.
"""

from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from app.quotas.counter import Counter
from app.quotas.locks import KeyLocks, Turn

HARD = 60


@dataclass
class Shop:
    """
    A store of sizes by key, its counter, and a clock that moves with every step.
    """

    stored: dict[str, int] = field(default_factory=dict)
    counter: Counter = field(default_factory=lambda: Counter(ceiling=HARD))
    now: float = 1.0

    def __post_init__(self) -> None:
        self.locks = KeyLocks(lambda: self.now)

    def check(self) -> None:
        real = sum(self.stored.values())
        assert real <= self.counter.used + self.counter.held <= HARD


@dataclass
class Writer:
    """
    One write or deletion, a step at a time, as the S3 endpoint does it.
    """

    shop: Shop
    key: str
    size: int | None
    """`None` deletes."""
    step: str = "look"
    old: int = 0
    held: int = 0
    looked_at: float = 0.0
    turn: Turn | None = None

    def advance(self) -> None:
        getattr(self, f"_{self.step}")()

    def _look(self) -> None:
        self.looked_at = self.shop.now
        self.old = self.shop.stored.get(self.key, 0)
        if self.old:
            self.step = "wait"
            self.turn = self.shop.locks.request((self.key,), self.looked_at, self._granted)
        else:
            self._hold()

    def _granted(self, is_stale: bool) -> None:  # noqa: FBT001  the only value there is
        self.step = "again" if is_stale else "hold"

    def _wait(self) -> None:
        """
        Nothing happens until the turn comes.
        """

    def _again(self) -> None:
        self._leave(has_changed=False)
        self.step = "look"

    def _hold(self) -> None:
        self.held = max(0, (self.size or 0) - self.old)
        if self.shop.counter.take(self.held):
            self.step = "land"
        else:
            self._leave(has_changed=False)
            self.step = "done"

    def _land(self) -> None:
        if self.size is None:
            self.shop.stored.pop(self.key, None)
        else:
            self.shop.stored[self.key] = self.size
        self.step = "settle"

    def _settle(self) -> None:
        self.shop.counter.settle(self.held, (self.size or 0) - self.old)
        self._leave(has_changed=True)
        self.step = "done"

    def _done(self) -> None:
        """
        It is over.
        """

    def _leave(self, *, has_changed: bool) -> None:
        if self.turn is not None:
            self.shop.locks.end(self.turn, has_changed=has_changed)
            self.turn = None


WRITES = st.lists(
    st.tuples(st.sampled_from("ab"), st.one_of(st.none(), st.integers(1, 30))),
    min_size=2,
    max_size=7,
)


@given(writes=WRITES, order=st.lists(st.integers(0, 6), max_size=80))
def test_no_order_of_writers_lets_a_stored_byte_go_missing(
    writes: list[tuple[str, int | None]], order: list[int]
) -> None:
    shop = Shop()
    writers = [Writer(shop, key, size) for key, size in writes]

    # Then everybody in turn, until nothing moves any more.
    for number in [*order, *(list(range(7)) * 40)]:
        shop.now += 1
        writers[number % len(writers)].advance()
        shop.check()

    assert [writer.step for writer in writers] == ["done"] * len(writers)
    assert shop.counter.held == 0


@given(writes=WRITES)
def test_one_after_the_other_the_counter_is_exact(writes: list[tuple[str, int | None]]) -> None:
    shop = Shop()

    for key, size in writes:
        writer = Writer(shop, key, size)
        while writer.step != "done":
            shop.now += 1
            writer.advance()

        assert shop.counter.used == sum(shop.stored.values())
