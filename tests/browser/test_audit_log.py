"""
The audit log: narrowed by the time in which something happened, followed, and filters kept.
"""

import re

from playwright.sync_api import expect

from support.browser import Visit

BUCKET = "followed-live"


def test_the_log_is_followed_narrowed_by_time_and_its_filter_is_kept(signed_in: Visit) -> None:
    page = signed_in.page
    signed_in.start(f"/admin/audit?bucket={BUCKET}")
    expect(page.get_by_text("No event matches the filters")).to_be_visible()
    live = page.get_by_role("button", name="Live", exact=True)
    signed_in.tab_to(live)
    page.keyboard.press("Enter")
    expect(live).to_have_attribute("aria-pressed", "true")
    assert signed_in.call("POST", "/api/backends/local/buckets", {"name": BUCKET}) == 201
    expect(page.get_by_role("link", name="bucket.create")).to_be_visible()

    chart = page.get_by_role("figure", name="How much happened when")
    drawing = chart.get_by_role("img", name=re.compile(r"^[1-9]\d* event"))
    expect(drawing).to_be_visible()
    signed_in.check_accessibility()
    box = drawing.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 2, box["y"] + 20)
    page.mouse.up()
    expect(page).to_have_url(re.compile(r"from=.*to="))
    expect(live).to_be_disabled()
    expect(page.get_by_role("link", name="bucket.create")).to_be_visible()

    signed_in.tab_to(chart.get_by_role("button", name="All times"))
    page.keyboard.press("Enter")
    expect(page).not_to_have_url(re.compile("from="))
    signed_in.tab_to(chart.get_by_role("button", name="View as table"))
    page.keyboard.press("Enter")
    signed_in.tab_to(chart.get_by_role("rowheader").get_by_role("button").first)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"from=.*to="))
    expect(page.get_by_role("link", name="bucket.create")).to_be_visible()

    page.get_by_role("button", name="All times").click()
    page.get_by_role("button", name="Saved filters").click()
    dialog = page.get_by_role("dialog", name="Saved filters")
    dialog.get_by_label("Name for the filter in force").fill("that bucket")
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("link", name="that bucket")).to_be_visible()
    signed_in.open("/admin/audit")
    page.get_by_role("button", name="Saved filters").click()
    dialog.get_by_role("link", name="that bucket").click()
    expect(dialog).to_have_count(0)
    expect(page).to_have_url(re.compile(f"bucket={BUCKET}"))
