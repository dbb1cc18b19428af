"""
How a command ends: the exit status of each kind of error, and the line on standard error.
"""

from app.config.problems import ConfigError
from app.errors.raised import StowageError
from app.errors.start import StartError

FAILED = 1
REFUSED = 2
INPUT = 3
INTERNAL = 5
CONFIG = 78
INTERRUPTED = 130

_REFUSED_STATUSES = (401, 403)
_FAILED_STATUSES = (404, 502, 503)
_FIRST_SERVER_STATUS = 500


class Found(Exception):  # noqa: N818  it is no error
    """
    The work is done and something was found: the command ends with this status, 2 included.

    typer ends with 2 for a wrong flag, which is 3 in the end.
    """

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def exit_status(error: Exception) -> int:
    """
    Return the status a command ends with after this error.
    """
    if isinstance(error, ConfigError):
        return CONFIG
    if isinstance(error, StartError):
        return FAILED
    return _status_of(error) if isinstance(error, StowageError) else INTERNAL


def _status_of(error: StowageError) -> int:
    if error.status in _REFUSED_STATUSES:
        return REFUSED
    if error.status in _FAILED_STATUSES:
        return FAILED
    return INPUT if error.status < _FIRST_SERVER_STATUS else INTERNAL


def explain(error: Exception) -> str:
    """
    Return what a person reads; one line, or one line per problem of a configuration.
    """
    if isinstance(error, StowageError):
        detail = f" {error.detail}" if error.detail else ""
        return f"{error.message}{detail} {error.entry.cure}"
    return str(error)
