"""
Writes the reference pages that come from code: `python -m app.commands.reference docs/reference`.

`make generate` runs it, and `make check` fails when a page differs from what this writes.
"""

import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from app.errors.raised import ErrorEntry, Reason
from app.errors.registry import REGISTRY
from app.rbac.levels import PRESETS, ROLE_DEFAULTS, level_names

_GENERATED = "<!-- Written by `make generate`; edit the code it comes from. -->\n"


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """
    Render a Markdown table; pipes inside a cell are escaped.
    """
    lines = ["| " + " | ".join(header) + " |", "| " + " | ".join("---" for _ in header) + " |"]
    lines += ["| " + " | ".join(_cell(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


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
    return f"# Errors\n\n{_GENERATED}\n{intro}{overview}\n{details}".rstrip() + "\n"


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


def access_page() -> str:
    """
    Render the presets and the defaults of the roles.
    """
    presets = table(
        ("preset", "levels", "replaces existing keys"),
        (
            (f"`{name}`", ", ".join(level_names(a.levels)), "yes" if a.may_overwrite else "never")
            for name, a in PRESETS.items()
        ),
    )
    roles = table(
        ("role", "levels everywhere, unless `auth.role_grants` says otherwise"),
        ((f"`{role}`", ", ".join(level_names(a.levels))) for role, a in ROLE_DEFAULTS.items()),
    )
    return (
        f"# Access levels\n\n{_GENERATED}\n"
        "A level is one right. A scope is a set of levels at a place: a backend, a bucket, a key "
        "prefix. A grant gives a scope to a user, a group or a role. What a virtual credential may "
        "do is what both its scopes and its owner's grants allow at this moment.\n\n"
        f"## Presets\n\n{presets}\n## Roles\n\n{roles}\n"
        "`admin` may everything, users, quotas and anonymous access included. `readonly` is a "
        "ceiling: no grant lifts it above `list` and `read`.\n"
    )


PAGES: dict[str, Callable[[], str]] = {"errors.md": errors_page, "access.md": access_page}


def write_pages(folder: Path) -> None:
    """
    Write every page into the folder, which is made if missing.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, render in PAGES.items():
        (folder / name).write_text(render(), encoding="utf-8")


if __name__ == "__main__":
    write_pages(Path(sys.argv[1]))
