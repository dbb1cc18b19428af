"""
The JSON Schema that editors use: it takes what the program takes, and marks what it refuses.
"""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from app.config.document import parse_document

ROOT = Path(__file__).parents[4]
_COMMENTED = re.compile(r"^( *)#(?! \S| *$)", re.MULTILINE)


@pytest.fixture(scope="module")
def schema() -> Any:
    text = (ROOT / "docs" / "reference" / "configuration.schema.json").read_text()
    return jsonschema_rs.validator_for(json.loads(text))


def complaints(schema: Any, text: str) -> list[str]:
    return [one.message for one in schema.iter_errors(parse_document(text, "config.yaml").data)]


def test_the_example_passes_as_it_stands_and_whole(schema: Any) -> None:
    text = (ROOT / "config.yaml").read_text()

    assert complaints(schema, text) == []
    assert complaints(schema, _COMMENTED.sub(r"\1", text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "x-place: &place {type: s3v4}\nbackends: []\n",
        "quotas: {scan_interval: 0}\n",
        "s3_proxy: {global_rps: 5, per_key_rps: 0.5}\n",
        "grants: [{role: user, access: [list, read]}, {user: ann, access: full}]\n",
    ],
)
def test_what_the_program_takes_is_not_marked(schema: Any, text: str) -> None:
    assert complaints(schema, text) == []


@pytest.mark.parametrize(
    "text",
    [
        "sever: {}\n",
        "server: {lisen: ':1'}\n",
        "server: {drain_timeout: soon}\n",
        "log: {level: loud}\n",
        "s3_proxy: {workers: many}\n",
        "backends: [{id: main}]\n",
        "gitops: {prune: [bucket]}\n",
        "grants: [{user: ann, access: everything}]\n",
    ],
)
def test_what_the_program_refuses_is_marked(schema: Any, text: str) -> None:
    assert complaints(schema, text) != []
