"""
What a client claims, read strictly.
"""

import pytest

from proxy.sigv4.authorization import (
    MalformedError,
    find_timestamp,
    parse_authorization,
    parse_claim,
    parse_presigned,
    parse_timestamp,
)

CREDENTIAL = "AKID/20130524/us-east-1/s3/aws4_request"
HEX = "0123456789abcdef" * 4
HEADER = f"AWS4-HMAC-SHA256 Credential={CREDENTIAL}, SignedHeaders=host;range, Signature={HEX}"


def test_the_header_form() -> None:
    claim, signature = parse_authorization(HEADER)

    assert claim.access_key == "AKID"
    assert claim.scope == "20130524/us-east-1/s3/aws4_request"
    assert claim.signed_headers == ("host", "range")
    assert signature == HEX
    assert parse_authorization(HEADER)[0] is claim


@pytest.mark.parametrize(
    "header",
    [
        HEADER.replace(", ", ","),
        HEADER.replace(", ", " ,  "),
        HEADER.replace(HEX, HEX.upper()),
        HEADER.replace("host;range", "Range;;Host"),
        f"AWS4-HMAC-SHA256 Signature={HEX},SignedHeaders=host;range,Credential={CREDENTIAL}",
        HEADER.replace("us-east-1", "r" * 2000),
    ],
)
def test_order_blanks_and_case_are_tolerated(header: str) -> None:
    claim, signature = parse_authorization(header)

    assert (claim.access_key, claim.signed_headers) == ("AKID", ("host", "range"))
    assert signature == HEX


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer abc",
        HEADER.replace("SHA256", "SHA512"),
        HEADER.replace("aws4_request", "aws4"),
        HEADER.replace("/s3/", "/ec2/"),
        HEADER.replace("20130524", "2013-5-24"),
        HEADER.replace("AKID/", "AK/ID/"),
        HEADER.replace("AKID/", "/"),
        HEADER.replace("AKID", "AK\N{LATIN SMALL LETTER E WITH ACUTE}D"),
        HEADER.replace("host;range", ";"),
        HEADER.replace("host", "h\N{LATIN SMALL LETTER O WITH DIAERESIS}st"),
        HEADER.replace("SignedHeaders", "Signedheaders"),
        HEADER.replace("SignedHeaders=host;range, ", ""),
        HEADER.replace(HEX, HEX[:-1]),
        HEADER.replace(HEX, "g" * 64),
        f"{HEADER}, Signature={HEX}",
        f"{HEADER}, Extra=1",
    ],
)
def test_what_is_not_that_is_malformed(header: str) -> None:
    with pytest.raises(MalformedError):
        parse_authorization(header)


QUERY = {
    "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
    "X-Amz-Credential": CREDENTIAL,
    "X-Amz-Date": "20130524T000000Z",
    "X-Amz-Expires": "604800",
    "X-Amz-SignedHeaders": "host",
    "X-Amz-Signature": HEX.upper(),
}


def test_the_query_form() -> None:
    presigned = parse_presigned({**QUERY, "X-Amz-Security-Token": "token"})

    assert presigned.claim.access_key == "AKID"
    assert presigned.timestamp == "20130524T000000Z"
    assert (presigned.expires_seconds, presigned.signature) == (604800, HEX)
    assert presigned.token == "token"
    assert parse_presigned(QUERY).token is None
    long = {**QUERY, "X-Amz-Credential": CREDENTIAL.replace("us-east-1", "r" * 2000)}
    assert parse_presigned(long).claim.access_key == "AKID"


@pytest.mark.parametrize("name", QUERY)
def test_every_parameter_is_needed(name: str) -> None:
    with pytest.raises(MalformedError, match=name):
        parse_presigned({key: value for key, value in QUERY.items() if key != name})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("X-Amz-Algorithm", "AWS4-ECDSA-P256-SHA256"),
        ("X-Amz-Date", "2013-05-24T00:00:00Z"),
        ("X-Amz-Expires", "0"),
        ("X-Amz-Expires", "604801"),
        ("X-Amz-Expires", "-1"),
        ("X-Amz-Expires", "1.5"),
        ("X-Amz-Expires", "\N{SUPERSCRIPT TWO}"),
        ("X-Amz-Expires", "10000000"),
        ("X-Amz-Signature", "abc"),
        ("X-Amz-Credential", "AKID"),
        ("X-Amz-SignedHeaders", ";"),
    ],
)
def test_a_parameter_that_is_not_what_it_should_be(name: str, value: str) -> None:
    with pytest.raises(MalformedError):
        parse_presigned({**QUERY, name: value})


def test_timestamps() -> None:
    assert parse_timestamp("20130524T000000Z") == 1369353600
    assert parse_timestamp("20131324T000000Z") is None
    assert parse_timestamp("20130524T000000") is None
    assert parse_timestamp("20130524X000000Z") is None


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"x-amz-date": "20130524T000000Z", "date": "other"}, "20130524T000000Z"),
        ({"date": "20130524T000000Z"}, "20130524T000000Z"),
        ({"date": "Fri, 24 May 2013 00:00:00 GMT"}, "20130524T000000Z"),
        ({"date": "Fri, 24 May 2013 02:00:00 +0200"}, "20130524T000000Z"),
        ({"date": "yesterday"}, None),
        ({"date": "Fri, 24 May 99999 00:00:00 GMT"}, None),
        ({}, None),
    ],
)
def test_the_time_of_a_request(headers: dict[str, str], expected: str | None) -> None:
    assert find_timestamp(headers) == expected


def test_a_claim_is_read_from_its_two_parts() -> None:
    assert parse_claim(CREDENTIAL, "host").region == "us-east-1"
