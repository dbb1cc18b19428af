"""
An upload from a form: its size is known before its content is looked at.
"""

from collections.abc import MutableMapping
from typing import Any

import httpx
import pytest
from starlette.requests import Request

from app.errors.raised import StowageError
from dashboard.form import MAX_FILE_BYTES, MAX_FORM_BYTES, UploadForm, read_upload

Files = list[tuple[str, tuple[str, bytes, str]]]


def request_of(
    files: Files, fields: dict[str, str] | None = None, *, declares_length: bool = True
) -> Request:
    sent = httpx.Request("POST", "http://x/", files=files, data=fields or {})
    body = sent.read()
    headers = [(name.lower(), value) for name, value in sent.headers.raw]
    if not declares_length:
        headers = [(name, value) for name, value in headers if name != b"content-length"]
    scope = {"type": "http", "method": "POST", "path": "/", "headers": headers}
    chunks = iter([body[start : start + 65536] for start in range(0, len(body), 65536)])

    async def receive() -> MutableMapping[str, Any]:
        chunk = next(chunks, None)
        return {"type": "http.request", "body": chunk or b"", "more_body": chunk is not None}

    return Request(scope, receive)


def replay(request: Request, body: bytes) -> Request:
    headers = [item for item in request.scope["headers"] if item[0] != b"content-length"]

    async def receive() -> MutableMapping[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    return Request({**request.scope, "headers": headers}, receive)


async def refusal(request: Request) -> tuple[str, str | None]:
    with pytest.raises(StowageError) as refused:
        await read_upload(request)
    return refused.value.code, refused.value.reason


async def test_the_fields_win_over_what_the_file_says() -> None:
    form = await read_upload(
        request_of(
            [("file", ("C:\\dir\\a.txt", b"hello", "text/plain"))],
            {"key": "b/ö.txt", "content_type": "text/csv"},
        )
    )

    assert form == UploadForm(b"hello", "a.txt", "text/csv", "b/ö.txt")


async def test_without_fields_the_file_names_key_and_type() -> None:
    form = await read_upload(request_of([("file", ("dir/a.txt", b"", "text/plain"))]))

    assert form == UploadForm(b"", "a.txt", "text/plain", "a.txt")


@pytest.mark.parametrize("declares_length", [True, False])
async def test_a_form_over_the_limit_is_refused(*, declares_length: bool) -> None:
    body = b"x" * (MAX_FORM_BYTES + 1)
    request = request_of([("file", ("a", body, "text/plain"))], declares_length=declares_length)

    assert await refusal(request) == ("too_large", "body.limit")


async def test_a_file_over_the_limit_is_refused_although_the_form_is_not() -> None:
    body = b"x" * (MAX_FILE_BYTES + 1)

    assert await refusal(request_of([("file", ("a", body, "text/plain"))])) == (
        "too_large",
        "body.limit",
    )


async def test_a_form_of_very_many_parts_is_not_understood() -> None:
    files: Files = [(f"f{number}", ("a", b"1", "text/plain")) for number in range(17)]

    assert await refusal(request_of(files)) == ("bad_request", "form.invalid")


async def test_a_field_that_is_no_text_is_not_understood() -> None:
    request = request_of([("file", ("a", b"1", "text/plain"))], {"key": "KEY"})
    whole = b"".join([chunk async for chunk in request.stream()]).replace(b"KEY", b"\xff\xfe!")

    assert await refusal(replay(request, whole)) == ("bad_request", "form.invalid")


async def test_a_form_without_a_file_or_a_key_says_so() -> None:
    no_file = await refusal(request_of([("other", ("a", b"1", "text/plain"))]))
    text_only = await refusal(request_of([("x", ("", b"", ""))], {"file": "text"}))
    no_key = await refusal(request_of([("file", ("dir/", b"1", "text/plain"))]))

    assert no_file == text_only == no_key == ("bad_request", "field.missing")


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "multipart/form-data", "multipart/form-data; boundary=", ""],
)
async def test_what_is_no_form_is_not_understood(content_type: str) -> None:
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/",
        "headers": [(b"content-type", content_type.encode())],
    }

    async def receive() -> MutableMapping[str, Any]:
        return {"type": "http.request", "body": b"--x\r\nnonsense", "more_body": False}

    assert await refusal(Request(scope, receive)) == ("bad_request", "form.invalid")


async def test_a_form_that_ends_early_is_not_understood() -> None:
    request = request_of([("file", ("a", b"x" * 1000, "text/plain"))])
    whole = b"".join([chunk async for chunk in request.stream()])

    for length in (0, 20, 200, len(whole) - 8):
        assert await refusal(replay(request, whole[:length])) == ("bad_request", "form.invalid")
