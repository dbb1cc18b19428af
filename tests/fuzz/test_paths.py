"""
Paths and copy sources crafted to lead out of their bucket.
"""

import posixpath
from dataclasses import replace
from urllib.parse import unquote

from hypothesis import given, settings
from hypothesis import strategies as st

from proxy.core.decision import Answer, Forward
from support.decisions import EAST, ask, credential, snapshot
from support.signing import Client, render

PIECES = st.sampled_from(
    [
        ".", "..", "%2e", "%2E%2e", "%2f", "%2F", "/", "//", "%5c", "\\", "%252e", "%252f", "a",
        "photos", "photos-real", "other", "minio", "admin", "?", "%3F", "%23", ";", "%00", "%0a",
        "..;", "%c0%ae", "%ef%bc%8f", "~", "+", "%20", ":", "@",
    ]
)  # fmt: skip
PATHS = st.lists(PIECES, max_size=8).map(lambda parts: "/" + "".join(parts))
HOSTS = st.sampled_from(
    ["s3.example.com", "photos.s3.example.com", "..s3.example.com", "a.b.s3.example.com"]
)
WORLD = snapshot(
    credential("full", ("east", "*", ""), wildcard_backend_id="east", buckets={}),
    backends={"east": EAST},
)


def normalised_path(answer: Answer) -> str | None:
    """
    Return the path as the most eager backend could read it: decoded twice, dots resolved.
    """
    if not isinstance(answer, Forward):
        return None
    path = answer.head.split(b" ")[1].decode().partition("?")[0]
    for _ in range(2):
        path = posixpath.normpath(unquote(path)) + ("/" if path.endswith("/") else "")
    return path


@settings(max_examples=500)
@given(PATHS, HOSTS, st.sampled_from(["GET", "PUT", "DELETE"]))
def test_no_path_leads_out_of_its_bucket(path: str, host: str, method: str) -> None:
    answer = ask(Client(host=host).head(method, path, path=path.partition("?")[0]), WORLD)

    found = normalised_path(answer)

    if found is not None and "%25" not in path:
        bucket = answer.audited.bucket
        assert bucket not in {"minio", "admin", "", ".", ".."}
        assert found == f"/{bucket}" or found.startswith(f"/{bucket}/")


@settings(max_examples=500)
@given(PATHS)
def test_one_decoding_never_leads_out_even_of_double_escapes(path: str) -> None:
    answer = ask(Client().head("GET", path, path=path.partition("?")[0]), WORLD)

    if isinstance(answer, Forward):
        sent = answer.head.split(b" ")[1].decode().partition("?")[0]
        resolved = posixpath.normpath(unquote(sent))
        assert (resolved + "/").startswith(f"/{answer.audited.bucket}/")


@settings(max_examples=500)
@given(st.lists(PIECES, max_size=8).map("".join))
def test_no_copy_source_leads_out_of_what_may_be_read(source: str) -> None:
    narrow = credential("full", ("east", "photos-real", ""))
    data = Client().head("PUT", "/photos/key", {"x-amz-copy-source": source})

    answer = ask(data, snapshot(narrow))

    if isinstance(answer, Forward):
        sent = answer.head.decode().partition("x-amz-copy-source: ")[2].partition("\r\n")[0]
        resolved = posixpath.normpath("/" + unquote(sent.partition("?")[0]))
        assert (resolved + "/").startswith("/photos-real/")


@settings(max_examples=300)
@given(PATHS, st.dictionaries(st.sampled_from(["x-amz-acl", "x-a", "range"]), PIECES, max_size=2))
def test_a_stranger_reaches_nothing_without_a_binding(path: str, headers: dict[str, str]) -> None:
    world = replace(WORLD, settings=replace(WORLD.settings, is_anonymous_enabled=True))

    answer = ask(render("GET", path, {"host": "s3.example.com", **headers}), world)

    assert not isinstance(answer, Forward)
