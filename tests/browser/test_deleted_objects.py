"""
What was deleted is shown where it was, and comes back: one, many, and whole folders.
"""

from playwright.sync_api import expect

from support.browser import Visit

BUCKET = "ui-deleted"
HOME = "/api/backends/local/buckets"


def test_deleted_objects_and_folders_are_shown_and_brought_back(signed_in: Visit) -> None:
    page = signed_in.page
    signed_in.start("/b/local")
    _delete_all(signed_in, ["one.txt", "two.txt", "sub/three.txt"])
    signed_in.open(f"/b/local/{BUCKET}")
    expect(page.get_by_role("heading", name="This bucket is empty")).to_be_visible()

    page.get_by_role("button", name="View", exact=True).click()
    page.get_by_role("menuitem", name="Show deleted").click()
    expect(page.get_by_text("3 deleted entries can be brought back")).to_be_visible()
    row = signed_in.row("one.txt")
    expect(row).to_contain_text("deleted")
    expect(row).to_contain_text("5 B")
    signed_in.check_accessibility()

    row.focus()
    page.keyboard.press("Shift+ArrowDown")
    expect(signed_in.row("two.txt")).to_be_focused()
    page.keyboard.press("Shift+F10")
    menu = page.get_by_role("menu", name="Actions for 2 selected")
    menu.get_by_role("menuitem", name="Undelete").click()
    expect(page.get_by_text("2 objects are back")).to_be_visible()
    expect(page.get_by_text("1 deleted entry can be brought back")).to_be_visible()
    expect(row).not_to_contain_text("deleted")

    page.get_by_role("button", name="Undelete all").click()
    expect(page.get_by_text("The work goes on in the background")).to_be_visible()
    signed_in.open("/activity")
    expect(page.get_by_role("row").filter(has_text=BUCKET).first).to_contain_text("Done")
    signed_in.open(f"/b/local/{BUCKET}?prefix=sub%2F")
    expect(signed_in.row("three.txt")).to_be_visible()


def _delete_all(visit: Visit, keys: list[str]) -> None:
    """
    Make a bucket that keeps versions, with objects in it that were deleted.
    """
    visit.ask("POST", HOME, {"name": BUCKET})
    visit.ask("PUT", f"{HOME}/{BUCKET}/versioning", {"enabled": True})
    for key in keys:
        visit.put(key, b"words", bucket=BUCKET)
    visit.ask("POST", f"{HOME}/{BUCKET}/objects/delete", {"keys": [{"key": key} for key in keys]})
