"""
Three weeks of metrics, so that no chart is empty. No API can write the past, so the points go into
the database directly, in the spans that the server itself keeps.
"""

import math
import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine
from sqlalchemy.dialects.sqlite import insert

from app.database.tables import metric_points
from app.telemetry import series, store
from app.telemetry.series import Series
from app.telemetry.store import Width

DAYS = timedelta(days=21)
_DAY_SECONDS = 24 * 3600
_AT_ONCE = 5000
_PER_MINUTE: Sequence[tuple[Series, float]] = (
    (series.series(series.REQUESTS, surface="s3", backend="local", **{"class": "2xx"}), 240.0),
    (series.series(series.REQUESTS, surface="s3", backend="archive", **{"class": "2xx"}), 60.0),
    (series.series(series.REQUESTS, surface="s3", backend="local", **{"class": "4xx"}), 9.0),
    (series.series(series.REQUESTS, surface="s3", backend="cold", **{"class": "5xx"}), 1.5),
    (series.series(series.ERRORS, surface="s3", code="forbidden"), 5.0),
    (series.series(series.ERRORS, surface="s3", code="not_found"), 3.0),
    (series.series(series.ERRORS, surface="s3", code="backend_error"), 1.5),
    (series.series(series.ERRORS, surface="s3", code="quota_exceeded"), 0.4),
    (series.series(series.BYTES, surface="s3", backend="local", direction="in"), 3.2e8),
    (series.series(series.BYTES, surface="s3", backend="local", direction="out"), 9.5e8),
    (series.series(series.LATENCY, surface="s3", backend="local", le="0.005"), 120.0),
    (series.series(series.LATENCY, surface="s3", backend="local", le="0.025"), 210.0),
    (series.series(series.LATENCY, surface="s3", backend="local", le="0.1"), 298.0),
    (series.series(series.LATENCY, surface="s3", backend="local", le="+Inf"), 300.0),
)
"""What grows, and by how much in a minute at noon."""


def write_numbers(folder: Path, access_keys: Sequence[str], buckets: Sequence[str]) -> None:
    """
    Write points into the database of a data folder whose server may be running.

    Args:
        folder: The data folder.
        access_keys: Keys that were busy today.
        buckets: Buckets of the first backend, whose storage grew.
    """
    chosen = random.Random(21)  # noqa: S311  the same every time is what is wanted
    now = datetime.now(UTC)
    rows = list(_growth(chosen, now))
    rows += _levels(chosen, now, buckets)
    rows += _keys(chosen, now, access_keys)
    engine = create_engine(f"sqlite:///{folder / 'stowage.db'}", connect_args={"timeout": 30})
    with engine.begin() as connection:
        # What the server has counted meanwhile is true, and stays.
        statement = insert(metric_points).on_conflict_do_nothing()
        for first in range(0, len(rows), _AT_ONCE):
            connection.execute(statement, rows[first : first + _AT_ONCE])
    engine.dispose()


def _spans(now: datetime, width: Width) -> Iterator[datetime]:
    at = store.span_start(now, width.seconds)
    while at > now - min(width.kept, DAYS):
        yield at
        at -= timedelta(seconds=width.seconds)


def _growth(chosen: random.Random, now: datetime) -> Iterator[dict[str, Any]]:
    for width in store.WIDTHS:
        for at in _spans(now, width):
            minutes = width.seconds / 60
            for one, at_noon in _PER_MINUTE:
                value = at_noon * minutes * _business(at) * chosen.uniform(0.8, 1.2)
                yield _row(one, at, width, round(value))


def _levels(
    chosen: random.Random, now: datetime, buckets: Sequence[str]
) -> Iterator[dict[str, Any]]:
    sizes = {bucket: chosen.uniform(2, 90) * 2**30 for bucket in buckets}
    for width in store.WIDTHS[1:]:
        for at in _spans(now, width):
            past = (now - at).total_seconds() / _DAY_SECONDS
            for bucket, size in sizes.items():
                one = series.series(series.STORAGE, backend="local", bucket=bucket)
                yield _row(one, at, width, round(size * (1 - 0.015 * past)))


def _keys(
    chosen: random.Random, now: datetime, access_keys: Sequence[str]
) -> Iterator[dict[str, Any]]:
    for rank, access_key in enumerate(access_keys, start=1):
        one = series.series(series.KEYS, access_key=access_key)
        for at in _spans(now, store.HOURS):
            yield _row(one, at, store.HOURS, round(9000 / rank * chosen.random()))


def _business(at: datetime) -> float:
    """
    Say how busy a moment is: little at night, less on Saturdays and Sundays.
    """
    hour = at.hour + at.minute / 60
    day = 0.35 if at.weekday() in (5, 6) else 1.0
    return day * (0.25 + 0.75 * math.exp(-(((hour - 13) / 4.5) ** 2)))


def _row(one: Series, at: datetime, width: Width, value: float) -> dict[str, Any]:
    return {
        "name": one.name,
        "labels": one.labels,
        "step": width.seconds,
        "at": at,
        "value": value,
    }
