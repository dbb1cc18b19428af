"""
A backend that has a bucket in another region, or at another of its endpoints.

The client never learns of it: no `Location`, no foreign host, at most one answer to try again.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from app.rbac.levels import PRESETS
from app.snapshot.values import BackendRoute
from app.snapshot.wire import DeltaMessage
from proxy.sigv4.v2 import sign_v2
from support.fake_upstream import Conversation, FakeUpstream, Script, running_fake_upstream
from support.s3_clients import make_client
from support.s3_proxy import (
    FULL,
    SECRET,
    RunningProxy,
    make_credential,
    make_route,
    make_snapshot,
    running_proxy,
)
from support.s3_raw import RawConnection, connected, signed_head
from support.signed_forms import policy_for

BUCKET = "bucket"
PATH = f"/{BUCKET}/key"
ANYWHERE = make_route("http://127.0.0.1:9", region="eu-central-1")
_SCOPE = re.compile(rb"Credential=[^/]+/\d{8}/([^/]+)/s3/aws4_request")
_LENGTH = re.compile(rb"content-length: (\d+)\r\n")


@pytest.fixture(scope="module")
def bench() -> Iterator[RunningProxy]:
    with running_proxy(make_snapshot(ANYWHERE, make_credential("AKTENANT", {BUCKET: FULL}))) as one:
        yield one


@contextmanager
def leading_elsewhere(proxy: RunningProxy, answer: "Redirect") -> Iterator[list[FakeUpstream]]:
    """
    Put two endpoints behind the proxy: the first sends whoever comes to the second.
    """
    with (
        running_fake_upstream(welcome) as there,
        running_fake_upstream(answer.script(there)) as here,
    ):
        lead(proxy, make_route(f"http://127.0.0.1:{here.port}", region="eu-central-1"))
        yield [here, there]


def lead(proxy: RunningProxy, route: BackendRoute) -> None:
    proxy.publish(DeltaMessage(2, backends={route.id: route}))
    proxy.settle()


def welcome(conversation: Conversation) -> None:
    while head := conversation.read_head():
        length = _LENGTH.search(head)
        conversation.read_body(int(length[1]) if length else 0)
        conversation.answer(b"welcome" if head.startswith(b"GET") else b"")


class Redirect:
    """
    How the first endpoint answers.
    """

    def __init__(self, status: str, header: str = "", element: str = "") -> None:
        self.status, self.header, self.element = status, header, element

    def script(self, there: FakeUpstream) -> Script:
        def run(conversation: Conversation) -> None:
            facts = {"port": there.port, "bucket": BUCKET}
            body = f"<Error><Code>{CODES[self.status]}</Code>{self.element}</Error>" % facts
            while head := conversation.read_head():
                length = _LENGTH.search(head)
                conversation.read_body(int(length[1]) if length else 0)
                is_head = head.startswith(b"HEAD")
                conversation.answer(
                    b"" if is_head else body.encode(),
                    status=self.status,
                    headers=self.header % facts,
                )

        return run


CODES = {
    "301 Moved Permanently": "PermanentRedirect",
    "307 Temporary Redirect": "TemporaryRedirect",
}
REDIRECTS = {
    "endpoint": Redirect("301 Moved Permanently", "", "<Endpoint>127.0.0.1:%(port)s</Endpoint>"),
    "location": Redirect(
        "307 Temporary Redirect",
        "Location: http://127.0.0.1:%(port)s/%(bucket)s/key\r\nx-amz-bucket-region: us-west-2\r\n",
    ),
}


def ask(connection: RawConnection, port: int, method: str, path: str, body: bytes = b"") -> int:
    connection.send(signed_head(port, method, path, body=body) + body)
    answer = connection.read_response(is_head=method == "HEAD")
    assert "location" not in answer.headers
    assert answer.status == 200 or b"127.0.0.1" not in answer.body
    return answer.status


@pytest.mark.parametrize("kind", REDIRECTS)
def test_read_goes_on_to_where_the_bucket_is(bench: RunningProxy, kind: str) -> None:
    with leading_elsewhere(bench, REDIRECTS[kind]) as (here, there), connected(bench.port) as one:
        host = b"host: 127.0.0.1:%d\r\n" % there.port
        assert ask(one, bench.port, "GET", f"{PATH}?versionId=a%2Fb") == 200
        assert ask(one, bench.port, "GET", f"/{BUCKET}?list-type=2") == 200
        assert ask(one, bench.port, "DELETE", PATH) == 200

    assert len(here.heads) == 1  # once is enough to know
    assert [head.split(b" HTTP")[0] for head in there.heads] == [
        b"GET /bucket/key?versionId=a%2Fb",
        b"GET /bucket?list-type=2",
        b"DELETE /bucket/key",
    ]
    assert all(host in head for head in there.heads)
    region = b"us-west-2" if kind == "location" else b"eu-central-1"
    assert {found[1] for found in map(_SCOPE.search, there.heads) if found} == {region}


def test_head_goes_on_too(bench: RunningProxy) -> None:
    with (
        leading_elsewhere(bench, REDIRECTS["location"]) as (here, there),
        connected(bench.port) as one,
    ):
        assert ask(one, bench.port, "HEAD", PATH) == 200

    assert (len(here.heads), len(there.heads)) == (1, 1)


def test_upload_is_tried_again_by_every_sdk_and_gets_there(bench: RunningProxy) -> None:
    with leading_elsewhere(bench, REDIRECTS["endpoint"]) as (here, there):
        client = make_client(
            bench.endpoint, "AKTENANT", SECRET, config=Config(retries={"total_max_attempts": 2})
        )

        client.put_object(Bucket=BUCKET, Key="key", Body=b"x" * 70_000)
        client.put_object(Bucket=BUCKET, Key="key", Body=b"y")

    assert (len(here.heads), len(there.heads)) == (1, 2)


def test_writer_who_may_only_add_gets_there_too(bench: RunningProxy) -> None:
    adder = make_credential("AKADDER", {BUCKET: PRESETS["append-only"]})
    bench.publish(DeltaMessage(2, credentials={"AKADDER": adder}))
    with leading_elsewhere(bench, REDIRECTS["location"]) as (here, there):
        client = make_client(bench.endpoint, "AKADDER", SECRET)
        with pytest.raises(ClientError, match="failed for the moment"):
            client.put_object(Bucket=BUCKET, Key="key", Body=b"x")
        with pytest.raises(ClientError, match="AccessDenied"):
            client.put_object(Bucket=BUCKET, Key="key", Body=b"x")

    assert [head.split(b" ")[0] for head in (*here.heads, *there.heads)] == [b"HEAD", b"HEAD"]


def test_region_alone_is_signed_for_at_the_same_endpoint(bench: RunningProxy) -> None:
    def strict(conversation: Conversation) -> None:
        while head := conversation.read_head():
            scope = _SCOPE.search(head)
            if scope is not None and scope[1] == b"eu-north-1":
                conversation.answer(b"" if head.startswith(b"HEAD") else b"welcome")
                continue
            region = "<Region>eu-north-1</Region>"
            code = f"<Error><Code>AuthorizationHeaderMalformed</Code>{region}</Error>"
            headers = "x-amz-bucket-region: eu-north-1\r\n"
            body = b"" if head.startswith(b"HEAD") else code.encode()
            conversation.answer(body, status="400 Bad Request", headers=headers)

    for method in ("GET", "HEAD"):
        with running_fake_upstream(strict) as upstream, connected(bench.port) as one:
            lead(bench, make_route(f"http://127.0.0.1:{upstream.port}", region="eu-central-1"))
            assert ask(one, bench.port, method, PATH) == 200
            assert ask(one, bench.port, method, PATH) == 200
            assert len(upstream.heads) == 3


def test_circle_ends_and_no_stranger_is_visited(bench: RunningProxy) -> None:
    def circle(conversation: Conversation) -> None:
        for region in ("a-1", "b-2", "c-3"):
            conversation.read_head()
            conversation.answer(
                status="301 Moved Permanently", headers=f"x-amz-bucket-region: {region}\r\n"
            )

    def astray(conversation: Conversation) -> None:
        conversation.read_head()
        conversation.answer(
            status="301 Moved Permanently", headers="Location: http://localhost:9/bucket/key\r\n"
        )

    for script, asked in ((circle, 2), (astray, 1)):
        with running_fake_upstream(script) as upstream, connected(bench.port) as one:
            lead(bench, make_route(f"http://127.0.0.1:{upstream.port}"))
            assert ask(one, bench.port, "GET", PATH) == 503
            assert len(upstream.heads) == asked


def test_form_goes_on_with_its_file_and_the_next_one_at_once(bench: RunningProxy) -> None:
    policy = policy_for(BUCKET, {"key": "form"})
    fields = {
        "key": "form",
        "AWSAccessKeyId": "AKTENANT",
        "policy": policy,
        "signature": sign_v2(SECRET, policy),
    }
    with leading_elsewhere(bench, REDIRECTS["endpoint"]) as (here, there):
        for _ in range(2):
            file = {"file": ("f", b"x" * 100_000)}
            answer = httpx.post(f"{bench.endpoint}/{BUCKET}", data=fields, files=file)
            assert answer.status_code == 204, answer.text

    assert (len(here.heads), len(there.heads)) == (1, 2)
