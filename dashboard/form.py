"""
An upload from a browser's form: one small file and a few fields (RFC 7578).

The whole form is at most 5 MiB and a little, so it is taken into memory and never touches the disk.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import Request

from app.errors import registry as errors
from app.errors.raised import StowageError
from dashboard.body import missing, read_chunks, too_large

MAX_FILE_BYTES = 5 * 2**20
MAX_FORM_BYTES = MAX_FILE_BYTES + 2**16
"""The file and, around it, the fields and the borders of the form."""

_MAX_PARTS = 16
_FORM = b"multipart/form-data"


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


@dataclass(slots=True)
class _Part:
    """
    One part of a form: its headers by lower-case name, and its bytes.
    """

    headers: dict[bytes, bytes] = field(default_factory=dict)
    content: bytearray = field(default_factory=bytearray)

    def option(self, name: bytes) -> bytes | None:
        """
        Return a parameter of Content-Disposition.
        """
        return parse_options_header(self.headers.get(b"content-disposition"))[1].get(name)


class _FormParser:
    """
    Collects parts from the pieces of a body.
    """

    def __init__(self, boundary: bytes) -> None:
        self.parts: list[_Part] = []
        self.is_complete = False
        self._name = b""
        self._value = b""
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin_part,
                "on_header_field": self._add_name,
                "on_header_value": self._add_value,
                "on_header_end": self._end_header,
                "on_part_data": self._add_data,
                "on_end": self._end,
            },
        )

    def feed(self, chunk: bytes) -> None:
        """
        Take the next piece.

        Raises:
            ValueError: the form is malformed, or has too many parts.
        """
        self._parser.write(chunk)

    def _begin_part(self) -> None:
        if len(self.parts) == _MAX_PARTS:
            raise FormParserError(f"more than {_MAX_PARTS} parts")
        self.parts.append(_Part())

    def _add_name(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def _add_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _end_header(self) -> None:
        self.parts[-1].headers[self._name.lower()] = self._value
        self._name = self._value = b""

    def _add_data(self, data: bytes, start: int, end: int) -> None:
        self.parts[-1].content += data[start:end]

    def _end(self) -> None:
        self.is_complete = True


async def read_upload(request: Request) -> UploadForm:
    """
    Read the form; what is too large is refused as soon as that is known.

    Raises:
        StowageError: in this order: `bad_request` when it is no form; `too_large` for the whole;
            `bad_request` without a file; `too_large` for the file; `bad_request` without a key.
    """
    parts = await _read_parts(request)
    file = parts.get("file")
    name = file.option(b"filename") if file else None
    if file is None or name is None:
        raise missing("file", pointer="/file")
    if len(file.content) > MAX_FILE_BYTES:
        raise too_large(MAX_FILE_BYTES)
    base_name = name.decode("utf-8", "replace").replace("\\", "/").rpartition("/")[2]
    key = _text(parts, "key") or base_name
    if not key:
        raise missing("key", pointer="/key")
    own_type = file.headers.get(b"content-type", b"").decode("latin-1")
    return UploadForm(bytes(file.content), base_name, _text(parts, "content_type") or own_type, key)


async def _read_parts(request: Request) -> Mapping[str, _Part]:
    kind, options = parse_options_header(request.headers.get("content-type"))
    boundary = options.get(b"boundary")
    if kind != _FORM or not boundary:
        raise _malformed("send multipart/form-data with a boundary")
    parser = _FormParser(boundary)
    async for chunk in read_chunks(request, MAX_FORM_BYTES):
        try:
            parser.feed(chunk)
        except ValueError as fault:
            raise _malformed("its parts are not well-formed") from fault
    if not parser.is_complete:
        raise _malformed("its end is missing")
    return {
        name.decode("utf-8", "replace"): part
        for part in parser.parts
        if (name := part.option(b"name")) is not None
    }


def _text(parts: Mapping[str, _Part], name: str) -> str:
    part = parts.get(name)
    if part is None or part.option(b"filename") is not None:
        return ""
    try:
        return part.content.decode("utf-8")
    except UnicodeDecodeError as fault:
        raise _malformed(f"{name} is not UTF-8") from fault


def _malformed(problem: str) -> StowageError:
    return errors.BAD_REQUEST(reason="form.invalid", params={"problem": problem})
