"""
The objects that a first visitor finds in the bucket `demo`: one of each kind that can be previewed.
"""

import struct
import zlib
from dataclasses import dataclass, field

BUCKET = "demo"

_WELCOME = """\
Welcome to Stowage.

This is an object in the bucket "demo" of a SeaweedFS that runs beside Stowage.
Upload something: drag a file into this list, or use the printed aws-cli, rclone
or boto3 command from a terminal.
"""
_READINGS = """\
station,day,temperature_celsius,rain_millimetres
harbour,2026-03-01,7.4,0.0
harbour,2026-03-02,8.1,2.6
hill,2026-03-01,4.9,0.3
hill,2026-03-02,5.2,4.8
"""
_NOTES = """\
Keys that share a prefix look like a folder; a bucket has none.
This object's key is "reports/2026/notes.txt".
"""


@dataclass(frozen=True, slots=True)
class Sample:
    """
    One object: its key, its type, its bytes.
    """

    key: str
    content_type: str
    body: bytes = field(repr=False)


def make_samples() -> tuple[Sample, ...]:
    """
    Make the sample objects; the same bytes every time.
    """
    return (
        Sample("welcome.txt", "text/plain; charset=utf-8", _WELCOME.encode()),
        Sample("sunrise.png", "image/png", _sunrise(width=320, height=200)),
        Sample("readings.csv", "text/csv; charset=utf-8", _READINGS.encode()),
        Sample("one-page.pdf", "application/pdf", _one_page("Stowage: one page of sample PDF")),
        Sample("reports/2026/notes.txt", "text/plain; charset=utf-8", _NOTES.encode()),
        Sample("reports/2026/readings.csv", "text/csv; charset=utf-8", _READINGS.encode()),
    )


def _sunrise(*, width: int, height: int) -> bytes:
    """
    Draw a sky with a sun over the sea, as PNG (W3C, "Portable Network Graphics", third edition).
    """
    rows = b"".join(
        b"\0" + b"".join(_pixel(x, y, width, height) for x in range(width)) for y in range(height)
    )
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        _chunk(kind, data)
        for kind, data in (
            (b"IHDR", header),
            (b"IDAT", zlib.compress(rows, 9)),
            (b"IEND", b""),
        )
    )


def _pixel(x: int, y: int, width: int, height: int) -> bytes:
    horizon, radius = height * 2 // 3, height // 5
    if y >= horizon:
        return bytes((20, 60 + (height - y) // 2, 110 + (height - y) // 2))
    if (x - width // 2) ** 2 + (y - horizon) ** 2 < radius**2:
        return bytes((255, 214, 120))
    share = 255 * y // horizon
    return bytes((90 + share * 160 // 255, 120 + share * 40 // 255, 190 - share * 70 // 255))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _one_page(text: str) -> bytes:
    """
    Write a PDF of one page with one line (ISO 32000-1, section 7.5, "File structure").
    """
    content = f"BT /F1 24 Tf 72 720 Td ({text}) Tj ET".encode()
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
            b"/Resources << /Font << /F1 5 0 R >> >> >>"
        ),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    body, offsets = b"%PDF-1.4\n", []
    for number, data in enumerate(objects, start=1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, data)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    return body + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\n"
        b"startxref\n%d\n%%%%EOF\n" % (size, table, size, len(body))
    )
