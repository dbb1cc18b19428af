"""
Signature version 2, as boto3 makes it by default.
"""

from urllib.parse import urlsplit

import boto3
import pytest
from botocore.client import Config

from proxy.core.request import parse_query
from proxy.sigv4.authorization import MalformedError
from proxy.sigv4.v2 import (
    PresignedV2,
    RequestV2,
    is_signed_v2,
    parse_presigned_v2,
    sign_v2,
    string_to_sign_v2,
)

SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"


def presign(operation: str, style: str = "path", **parameters: object) -> str:
    client = boto3.client(
        "s3",
        region_name="us-east-1",
        endpoint_url="http://s3.example.com",
        aws_access_key_id="AKID",
        aws_secret_access_key=SECRET,
        aws_session_token="token",
        config=Config(signature_version="s3", s3={"addressing_style": style}),
    )
    parameters = {"Bucket": "photos", "Key": "a key/ü.jpg", **parameters}
    return client.generate_presigned_url(operation, Params=parameters)


def verify(url: str, method: str = "GET", prefix: str = "", **headers: str) -> bool:
    target = urlsplit(url)
    query = dict(parse_query(target.query))
    request = RequestV2(method, prefix + target.path, query, headers)
    return is_signed_v2(SECRET, request, parse_presigned_v2(query), query["Expires"])


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"VersionId": "v1"},
        {"ResponseContentType": "text/plain", "ResponseContentDisposition": 'attachment; a="b&c"'},
    ],
)
def test_urls_of_boto3_verify(parameters: dict[str, str]) -> None:
    url = presign("get_object", **parameters)

    assert verify(url)
    assert not verify(url, method="PUT")
    assert not verify(url + "&acl")
    assert not verify(url + "&x-amz-acl=public-read")
    assert not verify(url, **{"x-amz-acl": "public-read"})
    assert not verify(url, **{"content-type": "text/html"})


def test_the_bucket_in_the_host_belongs_to_the_resource() -> None:
    url = presign("get_object", "virtual")

    assert urlsplit(url).netloc == "photos.s3.example.com"
    assert verify(url, prefix="/photos")
    assert not verify(url)


def test_fields_that_boto3_puts_into_the_query_are_signed() -> None:
    url = presign(
        "put_object", ContentType="text/plain", ContentMD5="md5", Metadata={"name": "gr&n"}
    )

    assert "x-amz-meta-name" in url
    assert verify(url, method="PUT")
    assert not verify(url.replace("text%2Fplain", "text%2Fhtml"), method="PUT")


def test_header_values_are_signed_as_their_bytes() -> None:
    text = string_to_sign_v2(
        RequestV2("GET", "/b/k", {}, {"x-amz-meta-a": "grün".encode().decode("latin-1")}), "1"
    )

    assert "x-amz-meta-a:grün" in text
    assert sign_v2(SECRET, text)


@pytest.mark.parametrize(
    ("query", "headers"),
    [
        ({"x-amz-meta-a": "1\nx-amz-meta-b:2"}, {}),
        ({"content-type": "a\nb"}, {}),
        ({"response-content-type": "a&versionId=1"}, {}),
        ({"response-content-type": "a&acl"}, {}),
        ({"acl": "a\nb"}, {}),
    ],
)
def test_what_could_be_read_in_two_ways_has_no_signature(
    query: dict[str, str], headers: dict[str, str]
) -> None:
    with pytest.raises(MalformedError):
        string_to_sign_v2(RequestV2("GET", "/b/k", query, headers), "1")


def test_the_parameters_are_read() -> None:
    query = {"AWSAccessKeyId": "AKID", "Signature": "s=", "Expires": "1700000000"}

    assert parse_presigned_v2(query) == PresignedV2("AKID", 1700000000, "s=")


@pytest.mark.parametrize(
    "query",
    [
        {"AWSAccessKeyId": "AKID", "Expires": "1"},
        {"Signature": "s", "Expires": "1"},
        {"AWSAccessKeyId": "AKID", "Signature": "s"},
        {"AWSAccessKeyId": "AKID", "Signature": "s", "Expires": "soon"},
        {"AWSAccessKeyId": "AKID", "Signature": "s", "Expires": "1" * 13},
        {"AWSAccessKeyId": "AKID", "Signature": "s", "Expires": "\N{SUPERSCRIPT TWO}"},
    ],
)
def test_a_parameter_missing_or_wrong_is_malformed(query: dict[str, str]) -> None:
    with pytest.raises(MalformedError):
        parse_presigned_v2(query)
