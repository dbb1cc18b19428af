"""
The page of error codes, from the registry.
"""

from app.commands.reference.markdown import GENERATED, table
from app.errors.raised import ErrorEntry, Reason
from app.errors.registry import REGISTRY


def errors_page() -> str:
    """
    Render every code with its status, meaning, cure and reasons.
    """
    overview = table(
        ("code", "status", "S3 port", "meaning"),
        (
            (f"[`{e.code}`](#{e.code})", str(e.status), f"{e.s3.code} {e.s3.status}", e.title)
            for e in REGISTRY.values()
        ),
    )
    intro = (
        "Every error carries one of these codes, on the JSON API in `error.code`, on the S3 port "
        "in the header `x-error-code`. A `reason` refines it (`error.reason`, `<Reason>`, "
        "`x-error-reason`). Codes and reasons are stable; messages are not.\n\n"
    )
    details = "".join(_error_section(entry) for entry in REGISTRY.values())
    return f"# Errors\n\n{GENERATED}\n{intro}{overview}\n{details}".rstrip() + "\n"


def _error_section(entry: ErrorEntry) -> str:
    parts = [
        f'## <a id="{entry.code}"></a>{entry.code}\n\n',
        f"{entry.message} {entry.cure}\n\n",
        f"HTTP {entry.status}; on the S3 port `{entry.s3.code}` {entry.s3.status}; ",
        "may work later unchanged.\n\n" if entry.retryable else "the same request fails again.\n\n",
    ]
    if entry.reasons:
        rows = (_reason_row(entry, reason) for reason in entry.reasons)
        parts.append(table(("reason", "status", "S3 port", "message"), rows) + "\n")
    return "".join(parts)


def _reason_row(entry: ErrorEntry, reason: Reason) -> tuple[str, str, str, str]:
    s3 = reason.s3 or entry.s3
    return (
        f"`{reason.name}`",
        str(reason.status or entry.status),
        f"{s3.code} {s3.status}",
        reason.message or entry.message,
    )
