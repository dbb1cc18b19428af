import pytest

from app.errors.raised import StowageError
from proxy.form_answer import (
    extend_url,
    find_redirect,
    find_status,
    parse_tagging,
    render_created,
)


def test_tags_are_said_as_a_header_says_them() -> None:
    document = (
        '<Tagging xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><TagSet>'
        "<Tag><Key>a</Key><Value>b c&amp;</Value></Tag><Tag><Key>d</Key><Value/></Tag>"
        "</TagSet></Tagging>"
    )

    assert parse_tagging(document) == "a=b+c%26&d="
    assert parse_tagging("") == ""


def test_broken_tags_are_refused() -> None:
    with pytest.raises(StowageError):
        parse_tagging("<Tags/>")


@pytest.mark.parametrize(
    ("wanted", "status"), [("200", 200), ("201", 201), ("204", 204), ("500", 204), ("", 204)]
)
def test_status_is_one_of_three(wanted: str, status: int) -> None:
    assert find_status({"success_action_status": wanted}) == status


def test_redirect_may_stand_under_its_old_name() -> None:
    assert find_redirect({"redirect": "https://a.example/b?c"}) == "https://a.example/b?c"
    assert find_redirect({}) == ""


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "//a.example",
        "https://",
        "http://[",
        "https://a/\r\nX: y",
        "https://ü",
    ],
)
def test_redirect_that_is_no_web_address_is_refused(url: str) -> None:
    with pytest.raises(StowageError) as caught:
        find_redirect({"success_action_redirect": url})

    assert caught.value.reason == "form.malformed"


def test_redirect_tells_what_was_stored() -> None:
    assert extend_url("https://a/b?c=1#d", key="x y&") == "https://a/b?c=1&key=x+y%26#d"
    assert extend_url("https://a", key="x") == "https://a?key=x"


def test_document_of_success_is_escaped() -> None:
    assert b"<Key>&lt;a&amp;</Key>" in render_created("https://a", "b", "<a&", '"e"')
