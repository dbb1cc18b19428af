"""
The golden matrix: every row of the operation table with every preset, as a table of its own.

The table is written by hand from the page "Access levels"; a change here is a change of policy.
"""

from pathlib import Path

import pytest

from app.rbac.levels import PRESETS
from proxy.core.decision import Forward, Local, Refuse
from proxy.core.operation_table import BY_NAME, TABLE
from proxy.core.operations import COPY_SOURCE, Operation, Target
from support.decisions import ask, credential, snapshot
from support.signing import Client

pytestmark = pytest.mark.usefixtures("each_core")

LINES = [
    line.split()
    for line in (Path(__file__).parents[3] / "vectors/access_matrix.txt").read_text().splitlines()
    if line and not line.startswith("#")
]
PRESET_NAMES = LINES[0][1:]
ROWS = {line[0]: dict(zip(PRESET_NAMES, line[1:], strict=True)) for line in LINES[1:]}
VALUES = {"list-type": "2", "select-type": "2", "partNumber": "1", "id": "1"}


def request_for(row: Operation, *, version: bool) -> bytes:
    target = {
        Target.SERVICE: "/",
        Target.BUCKET: "/photos",
        Target.OBJECT: "/photos/key",
    }[row.target]
    names = set(row.required)
    names |= {"list-type"} & row.parameters
    names |= {"id"} & row.parameters
    query = [f"{name}={VALUES[name]}" for name in sorted(names)]
    if row.selector:
        query.append(f"{row.selector}={'1' if row.selector == 'uploadId' else ''}")
    if version:
        query.append("versionId=1")
    if row.name == "WriteGetObjectResponse":
        target = "/WriteGetObjectResponse"
    headers = {COPY_SOURCE: "photos/source"} if COPY_SOURCE in row.fields else {}
    if row.name == "SecurityTokenService":
        headers["content-type"] = "application/x-www-form-urlencoded"
    return Client().head(row.method, f"{target}{'?' if query else ''}{'&'.join(query)}", headers)


def outcome(data: bytes, preset: str) -> str:
    name, wildcard, _ = preset.partition("-on-*")
    entry = (
        credential(name, ("east", "*", ""), wildcard_backend_id="east", buckets={})
        if wildcard
        else credential(name)
    )
    answer = ask(data, snapshot(entry))
    if isinstance(answer, Forward | Local):
        return "yes"
    assert isinstance(answer, Refuse)
    return {403: "no", 501: "501", 409: "own"}[answer.error.s3.status]


def test_the_matrix_has_a_line_for_every_operation_and_preset() -> None:
    form = {"PostObject"}  # its policy decides; see the tests of the form

    versioned = {f"{row.name}(versionId)" for row in TABLE.rows if row.versioned_action}
    assert set(ROWS) == (set(BY_NAME) - form) | versioned
    assert {name.removesuffix("-on-*") for name in PRESET_NAMES} == set(PRESETS)


@pytest.mark.parametrize("name", ROWS)
def test_presets_may_do_what_the_matrix_says(name: str) -> None:
    row = BY_NAME[name.partition("(")[0]]
    data = request_for(row, version=name.endswith("(versionId)"))

    found = {preset: outcome(data, preset) for preset in PRESET_NAMES}

    assert found == ROWS[name]
