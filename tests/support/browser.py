"""
A visit in a real Chromium that notices whatever a person would not see going wrong.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import httpx
from playwright.sync_api import (
    APIResponse,
    Browser,
    ConsoleMessage,
    FilePayload,
    Locator,
    Page,
    Request,
    ViewportSize,
    expect,
)

from app.quickstart.record import Record
from support.missing import missing_part

DESK = ViewportSize(width=1440, height=900)
PHONE = ViewportSize(width=390, height=844)
PATIENCE_MS = 15_000
MOST_TABS = 80
MIB = 1024 * 1024
Session = list[Any]
"""The cookies of a session, as Playwright takes them; it does not export their type."""
_UI = Path(__file__).parents[2] / "dashboard" / "ui"
_AXE_TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
_RUN_AXE = "(tags) => axe.run(document, {runOnly: tags, resultTypes: ['violations']})"
_REPORT_VIOLATIONS = """
addEventListener("securitypolicyviolation", (event) =>
  console.error(`CSP: ${event.violatedDirective} refused ${event.blockedURI || "inline"}`));
"""
TOUR_SEEN = 'if (location.host) localStorage.setItem("stowage.tour", "seen")'
"""A script for browsers that have shown the tour of a first visit."""
_FAILED_LOAD = re.compile(r"the server responded with a status of (\d+)")


@dataclass(slots=True)
class Visit:
    """
    One person's browser window with an empty profile.
    """

    page: Page
    record: Record
    is_signed_in: bool = False
    is_first: bool = False
    """Whether nobody has seen the tour of a first visit in this browser."""
    expected_statuses: set[int] = field(default_factory=set)
    """Statuses whose failed loads are part of the test; the browser logs each of them."""
    _problems: list[str] = field(default_factory=list)

    def open(self, path: str) -> None:
        """
        Go to an address of the dashboard.
        """
        self.page.goto(self.record.dashboard_url + path)

    def sign_in(self, username: str | None = None, password: str | None = None) -> None:
        """
        Sign in at the form that is shown, by default as the quickstart's administrator.
        """
        page = self.page
        page.get_by_label("User name").fill(username or self.record.admin_username)
        page.get_by_label("Password", exact=True).fill(password or self.record.admin_password)
        page.get_by_role("button", name="Sign in", exact=True).click()

    def start(self, path: str = "/") -> None:
        """
        Open an address, by the shared session or by signing in on the way to it.
        """
        self.open(path)
        if not self.is_signed_in:
            self.sign_in()
            self.is_signed_in = True
        expect(self.page.get_by_role("navigation", name="Main navigation")).to_be_attached()

    def call(self, method: str, path: str, body: dict[str, Any]) -> int:
        """
        Make an API call as the person who is signed in, and return its status.
        """
        return self._fetch(method, path, body).status

    def ask(self, method: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """
        Make an API call that succeeds, and return what was answered.
        """
        answer = self._fetch(method, path, body)
        assert answer.ok, answer.text()
        found: dict[str, Any] = answer.json()
        return found

    def _fetch(self, method: str, path: str, body: dict[str, Any]) -> APIResponse:
        token = next(one for one in self.page.context.cookies() if one["name"] == "stowage_csrf")
        return self.page.request.fetch(
            self.record.dashboard_url + path,
            method=method,
            data=body,
            headers={"X-CSRF-Token": token["value"]},
        )

    def put(
        self, key: str, content: bytes, *, content_type: str = "", bucket: str = "demo"
    ) -> None:
        """
        Store an object, without the page.
        """
        token = next(one for one in self.page.context.cookies() if one["name"] == "stowage_csrf")
        file: FilePayload = {
            "name": "file",
            "mimeType": content_type or "application/octet-stream",
            "buffer": content,
        }
        answer = self.page.request.post(
            f"{self.record.dashboard_url}/api/backends/local/buckets/{bucket}/object",
            multipart={"key": key, "content_type": file["mimeType"], "file": file},
            headers={"X-CSRF-Token": token["value"]},
        )
        assert answer.ok, answer.text()

    def row(self, name: str) -> Locator:
        """
        Return the row of the shown grid that has this name.
        """
        cell = self.page.get_by_role("gridcell").get_by_text(name, exact=True)
        return self.page.get_by_role("row").filter(has=cell)

    def tab_to(self, wanted: Locator) -> None:
        """
        Press Tab until the element has focus, as somebody without a mouse does.
        """
        expect(wanted).to_be_visible()
        for _ in range(MOST_TABS):
            if wanted.evaluate("(element) => element === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{MOST_TABS} tabs did not lead to {wanted}")

    def drop(self, onto: Locator, files: Iterable[Path]) -> None:
        """
        Drag files and folders from the desktop onto an element and let them go.
        """
        box = onto.bounding_box()
        assert box is not None
        place = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
        data = {"items": [], "files": [str(file) for file in files], "dragOperationsMask": 1}
        session = self.page.context.new_cdp_session(self.page)
        for kind in ("dragEnter", "dragOver", "drop"):
            session.send("Input.dispatchDragEvent", {"type": kind, **place, "data": data})
        session.detach()

    def download(self, button: Locator) -> bytes:
        """
        Press a button that downloads and return what arrived.
        """
        with self.page.expect_download() as waiting:
            button.click()
        return waiting.value.path().read_bytes()

    def slow_uploads(self, bytes_per_second: int) -> None:
        """
        Let uploads take their time, as they do outside of a test.
        """
        session = self.page.context.new_cdp_session(self.page)
        session.send("Network.enable")
        conditions = {"offline": False, "latency": 0, "downloadThroughput": -1}
        session.send(
            "Network.emulateNetworkConditions", {**conditions, "uploadThroughput": bytes_per_second}
        )

    def check_accessibility(self) -> None:
        """
        Let axe-core look at the page as it is now; nothing may be found.
        """
        file = _UI / "node_modules" / "axe-core" / "axe.min.js"
        if not file.exists():
            missing_part("the UI's packages are not installed: run npm ci in dashboard/ui")
        if not self.page.evaluate("Boolean(window.axe)"):
            self.page.evaluate(file.read_text(encoding="utf-8"))
        result = self.page.evaluate(_RUN_AXE, _AXE_TAGS)
        found = [
            f"{violation['id']}: {node['target']} {node['failureSummary']}"
            for violation in result["violations"]
            for node in violation["nodes"]
        ]
        assert not found, "\n".join(found)

    def check_clean(self) -> None:
        """
        Nothing may have been logged as an error, refused by the policy or fetched elsewhere.
        """
        found = "\n".join(self._problems)
        self._problems.clear()
        assert not found, found

    def watch(self) -> None:
        """
        Begin to note problems; called once, before the first page.
        """
        self.page.add_init_script(_REPORT_VIOLATIONS)
        if not self.is_first:
            self.page.add_init_script(TOUR_SEEN)
        # Playwright keeps notes on a bound method's object, which has slots.
        self.page.on("console", lambda message: self._note_message(message))  # noqa: PLW0108
        self.page.on("pageerror", lambda error: self._problems.append(f"uncaught: {error}"))
        self.page.on("request", lambda request: self._note_request(request))  # noqa: PLW0108

    def _note_message(self, message: ConsoleMessage) -> None:
        if message.type not in ("error", "warning"):
            return
        failed = _FAILED_LOAD.search(message.text)
        if failed is None or int(failed.group(1)) not in self.expected_statuses:
            self._problems.append(f"console {message.type}: {message.text}")

    def _note_request(self, request: Request) -> None:
        own = urlsplit(self.record.dashboard_url).netloc
        address = urlsplit(request.url)
        if address.scheme in ("http", "https", "ws", "wss") and address.netloc != own:
            self._problems.append(f"a request left the origin: {request.url}")


def open_session(record: Record) -> Session:
    """
    Sign in once, for many visits: an address may do so ten times in a quarter of an hour.
    """
    credentials = {"username": record.admin_username, "password": record.admin_password}
    answer = httpx.post(f"{record.dashboard_url}/auth/login/local", json=credentials, timeout=60)
    assert answer.status_code == 200, answer.text
    return [
        {"name": cookie.name, "value": cookie.value or "", "url": record.dashboard_url}
        for cookie in answer.cookies.jar
    ]


@contextmanager
def visiting(  # noqa: PLR0913  each is a way in which visits differ
    browser: Browser,
    record: Record,
    *,
    session: Session | None = None,
    theme: Literal["light", "dark"] = "light",
    is_phone: bool = False,
    is_first: bool = False,
) -> Iterator[Visit]:
    """
    Open a window with an empty profile; at the end, nothing may have gone wrong in it.

    Args:
        session: The cookies of a session that is already open, else nobody is signed in.
        is_first: Whether the tour of a first visit is still to come.
    """
    context = browser.new_context(
        viewport=PHONE if is_phone else DESK,
        has_touch=is_phone,
        color_scheme=theme,
        reduced_motion="reduce",
        locale="en-US",
    )
    context.set_default_timeout(PATIENCE_MS)
    context.add_cookies(session or [])
    visit = Visit(context.new_page(), record, is_signed_in=bool(session), is_first=is_first)
    visit.watch()
    try:
        yield visit
        visit.check_clean()
    finally:
        context.close()


def digest(content: bytes) -> str:
    """
    Return the SHA-256 of some bytes, which is what two downloads are compared by.
    """
    return hashlib.sha256(content).hexdigest()
