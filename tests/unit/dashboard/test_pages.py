"""
The built pages: a fresh nonce each time, assets for ever, nothing outside the folder.
"""

import asyncio
import os
import re
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

import pytest
from starlette.datastructures import Headers

from app.errors.raised import StowageError
from dashboard.pages import Pages, page_policy


class Answer:
    def __init__(self) -> None:
        self.status = 0
        self.headers = Headers()
        self.body = b""

    async def send(self, message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = Headers(raw=message["headers"])
        else:
            self.body += message.get("body", b"")


async def get(pages: Pages, path: str, method: str = "GET", **headers: str) -> Answer:
    answer = Answer()
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": method, "path": path, "headers": raw, "extensions": {}}

    async def receive() -> MutableMapping[str, Any]:
        await asyncio.Event().wait()  # the client stays
        raise AssertionError

    await pages(scope, receive, answer.send)
    return answer


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    static = tmp_path / "static"
    (static / "assets").mkdir(parents=True)
    (static / "index.html").write_text('<meta property="csp-nonce" nonce="__CSP_NONCE__">')
    (static / "assets" / "app-1f3c.js").write_text("plain")
    (static / "assets" / "app-1f3c.js.br").write_text("brotli")
    (static / "assets" / "app-1f3c.js.gz").write_text("gzip")
    (static / "theme-boot.js").write_text("theme")
    (static / ".gitkeep").write_text("")
    (tmp_path / "secret.txt").write_text("outside")
    (static / "link.txt").symlink_to(tmp_path / "secret.txt")
    return static


@pytest.fixture
def pages(folder: Path) -> Pages:
    return Pages(folder)


@pytest.mark.parametrize("path", ["/", "/login", "/b/minio/docs", "/s/abc", "/index.html"])
async def test_any_address_is_the_page_with_one_nonce_in_header_and_body(
    pages: Pages, path: str
) -> None:
    answer = await get(pages, path)

    nonce = re.search(rb'nonce="([^"]+)"', answer.body)
    assert nonce is not None
    assert answer.headers["content-security-policy"] == page_policy(nonce[1].decode())
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-type"].startswith("text/html")


async def test_a_nonce_is_never_used_twice(pages: Pages) -> None:
    first, second = await get(pages, "/"), await get(pages, "/")

    assert first.headers["content-security-policy"] != second.headers["content-security-policy"]


def test_the_policy_allows_nothing_unsafe() -> None:
    policy = page_policy("abc")

    assert "unsafe" not in policy
    assert "style-src 'self' 'nonce-abc'" in policy
    assert {"default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"} <= set(
        policy.split("; ")
    )


@pytest.mark.parametrize(
    ("accept", "body", "encoding"),
    [
        ("gzip, br", b"brotli", "br"),
        ("gzip", b"gzip", "gzip"),
        ("br;q=0, gzip", b"gzip", "gzip"),
        ("identity", b"plain", None),
        ("", b"plain", None),
    ],
)
async def test_an_asset_is_immutable_and_comes_in_the_encoding_that_is_accepted(
    pages: Pages, accept: str, body: bytes, encoding: str | None
) -> None:
    answer = await get(pages, "/assets/app-1f3c.js", accept_encoding=accept)

    assert answer.body == body
    assert answer.headers.get("content-encoding") == encoding
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["vary"] == "Accept-Encoding"


async def test_a_file_without_a_hash_in_its_name_is_asked_for_again(pages: Pages) -> None:
    answer = await get(pages, "/theme-boot.js")

    assert answer.body == b"theme"
    assert "must-revalidate" in answer.headers["cache-control"]


async def test_a_chunk_of_an_older_build_is_not_found(pages: Pages) -> None:
    with pytest.raises(StowageError) as refused:
        await get(pages, "/assets/app-0000.js")

    assert refused.value.reason == "route.unknown"


@pytest.mark.parametrize(
    "path", ["/../secret.txt", "/assets/../../secret.txt", "//etc/passwd", "/link.txt", "/.gitkeep"]
)
async def test_nothing_outside_the_build_is_served(pages: Pages, path: str) -> None:
    if path.startswith("/assets/"):
        with pytest.raises(StowageError):
            await get(pages, path)
        return

    answer = await get(pages, path)

    assert b"csp-nonce" in answer.body


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
async def test_a_page_answers_reads_only(pages: Pages, method: str) -> None:
    with pytest.raises(StowageError) as refused:
        await get(pages, "/", method)

    assert refused.value.code == "method_not_allowed"


async def test_a_new_build_is_noticed_while_running(pages: Pages, folder: Path) -> None:
    (folder / "assets" / "app-2222.js").write_text("newer")
    (folder / "index.html").write_text("newer __CSP_NONCE__")
    os.utime(folder / "index.html", (1, 1))

    assert (await get(pages, "/")).body.startswith(b"newer ")
    assert (await get(pages, "/assets/app-2222.js")).body == b"newer"


async def test_without_a_build_the_page_says_how_to_make_one(tmp_path: Path) -> None:
    answer = await get(Pages(tmp_path), "/")

    assert answer.status == 503
    assert b"make ui" in answer.body
