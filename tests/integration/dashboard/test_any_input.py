"""
Whatever is sent to the API, nothing fails on our side: requests made of the OpenAPI document.

`make fuzz` asks for more of them, with `STOWAGE_API_EXAMPLES`.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings

from dashboard.openapi import make_document
from dashboard.routes import ROWS
from support.dashboard import Dashboard, running_dashboard
from support.dashboard_people import CONFIG, ENVIRON, STATIC_NAME, sign_in
from support.documented import check_documented
from support.seaweedfs import SeaweedFS

EXAMPLES = int(os.environ.get("STOWAGE_API_EXAMPLES", "2"))
BUCKET = "any-input"
# These end the session, or go out to whatever address is made up.
LEFT_OUT = (r"^/auth/logout$", r"^/api/admin/backends(/test)?$", r"^/api/admin/config/reload$")
# What a server says of itself that cannot do what was asked, by design of the contract.
HONEST = {
    HTTPStatus.BAD_GATEWAY: {"backend_error"},
    HTTPStatus.SERVICE_UNAVAILABLE: {"s3_proxy_disabled", "maintenance"},
    HTTPStatus.INSUFFICIENT_STORAGE: {"quota_exceeded"},
}


def without_examples(part: Any) -> Any:
    """
    Return a document that gives values nothing to begin with: each route is asked once, at random.
    """
    if isinstance(part, list):
        return [without_examples(one) for one in part]
    if not isinstance(part, dict):
        return part
    return {
        name: without_examples(value)
        for name, value in part.items()
        if name not in ("example", "examples")
    }


schema = schemathesis.openapi.from_dict(without_examples(make_document(ROWS))).exclude(
    path_regex="|".join(LEFT_OUT)
)
OPERATIONS = [found.ok() for found in schema.get_all_operations()]
Operation = Any
"""An operation of the document; its class is none of the library's public ones."""


@dataclass(frozen=True, slots=True)
class Target:
    """
    A dashboard that may be spoiled, and an administrator who calls it.
    """

    dashboard: Dashboard
    client: httpx.Client


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory, seaweedfs: SeaweedFS) -> Iterator[Target]:
    folder = tmp_path_factory.mktemp("any-input")
    with running_dashboard(folder, CONFIG, ENVIRON) as running:
        client = sign_in(running, STATIC_NAME)
        backend = {
            "id": "s",
            "endpoint": seaweedfs.endpoint,
            "access_key": seaweedfs.access_key,
            "secret_key": seaweedfs.secret_key,
        }
        assert client.post("/api/admin/backends", json=backend).status_code == 201
        client.post("/api/backends/s/buckets", json={"name": BUCKET})
        yield Target(running, client)
        assert client.get("/api/me").status_code == HTTPStatus.OK, "the session was lost meanwhile"


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
def test_no_request_makes_the_server_fail(operation: Operation, target: Target) -> None:
    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        deadline=None,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def ask(case: schemathesis.Case) -> None:
        send(case, target)

    ask()


def send(case: schemathesis.Case, target: Target) -> None:
    """
    Ask as the case says, but of the bucket that there is.
    """
    named = {"bid": "s", "bucket": BUCKET}
    case.path_parameters = {
        name: named.get(name, value) for name, value in (case.path_parameters or {}).items()
    }
    sent = dict(target.client.headers) | {
        "Cookie": "; ".join(f"{one.name}={one.value}" for one in target.client.cookies.jar)
    }

    answer = case.call(base_url=target.dashboard.url, headers=sent, timeout=30)

    if answer.status_code < HTTPStatus.BAD_REQUEST or case.path == "/readyz":
        return
    if case.method == "HEAD":
        assert answer.status_code < HTTPStatus.INTERNAL_SERVER_ERROR
        return
    code = answer.json()["error"]["code"]
    check_documented(case.method, httpx.URL(answer.request.url).path, code)
    if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        assert code in HONEST.get(HTTPStatus(answer.status_code), set()), answer.text
