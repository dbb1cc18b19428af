"""
The ZIP file format as a stream: entries come one after the other, nothing is held but a list.

Sections named here are those of PKWARE's APPNOTE.TXT. Entries are deflated and carry a data
descriptor (4.3.9), since sizes and CRC are known only at their ends; large ones and large archives
are in the ZIP64 form (4.3.14, 4.5.3). The central directory waits in a file, so that memory does
not grow with the number of entries.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from tempfile import SpooledTemporaryFile

_LOCAL = struct.Struct("<IHHHHHIIIHH")
_CENTRAL = struct.Struct("<IHHHHHHIIIHHHHHII")
_DESCRIPTOR = struct.Struct("<IIII")
_DESCRIPTOR_64 = struct.Struct("<IIQQ")
_END = struct.Struct("<IHHHHIIH")
_END_64 = struct.Struct("<IQHHIIQQQQ")
_LOCATOR_64 = struct.Struct("<IIQI")
_VERSION, _VERSION_64 = 20, 45
_FLAGS = 0x0008 | 0x0800  # a data descriptor follows (bit 3), names are UTF-8 (bit 11)
_DEFLATED = 8
_MAX_16, _MAX_32 = 0xFFFF, 0xFFFFFFFF
_UNIX = 3 << 8
_REGULAR_FILE = 0o100644 << 16
_GROWTH_BYTES = 2**24
"""By how much deflate may make 4 GiB larger, and more."""
_KEPT_BYTES = 2**20
_PIECE_BYTES = 2**16
_LEVEL = 1
"""The fastest: what is large is compressed already, and the line is slower than the processor."""


@dataclass(slots=True)
class _Entry:
    name: bytes
    time: int
    date: int
    offset: int
    is_large: bool
    crc: int = 0
    size_bytes: int = 0
    packed_bytes: int = 0


class ZipStream:
    """
    Builds an archive: for each entry `begin`, `add` …, `end`; then `finish`. All return bytes.
    """

    def __init__(self) -> None:
        self._written = 0
        self._count = 0
        self._directory = SpooledTemporaryFile(max_size=_KEPT_BYTES)  # noqa: SIM115  see `close`
        self._entry: _Entry | None = None
        self._deflate = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)

    @property
    def has_entry(self) -> bool:
        """
        Whether an entry was begun and not ended.
        """
        return self._entry is not None

    def begin(self, name: str, modified_at: datetime, *, size_bytes: int) -> bytes:
        """
        Begin an entry.

        Args:
            name: With slashes, not leading; the caller makes sure that it leads nowhere else.
            modified_at: Kept with a precision of two seconds, from 1980 to 2107.
            size_bytes: What is to come, or a bound of it; it decides on the form.
        """
        time, date = _dos_time(modified_at)
        is_large = size_bytes >= _MAX_32 - _GROWTH_BYTES
        entry = _Entry(name.encode(), time, date, self._written, is_large)
        self._entry = entry
        self._deflate = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
        # A reader of the stream learns from an empty ZIP64 field how long the descriptor is.
        extra = struct.pack("<HHQQ", 1, 16, 0, 0) if is_large else b""
        size = _MAX_32 if is_large else 0
        head = _LOCAL.pack(
            0x04034B50,
            _VERSION_64 if is_large else _VERSION,
            _FLAGS,
            _DEFLATED,
            time,
            date,
            0,
            size,
            size,
            len(entry.name),
            len(extra),
        )
        return self._write(head + entry.name + extra)

    def add(self, chunk: bytes) -> bytes:
        """
        Add to the entry; often there is nothing to send yet.
        """
        entry = self._open_entry()
        entry.crc = zlib.crc32(chunk, entry.crc)
        entry.size_bytes += len(chunk)
        packed = self._deflate.compress(chunk)
        entry.packed_bytes += len(packed)
        return self._write(packed)

    def end(self) -> bytes:
        """
        End the entry.
        """
        entry = self._open_entry()
        packed = self._deflate.flush()
        entry.packed_bytes += len(packed)
        shape = _DESCRIPTOR_64 if entry.is_large else _DESCRIPTOR
        descriptor = shape.pack(0x08074B50, entry.crc, entry.packed_bytes, entry.size_bytes)
        self._directory.write(_central(entry))
        self._count += 1
        self._entry = None
        return self._write(packed + descriptor)

    def finish(self) -> Iterator[bytes]:
        """
        Give the central directory and the end of the archive, in pieces.
        """
        start, length = self._written, self._directory.tell()
        self._directory.seek(0)
        while piece := self._directory.read(_PIECE_BYTES):
            yield self._write(piece)
        yield self._write(_end(self._count, start, length))

    def close(self) -> None:
        """
        Delete the file, if there is one.
        """
        self._directory.close()

    def _open_entry(self) -> _Entry:
        assert self._entry is not None  # noqa: S101  the order of calls is the caller's
        return self._entry

    def _write(self, data: bytes) -> bytes:
        self._written += len(data)
        return data


def _central(entry: _Entry) -> bytes:
    """
    Return the entry's record in the directory (4.3.12).
    """
    wide = [entry.size_bytes, entry.packed_bytes] if entry.is_large else []
    if entry.offset >= _MAX_32:
        wide.append(entry.offset)
    extra = struct.pack(f"<HH{len(wide)}Q", 1, 8 * len(wide), *wide) if wide else b""
    version = _VERSION_64 if wide else _VERSION
    head = _CENTRAL.pack(
        0x02014B50,
        _UNIX | version,
        version,
        _FLAGS,
        _DEFLATED,
        entry.time,
        entry.date,
        entry.crc,
        _MAX_32 if entry.is_large else entry.packed_bytes,
        _MAX_32 if entry.is_large else entry.size_bytes,
        len(entry.name),
        len(extra),
        0,
        0,
        0,
        _REGULAR_FILE,
        min(entry.offset, _MAX_32),
    )
    return head + entry.name + extra


def _end(count: int, start: int, length: int) -> bytes:
    """
    Return the last records, with those of ZIP64 where a number does not fit (4.3.14 to 4.3.16).
    """
    wide = b""
    if count >= _MAX_16 or start >= _MAX_32 or length >= _MAX_32:
        record = _END_64.pack(
            0x06064B50,
            44,
            _UNIX | _VERSION_64,
            _VERSION_64,
            0,
            0,
            count,
            count,
            length,
            start,
        )
        wide = record + _LOCATOR_64.pack(0x07064B50, 0, start + length, 1)
    count = min(count, _MAX_16)
    return wide + _END.pack(
        0x06054B50, 0, 0, count, count, min(length, _MAX_32), min(start, _MAX_32), 0
    )


def _dos_time(moment: datetime) -> tuple[int, int]:
    year = min(max(moment.year, 1980), 2107)
    time = moment.hour << 11 | moment.minute << 5 | moment.second // 2
    return time, (year - 1980) << 9 | moment.month << 5 | moment.day
