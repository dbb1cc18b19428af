"""
What an endpoint takes and gives, read off its own source: nothing is declared twice.

An endpoint asks its call for what it needs: `call.query("prefix")`, `call.body(ShareCreate)`. This
module finds these calls, also in the functions of ours that the call is handed on to.
"""

import ast
import inspect
import textwrap
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeGuard, get_args, get_type_hints

from pydantic import BaseModel

_OURS = "dashboard."
_READS = {"query": "string", "required": "string", "position": "string", "number": "integer"}
_PRIVATE_HEADERS = frozenset({"cookie", "sec-fetch-dest", "content-length"})
_PARSING = threading.Lock()
"""Python 3.11 miscounts the depth of two trees that are built at once (python/cpython#106905)."""


@dataclass(slots=True)
class EndpointFacts:
    """
    The parameters, the body and the answer of an endpoint.
    """

    summary: str = ""
    query: dict[str, str] = field(default_factory=dict)
    """The type of each query parameter."""
    required: set[str] = field(default_factory=set)
    headers: set[str] = field(default_factory=set)
    body: type[BaseModel] | None = None
    answer: type[BaseModel] | None = None
    """`None` for no content, and for what is no JSON."""
    is_raw: bool = False
    """The answer is made by hand: a download, a redirect, or JSON with headers of its own."""


def read_endpoint(endpoint: Callable[..., Any]) -> EndpointFacts:
    """
    Return what the source of an endpoint says of it; from any thread.
    """
    facts = EndpointFacts(summary=(inspect.getdoc(endpoint) or "").split("\n\n")[0])
    given = get_type_hints(endpoint).get("return")
    models = [one for one in get_args(given) or (given,) if _is_model(one)]
    facts.answer = models[0] if models else None
    facts.is_raw = not models and given is not type(None)
    with _PARSING:
        _read(endpoint, facts, set())
    return facts


def _is_model(given: object) -> TypeGuard[type[BaseModel]]:
    return isinstance(given, type) and issubclass(given, BaseModel)


def _read(function: Callable[..., Any], facts: EndpointFacts, seen: set[object]) -> None:
    if function in seen:
        return
    seen.add(function)
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    names = getattr(function, "__globals__", {})
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        if _is_of_call(node.func):
            _note(node, facts, names)
        elif any(isinstance(one, ast.Name) and one.id == "call" for one in node.args):
            for further in _resolve(node.func, names):
                _read(further, facts, seen)


def _is_of_call(function: ast.expr) -> bool:
    return (
        isinstance(function, ast.Attribute)
        and isinstance(function.value, ast.Name)
        and function.value.id == "call"
    )


def _note(node: ast.Call, facts: EndpointFacts, names: dict[str, Any]) -> None:
    method = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    first = node.args[0] if node.args else None
    if method == "body" and isinstance(first, ast.Name):
        facts.body = names[first.id]
    elif isinstance(first, ast.Constant) and isinstance(first.value, str):
        if method in _READS:
            facts.query[first.value] = _READS[method]
        if method == "required":
            facts.required.add(first.value)
        if method == "header" and first.value not in _PRIVATE_HEADERS:
            facts.headers.add(first.value)


def _resolve(function: ast.expr, names: dict[str, Any]) -> Iterator[Callable[..., Any]]:
    """
    Give the function of ours that a call goes to, if it is one.
    """
    found: Any = None
    if isinstance(function, ast.Name):
        found = names.get(function.id)
    elif isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
        found = getattr(names.get(function.value.id), function.attr, None)
    if inspect.isfunction(found) and found.__module__.startswith(_OURS):
        yield found
