"""
Whether this process lives and is ready, and which version it is.
"""

from typing import Literal

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
