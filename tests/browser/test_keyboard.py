"""
The main way through the product without a mouse; focus is never lost.
"""

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from support.browser import Visit

MOST_TABS = 60


def test_sign_in_find_select_and_delete_by_keyboard_alone(visit: Visit, tmp_path: Path) -> None:
    page = visit.page
    visit.open("/")
    expect(page.get_by_label("User name")).to_be_focused()
    page.keyboard.type(visit.record.admin_username)
    page.keyboard.press("Tab")
    page.keyboard.type(visit.record.admin_password)
    page.keyboard.press("Enter")

    expect(page.get_by_role("main").get_by_role("link")).to_be_visible()
    _tab_to(page, "link", "SeaweedFS of the quickstart")
    page.keyboard.press("Enter")
    expect(visit.row("demo")).to_be_visible()
    _tab_to(page, "row", "demo")
    page.keyboard.press("Enter")
    expect(visit.row("welcome.txt")).to_be_visible()
    for name in ("key-a.txt", "key-b.txt", "key-c.txt"):
        (tmp_path / name).write_text(name)
    visit.drop(page.get_by_role("grid"), tmp_path.glob("key-*.txt"))
    expect(visit.row("key-c.txt")).to_be_visible()

    _tab_to(page, "row", "")
    page.keyboard.type("key-")
    expect(visit.row("key-a.txt")).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("Shift+ArrowDown")
    expect(page.get_by_text("2 selected")).to_be_visible()
    page.keyboard.press("Delete")
    dialog = page.get_by_role("alertdialog")
    expect(dialog.get_by_role("button", name="Cancel")).to_be_focused()
    expect(dialog).to_contain_text("2 objects")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(visit.row("key-a.txt")).to_have_count(0)

    expect(visit.row("key-c.txt")).to_be_focused()
    page.keyboard.press("Delete")
    expect(dialog.get_by_role("button", name="Cancel")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(visit.row("key-c.txt")).to_have_count(0)


def test_the_preview_opens_and_closes_and_focus_stays_in_the_list(signed_in: Visit) -> None:
    page = signed_in.page
    signed_in.start("/b/local/demo")
    _tab_to(page, "row", "")

    page.keyboard.press("End")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Text", exact=True)).to_contain_text("Welcome")
    _tab_to(page, "button", "Download")
    page.keyboard.press("f")
    panel = page.get_by_role("complementary", name="Object welcome.txt")
    expect(panel).to_be_focused()
    expect(page).to_have_url(re.compile("view=full"))
    expect(panel.get_by_role("button", name="Next object")).to_be_disabled()
    page.keyboard.press("Escape")
    expect(page).not_to_have_url(re.compile("view=full"))
    page.keyboard.press("Escape")
    expect(page.get_by_role("complementary")).to_have_count(0)
    expect(page.get_by_role("button", name="Actions for welcome.txt")).to_be_focused()
    signed_in.row("welcome.txt").focus()

    page.keyboard.type("reports")
    expect(signed_in.row("reports")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(signed_in.row("2026")).to_be_focused()
    page.keyboard.press("Backspace")
    expect(signed_in.row("reports")).to_be_focused()


def test_upload_and_share_by_keyboard_alone(signed_in: Visit, tmp_path: Path) -> None:
    page = signed_in.page
    file = tmp_path / "keyboard-shared.txt"
    file.write_text("for you")
    signed_in.start("/b/local/demo")
    expect(signed_in.row("welcome.txt")).to_be_visible()
    _tab_to(page, "row", "")

    with page.expect_file_chooser() as waiting:
        page.keyboard.press("Shift+U")
    waiting.value.set_files(file)
    expect(page.get_by_role("heading", name="1 file uploaded")).to_be_visible()
    row = signed_in.row("keyboard-shared.txt")
    expect(row).to_be_visible()
    page.keyboard.type("keyboard-s")
    expect(row).to_be_focused()
    page.keyboard.press("Shift+S")
    dialog = page.get_by_role("dialog", name="Share keyboard-shared.txt")
    expect(dialog).to_be_visible()
    _tab_to(page, "button", "Create link")
    page.keyboard.press("Enter")
    ready = page.get_by_role("dialog", name="The link is ready")
    expect(ready.get_by_role("code").first).to_contain_text("/s/")
    _tab_to(page, "button", "Done")
    page.keyboard.press("Enter")

    expect(ready).to_have_count(0)
    expect(row).to_be_focused()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_contain_text("Share by a link")


def test_what_is_known_of_an_object_is_walked_through_by_keyboard(signed_in: Visit) -> None:
    page = signed_in.page
    signed_in.start("/b/local/demo")
    expect(signed_in.row("welcome.txt")).to_be_visible()
    _tab_to(page, "row", "")
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Text", exact=True)).to_contain_text("Welcome")

    _tab_to(page, "tab", "Preview")
    for name in ("Details", "Metadata", "Versions", "Tags"):
        page.keyboard.press("ArrowRight")
        expect(page.get_by_role("tab", name=name)).to_be_focused()
        expect(page.get_by_role("tabpanel", name=name)).to_be_visible()
    page.keyboard.press("Escape")

    expect(page.get_by_role("complementary")).to_have_count(0)
    # It goes back to the last control before the panel, which is the row's own.
    expect(page.get_by_role("button", name="Actions for welcome.txt")).to_be_focused()


def test_the_skip_link_leads_past_the_navigation(signed_in: Visit) -> None:
    page = signed_in.page
    signed_in.start("/b/local")
    expect(signed_in.row("demo")).to_be_visible()

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.get_by_role("main")).to_be_focused()


def test_a_menu_gives_focus_back(signed_in: Visit) -> None:
    page = signed_in.page
    signed_in.start("/b/local/demo")
    button = page.get_by_role("button", name="Actions for welcome.txt")

    button.press("Enter")
    expect(page.get_by_role("menuitem", name="Download")).to_be_focused()
    page.keyboard.press("Escape")

    expect(button).to_be_focused()


def _tab_to(page: Page, role: str, name: str) -> None:
    """
    Press Tab until the element has focus, as somebody without a mouse does.

    Any row of a list will do where the name is empty: only one is in the order of Tab.
    """
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        found = page.evaluate(
            """() => {
              const element = document.activeElement;
              const role = element.role ?? {A: "link", BUTTON: "button"}[element.tagName] ?? "";
              return [role, element.innerText ?? ""];
            }"""
        )
        if found[0] == role and name in found[1]:
            return
    raise AssertionError(f"{MOST_TABS} tabs did not lead to the {role} {name}")
