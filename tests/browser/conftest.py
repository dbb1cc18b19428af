"""
The real Stowage with the real interface, and browsers to visit it with.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from app.quickstart.record import Record
from support.browser import PATIENCE_MS, Session, Visit, open_session, visiting
from support.chromium import chromium_flags
from support.missing import missing_part
from support.stowage import running_quickstart

_PAGE = Path(__file__).parents[2] / "dashboard" / "static" / "index.html"


@pytest.fixture(scope="session")
def stowage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Record]:
    """
    A quickstart with the built interface, shared by all journeys: use names of your own.
    """
    if not _PAGE.exists():
        missing_part("the interface is not built: run make install")
    with running_quickstart(tmp_path_factory.mktemp("stowage")) as (_, record):
        yield record


# Not longer than a file: while Playwright runs, its event loop is the thread's, and tests that
# bring one of their own could not.
@pytest.fixture(scope="module")
def browser(chromium: Path) -> Iterator[Browser]:
    """
    A Chromium; every visit gets an empty profile in it.
    """
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=chromium_flags())
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def session(stowage: Record) -> Session:
    """
    The administrator's session that most visits share.
    """
    return open_session(stowage)


@pytest.fixture
def signed_in(browser: Browser, stowage: Record, session: Session) -> Iterator[Visit]:
    """
    A window on a desk, in the light theme, signed in as the administrator.
    """
    with visiting(browser, stowage, session=session) as visit:
        yield visit


@pytest.fixture
def visit(browser: Browser, stowage: Record) -> Iterator[Visit]:
    """
    A window on a desk, in the light theme, not yet signed in.
    """
    with visiting(browser, stowage) as visit:
        yield visit
