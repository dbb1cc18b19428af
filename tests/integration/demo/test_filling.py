"""
The demonstration fills every part of the product; here with few keys and few people.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Select, create_engine, func, select

from app.database.tables import (
    audit_events,
    backends,
    groups,
    jobs,
    metric_points,
    quotas,
    shares,
    users,
)
from demo.__main__ import main
from demo.people import GROUPS, LIMITS

SMALL = ("--keys", "4", "--users", "4", "--buckets", "5", "--brief")
ANYWHERE = ("--listen", "127.0.0.1:0", "--s3-listen", "127.0.0.1:0")
WEEKS = timedelta(days=18)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    The data folder that a demonstration leaves.
    """
    folder = tmp_path_factory.mktemp("demo") / "data"
    assert main([*SMALL, *ANYWHERE, "--data-dir", str(folder)]) == 0
    return folder


def ask(database: Path, query: Select[Any]) -> Sequence[Any]:
    """
    Return the first column of what a query finds.
    """
    engine = create_engine(f"sqlite:///{database}")
    with engine.connect() as connection:
        found = connection.scalars(query).all()
    engine.dispose()
    return found


def test_every_part_of_the_product_has_something_to_show(folder: Path) -> None:
    database = folder / "stowage.db"

    assert sorted(ask(database, select(backends.c.id))) == ["archive", "cold", "local"]
    assert len(ask(database, select(users.c.id))) >= 4
    assert sorted(ask(database, select(groups.c.name))) == sorted(GROUPS)
    assert set(ask(database, select(shares.c.kind))) == {"object", "folder", "upload"}
    assert set(ask(database, select(jobs.c.kind))) == {"copy", "scan"}
    assert len(ask(database, select(quotas.c.kind))) == len(LIMITS)


def test_the_charts_and_the_log_reach_back_for_weeks(folder: Path) -> None:
    database, then = folder / "stowage.db", datetime.now(UTC) - WEEKS
    names = select(metric_points.c.name).where(metric_points.c.at < then).distinct()

    assert ask(folder / "stowage-audit.db", select(func.min(audit_events.c.at)))[0] < then
    assert {"requests", "errors", "bytes", "storage_bytes"} <= set(ask(database, names))
