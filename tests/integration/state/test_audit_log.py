import asyncio
import json
import stat
import tracemalloc
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.audit import log as log_module
from app.audit import query as query_module
from app.audit import reader as reader_module
from app.audit.event import AuditEvent
from app.audit.log import AuditLog, open_audit_log
from app.audit.query import AuditPage, AuditQuery
from app.database.engine import Database
from app.errors.raised import StowageError
from app.metrics import Metrics
from support.many_events import store_events
from support.polling import wait_until_async

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


def _event(number: int = 0, **facts: object) -> AuditEvent:
    facts.setdefault("action", "object.upload")
    return AuditEvent(at=NOON + timedelta(seconds=number), **facts)  # type: ignore[arg-type]  # names of fields


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
async def log(
    audit_database: Database, database: Database, tmp_path: Path, metrics: Metrics
) -> AsyncIterator[AuditLog]:
    async with open_audit_log(
        audit_database, database, spool_path=tmp_path / "audit.spool", metrics=metrics
    ) as opened:
        yield opened


async def _find(log: AuditLog, **filters: object) -> AuditPage:
    await log.flush()
    return await log.search(AuditQuery(**filters))  # type: ignore[arg-type]  # names of fields


async def test_an_event_comes_back_as_it_happened(log: AuditLog) -> None:
    log.record(
        AuditEvent(
            NOON,
            "object.upload",
            "denied",
            "01K",
            "main",
            "photos",
            "a/ü.jpg",
            "r-1",
            "10.0.0.1",
            "curl",
            {"size": 3, "fields": ["a"], "none": None},
        )
    )

    (event,) = (await _find(log)).events
    assert event.at == NOON
    assert (event.action, event.status, event.user_id) == ("object.upload", "denied", "01K")
    assert (event.backend_id, event.bucket, event.object_key) == ("main", "photos", "a/ü.jpg")
    assert (event.request_id, event.ip, event.user_agent) == ("r-1", "10.0.0.1", "curl")
    assert json.loads(event.detail) == {"size": 3, "fields": ["a"], "none": None}


async def test_an_event_is_stored_without_anybody_waiting_for_it(log: AuditLog) -> None:
    log.record(_event())

    async def is_there() -> bool:
        return (await log.search(AuditQuery())).total == 1

    await wait_until_async(is_there, 1.0, what="the event is stored within a second")


async def test_events_of_one_moment_share_a_transaction(
    log: AuditLog, audit_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, writes = audit_database.write, 0

    def count_write() -> AbstractAsyncContextManager[AsyncConnection]:
        nonlocal writes
        writes += 1
        return write()

    monkeypatch.setattr(audit_database, "write", count_write)
    monkeypatch.setattr(log_module, "GATHER_SECONDS", 600.0)
    for number in range(20):
        log.record(_event(number))
        await asyncio.sleep(0)
    found = await _find(log)

    assert writes == 1
    assert found.total == 20


async def test_the_newest_come_first_and_pages_follow_each_other(log: AuditLog) -> None:
    for number in (3, 1, 2, 2, 0):
        log.record(_event(number))

    first = await _find(log, limit=2)
    assert first.next is not None
    second = await _find(log, limit=2, before=first.next)
    assert second.next is not None
    last = await _find(log, limit=2, before=second.next)

    pages = [[(event.at - NOON).seconds for event in page.events] for page in (first, second, last)]
    assert pages == [[3, 2], [2, 1], [0]]
    assert last.next is None
    ids = [event.id for page in (first, second, last) for event in page.events]
    assert len(set(ids)) == 5
    assert first.total == 5


async def test_offset_skips_and_total_counts_all(log: AuditLog) -> None:
    for number in range(5):
        log.record(_event(number))

    page = await _find(log, limit=2, offset=3)

    assert [(event.at - NOON).seconds for event in page.events] == [1, 0]
    assert page.total == 5


async def test_counting_stops_where_nobody_needs_it(
    log: AuditLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(query_module, "MAX_COUNTED", 3)
    for number in range(10):
        log.record(AuditEvent(NOON, f"a.{number}"))
    await log.flush()

    page = await log.search(AuditQuery(limit=2))

    assert (len(page.events), page.total) == (2, 4)


async def test_what_happened_is_counted_in_steps_of_time(log: AuditLog) -> None:
    for minutes in (0, 1, 14, 15, 31):
        log.record(AuditEvent(NOON + timedelta(minutes=minutes), "a.b"))
    log.record(AuditEvent(NOON, "other"))
    await log.flush()

    found = await log.count_by_time(AuditQuery(action="a."), timedelta(minutes=15))

    steps = [
        (NOON + timedelta(minutes=minutes), count) for minutes, count in ((0, 3), (15, 1), (30, 1))
    ]
    assert list(found) == steps


async def test_the_log_can_be_followed_as_it_grows(log: AuditLog) -> None:
    for number in range(3):
        log.record(_event(number))
    first = (await _find(log, limit=1, offset=2)).events[0]
    log.record(_event(-60))

    page = await _find(log, after_id=first.id)

    assert [round((event.at - NOON).total_seconds()) for event in page.events] == [1, 2, -60]


FILTERS: list[tuple[dict[str, object], dict[str, object], dict[str, object]]] = [
    ({"user": "01K"}, {"user_id": "01K"}, {"user_id": "01L"}),
    ({"action": "object.d"}, {"action": "object.delete"}, {"action": "object.upload"}),
    ({"action": "object_"}, {"action": "object_x"}, {"action": "object.x"}),
    ({"backend_id": "m"}, {"backend_id": "m"}, {"backend_id": "m2"}),
    ({"bucket": "b"}, {"bucket": "b"}, {"bucket": "bb"}),
    ({"key_prefix": "50%/"}, {"object_key": "50%/x"}, {"object_key": "500/x"}),
    ({"status": "denied"}, {"status": "denied"}, {"status": "ok"}),
    ({"request_id": "r"}, {"request_id": "r"}, {"request_id": "r2"}),
    ({"ip": "::1"}, {"ip": "::1"}, {"ip": "::2"}),
]


@pytest.mark.parametrize(("query", "match", "other"), FILTERS, ids=lambda value: str(value)[:30])
async def test_a_filter_finds_what_it_names_and_nothing_else(
    log: AuditLog, query: dict[str, object], match: dict[str, object], other: dict[str, object]
) -> None:
    log.record(_event(1, **match))
    log.record(_event(2, **other))

    page = await _find(log, **query)

    assert [event.at for event in page.events] == [NOON + timedelta(seconds=1)]
    assert page.total == 1


async def test_a_span_of_time_includes_both_ends(log: AuditLog) -> None:
    for number in range(5):
        log.record(_event(number))

    page = await _find(log, since=NOON + timedelta(seconds=1), until=NOON + timedelta(seconds=3))

    assert [(event.at - NOON).seconds for event in page.events] == [3, 2, 1]


async def test_a_user_is_found_by_name_too(log: AuditLog, database: Database) -> None:
    async with database.write() as connection:
        await connection.execute(
            text(
                "INSERT INTO users (id, username, username_folded, role, is_enabled,"
                " must_change_password, password_changed_at, created_at, updated_at)"
                " VALUES ('01K', 'Ann', 'ann', 'user', true, false, 0, 0, 0)"
            )
        )
    log.record(_event(user_id="01K"))
    log.record(_event(user_id="static"))

    assert (await _find(log, user="ANN")).total == 1
    assert (await _find(log, user="static")).total == 1
    assert (await _find(log, user="nobody")).total == 0


async def test_a_walk_yields_everything_once(
    log: AuditLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader_module, "PAGE_SIZE", 7)
    for number in range(30):
        log.record(_event(number // 3))
    await log.flush()

    ids = [event.id async for event in log.walk(AuditQuery(limit=1000))]
    some = [event.id async for event in log.walk(AuditQuery(limit=11, offset=2))]

    assert len(ids) == len(set(ids)) == 30
    assert some == ids[2:13]


async def _walked(log: AuditLog, limit: int) -> tuple[int, int]:
    """
    Return how many events a walk gave, and how many bytes it held at most.
    """
    tracemalloc.start()
    try:
        count = 0
        async for _event_of_many in log.walk(AuditQuery(limit=limit)):
            count += 1
        return count, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


async def test_a_walk_over_many_events_holds_no_more_than_one_over_few(
    log: AuditLog, audit_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    # `make bench-many` exports a million of them.
    monkeypatch.setattr(reader_module, "PAGE_SIZE", 100)
    await store_events(audit_database, 2_000)
    await _walked(log, 200)

    few, many = await _walked(log, 300), await _walked(log, 2_000)

    assert (few[0], many[0]) == (300, 2_000)
    assert many[1] < 1.5 * few[1]


async def test_many_events_are_all_stored_and_in_order(log: AuditLog) -> None:
    for number in range(5000):
        log.record(_event(number, request_id=str(number)))

    page = await _find(log, limit=6000, after_id=0)

    assert page.total == 5000
    assert sorted(int(event.request_id) for event in page.events) == list(range(5000))


async def test_old_events_are_purged_in_slices(
    log: AuditLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_module, "PURGE_SLICE", 4)
    for number in range(10):
        log.record(_event(number))
    await log.flush()

    assert await log.purge(NOON + timedelta(seconds=9)) == 9

    assert (await _find(log)).total == 1


HOSTILE = [
    {"object_key": "nul\0byte"},
    {"object_key": "lone \ud800 surrogate"},
    {"user_agent": "x" * 100_000, "action": "a" * 500, "request_id": "r" * 500},
    {"detail": {"big": "y" * 100_000, "n": 1}},
    {"detail": {f"name-{number}": "z" * 200 for number in range(500)}},
]


@pytest.mark.parametrize("facts", HOSTILE, ids=["nul", "surrogate", "long", "detail", "wide"])
async def test_an_odd_event_is_cut_and_stored(
    log: AuditLog, metrics: Metrics, facts: dict[str, object]
) -> None:
    log.record(_event(1, **facts))
    log.record(_event(2))

    page = await _find(log)

    assert page.total == 2
    assert len(page.events[1].detail) <= 8192
    assert isinstance(json.loads(page.events[1].detail), dict)
    assert len(page.events[1].user_agent) <= 512
    assert b"stowage_audit_dropped_total 0.0" in metrics.render()[0]


@asynccontextmanager
async def _broken_table(database: Database) -> AsyncIterator[None]:
    """
    Keep the audit log from being written, as a full disk would.
    """
    async with database.write() as connection:
        await connection.execute(text("ALTER TABLE audit_events RENAME TO audit_events_away"))
    yield
    async with database.write() as connection:
        await connection.execute(text("ALTER TABLE audit_events_away RENAME TO audit_events"))


@pytest.mark.parametrize("is_batch", [False, True])
async def test_events_wait_on_disk_when_the_queue_is_full_and_come_back(
    audit_database: Database,
    database: Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    is_batch: bool,  # noqa: FBT001 - a parameter
) -> None:
    monkeypatch.setattr(log_module, "MAX_WAITING", 10)
    spool = tmp_path / "audit.spool"
    async with open_audit_log(audit_database, database, spool_path=spool, metrics=Metrics()) as log:
        events = [_event(number) for number in range(100)]
        if is_batch:
            log.record_all(events)
        else:
            for event in events:
                log.record(event)

        assert spool.read_bytes().count(b"\n") == 90
        assert stat.S_IMODE(spool.stat().st_mode) == 0o600
        assert (await _find(log, limit=200)).total == 100
        assert not spool.exists()
        assert not spool.with_name("audit.spool.taken").exists()


@asynccontextmanager
async def _full_queue(
    audit_database: Database, log: AuditLog, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[None]:
    """
    Fill the queue while the database is away, until the end of the block.
    """
    monkeypatch.setattr(log_module, "MAX_WAITING", 3)
    monkeypatch.setattr(log_module, "HOLD_SECONDS", 0.01)
    async with audit_database.write() as blocker:
        if blocker.dialect.name == "postgresql":
            await blocker.execute(text("LOCK TABLE audit_events IN ACCESS EXCLUSIVE MODE"))
        for number in range(3):
            log.record(_event(number))
        yield


def _effects(metrics: Metrics) -> dict[str, float]:
    lines = [
        line for line in metrics.render()[0].decode().splitlines() if "audit_full_total" in line
    ]
    rows = [line for line in lines if line.startswith("stowage")]
    return {row.split('"')[1]: float(row.split()[-1]) for row in rows}


async def test_changes_wait_while_the_queue_is_full_and_go_on_when_it_is_not(
    log: AuditLog, audit_database: Database, metrics: Metrics, monkeypatch: pytest.MonkeyPatch
) -> None:
    await log.wait_for_room()

    async with _full_queue(audit_database, log, monkeypatch):
        change = asyncio.create_task(log.wait_for_room())
        done, _ = await asyncio.wait([change], timeout=0.1)
        assert not done

    await change
    assert (await _find(log)).total == 3
    assert _effects(metrics) == {"change": 1.0}


async def test_a_change_that_gets_no_room_for_long_is_refused(
    log: AuditLog, audit_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_module, "ROOM_SECONDS", 0.01)

    async with _full_queue(audit_database, log, monkeypatch):
        with pytest.raises(StowageError) as caught:
            await log.wait_for_room()

    assert caught.value.code == "store_unavailable"


async def test_refusals_are_merged_for_longer_while_the_queue_is_full(
    log: AuditLog, audit_database: Database, metrics: Metrics, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(count: int) -> None:
        for _ in range(count):
            log.refuse(
                _event(action="request.refuse", ip="::1", detail={"reason": "token.unknown"})
            )

    async def held_on() -> bool:
        return _effects(metrics).get("refusals", 0) > 2

    async with _full_queue(audit_database, log, monkeypatch):
        refuse(20)
        await wait_until_async(held_on, what="the next seconds")
        refuse(30)

    (event,) = (await _find(log, action="request.refuse")).events
    assert json.loads(event.detail)["count"] == 50


async def test_events_outlive_a_database_that_is_away_and_a_restart(
    audit_database: Database, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool = tmp_path / "audit.spool"
    monkeypatch.setattr(log_module, "CLOSE_SECONDS", 0.2)
    monkeypatch.setattr(log_module, "_RETRY_SECONDS", 0.01)
    async with audit_database.write() as blocker:
        if blocker.dialect.name == "postgresql":
            await blocker.execute(text("LOCK TABLE audit_events IN ACCESS EXCLUSIVE MODE"))
        async with open_audit_log(
            audit_database, database, spool_path=spool, metrics=Metrics()
        ) as log:
            for number in range(20):
                log.record(_event(number))
        assert spool.read_bytes().count(b"\n") == 20

    async with open_audit_log(audit_database, database, spool_path=spool, metrics=Metrics()) as log:
        assert (await _find(log)).total == 20


async def test_what_is_recorded_last_is_stored_at_the_end(
    audit_database: Database, database: Database, tmp_path: Path
) -> None:
    spool = tmp_path / "audit.spool"
    async with open_audit_log(audit_database, database, spool_path=spool, metrics=Metrics()) as log:
        for number in range(1000):
            log.record(_event(number))

    assert not spool.exists()
    assert (await log.search(AuditQuery())).total == 1000


async def test_broken_lines_of_the_spool_are_counted_as_lost(
    audit_database: Database, database: Database, tmp_path: Path
) -> None:
    spool, metrics = tmp_path / "audit.spool", Metrics()
    spool.write_text("not an event\n")

    async with open_audit_log(audit_database, database, spool_path=spool, metrics=metrics) as log:
        log.record(_event())
        assert (await _find(log)).total == 1

    assert b"stowage_audit_dropped_total 1.0" in metrics.render()[0]


async def test_an_event_that_neither_database_nor_disk_takes_is_counted(
    audit_database: Database, database: Database, tmp_path: Path
) -> None:
    metrics = Metrics()

    async with (
        _broken_table(audit_database),
        open_audit_log(
            audit_database, database, spool_path=tmp_path / "no" / "spool", metrics=metrics
        ) as log,
    ):
        log.record(_event())

    assert b"stowage_audit_dropped_total 1.0" in metrics.render()[0]
