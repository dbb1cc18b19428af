"""
A stored object's name and type cannot break a header, deceive a reader or run in our pages.
"""

import pytest

from app.errors.raised import StowageError
from dashboard.disposition import (
    OBJECT_POLICY,
    file_name,
    parse_disposition,
    render_disposition,
    verify_destination,
)


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("a/b/report.pdf", "report.pdf"),
        ("report.pdf", "report.pdf"),
        ('quo"te\\d.txt', "quoted.txt"),
        ("line\r\nSet-Cookie: x=1", "lineSet-Cookie: x=1"),
        ("tab\there\x7f", "tabhere"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("\u2066\u2069", "download"),
        ("folder/", "download"),
        ("..", ".."),
        ("größe.txt", "größe.txt"),
    ],
)
def test_the_file_name_keeps_what_is_harmless(key: str, expected: str) -> None:
    assert file_name(key) == expected


def test_a_plain_name_needs_one_form() -> None:
    header = render_disposition("inline", "text/plain", "a/notes.txt")

    assert header == 'inline; filename="notes.txt"'


def test_a_name_beyond_ascii_comes_in_both_forms() -> None:
    header = render_disposition("attachment", "text/plain", "größe 100%.txt")

    assert header == (
        "attachment; filename=\"gr__e 100%.txt\"; filename*=UTF-8''gr%C3%B6%C3%9Fe%20100%25.txt"
    )


def test_a_header_never_holds_what_could_end_it() -> None:
    header = render_disposition("inline", "text/plain", 'a/\r\nx: y"\u2028ž')

    assert header.isascii()
    assert "\r" not in header
    assert "\n" not in header


@pytest.mark.parametrize(
    ("content_type", "key"),
    [
        ("text/html", "page"),
        ("TEXT/HTML; charset=utf-8", "page"),
        ("image/svg+xml", "picture"),
        ("application/xhtml+xml", "page"),
        ("application/rdf+xml", "data"),
        ("application/xml", "data"),
        ("text/xml", "data"),
        ("text/plain", "picture.svg"),
        ("text/plain", "PAGE.HTML"),
        ("application/octet-stream", "page.htm"),
        ("", "page.xhtml"),
    ],
)
def test_active_content_is_saved_and_never_shown(content_type: str, key: str) -> None:
    assert render_disposition("inline", content_type, key).startswith("attachment;")


def test_the_policy_takes_scripts_and_origin_away() -> None:
    assert OBJECT_POLICY.startswith("sandbox;")
    assert "script" not in OBJECT_POLICY
    assert "allow-" not in OBJECT_POLICY


@pytest.mark.parametrize(
    "destination", ["script", "style", "worker", "serviceworker", "iframe", "object", "embed"]
)
def test_an_object_is_no_part_of_a_page(destination: str) -> None:
    with pytest.raises(StowageError) as refused:
        verify_destination(destination)

    assert refused.value.reason == "source.destination"


@pytest.mark.parametrize("destination", ["", "empty", "document", "image", "video", "audio"])
def test_an_object_may_be_loaded_and_drawn(destination: str) -> None:
    verify_destination(destination)


def test_only_two_dispositions_exist() -> None:
    assert (parse_disposition(""), parse_disposition("inline")) == ("attachment", "inline")
    with pytest.raises(StowageError):
        parse_disposition("inline; filename=x")
