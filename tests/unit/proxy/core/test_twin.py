"""
Which core is used, and that the compiled one leaves alone what is not plainly sound.
"""

import subprocess
import sys
from pathlib import Path

import pytest

from proxy.core import plain, twin
from support.cores import using
from support.missing import missing_part

ROOT = Path(__file__).parents[4]
HEAD = b"GET /b/k HTTP/1.1\r\nHost: s3\r\nX-Amz-Meta-A:  b \r\n\r\n"
ANSWER = b'HTTP/1.1 200 OK\r\nETag: "e"\r\nContent-Length: 12\r\n\r\n'


@pytest.fixture(autouse=True)
def _built() -> None:
    if not twin.is_built:
        missing_part("the compiled core was not built: make install, with a C compiler")


def core_of(environ: dict[str, str]) -> str:
    command = [sys.executable, "-c", "from proxy.core import twin; print(twin.core)"]
    done = subprocess.run(
        command, cwd=ROOT, env=environ, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_the_compiled_core_is_used_where_it_was_built() -> None:
    assert core_of({}) == twin.COMPILED
    assert core_of({twin.SETTING: "python"}) == twin.PYTHON


def test_without_the_extension_python_does_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    with using(twin.PYTHON), monkeypatch.context() as patch:
        patch.setattr(twin, "is_built", False)
        twin.use("")
        assert (twin.core, twin.scan_head) == (twin.PYTHON, plain.scan_head)
        with pytest.raises(ImportError, match="not built"):
            twin.use(twin.COMPILED)


def test_sound_heads_are_taken_apart() -> None:
    with using(twin.COMPILED):
        fields = {"host": "s3", "x-amz-meta-a": "b"}
        assert twin.scan_head(HEAD, 200) == ("GET", "/b/k", fields)
        assert twin.scan_response(ANSWER) == (
            200,
            ((b"ETag", b'"e"'), (b"Content-Length", b"12")),
            12,
        )


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"\r\n\r\n",
        HEAD[:-1],
        HEAD + b"x",
        HEAD.replace(b"GET", b"get"),
        HEAD.replace(b"GET", b"G" * 21),
        HEAD.replace(b" /b", b" b"),
        HEAD.replace(b"/b/k", b"/b#k"),
        HEAD.replace(b"/b/k", b"/b\xffk"),
        HEAD.replace(b"1.1", b"1.0"),
        HEAD.replace(b"Host:", b"Host :"),
        HEAD.replace(b"Host", b""),
        HEAD.replace(b"s3", b"s\x003"),
        HEAD.replace(b"s3", b"s\r3"),
        HEAD.replace(b"s3\r\n", b"s3\n"),
        HEAD.replace(b"X-Amz", b" X-Amz"),
        HEAD.replace(b"X-Amz-Meta-A", b"HOST"),
        HEAD.replace(b"\r\n\r\n", b"\r\n" + b"A: b\r\n" * 201 + b"\r\n"),
    ],
)
def test_whatever_is_not_plainly_sound_is_left_to_python(head: bytes) -> None:
    with using(twin.COMPILED):
        assert twin.scan_head(head, 200) is None


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 200",
        ANSWER[:-1],
        ANSWER + b"x",
        ANSWER.replace(b"1.1", b"1.0"),
        ANSWER.replace(b"200", b"600"),
        ANSWER.replace(b"200", b"2x0"),
        ANSWER.replace(b" OK", b"OK"),
        ANSWER.replace(b"12", b"-1"),
        ANSWER.replace(b"12", b""),
        ANSWER.replace(b"12", b"9" * 19),
        ANSWER.replace(b"ETag", b"Content-length"),
        ANSWER.replace(b"ETag", b"Connection"),
        ANSWER.replace(b"ETag", b"Transfer-Encoding"),
        ANSWER.replace(b"ETag", b"E Tag"),
    ],
)
def test_answers_that_are_not_plainly_sound_are_left_to_python(answer: bytes) -> None:
    with using(twin.COMPILED):
        assert twin.scan_response(answer) is None


def test_values_with_several_forms_are_not_signed_plainly(each_core: str) -> None:
    assert each_core == twin.core
    key = (b"i" * 64, b"o" * 64)

    def sign(headers: dict[str, str], *names: str) -> str | None:
        return twin.sign_plainly(key, "t", "s", "GET", "/", "", headers, names, "a", "UNSIGNED")

    assert sign({"a": "1"}, "a") is not None
    assert sign({"a": "1  2"}, "a") is None
    assert sign({"a": "1\t2"}, "a") is None
    assert sign({"a": "1"}, "a", "b") is None
