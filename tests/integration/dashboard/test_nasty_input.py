"""
Whatever stands in a path, a query or a body, the answer is one that was meant.
"""

from urllib.parse import quote

import httpx
import pytest

from dashboard.app import spellings
from dashboard.call import Row
from dashboard.routes import ROWS
from dashboard.session import Gate
from support.dashboard_people import BACKEND, Place

VALUES = {
    "nul": "a%00b",
    "no utf-8": "%ff%fe",
    "half a surrogate": "%ed%a0%80",
    "dots": "..",
    "dots below": "a/../../b",
    "encoded dots": "%2e%2e%2f%2e%2e%2fetc",
    "long": "k" * 2000,
    "line break": "a%0d%0aSet-Cookie:%20x=1",
    "bidi": quote("\u202egnp.exe"),
    "quotes": "%22%27%3Cscript%3E",
    "percent": "100%25%2525",
    "emoji": quote("\U0001f9ff" * 50),
    "empty": "",
    "number": "99999999999999999999999999",
    "minus": "-1",
}
QUERY = [
    "key",
    "prefix",
    "token",
    "delimiter",
    "version_id",
    "upload_id",
    "max_keys",
    "start_after",
    "limit",
    "offset",
]
AUDIT = [
    "user",
    "action",
    "backend",
    "bucket",
    "key_prefix",
    "status",
    "request_id",
    "ip",
    "after_id",
    "query",
    "role",
]
BODIES = {
    "nothing": b"",
    "a list": b"[]",
    "a number": b"1e999",
    "deep": b"[" * 3000,
    "no utf-8": b'{"key":"\xff"}',
    "a surrogate": rb'{"key":"\ud800","name":"\ud800","username":"\ud800","src_key":"\ud800",'
    rb'"dst_key":"x","backend_id":"\ud800","bucket":"\ud800","buckets":["\ud800"],'
    rb'"password":"\ud800","role":"user","keys":[{"key":"\ud800"}],"tags":{"\ud800":"x"},'
    rb'"parts":[{"PartNumber":1,"ETag":"\ud800"}],"current_password":"\ud800"}',
    "nul": rb'{"key":"\u0000","name":"\u0000","username":"\u0000","src_key":"\u0000",'
    rb'"dst_key":"x","backend_id":"\u0000","bucket":"\u0000","buckets":["\u0000"],'
    rb'"password":"\u0000","role":"user","keys":[{"key":"\u0000"}],"tags":{"\u0000":"x"}}',
}
# These would take away what the other tests stand on.
ENDING = {
    "/auth/logout",
    "/api/me/password",
    "/api/me/sessions",
    "/api/me/sessions/{id}",
    "/api/admin/backends/{bid}",
}


# Reads no query either, and asks the store for each setting of every bucket that a test ever left
# there; `test_api_access` calls it.
EXPORT = "/api/admin/config/export"


def calls(*methods: str) -> list[object]:
    return [
        pytest.param(row, id=f"{row.method} {row.path}")
        for row in ROWS
        if row.method in methods and row.path not in ENDING and row.gate is not Gate.PUBLIC
    ]


def fill(row: Row, place: Place, value: str | None = None) -> str:
    path = spellings(row.path)[0]
    known = {"{bid}": BACKEND, "{bucket}": place.bucket, "{id}": "X", "{akid}": "X", "{part}": "1"}
    for name, good in known.items():
        path = path.replace(name, good if value is None else value)
    return path


def is_meant(answer: httpx.Response) -> bool:
    """
    Tell whether nobody was surprised. A NUL is the store's to refuse, and it says 400.
    """
    if answer.status_code < 500:
        return True
    # An answer to HEAD has no body that could say which 502 it is.
    is_mute = answer.status_code == 502 and answer.request.method == "HEAD"
    return is_mute or '"backend.rejected"' in answer.text


def values_for(row: Row) -> list[tuple[str, str]]:
    """
    Every value; one for the call that compares everything and reads no query.
    """
    compares_all = row.path == "/api/admin/config/plan"
    return list(VALUES.items())[: 1 if compares_all else None]


@pytest.mark.parametrize("row", [call for call in calls("GET", "HEAD") if EXPORT not in str(call)])
def test_no_query_surprises(ada: httpx.Client, place: Place, row: Row) -> None:
    odd = {}
    for label, value in values_for(row):
        query = "&".join(f"{name}={value}" for name in (*QUERY, *AUDIT))
        answer = ada.get(httpx.URL(ada.base_url.join(fill(row, place)), query=query.encode()))
        if not is_meant(answer):
            odd[label] = answer.text

    assert odd == {}


@pytest.mark.parametrize(
    "row", [call for call in calls("GET", "DELETE", "PATCH") if "{" in str(call)]
)
def test_no_path_surprises(ada: httpx.Client, place: Place, row: Row) -> None:
    odd = {}
    for label, value in VALUES.items():
        raw = fill(row, place, value).encode()
        url = ada.base_url.copy_with(raw_path=raw + b"?key=x&upload_id=y")
        answer = ada.request(row.method, url, content=b"{}")
        if not is_meant(answer):
            odd[label] = answer.text

    assert odd == {}


@pytest.mark.parametrize("row", calls("POST", "PUT", "PATCH", "DELETE"))
def test_no_body_surprises(ada: httpx.Client, place: Place, row: Row) -> None:
    odd = {}
    for label, body in BODIES.items():
        url = f"{fill(row, place)}?key=x&upload_id=y"
        answer = ada.request(row.method, url, content=body)
        if not is_meant(answer):
            odd[label] = answer.text

    assert odd == {}
