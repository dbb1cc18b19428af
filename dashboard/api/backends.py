"""
The backends that the caller may see, and whether they answer.
"""

from typing import Literal

from app.backends import backend as abilities
from app.backends.health import HealthReport
from dashboard.call import Call
from dashboard.schemas import Schema, Timestamp, omitted
from dashboard.session import sees

_HIDDEN_ERROR = "The backend does not answer."


class Capabilities(Schema):
    """
    What a backend can do, as found by probing or set by the operator.
    """

    versioning: bool
    object_lock: bool
    lifecycle: bool
    bucket_policy: bool
    cors: bool
    tagging: bool
    server_side_encrypt: bool
    admin_api: Literal["", "minio", "garage", "seaweedfs"] = ""
    max_multipart_parts: int
    max_part_size_bytes: int


class Backend(Schema):
    """
    A configured storage.
    """

    id: str
    name: str
    capabilities: Capabilities
    healthy: bool
    last_probe_at: Timestamp | None = omitted()
    last_error: str = omitted("")


class BackendList(Schema):
    """
    Every backend on which the caller holds a level, by id.
    """

    backends: list[Backend]


class BackendHealth(Schema):
    """
    The result of a probe made now.
    """

    healthy: bool
    last_probe_at: Timestamp
    last_error: str


async def list_backends(call: Call) -> BackendList:
    """
    Return the live backends on which the caller holds a level.
    """
    ids = [one for one in call.services.registry.ids if sees(call.principal, one)]
    return BackendList(backends=[_backend(call, backend_id) for backend_id in ids])


async def get_backend(call: Call) -> Backend:
    """
    Return one live backend.
    """
    return _backend(call, call.path("bid"))


async def probe_backend(call: Call) -> BackendHealth:
    """
    Ask a backend now whether it answers.
    """
    report = await call.services.registry.probe(call.path("bid"))
    return BackendHealth(
        healthy=report.is_healthy,
        last_probe_at=report.last_probe_at or call.services.clock.now(),
        last_error=_error(call, report),
    )


def _backend(call: Call, backend_id: str) -> Backend:
    upstream = call.services.registry.describe(backend_id)
    report = call.services.registry.health(backend_id)
    able = upstream.capabilities
    return Backend(
        id=backend_id,
        name=upstream.info.name,
        capabilities=Capabilities(
            versioning=able.versioning,
            object_lock=able.object_lock,
            lifecycle=able.lifecycle,
            bucket_policy=able.bucket_policy,
            cors=able.cors,
            tagging=able.tagging,
            server_side_encrypt=able.server_side_encrypt,
            max_multipart_parts=abilities.MAX_PARTS,
            max_part_size_bytes=call.services.config.uploads.max_part_bytes,
        ),
        healthy=report.is_healthy,
        last_probe_at=report.last_probe_at,
        last_error=_error(call, report),
    )


def _error(call: Call, report: HealthReport) -> str:
    # What went wrong in detail tells about the inside of the network.
    is_told = call.principal.is_admin or not report.last_error
    return report.last_error if is_told else _HIDDEN_ERROR
