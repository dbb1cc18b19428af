"""
Whether an error that was sent is one that the OpenAPI document names for its route.
"""

import re
from functools import cache

from starlette.routing import compile_path

from dashboard.app import spellings
from dashboard.openapi import make_document
from dashboard.openapi_errors import codes_in
from dashboard.routes import ROWS


def check_documented(method: str, path: str, code: str) -> None:
    """
    Fail for an error that its route is not said to answer; other paths have no row.
    """
    for pattern, codes in _routes():
        if pattern.fullmatch(path):
            known = codes.get(method)
            assert known is None or code in known, (method, pattern.pattern, code)
            return


@cache
def _routes() -> list[tuple[re.Pattern[str], dict[str, frozenset[str]]]]:
    """
    Return the paths in the order in which they are tried, with the codes of each method.
    """
    document = make_document(ROWS)["paths"]
    found: dict[str, dict[str, frozenset[str]]] = {}
    for row in ROWS:
        operation = document[row.path.removesuffix("~")][row.method.lower()]
        for path in spellings(row.path):
            found.setdefault(path, {})[row.method] = frozenset(codes_in(operation))
    return [(compile_path(path)[0], codes) for path, codes in found.items()]
