"""
Cross-origin rules.
"""

from dataclasses import replace

import pytest

from app.snapshot.values import AnonymousBinding, BucketTarget, CorsRule, Snapshot
from proxy.core.cors import answer_preflight, find_response_fields, find_targets
from proxy.core.decision import Local
from proxy.core.head import parse_head
from proxy.core.request import parse_request
from support.decisions import PHOTOS, ask, local, refused, snapshot
from support.signing import Client, render

PAGE = "https://page.example"
RULE = CorsRule((PAGE, "https://*.team.example"), ("GET", "PUT"))
NAMED = BucketTarget("west", "photos")


def world(rule: CorsRule = RULE, target: BucketTarget = NAMED) -> Snapshot:
    return snapshot(cors={target: (rule,)})


def preflight(
    target: str = "/photos/key", origin: str = PAGE, method: str = "PUT", headers: str = ""
) -> bytes:
    fields = {"host": "h", "origin": origin, "access-control-request-method": method}
    if headers:
        fields["access-control-request-headers"] = headers
    return render("OPTIONS", target, fields)


def answer_fields(data: bytes, found: Snapshot) -> dict[str, str]:
    answer = local(data, found)
    assert (answer.audited.operation, answer.audited.auth_mode) == ("CORSPreflight", "cors")
    fields = answer_preflight(answer.request, found)
    assert fields is not None
    return dict(fields)


def test_an_allowed_preflight_is_answered_here() -> None:
    fields = answer_fields(preflight(headers="Authorization, X-Amz-Meta-Name,"), world())

    assert fields["access-control-allow-origin"] == PAGE
    assert fields["access-control-allow-methods"] == "PUT"
    assert fields["access-control-allow-headers"] == "Authorization, X-Amz-Meta-Name"
    assert fields["access-control-max-age"] == "600"
    assert "Origin" in fields["vary"]
    assert "access-control-allow-credentials" not in fields


def test_a_preflight_that_asks_for_no_header_gets_none() -> None:
    assert "access-control-allow-headers" not in answer_fields(preflight(), world())


@pytest.mark.parametrize(
    "data",
    [
        preflight(origin="https://other.example"),
        preflight(origin="https://team.example"),
        preflight(origin="null"),
        preflight(method="DELETE"),
        preflight(method="put"),
        preflight(headers="X-Secret"),
        preflight("/elsewhere/key"),
        preflight("/"),
    ],
)
def test_any_other_preflight_is_refused(data: bytes) -> None:
    error = refused(data, world()).error

    assert (error.s3.code, error.s3.status) == ("AccessForbidden", 403)


def test_one_star_stands_for_anything_within() -> None:
    fields = answer_fields(preflight(origin="https://a.b.team.example"), world())

    assert fields["access-control-allow-origin"] == "https://a.b.team.example"
    rule = CorsRule(("*",), ("PUT",), ("x-*",), (), 5)
    everyone = answer_fields(preflight(headers="X-Secret"), world(rule))
    assert everyone["access-control-allow-origin"] == "*"
    assert everyone["access-control-max-age"] == "5"


def test_headers_of_a_rule_replace_the_defaults() -> None:
    found = world(CorsRule((PAGE,), ("PUT",), ("X-One",)))

    assert answer_fields(preflight(headers="x-one"), found)
    assert refused(preflight(headers="authorization"), found).error.reason == "cors.refused"


def test_options_without_an_origin_is_no_preflight() -> None:
    data = render("OPTIONS", "/photos/key", {"host": "h"})

    assert refused(data, world()).error.s3.status == 405


def targets(target: str, found: Snapshot) -> tuple[BucketTarget, ...]:
    return find_targets(parse_request(parse_head(preflight(target))), found)


def test_a_presigned_url_tells_whose_bucket_it_is() -> None:
    found = world(target=PHOTOS)

    assert targets(Client().presigned_target("PUT", "/photos/key"), found) == (PHOTOS,)
    assert targets(Client().presigned_target("PUT", "/other/key"), found) == ()
    assert targets("/photos/k?AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE", found) == (PHOTOS,)
    assert targets("/photos/k?AWSAccessKeyId=unknown", found) == ()
    assert isinstance(ask(preflight(Client().presigned_target("PUT", "/photos/k")), found), Local)


def test_an_open_bucket_is_known_by_its_name() -> None:
    binding = AnonymousBinding("photos", PHOTOS)
    found = replace(world(), anonymous={"photos": binding})

    assert targets("/photos/key", found) == (PHOTOS, NAMED)
    same = replace(found, anonymous={"photos": replace(binding, target=NAMED)})
    assert targets("/photos/key", same) == (NAMED,)


def response_fields(method: str, origin: str | None, found: Snapshot) -> dict[str, str]:
    fields = {"host": "h"} if origin is None else {"host": "h", "origin": origin}
    request = parse_request(parse_head(render(method, "/photos/key", fields)))
    return dict(find_response_fields(request, (NAMED,), found))


def test_answers_carry_what_lets_the_page_read_them() -> None:
    fields = response_fields("GET", PAGE, world())

    assert fields["access-control-allow-origin"] == PAGE
    assert "ETag" in fields["access-control-expose-headers"]
    exposing = world(CorsRule((PAGE,), ("GET",), (), ("X-One",)))
    assert response_fields("GET", PAGE, exposing)["access-control-expose-headers"] == "X-One"


def test_answers_to_anybody_else_carry_nothing() -> None:
    assert response_fields("GET", None, world()) == {}
    assert response_fields("GET", "https://other.example", world()) == {}
    assert response_fields("DELETE", PAGE, world()) == {}
    assert response_fields("GET", PAGE, snapshot()) == {}
