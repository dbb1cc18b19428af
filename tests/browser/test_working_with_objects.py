"""
What is done to objects after they are there: rename, copy, tags, versions, delete and undo, and
the ways to find them.
"""

import re

from playwright.sync_api import Browser, Locator, Page, expect

from app.quickstart.record import Record
from support.browser import Session, Visit, visiting


def test_an_object_is_renamed_copied_by_a_job_and_tagged(signed_in: Visit) -> None:
    page = signed_in.page
    signed_in.start("/b/local")
    _make_bucket(page, "ui-objects")
    signed_in.open("/b/local/demo")
    _choose(page, "welcome.txt", "Copy to")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Bucket").select_option("ui-objects")
    dialog.get_by_label("Folder").fill("copies")
    dialog.get_by_role("button", name="Copy").click()
    expect(page.get_by_text("The work goes on in the background")).to_be_visible()
    signed_in.open("/activity")
    expect(page.get_by_role("row").filter(has_text="ui-objects/copies/").first).to_contain_text(
        "Done"
    )

    signed_in.open("/b/local/ui-objects?prefix=copies%2F")
    signed_in.row("welcome.txt").focus()
    page.keyboard.press("F2")
    field = page.get_by_role("textbox", name="Rename welcome.txt")
    expect(field).to_be_focused()
    field.fill("hello/there.txt")
    expect(page.get_by_role("alert")).to_contain_text("no slash")
    page.keyboard.press("Escape")
    expect(signed_in.row("welcome.txt")).to_be_focused()
    _choose(page, "welcome.txt", "Rename")
    expect(field).to_be_focused()
    field.fill("hello.txt")
    page.keyboard.press("Enter")
    expect(signed_in.row("hello.txt")).to_be_focused()
    expect(signed_in.row("welcome.txt")).to_have_count(0)

    _choose(page, "hello.txt", "Tags")
    page.get_by_role("button", name="Add tag").click()
    page.get_by_label("Name", exact=True).fill("colour")
    page.get_by_label("Value").fill("blue")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Tags saved")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Value")).to_have_value("blue")
    _drag_up_and_move_by_keys(signed_in)


def _drag_up_and_move_by_keys(visit: Visit) -> None:
    """
    A drop asks with the target filled in; cut and paste do the same without a mouse.
    """
    page = visit.page
    row = visit.row("hello.txt")
    expect(page.locator("html[data-drags]")).to_be_attached()
    row.drag_to(
        page.get_by_role("navigation", name="You are here").get_by_role("link", name="ui-objects")
    )
    dialog = page.get_by_role("dialog", name="Move 1 entry")
    expect(dialog.get_by_label("Folder")).to_have_value("")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)

    row.focus()
    page.keyboard.press("Control+x")
    expect(page.get_by_role("button", name="Paste 1")).to_be_visible()
    page.keyboard.press("Backspace")
    expect(visit.row("copies")).to_be_focused()
    page.keyboard.press("Control+v")
    expect(dialog.get_by_label("Folder")).to_have_value("")
    dialog.get_by_role("button", name="Move").click()
    expect(page.get_by_role("button", name="Paste 1")).to_have_count(0)
    visit.open("/activity")
    moved = page.get_by_role("row").filter(has_text="Move").filter(has_text="ui-objects")
    expect(moved.first).to_contain_text("Done")
    visit.open("/b/local/ui-objects")
    expect(visit.row("hello.txt")).to_be_visible()


def test_a_deletion_is_undone_and_a_version_restored_where_versions_are_kept(
    signed_in: Visit,
) -> None:
    page = signed_in.page
    signed_in.start("/b/local")
    _make_bucket(page, "ui-versions")
    signed_in.open("/b/local/ui-versions/settings")
    page.get_by_role("button", name="Keep versions").click()
    page.get_by_role("dialog").get_by_role("button", name="Keep versions").click()
    expect(page.get_by_text("Versions are kept", exact=True)).to_be_visible()
    signed_in.open("/b/local/ui-versions")
    for text in ("first words", "second words"):
        _upload(page, "draft.txt", text, is_there=text.startswith("second"), visit=signed_in)

    signed_in.row("draft.txt").focus()
    page.keyboard.press("Delete")
    dialog = page.get_by_role("alertdialog")
    expect(dialog).to_contain_text("you can undo this")
    dialog.get_by_role("button", name="Delete", exact=True).click()
    expect(signed_in.row("draft.txt")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(signed_in.row("draft.txt")).to_be_visible()

    _choose(page, "draft.txt", "Versions")
    expect(page.get_by_role("list", name="Versions").get_by_role("listitem")).to_have_count(2)
    page.get_by_role("button", name=re.compile("Restore version")).click()
    expect(page.get_by_role("list", name="Versions").get_by_role("listitem")).to_have_count(3)
    page.get_by_role("button", name="Compare versions").click()
    changes = page.get_by_role("dialog", name="Versions of draft.txt").get_by_label("Changes")
    expect(changes).to_contain_text("\N{MINUS SIGN}second words")
    expect(changes).to_contain_text("+first words")
    signed_in.check_accessibility()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Compare versions")).to_be_focused()
    _keep_the_newest(signed_in)
    page.get_by_role("tab", name="Preview").click()
    expect(page.get_by_label("Text", exact=True)).to_contain_text("first words")


def _keep_the_newest(visit: Visit) -> None:
    """
    What would go is said and counted, and the name of the bucket typed, before it is gone.
    """
    page = visit.page
    page.get_by_role("button", name="Keep the last").click()
    dialog = page.get_by_role("alertdialog", name="Keep only the newest versions")
    field = dialog.get_by_role("textbox", name="Versions to keep")
    expect(field).to_be_focused()
    expect(dialog).to_contain_text("nothing would go")
    field.fill("1")
    expect(dialog).to_contain_text("2 older versions (23 B) will be gone for good")
    visit.check_accessibility()
    remove = dialog.get_by_role("button", name="Delete 2 versions")
    expect(remove).to_be_disabled()
    dialog.get_by_role("textbox", name="ui-versions").fill("ui-versions")
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("list", name="Versions").get_by_role("listitem")).to_have_count(1)
    expect(page.get_by_role("button", name="Keep the last")).to_have_count(0)
    expect(page.locator(":focus")).to_have_count(1)


def test_the_palette_finds_pages_objects_and_people_by_keyboard_alone(signed_in: Visit) -> None:
    page = signed_in.page
    signed_in.start()
    page.keyboard.press("Control+k")
    expect(_palette_field(page)).to_be_focused()
    page.keyboard.type("audit")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/admin/audit"))
    expect(page.get_by_role("heading", name="Audit", level=1)).to_be_visible()

    page.keyboard.press("Control+k")
    expect(_palette_field(page)).to_be_focused()
    page.keyboard.type("welcome")
    expect(page.get_by_role("option", name="demo / welcome.txt")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Text", exact=True)).to_contain_text("Welcome")

    page.get_by_role("main").focus()
    page.keyboard.press("g")
    page.keyboard.press("c")
    expect(page.get_by_role("heading", name="S3 credentials")).to_be_visible()


def test_the_tour_comes_once_and_is_found_again(
    browser: Browser, stowage: Record, session: Session
) -> None:
    with visiting(browser, stowage, session=session, is_first=True) as visit:
        page = visit.page
        visit.start()
        page.get_by_role("button", name="Begin").click()
        page.reload()
        expect(page.get_by_role("heading", name="Home", level=1)).to_be_visible()
        expect(page.get_by_role("dialog")).to_have_count(0)

        page.keyboard.press("Control+k")
        expect(_palette_field(page)).to_be_focused()
        page.keyboard.type("tour again")
        page.keyboard.press("Enter")
        expect(page.get_by_role("dialog", name="Welcome")).to_be_visible()


def _palette_field(page: Page) -> Locator:
    # The page under the palette may have a box of choices too, and may arrive after it.
    return page.get_by_role("combobox", name="Type a place")


def _make_bucket(page: Page, name: str) -> None:
    page.get_by_role("button", name="Create bucket").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill(name)
    dialog.get_by_role("button", name="Create bucket").click()
    expect(dialog).to_have_count(0)


def _upload(page: Page, name: str, text: str, *, is_there: bool, visit: Visit) -> None:
    visit.expected_statuses.add(409)
    with page.expect_file_chooser() as waiting:
        page.get_by_role("button", name="Upload", exact=True).click()
    waiting.value.set_files({"name": name, "mimeType": "text/plain", "buffer": text.encode()})
    if is_there:
        page.get_by_role("alertdialog").get_by_role("button", name="Replace").click()
    expect(page.get_by_role("heading", name=re.compile("uploaded"))).to_be_visible()
    expect(visit.row(name)).to_be_visible()


def _choose(page: Page, row: str, action: str) -> None:
    page.get_by_role("button", name=f"Actions for {row}").click()
    page.get_by_role("menuitem", name=action, exact=False).click()
