"""
Hostile requests that are known by name: none is forwarded, and no worker falls over any.
"""

from pathlib import Path
from typing import NamedTuple

import pytest

from proxy.core.decision import Local, Refuse
from support.decisions import ask, credential, snapshot
from support.signing import Client

pytestmark = pytest.mark.usefixtures("each_core")

CORPUS = Path(__file__).parents[1] / "vectors" / "hostile_requests.txt"


class Hostile(NamedTuple):
    """
    One line of the corpus.
    """

    code: str
    method: str
    target: str
    lines: str = ""

    @property
    def data(self) -> bytes:
        """
        The head: signed, and then what nobody signed.
        """
        head = Client().head(self.method, unescaped(self.target))
        if not self.lines:
            return head
        if "content-length" in self.lines or "transfer-encoding" in self.lines:
            head = head.replace(b"content-length: 0\r\n", b"")
        return head[:-2] + unescaped(self.lines).encode("latin-1") + b"\r\n\r\n"


def unescaped(text: str) -> str:
    return text.encode().decode("unicode_escape")


def read_corpus() -> list[Hostile]:
    lines = CORPUS.read_text().splitlines()
    return [Hostile(*line.split(None, 3)) for line in lines if line and line[0] != "#"]


@pytest.mark.parametrize("hostile", read_corpus(), ids=lambda one: " ".join(one[1:]))
def test_a_hostile_request_gets_its_answer_and_is_never_forwarded(hostile: Hostile) -> None:
    world = snapshot(credential("full"))

    answer = ask(hostile.data, world)

    assert not isinstance(answer, Local)
    assert isinstance(answer, Refuse)
    assert answer.error.s3.code == hostile.code
    assert 400 <= answer.error.s3.status < 502
