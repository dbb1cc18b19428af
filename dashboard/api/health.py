"""
Whether this process lives and is ready, and which version it is.
"""

from http import HTTPStatus
from typing import Literal

from starlette.responses import Response

from app import version
from app.telemetry.condition import find_condition
from dashboard.call import Call, render_schema
from dashboard.schemas import Schema, Timestamp


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


class DiskRoom(Schema):
    """
    The disk that a database of ours grows on.
    """

    name: Literal["database", "audit"]
    free_bytes: int
    total_bytes: int


class ListenerCertificate(Schema):
    """
    A certificate that we show, by the section of the configuration that names it.
    """

    name: Literal["server", "s3_proxy"]
    ends_at: Timestamp | None
    """`null` where its file cannot be read."""


class BackendOutside(Schema):
    """
    What a backend shows to anybody who connects; `null` for what could not be seen.
    """

    backend_id: str
    skew_seconds: int | None
    """How far its clock is ahead of ours; requests are refused from 15 minutes on."""
    certificate_ends_at: Timestamp | None


class ServerCondition(Schema):
    """
    Room, certificates and clocks, looked at when it is asked for.
    """

    disks: list[DiskRoom]
    listeners: list[ListenerCertificate]
    backends: list[BackendOutside]


async def get_condition(call: Call) -> ServerCondition:
    """
    Look at disks, certificates and the clocks of backends.
    """
    services = call.services
    found = await find_condition(call.actor, services.config, services.registry, services.clock)
    return ServerCondition(
        disks=[
            DiskRoom(name=one.name, free_bytes=one.free_bytes, total_bytes=one.total_bytes)
            for one in found.disks
        ],
        listeners=[
            ListenerCertificate(name=one.name, ends_at=one.ends_at) for one in found.listeners
        ],
        backends=[
            BackendOutside(
                backend_id=backend_id,
                skew_seconds=one.skew_seconds,
                certificate_ends_at=one.certificate_ends_at,
            )
            for backend_id, one in found.backends.items()
        ],
    )


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
