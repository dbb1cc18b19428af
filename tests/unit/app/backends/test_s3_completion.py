"""
The body that completes an upload: as S3 wants it, and not written on the loop when it is long.
"""

import threading
from collections.abc import Iterator
from xml.etree import ElementTree as ET

import pytest

from app.backends.s3_completion import ON_LOOP_PARTS, write_parts
from app.backends.stored import Part


class _Noting(list[Part]):
    """
    Parts that tell in which thread they were walked through.
    """

    def __init__(self, count: int) -> None:
        super().__init__(Part(each + 1, f'"{each:032x}"', 0) for each in range(count))
        self.threads: set[int] = set()

    def __iter__(self) -> Iterator[Part]:
        self.threads.add(threading.get_ident())
        return super().__iter__()


@pytest.mark.parametrize(
    ("count", "is_elsewhere"), [(1, False), (ON_LOOP_PARTS, False), (10_000, True)]
)
async def test_many_parts_are_written_in_a_thread(
    count: int,
    is_elsewhere: bool,  # noqa: FBT001  a parameter of the table
) -> None:
    parts = _Noting(count)

    body = await write_parts(parts)

    assert (parts.threads != {threading.get_ident()}) is is_elsewhere
    assert body.count(b"<Part>") == count


async def test_the_parts_are_named_in_the_words_of_s3() -> None:
    body = await write_parts([Part(1, '"a"', 5), Part(7, '<&">', 5)])

    root = ET.fromstring(body)  # noqa: S314  our own text
    name = "{http://s3.amazonaws.com/doc/2006-03-01/}"
    assert root.tag == f"{name}CompleteMultipartUpload"
    found = [(one.findtext(f"{name}PartNumber"), one.findtext(f"{name}ETag")) for one in root]
    assert found == [("1", '"a"'), ("7", '<&">')]
