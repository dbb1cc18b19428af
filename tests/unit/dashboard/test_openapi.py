"""
The OpenAPI document is whole, and made of what the server does.
"""

import gc
import json
import os
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.errors.registry import REGISTRY
from dashboard import route_errors
from dashboard.body_examples import BODIES
from dashboard.endpoint_facts import read_endpoint
from dashboard.openapi import RAW_ANSWERS, RAW_BODIES, endpoint_name, make_document
from dashboard.openapi_errors import codes_in
from dashboard.routes import ROWS

# Of the S3 endpoint, and of every unknown method.
BESIDE_THE_ROUTES = {"ip_denied", "method_not_allowed"}
BODY_MODELS = {
    facts.body.__name__: facts.body
    for facts in (read_endpoint(row.endpoint) for row in ROWS)
    if facts.body is not None
}
DOCUMENT = make_document(ROWS)


def operation(method: str, path: str) -> dict[str, object]:
    found: dict[str, object] = DOCUMENT["paths"][path][method]
    return found


@pytest.fixture
def interrupted() -> Iterator[None]:
    """
    Threads that take turns while a tree is built: a collection of garbage runs code of ours.
    """
    before = gc.get_threshold()
    gc.callbacks.append(_give_way)
    gc.set_threshold(50)
    yield
    gc.set_threshold(*before)
    gc.callbacks.remove(_give_way)


def _give_way(phase: str, info: dict[str, int]) -> None:
    del phase, info
    os.sched_yield()


@pytest.mark.usefixtures("interrupted")
def test_it_is_the_same_for_many_who_ask_at_once() -> None:
    with ThreadPoolExecutor(4) as threads:
        asked = [threads.submit(make_document, ROWS[:20]) for _ in range(4)]
        found = [one.result() for one in asked]

    assert found == [make_document(ROWS[:20])] * 4


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


def test_every_code_is_one_that_some_route_answers() -> None:
    operations = [one for paths in DOCUMENT["paths"].values() for one in paths.values()]
    answered = {code for one in operations for code in codes_in(one)}

    assert answered == set(REGISTRY) - BESIDE_THE_ROUTES
    assert set(DOCUMENT["components"]["examples"]) == set(REGISTRY)


def test_the_tables_of_codes_name_what_there_is() -> None:
    endpoints = {endpoint_name(row.endpoint) for row in ROWS}

    assert set(route_errors.BY_ENDPOINT) <= endpoints
    assert set(route_errors.BY_MODULE) <= {name.partition(".")[0] for name in endpoints}


def test_a_code_stands_under_its_status() -> None:
    answers = operation("post", "/api/backends/{bid}/buckets/{bucket}/object")["responses"]

    def codes(status: str) -> set[str]:
        return set(answers[status]["content"]["application/json"]["examples"])  # type: ignore[index]  # by status

    assert codes("507") == {"quota_exceeded"}
    assert codes("413") == {"too_large"}
    assert codes("409") == {"conflict", "object_exists"}
    assert codes("403") >= {"forbidden", "csrf_invalid"}


@pytest.mark.parametrize("name", sorted(BODY_MODELS))
def test_every_body_has_an_example_that_is_taken(name: str) -> None:
    BODY_MODELS[name].model_validate(BODIES[name])


def test_no_example_is_of_a_body_that_is_gone() -> None:
    assert set(BODIES) == set(BODY_MODELS)


def test_every_example_of_an_answer_is_one() -> None:
    models = [read_endpoint(row.endpoint).answer for row in ROWS]
    models += [answer for answer in RAW_ANSWERS.values() if not isinstance(answer, str)]
    known = {model.__name__: model for model in models if model is not None}
    contents = [
        content
        for paths in DOCUMENT["paths"].values()
        for one in paths.values()
        for status, answer in one["responses"].items()
        for content in answer.get("content", {}).values()
        if status.startswith("2") and "example" in content
    ]

    for content in contents:
        known[content["schema"]["$ref"].rpartition("/")[2]].model_validate(content["example"])


def test_who_may_call_is_told() -> None:
    assert operation("get", "/healthz")["security"] == []
    assert operation("get", "/api/me")["security"] == [{"session": []}, {"token": []}]
    changing = operation("post", "/api/shares")["security"]
    assert changing == [{"session": [], "csrf": []}, {"token": []}]
