"""
Administration of users: many at once, from a CSV file.
"""

from typing import Literal

from app.auth.imports import LineOutcome
from app.auth.user_lines import parse_lines
from dashboard.api.errors import ErrorDetail
from dashboard.body import invalid
from dashboard.call import Call
from dashboard.errors import error_members
from dashboard.schemas import Schema, omitted

LineActionName = Literal["create", "update", "keep", "refuse"]
_ANSWERS = {"": False, "false": False, "true": True}


class ImportedLine(Schema):
    """
    What became of one line of the file, or would become of it.
    """

    line: int
    """From 1, which is the line with the names of the columns."""
    username: str
    action: LineActionName
    error: ErrorDetail | None = omitted()
    """Why it was refused; pointers are `csv:<line>:<column>`."""


class UserImport(Schema):
    """
    What became of each line of the file.
    """

    rows: list[ImportedLine]


async def import_users(call: Call) -> UserImport:
    """
    Make and change users as a CSV file says; with `dry_run=true` only say what would be done.

    The first line names the columns: `username`, and any of `email`, `role`, `password`, `kind`,
    `enabled` and `must_change_pw`. An empty cell says nothing; the password of a user who is there
    stays. A line that is refused keeps no other line back.
    """
    is_rehearsal = _is_rehearsal(call.query("dry_run"))
    lines = parse_lines(await call.raw_body())
    imports = call.services.user_imports
    act = imports.rehearse if is_rehearsal else imports.run
    outcomes = await act(call.actor, lines)
    return UserImport(rows=[_line(call, outcome) for outcome in outcomes])


def _is_rehearsal(text: str) -> bool:
    # A spelling of yes that we do not know must not change anything.
    if text.lower() not in _ANSWERS:
        raise invalid("query:dry_run", "use true or false")
    return _ANSWERS[text.lower()]


def _line(call: Call, outcome: LineOutcome) -> ImportedLine:
    error = outcome.error
    told = None if error is None else error_members(error, call.exchange.request_id)
    return ImportedLine(
        line=outcome.line,
        username=outcome.username,
        action=outcome.action,
        error=None if told is None else ErrorDetail(**told),
    )
