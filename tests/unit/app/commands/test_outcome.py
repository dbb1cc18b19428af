"""
Every error of a command has its documented exit status, and a line for a person.
"""

import pytest

from app.commands.outcome import exit_status, explain
from app.config.problems import ConfigError, Origin, Problem
from app.errors import registry as errors
from app.errors.start import StartError


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (StartError("the port is taken"), 1),
        (errors.NOT_FOUND(), 1),
        (errors.BACKEND_ERROR(), 1),
        (errors.STORE_UNAVAILABLE(), 1),
        (errors.FORBIDDEN(), 2),
        (errors.INVALID_CREDENTIALS(), 2),
        (errors.WEAK_PASSWORD(), 3),
        (errors.USERNAME_TAKEN(), 3),
        (errors.INTERNAL(), 5),
        (ZeroDivisionError(), 5),
        (ConfigError([Problem("is not a number", "s3_proxy.workers")]), 78),
    ],
    ids=str,
)
def test_exit_status(error: Exception, status: int) -> None:
    assert exit_status(error) == status


def test_an_error_of_the_registry_is_explained_with_its_cure() -> None:
    error = errors.USERNAME_TAKEN(detail="ada")

    assert explain(error) == f"{error.message} ada {error.entry.cure}"


def test_every_problem_of_a_configuration_is_shown_with_its_place() -> None:
    problems = [
        Problem("is unknown", "servr", Origin("c.yaml", 3, 1), "server"),
        Problem("is not a number", "s3_proxy.workers", Origin("c.yaml", 9, 12)),
    ]

    assert explain(ConfigError(problems)).splitlines() == [
        "c.yaml:3:1: servr: is unknown (did you mean server?)",
        "c.yaml:9:12: s3_proxy.workers: is not a number",
    ]
