"""
Whoever is refused learns why: no 403 of the S3 endpoint is raised without its reason.
"""

import ast
from pathlib import Path

from app.errors import registry
from app.errors.raised import ErrorEntry

PROXY = Path(__file__).parents[2] / "proxy"


def refusals_of(path: Path) -> list[tuple[ErrorEntry, ast.Call]]:
    """
    Return every place of a file that makes an error which S3 clients get as 403.
    """
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="errors"), attr=name)):
                entry = getattr(registry, name, None)
                if isinstance(entry, ErrorEntry) and entry.s3.status == 403:
                    found.append((entry, node))
    return found


def test_no_refusal_is_raised_without_its_reason() -> None:
    found = {path: refusals_of(path) for path in sorted(PROXY.rglob("*.py"))}
    silent = [
        f"{entry.code} in {path.name}, line {call.lineno}"
        for path, refusals in found.items()
        for entry, call in refusals
        if not any(keyword.arg == "reason" for keyword in call.keywords)
    ]

    assert silent == []
    assert sum(map(len, found.values())) > 15
