"""
An upload from a browser's form: one small file and a few fields, read from a stream.
"""

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field

from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from app.errors import registry as errors
from app.errors.raised import StowageError
from dashboard.body import missing, read_chunks, too_large

MAX_FILE_BYTES = 5 * 2**20
MAX_FORM_BYTES = MAX_FILE_BYTES + 2**16
"""The file and, around it, the fields and the borders of the form."""

_MAX_FIELDS = 8
_MAX_FIELD_BYTES = 2**16


@dataclass(frozen=True, slots=True)
class UploadForm:
    """
    What a browser uploaded.
    """

    content: bytes = field(repr=False)
    file_name: str
    """The last segment of the name that the browser gave; its folders are of no interest."""
    content_type: str
    """The form's `content_type` field, else the type of the part; may be empty."""
    key: str
    """The form's `key` field, else the file's name."""


async def read_upload(request: Request) -> UploadForm:
    """
    Read the form; what is too large is refused as soon as that is known.

    Raises:
        StowageError: in this order: `bad_request` when it is no form; `too_large` for the whole;
            `bad_request` without a file; `too_large` for the file; `bad_request` without a key.
    """
    form = await _parse(request)
    try:
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise missing("file", pointer="/file")
        if (file.size or 0) > MAX_FILE_BYTES:
            raise too_large(MAX_FILE_BYTES)
        return await _read(form, file)
    finally:
        await form.close()


async def _parse(request: Request) -> FormData:
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        raise _malformed("send multipart/form-data")
    parser = MultiPartParser(
        request.headers,
        _stream(request),
        max_files=1,
        max_fields=_MAX_FIELDS,
        max_part_size=_MAX_FIELD_BYTES,
    )
    try:
        return await parser.parse()
    except MultiPartException as fault:
        raise _malformed(fault.message) from fault
    except ValueError as fault:
        raise _malformed("the parts are not well-formed") from fault


async def _stream(request: Request) -> AsyncGenerator[bytes, None]:
    async for chunk in read_chunks(request, MAX_FORM_BYTES):
        yield chunk


async def _read(form: FormData, file: UploadFile) -> UploadForm:
    name = (file.filename or "").replace("\\", "/").rpartition("/")[2]
    key = _text(form, "key") or name
    if not key:
        raise missing("key", pointer="/key")
    content_type = _text(form, "content_type") or file.content_type or ""
    return UploadForm(await file.read(), name, content_type, key)


def _text(form: FormData, name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ""


def _malformed(problem: str) -> StowageError:
    return errors.BAD_REQUEST(reason="form.invalid", params={"problem": problem})
