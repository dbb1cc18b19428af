"""
The SQL of the series: three widths of span, each kept for a while.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from app.database.tables import metric_points
from app.telemetry.series import Series

_columns = metric_points.c
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Width:
    """
    How long the spans of a series are, and how long they are kept.
    """

    seconds: int
    kept: timedelta


MINUTES = Width(60, timedelta(hours=26))
QUARTERS = Width(900, timedelta(days=8))
SIXTHS = Width(21600, timedelta(days=93))
WIDTHS = (MINUTES, QUARTERS, SIXTHS)
HOURS = Width(3600, timedelta(hours=26))
"""For the requests of each access key alone."""


@dataclass(frozen=True, slots=True)
class Point:
    """
    The value of a series in one span.
    """

    series: Series
    at: datetime
    value: float


def span_start(moment: datetime, seconds: int) -> datetime:
    """
    Return the beginning of the span that a moment lies in.
    """
    whole = int((moment - _EPOCH).total_seconds()) // seconds * seconds
    return _EPOCH + timedelta(seconds=whole)


async def add_growth(
    connection: AsyncConnection,
    values: Mapping[Series, float],
    now: datetime,
    *,
    widths: Sequence[Width] = WIDTHS,
) -> None:
    """
    Add to the spans of this moment.
    """
    await _write(connection, values, now, widths, adds=True)


async def set_levels(
    connection: AsyncConnection,
    values: Mapping[Series, float],
    now: datetime,
    *,
    widths: Sequence[Width] = WIDTHS,
) -> None:
    """
    Note how something stands; the last word of a span counts.
    """
    await _write(connection, values, now, widths, adds=False)


async def read_points(
    connection: AsyncConnection,
    names: Sequence[str],
    since: datetime,
    until: datetime,
    *,
    width: Width,
) -> Sequence[Point]:
    """
    Return the points of these series in a range, by series and time.
    """
    query = (
        select(metric_points)
        .where(
            _columns.step == width.seconds,
            _columns.at >= since,
            _columns.at <= until,
            _columns.name.in_(names),
        )
        .order_by(_columns.name, _columns.labels, _columns.at)
    )
    rows = (await connection.execute(query)).mappings().all()
    return [Point(Series(row["name"], row["labels"]), row["at"], row["value"]) for row in rows]


async def sum_by_labels(
    connection: AsyncConnection, name: str, since: datetime, *, width: Width
) -> Mapping[str, float]:
    """
    Return the sum of each series of a name since a moment, by its labels.
    """
    query = (
        select(_columns.labels, func.sum(_columns.value))
        .where(_columns.step == width.seconds, _columns.at >= since, _columns.name == name)
        .group_by(_columns.labels)
    )
    return {row[0]: row[1] for row in (await connection.execute(query)).all()}


async def purge(connection: AsyncConnection, now: datetime) -> None:
    """
    Delete what has been kept for long enough.
    """
    for width in (*WIDTHS, HOURS):
        await connection.execute(
            delete(metric_points).where(
                _columns.step == width.seconds, _columns.at < now - width.kept
            )
        )


async def _write(
    connection: AsyncConnection,
    values: Mapping[Series, float],
    now: datetime,
    widths: Sequence[Width],
    *,
    adds: bool,
) -> None:
    rows = [
        {
            "name": one.name,
            "labels": one.labels,
            "step": width.seconds,
            "at": span_start(now, width.seconds),
            "value": value,
        }
        for one, value in sorted(values.items(), key=lambda pair: (pair[0].name, pair[0].labels))
        for width in widths
    ]
    if not rows:
        return
    dialect: Any = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(metric_points)
    fresh = statement.excluded.value
    statement = statement.on_conflict_do_update(
        index_elements=["name", "labels", "step", "at"],
        set_={"value": _columns.value + fresh if adds else fresh},
    )
    await connection.execute(statement, rows)
