from dataclasses import replace

import pytest

from app.errors.raised import StowageError
from app.rbac.levels import Level
from app.rbac.principal import Scope
from proxy.core.copy_across import find_range_bytes, read_request, write_request
from proxy.core.copy_source import CopySource, ForeignSource
from proxy.core.decision import Local, Refuse
from proxy.core.head import parse_head
from proxy.core.request import S3Request, parse_request
from support.decisions import WEST, ask, credential, snapshot
from support.signing import Client

SOURCE = {
    "content-type": "text/far",
    "content-length": "9",
    "etag": '"e"',
    "x-amz-meta-a": "1",
    "x-amz-storage-class": "COLD",
}


def copying(target: str = "/photos/key", **fields: str) -> S3Request:
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in fields.items()]
    head = [f"PUT {target} HTTP/1.1", "host: s3.test", *lines, "", ""]
    return parse_request(parse_head("\r\n".join(head).encode(), 65536))


def foreign(version_id: str | None = None) -> ForeignSource:
    return ForeignSource(CopySource("far", "a/b", version_id), WEST, "far-real")


def test_source_is_read_under_its_own_conditions() -> None:
    request = copying(
        x_amz_copy_source_if_match='"e"',
        x_amz_copy_source_range="bytes=0-9",
        x_amz_source_expected_bucket_owner="them",
        x_amz_expected_bucket_owner="us",
        if_none_match="*",
    )

    outgoing = read_request(request, foreign("v1"))

    assert (outgoing.method, outgoing.bucket, outgoing.key) == ("GET", "far-real", "a/b")
    assert list(outgoing.parameters) == [("versionId", "v1")]
    assert dict(outgoing.fields) == {
        "accept-encoding": "identity",
        "if-match": '"e"',
        "range": "bytes=0-9",
        "x-amz-expected-bucket-owner": "them",
    }


@pytest.mark.parametrize(
    "fields",
    [
        {"x_amz_checksum_algorithm": "SHA256"},
        {"x_amz_metadata_directive": "MERGE"},
        {"x_amz_tagging_directive": "NONE"},
        {"x_amz_copy_source_range": "bytes=9-0"},
        {"x_amz_copy_source_range": "bytes=-5"},
        {"x_amz_copy_source_range": "bytes=0-"},
    ],
    ids=str,
)
def test_what_cannot_be_kept_is_refused(fields: dict[str, str]) -> None:
    with pytest.raises(StowageError) as caught:
        read_request(copying(**fields), foreign())

    assert caught.value.code == "bad_request"


def test_range_counts_its_last_byte() -> None:
    assert find_range_bytes(copying(x_amz_copy_source_range="bytes=5-9")) == 5
    assert find_range_bytes(copying()) is None


def test_copy_says_of_itself_what_the_source_does() -> None:
    request = copying(
        content_type="text/near",
        x_amz_meta_b="2",
        x_amz_storage_class="HOT",
        x_amz_tagging="a=1",
        if_none_match="*",
        accept_encoding="gzip",
    )

    outgoing = write_request(request, "real", SOURCE, tagging="b=2", length=9)

    assert (outgoing.method, outgoing.bucket, outgoing.payload_length) == ("PUT", "real", 9)
    assert dict(outgoing.fields) == {
        "content-type": "text/far",
        "x-amz-meta-a": "1",
        "x-amz-storage-class": "HOT",
        "x-amz-tagging": "b=2",
        "if-none-match": "*",
    }


def test_copy_says_of_itself_what_the_request_does() -> None:
    request = copying(
        content_type="text/near",
        x_amz_meta_b="2",
        x_amz_tagging="a=1",
        x_amz_metadata_directive="REPLACE",
        x_amz_tagging_directive="REPLACE",
    )

    outgoing = write_request(request, "real", SOURCE, tagging="", length=9)

    assert dict(outgoing.fields) == {
        "content-type": "text/near",
        "x-amz-meta-b": "2",
        "x-amz-tagging": "a=1",
    }


def test_copy_of_an_untagged_source_has_no_tags() -> None:
    request = copying(x_amz_tagging="a=1")

    assert dict(write_request(request, "real", {}, tagging="", length=0).fields) == {}


def test_part_has_no_words_of_its_own() -> None:
    request = copying("/photos/key?partNumber=2&uploadId=u")

    outgoing = write_request(request, "real", SOURCE, tagging="", length=9)

    assert list(outgoing.parameters) == [("partNumber", "2"), ("uploadId", "u")]
    assert list(outgoing.fields) == []


def signed(source: str) -> bytes:
    return Client().head("PUT", "/photos/key", {"x-amz-copy-source": source})


def test_source_on_another_backend_is_streamed_by_the_proxy() -> None:
    answer = ask(signed("far/a%2Fb?versionId=v"))

    assert isinstance(answer, Local)
    assert answer.foreign_source == ForeignSource(CopySource("far", "a/b", "v"), WEST, "far")
    assert answer.backend is not None
    assert answer.backend.id == "east"


def test_source_on_another_backend_is_read_with_a_right_of_its_own() -> None:
    writer = credential("drop-box")
    near = (Scope("east", "photos-real", "", Level.WRITE), Scope("west", "far", "x/", Level.READ))
    mixed = replace(writer, principal=replace(writer.principal, scopes=near))

    refused = [ask(signed("far/a"), snapshot(entry)) for entry in (writer, mixed)]

    assert [answer.error.reason for answer in refused if isinstance(answer, Refuse)] == [
        "grant.missing"
    ] * 2
    assert isinstance(ask(signed("far/x/a"), snapshot(mixed)), Local)


def test_source_on_a_backend_that_is_away_is_refused() -> None:
    closed = replace(WEST, is_enabled=False)
    east = snapshot().backends["east"]

    answer = ask(signed("far/a"), snapshot(backends={"east": east, "west": closed}))

    assert isinstance(answer, Refuse)
    assert answer.error.reason == "backend.disabled"
