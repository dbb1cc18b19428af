"""
What was uploaded is shown and never run: a page, a picture that holds a script, a telling name.
"""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from support.browser import Visit, visiting

SCRIPT = "document.title = 'taken over'; window.top.takenOver = true"
PAGE = f"<!doctype html><h1>Not a page of ours</h1><script>{SCRIPT}</script>"
DOCUMENT = f"""# <script>{SCRIPT}</script>
[run](javascript:{SCRIPT}) ![seen](https://elsewhere.example.org/seen.png)
<img src=x onerror="{SCRIPT}"> <iframe src="https://elsewhere.example.org"></iframe>"""
PICTURE = f"""<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30" onload="{SCRIPT}">
<script>{SCRIPT}</script><rect width="40" height="30" fill="teal"/></svg>"""


@pytest.fixture
def uploaded(signed_in: Visit, tmp_path: Path) -> Visit:
    files = {
        "evil.html": PAGE,
        "evil.md": DOCUMENT,
        "evil.svg": PICTURE,
        "<img src=x onerror=alert(1)>.txt": "harmless",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    signed_in.start("/b/local/demo")
    signed_in.page.get_by_role("button", name="New folder").click()
    signed_in.page.get_by_role("dialog").get_by_label("Name").fill("untrusted")
    signed_in.page.get_by_role("button", name="Create", exact=True).click()
    signed_in.row("untrusted").get_by_role("link").click()
    expect(signed_in.page.get_by_text("This folder is empty")).to_be_visible()
    signed_in.drop(signed_in.page.get_by_role("main"), tmp_path.iterdir())
    expect(signed_in.row("evil.svg")).to_be_visible()
    return signed_in


def test_nothing_that_was_uploaded_runs(uploaded: Visit, browser: Browser) -> None:
    page = uploaded.page

    uploaded.row("evil.html").get_by_role("link").click()
    expect(page.get_by_label("Text", exact=True)).to_contain_text("<script>")
    uploaded.row("evil.md").get_by_role("link").click()
    document = page.get_by_role("article", name="Document")
    expect(document).to_contain_text("<script>")
    # A plain address in the text may be followed; nothing else became a link.
    links = document.get_by_role("link").all()
    assert {link.get_attribute("href") for link in links} == {"https://elsewhere.example.org/"}
    uploaded.row("evil.svg").get_by_role("link").click()
    expect(page.get_by_role("img", name="Image evil.svg")).to_be_visible()
    uploaded.row("<img src=x onerror=alert(1)>.txt").get_by_role("link").click()
    expect(page.get_by_label("Text", exact=True)).to_contain_text("harmless")
    address = f"{uploaded.record.dashboard_url}/api/backends/local/buckets/demo/object"
    with page.expect_download():
        page.evaluate(
            "(url) => { location.href = url }",
            f"{address}?key=untrusted%2Fevil.html&disposition=inline",
        )

    _check_untouched(page)
    with visiting(browser, uploaded.record) as visitor:
        _look_through_a_link(visitor, uploaded)


def _look_through_a_link(visitor: Visit, uploaded: Visit) -> None:
    """
    Visitors with a link look at the same files by the same means.
    """
    share = uploaded.ask(
        "POST",
        "/api/shares",
        {"kind": "folder", "backend_id": "local", "bucket": "demo", "prefix": "untrusted/"},
    )
    page = visitor.page
    visitor.open(share["url"])
    for name, seen in (
        ("evil.html", page.get_by_label("Text", exact=True).filter(has_text="<script>")),
        ("evil.md", page.get_by_role("article", name="Document")),
        ("evil.svg", page.get_by_role("img", name="Image evil.svg")),
    ):
        page.get_by_role("button", name=re.compile(f"^{re.escape(name)}")).click()
        expect(seen).to_be_visible()
        page.get_by_role("button", name="Back to the files").click()
    _check_untouched(page)


def _check_untouched(page: Page) -> None:
    assert page.evaluate("window.takenOver") is None
    expect(page).not_to_have_title("taken over")
    assert page.locator("iframe, object, embed").count() == 0
