"""
A `multipart/form-data` body (RFC 7578), taken apart as it arrives.

Strict: what two readers could read in two ways is refused. Fields are bounded and kept; the file,
which must come last, is handed on piece by piece.
"""

import re
from typing import TYPE_CHECKING, Final

from app.errors import registry as errors
from app.errors.raised import StowageError

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_FIELD_BYTES: Final = 65536
MAX_FIELDS_BYTES: Final = 1024 * 1024
MAX_FIELDS: Final = 64
MAX_PART_HEAD_BYTES: Final = 8192
FILE: Final = "file"

_BOUNDARY = re.compile(r"[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]")
_PARAMETER = re.compile(r';\s*([A-Za-z*-]+)=("(?:[^"\\\r\n]|\\.)*"|[^\s;"]+)')
_DISPOSITION = re.compile(r"form-data\s*((?:;.*)?)", re.IGNORECASE | re.DOTALL)
_END_OF_HEAD = b"\r\n\r\n"


class FormReader:
    """
    Takes the body of one form.
    """

    def __init__(self, content_type: str) -> None:
        """
        Read the boundary out of the Content-Type.

        Raises:
            StowageError: `bad_request`, `form.malformed`: there is none.
        """
        self.fields: dict[str, str] = {}
        """By lower-case name."""
        self.filename = ""
        """As the client names the file, without its folders."""
        self.has_file = False
        """The file has begun: all fields are there."""
        self.is_complete = False
        self._delimiter = b"\r\n--" + _find_boundary(content_type).encode("ascii")
        # The first delimiter has no line end in front of it; this stands in for it.
        self._buffer = b"\r\n"
        self._name = ""
        self._fields_bytes = 0
        self._state: Callable[[list[bytes]], bool] = self._read_first

    def feed(self, data: bytes) -> bytes:
        """
        Take more of the body; return the bytes of the file among it.

        Raises:
            StowageError: `bad_request`, `form.malformed`.
        """
        self._buffer += data
        pieces: list[bytes] = []
        while self._state(pieces):
            pass
        return b"".join(pieces)

    def finish(self) -> None:
        """
        Verify that the form is whole.

        Raises:
            StowageError: `bad_request`, `form.malformed`.
        """
        if not self.is_complete:
            raise malformed("it ends too early" if self.has_file else "it has no file")

    def _read_first(self, _pieces: list[bytes]) -> bool:
        size = len(self._delimiter)
        if len(self._buffer) < size:
            return False
        if not self._buffer.startswith(self._delimiter):
            raise malformed("it does not begin with its boundary")
        self._buffer = self._buffer[size:]
        self._state = self._read_boundary_end
        return True

    def _read_boundary_end(self, _pieces: list[bytes]) -> bool:
        if len(self._buffer) < 2:  # noqa: PLR2004  CRLF, or the two dashes of the last one
            return False
        end, self._buffer = self._buffer[:2], self._buffer[2:]
        if end == b"--":
            if not self.has_file:
                raise malformed("it has no file")
            self._state = self._read_epilogue
            return True
        if end != b"\r\n" or self.has_file:
            raise malformed("the file is not its last part")
        self._state = self._read_part_head
        return True

    def _read_part_head(self, _pieces: list[bytes]) -> bool:
        end = self._buffer.find(_END_OF_HEAD, 0, MAX_PART_HEAD_BYTES)
        if end < 0:
            if len(self._buffer) >= MAX_PART_HEAD_BYTES:
                raise malformed("the head of a part is too long")
            return False
        head, self._buffer = self._buffer[:end], self._buffer[end + len(_END_OF_HEAD) :]
        parameters = _parse_disposition(head)
        self._name = parameters.get("name", "").lower()
        if self._name == FILE:
            self.has_file = True
            self.filename = re.split(r"[/\\]", parameters.get("filename", ""))[-1]
            self._state = self._read_file
            return True
        if not self._name or self._name in self.fields or len(self.fields) == MAX_FIELDS:
            raise malformed("a field has no name, stands there twice, or there are too many")
        self._state = self._read_field
        return True

    def _read_field(self, _pieces: list[bytes]) -> bool:
        end = self._buffer.find(self._delimiter)
        size = len(self._buffer) - len(self._delimiter) if end < 0 else end
        if size > MAX_FIELD_BYTES or self._fields_bytes + size > MAX_FIELDS_BYTES:
            raise malformed("a field is too long")
        if end < 0:
            return False
        self._fields_bytes += end
        try:
            self.fields[self._name] = self._buffer[:end].decode("utf-8")
        except UnicodeDecodeError as error:
            raise malformed("a field is not UTF-8") from error
        self._buffer = self._buffer[end + len(self._delimiter) :]
        self._state = self._read_boundary_end
        return True

    def _read_file(self, pieces: list[bytes]) -> bool:
        end = self._buffer.find(self._delimiter)
        if end < 0:
            # What could be the beginning of the delimiter waits for the rest.
            safe = max(0, len(self._buffer) - len(self._delimiter) + 1)
            pieces.append(self._buffer[:safe])
            self._buffer = self._buffer[safe:]
            return False
        pieces.append(self._buffer[:end])
        self._buffer = self._buffer[end + len(self._delimiter) :]
        self._state = self._read_boundary_end
        return True

    def _read_epilogue(self, _pieces: list[bytes]) -> bool:
        if not b"\r\n".startswith(self._buffer):
            raise malformed("something follows its end")
        self.is_complete = True
        return False


def malformed(problem: str) -> StowageError:
    """
    Return the refusal of a form that cannot be read.
    """
    return errors.BAD_REQUEST(reason="form.malformed", params={"problem": problem})


def _find_boundary(content_type: str) -> str:
    found = [
        _unquote(value)
        for name, value in _PARAMETER.findall(content_type)
        if name.lower() == "boundary"
    ]
    if len(found) != 1 or not _BOUNDARY.fullmatch(found[0]):
        raise malformed("its Content-Type names no boundary")
    return found[0]


def _parse_disposition(head: bytes) -> dict[str, str]:
    """
    Return the parameters of a part's Content-Disposition; its other fields mean nothing to S3.
    """
    found = [
        line.partition(":")[2].strip()
        for line in head.decode("utf-8", "replace").split("\r\n")
        if line.partition(":")[0].strip().lower() == "content-disposition"
    ]
    match = _DISPOSITION.fullmatch(found[0]) if len(found) == 1 else None
    pairs = [] if match is None else _PARAMETER.findall(match[1])
    parameters = {name.lower(): _unquote(value) for name, value in pairs}
    if not pairs or len(parameters) != len(pairs):
        raise malformed("a part has no valid Content-Disposition")
    return parameters


def _unquote(value: str) -> str:
    if not value.startswith('"'):
        return value
    # Browsers write a quotation mark as %22 (HTML, "multipart/form-data encoding algorithm") and
    # leave a backslash alone; older tools put a backslash in front of both.
    return re.sub(r'\\(["\\])', r"\1", value[1:-1]).replace("%22", '"')
