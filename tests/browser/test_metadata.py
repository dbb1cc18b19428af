"""
What is stored with an object is changed after a look at the changes, and never over others'.
"""

from urllib.parse import quote

from playwright.sync_api import expect

from support.browser import Visit

PUT = "/api/backends/local/buckets/demo/object/metadata?key="


def test_headers_and_metadata_are_changed_after_a_look_at_the_changes(signed_in: Visit) -> None:
    page = signed_in.page
    _open(signed_in, "z-facts/page.html")
    page.get_by_label("Content-Type").fill("text/html; charset=utf-8")
    page.get_by_label("Cache-Control").fill("max-age=60")
    page.get_by_role("button", name="Add entry").click()
    page.get_by_label("Name", exact=True).fill("two words")
    page.get_by_label("Value", exact=True).fill("blue")
    expect(page.get_by_text("A name has letters")).to_be_visible()
    expect(page.get_by_role("button", name="Review and save")).to_be_disabled()
    page.get_by_label("Name", exact=True).fill("colour")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        signed_in.check_accessibility()

    page.get_by_role("button", name="Review and save").click()
    dialog = page.get_by_role("dialog", name="Review changes")
    changes = dialog.get_by_label("Changes")
    expect(changes).to_contain_text("+Cache-Control: max-age=60")
    expect(changes).to_contain_text("+x-amz-meta-colour: blue")
    signed_in.check_accessibility()
    dialog.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Metadata saved")).to_be_visible()

    page.reload()
    expect(page.get_by_label("Cache-Control")).to_have_value("max-age=60")
    expect(page.get_by_label("Value", exact=True)).to_have_value("blue")


def test_what_others_changed_meanwhile_is_told_and_never_overwritten_unseen(
    signed_in: Visit,
) -> None:
    page = signed_in.page
    key = "z-facts/shared.html"
    _open(signed_in, key)
    page.get_by_label("Content-Language").fill("de")
    theirs = {"metadata": {"by": "somebody"}, "headers": {"content_language": "fr"}}
    assert signed_in.call("PUT", PUT + quote(key, safe=""), theirs) == 200

    page.get_by_role("button", name="Review and save").click()
    dialog = page.get_by_role("dialog", name="Review changes")
    expect(dialog.get_by_text("Somebody changed the object")).to_be_visible()
    expect(dialog.get_by_label("Changes")).to_contain_text("x-amz-meta-by: somebody")
    signed_in.put(key, b"another page")
    signed_in.expected_statuses.add(412)
    dialog.get_by_role("button", name="Save", exact=True).click()

    expect(dialog.get_by_role("alert")).to_contain_text("changed meanwhile")


def _open(visit: Visit, key: str) -> None:
    visit.start("/b/local")
    visit.put(key, b"<p>page</p>", content_type="text/html")
    visit.open(f"/b/local/demo?prefix=z-facts%2F&object={quote(key, safe='')}&panel=metadata")
    expect(visit.page.get_by_role("heading", name="Sent with the object")).to_be_visible()
