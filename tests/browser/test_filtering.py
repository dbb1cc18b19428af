"""
A folder with more keys than are loaded is filtered whole: by what keys in it begin with.
"""

import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import httpx
from playwright.sync_api import expect

from app.quickstart.record import Record
from support.browser import Visit
from support.signing import Client

FIRST_PAGE = 1000
AT_ONCE = 16


def test_a_filter_finds_what_is_not_loaded_yet(signed_in: Visit, stowage: Record) -> None:
    page = signed_in.page
    _fill(stowage, [f"z-many/a-{number:04}" for number in range(FIRST_PAGE)])
    signed_in.start("/b/local")
    signed_in.put("z-many/zz-last.txt", b"found")
    signed_in.open("/b/local/demo?prefix=z-many%2F")
    expect(signed_in.row("a-0000")).to_be_visible()
    grid = page.get_by_role("grid", name="Objects in z-many")
    expect(grid).to_have_attribute("aria-rowcount", "-1")

    page.get_by_role("searchbox", name="Filter by name").fill("zz")
    expect(signed_in.row("zz-last.txt")).to_be_visible()
    expect(signed_in.row("a-0000")).to_have_count(0)
    expect(page.get_by_text("all that begins with “zz”")).to_be_visible()
    expect(grid).to_have_attribute("aria-rowcount", "2")

    page.reload()
    expect(signed_in.row("zz-last.txt")).to_be_visible()
    page.get_by_role("searchbox", name="Filter by name").fill("nothing-like-it")
    expect(page.get_by_role("heading", name="Nothing matches")).to_be_visible()


def _fill(stowage: Record, keys: list[str]) -> None:
    """
    Store objects through the S3 endpoint; a session of the dashboard may not ask as often.
    """
    host = urlsplit(stowage.s3_endpoint).netloc
    secret = stowage.secret_access_key
    client = Client(stowage.access_key_id, secret, stowage.region, host, now=time.time())
    with (
        httpx.Client(base_url=stowage.s3_endpoint) as connections,
        ThreadPoolExecutor(AT_ONCE) as threads,
    ):
        targets = [client.presigned_target("PUT", f"/{stowage.bucket}/{key}") for key in keys]
        answers = threads.map(lambda target: connections.put(target, content=b"x"), targets)
        assert {answer.status_code for answer in answers} == {200}
