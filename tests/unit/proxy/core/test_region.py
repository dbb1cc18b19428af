"""
For which region a request was signed, where that is made to matter.
"""

import pytest

from app.snapshot.values import ProxySettings
from proxy.core.decision import Forward
from support.decisions import EAST, ask, credential, reason, refused, snapshot
from support.signing import Client

pytestmark = pytest.mark.usefixtures("each_core")

STRICT = snapshot(settings=ProxySettings(host_suffixes=("s3.example.com",), is_region_strict=True))
WRONG = Client(region="us-east-1")
RIGHT = Client(region=EAST.region)


def test_any_region_serves_by_default() -> None:
    assert isinstance(ask(WRONG.head("GET", "/photos/key")), Forward)


def test_strictly_a_wrong_region_is_told_the_right_one() -> None:
    answer = refused(WRONG.head("GET", "/photos/key"), STRICT)

    assert answer.error.s3.code == "AuthorizationHeaderMalformed"
    assert answer.error.s3.status == 400
    assert answer.extra == {"Region": "eu-central-1"}
    assert "us-east-1" in answer.error.message
    assert isinstance(ask(RIGHT.head("GET", "/photos/key"), STRICT), Forward)


def test_strictly_a_presigned_url_for_a_wrong_region_is_refused_too() -> None:
    answer = refused(WRONG.presigned("GET", "/photos/key"), STRICT)

    assert answer.error.s3.code == "AuthorizationQueryParametersError"
    assert answer.extra == {"Region": "eu-central-1"}
    assert isinstance(ask(RIGHT.presigned("GET", "/photos/key"), STRICT), Forward)


def test_who_may_not_enter_does_not_learn_where_a_bucket_is() -> None:
    world = snapshot(credential("drop-box"), settings=STRICT.settings)

    answer = refused(WRONG.head("GET", "/photos/key"), world)

    assert answer.error.s3.code == "AccessDenied"
    assert answer.extra == {}
    assert reason(WRONG.head("GET", "/nowhere/key"), STRICT) == "bucket.out_of_scope"
