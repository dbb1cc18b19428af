"""
Who may make which call: the lines of `tests/vectors/api_access.txt`, and what follows from each for
every kind of caller. Knows nothing of the code that decides.

`PYTHONPATH=tests .venv/bin/python -m support.api_access` writes the page of the documentation.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "tests" / "vectors" / "api_access.txt"
PAGE = ROOT / "docs" / "reference" / "api-access.md"
P = "/api/backends/{bid}/buckets/{bucket}"

CALLERS = {
    "admin": "role `admin`",
    "user": "role `user` with its defaults: every level but `configure`, everywhere",
    "readonly": "role `readonly` with its defaults: `list` and `read` everywhere",
    "granted": "role `user` without defaults, granted `readonly` on this bucket",
    "other": "role `user` without defaults, granted `full` on another backend",
    "anonymous": "nobody is signed in",
    "disabled": "a session of a user who was disabled",
    "must-change": "role `admin`, must choose another password first",
    "no-csrf": "role `admin`, with a wrong `X-CSRF-Token`",
    "token": "an API token of the admin, without scopes",
    "admin-token": "an API token of the admin that administers",
    "scoped-token": "an API token of the admin, scoped to `readonly` on this bucket",
}
MEANINGS = {
    "yes": "the call is made; what it says depends on its arguments",
    "401": "`unauthorized`",
    "csrf": "403 `csrf_invalid`",
    "password": "403 `password_change_required`",
    "role": "403 `forbidden`: `admin.required` or `role.readonly`",
    "level": "403 `forbidden`: `grant.missing`",
    "hidden": "404 `not_found`: as if there were no such backend",
    "token": "403 `forbidden`: `token.scope` or `token.session_required`",
}
_READING = ("list", "read")
_LEVELS = ("list", "read", "write", "delete", "delete-version", "configure", "backend")
_USER_LACKS = ("configure", "backend")
_SAFE = ("GET", "HEAD")


@dataclass(frozen=True, slots=True)
class Line:
    """
    One call and who may make it.
    """

    method: str
    path: str
    who: str
    is_open_early: bool

    def expected(self, caller: str) -> str:
        """
        Return what a caller is told, one of `MEANINGS`.
        """
        if self.who == "everybody":
            return "yes"
        return self._at_the_gate(caller) or self._by_token(caller) or self._by_right(caller)

    def _at_the_gate(self, caller: str) -> str:
        if caller in ("anonymous", "disabled"):
            return "401"
        if caller == "no-csrf" and self.method not in _SAFE:
            return "csrf"
        if caller == "must-change" and not self.is_open_early:
            return "password"
        return ""

    def _by_token(self, caller: str) -> str:
        if not caller.endswith("token"):
            return ""
        if self.who == "session":
            return "token"
        is_bounded = self.who in ("signed-in", "sees", *_LEVELS) or self.path.startswith(P)
        return "token" if caller == "scoped-token" and not is_bounded else ""

    def _by_right(self, caller: str) -> str:
        if caller in ("admin", "must-change", "no-csrf", "admin-token"):
            return "yes"
        if self.who == "admin":
            return "role"
        if caller == "readonly" and (self.who == "writer" or self._is_change):
            return "role"
        if self.who not in ("sees", *_LEVELS):
            return "yes"
        if caller == "other":
            return "hidden"
        return "yes" if self.who == "sees" or self._holds(caller) else "level"

    @property
    def _is_change(self) -> bool:
        return self.who in _LEVELS and self.who not in _READING

    def _holds(self, caller: str) -> bool:
        if caller == "token":
            return True
        if caller == "user":
            return self.who not in _USER_LACKS
        return self.who in _READING


def read_groups() -> Mapping[str, Sequence[Line]]:
    """
    Return the lines of the table by the heading they stand under.
    """
    groups: dict[str, list[Line]] = {}
    for text in TABLE.read_text().splitlines():
        if text.startswith("## "):
            groups[text[3:]] = []
        elif text and not text.startswith("#"):
            method, path, who = text.split()
            is_early = who.endswith("+")
            line = Line(method, path.replace("{P}", P), who.rstrip("+"), is_early)
            groups[next(reversed(groups))].append(line)
    return groups


def read_lines() -> Sequence[Line]:
    """
    Return the lines of the table.
    """
    return [line for group in read_groups().values() for line in group]


def render_page() -> str:
    """
    Return the page of the documentation.
    """
    callers, meanings = (
        "\n".join(f"- `{name}`: {text}" for name, text in table.items())
        for table in (CALLERS, MEANINGS)
    )
    groups = "\n\n".join(_render_group(title, lines) for title, lines in read_groups().items())
    return (
        "# Who may make which call\n\n"
        "This page is made from a table that is written by hand, and a test asks every route as "
        "every kind of caller whether it is true. A column is a caller, a cell is what that caller "
        f"is told. `{{P}}` stands for `{P}`. See also [API routes](api.md) and [access "
        f"levels](access.md).\n\n## Callers\n\n{callers}\n\n## Answers\n\n{meanings}\n\n{groups}\n"
    )


def _render_group(title: str, lines: Sequence[Line]) -> str:
    head = f"| call \\ caller | {' | '.join(CALLERS)} |\n|{'---|' * (len(CALLERS) + 1)}"
    rows = "\n".join(
        f"| `{line.method} {line.path.replace(P, '{P}')}` | "
        f"{' | '.join(line.expected(caller) for caller in CALLERS)} |"
        for line in lines
    )
    return f"## {title}\n\n{head}\n{rows}"


if __name__ == "__main__":
    PAGE.write_text(render_page(), encoding="utf-8")
