"""
The pieces of the canonical request, and the forms that clients disagree on.
"""

import pytest

from proxy.sigv4.canonical import (
    canonical_headers,
    canonical_paths,
    canonical_query,
    uri_encode,
    uri_encode_path,
)


def test_only_unreserved_characters_stay_literal() -> None:
    assert uri_encode("AZaz09-._~") == "AZaz09-._~"
    assert uri_encode("a b/c+ü") == "a%20b%2Fc%2B%C3%BC"
    assert uri_encode_path("a b/c+ü") == "a%20b/c%2B%C3%BC"


@pytest.mark.parametrize(
    ("raw", "forms"),
    [
        ("/bucket/key", ("/bucket/key",)),
        ("/", ("/",)),
        ("/b/a%20b", ("/b/a%20b",)),
        ("/b/%c3%bc", ("/b/%C3%BC", "/b/%c3%bc")),
        ("/b/a=b!", ("/b/a%3Db%21", "/b/a=b!")),
        ("/b/a%2fb", ("/b/a%2Fb", "/b/a/b", "/b/a%2fb")),
        ("/b/%7Euser", ("/b/~user", "/b/%7Euser")),
    ],
)
def test_the_accepted_forms_of_a_path(raw: str, forms: tuple[str, ...]) -> None:
    assert canonical_paths(raw) == forms


def test_a_query_is_sorted_by_what_stands_on_the_wire() -> None:
    pairs = [("b", "2"), ("a", ""), ("ü", "1"), ("a/", ";"), ("a", " ")]

    assert canonical_query(pairs) == "%C3%BC=1&a=&a=%20&a%2F=%3B&b=2"


def test_headers_are_a_line_each() -> None:
    headers = {"host": "h:1", "x-amz-date": "d", "accept": "a"}

    assert canonical_headers(headers, ["host", "x-amz-date"]) == ("host:h:1\nx-amz-date:d\n",)


def test_a_signed_header_that_is_absent_has_no_form() -> None:
    assert canonical_headers({"host": "h"}, ["host", "range"]) is None


def test_runs_of_blanks_have_three_forms() -> None:
    value = 'a  b "c  d" \t e'

    assert canonical_headers({"x": value}, ["x"]) == (
        'x:a b "c d" e\n',
        'x:a b "c  d" e\n',
        f"x:{value}\n",
    )
