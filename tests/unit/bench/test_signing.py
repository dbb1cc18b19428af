import hashlib
import re
from urllib.parse import parse_qsl, urlsplit

import pytest
from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from bench import objects, shapes, signing
from bench.shapes import Shape
from bench.signing import Ask, Head, Key

KEY = Key("AKIAEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
SHAPES = [
    pytest.param(name, value, id=name.lower())
    for name, value in vars(shapes).items()
    if isinstance(value, Shape) and not name.startswith("URL_")
]


class DeclaredPayload(S3SigV4Auth):
    """
    botocore's signer with the payload line that the request declares.
    """

    def payload(self, request: AWSRequest) -> str:
        return str(request.headers["x-amz-content-sha256"])


def parts_of(head: Head) -> tuple[str, str, dict[str, str]]:
    first, *lines = head.data.decode().removesuffix("\r\n\r\n").split("\r\n")
    method, target, _ = first.split(" ")
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
    return method, target, headers


def botocore_signature(head: Head) -> str:
    method, target, headers = parts_of(head)
    signed = headers["authorization"].split("SignedHeaders=")[1].split(",")[0].split(";")
    request = AWSRequest(
        method,
        f"http://{signing.HOST}{target}",
        headers={name: headers[name] for name in signed if name != "host"},
    )
    request.context["timestamp"] = head.stamp
    auth = DeclaredPayload(Credentials(KEY.id, KEY.secret), "s3", signing.REGION)
    text = auth.string_to_sign(request, auth.canonical_request(request))
    return str(auth.signature(text, request))


@pytest.mark.parametrize(("name", "shape"), SHAPES)
def test_every_shape_is_signed_as_botocore_signs_it(name: str, shape: Shape) -> None:
    ask = Ask(
        "PUT",
        "/bench/put/000001",
        shape,
        query="uploadId=a%2Fb&partNumber=1&delete",
        sha256=hashlib.sha256(name.encode()).hexdigest(),
        length=1024,
        decoded=1000,
        crc32="YrjmBQ==",
    )

    head = signing.sign(ask, KEY)

    assert head.signature == botocore_signature(head)
    assert f"Signature={head.signature}".encode() in head.data


@pytest.mark.parametrize(("name", "shape"), SHAPES)
def test_no_field_of_a_shape_is_left_unfilled(name: str, shape: Shape) -> None:
    head = signing.sign(Ask("GET", f"/bench/1k/{name}", shape), KEY)

    assert not re.search(rb"[{}]", head.data)


def test_a_presigned_url_is_what_botocore_would_make() -> None:
    head = signing.presign(Ask("GET", "/bench/1k/000001", shapes.URL_GET), KEY, expires=900)
    target = parts_of(head)[1]
    unsigned = target.split("&X-Amz-Signature=", maxsplit=1)[0]
    request = AWSRequest("GET", f"http://{signing.HOST}{unsigned}", headers={})
    request.context["timestamp"] = head.stamp

    auth = S3SigV4QueryAuth(Credentials(KEY.id, KEY.secret), "s3", signing.REGION)
    text = auth.string_to_sign(request, auth.canonical_request(request))

    assert dict(parse_qsl(urlsplit(target).query))["X-Amz-Signature"] == auth.signature(
        text, request
    )


def test_chunks_are_signed_as_in_the_documentation_of_s3() -> None:
    """
    The example of "Signature calculation: transferring a payload in multiple chunks".
    """
    key = Key("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
    seed = "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9"
    head = Head(b"", seed, "20130524/us-east-1/s3/aws4_request", "20130524T000000Z")
    body = memoryview(b"a" * 66560)

    framed = signing.sign_chunks(head, key, [body[:65536], body[65536:]])

    signatures = [
        bytes(line).rstrip().partition(b"=")[2].decode()
        for line in framed
        if b";chunk-signature=" in bytes(line)
    ]
    assert signatures == [
        "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
        "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
        "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9",
    ]


def test_a_spoiled_signature_has_the_right_form_and_the_wrong_value() -> None:
    head = signing.sign(Ask("GET", "/bench/1k/000001", shapes.BOTO3_GET), KEY)

    spoiled = signing.spoil(head)

    assert len(spoiled.data) == len(head.data)
    assert head.signature.encode() not in spoiled.data


def test_the_stored_objects_have_the_size_that_their_name_says() -> None:
    assert len(objects.KILOBYTE) == objects.SIZES["1k"]
    assert len(objects.MEGABYTE) == objects.SIZES["1m"]
