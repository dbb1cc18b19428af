"""
`python -m bench.screens [--keys N] [--rounds N]`: how the interface moves, and what it keeps.

A bucket of a million keys is scrolled through in Chromium with 100,000 of its rows loaded: frames,
long tasks (from the browser's own trace), nodes and memory. Then an hour of clicking is simulated,
six hundred acts over every kind of page: memory, nodes and listeners must not grow with it. Times
are the best of three; where a machine's speed counts, in units of C, a fixed sort in that browser.
Prints PASS or BROKEN for each promise, and fails if one is broken.
"""

import argparse
import json
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page, expect, sync_playwright

from bench import filling
from bench.verdicts import Limit, say
from support.browser import DESK, TOUR_SEEN
from support.chromium import chromium_flags, find_chromium
from support.dashboard import Dashboard, running_dashboard
from support.dashboard_people import BACKEND, CONFIG, ENVIRON, STATIC_NAME, sign_in
from support.seaweedfs import SeaweedFS, remove_log, running_seaweedfs

KEYS, ROWS, ROUNDS, WARM_UP = 1_000_000, 100_000, 50, 5
FILL_SECONDS = 600
TIMES = 3
MIB = 2**20
_PATIENCE_MS = 60_000
_LONG_TASK_US = 50_000
_PLACES = {
    "u": "/admin/users",
    "l": "/admin/audit",
    "d": "/admin/dashboard",
    "y": "/admin/health",
    "b": "/admin/backends",
    "c": "/credentials",
    "s": "/shares",
    "a": "/activity",
    "h": "/",
}
"""After `g`, which page a key leads to."""
_UNIT = """() => {
  const times = [0, 1, 2, 3, 4].map(() => {
    let seed = 7;
    const numbers = Array.from({ length: 400000 }, () => (seed = (seed * 48271) % 2147483647));
    const began = performance.now();
    numbers.sort((a, b) => a - b);
    return performance.now() - began;
  });
  return times.sort((a, b) => a - b)[2];
}"""
_FIRST_ROW = """addEventListener("DOMContentLoaded", () => {
  new MutationObserver((_, observer) => {
    if (document.querySelector("[role=rowgroup] [role=row] [role=gridcell]") === null) return;
    window.firstRowAt = performance.now();
    observer.disconnect();
  }).observe(document.documentElement, { childList: true, subtree: true });
});"""
_SCROLL = """async (places) => {
  const grid = document.querySelector("[role=grid]");
  grid.scrollTop = 0;
  const frame = () => new Promise(requestAnimationFrame);
  let last = await frame();
  const took = [];
  for (const place of places) {
    grid.scrollTop = place;
    const now = await frame();
    took.push(now - last);
    last = now;
  }
  return took;
}"""
_ROWS = """() => {
  const body = document.querySelector("[role=grid] [role=rowgroup]:last-child");
  return Math.round(body.offsetHeight / body.querySelector("[role=row]").offsetHeight);
}"""
_COUNTS = """() => ({
  rows: document.querySelectorAll("[role=row]").length,
  nodes: document.querySelectorAll("*").length,
})"""

_IS_COMPLETE = "document.querySelector('[role=grid]').getAttribute('aria-rowcount') !== '-1'"

_kept: list[bool] = []


def main(arguments: Sequence[str]) -> int:
    """
    Measure, print, and return 1 if a promise is broken.
    """
    parser = argparse.ArgumentParser(prog="bench.screens")
    parser.add_argument("--keys", type=int, default=KEYS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--short", action="store_true")
    asked, _ = parser.parse_known_args(arguments)
    keys, rounds = (20_000, WARM_UP * 2) if asked.short else (asked.keys, asked.rounds)
    with (
        tempfile.TemporaryDirectory() as name,
        running_seaweedfs() as store,
        running_dashboard(Path(name), CONFIG, ENVIRON) as dashboard,
        sync_playwright() as playwright,
    ):
        _prepare(dashboard, store, keys)
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=chromium_flags())
        with _visiting(browser, dashboard) as (page, session):
            _measure_list(browser, page, session, dashboard.url)
        with _visiting(browser, dashboard) as (page, session):
            _measure_clicking(page, session, dashboard.url, rounds)
        browser.close()
    remove_log(store)
    return 0 if all(_kept) else 1


def _prepare(dashboard: Dashboard, store: SeaweedFS, keys: int) -> None:
    root = sign_in(dashboard, STATIC_NAME)
    body = {
        "id": BACKEND,
        "endpoint": store.endpoint,
        "access_key": store.access_key,
        "secret_key": store.secret_key,
    }
    root.post("/api/admin/backends/", json=body).raise_for_status()
    buckets = f"/api/backends/{BACKEND}/buckets/"
    root.post(buckets, json={"name": filling.BUCKET}).raise_for_status()
    began = time.monotonic()
    stored = filling.fill(store, keys, Limit(began + FILL_SECONDS))
    say(f"{stored:,} keys stored in {time.monotonic() - began:.0f} s")


@contextmanager
def _visiting(browser: Browser, dashboard: Dashboard) -> Iterator[tuple[Page, CDPSession]]:
    """
    A window of an administrator, and the browser's own view of it.
    """
    jar = sign_in(dashboard, STATIC_NAME).cookies.jar
    # The policy of the pages also keeps Playwright from waiting for an expression.
    context = browser.new_context(viewport=DESK, locale="en-US", bypass_csp=True)
    context.set_default_timeout(_PATIENCE_MS)
    context.add_init_script(TOUR_SEEN)
    context.add_init_script(_FIRST_ROW)
    for cookie in jar:
        context.add_cookies(
            [{"name": cookie.name, "value": cookie.value or "", "url": dashboard.url}]
        )
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Performance.enable")
    try:
        yield page, session
    finally:
        context.close()


# --- the list -----------------------------------------------------------------------------------


def _measure_list(browser: Browser, page: Page, session: CDPSession, url: str) -> None:
    address = f"{url}/b/{BACKEND}/{filling.BUCKET}?prefix=kept%2F"
    first = []
    for _ in range(TIMES + 1):
        page.goto(address)
        page.wait_for_function("window.firstRowAt !== undefined")
        first.append(page.evaluate("window.firstRowAt"))
    unit = page.evaluate(_UNIT)
    say(f"C = {unit:.0f} ms")
    # The first visit fills the cache.
    best = min(first[1:])
    _promise("navigation to first row, warm", best / unit, 2.0, "C")
    rows = _load_rows(page)
    counts = page.evaluate(_COUNTS)
    _promise(f"heap with {rows:,} rows", _metrics(session)["JSHeapUsedSize"] / MIB, 80, "MiB")
    _promise(f"rows in the page of {rows:,}", counts["rows"], 60, "rows")
    _promise("nodes of the page", counts["nodes"], 1500, "nodes")
    height = page.evaluate("document.querySelector('[role=grid]').scrollHeight")
    steady = [120 * step for step in range(1, 301) if 120 * step < height * 0.9]
    jumps = [height * 0.9 * (step * 37 % 100) / 100 for step in range(1, 61)]
    _promise("steady scroll, p95 of a frame", _best_p95(page, steady), 25, "ms")
    _promise("jump scroll, p95 of a frame", _best_p95(page, jumps), 60, "ms")
    long = min(_long_tasks(browser, page, steady) for _ in range(TIMES))
    _promise("long tasks of a steady scroll, sum", long / unit, 1.0, "C")


def _load_rows(page: Page) -> int:
    """
    Scroll to the end again and again, until enough rows are there or all are.
    """
    rows: int = page.evaluate(_ROWS)
    grid = page.locator("[role=grid]")
    while rows < ROWS and grid.get_attribute("aria-rowcount") == "-1":
        grid.evaluate("(element) => { element.scrollTop = element.scrollHeight; }")
        page.wait_for_function(f"({_ROWS})() > {rows} || {_IS_COMPLETE}")
        rows = page.evaluate(_ROWS)
    return rows


def _best_p95(page: Page, places: Sequence[float]) -> float:
    rounds: list[list[float]] = [page.evaluate(_SCROLL, list(places)) for _ in range(TIMES)]
    return min(statistics.quantiles(took, n=20)[18] for took in rounds)


def _long_tasks(browser: Browser, page: Page, places: Sequence[float]) -> float:
    """
    Return the milliseconds that the page's thread was held for more than 50 at a time.
    """
    browser.start_tracing(page=page, categories=["toplevel"])
    page.evaluate(_SCROLL, list(places))
    events: list[Mapping[str, Any]] = json.loads(browser.stop_tracing())["traceEvents"]
    mains = {
        (one["pid"], one["tid"])
        for one in events
        if one["name"] == "thread_name" and one["args"].get("name") == "CrRendererMain"
    }
    held = [
        one["dur"]
        for one in events
        if one["name"] in ("RunTask", "ThreadControllerImpl::RunTask")
        and (one["pid"], one["tid"]) in mains
        and one.get("dur", 0) > _LONG_TASK_US
    ]
    return float(sum(held)) / 1000


# --- an hour of clicking ------------------------------------------------------------------------


def _measure_clicking(page: Page, session: CDPSession, url: str, rounds: int) -> None:
    page.goto(url)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    acts = sum(_click_through(page) for _ in range(WARM_UP))
    before = _metrics(session)
    acts += sum(_click_through(page) for _ in range(rounds - WARM_UP))
    after = _metrics(session)
    grown = (after["JSHeapUsedSize"] - before["JSHeapUsedSize"]) / MIB
    _promise(f"heap grown by {acts} acts", grown, 15, "MiB")
    for name in ("Nodes", "JSEventListeners"):
        _promise(f"{name} after {acts} acts", after[name] / before[name], 1.5, "times those before")


def _click_through(page: Page) -> int:
    """
    Visit every page by its key, open and leave what lies over a page; return how many acts it was.
    """
    for key, path in _PLACES.items():
        page.keyboard.press("g")
        page.keyboard.press(key)
        page.wait_for_url(re.compile(f"{re.escape(path)}$"))
        expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("main").get_by_role("link", name=BACKEND, exact=True).click()
    page.get_by_role("grid").get_by_role("link", name=filling.BUCKET, exact=True).click()
    expect(page.get_by_role("row").nth(1)).to_be_visible()
    page.evaluate("document.activeElement?.blur()")
    return len(_PLACES) + 4


def _metrics(session: CDPSession) -> dict[str, float]:
    session.send("HeapProfiler.collectGarbage")
    found = session.send("Performance.getMetrics")["metrics"]
    return {one["name"]: one["value"] for one in found}


def _promise(what: str, found: float, most: float, unit: str) -> None:
    is_kept = found <= most
    _kept.append(is_kept)
    say(f"{'PASS' if is_kept else 'BROKEN':>8} {what}: {found:.1f} {unit}, at most {most:g}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
