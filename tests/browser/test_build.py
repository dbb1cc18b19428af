"""
What the build hands to the browser: small enough, compressed beside, nothing inline.
"""

import gzip
import json
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Response, expect

from app.quickstart.record import Record
from support.browser import Session, visiting
from support.missing import missing_part

STATIC = Path(__file__).parents[2] / "dashboard" / "static"
KIB = 1024


@pytest.fixture(scope="module")
def page_source() -> str:
    page = STATIC / "index.html"
    if not page.exists():
        missing_part("the interface is not built: run make install")
    return page.read_text(encoding="utf-8")


def test_the_page_holds_no_inline_script_style_or_handler(page_source: str) -> None:
    assert re.findall(r"<script(?![^>]*\bsrc=)", page_source) == []
    assert re.findall(r"<style|\sstyle=|\son\w+=", page_source) == []
    assert "__CSP_NONCE__" in page_source


def test_every_asset_is_named_by_its_content_and_compressed_beside(page_source: str) -> None:
    assert page_source
    for file in (STATIC / "assets").iterdir():
        if file.suffix not in (".js", ".mjs", ".css"):
            continue
        assert re.search(r"-[\w-]{8}\.(m?js|css)$", file.name), file.name
        if file.stat().st_size < 512:
            continue
        packed = file.with_name(f"{file.name}.gz")
        assert gzip.decompress(packed.read_bytes()) == file.read_bytes()
        assert file.with_name(f"{file.name}.br").exists()


def test_no_source_map_and_no_address_of_another_host_is_shipped(page_source: str) -> None:
    assert "http" not in page_source
    assert not list(STATIC.rglob("*.map"))


def test_what_is_loaded_late_stays_within_its_budget(page_source: str) -> None:
    assert page_source
    for file in (STATIC / "assets").glob("*.*js"):
        limit = 360 if file.name.startswith("pdf.worker") else 130
        assert len(gzip.compress(file.read_bytes())) <= limit * KIB, file.name


def test_no_chunk_is_larger_than_its_budget(page_source: str) -> None:
    assert page_source
    found = {
        file.name: len(gzip.compress(file.read_bytes()))
        for file in (STATIC / "assets").iterdir()
        if file.suffix in (".js", ".mjs")
    }
    too_large = {name: size for name, size in found.items() if size > _most(name)}

    assert too_large == {}


def test_the_style_sheets_before_the_first_list_stay_within_their_budget(
    browser: Browser, stowage: Record, session: Session
) -> None:
    with visiting(browser, stowage, session=session) as visit:
        loaded = _note(visit.page, ".css")
        visit.start("/b/local/demo")
        expect(visit.row("welcome.txt")).to_be_visible()
        assert 0 < _size(loaded) <= 25 * KIB, _table(loaded)


def test_the_scripts_before_the_sign_in_stay_within_their_budget(
    browser: Browser, stowage: Record
) -> None:
    with visiting(browser, stowage) as visit:
        loaded = _note(visit.page, ".js")
        visit.open("/login")
        expect(visit.page.get_by_label("User name")).to_be_visible()
        assert _size(loaded) <= 120 * KIB, _table(loaded)


def test_the_scripts_before_the_first_list_stay_within_their_budget(
    browser: Browser, stowage: Record, session: Session
) -> None:
    with visiting(browser, stowage, session=session) as visit:
        loaded = _note(visit.page, ".js")
        visit.start("/b/local/demo")
        expect(visit.row("welcome.txt")).to_be_visible()
        assert _size(loaded) <= 150 * KIB, _table(loaded)


def _most(name: str) -> int:
    return 360 * KIB if "pdf.worker" in name else 130 * KIB


def _note(page: Page, suffix: str) -> dict[str, int]:
    loaded: dict[str, int] = {}

    def note(response: Response) -> None:
        file = STATIC / urlsplit(response.url).path.lstrip("/")
        if file.suffix == suffix:
            loaded[file.name] = len(gzip.compress(file.read_bytes()))

    page.on("response", note)
    return loaded


def _size(loaded: dict[str, int]) -> int:
    return sum(loaded.values())


def _table(loaded: dict[str, int]) -> str:
    return json.dumps(dict(sorted(loaded.items(), key=lambda item: -item[1])), indent=1)
