"""
The page of API routes, from the dashboard's route table.
"""

import inspect

from app.commands.reference.markdown import GENERATED, table
from dashboard.call import Row
from dashboard.routes import ROWS
from dashboard.session import Gate

_WHO = {
    Gate.PUBLIC: "everybody",
    Gate.OPTIONAL: "everybody",
    Gate.ANY: "signed in",
    Gate.WRITER: "not `readonly`",
    Gate.ADMIN: "`admin`",
}


def routes_page() -> str:
    """
    Render every route with who may call it and what it does.
    """
    rows = table(("route", "who", "does"), (_row(row) for row in ROWS))
    return (
        f"# API routes\n\n{GENERATED}\n"
        "JSON in and out. A call that changes something carries the session's token in the "
        "header `X-CSRF-Token`; its value is in the cookie `stowage_csrf`. Below `/api/backends` "
        "the [levels](access.md) decide too. Errors have [one shape](errors.md).\n\n"
        f"{rows}"
    )


def _row(row: Row) -> tuple[str, str, str]:
    path = row.path.removesuffix("~")
    says = (inspect.getdoc(row.endpoint) or "").split("\n\n")[0]
    return f"`{row.method} {path}`", _WHO[row.gate], says
