"""
What a call gives an endpoint: a long body is read off the event loop.
"""

import json
import threading
from typing import TYPE_CHECKING, Any, cast

import pytest
from pydantic import field_validator
from starlette.requests import Request
from starlette.types import Message

from dashboard.call import Call
from dashboard.readiness import Readiness
from dashboard.schemas import Body

if TYPE_CHECKING:
    from app.services import Services

THREADS: list[int] = []


class _Text(Body):
    text: str

    @field_validator("text")
    @classmethod
    def note(cls, text: str) -> str:
        THREADS.append(threading.get_ident())
        return text


def _call(body: bytes) -> Call:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    scope: dict[str, Any] = {"type": "http", "method": "POST", "headers": []}
    request = Request(scope, receive)
    return Call(request, cast("Services", None), Readiness({}), None, 4 * 2**20)


@pytest.mark.parametrize(("length", "is_elsewhere"), [(10, False), (2**20, True)])
async def test_a_long_body_holds_nobody_else_up(length: int, is_elsewhere: bool) -> None:  # noqa: FBT001  a parameter of the table
    THREADS.clear()

    found = await _call(json.dumps({"text": "x" * length}).encode()).body(_Text)

    assert len(found.text) == length
    assert ([threading.get_ident()] != THREADS) is is_elsewhere
