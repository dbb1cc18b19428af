"""
The charts of the administrators' dashboard: over any time, as a table, as a file.
"""

import csv
import io
import re

from playwright.sync_api import expect

from support.browser import Visit


def test_the_charts_show_any_time_and_are_saved_as_tables(signed_in: Visit) -> None:
    page = signed_in.page
    signed_in.start("/admin/dashboard")
    latency = page.get_by_role("figure", name="Latency by percentile")
    expect(latency.get_by_role("listitem").filter(has_text="p95")).to_be_visible()
    signed_in.check_accessibility()

    saved = signed_in.download(
        page.get_by_role("button", name="Save as CSV: Latency by percentile")
    )
    rows = list(csv.reader(io.StringIO(saved.decode())))
    assert rows[0] == ["time", "p50", "p95", "p99"]
    assert len(rows) > 100

    requests = page.get_by_role("figure", name="Requests by status")
    box = requests.locator("svg").first.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + 60)
    page.mouse.up()
    expect(page).to_have_url(re.compile(r"from=.*to="))
    narrowed = page.url

    signed_in.tab_to(page.get_by_label("From", exact=True))
    page.get_by_label("From", exact=True).fill("2026-05-01T12:00")
    page.get_by_label("To", exact=True).fill("2026-05-01T11:00")
    expect(page.get_by_text("The end must come after the beginning")).to_be_visible()
    page.get_by_label("To", exact=True).fill("2026-05-02T12:00")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"from=2026-05-01"))
    page.go_back()
    expect(page).to_have_url(narrowed)
    page.get_by_label("Time range").select_option("Last hour")
    expect(page).to_have_url(re.compile(r"range=hour$"))


def test_a_request_is_held_against_the_policy_before_it_is_saved(signed_in: Visit) -> None:
    page = signed_in.page
    signed_in.start("/b/local/demo/settings?part=policy")
    page.get_by_role("button", name="Insert").click()
    page.get_by_role("menuitem", name="Everybody may read one prefix").click()
    trial = page.get_by_role("region", name="Test a request")
    trial.get_by_label("Key").fill("public/a.txt")
    expect(trial.get_by_role("status")).to_have_text("Allowed by statement 1")
    trial.get_by_label("Key").fill("private/a.txt")
    expect(trial.get_by_role("status")).to_have_text("No statement is about this request")
    signed_in.check_accessibility()
    page.get_by_role("button", name="Discard").click()
    expect(trial).to_have_count(0)
