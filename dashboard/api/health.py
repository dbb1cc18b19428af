"""
Whether this process lives and is ready, and which version it is.
"""

from http import HTTPStatus
from typing import Literal

from starlette.responses import Response

from app import version
from dashboard.call import Call, render_schema
from dashboard.schemas import Schema


class Health(Schema):
    """
    The process and its event loop live.
    """

    status: Literal["ok"] = "ok"


class Check(Schema):
    """
    One named condition of readiness.
    """

    name: str
    ok: bool
    detail: str = ""


class Readiness(Schema):
    """
    Whether this process may be sent requests; 503 while a check fails.
    """

    status: Literal["ready", "not_ready"]
    checks: list[Check]


class Version(Schema):
    """
    What is running.
    """

    version: str
    commit: str


async def get_health(_call: Call) -> Health:
    """
    Answer, which is all that is asked.
    """
    return Health()


async def get_readiness(call: Call) -> Response:
    """
    Say which checks pass; 503 unless all do.
    """
    results = await call.readiness.check()
    checks = [
        Check(name=result.name, ok=result.is_ok, detail=result.problem or result.note)
        for result in results
    ]
    is_ready = all(check.ok for check in checks)
    answer = Readiness(status="ready" if is_ready else "not_ready", checks=checks)
    return render_schema(answer, HTTPStatus.OK if is_ready else HTTPStatus.SERVICE_UNAVAILABLE)


async def get_version(_call: Call) -> Version:
    """
    Say what is running, to those who are signed in.
    """
    return Version(version=version.version(), commit=version.commit())
