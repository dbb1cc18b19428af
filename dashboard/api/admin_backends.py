"""
Administration of backends: their rows, a trial run, the history of their probes.
"""

from typing import Literal

from pydantic import Field

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
