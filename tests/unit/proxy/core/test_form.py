import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors.raised import StowageError
from proxy.core.form import MAX_FIELD_BYTES, MAX_FIELDS, MAX_PART_HEAD_BYTES, FormReader

TYPE = "multipart/form-data; boundary=b1"


def part(disposition: str, content: bytes) -> bytes:
    head = f"--b1\r\nContent-Disposition: form-data; {disposition}\r\n\r\n"
    return head.encode() + content + b"\r\n"


def field(name: str, value: str) -> bytes:
    return part(f'name="{name}"', value.encode())


def file(content: bytes, name: str = "a.txt") -> bytes:
    return part(f'name="file"; filename="{name}"', content)


END = b"--b1--\r\n"


def read(data: bytes, size: int = 0, content_type: str = TYPE) -> tuple[FormReader, bytes]:
    reader = FormReader(content_type)
    step = size or len(data) or 1
    found = b"".join(reader.feed(data[at : at + step]) for at in range(0, len(data), step))
    reader.finish()
    return reader, found


@given(st.binary(max_size=200), st.text(max_size=20), st.integers(1, 50))
def test_form_is_read_whatever_pieces_it_comes_in(content: bytes, value: str, size: int) -> None:
    if b"\r\n--b1" in content or "\r\n--b1" in value:
        return

    reader, found = read(field("Key", value) + file(content) + END, size)

    assert reader.fields == {"key": value}
    assert found == content
    assert reader.filename == "a.txt"


@pytest.mark.parametrize(
    "content", [b"\r\n", b"\r\n--", b"\r\n--b", b"\r\n--b2\r\n", b"--b1--", b"\r\n\r\n--b\r\n--b"]
)
@pytest.mark.parametrize("size", [0, 1, 7])
def test_what_looks_like_the_boundary_is_content(content: bytes, size: int) -> None:
    assert read(file(content) + END, size)[1] == content


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("C:\\\\dir\\\\a.txt", "a.txt"),
        ("/etc/x", "x"),
        ("a%22b", 'a"b'),
        ('a\\"b', 'a"b'),
        ("", ""),
    ],
)
def test_filename_has_no_folders(written: str, name: str) -> None:
    assert read(file(b"", written) + END)[0].filename == name


@pytest.mark.parametrize(
    "content_type", ['Multipart/Form-Data; charset=utf-8; BOUNDARY="b1"', TYPE + " "]
)
def test_boundary_may_be_written_in_several_ways(content_type: str) -> None:
    assert read(file(b"x") + END, content_type=content_type)[1] == b"x"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"preamble\r\n" + file(b"x") + END,
        END,
        field("key", "a") + END,
        field("key", "a") + field("KEY", "b") + file(b"x") + END,
        file(b"x") + field("key", "late") + END,
        file(b"x") + END + b"more",
        file(b"x"),
        b"--b1\r\n\r\n\r\nx\r\n" + END,
        b"--b1\r\nContent-Disposition: form-data\r\n\r\nx\r\n" + END,
        part('name="a"; name="b"', b"") + file(b"x") + END,
        part('name=""', b"") + file(b"x") + END,
        part('name="a"', b"\xff") + file(b"x") + END,
        b"--b1x\r\n",
        b"--b1\r\n" + b"x" * MAX_PART_HEAD_BYTES,
        field("a", "x" * (MAX_FIELD_BYTES + 1)) + file(b"x") + END,
        part('name="a"', b"x" * (MAX_FIELD_BYTES + 100)),
        b"".join(field(str(n), "") for n in range(MAX_FIELDS + 1)) + file(b"x") + END,
        b"".join(field(str(n), "x" * 60000) for n in range(20)) + file(b"x") + END,
    ],
    ids=range(19),
)
@pytest.mark.parametrize("size", [0, 999])
def test_form_that_could_be_misread_is_refused(data: bytes, size: int) -> None:
    with pytest.raises(StowageError) as caught:
        read(data, size)

    assert caught.value.reason == "form.malformed"


@pytest.mark.parametrize(
    "content_type",
    [
        "multipart/form-data",
        TYPE + "; boundary=b2",
        'multipart/form-data; boundary=""',
        "multipart/form-data; boundary=" + "x" * 71,
        'multipart/form-data; boundary="a\\"b"',
    ],
)
def test_boundary_must_be_there_once(content_type: str) -> None:
    with pytest.raises(StowageError):
        FormReader(content_type)
