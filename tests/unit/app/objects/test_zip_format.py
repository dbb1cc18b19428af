"""
Archives that other programs read: Python's own reader is one of them.
"""

import io
import zipfile
from datetime import UTC, datetime

import pytest

from app.objects.archive import entry_name
from app.objects.zip_format import ZipStream

NOON = datetime(2026, 5, 1, 12, 30, 42, tzinfo=UTC)


def archive_of(
    entries: dict[str, bytes], *, declared: int | None = None, at: datetime = NOON
) -> bytes:
    stream, pieces = ZipStream(), []
    for name, body in entries.items():
        size_bytes = len(body) if declared is None else declared
        pieces.append(stream.begin(name, at, size_bytes=size_bytes))
        pieces += [stream.add(body[start : start + 1000]) for start in range(0, len(body), 1000)]
        pieces.append(stream.end())
    pieces += stream.finish()
    stream.close()
    return b"".join(pieces)


def test_what_goes_in_comes_out() -> None:
    entries = {"a.txt": b"hello", "empty": b"", "ü/\U0001f9ff.bin": bytes(range(256)) * 999}

    archive = zipfile.ZipFile(io.BytesIO(archive_of(entries)))

    assert archive.testzip() is None
    assert {one.filename: archive.read(one) for one in archive.infolist()} == entries
    assert archive.infolist()[0].date_time == (2026, 5, 1, 12, 30, 42)
    assert archive.infolist()[0].external_attr >> 16 == 0o100644


def test_an_archive_of_nothing_is_one() -> None:
    assert zipfile.ZipFile(io.BytesIO(archive_of({}))).namelist() == []


def test_large_entries_have_the_wide_form() -> None:
    data = archive_of({"large": b"x" * 5000, "other": b"y"}, declared=5 * 2**30)

    archive = zipfile.ZipFile(io.BytesIO(data))

    assert archive.testzip() is None
    assert archive.read("large") == b"x" * 5000
    assert archive.infolist()[0].extract_version == 45


def test_long_directories_have_the_wide_form() -> None:
    names = [f"{number:06}" for number in range(65_600)]

    archive = zipfile.ZipFile(io.BytesIO(archive_of(dict.fromkeys(names, b""))))

    assert archive.namelist() == names
    assert archive.read(names[-1]) == b""


class Behind(io.BytesIO):
    """
    A file with gigabytes of nothing before its bytes.
    """

    SHIFT = 5 * 2**30

    def seek(self, offset: int, whence: int = 0) -> int:
        if whence == 0:
            return super().seek(offset - self.SHIFT) + self.SHIFT
        return super().seek(offset, whence) + self.SHIFT

    def tell(self) -> int:
        return super().tell() + self.SHIFT


def test_entries_behind_four_gigabytes_have_the_wide_form() -> None:
    stream = ZipStream()
    stream._written = Behind.SHIFT  # noqa: SLF001  sending them would take minutes
    pieces = [stream.begin("far", NOON, size_bytes=3), stream.add(b"far"), stream.end()]
    pieces += stream.finish()
    stream.close()

    archive = zipfile.ZipFile(Behind(b"".join(pieces)))

    assert archive.infolist()[0].header_offset == Behind.SHIFT
    assert archive.read("far") == b"far"


@pytest.mark.parametrize("year", [1969, 2200])
def test_a_year_that_the_format_does_not_know_is_the_nearest(year: int) -> None:
    archive = zipfile.ZipFile(io.BytesIO(archive_of({"a": b""}, at=NOON.replace(year=year))))

    assert archive.infolist()[0].date_time[0] in (1980, 2107)


@pytest.mark.parametrize("key", ["a", "a/b.txt", "ü/x y.tar.gz", ".hidden", "a/...", "a..b"])
def test_a_harmless_key_is_its_own_name(key: str) -> None:
    assert entry_name(key) == key


@pytest.mark.parametrize(
    "key",
    [
        "/etc/passwd",
        "../../x",
        "a/../../x",
        "a/./b",
        "a//b",
        "C:\\windows\\x",
        "a\\..\\b",
        "a\nb",
        "\u202egnp.exe",
        "..",
        "/",
    ],
)
def test_a_key_that_leads_elsewhere_does_not_as_a_name(key: str) -> None:
    name = entry_name(key)

    segments = name.split("/")
    assert not {"", ".", ".."} & set(segments)
    assert not set(name) & set("\\:\n\u202e")
    assert "~" in name


def test_two_keys_never_have_one_name() -> None:
    keys = ["a/b", "/a/b", "a//b", "a/./b", "./a/b"]

    assert len({entry_name(key) for key in keys}) == len(keys)
