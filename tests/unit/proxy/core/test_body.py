"""
How bodies are planned: their length, their framing, and what is verified of them.
"""

import base64
import hashlib
import zlib
from dataclasses import replace

import pytest

from proxy.core.decision import BodyPlan, Forward
from proxy.core.outgoing import PASSED_FIELDS
from support.decisions import EAST, forwarded, local, reason, refused, snapshot, verify_upstream
from support.signing import EMPTY, SECRET_KEY, Client

CLIENT = Client()
UNSIGNED = "UNSIGNED-PAYLOAD"
TRAILER = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
HASH = hashlib.sha256(b"hello").hexdigest()
CRC32 = base64.b64encode(zlib.crc32(b"hello").to_bytes(4, "big")).decode()


def put(payload: str = UNSIGNED, target: str = "/photos/key", **headers: str) -> bytes:
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    return CLIENT.head("PUT", target, fields, payload=payload)


def test_an_unsigned_body_is_relayed_unread() -> None:
    answer = forwarded(put(content_length="5"))

    assert answer.body == BodyPlan(5, 5, needs_decoder=False)
    fields = verify_upstream(answer)
    assert fields["content-length"] == "5"
    assert fields["x-amz-content-sha256"] == UNSIGNED


def test_a_declared_hash_is_verified_and_passed_on() -> None:
    answer = forwarded(put(HASH, content_length="5"))

    assert answer.body.needs_decoder
    assert answer.body.rule is not None
    assert answer.body.rule.payload_sha256 == HASH
    assert verify_upstream(answer)["x-amz-content-sha256"] == HASH


def test_declared_checksums_are_verified_and_passed_on() -> None:
    md5 = base64.b64encode(hashlib.md5(b"hello", usedforsecurity=False).digest()).decode()

    answer = forwarded(
        put(
            content_length="5",
            content_md5=md5,
            x_amz_checksum_crc32=CRC32,
            x_amz_sdk_checksum_algorithm="CRC32",
        )
    )

    assert answer.body.rule is not None
    assert dict(answer.body.rule.checksums) == {
        "md5": base64.b64decode(md5),
        "crc32": base64.b64decode(CRC32),
    }
    fields = verify_upstream(answer)
    assert fields["content-md5"] == md5
    assert fields["x-amz-checksum-crc32"] == CRC32
    assert fields["x-amz-sdk-checksum-algorithm"] == "CRC32"


@pytest.mark.parametrize(
    "headers",
    [
        {"content_md5": "short"},
        {"content_md5": "AAAA"},
        {"x_amz_checksum_crc32": "!"},
        {"x_amz_checksum_sha256": CRC32},
        {"x_amz_checksum_crc32": "\xff\xff\xff\xff"},
    ],
)
def test_a_digest_that_is_none_is_refused(headers: dict[str, str]) -> None:
    assert refused(put(content_length="5", **headers)).error.s3.code == "InvalidDigest"


def test_the_checksum_of_a_completed_upload_is_not_that_of_its_body() -> None:
    data = CLIENT.head(
        "POST",
        "/photos/key?uploadId=1",
        {
            "content-length": "5",
            "x-amz-checksum-crc32": CRC32,
            "x-amz-checksum-type": "FULL_OBJECT",
        },
        payload=UNSIGNED,
    )

    answer = forwarded(data)

    assert not answer.body.needs_decoder
    assert verify_upstream(answer)["x-amz-checksum-crc32"] == CRC32
    md5 = {"content-length": "5", "content-md5": "XUFAKrxLKna5cZ2REBfFkg=="}
    assert forwarded(CLIENT.head("POST", "/photos/key?uploadId=1", md5)).body.needs_decoder


# ---- no body ---------------------------------------------------------------------------------


def test_an_empty_body_is_judged_at_once() -> None:
    empty_crc = {"content_length": "0", "x_amz_checksum_crc32": "AAAAAA=="}
    answer = forwarded(put(EMPTY, **empty_crc))

    assert answer.body == BodyPlan(0, 0, needs_decoder=False)
    fields = verify_upstream(answer)
    assert fields["content-length"] == "0"
    assert fields["x-amz-content-sha256"] == EMPTY
    assert reason(put(HASH, content_length="0")) == "s3.payload_hash_mismatch"
    assert reason(put(content_length="0", x_amz_checksum_crc32=CRC32)) == "s3.digest_mismatch"
    assert verify_upstream(forwarded(put(content_length="0")))["x-amz-content-sha256"] == EMPTY


def test_an_object_needs_a_length_even_if_it_is_empty() -> None:
    error = refused(put(EMPTY).replace(b"content-length: 0\r\n", b"")).error

    assert (error.s3.code, error.s3.status) == ("MissingContentLength", 411)
    copy = CLIENT.head("PUT", "/photos/key", {"x-amz-copy-source": "photos/a"})
    assert isinstance(forwarded(copy), Forward)


@pytest.mark.parametrize("method", ["GET", "HEAD", "DELETE"])
@pytest.mark.parametrize("framing", [{"content-length": "1"}, {"transfer-encoding": "chunked"}])
def test_a_body_where_none_belongs_is_refused(method: str, framing: dict[str, str]) -> None:
    assert reason(CLIENT.head(method, "/photos/key", framing)) == "s3.body_unexpected"


def test_chunks_without_a_body_are_incomplete() -> None:
    data = put(TRAILER, content_length="0", x_amz_trailer="x-amz-checksum-crc32")

    assert reason(data) == "s3.body_incomplete"


# ---- aws-chunked -----------------------------------------------------------------------------


def test_an_upload_of_current_sdks_over_https_to_a_backend_without_trailers() -> None:
    plain = snapshot(backends={"east": replace(EAST, capabilities=frozenset())})
    answer = forwarded(
        put(
            TRAILER,
            transfer_encoding="chunked",
            content_encoding="aws-chunked",
            content_type="text/plain",
            x_amz_decoded_content_length="5",
            x_amz_trailer="x-amz-checksum-crc32",
            x_amz_sdk_checksum_algorithm="CRC32",
        ),
        plain,
    )

    plan = answer.body
    assert (plan.wire_length, plan.payload_length, plan.needs_decoder) == (None, 5, True)
    assert plan.rule is not None
    assert (plan.rule.is_transfer_chunked, plan.rule.is_aws_chunked) == (True, True)
    assert plan.rule.trailer == "x-amz-checksum-crc32"
    assert plan.rule.seed is None
    fields = verify_upstream(answer)
    assert fields["content-length"] == "5"
    assert fields["x-amz-content-sha256"] == UNSIGNED
    assert fields["content-type"] == "text/plain"
    gone = {
        "content-encoding",
        "transfer-encoding",
        "x-amz-trailer",
        "x-amz-decoded-content-length",
        "x-amz-sdk-checksum-algorithm",
    }
    assert not gone & set(fields)


@pytest.mark.parametrize(
    ("coding", "sent"),
    [
        ("aws-chunked", None),
        ("gzip,aws-chunked", "gzip"),
        ("AWS-Chunked, gzip", "gzip"),
        ("br, aws-chunked, gzip", "br,gzip"),
        ("gzip", "gzip"),
    ],
)
def test_only_our_framing_leaves_the_content_encoding(coding: str, sent: str | None) -> None:
    answer = forwarded(
        put(
            "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
            content_length="100",
            content_encoding=coding,
            x_amz_decoded_content_length="5",
        )
    )

    assert verify_upstream(answer).get("content-encoding") == sent


def test_signed_chunks_follow_from_the_signature_of_the_request() -> None:
    answer = forwarded(
        put(
            "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
            content_length="100",
            x_amz_decoded_content_length="5",
        )
    )

    assert answer.body.rule is not None
    seed = answer.body.rule.seed
    assert seed is not None
    assert seed.scope == CLIENT.scope
    assert answer.request.headers["authorization"].endswith(seed.signature)
    assert SECRET_KEY not in repr(answer.body)


@pytest.mark.parametrize("value", ["", "-1", "five", "1.0", "\N{SUPERSCRIPT TWO}", "1" * 16])
def test_the_decoded_length_is_a_number(value: str) -> None:
    data = put(
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
        content_length="100",
        x_amz_decoded_content_length=value,
    )

    error = refused(data).error

    assert (error.s3.code, error.s3.status) == ("MissingContentLength", 411)


@pytest.mark.parametrize(
    ("payload", "trailer"),
    [
        (TRAILER, "x-amz-meta-a"),
        (TRAILER, "x-amz-checksum-crc32,x-amz-checksum-sha1"),
        ("STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "x-amz-checksum-crc32"),
        (UNSIGNED, "x-amz-checksum-crc32"),
    ],
)
def test_a_trailer_that_is_not_supported_is_refused(payload: str, trailer: str) -> None:
    data = put(
        payload, content_length="99", x_amz_decoded_content_length="5", x_amz_trailer=trailer
    )

    error = refused(data).error

    assert (error.reason, error.s3.code) == ("s3.header_unsupported", "InvalidRequest")


def test_unsigned_chunks_need_no_trailer_and_signed_ones_have_the_one_they_promise() -> None:
    facts = {"content_length": "99", "x_amz_decoded_content_length": "5"}

    rule = forwarded(put(TRAILER, **facts)).body.rule
    error = refused(put("STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER", **facts)).error

    assert rule is not None
    assert (rule.is_aws_chunked, rule.seed, rule.trailer) == (True, None, "")
    assert error.s3.code == "MalformedTrailerError"


# ---- length ----------------------------------------------------------------------------------


def test_a_body_of_unknown_length_goes_on_in_chunks() -> None:
    answer = forwarded(put(transfer_encoding="chunked"))

    assert (answer.body.wire_length, answer.body.payload_length) == (None, None)
    assert answer.body.needs_decoder
    assert verify_upstream(answer)["transfer-encoding"] == "chunked"
    assert answer.body.rule is not None
    assert answer.body.rule.max_payload_bytes == 5 * 1024**3


def test_a_backend_that_needs_a_length_gets_one() -> None:
    plain = snapshot(backends={"east": replace(EAST, capabilities=frozenset())})

    error = refused(put(transfer_encoding="chunked"), plain).error

    assert (error.s3.code, error.s3.status) == ("MissingContentLength", 411)


def test_sizes_are_bounded() -> None:
    limit = 5 * 1024**3
    assert isinstance(forwarded(put(content_length=str(limit))), Forward)
    assert refused(put(content_length=str(limit + 1))).error.s3.code == "EntityTooLarge"
    part = put(target="/photos/key?uploadId=1&partNumber=1", content_length=str(limit + 1))
    assert refused(part).error.s3.code == "EntityTooLarge"
    document = put(target="/photos?policy", content_length=str(4 * 1024**2 + 1))
    assert refused(document).error.s3.code == "EntityTooLarge"


def test_waiting_for_continue_is_told() -> None:
    assert forwarded(put(content_length="5", expect="100-continue")).expects_continue
    delete = CLIENT.head(
        "POST", "/photos?delete", {"expect": "100-continue", "content-length": "5"}, payload=HASH
    )
    answer = local(delete)
    assert answer.expects_continue
    assert answer.body.needs_decoder
    assert "expect" not in PASSED_FIELDS
