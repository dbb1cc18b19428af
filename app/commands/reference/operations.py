"""
The page of S3 operations, from the table that the proxy decides by.
"""

from app.commands.reference.markdown import GENERATED, table
from app.rbac.levels import level_names
from app.rbac.policy import Action
from proxy.core.operation_table import TABLE
from proxy.core.operations import Answerer, Operation, Target

_ADDRESSED_TO = {Target.SERVICE: "/", Target.BUCKET: "/bucket", Target.OBJECT: "/bucket/key"}
_ANSWERED_BY = {
    Answerer.BACKEND: "the backend",
    Answerer.PROXY: "Stowage",
    Answerer.NOBODY: "nobody: 501",
    Answerer.LATER: "not yet: 501",
}


def operations_page() -> str:
    """
    Render every operation with what it looks like and what it needs.
    """
    rows = table(
        ("operation", "request", "needs", "for strangers", "answered by"),
        (_row(operation) for operation in TABLE.rows),
    )
    return (
        f"# S3 operations\n\n{GENERATED}\n"
        "What is not in this table is refused: 405 for a method, 501 for a sub-resource that "
        "nobody knows. What a row needs is described under [access levels](access.md). A "
        "parameter or an `x-amz-` header that the operation does not take is refused, never "
        "dropped in silence.\n\n"
        f"{rows}"
    )


def _row(operation: Operation) -> tuple[str, str, str, str, str]:
    return (
        operation.name,
        f"`{_request(operation)}`",
        _needs(operation),
        "where a binding lets them in" if operation.is_anonymous else "no",
        _ANSWERED_BY[operation.answerer],
    )


def _request(operation: Operation) -> str:
    query = [operation.selector] if operation.selector else []
    query += sorted(operation.required - set(query))
    place = _ADDRESSED_TO[operation.target]
    return f"{operation.method} {place}" + (f"?{'&'.join(query)}" if query else "")


def _needs(operation: Operation) -> str:
    if operation.answerer is Answerer.NOBODY:
        return "refused for everybody"
    text = _levels(operation.action)
    if operation.versioned_action is not None:
        text += f"; with a version {_levels(operation.versioned_action)}"
    return text


def _levels(action: Action) -> str:
    if action.any_level:
        return "any level"
    names = " and ".join(f"`{name}`" for name in level_names(action.levels)) or "nothing"
    return f"{names} on bucket `*`" if action.whole_backend else names
