"""
Administration of backends: their rows, a trial run, the history of their probes.
"""

from typing import Literal

from pydantic import Field

from app.backends.health import HealthReport
from app.backends.rows import BackendChange, BackendRow, NewBackend
from app.backends.trial import Trial
from dashboard.call import Call
from dashboard.schemas import Body, Schema, Timestamp, omitted


class Endpoint(Schema):
    """
    A backend as administrators see it; the secret never leaves the server.
    """

    id: str
    name: str
    type: str
    endpoint: str
    region: str
    path_style: bool
    access_key: str = omitted("")
    secret_set: bool
    enabled: bool
    source: Literal["config", "db", "k8s"]
    source_file: str = omitted("")
    source_line: int = omitted(0)
    maintenance: bool
    capabilities: dict[str, bool]
    """The operator's overrides."""
    healthy: bool
    last_error: str = omitted("")
    last_probe_at: Timestamp | None = omitted()
    created_at: Timestamp | None = omitted()
    updated_at: Timestamp | None = omitted()


class EndpointList(Schema):
    """
    Every backend, by id.
    """

    backends: list[Endpoint]


class EndpointCreate(Body):
    """
    A new backend; the name defaults to the id.
    """

    id: str = ""
    name: str = ""
    type: str = "s3v4"
    endpoint: str = ""
    region: str = ""
    path_style: bool = True
    access_key: str = ""
    secret_key: str = ""
    enabled: bool = True
    maintenance: bool = False
    capabilities: dict[str, bool] = Field(default_factory=dict)


class EndpointPatch(Body):
    """
    What is to change; an absent secret keeps the stored one.
    """

    name: str | None = None
    endpoint: str | None = None
    region: str | None = None
    path_style: bool | None = None
    access_key: str | None = None
    secret_key: str | None = None
    enabled: bool | None = None
    maintenance: bool | None = None
    capabilities: dict[str, bool] | None = None


class EndpointTest(Body):
    """
    An endpoint to try without storing it.
    """

    type: str = "s3v4"
    endpoint: str = ""
    region: str = ""
    path_style: bool = True
    access_key: str = ""
    secret_key: str = ""


class TestStep(Schema):
    """
    One thing that was tried.
    """

    name: str
    ok: bool
    latency_ms: int
    reason: str


class EndpointTestResult(Schema):
    """
    How the trial went; `error` is absent when all went well.
    """

    healthy: bool
    latency_ms: int
    error: str = omitted("")
    steps: list[TestStep]


class ProbeSchema(Schema):
    """
    One probe of the past.
    """

    at: Timestamp
    healthy: bool
    latency_ms: int
    error: str = omitted("")


class EndpointHealth(Schema):
    """
    A backend's last probe and the 20 before it, the oldest first.
    """

    id: str
    name: str
    healthy: bool
    last_probe_at: Timestamp | None = omitted()
    last_error: str = omitted("")
    latency_ms: int
    history: list[ProbeSchema]


class EndpointHealthList(Schema):
    """
    The health of every backend, by id.
    """

    backends: list[EndpointHealth]


async def list_endpoints(call: Call) -> EndpointList:
    """
    Return every backend, enabled or not.
    """
    rows = await call.services.backends.list()
    return EndpointList(backends=[_endpoint(call, row) for row in rows])


async def get_endpoint(call: Call) -> Endpoint:
    """
    Return one backend.
    """
    return _endpoint(call, await call.services.backends.get(call.path("bid")))


async def create_endpoint(call: Call) -> Endpoint:
    """
    Store a backend and open it. A missing sealing key is said before the body is looked at.
    """
    call.services.backends.require_sealing_key()
    body = await call.body(EndpointCreate)
    row = await call.services.backends.create(
        call.actor,
        NewBackend(
            id=body.id,
            endpoint=body.endpoint,
            access_key=body.access_key,
            secret_key=body.secret_key,
            name=body.name,
            type=body.type,
            region=body.region,
            path_style=body.path_style,
            capabilities=body.capabilities,
            is_enabled=body.enabled,
            is_in_maintenance=body.maintenance,
        ),
    )
    return _endpoint(call, row)


async def update_endpoint(call: Call) -> Endpoint:
    """
    Change a backend. What YAML declares is refused before the body is looked at.
    """
    backend_id = call.path("bid")
    call.services.backends.require_sealing_key()
    await call.services.backends.check_editable(backend_id)
    body = await call.body(EndpointPatch)
    change = BackendChange(
        name=body.name,
        endpoint=body.endpoint,
        region=body.region,
        path_style=body.path_style,
        access_key=body.access_key,
        secret_key=body.secret_key,
        capabilities=body.capabilities,
        is_enabled=body.enabled,
        is_in_maintenance=body.maintenance,
    )
    return _endpoint(call, await call.services.backends.update(call.actor, backend_id, change))


async def delete_endpoint(call: Call) -> None:
    """
    Delete a backend; its objects stay where they are.
    """
    await call.services.backends.delete(call.actor, call.path("bid"))


async def test_endpoint(call: Call) -> EndpointTestResult:
    """
    Try an endpoint without storing it.
    """
    body = await call.body(EndpointTest)
    trial = await call.services.backends.test(
        call.actor,
        NewBackend(
            id="",
            endpoint=body.endpoint,
            access_key=body.access_key,
            secret_key=body.secret_key,
            type=body.type,
            region=body.region,
            path_style=body.path_style,
        ),
    )
    return _trial(trial)


async def test_stored_endpoint(call: Call) -> EndpointTestResult:
    """
    Try a stored backend with the key it is reached with.
    """
    return _trial(await call.services.backends.test_stored(call.actor, call.path("bid")))


async def list_endpoint_health(call: Call) -> EndpointHealthList:
    """
    Return the state and the last probes of every live backend.
    """
    registry = call.services.registry
    return EndpointHealthList(
        backends=[
            _health(
                backend_id, registry.describe(backend_id).info.name, registry.health(backend_id)
            )
            for backend_id in registry.ids
        ]
    )


def _trial(trial: Trial) -> EndpointTestResult:
    steps = [
        TestStep(name=step.name, ok=step.is_ok, latency_ms=step.latency_ms, reason=step.reason)
        for step in trial.steps
    ]
    return EndpointTestResult(
        healthy=trial.is_healthy, latency_ms=trial.latency_ms, error=trial.error, steps=steps
    )


def _health(backend_id: str, name: str, report: HealthReport) -> EndpointHealth:
    return EndpointHealth(
        id=backend_id,
        name=name,
        healthy=report.is_healthy,
        last_probe_at=report.last_probe_at,
        last_error=report.last_error,
        latency_ms=report.latency_ms,
        history=[
            ProbeSchema(
                at=probe.at,
                healthy=probe.is_healthy,
                latency_ms=probe.latency_ms,
                error=probe.error,
            )
            for probe in report.history
        ],
    )


def _endpoint(call: Call, row: BackendRow) -> Endpoint:
    registry = call.services.registry
    report = registry.health(row.id) if row.id in registry.ids else HealthReport()
    return Endpoint(
        id=row.id,
        name=row.name,
        type=row.type,
        endpoint=row.endpoint,
        region=row.region,
        path_style=row.path_style,
        access_key=row.access_key,
        secret_set=row.is_secret_set,
        enabled=row.is_enabled,
        source="config" if row.declaration.is_yaml else "db",
        source_file=row.source_file,
        source_line=row.source_line,
        maintenance=row.is_in_maintenance,
        capabilities=dict(row.capabilities),
        healthy=report.is_healthy,
        last_error=report.last_error,
        last_probe_at=report.last_probe_at,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
