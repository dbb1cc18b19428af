"""
The sample objects are what their types say.
"""

import struct
import zlib

from app.quickstart.samples import make_samples
from app.types import parse_object_key

SAMPLES = {sample.key: sample for sample in make_samples()}


def test_there_is_a_text_an_image_a_table_a_page_and_a_folder() -> None:
    kinds = {sample.content_type.partition(";")[0] for sample in SAMPLES.values()}

    assert kinds == {"text/plain", "image/png", "text/csv", "application/pdf"}
    assert any("/" in parse_object_key(key) for key in SAMPLES)


def test_the_bytes_are_the_same_on_every_start() -> None:
    assert make_samples() == make_samples()


def test_every_pixel_of_the_image_is_there() -> None:
    body = SAMPLES["sunrise.png"].body
    start = body.index(b"IDAT")
    (length,) = struct.unpack(">I", body[start - 4 : start])

    pixels = zlib.decompress(body[start + 4 : start + 4 + length])

    assert body.startswith(b"\x89PNG\r\n\x1a\n")
    assert len(pixels) == 200 * (1 + 3 * 320)


def test_the_pdf_finds_its_table_and_its_objects() -> None:
    body = SAMPLES["one-page.pdf"].body
    table = int(body.rpartition(b"startxref\n")[2].split()[0])

    offsets = [int(line.split()[0]) for line in body[table:].splitlines()[3:8]]

    assert body[table:].startswith(b"xref")
    assert [body[offset : offset + 7] for offset in offsets] == [
        b"%d 0 obj" % n for n in range(1, 6)
    ]
