"""
The OpenAPI document is whole, and made of what the server does.
"""

import json
import re

from dashboard.endpoint_facts import read_endpoint
from dashboard.openapi import RAW_ANSWERS, RAW_BODIES, endpoint_name, make_document
from dashboard.routes import ROWS

DOCUMENT = make_document(ROWS)


def operation(method: str, path: str) -> dict[str, object]:
    found: dict[str, object] = DOCUMENT["paths"][path][method]
    return found


def test_every_route_is_described() -> None:
    described = {
        (method.upper(), path) for path, found in DOCUMENT["paths"].items() for method in found
    }

    assert described == {(row.method, row.path.removesuffix("~")) for row in ROWS}


def test_every_reference_leads_somewhere() -> None:
    text = json.dumps(DOCUMENT)

    for found in set(re.findall(r'"\$ref": "#/components/(\w+)/([^"]+)"', text)):
        assert found[1] in DOCUMENT["components"][found[0]], found


def test_every_operation_has_a_name_of_its_own_and_says_what_it_does() -> None:
    found = [one for paths in DOCUMENT["paths"].values() for one in paths.values()]

    assert len({one["operationId"] for one in found}) == len(found)
    assert all(one["summary"] for one in found)


def test_answers_made_by_hand_are_described_by_hand() -> None:
    by_hand = {endpoint_name(row.endpoint) for row in ROWS if read_endpoint(row.endpoint).is_raw}

    assert by_hand == set(RAW_ANSWERS)
    assert set(RAW_BODIES) <= {endpoint_name(row.endpoint) for row in ROWS}


def test_parameters_and_bodies_are_those_that_the_endpoint_reads() -> None:
    listing = operation("get", "/api/backends/{bid}/buckets/{bucket}/objects")
    names = {one["name"]: one["in"] for one in listing["parameters"]}  # type: ignore[attr-defined]  # a list of objects
    body = operation("post", "/api/shares")["requestBody"]

    assert names == {
        "bid": "path",
        "bucket": "path",
        "prefix": "query",
        "delimiter": "query",
        "token": "query",
        "start_after": "query",
        "max_keys": "query",
    }
    assert "#/components/schemas/ShareCreate" in json.dumps(body)
    download = operation("get", "/api/backends/{bid}/buckets/{bucket}/object")
    required = {one["name"] for one in download["parameters"] if one["required"]}  # type: ignore[attr-defined]  # a list of objects
    assert required == {"bid", "bucket", "key"}


def test_who_may_call_is_told() -> None:
    assert operation("get", "/healthz")["security"] == []
    assert operation("get", "/api/me")["security"] == [{"session": []}, {"token": []}]
    changing = operation("post", "/api/shares")["security"]
    assert changing == [{"session": [], "csrf": []}, {"token": []}]
