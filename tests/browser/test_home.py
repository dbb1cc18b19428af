"""
The home page: what is wrong, what one comes back for, and the way to it, without a mouse.
"""

from playwright.sync_api import expect

from support.browser import Visit

BUCKET = "seen-lately"
URL = f"/api/backends/local/buckets/{BUCKET}"


def test_home_says_what_needs_attention_and_leads_back_to_where_one_was(signed_in: Visit) -> None:
    page = signed_in.page
    signed_in.start("/")
    assert signed_in.call("POST", "/api/backends/local/buckets", {"name": BUCKET}) == 201
    copied = {"src_key": "welcome.txt", "dst_key": "in/welcome.txt", "dst_bucket": BUCKET}
    assert signed_in.call("POST", "/api/backends/local/buckets/demo/object/copy", copied) == 200
    assert signed_in.call("PUT", f"{URL}/quota", {"soft_bytes": 1}) == 200
    pin = {"backend_id": "local", "bucket": BUCKET}
    assert signed_in.call("POST", "/api/me/pins", pin) == 201

    signed_in.open(f"/b/local/{BUCKET}?prefix=in%2F")
    expect(signed_in.row("welcome.txt")).to_be_visible()
    page.get_by_role("navigation", name="Main navigation").get_by_role(
        "link", name="Home", exact=True
    ).click()
    overview = page.get_by_role("complementary", name="Overview")
    recent = overview.get_by_role("region", name="Recent")
    expect(recent.get_by_role("link", name=f"{BUCKET}/in/")).to_be_visible()
    expect(overview.get_by_role("region", name="Needs attention")).to_be_visible()
    signed_in.check_accessibility()

    attention = overview.get_by_role("link", name=f"Bucket {BUCKET} is over its limit")
    signed_in.tab_to(attention)
    page.keyboard.press("Enter")
    expect(page.get_by_role("tab", name="Quota")).to_have_attribute("aria-selected", "true")
    page.go_back()
    signed_in.tab_to(recent.get_by_role("link", name=f"{BUCKET}/in/"))
    page.keyboard.press("Enter")
    expect(signed_in.row("welcome.txt")).to_be_visible()

    page.go_back()
    pinned = overview.get_by_role("region", name="Pinned")
    pinned.get_by_role("button", name=f"Unpin {BUCKET}").click()
    expect(overview.get_by_role("button", name=f"Unpin {BUCKET}")).to_have_count(0)
    recent.get_by_role("button", name="Clear").click()
    expect(recent).to_have_count(0)
    page.reload()
    expect(overview.get_by_role("region", name="Needs attention")).to_be_visible()
    expect(recent).to_have_count(0)
    assert signed_in.call("DELETE", f"{URL}/quota", {}) == 204
