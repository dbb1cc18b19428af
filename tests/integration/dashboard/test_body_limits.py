"""
Every body has a limit, and the refusal names it.
"""

import re

import httpx

from dashboard.endpoint_facts import read_endpoint
from dashboard.routes import ROWS
from support.dashboard_people import BACKEND, Place

KIB, MIB = 2**10, 2**20
P = "/api/backends/{bid}/buckets/{bucket}"
# What the reference's limits are; every other body may have 4096 bytes or what its row says.
AGREED = {
    ("POST", "/auth/login/local"): 4096,
    ("POST", "/api/me/password"): 4096,
    ("POST", "/api/admin/users"): 4096,
    ("POST", "/api/me/pins"): 4096,
    ("POST", "/s/{code}/unlock"): 4096,
    ("POST", "/api/backends/{bid}/buckets"): 4096,
    ("POST", f"{P}/objects/folder"): 4096,
    ("POST", f"{P}/objects/delete-prefix"): 4096,
    ("PUT", f"{P}/quota"): KIB,
    ("PUT", f"{P}/versioning"): KIB,
    ("PUT", f"{P}/size-tracking"): KIB,
    ("POST", "/api/admin/backends"): 8 * KIB,
    ("POST", "/api/admin/s3-anonymous"): 8 * KIB,
    ("POST", f"{P}/object/copy"): 16 * KIB,
    ("POST", f"{P}/objects/copy-prefix"): 16 * KIB,
    ("PUT", f"{P}/object/tags"): 16 * KIB,
    ("PUT", f"{P}/object/metadata"): 16 * KIB,
    ("PUT", f"{P}/cors"): 64 * KIB,
    ("PUT", f"{P}/lifecycle"): 64 * KIB,
    ("POST", f"{P}/multipart"): 64 * KIB,
    ("POST", "/api/me/s3-credentials"): 64 * KIB,
    ("PUT", f"{P}/policy"): 256 * KIB,
    ("POST", f"{P}/objects/delete"): MIB,
    ("POST", f"{P}/multipart/complete"): MIB,
    ("POST", f"{P}/objects/zip"): MIB,
}
WITH_BODIES = [row for row in ROWS if read_endpoint(row.endpoint).body is not None]


def test_a_body_over_the_limit_of_its_call_is_refused_with_the_limit(
    ada: httpx.Client, place: Place
) -> None:
    named = {"bid": BACKEND, "bucket": place.bucket}
    query = {"key": "a", "upload_id": "u"}
    told = {}
    for row in WITH_BODIES:
        path = row.path.removesuffix("~")
        url = re.sub(r"\{(\w+)\}", lambda found: named.get(found[1], "x"), path)

        answer = ada.request(row.method, url, params=query, content=b" " * (row.max_body_bytes + 1))

        error = answer.json()["error"]
        told[row.method, path] = (error["code"], error["params"].get("limit"))
    assert told == {
        (row.method, row.path.removesuffix("~")): ("too_large", row.max_body_bytes)
        for row in WITH_BODIES
    }
    assert AGREED.items() <= {call: limit for call, (_, limit) in told.items()}.items()
