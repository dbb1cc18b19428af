from dataclasses import replace

import pytest

from app.snapshot.values import BackendRoute
from proxy.places import TEMPORARY_SECONDS, Place, Places, read_place
from proxy.response import ResponseHead

HOME = BackendRoute("b", "https", "s3.example.com", 443, "r-1", True, "AK", "SK")
AWS = replace(HOME, host="s3.us-east-1.amazonaws.com", region="us-east-1")


def head(status: int, **fields: str) -> ResponseHead:
    headers = tuple(
        (name.replace("_", "-").encode(), value.encode()) for name, value in fields.items()
    )
    return ResponseHead(status, headers, 0, False, True)


def document(code: str, **fields: str) -> bytes:
    inner = "".join(f"<{name}>{value}</{name}>" for name, value in fields.items())
    return f"<Error><Code>{code}</Code>{inner}</Error>".encode()


MOVED = "PermanentRedirect"


@pytest.mark.parametrize(
    ("home", "answer", "body", "place"),
    [
        (HOME, head(301, x_amz_bucket_region="r-2"), b"", ("r-2", "s3.example.com", 443)),
        (
            HOME,
            head(301),
            document(MOVED, Endpoint="bucket.s3.example.com:8443"),
            ("r-1", "s3.example.com", 8443),
        ),
        (
            HOME,
            head(307, location="https://eu.example.com/bucket/key?x=1"),
            b"",
            ("r-1", "eu.example.com", 443),
        ),
        (
            HOME,
            head(400),
            document("AuthorizationHeaderMalformed", Region="r-2"),
            ("r-2", "s3.example.com", 443),
        ),
        (HOME, head(400, x_amz_bucket_region="r-2"), b"", ("r-2", "s3.example.com", 443)),
        (
            AWS,
            head(301, x_amz_bucket_region="eu-west-1"),
            document(MOVED, Endpoint="bucket.s3-eu-west-1.amazonaws.com"),
            ("eu-west-1", "s3.eu-west-1.amazonaws.com", 443),
        ),
        (
            replace(AWS, host="s3.amazonaws.com"),
            head(307, location="https://bucket.s3-us-west-2.amazonaws.com/key"),
            b"",
            ("us-west-2", "s3.us-west-2.amazonaws.com", 443),
        ),
        (
            replace(AWS, host="s3.dualstack.us-east-1.amazonaws.com"),
            head(301, x_amz_bucket_region="eu-west-1"),
            b"",
            ("eu-west-1", "s3.dualstack.eu-west-1.amazonaws.com", 443),
        ),
    ],
)
def test_answer_tells_where_a_bucket_is(
    home: BackendRoute, answer: ResponseHead, body: bytes, place: tuple[str, str, int]
) -> None:
    assert read_place(home, "bucket", answer, body) == Place(*place)


@pytest.mark.parametrize(
    ("home", "answer", "body"),
    [
        (HOME, head(301), b""),
        (HOME, head(301), b"<html>moved</html>"),
        (HOME, head(400), document("InvalidRequest", Region="r-2")),
        (HOME, head(301, x_amz_bucket_region="r\r\n2"), b""),
        (HOME, head(301, location="https://s3.elsewhere.test/bucket"), b""),
        (HOME, head(301, location="https://evilexample.com/"), b""),
        (HOME, head(301, location="http://s3.example.com/"), b""),
        (HOME, head(301, location="https://you@s3.example.com/"), b""),
        (HOME, head(301, location="https://s3.example.com:no/"), b""),
        (HOME, head(301), document(MOVED, Endpoint="10.0.0.1")),
        (replace(HOME, host="10.0.0.1"), head(301), document(MOVED, Endpoint="9.0.0.1")),
        (replace(HOME, host="example.com"), head(301), document(MOVED, Endpoint="other.com")),
        (AWS, head(307, location="https://execute-api.us-west-2.amazonaws.com/"), b""),
    ],
)
def test_what_says_nothing_or_leads_to_a_stranger_is_not_followed(
    home: BackendRoute, answer: ResponseHead, body: bytes
) -> None:
    assert read_place(home, "bucket", answer, body) is None


def learn(places: Places, answer: ResponseHead, body: bytes = b"") -> BackendRoute | None:
    return places.learn(HOME, places.find(HOME, "bucket", 0), "bucket", (answer, body), 0.0)


def test_what_is_known_already_is_no_way_out_of_a_circle() -> None:
    places = Places()
    there = learn(places, head(301, x_amz_bucket_region="r-2"))

    assert there is not None
    assert there.region == "r-2"
    assert learn(places, head(301, x_amz_bucket_region="r-2")) is None
    assert places.find(HOME, "other", 0) is HOME


def test_temporary_redirect_is_asked_about_again() -> None:
    places = Places()
    learn(places, head(307, x_amz_bucket_region="r-2"))

    assert places.find(HOME, "bucket", TEMPORARY_SECONDS - 1).region == "r-2"
    assert places.find(HOME, "bucket", TEMPORARY_SECONDS) is HOME


def test_permanent_one_holds_until_the_bucket_is_not_there_or_the_backend_is_set_up_anew() -> None:
    places = Places()
    answer = head(301, x_amz_bucket_region="r-2")

    learn(places, answer)
    assert places.find(HOME, "bucket", 1e9).region == "r-2"
    learn(places, head(404), document("NoSuchKey"))
    assert places.has_any
    learn(places, head(404), document("NoSuchBucket"))
    assert not places.has_any

    learn(places, answer)
    places.keep({"b": replace(HOME, secret_key="rotated", clock_offset=1.0)})
    assert places.has_any
    places.keep({"b": replace(HOME, host="new.example.com")})
    assert places.find(HOME, "bucket", 0) is HOME
