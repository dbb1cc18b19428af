import sqlite3

import pytest
from sqlalchemy import exc

from app.database.trouble import find_trouble


class DriverError(Exception):
    """
    A driver's error with a state, as PostgreSQL's has one.
    """

    def __init__(self, sqlstate: str) -> None:
        super().__init__("driver")
        self.sqlstate = sqlstate


def _wrapped(orig: BaseException, kind: type[exc.DBAPIError] = exc.DBAPIError) -> exc.DBAPIError:
    return kind("SELECT 1", {}, orig)


@pytest.mark.parametrize(
    "error",
    [
        _wrapped(sqlite3.OperationalError("database is locked"), exc.OperationalError),
        _wrapped(DriverError("40001")),
        _wrapped(DriverError("40P01")),
        exc.TimeoutError("no connection is free"),
    ],
    ids=["sqlite", "serialization", "deadlock", "pool"],
)
def test_a_busy_database_says_so(error: exc.SQLAlchemyError) -> None:
    trouble = find_trouble(error)

    assert trouble is not None
    assert (trouble.code, trouble.reason, trouble.retryable) == ("internal", "db.locked", True)


@pytest.mark.parametrize(
    "error",
    [
        _wrapped(sqlite3.OperationalError("disk I/O error"), exc.OperationalError),
        _wrapped(DriverError("08006"), exc.InterfaceError),
        exc.DBAPIError("SELECT 1", {}, DriverError("57P01"), connection_invalidated=True),
        exc.DisconnectionError("gone"),
        ConnectionRefusedError(),
        TimeoutError(),
    ],
    ids=["disk", "interface", "invalidated", "disconnected", "refused", "timeout"],
)
def test_a_database_that_is_away_is_unavailable(error: exc.SQLAlchemyError | OSError) -> None:
    trouble = find_trouble(error)

    assert trouble is not None
    assert trouble.code == "store_unavailable"


@pytest.mark.parametrize(
    "error",
    [
        _wrapped(sqlite3.IntegrityError("UNIQUE"), exc.IntegrityError),
        _wrapped(sqlite3.ProgrammingError("no such table"), exc.ProgrammingError),
        exc.ArgumentError("bad"),
    ],
    ids=["integrity", "programming", "argument"],
)
def test_a_fault_of_ours_is_not_called_trouble(error: exc.SQLAlchemyError) -> None:
    assert find_trouble(error) is None


def _driver_errors(kind: type[exc.DBAPIError]) -> list[type[exc.DBAPIError]]:
    return [kind, *(deeper for child in kind.__subclasses__() for deeper in _driver_errors(child))]


def test_every_error_of_the_driver_is_known() -> None:
    """
    A new class in SQLAlchemy must be sorted: the database's trouble, or a fault of ours.
    """
    ours = {"DBAPIError", "DatabaseError", "IntegrityError", "DataError", "InternalError"}
    ours |= {"ProgrammingError", "NotSupportedError"}

    sorted_out = {
        kind.__name__
        for kind in _driver_errors(exc.DBAPIError)
        if find_trouble(_wrapped(Exception("x"), kind)) is not None
    }

    names = {kind.__name__ for kind in _driver_errors(exc.DBAPIError)}
    assert sorted_out == names - ours == {"OperationalError", "InterfaceError"}
